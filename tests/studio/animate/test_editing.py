"""Editing keys by hand and by keyboard: each edit is one step of undo, in plain words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.timeline import recipe_at
from engine.timeline.easings import HOLD, Ease, Spring
from engine.timeline.edits import RECIPES, KeyAt
from studio.recipe_drag import mime_of
from tests.studio.animate.conftest import face, key_times, middle, timeline_of

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def pull(drag, page, start: QPointF, stop: QPointF, **more) -> None:
    drag.press(page.area, start.x(), start.y())
    drag.move(page.area, (start.x() + stop.x()) / 2, (start.y() + stop.y()) / 2, **more)
    drag.move(page.area, stop.x(), stop.y(), **more)
    drag.release(page.area, stop.x(), stop.y(), **more)


def drop(page, data: QMimeData, at: QPointF) -> None:
    left, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(page.area, QDragEnterEvent(at.toPoint(), copy, data, left, none))
    QApplication.sendEvent(page.area, QDragMoveEvent(at.toPoint(), copy, data, left, none))
    QApplication.sendEvent(page.area, QDropEvent(at, copy, data, left, none))


def menu_at(page, at: QPointF):
    point = at.toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, page.area.mapToGlobal(point))
    QApplication.sendEvent(page.area, event)
    return QApplication.activePopupWidget()


def choose(menu, *words: str) -> None:
    """Go through submenus and choose; menus that fill when they open are opened."""
    for word in words[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == word)
        menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == words[-1]).trigger()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


def chosen(film) -> list[float]:
    return sorted(key.t for key in film.animate.animation.chosen)


def test_a_face_dropped_on_the_timeline_stands_on_a_frame_there(film, page):
    recipe = face(film, 42)
    at = middle(page, 6.51)
    drop(page, mime_of(recipe), at)
    assert len(key_times(film)) == 4
    assert key_times(film)[-1] == pytest.approx(6.51, abs=0.02)
    assert key_times(film)[-1] * 30 == pytest.approx(round(key_times(film)[-1] * 30))
    assert timeline_of(film).recipes.keys[-1].recipe == recipe


def test_a_face_dropped_on_a_keyframe_takes_its_place(film, page):
    recipe = face(film, 42)
    drop(page, mime_of(recipe), middle(page, 2.03))
    assert key_times(film) == [0.0, 2.0, 4.0]
    assert timeline_of(film).recipes.keys[1].recipe == recipe


def test_a_dragged_key_moves_by_whole_frames_and_undo_brings_it_back(film, page, drag):
    before = timeline_of(film)
    pull(drag, page, middle(page, 2.0), middle(page, 2.71))
    assert key_times(film)[1] == pytest.approx(2.7, abs=0.02)
    assert film.document.stack.undoText() == "Move keys"
    assert chosen(film) == [key_times(film)[1]]
    film.document.stack.undo()
    assert timeline_of(film) == before


def test_a_dragged_key_snaps_to_a_marker_and_not_with_alt(film, page, drag):
    film.animate.animation.go(3.0)
    film.animate.mark()
    near = page.area.axis.seconds(5)
    pull(drag, page, middle(page, 2.0), middle(page, 3.0 + near))
    assert key_times(film)[1] == 3.0
    film.document.stack.undo()
    pull(drag, page, middle(page, 2.0), middle(page, 3.0 + near), modifiers=ALT)
    assert key_times(film)[1] == pytest.approx(3.0 + near)


def test_several_keys_are_chosen_by_a_rectangle_and_move_together_within_the_timeline(film, page, drag):
    lane = page.area.lanes[0]
    corner = QPointF(page.area.axis.x(1.2), lane.top + 2)
    pull(drag, page, corner, QPointF(page.area.axis.x(4.6), lane.bottom - 2))
    assert chosen(film) == [2.0, 4.0]
    pull(drag, page, middle(page, 4.0), middle(page, 9.0))
    assert key_times(film) == pytest.approx([0.0, 7.0, 9.0])
    pull(drag, page, middle(page, 9.0), middle(page, 30.0))
    assert key_times(film) == pytest.approx([0.0, 8.0, 10.0])


def test_a_click_with_ctrl_adds_a_key_to_the_chosen_and_takes_it_away(film, page, qtbot):
    for t, expected in ((0.0, [0.0]), (4.0, [0.0, 4.0]), (0.0, [4.0])):
        qtbot.mouseClick(page.area, Qt.MouseButton.LeftButton, CTRL, middle(page, t).toPoint())
        assert chosen(film) == expected


def test_escape_gives_up_a_drag_and_then_the_choice(film, page, drag, qtbot):
    before = timeline_of(film)
    start, stop = middle(page, 2.0), middle(page, 5.0)
    drag.press(page.area, start.x(), start.y())
    drag.move(page.area, stop.x(), stop.y())
    qtbot.keyClick(page.area, KEY.Key_Escape)
    drag.release(page.area, stop.x(), stop.y())
    assert timeline_of(film) == before
    assert chosen(film) == [2.0]
    qtbot.keyClick(page.area, KEY.Key_Escape)
    assert chosen(film) == []


def test_copied_keys_are_pasted_at_the_playhead_and_cut_ones_are_gone(film, page, qtbot):
    film.animate.animation.choose({KeyAt(RECIPES, 0.0), KeyAt(RECIPES, 2.0)})
    qtbot.keyClick(page.area, KEY.Key_C, CTRL)
    film.animate.animation.go(9.0)
    qtbot.keyClick(page.area, KEY.Key_V, CTRL)
    assert key_times(film) == [0.0, 2.0, 4.0, 9.0, 11.0]
    assert timeline_of(film).duration == 11.0
    assert chosen(film) == [9.0, 11.0]
    qtbot.keyClick(page.area, KEY.Key_X, CTRL)
    assert key_times(film) == [0.0, 2.0, 4.0]


def test_delete_takes_the_chosen_keys_and_says_so_where_there_are_none(film, page, qtbot):
    with qtbot.waitSignal(film.messages.said) as said:
        qtbot.keyClick(page.area, KEY.Key_Delete)
    assert "no key is chosen to delete" in said.args[0].casefold()
    qtbot.keyClick(page.area, KEY.Key_A, CTRL)
    qtbot.keyClick(page.area, KEY.Key_Delete)
    assert film.animate.animation.empty
    film.document.stack.undo()
    assert key_times(film) == [0.0, 2.0, 4.0]


def test_alt_and_arrows_move_the_chosen_keys_frame_by_frame_in_one_undo_step(film, page, qtbot):
    film.animate.animation.go(2.0)
    qtbot.keyClick(page.area, KEY.Key_Return)
    assert chosen(film) == [2.0]
    for _ in range(3):
        qtbot.keyClick(page.area, KEY.Key_Right, ALT)
    assert key_times(film)[1] == pytest.approx(2.1)
    assert chosen(film) == [pytest.approx(2.1)]
    film.document.stack.undo()
    assert key_times(film)[1] == 2.0


def test_what_is_seen_becomes_a_keyframe_that_changes_nothing_there(film, page, qtbot):
    film.animate.animation.go(1.0)
    seen = recipe_at(timeline_of(film), 1.0)
    qtbot.keyClick(page.area, KEY.Key_K, ALT)
    assert key_times(film) == [0.0, 1.0, 2.0, 4.0]
    assert timeline_of(film).recipes.keys[1].recipe == seen


def test_a_keyframe_goes_to_explore_and_its_changed_face_comes_back(film, page, qtbot):
    qtbot.mouseDClick(page.area, Qt.MouseButton.LeftButton, pos=middle(page, 2.0).toPoint())
    assert film.workspaces.current == "explore"
    assert film.document.recipe == timeline_of(film).recipes.keys[1].recipe
    film.document.replace("Shape it", face(film, 77))
    qtbot.keyClick(film, KEY.Key_F6)
    qtbot.keyClick(page.area, KEY.Key_U, CTRL)
    assert timeline_of(film).recipes.keys[1].recipe == face(film, 77)
    assert key_times(film) == [0.0, 2.0, 4.0]


def test_the_menu_of_a_key_eases_all_chosen_ones(film, page):
    film.animate.animation.choose({KeyAt(RECIPES, 0.0), KeyAt(RECIPES, 2.0)})
    choose(menu_at(page, middle(page, 2.0)), "Easing", "Hold, then cut")
    assert [key.easing for key in timeline_of(film).recipes.keys] == [HOLD, HOLD, Ease("linear")]
    choose(menu_at(page, middle(page, 4.0)), "Easing", "Spring")
    assert timeline_of(film).recipes.keys[2].easing == Spring(0.5)


def test_the_in_point_is_pulled_on_the_ruler(film, page, drag):
    start = QPointF(page.area.axis.x(0.0) + 1, 5)
    pull(drag, page, start, QPointF(page.area.axis.x(1.0), 5))
    assert timeline_of(film).start == 1.0
    assert film.document.stack.undoText() == "Set in point"
    film.document.stack.undo()
    assert timeline_of(film).start == 0.0


def test_a_marker_gets_a_name(film, page, qtbot):
    film.animate.animation.go(3.0)
    film.animate.mark()
    choose(menu_at(page, QPointF(page.area.axis.x(3.0), 8)), "Rename marker…")
    dialog = QApplication.activeModalWidget()
    dialog.field.setText("Chorus")
    dialog.finish()
    assert timeline_of(film).markers[0].name == "Chorus"
    assert "Chorus" in page.area.tip_at(QPointF(page.area.axis.x(3.0), 8))


def test_ctrl_and_the_wheel_zoom_about_the_mouse(film, page):
    at = QPointF(page.area.axis.x(4.0), 60)
    up = QWheelEvent(
        at,
        page.area.mapToGlobal(at),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page.area, up)
    assert page.area.axis.x(4.0) == pytest.approx(at.x())
    assert page.area.axis.span < 8
    assert page.bar.isVisible()
    page.fit()
    assert not page.bar.isVisible()


def test_keys_of_another_model_are_refused_in_one_sentence(film, page, qtbot):
    stranger = face(film, 5).__class__(model="ab" * 32)
    with qtbot.waitSignal(film.messages.said) as said:
        drop(page, mime_of(stranger), middle(page, 6.0))
    assert "model" in said.args[0]
    assert key_times(film) == [0.0, 2.0, 4.0]


def test_something_that_is_no_face_is_not_taken(film, page):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/nowhere/letter.txt")])
    before = timeline_of(film)
    drop(page, data, middle(page, 6.0))
    assert timeline_of(film) == before
    QGuiApplication.clipboard().clear()


def test_undo_back_to_nothing_leaves_an_empty_timeline_that_can_be_filled_again(film, page, qtbot):
    while film.document.stack.canUndo():
        film.document.stack.undo()
    assert film.animate.animation.empty
    qtbot.keyClick(page.area, KEY.Key_K)
    assert key_times(film) == [0.0]
