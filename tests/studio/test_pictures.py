"""Save, copy, open, paste and drop."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.export.images import read_provenance
from engine.recipe import Recipe, SeedLatent, Truncation
from tests.studio.conftest import Gate, settle


@pytest.fixture(autouse=True)
def own_dialogues(qapp):
    """Qt's own file dialogue, which a test can fill in."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def toast(window) -> str:
    return window.canvas.toast.label.text()


def drop(window, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *how))


def test_save_writes_a_png_with_its_recipe(window, qtbot, tmp_path):
    window.document.edit("Seed", latent=SeedLatent(12))
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("face")
    dialog.accept()
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    path = tmp_path / "face.png"
    settle(qtbot, window)
    assert read_provenance(path).recipe == window.document.recipe
    with Image.open(path) as picture:
        assert np.array_equal(np.asarray(picture), window.canvas.frame.rgb())


def test_save_takes_the_recipe_of_that_moment_even_if_the_hand_goes_on(window, qtbot, tmp_path):
    window.document.edit("Seed", latent=SeedLatent(12))
    window.pictures.save(tmp_path / "face.png")
    for number in range(20):
        window.document.edit("Seed", latent=SeedLatent(100 + number))
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    provenance = read_provenance(tmp_path / "face.png")
    assert provenance.recipe.latent == SeedLatent(12)


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(window, qtbot, tmp_path):
    window.pictures.save(tmp_path / "nowhere" / "face.png")
    qtbot.waitUntil(lambda: "its folder does not exist" in toast(window))
    assert list(tmp_path.iterdir()) == []


def test_a_saved_picture_dropped_on_the_window_opens_as_the_recipe_that_made_it(window, qtbot, tmp_path):
    window.document.edit("Face", latent=SeedLatent(12), truncation=Truncation(0.3, 4))
    made = window.document.recipe
    window.pictures.save(tmp_path / "face.png")
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    window.document.edit("Seed", latent=SeedLatent(1))
    drop(window, tmp_path / "face.png")
    qtbot.waitUntil(lambda: window.document.recipe == made)
    assert window.truncation.psi.value == 0.3
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(1)


def test_a_picture_from_elsewhere_is_told_and_changes_nothing(window, qtbot, tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "cat.png")
    before = window.document.recipe
    drop(window, tmp_path / "cat.png")
    qtbot.waitUntil(lambda: "cat.png" in toast(window))
    assert window.document.recipe == before


def test_a_recipe_file_opens(window, qtbot, tmp_path):
    (tmp_path / "r.json").write_bytes(Recipe(latent=SeedLatent(9)).to_json())
    drop(window, tmp_path / "r.json")
    qtbot.waitUntil(lambda: window.document.recipe.latent == SeedLatent(9))


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        ({"version": 99}, "a newer Visagist opens it"),
        ({"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": [40]}]}, "rows are 0 to 9"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_told_and_changes_nothing(window, qtbot, recipe, sentence):
    before = window.document.recipe
    QGuiApplication.clipboard().setText(json.dumps(recipe))
    window.opener.paste()
    assert sentence in toast(window)
    assert window.document.recipe == before


def test_copy_puts_picture_and_recipe_on_the_clipboard_and_paste_brings_them_back(window, qtbot):
    window.document.edit("Seed", latent=SeedLatent(12))
    settle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    image = QGuiApplication.clipboard().image()
    assert image.pixelColor(5, 7).getRgb()[:3] == tuple(window.canvas.frame.rgb()[7, 5])
    window.document.edit("Seed", latent=SeedLatent(1))
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.document.recipe.latent == SeedLatent(12)


def test_a_picture_named_at_the_start_opens_with_the_model(empty_window, qtbot, tiny_path, tmp_path):
    (tmp_path / "r.json").write_bytes(Recipe(latent=SeedLatent(9)).to_json())
    empty_window.start([tmp_path / "r.json", tiny_path])
    qtbot.waitUntil(lambda: empty_window.document.recipe.latent == SeedLatent(9))


def test_thumbnails_are_small_and_made_once(window, qtbot):
    thumbnails = window.session.thumbnails
    assert thumbnails.face(4242) is None
    qtbot.waitUntil(lambda: thumbnails.face(4242) is not None)
    assert thumbnails.face(4242).width() == thumbnails.size == 64
    with qtbot.assertNotEmitted(thumbnails.wanted):
        thumbnails.face(4242)


def test_what_is_wished_for_last_is_made_first_in_the_order_it_was_said(window, qtbot):
    thumbnails = window.session.thumbnails
    renderer = window.session.renderer
    gate = Gate(renderer.model.generator, 0)
    renderer.model = dataclasses.replace(renderer.model, generator=gate)
    made = []
    thumbnails.ready.connect(lambda recipe: made.append(recipe.latent.seed) if recipe.latent.seed >= 100 else None)
    for seed in range(100, 105):
        thumbnails.face(seed)
    qtbot.waitUntil(gate.reached.is_set)
    for seed in range(200, 205):
        thumbnails.face(seed)
    qtbot.wait(5)
    gate.open.set()
    qtbot.waitUntil(lambda: len(made) == 10)
    newer = [made.index(seed) for seed in range(200, 205)]
    assert newer == sorted(newer)
    assert newer[-1] < made.index(102) < made.index(103) < made.index(104), "but for the two that were under way"
