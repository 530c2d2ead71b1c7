"""The morph: one undo step from one face to another, in its time, stopped by whatever else is done."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from engine.project import Board
from engine.recipe import PlaneLatent, Recipe, SeedLatent, Truncation
from studio.settings import MORPH_EASING, MORPH_SECONDS, REDUCE_MOTION
from tests.clock import Clock
from tests.nets import save_tiny
from tests.studio.conftest import settle


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def morph(window, clock):
    """The window's morph, on a clock that the test moves, ticking only when the test says so."""
    morph = window.history.morph
    morph.clock = clock
    morph.timer.setInterval(10**8)
    window.settings.set(MORPH_SECONDS, 2.0)
    window.settings.set(MORPH_EASING, "linear")
    return morph


@pytest.fixture
def aim(window) -> Recipe:
    return replace(window.document.recipe, latent=SeedLatent(9), truncation=Truncation(0.3))


def go(morph, clock, seconds: float) -> None:
    clock.now += seconds
    morph.tick()


def test_it_goes_there_in_its_time_ends_exactly_there_and_is_one_undo_step(window, qtbot, morph, clock, aim):
    start, count = window.document.recipe, window.document.stack.count()
    rests = []
    morph.go_to(aim, "Preset Anna")
    window.document.recipe_changed.connect(lambda old, new, rest: rests.append(rest))
    go(morph, clock, 0.5)
    assert window.document.recipe.truncation.psi == pytest.approx(0.6)
    assert isinstance(window.document.recipe.latent, PlaneLatent)
    go(morph, clock, 1.0)
    assert window.document.recipe.truncation.psi == pytest.approx(0.4)
    go(morph, clock, 1.0)
    assert window.document.recipe == aim
    assert not morph.running
    assert rests == [False, False, False, True]
    assert window.document.stack.count() == count + 1
    settle(qtbot, window)
    assert window.document.stack.undoText() == "Preset Anna"
    window.document.stack.undo()
    assert window.document.recipe == start


def test_easing_bends_the_way(window, morph, clock, aim):
    window.settings.set(MORPH_EASING, "quadratic-in")
    morph.go_to(aim, "x")
    go(morph, clock, 1.0)
    assert window.document.recipe.truncation.psi == pytest.approx(0.6)


@pytest.mark.parametrize("option", [(MORPH_SECONDS, 0.0), (REDUCE_MOTION, True)], ids=["no time", "reduced motion"])
def test_without_time_or_motion_it_is_a_cut(window, morph, aim, option):
    window.settings.set(*option)
    morph.go_to(aim, "x")
    assert window.document.recipe == aim
    assert not morph.running


def test_escape_stops_it_where_it_is_and_the_picture_comes_to_rest(window, qtbot, morph, clock, aim):
    morph.go_to(aim, "x")
    go(morph, clock, 1.0)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not morph.running
    there = window.document.recipe
    go(morph, clock, 0.5)
    assert window.document.recipe == there
    settle(qtbot, window)
    assert window.history.recorder.history.steps[-1].recipe == there


def test_any_other_edit_stops_it_and_stays(window, morph, clock, aim):
    morph.go_to(aim, "x")
    go(morph, clock, 0.5)
    window.document.edit("Seed", latent=SeedLatent(77))
    go(morph, clock, 0.5)
    assert window.document.recipe.latent == SeedLatent(77)
    assert not morph.running


def test_undo_stops_it_and_brings_back_where_it_began(window, qtbot, morph, clock, aim):
    start = window.document.recipe
    morph.go_to(aim, "x")
    go(morph, clock, 0.5)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    go(morph, clock, 0.5)
    assert window.document.recipe == start


def test_a_change_of_the_board_stops_it_and_the_step_is_kept(window, morph, clock, aim):
    morph.go_to(aim, "x")
    go(morph, clock, 0.5)
    there = window.document.recipe
    window.document.arrange("Pin", pins=("x",))
    assert not morph.running
    assert window.document.recipe == there
    assert window.document.board == Board(pins=("x",))
    assert window.history.recorder.history.steps[-1].recipe == there


def test_two_morphs_are_two_undo_steps(window, morph, clock, aim):
    morph.go_to(aim, "one")
    go(morph, clock, 0.5)
    between = window.document.recipe
    morph.go_to(replace(aim, latent=SeedLatent(3)), "two")
    go(morph, clock, 9.0)
    window.document.stack.undo()
    assert window.document.recipe == between


def test_another_model_stops_it(window, qtbot, morph, clock, aim, tmp_path):
    morph.go_to(aim, "x")
    save_tiny(tmp_path / "other.safetensors", 1)
    before = window.document.model.hash
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash != before)
    assert not morph.running
    settle(qtbot, window)


def test_between_too_many_faces_it_cuts_and_says_so(window, morph, clock, aim):
    deep = SeedLatent(0)
    for seed in range(15):
        deep = PlaneLatent((deep, SeedLatent(100 + seed), SeedLatent(200 + seed)), 0.1, 0.1)
    window.document.edit("Plane", latent=deep)
    other = PlaneLatent((deep, SeedLatent(1), SeedLatent(2)), 0.1, 0.1)
    far = replace(aim, latent=other)
    morph.go_to(far, "x")
    go(morph, clock, 0.5)
    assert window.document.recipe == far
    assert "latent stands on" in window.canvas.toast.label.text()


def test_closing_the_window_ends_it(window, morph, clock, aim):
    morph.go_to(aim, "x")
    go(morph, clock, 0.5)
    window.close()
    assert not morph.running


def test_by_itself_it_arrives(window, qtbot):
    window.settings.set(MORPH_SECONDS, 0.2)
    aim = replace(window.document.recipe, latent=SeedLatent(9))
    window.history.morph.go_to(aim, "x")
    assert window.history.morph.running
    qtbot.waitUntil(lambda: not window.history.morph.running)
    assert window.document.recipe == aim
    settle(qtbot, window)
