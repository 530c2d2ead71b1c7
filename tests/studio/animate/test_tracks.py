"""Tracks of single controls: how they come, their curves under the hand, walks, and what goes with them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMenu

from engine.controls import control_at
from engine.recipe import DirectionAmount
from engine.timeline import recipe_at
from engine.timeline.easings import Bezier
from engine.timeline.edits import KeyAt, track_at
from engine.timeline.reading import value_at
from engine.timeline.values import ControlTrack, Timeline, ValueKey
from studio.animate.curve import Curve
from studio.animate.hits import place_of
from studio.animate.paint_tracks import y_of
from tests.studio.animate.conftest import middle, timeline_of
from tests.studio.animate.test_editing import choose, menu_at, pull

PSI = "truncation.psi"


@pytest.fixture
def psi(film):
    """The film with a track of psi: 0.7 at 0 s, 1.2 at 4 s."""
    film.animate.tracks.add_track(PSI)
    film.animate.tracks.add_key(PSI, 4.0, 1.2)
    film.animate.animation.choose(())
    return film


def key_place(page, t: float, number: int = 1) -> QPointF:
    """Where a key of a track lies."""
    place = place_of(page.area, KeyAt(page.area.lanes[number].address, t))
    assert place is not None
    return place


def test_a_slider_in_explore_puts_its_value_at_the_playhead(window, qtbot):
    slider = window.truncation.psi
    slider.take("0.35")
    menu = QMenu()
    slider.fill_menu(menu)
    next(action for action in menu.actions() if action.text() == "Add keyframe at 00:00.00").trigger()
    made = timeline_of(window)
    assert [(key.t, key.value) for key in track_at(made, PSI).keys] == [(0.0, 0.35)]
    assert [key.recipe for key in made.recipes.keys] == [window.document.recipe]
    assert window.document.stack.undoText() == "Add key"


@pytest.mark.parametrize(
    ("find", "address"),
    [
        (lambda window: window.truncation.cutoff, "truncation.cutoff"),
        (lambda window: window.view.sliders["zoom"], "view.zoom"),
        (lambda window: window.noise.strength, "noise.strength"),
        (lambda window: next(iter(window.noise.levels.values())), "noise.level/"),
    ],
)
def test_every_kind_of_slider_offers_it(window, find, address):
    menu = QMenu()
    find(window).fill_menu(menu)
    next(action for action in menu.actions() if action.text().startswith("Add keyframe")).trigger()
    assert timeline_of(window).tracks[0].address.startswith(address)


def test_a_track_can_be_added_for_any_control_and_changes_nothing_at_first(film, page):
    film.animate.animation.go(1.0)
    before = recipe_at(timeline_of(film), 1.0)
    menu = page.menus.new_track.menu()
    menu.aboutToShow.emit()
    choose(menu, "View", "Zoom")
    assert [track.address for track in timeline_of(film).tracks] == ["view.zoom"]
    assert recipe_at(timeline_of(film), 1.0) == before
    menu.aboutToShow.emit()
    view = next(action.menu() for action in menu.actions() if action.text() == "View")
    assert "Zoom" not in [action.text() for action in view.actions()]


def test_the_curve_of_a_key_is_pulled_up_by_hand(psi, page, drag):
    at = key_place(page, 4.0)
    pull(drag, page, at, QPointF(at.x() + 1, at.y() - 8))
    keys = track_at(timeline_of(psi), PSI).keys
    assert keys[1].value > 1.2
    assert keys[1].t == 4.0
    assert psi.document.stack.undoText() == "Change key"
    psi.document.stack.undo()
    assert track_at(timeline_of(psi), PSI).keys[1].value == 1.2


def test_a_key_of_a_track_is_pulled_along_and_snaps_to_a_face(psi, page, drag):
    at = key_place(page, 4.0)
    pull(drag, page, at, QPointF(page.area.axis.x(2.0) + 4, at.y()))
    assert [key.t for key in track_at(timeline_of(psi), PSI).keys] == [0.0, 2.0]


def test_a_double_click_on_a_track_adds_a_key_on_its_curve(psi, page, qtbot):
    qtbot.mouseDClick(page.area, Qt.MouseButton.LeftButton, pos=middle(page, 2.0, 1).toPoint())
    keys = track_at(timeline_of(psi), PSI).keys
    assert [key.t for key in keys] == pytest.approx([0.0, 2.0, 4.0], abs=0.02)
    assert keys[1].value == pytest.approx(0.95, abs=0.01)


def test_a_bezier_curve_is_shaped_by_its_handles(psi, page, drag):
    psi.animate.animation.choose({KeyAt(PSI, 0.0)})
    psi.animate.ease(Bezier(0.3, 0.0, 0.6, 1.0))
    page.area.open_lane(PSI)
    lane = page.area.lanes[1]
    limits = page.area.limits(lane)
    start = QPointF(page.area.axis.x(1.2), y_of(lane, 0.7, limits))
    stop = QPointF(page.area.axis.x(2.0), y_of(lane, 0.95, limits))
    pull(drag, page, start, stop)
    made = track_at(timeline_of(psi), PSI).keys[0].easing
    assert (made.x1, made.y1) == pytest.approx((0.5, 0.5), abs=0.03)
    assert (made.x2, made.y2) == (0.6, 1.0)
    assert psi.document.stack.undoText() == "Shape the curve"
    psi.document.stack.undo()
    assert track_at(timeline_of(psi), PSI).keys[0].easing == Bezier(0.3, 0.0, 0.6, 1.0)


def test_a_value_is_typed_and_a_wrong_one_is_told(psi, page):
    choose(menu_at(page, key_place(page, 4.0)), "Value…")
    dialog = QApplication.activeModalWidget()
    for text in ("much", "nan", "1e400"):
        dialog.field.setText(text)
        dialog.finish()
        assert f"'{text}' is no number" in dialog.wrong.text()
    dialog.field.setText("0,9")
    dialog.finish()
    assert track_at(timeline_of(psi), PSI).keys[1].value == 0.9


def test_a_random_walk_is_added_with_its_seed_and_taken_away(psi, page):
    choose(menu_at(page, middle(page, 7.0, 1)), "Random walk…")
    dialog = QApplication.activeModalWidget()
    dialog.sliders["high"].take("0.5")
    dialog.sliders["low"].take("-0.25")
    dialog.seed.take(11)
    dialog.finish()
    wander = track_at(timeline_of(psi), PSI).wander
    assert (wander.low, wander.high, wander.seed) == (-0.25, 0.5, 11)
    assert recipe_at(timeline_of(psi), 1.0) != recipe_at(timeline_of(psi), 1.3)
    choose(menu_at(page, middle(page, 7.0, 1)), "No random walk")
    assert track_at(timeline_of(psi), PSI).wander is None


def test_a_track_is_switched_off_and_removed(psi, page):
    before = recipe_at(timeline_of(psi), 4.0)
    choose(menu_at(page, middle(page, 7.0, 1)), "On")
    assert recipe_at(timeline_of(psi), 4.0) != before
    choose(menu_at(page, middle(page, 7.0, 1)), "Remove track")
    assert timeline_of(psi).tracks == ()
    assert psi.document.stack.undoText() == "Remove track Truncation"


def test_escape_takes_back_a_value_that_is_being_pulled(psi, page, drag, qtbot):
    before, steps = timeline_of(psi), psi.document.stack.index()
    at = key_place(page, 4.0)
    drag.press(page.area, at.x(), at.y())
    for down in (5, 9):
        drag.move(page.area, at.x(), at.y() + down)
    assert timeline_of(psi) != before
    qtbot.keyClick(page.area, Qt.Key.Key_Escape)
    assert timeline_of(psi) == before
    assert psi.document.stack.index() == steps


def test_tracks_and_values_are_reached_by_keyboard_alone(psi, page, qtbot):
    animation, alt = psi.animate.animation, Qt.KeyboardModifier.AltModifier
    animation.go(3.0)
    qtbot.keyClick(page.area, Qt.Key.Key_Down)
    assert animation.chosen == {KeyAt("", 2.0)}
    qtbot.keyClick(page.area, Qt.Key.Key_Down)
    assert animation.chosen == {KeyAt(PSI, 4.0)} or animation.chosen == {KeyAt(PSI, 0.0)}
    animation.choose({KeyAt(PSI, 4.0)})
    for _ in range(2):
        qtbot.keyClick(page.area, Qt.Key.Key_Up, alt)
    assert track_at(timeline_of(psi), PSI).keys[1].value == pytest.approx(1.3)
    qtbot.waitUntil(lambda: not psi.document.moving)
    psi.document.stack.undo()
    assert track_at(timeline_of(psi), PSI).keys[1].value == 1.2
    qtbot.keyClick(page.area, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert page.area.lanes[1].opened
    qtbot.keyClick(page.area, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not page.area.lanes[1].opened


def test_a_key_of_a_choice_goes_to_the_next_one(film, page):
    film.animate.tracks.add_track("noise.mode")
    film.animate.steps.raise_values(1)
    assert track_at(timeline_of(film), "noise.mode").keys[0].value == "random"
    page.grab()


def test_a_key_beside_others_is_the_only_one_that_a_nudge_moves(psi, page):
    psi.animate.animation.choose({KeyAt(PSI, 4.0)})
    psi.animate.steps.nudge(-1)
    assert [key.t for key in timeline_of(psi).recipes.keys] == [0.0, 2.0, 4.0]
    assert psi.animate.animation.chosen == {KeyAt(PSI, track_at(timeline_of(psi), PSI).keys[1].t)}


def test_the_name_of_a_track_makes_it_tall_and_small(psi, page, qtbot):
    small = page.area.lanes[1].height
    for _ in range(2):
        tall = page.area.lanes[1].height
        qtbot.mouseClick(page.area, Qt.MouseButton.LeftButton, pos=QPointF(30, page.area.lanes[1].top + 10).toPoint())
        assert page.area.lanes[1].height != tall
    assert page.area.lanes[1].height == small


def test_a_direction_gets_a_track_from_its_slider(window, page):
    move = DirectionAmount("Smile", "1f" * 32, 0.0, (0, 1, 2))
    window.animate.tracks.add_key("direction/Smile", 0.0, 0.0, move)
    window.animate.tracks.add_key("direction/Smile", 2.0, 1.0, move)
    assert recipe_at(timeline_of(window), 1.0).directions == (DirectionAmount("Smile", "1f" * 32, 0.5, (0, 1, 2)),)
    assert page.area.lanes[1].title == "Smile"


@pytest.mark.parametrize("loop", ["none", "loop"])
@pytest.mark.parametrize("path", ["line", "spline"])
def test_a_curve_of_many_keys_is_the_one_that_is_rendered(loop, path):
    keys = tuple(ValueKey(0.5 + 0.7 * at + 0.1 * (at % 3), float((at * 7) % 5)) for at in range(60))
    track = ControlTrack(PSI, keys, path)
    timeline = Timeline(18, 60.0, tracks=(track,), loop=loop)
    curve, control = Curve(timeline, track), control_at(PSI)
    for at in range(600):
        t = at / 10
        assert curve.height(t) == pytest.approx(value_at(timeline, track, control, t), abs=1e-9), t
