"""On a real display, with a real mouse pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.studio.conftest import settle

pytestmark = pytest.mark.xvfb


def test_the_window_is_exposed_and_paints_the_face(window, qtbot):
    middle = window.canvas.mapTo(window, window.canvas.picture_rect.center().toPoint())
    wanted = window.canvas.grab().toImage().pixelColor(window.canvas.picture_rect.center().toPoint())

    def is_seen() -> bool:
        shot = QGuiApplication.primaryScreen().grabWindow(window.winId()).toImage()
        return shot.pixelColor(middle) == wanted

    qtbot.waitUntil(is_seen)


def test_the_pointer_drags_psi(window, qtbot):
    track = window.truncation.psi.track
    start, end = QPoint(round(track.x_of(0.7)), 12), QPoint(round(track.x_of(0.0)), 12)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(track, start + (end - start) * share)
        qtbot.wait(30)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=end)
    settle(qtbot, window)
    assert window.document.recipe.truncation.psi == pytest.approx(0.0, abs=0.02)
    assert window.document.stack.count() == 1


@pytest.fixture
def active(window, qtbot):
    """Keys go to it; there is no window manager to see to that."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is window.windowHandle())
    return window


def test_keys_go_where_the_focus_is(active):
    window = active
    window.truncation.psi.track.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Left)
    assert window.document.recipe.truncation.psi == pytest.approx(0.65)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Space)
    assert window.document.recipe.latent.seed != 0


def test_full_screen_and_back(active, qtbot):
    window = active
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert window.actions_by_id["fullscreen"].isChecked()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
