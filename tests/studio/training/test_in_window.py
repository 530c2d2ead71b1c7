"""Starting and steering runs in the whole window: menus, shortcuts, and the pages of the Train workspace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.paths import runs_dir
from studio.training.new_run import NewRunPage
from tests.studio.training.steered import make_run, make_store, wishes


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path / "store")


def keys(qtbot, window, key) -> None:
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)


def test_a_shortcut_leads_from_explore_to_the_page_and_starting_leads_to_the_run(
    qtbot, empty_window, store, monkeypatch
):
    window = empty_window
    started = []

    def start(words, folder):
        started.append(words)
        make_run(folder, store).release()

    monkeypatch.setattr(window.training.processes, "start", start)
    keys(qtbot, window, Qt.Key.Key_N)
    workspace = window.workspaces.train
    page = workspace.pages.currentWidget()
    assert window.workspaces.current == "train"
    assert isinstance(page, NewRunPage)
    page.probe.timer.setInterval(2**30)
    page.form.data.open_store(store)
    qtbot.waitUntil(page.go.isEnabled)
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.folder is not None)
    assert workspace.pages.currentWidget() is workspace.live
    assert workspace.folder.parent == runs_dir()
    assert len(started) == 1
    qtbot.waitUntil(lambda: window.training.state == "running")
    assert workspace.controls.pause.text() == "Pause"


def test_the_actions_steer_the_run_on_show_and_only_when_there_is_one(qtbot, empty_window, store):
    window, act = empty_window, empty_window.actions_by_id
    ids = ("pause_run", "stop_run", "publish_run", "run_folder")
    assert [act[id].isEnabled() for id in ids] == [False] * 4
    run = make_run(runs_dir() / "one", store)
    window.workspaces.open_run(run.path)
    qtbot.waitUntil(lambda: window.training.state == "running")
    assert [act[id].isEnabled() for id in ids] == [True] * 4
    keys(qtbot, window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: wishes(run.path).wish == "pause")
    run.record("state", 0, 0, state="paused", why="")
    qtbot.waitUntil(lambda: act["pause_run"].text() == "Resume training")
    run.release()


def test_a_run_that_is_watched_rests_while_a_face_is_changed_in_explore(qtbot, empty_window, store):
    window = empty_window
    run = make_run(runs_dir() / "one", store)
    window.workspaces.open_run(run.path)
    qtbot.waitUntil(lambda: window.training.state == "running")
    window.workspaces.show("explore")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: wishes(run.path).rest_until > 0)
    run.release()
