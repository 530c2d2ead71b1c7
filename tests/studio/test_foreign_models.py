"""Networks of other makers in the window: opened by every road, kept as a copy, refused in one sentence."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from engine.models import own_copy
from engine.project import ModelReference, Project
from engine.project_file import write_project
from engine.recipe import PlaneLatent, Recipe, SeedLatent, View
from studio.model_card import ModelCard
from studio.thumbnails import PAGE
from tests.reference import DATA
from tests.studio.conftest import settle

FAMILIES = {
    "stylegan2": DATA / "pkl" / "sg2ada_c3_map2.pkl",
    "stylegan3": DATA / "pkl" / "sg3r_c0_map2.pkl",
    "stylegan1": DATA / "tf" / "tf_sg1_64_fused.pkl",
    "stylegan2 of TensorFlow": DATA / "tf" / "tf_sg2_64_cond_v4.pkl",
    "progan": DATA / "tf" / "progan64_fused.pkl",
    "rosinality": DATA / "rosinality" / "ros_64_s64_mlp8_cm2.pt",
}


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path, qapp):
    """No test knows a file because another opened it before; Qt's own dialogues, which a test can fill in."""
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.fixture
def opened(empty_window, qtbot):
    """Opens a network in the window, as the command line does."""

    def open_it(name: str):
        empty_window.start([FAMILIES[name]])
        settle(qtbot, empty_window)
        return empty_window

    return open_it


def toast(window) -> str:
    return window.canvas.toast.label.text()


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *how))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_opens_and_a_seed_moves_and_undo_brings_it_back(opened, qtbot, name):
    window = opened(name)
    first = window.canvas.frame.pixels.copy()
    window.latent.next.click()
    settle(qtbot, window)
    assert window.document.recipe.latent == SeedLatent(1)
    assert (window.canvas.frame.pixels != first).any()
    window.document.stack.undo()
    settle(qtbot, window)
    assert (window.canvas.frame.pixels == first).all()


def test_a_dropped_pickle_of_any_name_opens_while_the_model_before_stays(window, qtbot, tmp_path):
    before = window.document.model.hash
    shutil.copy(FAMILIES["progan"], tmp_path / "from a friend.bin")
    drop(window, tmp_path / "from a friend.bin")
    window.latent.next.click()
    assert window.document.recipe.latent == SeedLatent(1)
    qtbot.waitUntil(lambda: window.document.model.hash != before)
    settle(qtbot, window)
    assert window.top_bar.title == "from-a-friend"
    assert window.recent.models()[0] == tmp_path / "from a friend.bin"


def test_the_dialogue_offers_networks_of_other_makers(window, qtbot):
    before = window.document.model.hash
    window.actions_by_id["open_model"].trigger()
    dialog = window.findChild(QFileDialog)
    assert all(f"*{suffix}" in dialog.nameFilters()[0] for suffix in (".safetensors", ".pkl", ".pt", ".pth"))
    dialog.fileSelected.emit(str(FAMILIES["rosinality"]))
    dialog.close()
    qtbot.waitUntil(lambda: window.document.model.hash != before)


def test_the_second_opening_reads_no_pickle(window, qtbot, monkeypatch):
    window.opener.open([FAMILIES["stylegan1"]])
    qtbot.waitUntil(lambda: window.document.model.number == 2)
    monkeypatch.setitem(sys.modules, "engine.models.foreign", None)  # an import of it fails
    window.opener.open([FAMILIES["stylegan1"]])
    qtbot.waitUntil(lambda: window.document.model.number == 3)


def test_the_menu_of_models_names_a_foreign_one(window, qtbot):
    window.opener.open([FAMILIES["stylegan3"]])
    qtbot.waitUntil(lambda: window.document.model.number == 2)
    window.model_menu.fill()
    entry = window.model_menu.entries[FAMILIES["stylegan3"]]
    qtbot.waitUntil(lambda: bool(window.model_menu.titles))
    assert entry.text() == "sg3r_c0_map2"
    assert entry.isVisible()
    assert entry.isChecked()


