"""A project holds the history that the window recorded."""

from __future__ import annotations

from PySide6.QtCore import Qt

from engine.project_file import read_project, write_project
from engine.recipe import SeedLatent


def test_the_history_comes_back_with_its_branches_and_its_place(window, qtbot, tmp_path):
    for seed in (1, 2):
        window.document.edit(f"Seed {seed}", latent=SeedLatent(seed))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.document.edit("Seed 3", latent=SeedLatent(3))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    steps, at = window.history.recorder.steps()
    assert ([step.parent for step in steps], at) == ([-1, 0, 1, 1], 1)
    with qtbot.waitSignal(window.projects.saved_now):
        window.projects.write(tmp_path / "anna.visagist")
    window.projects.new()
    assert window.history.recorder.steps() != (steps, at)
    window.opener.open([tmp_path / "anna.visagist"])
    qtbot.waitUntil(lambda: window.history.recorder.steps() == (steps, at))
    assert window.document.recipe.latent == SeedLatent(1)
    write_project(tmp_path / "again.visagist", window.projects.snapshot())
    again, first = read_project(tmp_path / "again.visagist"), read_project(tmp_path / "anna.visagist")
    assert (again.history, again.at, again.recipe, again.board) == (first.history, first.at, first.recipe, first.board)
