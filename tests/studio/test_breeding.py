"""A child of two faces."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from engine.recipe import Mix, SeedLatent
from studio.gallery.next_face import face_of
from tests.studio.conftest import settle


@pytest.fixture
def breed(window):
    window.gallery.unfold(2)
    return window.gallery.breed


def star(window, *seeds: int) -> None:
    for seed in seeds:
        window.gallery.faces.toggle_stars([face_of(seed, window.document.recipe)])


def test_the_two_newest_stars_are_the_parents(window, breed):
    assert breed.child.recipe is None
    star(window, 4, 5, 6)
    assert [slot.recipe.latent for slot in breed.parents.values()] == [SeedLatent(6), SeedLatent(5)]
    assert breed.child.recipe is not None
    window.document.stack.undo()
    assert [slot.recipe.latent for slot in breed.parents.values()] == [SeedLatent(5), SeedLatent(4)]


def test_a_click_on_a_slot_puts_the_face_on_show_there(window, breed, qtbot):
    star(window, 4, 5)
    window.document.edit("Seed", latent=SeedLatent(9))
    qtbot.mouseClick(breed.parents["A"], Qt.MouseButton.LeftButton)
    assert breed.parents["A"].recipe.latent == SeedLatent(9)
    star(window, 7)
    assert breed.parents["A"].recipe.latent == SeedLatent(9), "what was put there stays"
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(breed.parents["A"], event)
    menu = QApplication.activePopupWidget()
    next(action for action in menu.actions() if action.text() == "The newest star").trigger()
    menu.close()
    assert breed.parents["A"].recipe.latent == SeedLatent(7)


def test_the_sliders_share_each_band_between_the_parents(window, breed, qtbot):
    star(window, 4, 5)
    for slider, key in zip(breed.sliders, (Qt.Key.Key_Home, Qt.Key.Key_Home, Qt.Key.Key_End), strict=True):
        slider.track.setFocus()
        qtbot.keyClick(slider.track, key)
    qtbot.mouseClick(breed.child, Qt.MouseButton.LeftButton)
    child = window.document.recipe
    assert child.latent == SeedLatent(5)
    assert child.mixes == (Mix(SeedLatent(4), (9,)),)
    latents = window.session.renderer.latents
    a, b = (latents.styles(breed.parents[name].recipe) for name in "AB")
    assert torch.allclose(latents.styles(child), torch.cat([a[:9], b[9:]]), atol=1e-6)
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)
    settle(qtbot, window)


def test_the_child_follows_the_sliders(window, breed, qtbot):
    star(window, 4, 5)
    before = breed.child.recipe
    breed.sliders[0].track.setFocus()
    qtbot.keyClick(breed.sliders[0].track, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: breed.child.recipe != before)
    assert window.document.stack.count() == 2, "only the stars"
    qtbot.waitUntil(lambda: breed.child.recipe in window.session.thumbnails.made)


def test_other_shares_make_another_child(window, breed, qtbot):
    assert not breed.shuffle.isEnabled()
    star(window, 4, 5)
    before = breed.child.recipe
    qtbot.mouseClick(breed.shuffle, Qt.MouseButton.LeftButton)
    assert breed.child.recipe != before


def test_without_parents_one_sentence_says_what_is_missing(window, qtbot):
    window.actions_by_id["child"].trigger()
    assert window.canvas.toast.label.text() == "A child needs two parents: star two faces, or put them into the slots"


def test_the_actions_put_the_face_on_show_into_the_slots(window, breed):
    window.actions_by_id["parent_a"].trigger()
    window.document.edit("Seed", latent=SeedLatent(3))
    window.actions_by_id["parent_b"].trigger()
    window.actions_by_id["shares"].trigger()
    window.actions_by_id["child"].trigger()
    assert [slot.recipe.latent for slot in breed.parents.values()] == [SeedLatent(0), SeedLatent(3)]
    assert window.document.recipe == breed.child.recipe


def test_parents_that_are_the_same_have_themselves_as_child(window, breed):
    window.actions_by_id["parent_a"].trigger()
    window.actions_by_id["parent_b"].trigger()
    assert breed.child.recipe == window.document.recipe


def test_directions_read_again_leave_parents_and_shares(window, breed, qtbot):
    window.actions_by_id["parent_a"].trigger()
    star(window, 4)
    breed.sliders[0].track.setFocus()
    qtbot.keyClick(breed.sliders[0].track, Qt.Key.Key_End)
    child = breed.child.recipe
    window.document.model_changed.emit(dataclasses.replace(window.document.model))
    assert breed.sliders[0].value == 1.0
    assert breed.parents["A"].recipe.latent == SeedLatent(0)
    qtbot.waitUntil(lambda: breed.child.recipe != child)
