"""Opening things: told apart by content, models found by their hash, several at once, the newest wish wins."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from engine.export.images import read_provenance
from engine.job import Progress
from engine.project import ModelReference, Project, Star
from engine.project_file import write_project
from engine.recipe import Recipe, SeedLatent
from studio.workers.opening import opening
from tests.nets import save_tiny
from tests.studio.conftest import settle


@pytest.fixture(autouse=True)
def own_dialogues(qapp):
    """Qt's own file dialogue, which a test can fill in."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def toast(window) -> str:
    return window.canvas.toast.label.text()


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *how))


def write_recipe(path: Path, recipe: Recipe) -> Path:
    path.write_bytes(recipe.to_json())
    return path


def button(card, text: str) -> QPushButton:
    return next(button for button in card.findChildren(QPushButton) if button.text() == text)


def test_a_model_and_a_picture_of_it_dropped_together_open_the_model_first(window, qtbot, tmp_path):
    other = save_tiny(tmp_path / "other.safetensors", 1)
    path = write_recipe(tmp_path / "a.json", Recipe(model=other.hash, latent=SeedLatent(7)))
    drop(window, path, tmp_path / "other.safetensors")
    qtbot.waitUntil(lambda: window.document.recipe == Recipe(model=other.hash, latent=SeedLatent(7)))
    settle(qtbot, window)
    assert window.canvas.frame.model == other.hash


def test_of_two_models_one_is_opened_and_the_other_is_told(window, qtbot, tmp_path):
    one = save_tiny(tmp_path / "one.safetensors", 1)
    save_tiny(tmp_path / "two.safetensors", 2)
    drop(window, tmp_path / "one.safetensors", tmp_path / "two.safetensors")
    qtbot.waitUntil(lambda: window.document.model.hash == one.hash)
    assert toast(window) == "One model is opened at a time, so two.safetensors was left out"


def test_a_broken_file_among_several_takes_no_other_along(window, qtbot, tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "cat.png")
    drop(window, tmp_path / "cat.png", write_recipe(tmp_path / "a.json", Recipe(latent=SeedLatent(7))))
    qtbot.waitUntil(lambda: window.document.recipe.latent == SeedLatent(7))
    assert "cat.png: this picture carries no Visagist recipe" in toast(window)


def test_a_folder_of_pictures_that_a_video_became_opens_as_its_project(window, qtbot, tmp_path):
    recipe = Recipe(model=window.document.model.hash, latent=SeedLatent(3))
    (tmp_path / "film").mkdir()
    write_project(tmp_path / "film" / "film.visagist", Project(ModelReference(recipe.model), recipe))
    (tmp_path / "film" / "000000.png").touch()
    drop(window, tmp_path / "film")
    qtbot.waitUntil(lambda: window.document.recipe == recipe)
    assert window.windowTitle() == "film[*] · Visagist"


