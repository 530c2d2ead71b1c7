"""Projects in the window: saved, opened, begun anew; the title tells."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from engine.project import VERSION, Preset, Star, Step
from engine.project_file import read_project, write_project
from engine.recipe import Recipe, SeedLatent, Truncation
from studio.projects import writing
from tests.nets import save_tiny
from tests.studio.conftest import settle

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def own_dialogues(qapp):
    """Qt's own file dialogue, which a test can fill in."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def toast(window) -> str:
    return window.canvas.toast.label.text()


def save(window, qtbot, path: Path) -> None:
    """As a person does."""
    with qtbot.waitSignal(window.projects.saved_now):
        qtbot.keyClick(window, Qt.Key.Key_S, BOTH)
        if window.projects.path is None:
            dialog = window.findChild(QFileDialog)
            dialog.setDirectory(str(path.parent))
            dialog.selectFile(path.stem)
            dialog.accept()
    window.activateWindow()  # there is no window manager to give it back the keyboard
    qtbot.waitUntil(window.isActiveWindow)


def edit(window, seed: int) -> None:
    window.document.edit("Seed", latent=SeedLatent(seed), truncation=Truncation(0.1 + 0.2))


def test_a_project_that_is_saved_and_opened_shows_the_same_picture_bit_for_bit(window, qtbot, tmp_path):
    edit(window, 12)
    window.document.arrange("Star", stars=(Star(window.document.recipe, ("friend",)),))
    window.document.arrange("Preset", presets=(Preset("Anna", Recipe(latent=SeedLatent(3))),), pins=("ab",))
    settle(qtbot, window)
    state, pixels = window.document.state, window.canvas.frame.pixels.copy()
    save(window, qtbot, tmp_path / "anna")
    window.projects.new()
    settle(qtbot, window)
    assert window.document.state != state
    window.opener.open([tmp_path / "anna.visagist"])
    qtbot.waitUntil(lambda: window.document.state == state)
    settle(qtbot, window)
    assert np.array_equal(window.canvas.frame.pixels, pixels)
    assert not window.projects.modified
    assert not window.document.stack.canUndo(), "undo does not lead out of a project"


def test_a_project_holds_its_model_its_history_and_a_small_picture(window, qtbot, tmp_path, tiny_path):
    steps = (Step(-1, "Seed", Recipe(latent=SeedLatent(1))), Step(0, "Smile", Recipe(latent=SeedLatent(2))))
    restored = []
    window.projects.steps = lambda: (steps, 1)
    window.projects.restore = lambda *history: restored.append(history)
    edit(window, 12)
    save(window, qtbot, tmp_path / "anna")
    project = read_project(tmp_path / "anna.visagist")
    assert (project.history, project.at) == (steps, 1)
    assert project.model.hash == window.document.model.hash
    assert (project.model.title, project.model.path) == ("A tiny random network", str(tiny_path))
    assert project.preview.startswith(b"\xff\xd8")
    window.opener.open([tmp_path / "anna.visagist"])
    qtbot.waitUntil(lambda: restored[-1:] == [(steps, 1)])


def test_the_title_names_the_project_and_marks_it_until_it_is_saved(window, qtbot, tmp_path):
    assert window.windowTitle() == "Visagist"
    save(window, qtbot, tmp_path / "anna")
    assert window.windowTitle() == "anna[*] · Visagist"
    assert not window.isWindowModified()
    edit(window, 3)
    assert window.isWindowModified()
    window.document.stack.undo()
    assert not window.isWindowModified(), "undo leads back to what the file holds"
    window.document.stack.redo()
    save(window, qtbot, tmp_path / "anna")
    assert not window.isWindowModified()
    assert read_project(tmp_path / "anna.visagist").recipe.latent == SeedLatent(3)


def test_the_second_save_asks_nothing_and_save_as_asks_again(window, qtbot, tmp_path):
    save(window, qtbot, tmp_path / "anna")
    edit(window, 3)
    qtbot.keyClick(window, Qt.Key.Key_S, BOTH)
    qtbot.waitUntil(lambda: not window.projects.modified)
    window.actions_by_id["save_project_as"].trigger()
    dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("berta")
    dialog.accept()
    qtbot.waitUntil(lambda: window.windowTitle() == "berta[*] · Visagist")
    assert read_project(tmp_path / "berta.visagist").recipe == read_project(tmp_path / "anna.visagist").recipe


def test_a_save_that_ends_after_another_project_began_does_not_give_it_its_file(window, qtbot, tmp_path, monkeypatch):
    go_on = threading.Event()

    def slowly(path, project) -> None:
        assert go_on.wait(60)
        write_project(path, project)

    monkeypatch.setattr(writing, "write_project", slowly)
    edit(window, 12)
    window.projects.write(tmp_path / "anna.visagist")
    window.projects.new()
    go_on.set()
    qtbot.waitUntil(lambda: toast(window).startswith("Saved anna.visagist"))
    assert window.windowTitle() == "Visagist", "the next save asks for a file, and anna's stays anna's"
    assert read_project(tmp_path / "anna.visagist").recipe.latent == SeedLatent(12)


