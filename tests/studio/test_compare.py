"""Comparing A and B on the canvas: the same place, a line between them that is dragged, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from engine.recipe import Mix, SeedLatent, Truncation
from tests.nets import save_tiny
from tests.studio.conftest import settle
from tests.studio.test_canvas import painted

C = Qt.Key.Key_C


def quiet(window) -> np.ndarray:
    """The canvas as painted, without the pills."""
    window.canvas.readout.set_ink(0.0)
    return painted(window.canvas)


@pytest.fixture
def compared(window, qtbot):
    """Seed 0 as A against seed 5 as B, at actual size."""
    qtbot.keyClick(window.canvas, C)
    window.document.edit("Truncation", truncation=Truncation(1.0))
    window.document.edit("Seed", latent=SeedLatent(5))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.comparison.final and window.canvas.before.isNull())
    window.canvas.actual_size()
    return window.comparison


def halves(window, row: int = 50) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A row of pixels below the letters: as painted, of A, of B."""
    rect = window.canvas.picture_rect.toRect()
    shown = quiet(window)[rect.top() + row, rect.left() : rect.right() + 1]
    return shown, window.comparison.split.frame.rgb()[row], window.canvas.frame.rgb()[row]


def test_a_lies_left_of_the_line_and_b_right_of_it_pixel_for_pixel(window, compared):
    shown, a, b = halves(window)
    line = 64 // 2
    assert np.array_equal(shown[: line - 12], a[: line - 12])
    assert np.array_equal(shown[line + 12 :], b[line + 12 :])
    assert not np.array_equal(a[line + 12 :], b[line + 12 :])


def test_the_line_is_dragged_and_stays_in_the_picture(window, compared, drag):
    split = compared.split
    window.canvas.fit()
    rect = window.canvas.picture_rect
    drag.press(split, split.width() / 2)
    drag.move(split, split.width() / 2 + 50)
    assert split.share == pytest.approx(0.5 + 50 / rect.width(), abs=0.01)
    drag.move(split, split.width() / 2 - 5000)
    drag.release(split, split.width() / 2)
    assert split.share == 0
    assert split.x_line == rect.left()


def test_arrow_keys_move_the_line(window, compared, qtbot):
    split = compared.split
    split.setFocus()
    qtbot.keyClick(split, Qt.Key.Key_Right)
    assert split.accessibleDescription() == "A 55 %"
    qtbot.keyClick(split, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert split.share == pytest.approx(0.545)
    qtbot.keyClick(split, Qt.Key.Key_Home)
    assert split.share == 0


def test_the_line_stays_at_its_place_in_the_picture_when_that_is_zoomed(window, compared):
    split = compared.split
    split.move_to(0.25)
    window.canvas.fit()
    rect = window.canvas.picture_rect
    assert split.x() + split.width() / 2 == pytest.approx(rect.left() + rect.width() / 4, abs=1)
    window.resize(900, 700)
    rect = window.canvas.picture_rect
    assert split.x() + split.width() / 2 == pytest.approx(rect.left() + rect.width() / 4, abs=1)


def test_a_double_click_swaps_a_and_b_in_one_undo_step(window, compared, drag, qtbot):
    a, b, count = compared.a, window.document.recipe, window.document.stack.count()
    drag.double_click(compared.split, compared.split.width() / 2)
    assert (compared.a, window.document.recipe) == (b, a)
    assert window.document.stack.count() == count + 1
    settle(qtbot, window)
    qtbot.waitUntil(lambda: compared.final)
    assert compared.split.frame.recipe == b
    window.document.stack.undo()
    assert (compared.a, window.document.recipe) == (a, b)


def test_c_and_the_button_switch_it_off_and_on_and_undo_brings_it_back(window, compared, qtbot):
    a = compared.a
    assert window.actions_by_id["compare"].isChecked()
    qtbot.keyClick(window.canvas, C)
    assert window.document.board.compared is None
    assert window.canvas.over is None
    assert not compared.split.isVisible()
    window.document.stack.undo()
    assert compared.a == a
    assert window.actions_by_id["compare"].isChecked()
    qtbot.waitUntil(compared.split.isVisible)
    buttons = window.canvas.readout.view.findChildren(QToolButton)
    button = next(button for button in buttons if button.text() == "A|B")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.document.board.compared is None
    assert not button.isChecked()
    assert button.text() == "A|B"


def test_while_x_is_held_a_is_seen_alone(window, compared, qtbot):
    qtbot.keyPress(window.canvas, Qt.Key.Key_X)
    shown, a, _ = halves(window)
    assert np.array_equal(shown, a)
    assert not compared.split.isVisible()
    qtbot.keyRelease(window.canvas, Qt.Key.Key_X)
    shown, _, b = halves(window)
    assert np.array_equal(shown[44:], b[44:])
    assert compared.split.isVisible()


def test_leaving_the_program_while_x_is_held_lets_go_of_it(window, compared, qtbot):
    qtbot.keyPress(window.canvas, Qt.Key.Key_X)
    QApplication.sendEvent(QApplication.instance(), QEvent(QEvent.Type.ApplicationDeactivate))
    assert not compared.split.alone
    assert not window.actions_by_id["alone"].isChecked()


def test_shift_c_makes_the_face_on_show_the_new_a(window, compared, qtbot):
    qtbot.keyClick(window.canvas, C, Qt.KeyboardModifier.ShiftModifier)
    assert compared.a == window.document.recipe
    assert compared.split.frame is window.canvas.frame, "the picture is there already"


def test_any_recipe_can_be_a_and_its_picture_is_fetched(window, compared, qtbot):
    other = replace(window.document.recipe, latent=SeedLatent(44))
    before = window.canvas.frame
    window.document.arrange("Compare", compared=other)
    qtbot.waitUntil(lambda: compared.final)
    assert compared.split.frame.recipe == other
    assert not compared.split.frame.draft
    assert window.canvas.frame is before, "B was left alone"


def test_an_a_that_cannot_be_rendered_is_told_and_b_stays(window, compared, qtbot):
    window.document.arrange("Compare", compared=replace(window.document.recipe, mixes=(Mix(SeedLatent(3), (50,)),)))
    qtbot.waitUntil(lambda: "style row 50" in window.canvas.toast.label.text())
    window.document.edit("Seed", latent=SeedLatent(6))
    settle(qtbot, window)


def test_another_model_compares_with_nothing_until_it_is_asked_to(window, compared, qtbot, tmp_path):
    hash = window.document.model.hash
    save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash != hash)
    settle(qtbot, window)
    assert window.canvas.over is None
    assert not window.actions_by_id["compare"].isChecked()
    qtbot.keyClick(window.canvas, C)
    assert compared.a == window.document.recipe


def test_with_comparing_off_the_canvas_has_nothing_more_to_paint(window):
    assert window.canvas.over is None
    assert not window.comparison.split.isVisible()


def test_without_a_picture_there_is_nothing_to_compare(empty_window, qtbot):
    qtbot.keyClick(empty_window.canvas, C)
    assert empty_window.canvas.toast.label.text() == "There is no picture to compare with yet"
    assert not empty_window.actions_by_id["compare"].isChecked()
    empty_window.actions_by_id["swap"].trigger()
    assert empty_window.canvas.toast.label.text().startswith("There is nothing to swap")
