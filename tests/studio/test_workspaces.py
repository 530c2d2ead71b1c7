"""Going from one workspace to another: what each one shows, and what it leaves as it was."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from engine.recipe import SeedLatent
from studio.action_table import ACTIONS
from studio.main_window import MainWindow
from studio.settings import REDUCE_MOTION
from studio.workspaces import WORKSPACES
from tests.runs import WrittenRun
from tests.studio.conftest import Gate, settle

KEY = Qt.Key


def shown_docks(window: MainWindow) -> list[bool]:
    return [dock.isVisible() for dock in (window.gallery, window.inspector, window.history)]


def test_the_window_begins_in_explore_and_keys_go_to_train_and_back(empty_window, qtbot):
    tabs = empty_window.top_bar.tabs.tabs
    assert tabs["explore"].isChecked()
    assert empty_window.canvas.isVisible()
    qtbot.keyClick(empty_window, KEY.Key_F7)
    assert tabs["train"].isChecked()
    assert empty_window.workspaces.train.isVisible()
    assert not empty_window.canvas.isVisible()
    qtbot.keyClick(empty_window, KEY.Key_F5)
    assert tabs["explore"].isChecked()
    assert empty_window.canvas.isVisible()


def test_a_tab_shows_its_workspace(empty_window, qtbot):
    qtbot.mouseClick(empty_window.top_bar.tabs.tabs["train"], Qt.MouseButton.LeftButton)
    assert empty_window.workspaces.current == "train"


def test_explores_docks_are_away_in_train_and_come_back_as_they_were(empty_window, qtbot):
    qtbot.waitUntil(empty_window.inspector.isVisible)
    empty_window.actions_by_id["gallery"].trigger()
    before = shown_docks(empty_window)
    assert before == [False, True, True]
    empty_window.workspaces.show("train")
    assert shown_docks(empty_window) == [False, False, False]
    empty_window.workspaces.show("explore")
    assert shown_docks(empty_window) == before
    assert empty_window.actions_by_id["inspector"].isChecked()
    assert not empty_window.actions_by_id["gallery"].isChecked()


def test_a_window_closed_in_train_comes_back_with_explores_docks(empty_window, qtbot):
    empty_window.actions_by_id["history"].trigger()
    empty_window.workspaces.show("train")
    empty_window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert [dock.isHidden() for dock in (again.gallery, again.inspector, again.history)] == [False, False, True]
    again.close()


def test_only_what_is_of_use_here_is_offered(empty_window):
    menus = {action.text(): action for action in empty_window.top_bar.menus.actions()}
    assert not menus["Training"].isVisible()
    assert menus["Face"].isVisible()
    empty_window.workspaces.show("train")
    assert menus["Training"].isVisible()
    assert not menus["Face"].isVisible()
    assert menus["File"].isVisible()
    acts = empty_window.actions_by_id
    assert not acts["random"].isVisible()
    assert not acts["save"].isVisible()
    assert acts["open"].isVisible()
    assert acts["fullscreen"].isVisible()


def test_keys_of_explore_do_nothing_in_train(window, qtbot):
    seed = window.document.recipe.latent
    window.workspaces.show("train")
    qtbot.keyClick(window, KEY.Key_R)
    qtbot.keyClick(window, KEY.Key_Space)
    assert window.document.recipe.latent == seed
    window.workspaces.show("explore")
    qtbot.keyClick(window.canvas, KEY.Key_R)
    assert window.document.recipe.latent != seed


def test_a_model_that_opens_while_train_is_on_show_does_not_bring_explores_actions(empty_window, qtbot, tiny_path):
    empty_window.workspaces.show("train")
    empty_window.session.open_model(tiny_path)
    qtbot.waitUntil(lambda: empty_window.document.model is not None)
    assert not empty_window.actions_by_id["unmix"].isVisible()
    empty_window.workspaces.show("explore")
    assert empty_window.actions_by_id["unmix"].isEnabled()


def test_a_picture_that_came_while_another_workspace_was_on_show_is_there_on_the_way_back(window, qtbot):
    renderer = window.session.renderer
    gate = Gate(renderer.model.generator, len(renderer.model.generator.plan.stages) - 1)
    renderer.model = replace(renderer.model, generator=gate)
    window.document.edit("Seed", latent=SeedLatent(50_000))
    qtbot.waitUntil(gate.reached.is_set)
    qtbot.keyClick(window, KEY.Key_F6)
    qtbot.keyClick(window, KEY.Key_F5)
    gate.open.set()
    settle(qtbot, window)


def test_messages_are_read_in_every_workspace(empty_window):
    empty_window.workspaces.show("train")
    empty_window.messages.warn("something is wrong")
    assert empty_window.canvas.toast.isVisible()
    assert empty_window.canvas.toast.parentWidget() is empty_window.workspaces.train
    empty_window.workspaces.show("explore")
    empty_window.messages.warn("something is wrong again")
    assert empty_window.canvas.toast.parentWidget() is empty_window.canvas


def test_a_message_that_is_being_read_goes_along_to_another_workspace(empty_window, qtbot):
    empty_window.settings.set(REDUCE_MOTION, True)
    empty_window.messages.warn("something is wrong")
    empty_window.workspaces.show("train")
    toast, page = empty_window.canvas.toast, empty_window.workspaces.train
    assert toast.isVisible()
    for width in (1366, 1100):
        empty_window.resize(width, 760)
        qtbot.waitUntil(lambda: abs(toast.geometry().center().x() - page.rect().center().x()) <= 1)
    toast.hide()
    empty_window.workspaces.show("explore")
    assert not toast.isVisible()


def test_a_run_folder_opens_in_train_and_a_model_in_explore(window, qtbot, tmp_path, tiny_path):
    written = WrittenRun(tmp_path / "run")
    written.start()
    window.opener.open([written.folder])
    qtbot.waitUntil(lambda: window.workspaces.current == "train")
    assert window.workspaces.train.folder == written.folder
    window.opener.open([tiny_path])
    qtbot.waitUntil(lambda: window.workspaces.current == "explore")


def test_every_workspace_names_known_actions_and_menus():
    ids, menus = {spec.id for spec in ACTIONS}, {spec.menu for spec in ACTIONS}
    for workspace in WORKSPACES:
        assert {workspace.action, *workspace.actions} <= ids
        assert set(workspace.menus) <= menus


def test_a_start_imports_neither_charts_nor_torch():
    code = (
        "import sys, studio.main_window; print([name for name in ('pyqtgraph', 'torch', 'PIL') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_explore_workspace_needs_no_more_room_for_train(empty_window, qtbot):
    before = empty_window.minimumSizeHint().width()
    empty_window.workspaces.show("train")
    assert empty_window.minimumSizeHint().width() <= 1366
    empty_window.workspaces.show("explore")
    qtbot.waitUntil(lambda: empty_window.minimumSizeHint().width() <= before)