def test_a_picture_of_a_foreign_model_finds_it_among_those_opened_before(window, qtbot, tmp_path, tiny_path):
    window.opener.open([FAMILIES["stylegan1"]])
    qtbot.waitUntil(lambda: window.document.model.number == 2)
    settle(qtbot, window)
    made = window.document.recipe
    (tmp_path / "a.json").write_bytes(made.to_json())
    window.opener.open([tiny_path])
    qtbot.waitUntil(lambda: window.document.model.number == 3)
    drop(window, tmp_path / "a.json")
    qtbot.waitUntil(lambda: window.document.recipe == made)


def test_a_missing_foreign_model_can_be_shown_where_it_lies(window, qtbot, tmp_path, monkeypatch):
    hash = own_copy.load_any(FAMILIES["progan"])[1].hash
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "another"))
    recipe = Recipe(model=hash, latent=SeedLatent(3))
    write_project(tmp_path / "a.visagist", Project(ModelReference(hash, "Friend", "/nowhere.pkl"), recipe))
    drop(window, tmp_path / "a.visagist")
    qtbot.waitUntil(lambda: window.opener.card is not None)
    find = next(b for b in window.opener.card.findChildren(QPushButton) if b.text() == "Find it…")
    qtbot.mouseClick(find, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(FAMILIES["stylegan1"]))
    qtbot.waitUntil(lambda: "is another model" in toast(window))
    dialog.fileSelected.emit(str(FAMILIES["progan"]))
    dialog.close()
    qtbot.waitUntil(lambda: window.document.recipe == recipe)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("must_refuse_os_global.pkl", "which no network needs; nothing of it was run"),
        ("must_refuse_getattr.pkl", "nothing of it was run"),
        ("must_refuse_truncated.pkl", "must_refuse_truncated.pkl: "),
        ("must_refuse_not_a_pickle.pkl", "must_refuse_not_a_pickle.pkl: "),
    ],
)
def test_a_hostile_file_is_one_sentence_and_the_picture_stays(window, qtbot, file, words):
    shown, model = window.canvas.frame, window.document.model
    drop(window, DATA / "hostile" / file)
    qtbot.waitUntil(lambda: words in toast(window))
    assert window.document.model is model
    assert window.canvas.frame is shown


def test_opening_a_hostile_pickle_starts_nothing(window, qtbot, monkeypatch):
    started = []
    for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen"), (pickle, "load"), (pickle, "loads")):
        monkeypatch.setattr(module, name, lambda *args, name=name, **more: started.append(name))
    drop(window, DATA / "hostile" / "must_refuse_os_global.pkl")
    qtbot.waitUntil(lambda: "nothing of it was run" in toast(window))
    assert started == []


def test_a_file_without_a_network_says_what_it_is(window, qtbot, tmp_path):
    (tmp_path / "keras.pkl").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(64))
    drop(window, tmp_path / "keras.pkl")
    qtbot.waitUntil(lambda: "it is an HDF5 file, as Keras writes" in toast(window))


HIDDEN = {
    "stylegan2": {"Growth"},
    "stylegan3": {"Growth", "Noise"},
    "stylegan1": set(),
    "stylegan2 of TensorFlow": {"Growth"},
    "progan": {"Truncation", "Style mix", "Directions", "Noise"},
    "rosinality": {"Growth"},
}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_window_hides_what_a_family_does_not_have(opened, name):
    window = opened(name)
    sections = window.inspector.sections
    assert {section.panel.title for section in sections if section.isHidden()} == HIDDEN[name]
    labels = {"stylegan2": 3, "stylegan2 of TensorFlow": True}
    assert window.latent.label.isVisible() == bool(labels.get(name))


def test_what_is_hidden_cannot_be_reached_by_an_action_either_and_comes_back(opened, qtbot, tiny_path):
    window = opened("progan")
    ids = ("centre", "rows", "table", "unmix", "noise", "noise_dice", "noise_animation", "find_direction")
    assert not any(window.actions_by_id[id].isEnabled() for id in ids)
    assert window.actions_by_id["next"].isEnabled()
    assert not window.latent.space.isVisible()
    window.opener.open([tiny_path])
    qtbot.waitUntil(lambda: window.document.model.number == 2)
    assert all(window.actions_by_id[id].isEnabled() for id in ids)
    assert window.latent.space.isVisible()
    assert [section.panel.title for section in window.inspector.sections if section.isHidden()] == ["Growth"]


