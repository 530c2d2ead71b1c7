"""The canvas shows the frame, the whole frame, where it belongs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.recipe import SeedLatent
from studio.settings import REDUCE_MOTION
from tests.studio.conftest import settle


def painted(canvas) -> np.ndarray:
    """RGB as on the screen."""
    image = canvas.grab().toImage().convertToFormat(canvas.image.format())
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., 2::-1]
    return pixels.copy()  # the bits are not kept alive by a view of them


def test_at_actual_size_every_pixel_is_the_frames(window, qtbot):
    window.canvas.readout.set_ink(0.0)
    window.canvas.actual_size()
    window.canvas.readout.set_ink(0.0)
    rect = window.canvas.picture_rect.toRect()
    assert rect.width() == 64
    shown = painted(window.canvas)[rect.top() : rect.top() + 64, rect.left() : rect.left() + 64]
    assert np.array_equal(shown, window.canvas.frame.rgb())


def test_a_small_picture_that_fits_is_smooth_and_shows_its_pixels_when_one_zooms_in(window):
    def steps() -> int:
        """Changes of colour along the middle row of the picture."""
        rect = window.canvas.picture_rect.toRect().intersected(window.canvas.rect())
        row = painted(window.canvas)[rect.center().y(), rect.left() : rect.right()].astype(int)
        return int((np.abs(np.diff(row, axis=0)).sum(1) > 0).sum())

    window.canvas.readout.set_ink(0.0)
    assert window.canvas.picture_rect.width() > 4 * 64
    assert steps() > 2 * 64
    for _ in range(3):
        window.canvas.zoom_in()
    assert steps() <= 64


def test_a_draft_lies_where_the_final_lies(window):
    final = window.canvas.picture_rect
    small = replace(window.canvas.frame, pixels=np.ascontiguousarray(window.canvas.frame.pixels[::4, ::4]), draft=True)
    window.canvas.show_frame(small, 64, fading=False)
    assert window.canvas.picture_rect == final


def test_the_wheel_zooms_and_a_double_click_goes_back_and_forth(window, drag):
    canvas = window.canvas
    at = QPointF(canvas.width() / 2 + 30, canvas.height() / 2)
    before = canvas.picture_rect.width()
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        canvas, QWheelEvent(at, at, QPoint(), QPoint(0, 120), *none, Qt.ScrollPhase.NoScrollPhase, False)
    )
    assert canvas.picture_rect.width() == pytest.approx(1.2 * before, abs=1)
    drag.double_click(canvas, at.x(), at.y())
    assert canvas.picture_rect.width() == before
    drag.double_click(canvas, at.x(), at.y())
    assert canvas.picture_rect.width() == 64


def test_dragging_pans_a_zoomed_picture(window, drag):
    window.canvas.zoom_in()
    before = window.canvas.picture_rect
    drag.press(window.canvas, 200, 200)
    drag.move(window.canvas, 230, 180)
    drag.release(window.canvas, 230, 180)
    assert window.canvas.picture_rect.left() - before.left() == pytest.approx(30, abs=1)
    assert window.canvas.picture_rect.top() - before.top() == pytest.approx(-20, abs=1)


def test_another_seed_fades_in_unless_motion_is_reduced(window, qtbot):
    states = []
    window.canvas.fade.stateChanged.connect(lambda new, old: states.append(new))
    window.document.edit("Seed", latent=SeedLatent(1))
    qtbot.waitUntil(lambda: window.canvas.fade.State.Running in states)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.canvas.before.isNull())
    window.settings.set(REDUCE_MOTION, True)
    window.document.edit("Seed", latent=SeedLatent(2))
    settle(qtbot, window)
    assert window.canvas.before.isNull()


def test_the_read_out_says_size_time_and_device_and_goes_when_the_hand_rests(window, qtbot):
    readout = window.canvas.readout
    assert readout.facts.text.startswith("64 px")
    *_, waited, device, memory = readout.facts.text.split("  ·  ")
    frame = window.canvas.frame
    assert (waited.endswith(" ms"), device) == (True, f"{frame.device}, {frame.road} {frame.precision}")
    used = psutil.Process().memory_info().rss
    shown = float(memory.split()[0]) * {"MB": 2**20, "GB": 2**30}[memory.split()[1]]
    assert 0.5 * used < shown < 2 * used
    readout.wake()
    qtbot.waitUntil(readout.facts.isVisible)
    window.canvas.setFocus()
    readout.rest()
    qtbot.waitUntil(lambda: not readout.facts.isVisible())


def test_a_message_is_shown_and_goes_by_itself_or_by_a_click(window, qtbot):
    window.messages.note("saved it")
    toast = window.canvas.toast
    assert toast.isVisible()
    assert toast.label.text() == "Saved it"
    assert toast.gone.isActive()
    qtbot.mouseClick(toast, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()
