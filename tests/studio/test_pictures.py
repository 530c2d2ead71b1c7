"""Save, copy, open, paste and drop."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.export.deep import ENCODERS, to_words
from engine.export.images import read_provenance
from engine.recipe import Recipe, SeedLatent, Truncation
from studio.thumbnails import Thumbnails
from studio.workers.mailbox import Errand
from studio.workers.render_worker import Result
from tests.studio.conftest import settle


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


@pytest.mark.parametrize(("kind", "suffix"), [("PNG, 16 bit (*.png)", ".png"), ("TIFF, 16 bit (*.tif)", ".tif")])
def test_a_picture_of_16_bits_holds_the_numbers_of_the_network(window, qtbot, tmp_path, kind, suffix):
    window.document.edit("Seed", latent=SeedLatent(12))
    made = window.document.recipe
    window.pictures.ask_where_to_save()
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter(kind)
    dialog.filterSelected.emit(kind)  # as by a hand
    dialog.selectFile("deep")
    dialog.accept()
    window.document.edit("Seed", latent=SeedLatent(13))
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    path = tmp_path / f"deep{suffix}"
    assert read_provenance(path).recipe == made
    wanted = to_words(window.session.renderer.picture(made))
    assert path.read_bytes() == ENCODERS[suffix](wanted, read_provenance(path))
    assert len({*(wanted >> 8).ravel() * 257} ^ {*wanted.ravel()}) > 1000, "more than 8 bits could say"


def test_16_bits_in_a_file_that_cannot_hold_them_are_told(window, qtbot, tmp_path):
    window.pictures.save_deep(tmp_path / "face.jpg")
    qtbot.waitUntil(lambda: "16 bits a colour need PNG or TIFF" in toast(window))
    assert list(tmp_path.iterdir()) == []


def test_save_takes_the_recipe_of_that_moment_even_if_the_hand_goes_on(window, qtbot, tmp_path):
    window.document.edit("Seed", latent=SeedLatent(12))
    window.pictures.save(tmp_path / "face.png")
    for number in range(20):
        window.document.edit("Seed", latent=SeedLatent(100 + number))
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    provenance = read_provenance(tmp_path / "face.png")
    assert provenance.recipe.latent == SeedLatent(12)


def test_a_picture_is_saved_though_the_window_closes_at_once(window, tmp_path, slow_threads):
    window.pictures.save(tmp_path / "face.png")
    window.close()
    assert read_provenance(tmp_path / "face.png").recipe == window.document.recipe


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
    thumbnails, sent = Thumbnails(), []
    thumbnails.use(window.document.model)
    thumbnails.wanted.connect(lambda key, recipe, size: sent.append(recipe))

    def wish(seeds) -> None:
        for seed in seeds:
            thumbnails.face(seed)
        qtbot.waitUntil(lambda: not thumbnails.next_turn.isActive())

    wish(range(100, 105))
    wish(range(200, 205))
    for number in range(10):
        errand = Errand(("thumbnail", sent[number]), 1, window.session.renderer, sent[number], thumbnails.size)
        thumbnails.take(Result(errand, window.canvas.frame))
        qtbot.waitUntil(lambda: not thumbnails.next_turn.isActive())
    assert [recipe.latent.seed for recipe in sent] == [100, 101, 200, 201, 202, 203, 204, 102, 103, 104]
