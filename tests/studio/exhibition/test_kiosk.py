"""Visitors at the wall, by hand: what a touch brings, what the sliders do, and how one leaves."""

from __future__ import annotations

import os
import struct
import sys

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget

from engine.errors import RecipeError, VisagistError
from engine.recipe import DirectionAmount
from engine.show.pin import hidden
from engine.show.values import Screen, Visitors, VisitorSlider
from studio.exhibition import awake
from studio.exhibition.full_scene import FullScene
from studio.exhibition.gamepad import GamePads
from studio.exhibition.kiosk import Kiosk
from studio.exhibition.output import OutputWindow
from studio.exhibition.senses import HOLD_MS
from tests.clock import Clock

LEFT = Qt.MouseButton.LeftButton
SMILE = DirectionAmount("Smile", "abc", 0.0, (0, 1))
SLIDERS = (
    VisitorSlider("direction/Smile", "Smile", -3, 3, SMILE),
    VisitorSlider("truncation.psi", "Unusual", 0, 1),
)


class Host:
    """Plays a show, as far as visitors reach."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.values = {"direction/Smile": 1.5, "truncation.psi": 0.5}
        self.dark = False

    def touch(self) -> bool:
        self.heard.append("touch")
        return not self.dark

    def leave(self) -> None:
        self.heard.append("leave")

    def stranger(self) -> None:
        self.heard.append("stranger")

    def put(self, address, value, move=None, visitor=False) -> None:
        assert visitor
        self.heard.append((address, value, move))
        self.values[address] = value

    def value_of(self, address):
        return self.values[address]


@pytest.fixture
def stand(qtbot, home, look, monkeypatch):
    """A wall of any size and rotation with a host, visitors and a clock."""
    monkeypatch.setattr(awake, "ways_of", lambda platform: {})
    monkeypatch.setattr(awake.log, "warning", lambda *words: None)
    made = []

    def make(visitors: Visitors, screen: Screen | None = None, give=None, full=None, rehearses=True) -> Kiosk:
        output = OutputWindow(screen or Screen(), rehearses=rehearses)
        qtbot.addWidget(output)
        output.begin()
        output.resize(960, 540)
        image = QImage(64, 64, QImage.Format.Format_RGB32)
        image.fill(QColor("red"))
        output.show_pictures(image)
        made.append(Kiosk(output, Host(), visitors, give=give, full=full, clock=Clock(0.0)))
        return made[-1]

    yield make
    for kiosk in made:
        kiosk.end()
        kiosk.output.end()


def click(kiosk: Kiosk, widget, at: QPointF | None = None) -> None:
    """With the mouse, where a widget of the scene lies on the wall."""
    overlay = kiosk.pin or kiosk.overlay
    inner = widget.rect().center() if at is None else at.toPoint()
    view = overlay.mapFromScene(QPointF(widget.mapTo(overlay.widget, inner)))
    QTest.mouseClick(overlay.viewport(), LEFT, pos=view)


def come(kiosk: Kiosk) -> None:
    QTest.mouseClick(kiosk.output, LEFT, pos=QPoint(480, 270))
    QApplication.processEvents()
    assert kiosk.overlay.isVisible()


def let_pass(kiosk: Kiosk, seconds: float) -> None:
    kiosk.clock.now += seconds
    kiosk.visit.tick()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_touch_brings_the_scene_beside_the_picture_however_the_screen_hangs(stand, rotation):
    kiosk = stand(Visitors(sliders=SLIDERS), Screen(rotation=rotation))
    come(kiosk)
    kiosk.output.fade.setCurrentTime(1000)
    scene = kiosk.overlay.geometry()
    free = kiosk.output.rect().center() - scene.center()
    # the scene is at the visitor's right or at their feet
    assert {0: free.x() < 0, 90: free.x() > 0, 180: free.x() > 0, 270: free.x() < 0}[rotation]
    assert not scene.intersects(kiosk.output.map(kiosk.output.now).rect)
    assert kiosk.host.heard == ["touch"]


@pytest.mark.parametrize("rotation", [0, 90, 180])
def test_a_slider_under_the_finger_moves_the_face(stand, rotation):
    kiosk = stand(Visitors(sliders=SLIDERS), Screen(rotation=rotation))
    come(kiosk)
    smile = kiosk.scene.sliders["direction/Smile"]
    assert smile.value == 1.5
    click(kiosk, smile, QPointF(smile.x_of(-2.0), smile.height() - smile.radius))
    address, value, move = next(heard for heard in kiosk.host.heard if isinstance(heard, tuple))
    assert (address, move) == ("direction/Smile", SMILE)
    assert value == pytest.approx(-2, abs=0.05)


def test_the_scene_keeps_to_its_side_when_the_screen_gets_another_size(stand):
    kiosk = stand(Visitors(sliders=SLIDERS))
    come(kiosk)
    kiosk.output.resize(600, 900)
    assert kiosk.overlay.geometry().bottom() == 899
    assert kiosk.overlay.width() == 600
    assert kiosk.scene.another.geometry().bottom() < kiosk.scene.height()


def test_another_face_is_a_button_away(stand):
    kiosk = stand(Visitors(sliders=SLIDERS))
    come(kiosk)
    click(kiosk, kiosk.scene.another)
    assert "stranger" in kiosk.host.heard


def test_the_show_decides_which_buttons_there_are(stand):
    plain = stand(Visitors(sliders=SLIDERS, stranger=False))
    come(plain)
    assert not plain.scene.another.isVisible()
    assert not plain.scene.take.isVisible()


def test_after_idle_seconds_all_is_as_it_was(stand):
    kiosk = stand(Visitors(sliders=SLIDERS, idle=30))
    come(kiosk)
    before = kiosk.output.map(kiosk.output.now).rect
    let_pass(kiosk, 25)
    assert kiosk.scene.waning == pytest.approx(0.5)
    assert "Still there" in kiosk.scene.honest.text()
    let_pass(kiosk, 6)
    assert not kiosk.overlay.isVisible()
    assert kiosk.host.heard[-1] == "leave"
    assert kiosk.output.map(kiosk.output.now).rect != before
    come(kiosk)
    assert kiosk.scene.waning == 1
    assert "exists" in kiosk.scene.honest.text()


def test_a_key_wakes_it_and_a_show_without_visitors_sleeps_on(stand, qtbot):
    kiosk = stand(Visitors(sliders=SLIDERS))
    qtbot.keyClick(kiosk.output, Qt.Key.Key_A)
    assert kiosk.visit.present
    closed = stand(Visitors(welcome=False))
    qtbot.keyClick(closed.output, Qt.Key.Key_A)
    qtbot.mouseClick(closed.output, LEFT, pos=QPoint(480, 270))
    assert not closed.visit.present
    assert closed.host.heard == []


def test_a_mouse_on_a_table_that_shakes_is_no_visitor(stand):
    kiosk = stand(Visitors(sliders=SLIDERS))

    def move(x: float, y: float) -> None:
        at = QPointF(x, y)
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, at, kiosk.output.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(kiosk.output, event)

    for k in range(100):
        move(400 + k % 3, 300 - k % 4)
        kiosk.clock.now += 0.1
    assert not kiosk.visit.present
    for k in range(10):
        move(400 + 20 * k, 300)
    assert kiosk.visit.present


def test_on_a_dark_wall_a_touch_brings_nothing_not_even_a_pointer(stand):
    kiosk = stand(Visitors(sliders=SLIDERS), rehearses=False)
    kiosk.host.dark = True
    QTest.mouseClick(kiosk.output, LEFT, pos=QPoint(480, 270))
    for x in (100, 300, 500):
        QTest.mouseMove(kiosk.output, QPoint(x, 300))
    assert not kiosk.visit.present
    assert kiosk.output.cursor().shape() == Qt.CursorShape.BlankCursor
    kiosk.host.dark = False
    QTest.mouseClick(kiosk.output, LEFT, pos=QPoint(480, 270))
    assert kiosk.visit.present


def test_a_pointer_is_there_for_a_mouse_and_none_for_a_finger(stand):
    kiosk = stand(Visitors(sliders=SLIDERS), rehearses=False)
    screen = QTest.createTouchDevice()
    at = QPoint(480, 270)
    QTest.touchEvent(kiosk.output, screen).press(0, at).commit()
    for step in range(1, 8):
        QTest.touchEvent(kiosk.output, screen).move(0, at + QPoint(20 * step, 0)).commit()
    QTest.touchEvent(kiosk.output, screen).release(0, at).commit()
    assert kiosk.visit.present
    assert kiosk.output.cursor().shape() == Qt.CursorShape.BlankCursor
    for x in (100, 300, 500):
        QTest.mouseMove(kiosk.output, QPoint(x, 300))
    assert kiosk.output.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_arrow_keys_go_through_the_sliders_and_move_them(stand, qtbot):
    kiosk = stand(Visitors(sliders=SLIDERS))
    come(kiosk)
    first, second = kiosk.scene.sliders.values()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert kiosk.host.values["direction/Smile"] == pytest.approx(1.8)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert kiosk.scene.focusWidget() is second


def test_the_sliders_follow_what_the_show_says(stand):
    kiosk = stand(Visitors(sliders=SLIDERS))
    come(kiosk)
    kiosk.host.values["direction/Smile"] = -1.0
    kiosk.show_values()
    assert kiosk.scene.sliders["direction/Smile"].value == -1.0


def test_a_value_that_the_show_refuses_is_said_and_not_shown_on_the_wall(stand, qtbot):
    kiosk = stand(Visitors(sliders=SLIDERS))
    come(kiosk)

    def refuse(*words, **more) -> None:
        raise RecipeError("the model has no such thing")

    kiosk.host.put = refuse
    with qtbot.waitSignal(kiosk.said) as said:
        kiosk.scene.moved.emit("truncation.psi", 0.3)
    assert said.args == ["the model has no such thing"]


# taking it home


def test_the_picture_is_taken_home_by_a_code(stand):
    asked = []
    kiosk = stand(Visitors(sliders=SLIDERS, take_away=True), give=lambda done, failed: asked.append((done, failed)))
    come(kiosk)
    click(kiosk, kiosk.scene.take)
    done, _ = asked[0]
    assert kiosk.scene.code.image.isNull()
    done("http://127.0.0.1:4000/face-abc.jpg")
    assert kiosk.scene.code.isVisible()
    painted = kiosk.overlay.grab().toImage().copy()
    code = kiosk.scene.code
    corner = code.mapTo(kiosk.scene, code.code_rect.topLeft() + QPoint(2, 2))
    assert painted.pixelColor(corner) == QColor("white")
    click(kiosk, kiosk.scene.back)
    assert kiosk.scene.hand.isVisible()


def test_where_no_code_can_be_drawn_the_sliders_come_back_and_it_is_said(stand, qtbot, monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    kiosk = stand(Visitors(sliders=SLIDERS, take_away=True), give=lambda done, failed: done("http://127.0.0.1:4/a.jpg"))
    come(kiosk)
    with qtbot.waitSignal(kiosk.said) as said:
        click(kiosk, kiosk.scene.take)
    assert "segno" in said.args[0]
    assert kiosk.scene.hand.isVisible()


def test_where_it_cannot_be_made_the_sliders_come_back(stand, qtbot):
    kiosk = stand(
        Visitors(sliders=SLIDERS, take_away=True), give=lambda done, failed: failed(VisagistError("no network"))
    )
    come(kiosk)
    with qtbot.waitSignal(kiosk.said):
        click(kiosk, kiosk.scene.take)
    assert kiosk.scene.hand.isVisible()


# leaving


def hold_corner(kiosk: Kiosk, x: int = 5, y: int = 5) -> None:
    QTest.mousePress(kiosk.output, LEFT, pos=QPoint(x, y))
    if kiosk.senses.hold.isActive():
        kiosk.senses.hold.timeout.emit()
    QTest.mouseRelease(kiosk.output, LEFT, pos=QPoint(x, y))


@pytest.mark.parametrize(("rotation", "x", "y"), [(0, 5, 5), (90, 955, 5), (180, 955, 535), (270, 5, 535)])
def test_the_corner_held_and_the_pin_let_one_leave(stand, qtbot, rotation, x, y):
    kiosk = stand(Visitors(pin=hidden("2580")), Screen(rotation=rotation))
    assert kiosk.output.locked
    hold_corner(kiosk, x, y)
    pad = kiosk.pin.widget
    with qtbot.waitSignal(kiosk.left):
        for digit in "2580":
            click(kiosk, pad.keys[digit])
        click(kiosk, pad.keys["Leave"])
    assert kiosk.pin is None


def test_the_corner_must_be_held_for_long(stand):
    kiosk = stand(Visitors(pin=hidden("2580")))
    assert kiosk.senses.hold.interval() == HOLD_MS
    QTest.mousePress(kiosk.output, LEFT, pos=QPoint(5, 5))
    QTest.mouseRelease(kiosk.output, LEFT, pos=QPoint(5, 5))
    assert not kiosk.senses.hold.isActive()
    hold_corner(kiosk, 480, 270)
    assert kiosk.pin is None


def test_another_number_is_refused_and_five_of_them_make_one_wait(stand, qtbot):
    kiosk = stand(Visitors(pin=hidden("2580")))
    hold_corner(kiosk)
    pad = kiosk.pin.widget
    with qtbot.assertNotEmitted(kiosk.left):
        for attempt in range(5):
            for digit in f"111{attempt}":
                pad.press(digit)
            pad.press("Leave")
        assert pad.heading.text() == "Wait 60 s"
        qtbot.keyClicks(pad, "2580")
        qtbot.keyClick(pad, Qt.Key.Key_Return)
    kiosk.clock.now += 61
    with qtbot.waitSignal(kiosk.left):
        qtbot.keyClicks(pad, "2580")
        qtbot.keyClick(pad, Qt.Key.Key_Return)


def test_a_pad_that_was_put_away_after_four_numbers_remembers_them(stand, qtbot):
    kiosk = stand(Visitors(pin=hidden("2580")))
    for attempt in range(5):
        hold_corner(kiosk)
        pad = kiosk.pin.widget
        qtbot.keyClicks(pad, f"111{attempt}")
        qtbot.keyClick(pad, Qt.Key.Key_Return)
        heading = pad.heading.text()
        qtbot.keyClick(pad, Qt.Key.Key_Escape)
        assert kiosk.pin is None
    assert heading == "Wait 60 s"


def test_the_pad_goes_when_nobody_types(stand):
    kiosk = stand(Visitors(pin=hidden("2580")))
    hold_corner(kiosk)
    kiosk.pin.widget.patience.timeout.emit()
    assert kiosk.pin is None
    assert kiosk.output.locked


def test_a_locked_show_refuses_alt_f4_also_while_a_visitor_is_there(stand, qtbot):
    kiosk = stand(Visitors(sliders=SLIDERS, pin=hidden("2580")))
    come(kiosk)
    with qtbot.assertNotEmitted(kiosk.left):
        qtbot.keyClick(kiosk.overlay, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(kiosk.overlay, Qt.Key.Key_Escape)
        kiosk.output.close()
    assert kiosk.output.isVisible()


# game pads


@pytest.fixture
def pad(tmp_path, qapp):
    """A joystick file that the test writes."""
    path = tmp_path / "js0"
    os.mkfifo(path)
    pads = GamePads(folder=tmp_path)
    pads.begin()
    writing = os.open(path, os.O_WRONLY)
    yield pads, lambda kind, number, value: os.write(writing, struct.pack("<IhBB", 0, value, kind, number))
    os.close(writing)
    pads.end()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the joystick files of Linux")
def test_a_game_pad_wakes_the_wall_and_moves_the_sliders(stand, pad, qtbot):
    pads, say = pad
    kiosk = stand(Visitors(sliders=SLIDERS))
    pads.pressed.connect(kiosk.on_button)
    pads.leaned.connect(kiosk.on_lean)
    say(1, 5, 1)
    qtbot.waitUntil(lambda: kiosk.visit.present)
    say(2, 0, 32767)
    qtbot.waitUntil(lambda: kiosk.host.values["direction/Smile"] > 1.7)
    say(2, 0, 0)
    say(1, 0, 1)
    qtbot.waitUntil(lambda: "stranger" in kiosk.host.heard)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the joystick files of Linux")
def test_a_pad_that_lies_on_its_stick_is_no_visitor_for_ever(pad, qtbot):
    pads, say = pad
    pads.clock = Clock(1000.0)
    leans = []
    pads.leaned.connect(lambda across, down: leans.append(across))
    say(2, 0, 32767)
    qtbot.waitUntil(lambda: len(leans) > 1)
    pads.clock.now += 21
    known = len(leans)
    pads.lean_on()
    assert len(leans) == known
    say(2, 0, -32767)  # a hand takes it up
    qtbot.waitUntil(lambda: leans[-1] == -1.0)


class Quiz(QWidget):
    """A scene on the whole wall."""

    left = Signal()


def test_over_the_wall_a_scene_made_for_windows_shows_no_hand_and_no_tooltip(stand):
    quiz = Quiz()
    button = QPushButton("Play", quiz, toolTip="Begin")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setGeometry(0, 0, 400, 400)
    full = FullScene(quiz, quiz.left, lambda: None, lambda: None, lambda: None)
    kiosk = stand(Visitors(), full=lambda: full, rehearses=False)
    QTest.touchEvent(kiosk.output, QTest.createTouchDevice()).press(0, QPoint(480, 270)).commit()
    viewport, at = kiosk.overlay.viewport(), QPoint(100, 100)
    screen = QTest.createTouchDevice()
    QTest.touchEvent(viewport, screen).press(0, at).commit()
    QTest.touchEvent(viewport, screen).move(0, at + QPoint(40, 40)).commit()
    assert viewport.cursor().shape() == Qt.CursorShape.BlankCursor
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert not QToolTip.isVisible()


def test_a_game_pad_before_the_quiz_moves_no_sliders_that_nobody_sees(stand):
    quiz = Quiz()
    kiosk = stand(
        Visitors(sliders=SLIDERS, take_away=True),
        give=lambda done, failed: None,
        full=lambda: FullScene(quiz, quiz.left, lambda: None, lambda: None, lambda: None),
    )
    kiosk.on_button(0)
    assert kiosk.overlay.widget is quiz
    kiosk.host.heard.clear()
    for number in (0, 1, 3):
        kiosk.on_button(number)
    kiosk.on_lean(1.0, 0.0)
    assert set(kiosk.host.heard) == {"touch"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the joystick files of Linux")
def test_a_pad_that_is_unplugged_is_let_go_and_found_again(tmp_path, qtbot):
    path = tmp_path / "js0"
    os.mkfifo(path)
    pads = GamePads(folder=tmp_path)
    pads.begin()
    writing = os.open(path, os.O_WRONLY)
    os.write(writing, struct.pack("<IhBB", 0, 1, 1, 0))
    os.close(writing)
    qtbot.waitUntil(lambda: not pads.pads)
    pads.find()
    assert list(pads.pads) == ["js0"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(pads.findChildren(QSocketNotifier)) == 1  # nothing is left of the one that went
    pads.end()
