"""The window on the wall: its screen, its keys, and what keeps the screen on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from engine.show.values import Screen
from studio.exhibition import awake
from studio.exhibition.output import OutputWindow
from studio.messages import Messages
from studio.toast import Toast

ROOT = Path(__file__).parents[3]
SCREENS = Path(__file__).with_name("two_screens.json")
BEGIN = """
import sys
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from engine.show.values import Screen
from studio.exhibition import output
from studio.exhibition.output import OutputWindow
app = QApplication([])
desk, wall = app.screens()
control = QWidget()
control.show()
shown = OutputWindow(Screen(%s), control)
where = []
shown.shown_on.connect(where.append)
shown.begin()
app.processEvents()
"""


def on_two_screens(code: str, screen: str = "", begin: str = BEGIN) -> str:
    """What a program with a desk and a wall prints; warnings are errors."""
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={SCREENS}"}
    words = [sys.executable, "-W", "error", "-c", (begin % screen) + code]
    ended = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.fixture
def output(qtbot, home, monkeypatch):
    monkeypatch.setattr(awake, "ways_of", lambda platform: {})
    monkeypatch.setattr(awake.log, "warning", lambda *words: None)
    made = OutputWindow()
    qtbot.addWidget(made)
    made.begin()
    yield made
    made.end()


def test_the_show_goes_to_the_screen_that_the_control_window_is_not_on():
    code = "print(shown.screen().name(), *shown.geometry().getRect(), shown.isFullScreen(), where)"
    assert on_two_screens(code) == "wall 1366 0 1080 1920 True ['wall']"


def test_the_show_goes_to_the_screen_of_its_number():
    assert on_two_screens("print(where, shown.geometry().width())", "number=1") == "['desk'] 1366"
    code = "shown.set_look(Screen(number=1)); shown.set_look(Screen(number=2)); print(where)"
    assert on_two_screens(code) == "['wall', 'desk', 'wall']"


def test_it_is_turned_on_the_screen_that_hangs_upright():
    code = """
image = QImage(10, 10, QImage.Format.Format_RGB32)
image.fill(QColor("red"))
shown.show_pictures(image)
painted = shown.grab().toImage()
print(shown.canvas.width(), [painted.pixelColor(540, y).name() for y in (419, 421, 1498, 1501)])
"""
    assert on_two_screens(code, "rotation=90") == "1920 ['#000000', '#ff0000', '#ff0000', '#000000']"


def test_an_unplugged_screen_gets_its_picture_back_by_itself():
    # the offscreen platform cannot lose a screen, so Qt's own signals and list are made to say so;
    # test_real_output.py unplugs one of an X server
    code = """
image = QImage(10, 10, QImage.Format.Format_RGB32)
image.fill(QColor("red"))
shown.show_pictures(image)
output.screens = lambda: [desk]
app.screenRemoved.emit(wall)
print(shown.isVisible(), control.isVisible())
shown.show_pictures(image)  # the show goes on meanwhile
output.screens = lambda: [desk, wall]
app.screenAdded.emit(wall)
app.processEvents()
print(shown.isVisible(), shown.isFullScreen(), shown.screen().name(), shown.geometry() == wall.geometry())
print(shown.grab().toImage().pixelColor(540, 960).name(), where)
"""
    lines = on_two_screens(code).splitlines()
    assert lines == ["False True", "True True wall True", "#ff0000 ['wall', None, 'wall']"]


def test_a_screen_that_comes_back_in_another_socket_is_taken():
    code = """
shown.set_look(Screen(number=1))
control.hide()
output.screens = lambda: [wall]
app.screenRemoved.emit(desk)
print(where)
app.screenAdded.emit(wall)
print(where)
"""
    assert on_two_screens(code).splitlines() == ["['wall', 'desk', None]", "['wall', 'desk', None, 'wall']"]


@pytest.mark.parametrize("wanted", ["", "number=2"])
def test_a_projector_that_wakes_later_than_the_machine_gets_the_show(wanted):
    code = """
shown.end()
where.clear()
output.screens = lambda: [desk]
shown.begin()
shown.watch.timeout.emit()
print(where)
output.screens = lambda: [desk, wall]
app.screenAdded.emit(wall)
shown.watch.timeout.emit()
print(where, shown.geometry() == wall.geometry())
"""
    assert on_two_screens(code, wanted).splitlines() == ["['desk']", "['desk', 'wall'] True"]


def test_a_window_that_was_moved_away_goes_back_at_the_next_look():
    code = """