def test_a_video_without_a_project_is_told_to_carry_none(window, qtbot, tmp_path):
    (tmp_path / "cat.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(12))
    drop(window, tmp_path / "cat.mp4")
    qtbot.waitUntil(lambda: toast(window).endswith("cat.mp4: this video carries no Visagist project"))


def test_an_archive_of_pictures_is_offered_to_a_new_training_run(window, qtbot, tmp_path):
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        archive.writestr("a.png", b"")
    drop(window, tmp_path / "faces.zip")
    qtbot.waitUntil(lambda: window.workspaces.current == "train")
    packing = window.workspaces.train.new_page.form.data.packing
    qtbot.waitUntil(packing.isVisible)
    assert packing.source == tmp_path / "faces.zip"


def test_a_table_of_labels_is_learned_from(window, qtbot, tmp_path):
    (tmp_path / "labels.csv").write_text("seed,Smile\n1,0\n2,1\n")
    drop(window, tmp_path / "labels.csv")
    qtbot.waitUntil(lambda: "label" in toast(window))
    assert "picture" not in toast(window)


def test_a_folder_and_a_missing_file_are_told(window, qtbot, tmp_path):
    drop(window, tmp_path)
    qtbot.waitUntil(lambda: "this is a folder; open the files in it" in toast(window))
    window.opener.open([tmp_path / "nothing.png"])
    qtbot.waitUntil(lambda: "it cannot be read" in toast(window))


def test_a_name_that_the_system_does_not_take_is_told_and_takes_no_other_along(window, qtbot, tmp_path):
    drop(window, tmp_path / ("x" * 300), write_recipe(tmp_path / "a.json", Recipe(latent=SeedLatent(7))))
    qtbot.waitUntil(lambda: window.document.recipe.latent == SeedLatent(7))
    assert "it cannot be read" in toast(window)


def test_what_a_file_says_of_itself_is_no_markup(window, qtbot, tmp_path):
    (tmp_path / "<h1>cat.png").write_bytes(b"?")
    drop(window, tmp_path / "<h1>cat.png")
    qtbot.waitUntil(lambda: "<h1>cat.png" in toast(window))
    write_project(tmp_path / "a.visagist", Project(ModelReference("f" * 64, "<img src='x.png'>"), Recipe()))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.opener.card is not None)
    for label in (window.canvas.toast.label, window.opener.card.sentence):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_picture_of_another_model_finds_its_model_in_the_models_folder(window, qtbot, tmp_path, home):
    (home / "models").mkdir()
    other = save_tiny(home / "models" / "other.safetensors", 1)
    window.opener.open([home / "models" / "other.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash == other.hash)
    window.document.edit("Seed", latent=SeedLatent(12))
    made = window.document.recipe
    settle(qtbot, window)
    pixels = window.canvas.frame.pixels.copy()
    window.pictures.save(tmp_path / "face.png")
    qtbot.waitUntil(lambda: toast(window).startswith("Saved"))
    assert read_provenance(tmp_path / "face.png").model == other.hash
    save_tiny(tmp_path / "third.safetensors", 2)
    window.opener.open([tmp_path / "third.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash != other.hash)
    drop(window, tmp_path / "face.png")
    qtbot.waitUntil(lambda: window.document.recipe == made)
    settle(qtbot, window)
    assert np.array_equal(window.canvas.frame.pixels, pixels)


def test_a_project_finds_its_model_where_it_lay_when_it_was_saved(window, qtbot, tmp_path):
    elsewhere = tmp_path / "far" / "away.safetensors"
    elsewhere.parent.mkdir()
    other = save_tiny(elsewhere, 1)
    recipe = Recipe(model=other.hash, latent=SeedLatent(3))
    write_project(tmp_path / "a.visagist", Project(ModelReference(other.hash, "Other", str(elsewhere)), recipe))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.document.recipe == recipe)


def test_a_project_that_gives_its_model_an_impossible_place_finds_it_by_its_hash(window, qtbot, tmp_path, home):
    (home / "models").mkdir()
    other = save_tiny(home / "models" / "other.safetensors", 1)
    recipe = Recipe(model=other.hash, latent=SeedLatent(3))
    write_project(tmp_path / "a.visagist", Project(ModelReference(other.hash, "Other", "/" + "x" * 300), recipe))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.document.recipe == recipe)


def test_a_missing_model_is_named_and_can_be_shown_where_it_lies(window, qtbot, tmp_path, tiny_path):
    other = save_tiny(tmp_path / "other.safetensors", 1, title="The other")
    recipe = Recipe(model=other.hash, latent=SeedLatent(3))
    write_project(tmp_path / "a.visagist", Project(ModelReference(other.hash, "The other"), recipe))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.opener.card is not None)
    sentence = f"a.visagist was made with the model “The other” ({other.hash[:12]}), which is not on this machine."
    assert window.opener.card.sentence.text() == sentence
    for path, ends in ((tiny_path, False), (tmp_path / "other.safetensors", True)):
        qtbot.mouseClick(button(window.opener.card, "Find it…"), Qt.MouseButton.LeftButton)
        dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
        dialog.setDirectory(str(path.parent))
        dialog.selectFile(path.name)
        dialog.accept()
        if not ends:
            qtbot.waitUntil(lambda: f"the one needed is {other.hash[:12]}" in toast(window))
            assert "The file tiny.safetensors is another model (A tiny random network" in toast(window)
    qtbot.waitUntil(lambda: window.document.recipe == recipe)
    assert window.opener.card is None


def test_a_drop_while_a_model_is_looked_into_is_the_newer_wish(window, qtbot, tmp_path, monkeypatch):
    other = save_tiny(tmp_path / "other.safetensors", 1)
    recipe = Recipe(model=other.hash, latent=SeedLatent(3))
    write_project(tmp_path / "a.visagist", Project(ModelReference(other.hash, "The other"), recipe))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.opener.card is not None)
    go_on = threading.Event()

    def slowly(path, model):
        assert go_on.wait(120)
        yield Progress(0, 1, "reading")
        return path

    monkeypatch.setattr("studio.opener.checking", slowly)
    qtbot.mouseClick(button(window.opener.card, "Find it…"), Qt.MouseButton.LeftButton)
    dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("other.safetensors")
    dialog.accept()
    drop(window, write_recipe(tmp_path / "a.json", Recipe(latent=SeedLatent(7))))
    go_on.set()
    qtbot.waitUntil(lambda: window.document.recipe.latent == SeedLatent(7))
    qtbot.waitUntil(lambda: not window.session.jobs.running)
    assert window.document.model.hash != other.hash