def test_of_two_saves_the_older_never_comes_last(window, qtbot, tmp_path, monkeypatch):
    begun, second = [], threading.Event()

    def out_of_turn(path, project) -> None:
        begun.append(project)
        if len(begun) == 1:
            second.wait(0.5)  # as long as a disk may take for the first
        write_project(path, project)
        second.set()

    monkeypatch.setattr(writing, "write_project", out_of_turn)
    for seed in (12, 13):
        edit(window, seed)
        window.projects.write(tmp_path / "anna.visagist")
    qtbot.waitUntil(lambda: len(begun) == 2 and not window.session.jobs.running)
    assert read_project(tmp_path / "anna.visagist").recipe.latent == SeedLatent(13)
    assert not window.isWindowModified()


def test_a_window_that_closes_at_once_saves_what_it_was_told_to_save(window, home, tmp_path, slow_threads):
    edit(window, 12)
    window.projects.write(tmp_path / "anna.visagist")
    window.close()
    assert read_project(tmp_path / "anna.visagist").recipe.latent == SeedLatent(12)
    assert not list((home / "recovery").glob("*")), "it is saved, so nothing is offered"


def test_new_keeps_what_was_not_saved_and_begins_with_a_plain_face(window, qtbot):
    edit(window, 12)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.document.recipe == Recipe(model=window.document.model.hash)
    assert "is kept" in toast(window)
    qtbot.waitUntil(lambda: not window.session.jobs.running)
    window.actions_by_id["recover"].trigger()
    qtbot.waitUntil(lambda: window.recovery.card is not None)
    assert [one.project.recipe.latent for one in window.recovery.kept] == [SeedLatent(12)]


def test_a_broken_project_is_told_in_one_sentence_and_changes_nothing(window, qtbot, tmp_path):
    (tmp_path / "anna.visagist").write_text('{"version": 1, "model"')
    before = window.document.state
    window.opener.open([tmp_path / "anna.visagist"])
    qtbot.waitUntil(lambda: "anna.visagist" in toast(window))
    assert "is cut short" in toast(window)
    assert window.document.state == before


def test_a_project_of_a_newer_version_is_refused_politely(window, qtbot, tmp_path):
    save(window, qtbot, tmp_path / "anna")
    path = tmp_path / "anna.visagist"
    path.write_text(
        path.read_text()
        .replace('"at":-1', '"at":-1,"hologram":true')
        .replace(f'"version":{VERSION}', f'"version":{VERSION + 1}')
    )
    window.opener.open([path])
    qtbot.waitUntil(lambda: "a newer Visagist opens it" in toast(window))


def test_what_the_model_cannot_follow_is_left_out_and_told_and_the_rest_is_there(window, qtbot, tmp_path):
    save(window, qtbot, tmp_path / "anna")
    path = tmp_path / "anna.visagist"
    project = read_project(path)
    star = Star(Recipe(latent=SeedLatent(7)))
    recipe = replace(project.recipe, truncation=Truncation(0.5, 99))
    write_project(path, replace(project, recipe=recipe, board=replace(project.board, stars=(star,))))
    window.opener.open([path])
    qtbot.waitUntil(lambda: window.document.board.stars == (star,))
    assert "the rest of the project is here" in toast(window)
    assert window.projects.modified, "the file holds more than what is on show"


def test_saving_without_a_model_is_told(empty_window):
    empty_window.projects.save()
    assert toast(empty_window) == "There is nothing to save yet"
    empty_window.projects.new()
    assert "no model is open yet" in toast(empty_window).lower()


@pytest.fixture
def full_disk(tmp_path) -> Iterator[Path]:
    """A disk of a few kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(folder)]
    if not sys.platform.startswith("linux") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root on Linux can make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_while_saving_is_told_and_the_old_file_stays(window, qtbot, full_disk):
    path = full_disk / "anna.visagist"
    save(window, qtbot, path)
    before = path.read_bytes()
    many = tuple(Star(Recipe(latent=SeedLatent(seed))) for seed in range(400))
    window.document.arrange("Stars", stars=many)
    qtbot.keyClick(window, Qt.Key.Key_S, BOTH)
    qtbot.waitUntil(lambda: "the disk is full" in toast(window))
    assert path.read_bytes() == before
    assert list(full_disk.iterdir()) == [path]
    assert window.isWindowModified()


def test_a_project_of_another_model_brings_its_model_along(window, qtbot, tmp_path, home):
    (home / "models").mkdir()
    other = save_tiny(home / "models" / "other.safetensors", 1, title="The other")
    edit(window, 12)
    save(window, qtbot, tmp_path / "anna")
    project = read_project(tmp_path / "anna.visagist")
    recipe = replace(project.recipe, model=other.hash)
    reference = replace(project.model, hash=other.hash, title="The other", path="/gone/other.safetensors")
    write_project(tmp_path / "berta.visagist", replace(project, model=reference, recipe=recipe))
    edit(window, 13)
    window.opener.open([tmp_path / "berta.visagist"])
    qtbot.waitUntil(lambda: window.document.recipe == recipe)
    settle(qtbot, window)
    assert window.canvas.frame.model == other.hash
    assert window.top_bar.model.text() == "The other ▾"
    assert window.windowTitle() == "berta[*] · Visagist"
    assert not window.isWindowModified()
