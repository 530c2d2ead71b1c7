"""Contact sheets from the window: rendered in quiet moments, saved by a job, stopped at will."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog

from engine.export.images import read_provenance
from engine.project import Star
from engine.recipe import DirectionAmount, Mix, Recipe, SeedLatent
from studio.sheets import SheetDialog
from tests.nets import save_tiny
from tests.studio.conftest import Gate, settle


@pytest.fixture(autouse=True)
def own_dialogues(qapp):
    """Qt's own file dialogue, which a test can fill in."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.fixture
def starred(window) -> list[Recipe]:
    """Five faces on the board."""
    recipes = [Recipe(model=window.document.model.hash, latent=SeedLatent(seed)) for seed in range(20, 25)]
    window.document.arrange("Star", stars=tuple(map(Star, recipes)))
    return recipes


def toast(window) -> str:
    return window.canvas.toast.label.text()


def press(dialog: SheetDialog, qtbot) -> None:
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Save), Qt.MouseButton.LeftButton)


def test_a_contact_sheet_shows_the_starred_faces_and_carries_their_recipes(window, starred, qtbot, tmp_path):
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SheetDialog)
    dialog.columns.setFocus()
    qtbot.keyClick(dialog.columns, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.columns, Qt.Key.Key_Up)
    assert dialog.outcome.text() == "5 pictures, 2 × 3: 134 × 236 px"
    press(dialog, qtbot)
    files = window.findChild(QFileDialog)
    files.setDirectory(str(tmp_path))
    files.selectFile("sheet")
    files.accept()
    qtbot.waitUntil(lambda: toast(window).startswith("Saved 5 pictures as sheet.png"))
    assert not window.sheets.making.line.isVisible()
    assert read_provenance(tmp_path / "sheet.png").recipes == tuple(reversed(starred)), (
        "the newest first, as in the gallery"
    )
    with Image.open(tmp_path / "sheet.png") as picture:
        sheet = np.asarray(picture)
    window.document.replace("x", starred[-2])
    settle(qtbot, window)
    assert np.array_equal(sheet[2:66, 68:132], window.canvas.frame.rgb())


def test_without_chosen_faces_it_says_what_to_do(window):
    window.sheets.ask()
    assert toast(window).startswith("Choose some faces first")
    assert QApplication.activeModalWidget() is None


def test_a_sheet_that_is_too_large_cannot_be_asked_for(window, qtbot):
    dialog = SheetDialog(9000, (64, 1024), window)
    qtbot.addWidget(dialog)
    dialog.cell.setCurrentIndex(1)
    assert "too large" in dialog.outcome.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Save).isEnabled()


def test_a_sheet_can_be_stopped_and_leaves_no_file(window, starred, qtbot, tmp_path):
    renderer = window.session.renderer
    gate = Gate(renderer.model.generator, 0)
    renderer.model = dataclasses.replace(renderer.model, generator=gate)
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    line = window.sheets.making.line
    assert line.isVisible()
    assert line.label.text() == "Rendering 1 of 5"
    qtbot.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    gate.open.set()
    assert not line.isVisible()
    window.document.edit("Seed", latent=SeedLatent(4))
    settle(qtbot, window)
    assert list(tmp_path.iterdir()) == []
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    qtbot.waitUntil(lambda: toast(window).startswith("Saved 5"))


def test_a_picture_that_cannot_be_made_is_one_sentence_and_no_file(window, starred, qtbot, tmp_path):
    lost = replace(starred[0], directions=(DirectionAmount("Smile", "gone", 1.0, (0,)),))
    window.sheets.save([starred[1], lost], tmp_path / "sheet.png", 64)
    qtbot.waitUntil(lambda: "open the pack it was made with" in toast(window))
    assert list(tmp_path.iterdir()) == []
    assert not window.sheets.making.line.isVisible()


def test_a_full_disk_is_one_sentence_and_the_old_file_stays(window, starred, qtbot, tmp_path, monkeypatch):
    (tmp_path / "sheet.png").write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    qtbot.waitUntil(lambda: "the disk is full" in toast(window))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("sheet.png", b"old")]


def test_another_model_ends_a_sheet_with_a_sentence(window, starred, qtbot, tmp_path):
    renderer = window.session.renderer
    gate = Gate(renderer.model.generator, 0)
    renderer.model = dataclasses.replace(renderer.model, generator=gate)
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    save_tiny(tmp_path / "other.safetensors", 1)
    window.session.open_model(tmp_path / "other.safetensors")
    qtbot.waitUntil(lambda: "another model was opened" in toast(window).lower())
    gate.open.set()
    settle(qtbot, window)
    assert not (tmp_path / "sheet.png").exists()


def test_the_window_goes_on_while_a_sheet_is_made(window, starred, qtbot, tmp_path):
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    window.document.edit("Mix", mixes=(Mix(SeedLatent(3), (1,)),))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: toast(window).startswith("Saved 5"))


def test_closing_while_a_sheet_is_made_ends_every_thread_and_leaves_no_file(window, starred, tmp_path):
    window.sheets.save(starred, tmp_path / "sheet.png", 64)
    window.close()
    assert window.session.worker.isFinished()
    assert not window.session.jobs.running
    assert list(tmp_path.iterdir()) == []
