"""The slider of the house, by mouse, wheel, keys and typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QTextDocumentFragment, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu

from studio.scale import Scale
from studio.slider import Slider

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def slider(qtbot, look) -> Slider:
    made = Slider("psi", Scale(-1, 1.5, 0.7, origin=0.0, step=0.05, limits=(-10, 10)))
    qtbot.addWidget(made)
    made.resize(300, 44)
    made.show()
    qtbot.waitExposed(made)
    return made


def turn(slider: Slider, clicks: float, drag) -> None:
    drag.move(slider.track, 50)
    at = QPointF(50, 12)
    delta = QPoint(0, int(120 * clicks))
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, QPointF(slider.track.mapToGlobal(at)), QPoint(), delta, *none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(slider.track, event)


def test_dragging_moves_and_letting_go_rests(slider, drag, qtbot):
    track = slider.track
    moved = []
    slider.moved.connect(moved.append)
    drag.press(track, track.x_of(0.7))
    drag.move(track, track.x_of(0.2))
    assert moved == [pytest.approx(0.2, abs=0.01)]
    with qtbot.waitSignal(slider.rested):
        drag.release(track, track.x_of(0.2))


def test_dragging_past_the_end_and_back_keeps_the_handle_under_the_pointer(slider, drag):
    track = slider.track
    drag.press(track, track.x_of(0.7))
    drag.move(track, track.x_of(1.5) + 80)
    assert slider.value == 1.5
    drag.move(track, track.x_of(0.3))
    assert slider.value == pytest.approx(0.3, abs=0.01)


def test_shift_drags_ten_times_finer(slider, drag):
    track = slider.track
    x = track.x_of(0.7)
    drag.press(track, x, modifiers=SHIFT)
    drag.move(track, x - track.length * 0.4, modifiers=SHIFT)  # 0.4 of 2.5 is 1, a tenth of it 0.1
    assert slider.value == pytest.approx(0.6, abs=0.011)


def test_a_double_click_resets(slider, drag):
    slider.show_value(0.0)
    drag.double_click(slider.track, 200)
    assert slider.value == 0.7


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 0.75),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 0.65),
        (Qt.Key.Key_Right, SHIFT, 0.71),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 0.2),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, -1.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 1.5),
    ],
)
def test_keys_step(slider, qtbot, key, modifier, value):
    slider.track.setFocus()
    with qtbot.waitSignal(slider.rested):
        qtbot.keyClick(slider.track, key, modifier)
    assert slider.value == pytest.approx(value)


def test_delete_resets(slider, qtbot):
    slider.show_value(0.1)
    qtbot.keyClick(slider.track, Qt.Key.Key_Delete)
    assert slider.value == 0.7


def test_the_wheel_steps_and_then_rests(slider, drag, qtbot):
    with qtbot.waitSignal(slider.rested):
        turn(slider, 2, drag)
    assert slider.value == pytest.approx(0.8)


def test_a_page_that_scrolls_under_a_still_mouse_turns_nothing(slider):
    at = QPointF(50, 12)
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(at, at, QPoint(), QPoint(0, 120), *none, Qt.ScrollPhase.NoScrollPhase, False)
    slider.track.wheelEvent(event)
    assert slider.value == 0.7
    assert not event.isAccepted()


def type_in(slider: Slider, qtbot, text: str) -> None:
    slider.track.setFocus()
    qtbot.keyClick(slider.track, Qt.Key.Key_Return)
    qtbot.waitUntil(slider.box.hasFocus)
    qtbot.keyClicks(slider.box, text)
    qtbot.keyClick(slider.box, Qt.Key.Key_Return)


def test_a_typed_value_beyond_the_track_is_taken(slider, qtbot):
    type_in(slider, qtbot, "-2,5")
    assert slider.value == -2.5
    assert slider.box.text() == "\u22122.50"


def test_a_typed_value_beyond_the_limits_is_clamped_and_told(slider, qtbot):
    with qtbot.waitSignal(slider.refused) as told:
        type_in(slider, qtbot, "99")
    assert told.args == ["psi goes from \u221210.00 to 10.00; it is set to 10.00"]
    assert slider.value == 10


def test_typed_nonsense_changes_nothing_and_is_told(slider, qtbot):
    with qtbot.waitSignal(slider.refused) as told:
        type_in(slider, qtbot, "lots")
    assert told.args == ["psi: 'lots' is not a number"]
    assert slider.value == 0.7
    assert slider.box.text() == "0.70"


def test_escape_leaves_the_value_alone(slider, qtbot):
    qtbot.keyClick(slider.track, Qt.Key.Key_3)
    qtbot.waitUntil(slider.box.hasFocus)
    assert slider.box.text() == "3"
    with qtbot.assertNotEmitted(slider.moved):
        qtbot.keyClick(slider.box, Qt.Key.Key_Escape)
    assert slider.box.text() == "0.70"
    assert slider.track.hasFocus()


def test_the_menu_resets_and_sets_the_range(slider, qtbot):
    slider.show_value(0.1)
    QApplication.sendEvent(slider, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5)))
    menu = slider.findChild(QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Reset", "Set range…"]
    menu.actions()[0].trigger()
    assert slider.value == 0.7
    menu.actions()[1].trigger()
    dialog = slider.findChild(QDialog)
    low, high = dialog.findChildren(QLineEdit)
    low.setText("0")
    high.setText("-3")
    dialog.finish()
    assert dialog.isVisible(), "a range upside down is not taken"
    high.setText("2")
    dialog.finish()
    assert (slider.scale.low, slider.scale.high) == (0.0, 2.0)
    assert slider.value == 0.7
    menu.close()


def test_a_screen_reader_hears_name_role_and_value_and_can_set_it(slider):
    seen = QAccessible.queryAccessibleInterface(slider.track)
    assert seen.text(QAccessible.Text.Name) == "psi"
    assert seen.role() == QAccessible.Role.Slider
    assert seen.text(QAccessible.Text.Description) == "0.70"
    with_value = seen.valueInterface()
    with_value.setCurrentValue(with_value.maximumValue())
    assert slider.value == 1.5


def test_a_name_is_no_markup(qtbot):
    slider = Slider("R&B <i>a<b", Scale(0, 1), "x<y")
    qtbot.addWidget(slider)
    assert QTextDocumentFragment.fromHtml(slider.label.text()).toPlainText().split() == ["R&B", "<i>a<b", "x<y"]


def test_the_hit_area_is_at_least_24_pixels(slider):
    assert slider.track.height() >= 24