shown.showNormal()
shown.setGeometry(10, 10, 300, 300)
shown.watch.timeout.emit()
print(shown.geometry() == wall.geometry(), shown.isFullScreen())
"""
    assert on_two_screens(code) == "True True"


def test_there_is_no_frame_no_pointer_and_no_menu(output, qtbot):
    assert output.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert output.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert output.cursor().shape() == Qt.CursorShape.BlankCursor
    qtbot.mouseClick(output, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    assert output.isVisible()


def test_no_message_is_ever_on_the_wall(output, qtbot, empty_window):
    messages: Messages = empty_window.messages
    messages.warn("something is wrong")
    assert empty_window.canvas.toast.isVisible()
    assert output.findChildren(Toast) == []
    assert QColor(output.grab().toImage().pixelColor(400, 300)) == QColor("black")


def test_escape_and_closing_only_ask_and_whoever_plays_decides(output, qtbot):
    with qtbot.waitSignal(output.left):
        qtbot.keyClick(output, Qt.Key.Key_Escape)
    with qtbot.waitSignal(output.left):
        output.close()
    assert output.isVisible()


def test_locked_nobody_leaves_by_the_keyboard(output, qtbot):
    output.set_locked(True)
    with qtbot.assertNotEmitted(output.left):
        qtbot.keyClick(output, Qt.Key.Key_Escape)
        qtbot.keyClick(output, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
        output.close()  # what Alt+F4 comes to
    assert output.isVisible()


def test_the_keyboard_is_asked_for_again_until_it_is_given(output, monkeypatch):
    class Handle:
        """The window of an X server, whose manager is slow."""

        answers, asked = [False, False, True], 0

        def setKeyboardGrabEnabled(self, grab: bool) -> bool:  # noqa: N802
            self.asked += 1
            return self.answers[self.asked - 1]

    handle = Handle()
    monkeypatch.setattr(output, "windowHandle", lambda: handle)
    output.set_locked(True)
    for _ in range(5):
        output.watch.timeout.emit()
    assert handle.asked == 3
    handle.answers, handle.asked, output.grabs, output.tries = [False] * 20, 0, False, 0
    for _ in range(20):
        output.watch.timeout.emit()
    assert handle.asked == 5  # a platform without such a thing is let alone
    monkeypatch.undo()


def test_a_rehearsal_is_an_ordinary_window(qtbot, output, monkeypatch):
    made = OutputWindow(Screen(), rehearses=True)
    qtbot.addWidget(made)
    made.begin()
    assert not made.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert not made.isFullScreen()
    assert made.cursor().shape() == Qt.CursorShape.ArrowCursor
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    made.show_pictures(image)
    assert made.grab().toImage().pixelColor(480, 270).name() == "#ff0000"
    made.end()
    assert not made.isVisible()


# the screen stays on


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the programs of Linux")
def test_the_machine_is_kept_awake_for_as_long_as_the_show_is_on(tmp_path, monkeypatch, qtbot):
    told = tmp_path / "told"
    program = tmp_path / "systemd-inhibit"
    program.write_text(f'#!/bin/sh\necho "$@" > {told}\nexec cat\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    held = awake.Awake()
    held.hold()
    held.hold()
    qtbot.waitUntil(lambda: told.exists() and told.read_text().endswith("\n"))
    assert held.ways == ["systemd"]
    assert "--what=idle:sleep" in told.read_text()
    held.release()
    assert held.ways == []


def test_where_nothing_keeps_the_screen_on_the_log_says_what_to_do(monkeypatch, caplog):
    monkeypatch.setattr(awake, "ways_of", lambda platform: {"nothing": lambda: None})
    held = awake.Awake()
    held.hold()
    assert held.ways == []
    assert "switch its saver off" in caplog.text
    caplog.clear()


def test_every_platform_has_a_way():
    assert list(awake.ways_of("win32")) == ["Windows"]
    assert list(awake.ways_of("darwin")) == ["caffeinate"]
    assert list(awake.ways_of("linux")) == ["the desktop", "X", "systemd"]
