"""The ring of near faces."""

from __future__ import annotations

import itertools

from msgspec.structs import replace
from PySide6.QtCore import Qt

from engine.recipe import MOST_LEAVES, ExplicitLatent, PlaneLatent, Recipe, SeedLatent, Truncation, leaves
from studio.gallery import variations
from studio.gallery.variations import MIDDLE
from tests.studio.conftest import settle


def ring(window) -> list[Recipe]:
    return [face.recipe for place, face in enumerate(window.gallery.variations.faces) if place != MIDDLE]


def test_the_ring_is_around_the_face_on_show_and_keeps_everything_else(window):
    window.document.replace("x", replace(window.document.recipe, latent=SeedLatent(4), truncation=Truncation(0.2)))
    faces = ring(window)
    assert window.gallery.variations.faces[MIDDLE].recipe == window.document.recipe
    assert len(set(faces)) == 8
    assert {face.truncation for face in faces} == {Truncation(0.2)}
    assert all(face.latent.corners[0] == SeedLatent(4) and face.latent.space == "z" for face in faces)


def test_the_ring_waits_while_a_slider_moves(window, qtbot, drag):
    before = ring(window)
    track = window.truncation.psi.track
    drag.press(track, track.x_of(0.7))
    drag.move(track, track.x_of(0.1))
    assert window.document.recipe.truncation.psi < 0.5
    assert ring(window) == before
    drag.release(track, track.x_of(0.1))
    assert ring(window) != before
    settle(qtbot, window)


def test_a_click_goes_to_a_near_face_in_one_undo_step(window, qtbot):
    chosen = window.gallery.variations.faces[0]
    recipe = chosen.recipe
    qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
    assert window.document.recipe == recipe
    assert window.gallery.variations.faces[MIDDLE].recipe == recipe
    assert chosen.recipe.latent.corners[0] == recipe.latent, "the ring is around the new one"
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)
    settle(qtbot, window)


def test_the_slider_says_how_near(window, qtbot):
    track = window.gallery.variations.radius.track
    track.setFocus()
    qtbot.keyClick(track, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: {face.latent.x for face in ring(window)} == {0.02})
    assert window.document.stack.count() == 0


def test_the_dice_gives_eight_others(window, qtbot, monkeypatch):
    monkeypatch.setattr(variations, "random_seed", itertools.count(5000).__next__)  # two rolls may share a seed
    before = ring(window)
    qtbot.mouseClick(window.gallery.variations.dice, Qt.MouseButton.LeftButton)
    between = ring(window)
    assert not set(before) & set(between)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_V)
    assert not set(between) & set(ring(window))


def test_near_faces_differ_and_the_nearer_the_less(window):
    latents = window.session.renderer.latents
    here = latents.styles(window.document.recipe)

    def distances() -> list[float]:
        return [float((latents.styles(face) - here).norm()) for face in ring(window)]

    usual = distances()
    window.gallery.variations.radius.take("0.05")
    window.gallery.variations.show_ring()
    near = distances()
    assert min(usual) > 0
    assert all(0 < a < b for a, b in zip(near, usual, strict=True))


def test_a_long_walk_goes_on_by_numbers(window, qtbot):
    face = window.gallery.variations.faces[0]
    flat = False
    for _ in range(MOST_LEAVES):
        qtbot.mouseClick(face, Qt.MouseButton.LeftButton)
        latent = window.document.recipe.latent
        assert leaves(latent) <= MOST_LEAVES
        flat = flat or (isinstance(latent, PlaneLatent) and isinstance(latent.corners[0], ExplicitLatent))
    assert flat
    assert window.document.stack.count() == MOST_LEAVES
    settle(qtbot, window)


def test_thumbnails_of_the_ring_come(window, qtbot):
    made = window.session.thumbnails.made
    qtbot.waitUntil(lambda: all(face in made for face in ring(window)))
    window.document.edit("Seed", latent=SeedLatent(5))
    window.grab()  # the pictures before stay, paler, until the new ones are there
    qtbot.waitUntil(lambda: all(face in made for face in ring(window)))