def test_a_face_of_a_network_without_rows_is_bred_and_varied(opened, qtbot):
    window = opened("progan")
    gallery = window.gallery
    window.actions_by_id["parent_a"].trigger()
    window.latent.next.click()
    window.actions_by_id["parent_b"].trigger()
    assert [slider.name for slider in gallery.breed.sliders] == ["Whole"]
    window.actions_by_id["child"].trigger()
    settle(qtbot, window)
    assert isinstance(window.document.recipe.latent, PlaneLatent)
    window.actions_by_id["vary"].trigger()
    qtbot.waitUntil(lambda: len(window.session.thumbnails.made) > 8)


def test_the_model_page_tells_what_the_file_is_and_what_it_wanted_to_import(opened, qtbot):
    window = opened("stylegan2")
    window.actions_by_id["model"].trigger()
    card = window.findChild(ModelCard)
    text = card.text.toPlainText()
    card.close()
    for told in (
        "Family: StyleGAN2",
        "Labels: 3",
        "converted from sg2ada_c3_map2.pkl",
        "Mirrored: no",
        "torch_utils.persistence._reconstruct_persistent_obj",
        "nothing of it was run",
    ):
        assert told in text
    assert "Style rows: none" not in text


def test_words_of_a_file_are_no_markup_on_the_model_page(window):
    title = "<b>x</b> [a](b.html) ![i](/c.png) *d* `e`"
    model = dataclasses.replace(window.document.model, facts=(("name", title),))
    card = ModelCard(model, window)
    assert title in card.text.toPlainText()


@pytest.mark.parametrize("name", ["progan", "stylegan3"])
def test_the_gallery_of_a_model_without_small_pictures_is_made_from_full_ones(opened, qtbot, monkeypatch, name):
    monkeypatch.setattr("studio.thumbnails.LARGEST", 32)
    window = opened(name)
    thumbnails = window.session.thumbnails
    assert thumbnails.size is None
    thumbnails.face(4242)
    qtbot.waitUntil(lambda: thumbnails.face(4242) is not None)
    assert thumbnails.face(4242).width() == 2 * thumbnails.side


def test_where_pictures_are_costly_only_a_page_of_wishes_stands(opened, qtbot, monkeypatch):
    monkeypatch.setattr("studio.thumbnails.COSTLY_S", -1.0)
    thumbnails = opened("progan").session.thumbnails
    monkeypatch.setattr("studio.thumbnails.UNDER_WAY", 0)
    for seed in range(1000, 1100):
        thumbnails.face(seed)
    qtbot.waitUntil(lambda: len(thumbnails.waiting) == PAGE)
    assert Recipe(model=thumbnails.model.hash, latent=SeedLatent(1099)) in thumbnails.waiting


@pytest.mark.parametrize("name", ["stylegan3", "stylegan1"])
def test_the_view_is_dragged_undone_and_reset_by_a_double_click(opened, qtbot, drag, name):
    window = opened(name)
    section = window.inspector.sections[-1]
    assert section.folded
    qtbot.mouseClick(section.heading, Qt.MouseButton.LeftButton)
    window.inspector.reveal(section, section.parentWidget().parentWidget().parentWidget())
    first = window.canvas.frame.pixels.copy()
    track = window.view.sliders["rotation"].track
    drag.press(track, track.width() / 2)
    drag.move(track, track.width() * 0.7)
    drag.move(track, track.width() * 0.8)
    drag.release(track, track.width() * 0.8)
    assert window.document.recipe.view.rotation > 45
    settle(qtbot, window)
    turned = window.canvas.frame.pixels.copy()
    assert (turned != first).any()
    window.document.stack.undo()
    assert window.document.recipe.view == View()
    window.document.stack.redo()
    drag.double_click(track, track.width() * 0.8)
    assert window.document.recipe.view == View()
    settle(qtbot, window)
    assert (window.canvas.frame.pixels == first).all()


def test_the_view_stays_when_another_face_comes(opened, qtbot):
    window = opened("stylegan3")
    window.document.edit("View", view=View(rotation=30))
    window.gallery.faces.go_to(Recipe(latent=SeedLatent(5)))
    assert window.document.recipe.latent == SeedLatent(5)
    assert window.document.recipe.view == View(rotation=30)
    window.actions_by_id["view_reset"].trigger()
    assert window.document.recipe.view == View()
