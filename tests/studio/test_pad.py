"""The pad: dragged, flung, dropped on, typed on and left to drift, and always one undo step."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from engine.recipe import ExplicitLatent, PlaneLatent, Recipe, SeedLatent, Truncation
from studio.recipe_drag import mime_of
from studio.settings import REDUCE_MOTION
from studio.triangle import BEYOND, Triangle, within
from tests.studio.conftest import settle

NEXT = (SeedLatent(0), SeedLatent(1), SeedLatent(2))
GIVEN = ExplicitLatent(1, 512, bytes(4 * 512))


@pytest.fixture
def pad(window):
    """The pad of a window; its clock stands still, so that no drag is a fling."""
    pad = window.latent.pad
    pad.clock = lambda: 0.0
    return pad


def at(pad, x: float, y: float) -> tuple[float, float]:
    return pad.triangle.point(x, y)


def drag_to(drag, pad, *places: tuple[float, float]) -> None:
    """From where the handle is over these places; the mouse stays down."""
    drag.press(pad, pad.at.x(), pad.at.y())
    for place in places:
        drag.move(pad, *at(pad, *place))


def drop(pad, recipe: Recipe, x: float, y: float) -> QDropEvent:
    """A recipe dropped at a point of the plane."""
    data, where = mime_of(recipe), QPointF(*at(pad, x, y))
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(pad, QDragEnterEvent(where.toPoint(), copy, data, left, none))
    QApplication.sendEvent(pad, QDragMoveEvent(where.toPoint(), copy, data, left, none))
    event = QDropEvent(where, copy, data, left, none)
    QApplication.sendEvent(pad, event)
    return event


def test_a_drag_makes_the_seed_a_point_between_three_faces_and_undo_brings_the_seed_back(window, pad, drag, qtbot):
    assert [corner.recipe.latent for corner in pad.corners] == list(NEXT)
    before = window.canvas.frame.pixels.copy()
    drag_to(drag, pad, (0.1, 0.1), (0.25, 0.5))
    drag.release(pad, *at(pad, 0.25, 0.5))
    latent = window.document.recipe.latent
    assert latent.corners == NEXT
    assert (latent.x, latent.y) == pytest.approx((0.25, 0.5), abs=0.01)
    assert not window.document.moving
    settle(qtbot, window)
    assert (window.canvas.frame.pixels != before).any()
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)
    settle(qtbot, window)
    assert (window.canvas.frame.pixels == before).all()


def test_the_handle_is_taken_where_it_lies_on_a_corner(window, pad, drag):
    middle = QPointF(pad.handle.rect().center())
    drag.press(pad.handle, middle.x(), middle.y())
    drag.move(pad.handle, middle.x() + 40, middle.y())
    drag.release(pad.handle, middle.x() + 40, middle.y())
    assert window.document.recipe.latent.x > 0.1


def test_a_press_beside_the_handle_brings_it_there(window, pad, drag):
    drag.press(pad, *at(pad, 0.4, 0.3))
    drag.release(pad, *at(pad, 0.4, 0.3))
    assert (window.document.recipe.latent.x, window.document.recipe.latent.y) == pytest.approx((0.4, 0.3), abs=0.01)


def test_with_shift_the_handle_moves_a_tenth_as_far(window, pad, drag):
    shift = {"modifiers": Qt.KeyboardModifier.ShiftModifier}
    drag.press(pad, pad.at.x(), pad.at.y(), **shift)
    drag.move(pad, *at(pad, 0.5, 0.0), **shift)
    drag.release(pad, *at(pad, 0.5, 0.0), **shift)
    assert window.document.recipe.latent.x == pytest.approx(0.05, abs=0.005)


def test_the_handle_stays_on_the_pad_and_near_the_triangle(window, pad, drag):
    for away in ((9.0, -4.0), (-5.0, -5.0), (-3.0, 8.0), (4.0, 4.0)):
        drag_to(drag, pad, away)
        drag.release(pad, *at(pad, *away))
        plane = window.document.recipe.latent
        assert pad.rect().contains(pad.at.toPoint())
        assert min(1 - plane.x - plane.y, plane.x, plane.y) >= -BEYOND - 0.1
        window.document.stack.undo()


@pytest.mark.parametrize(("index", "place"), [(1, (1.0, 0.0)), (2, (0.0, 1.0))])
def test_a_click_on_a_corner_goes_there_and_shows_its_seed(window, pad, qtbot, index, place):
    qtbot.mouseClick(pad.corners[index], Qt.MouseButton.LeftButton)
    latent = window.document.recipe.latent
    assert ((latent.x, latent.y), latent.corners) == (place, NEXT)
    assert window.latent.seed.text() == str(index)
    pad.corners[0].setFocus()
    qtbot.keyClick(pad.corners[0], Qt.Key.Key_Return)
    assert (window.document.recipe.latent.x, window.document.recipe.latent.y) == (0.0, 0.0)


def test_a_double_click_and_home_go_back_to_the_first_corner(window, pad, drag, qtbot):
    plane = PlaneLatent(NEXT, 0.3, 0.3)
    for back in (lambda: drag.double_click(pad, *at(pad, 0.4, 0.4)), lambda: qtbot.keyClick(pad, Qt.Key.Key_Home)):
        window.document.edit("Plane", latent=plane)
        back()
        assert window.document.recipe.latent == replace(plane, x=0.0, y=0.0)


def test_arrow_keys_move_the_handle_and_one_press_is_one_undo_step(window, pad, qtbot):
    pad.setFocus()
    start = pad.at
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    qtbot.keyClick(pad, Qt.Key.Key_Down)
    coarse = pad.at - start
    assert coarse.x() == pytest.approx(12, abs=0.5)
    assert coarse.y() == pytest.approx(12, abs=0.5)
    assert window.document.stack.count() == 2
    qtbot.keyClick(pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pad.at.x() - start.x() == pytest.approx(10.8, abs=0.5)
    assert "x " in pad.accessibleDescription()
    assert pad.accessibleName()


def test_a_face_dropped_near_a_corner_becomes_it(window, pad):
    face = Recipe(latent=SeedLatent(77), truncation=Truncation(0.1))
    assert drop(pad, face, 0.9, 0.05).isAccepted()
    assert window.document.recipe.latent == PlaneLatent((NEXT[0], SeedLatent(77), NEXT[2]))
    assert window.document.recipe.truncation == Truncation()
    assert not any(corner.lit for corner in pad.corners)
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)


def test_while_a_face_hovers_the_corner_that_would_take_it_is_lit(window, pad):
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data, where = mime_of(Recipe()), QPoint(*map(int, at(pad, 0.1, 0.8)))
    QApplication.sendEvent(pad, QDragEnterEvent(where, copy, data, left, none))
    assert [corner.lit for corner in pad.corners] == [False, False, True]
    QApplication.sendEvent(pad, QDragLeaveEvent())
    assert not any(corner.lit for corner in pad.corners)
    text = QMimeData()
    text.setText("no recipe")
    QApplication.sendEvent(pad, QDragEnterEvent(where, copy, text, left, none))
    assert not any(corner.lit for corner in pad.corners)


def test_a_latent_that_this_model_cannot_follow_is_refused_in_one_sentence(window, pad, qtbot, caplog):
    wide = Recipe(latent=ExplicitLatent(1, 7, bytes(4 * 7)))
    with qtbot.waitSignal(window.messages.said) as said:
        drop(pad, wide, 1.0, 0.0)
    assert "this model takes" in said.args[0]
    assert window.document.recipe.latent == SeedLatent(0)
    caplog.clear()


def chosen_from_menu(corner, words: str) -> None:
    """Right click and choose."""
    middle = corner.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(corner, QContextMenuEvent(reason, middle, corner.mapToGlobal(middle)))
    menu = corner.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def test_the_right_button_gives_a_corner_a_random_face_or_the_one_on_show(window, pad):
    plane = PlaneLatent(NEXT, 0.3, 0.3)
    window.document.edit("Plane", latent=plane)
    chosen_from_menu(pad.corners[1], "Random face")
    latent = window.document.recipe.latent
    assert isinstance(latent.corners[1], SeedLatent)
    assert latent.corners[1] != NEXT[1]
    window.document.stack.undo()
    chosen_from_menu(pad.corners[2], "This face")
    assert window.document.recipe.latent == PlaneLatent((NEXT[0], NEXT[1], plane), 0.0, 1.0)


def test_the_plane_is_walked_in_z_where_every_corner_has_a_z(window, pad, qtbot):
    buttons = window.latent.space.buttons
    drop(pad, Recipe(latent=GIVEN), 1.0, 0.0)
    assert not buttons["z"].isEnabled()
    assert "no z" in buttons["z"].toolTip()
    window.document.stack.undo()
    qtbot.mouseClick(buttons["z"], Qt.MouseButton.LeftButton)
    assert window.document.recipe.latent == PlaneLatent(NEXT, 0.0, 0.0, "z")
    drop(pad, Recipe(latent=GIVEN), 1.0, 0.0)
    assert window.document.recipe.latent.space == "w"
    assert buttons["w"].isChecked()


def test_arrow_keys_choose_between_w_and_z(window, qtbot):
    buttons = window.latent.space.buttons
    buttons["w"].setFocus()
    qtbot.keyClick(buttons["w"], Qt.Key.Key_Right)
    assert window.document.recipe.latent.space == "z"
    assert buttons["z"].isChecked()


def test_the_pad_of_a_seed_proposes_the_seeds_beside_it(window, pad):
    drop(pad, Recipe(latent=SeedLatent(77)), 1.0, 0.0)
    window.actions_by_id["next"].trigger()
    assert window.document.recipe.latent == SeedLatent(1)
    assert [corner.recipe.latent.seed for corner in pad.corners] == [1, 2, 3]
    window.document.stack.undo()
    assert [corner.recipe.latent.seed for corner in pad.corners] == [0, 77, 2]
    window.document.edit("Seed", latent=SeedLatent(2**64 - 1))
    assert [corner.recipe.latent.seed for corner in pad.corners] == [2**64 - 1, 0, 1]
    window.document.edit("Given", latent=GIVEN)
    assert [corner.recipe.latent for corner in pad.corners] == [GIVEN, SeedLatent(1), SeedLatent(2)]


def test_other_corners_are_two_faces_to_walk_to(window, qtbot):
    qtbot.mouseClick(window.latent.new_corners, Qt.MouseButton.LeftButton)
    latent = window.document.recipe.latent
    assert (latent.corners[0], latent.x, latent.y) == (SeedLatent(0), 0.0, 0.0)
    assert latent.corners[1:] != NEXT[1:]
    assert window.latent.seed.text() == "0"


def fling(window, drag) -> PlaneLatent:
    """Let the handle go while it moves to the right; gives where that was."""
    pad, clock = window.latent.pad, itertools.count()
    pad.clock = lambda: next(clock) * 0.01
    drag_to(drag, pad, (0.02, 0.1), (0.04, 0.1), (0.06, 0.1))
    drag.release(pad, *at(pad, 0.06, 0.1))
    return window.document.recipe.latent


def test_a_walk_that_is_let_go_glides_on_slows_down_and_is_one_undo_step_with_the_drag(window, drag, qtbot):
    ticks = itertools.count()
    window.latent.glide.clock = lambda: next(ticks) * 0.1
    let_go = fling(window, drag)
    assert window.document.moving
    qtbot.waitUntil(lambda: not window.latent.glide.is_running)
    assert window.document.recipe.latent.x > let_go.x + 0.05
    assert not window.document.moving
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)


def test_with_reduced_motion_nothing_glides(window, drag):
    window.settings.set(REDUCE_MOTION, True)
    let_go = fling(window, drag)
    assert not window.latent.glide.is_running
    assert not window.document.moving
    assert window.document.recipe.latent == let_go


def test_the_hand_stops_a_glide(window, drag):
    fling(window, drag)
    drag.press(window.latent.pad, window.latent.pad.at.x(), window.latent.pad.at.y())
    assert not window.latent.glide.is_running


def begin_drift(window, qtbot) -> None:
    qtbot.mouseClick(window.latent.drifting, Qt.MouseButton.LeftButton)
    ticks = itertools.count()
    window.latent.drift.clock = lambda: next(ticks) * 0.05
    qtbot.waitUntil(lambda: window.document.recipe.latent != SeedLatent(0))
    first = window.document.recipe.latent
    qtbot.waitUntil(lambda: window.document.recipe.latent != first)


def stops(window) -> bool:
    return not window.latent.drift.is_running and not window.latent.drifting.isChecked()


def test_a_drift_goes_on_until_it_is_switched_off_and_is_one_undo_step(window, qtbot):
    begin_drift(window, qtbot)
    assert window.document.moving
    assert window.latent.drifting.isChecked()
    qtbot.mouseClick(window.latent.drifting, Qt.MouseButton.LeftButton)
    assert stops(window)
    assert not window.document.moving
    settle(qtbot, window)
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)


@pytest.mark.parametrize(
    "touch",
    [
        lambda window, qtbot: window.actions_by_id["undo"].trigger(),
        lambda window, qtbot: window.actions_by_id["drift"].trigger(),
        lambda window, qtbot: window.actions_by_id["noise"].trigger(),
        lambda window, qtbot: qtbot.keyClick(window, Qt.Key.Key_Escape),
        lambda window, qtbot: qtbot.mouseClick(window.latent.pad, Qt.MouseButton.LeftButton),
        lambda window, qtbot: window.document.arrange("Star", pins=("a",)),
        lambda window, qtbot: window.document.adopt(window.document.model),
    ],
    ids=["undo", "action", "edit", "escape", "press", "board", "model"],
)
def test_anything_else_stops_a_drift(window, qtbot, touch):
    begin_drift(window, qtbot)
    touch(window, qtbot)
    assert stops(window)


def test_a_slider_that_ends_a_drift_is_one_undo_step_of_its_own(window, qtbot, drag):
    begin_drift(window, qtbot)
    track = window.truncation.psi.track
    drag.press(track, track.x_of(0.7))
    for x in (10, 20, 30):
        drag.move(track, track.x_of(0.7) - x)
    drag.release(track, track.x_of(0.7) - 30)
    assert window.document.stack.count() == 2
    window.document.stack.undo()
    assert window.document.recipe.truncation == Truncation()
    assert isinstance(window.document.recipe.latent, PlaneLatent)


def test_a_drift_after_a_drift_is_an_undo_step_of_its_own(window, qtbot):
    begin_drift(window, qtbot)
    window.actions_by_id["drift"].trigger()
    there = window.document.recipe.latent
    window.actions_by_id["drift"].trigger()
    qtbot.waitUntil(lambda: window.document.recipe.latent != there)
    window.actions_by_id["drift"].trigger()
    window.document.stack.undo()
    assert window.document.recipe.latent == there


def test_a_closed_window_no_longer_drifts(window, qtbot):
    begin_drift(window, qtbot)
    window.close()
    qtbot.waitUntil(lambda: not window.latent.drift.is_running)


def test_a_long_drift_stays_on_the_pad_and_keeps_moving(window):
    seen = set()
    window.document.edit("Plane", latent=PlaneLatent(NEXT, -0.2, 1.1))
    for _ in range(2000):
        window.latent.drift_on(0.05)
        plane = window.document.recipe.latent
        assert min(1 - plane.x - plane.y, plane.x, plane.y) >= -BEYOND - 0.1
        seen.add((round(plane.x, 1), round(plane.y, 1)))
    assert len(seen) > 15


def test_points_go_to_the_pad_and_back():
    triangle = Triangle(300, 140)
    for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.3, 0.2), (-0.1, 0.5)):
        assert triangle.plane(triangle.point(x, y)) == pytest.approx((x, y))
        assert triangle.kept(x, y) == pytest.approx((x, y))
    assert [triangle.nearest(corner) for corner in triangle.corners] == [0, 1, 2]


def test_shares_far_below_0_are_lifted_and_the_others_give_what_it_takes():
    for x, y in ((3.0, -2.0), (-1.0, -1.0), (5.0, 5.0), (-0.3, 0.5)):
        kept = within(x, y)
        assert min(1 - sum(kept), *kept) >= -BEYOND - 1e-12
    assert within(0.2, -0.1) == (0.2, -0.1)
