"""Fixtures for the window: a real one, with a real render thread and a small random model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.collector import Collector
from studio.directions import learning
from studio.main_window import MainWindow
from studio.workers import jobs

HARMLESS = ("This plugin does not support",)  # what the offscreen platform says of itself


class PatientBot(QtBot):
    """Waits as long as a busy machine may need: what comes at all is right, however late."""

    def waitUntil(self, callback, *, timeout=60_000):  # noqa: N802 - Qt's way
        return super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=60_000, **more):  # noqa: N802 - Qt's way
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp, request) -> QtBot:
    """Drives widgets."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def quiet_qt(qtlog) -> Iterator[None]:
    """A warning of Qt is an error."""
    yield
    loud = [r.message for r in qtlog.records if r.log_type_name != "QtDebugMsg" and r.log_type_name != "QtInfoMsg"]
    assert [text for text in loud if not any(harmless in text for harmless in HARMLESS)] == []


@pytest.fixture
def look(qapp) -> None:
    """The house's look, as every start of the program sets it."""
    theme.apply(qapp)


@pytest.fixture
def collector(qapp) -> Iterator[Collector]:
    """Garbage is collected as in the program."""
    made = Collector()
    yield made
    made.stop()


@pytest.fixture
def at_leisure(monkeypatch) -> None:
    """A model without directions gets none by itself: most tests need no job that nobody asked for."""
    monkeypatch.setattr(learning, "SOON_MS", 3_600_000)


@pytest.fixture
def empty_window(qtbot, home, look, collector, at_leisure) -> Iterator[MainWindow]:
    """A window that has not been started."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    # the offscreen platform's clipboard outlives Python, and crashes at exit over data that Python made
    QGuiApplication.clipboard().clear()


@pytest.fixture
def window(qtbot, empty_window, tiny_path) -> MainWindow:
    """A window with the small model open and its first picture on show."""
    empty_window.start([tiny_path])
    settle(qtbot, empty_window)
    return empty_window


@pytest.fixture
def drag(qapp):
    """Drags over a widget with the left button; gives the hand back before releasing."""
    return Hand()


class Hand:
    """A mouse."""

    def press(self, widget: QWidget, x: float, y: float | None = None, **more) -> None:
        self.send(QEvent.Type.MouseButtonPress, widget, x, y, **more)

    def move(self, widget: QWidget, x: float, y: float | None = None, **more) -> None:
        self.send(QEvent.Type.MouseMove, widget, x, y, **more)

    def release(self, widget: QWidget, x: float, y: float | None = None, **more) -> None:
        self.send(QEvent.Type.MouseButtonRelease, widget, x, y, **more)

    def double_click(self, widget: QWidget, x: float, y: float | None = None) -> None:
        for kind in ("Press", "Release", "DblClick", "Release"):
            self.send(getattr(QEvent.Type, f"MouseButton{kind}"), widget, x, y)

    def send(self, kind, widget, x, y, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        """One event of the left button."""
        at = QPointF(x, widget.height() / 2 if y is None else y)
        left = Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, at, QPointF(widget.mapToGlobal(at)), button, held, modifiers)
        QApplication.sendEvent(widget, event)


def ask_menu(row, index: int, text: str) -> None:
    """Right click a cell of a painted row and choose from the menu that comes."""
    at = row.rect_of(index).center().toPoint()
    QApplication.sendEvent(row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, row.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def settle(qtbot, window: MainWindow) -> None:
    """Wait until the final of the document's recipe is on show."""

    def settled() -> bool:
        frame = window.canvas.frame
        return frame is not None and not frame.draft and frame.recipe == window.document.recipe

    qtbot.waitUntil(settled)


@pytest.fixture
def slow_threads(monkeypatch) -> None:
    """Every job begins late, as on a busy machine: whatever happens at once happens before its first step."""
    monkeypatch.setattr(jobs, "stand_back", lambda: time.sleep(0.2))


class Gate:
    """A generator whose chosen stage waits until it is let through; everything else is the real one's."""

    def __init__(self, generator, stage: int) -> None:
        self.generator, self.stage = generator, stage
        self.reached = threading.Event()
        self.open = threading.Event()
        self.runs: list[int] = []

    def __getattr__(self, name: str):
        return getattr(self.generator, name)

    def run(self, stage, state, styles, inputs):
        self.runs.append(stage)
        if stage == self.stage:
            self.reached.set()
            assert self.open.wait(120)
        return self.generator.run(stage, state, styles, inputs)