def test_a_pasted_recipe_of_a_missing_model_is_asked_for_and_can_be_put_off(window, qtbot):
    before = window.document.recipe
    QGuiApplication.clipboard().setText(json.dumps({"model": "f" * 64}))
    window.opener.paste()
    qtbot.waitUntil(lambda: window.opener.card is not None)
    assert window.opener.card.sentence.text().startswith("What was pasted was made with the model (ffffffffffff)")
    qtbot.keyClick(window.opener.card.cross, Qt.Key.Key_Escape)
    assert window.opener.card is None
    assert window.document.recipe == before


def test_a_start_with_a_project_opens_its_own_model_at_once(empty_window, qtbot, tmp_path):
    other = save_tiny(tmp_path / "other.safetensors", 1)
    recipe = Recipe(model=other.hash, latent=SeedLatent(3))
    reference = ModelReference(other.hash, "Other", str(tmp_path / "other.safetensors"))
    write_project(tmp_path / "a.visagist", Project(reference, recipe))
    empty_window.start([tmp_path / "a.visagist"])
    qtbot.waitUntil(lambda: empty_window.document.recipe == recipe)
    assert empty_window.document.model.number == 1


def test_a_start_with_a_file_that_is_broken_opens_the_usual_model(empty_window, qtbot, tmp_path, home, tiny_path):
    (home / "models").mkdir()
    shutil.copy(tiny_path, home / "models" / "ffhq.safetensors")
    (tmp_path / "a.visagist").write_bytes(b"{")
    empty_window.start([tmp_path / "a.visagist"])
    settle(qtbot, empty_window)
    assert "a.visagist" in toast(empty_window)


def test_the_newest_wish_wins(window, qtbot, tmp_path):
    one, two = (save_tiny(tmp_path / f"{seed}.safetensors", seed) for seed in (1, 2))
    window.opener.open([tmp_path / "1.safetensors"])
    window.opener.open([tmp_path / "2.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash == two.hash)
    qtbot.waitUntil(lambda: not window.session.jobs.running)
    assert window.document.model.hash == two.hash != one.hash


def test_another_model_fades_in_and_the_old_picture_stays_until_then(window, qtbot, tmp_path):
    save_tiny(tmp_path / "other.safetensors", 1)
    old = window.canvas.frame
    seen = []

    def on_painted(frame) -> None:
        seen.append((frame.model, window.canvas.before.isNull()))

    window.canvas.painted.connect(on_painted)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.canvas.frame.model != old.model)
    qtbot.waitUntil(lambda: seen[-1][0] != old.model)
    assert (window.document.model.hash, False) in seen
    assert all(model in (old.model, window.document.model.hash) for model, _ in seen)


def test_with_reduced_motion_another_model_does_not_fade(window, qtbot, tmp_path):
    window.actions_by_id["still"].setChecked(True)
    save_tiny(tmp_path / "other.safetensors", 1)
    old = window.canvas.frame
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.canvas.frame.model != old.model)
    assert window.canvas.before.isNull()


def test_stars_of_another_model_stay_on_the_board(window, qtbot, tmp_path):
    stars = (Star(replace(window.document.recipe, latent=SeedLatent(5))),)
    window.document.arrange("Star", stars=stars)
    other = save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash == other.hash)
    assert window.document.board.stars == stars


def test_a_model_that_takes_long_to_open_is_told_where_its_name_stands(window, qtbot, tmp_path, monkeypatch):
    go_on = threading.Event()

    def slowly(path, number):
        yield Progress(0, 1, "waiting")
        assert go_on.wait(120)
        return (yield from opening(path, number))

    monkeypatch.setattr("studio.session.opening", slowly)
    save_tiny(tmp_path / "other.safetensors", 1, title="The other")
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.top_bar.model.text() == "Opening…")
    window.document.edit("Seed", latent=SeedLatent(2))
    settle(qtbot, window)
    go_on.set()
    qtbot.waitUntil(lambda: window.top_bar.model.text() == "The other ▾")
