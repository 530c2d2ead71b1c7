"""The window on the wall: full screen on its screen, without a pointer, and back by itself when the screen is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QWidget

from engine.show.values import Screen
from studio.exhibition.awake import Awake
from studio.exhibition.screens import choose, screens
from studio.exhibition.wall import Wall

WATCH_MS = 2000  # a window manager, a wake from sleep or a cable may move a window without a word
MOST_TRIES = 5  # for the keyboard, which some platforms never give, and say so every time
REHEARSAL = (960, 540)


class OutputWindow(Wall):
    """shown_on: the name of the screen that it is on now, or None while that is away; rate_changed: in Hz;
    left: someone wants to leave the show and may.

    rehearses: an ordinary window that shows just the same. control: the window that must not be covered.
    """

    shown_on = Signal(object)
    rate_changed = Signal(float)
    left = Signal()
    resized = Signal()

    def __init__(
        self, screen: Screen | None = None, control: QWidget | None = None, *, rehearses: bool = False
    ) -> None:
        super().__init__(screen)
        self.control, self.rehearses = control, rehearses
        self.locked = self.grabs = False
        self.tries = 0  # for the keyboard
        self.open = False
        self.host: str | None = None  # the screen that it is on
        self.home = ""  # the screen that it was on last, and where it waits to be again
        self.makeshift = False  # its own screen was not there yet
        self.awake = Awake()
        self.setWindowTitle("Visagist · rehearsal" if rehearses else "Visagist · show")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, False)  # a touch comes as a press of the mouse
        self.setMouseTracking(True)
        self.resize(*REHEARSAL)
        if not rehearses:
            flags = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
            self.setWindowFlags(Qt.WindowType.Window | flags)
            self.show_pointer(False)
        app = QGuiApplication.instance()
        app.screenAdded.connect(self.on_added)
        app.screenRemoved.connect(self.on_removed)
        self.watch = QTimer(self, interval=WATCH_MS)
        self.watch.timeout.connect(self.place)

    # its life

    def begin(self) -> None:
        """Go to the screen and stay there until `end`."""
        self.open, self.home = True, ""
        self.awake.hold()
        self.watch.start()
        self.place()

    def end(self) -> None:
        """Leave the screen."""
        self.open, self.host = False, None
        self.watch.stop()
        self.awake.release()
        self.set_locked(False)
        self.hide()
        self.blank()

    def set_locked(self, locked: bool) -> None:
        """Locked, it does not close for the keyboard or the window manager."""
        self.locked = locked
        handle = self.windowHandle()
        if handle is not None and not self.rehearses:
            # the window manager's own keys, where the platform lets us
            self.grabs = handle.setKeyboardGrabEnabled(locked) and locked

    def show_pointer(self, shown: bool) -> None:
        """The mouse pointer is only there while a hand uses it."""
        if self.rehearses or shown:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.BlankCursor)

    def set_look(self, look: Screen) -> None:
        """Lie otherwise; on another screen, where that is named."""
        elsewhere = look.number != self.look.number
        super().set_look(look)
        if elsewhere and self.open:
            self.home = ""
            self.place()

    # its screen

    @property
    def rate(self) -> float:
        """How often the screen shows a picture, in Hz."""
        return self.screen().refreshRate() or 60.0

    def target(self) -> QScreen | None:
        """Where it belongs now."""
        there = screens()
        if self.home:  # it waits for its screen rather than covering another
            return next((screen for screen in there if screen.name() == self.home), None)
        return choose(self.look.number, there, self.taken)

    @property
    def taken(self) -> QScreen | None:
        """The screen that a person sets the show up on."""
        return self.control.screen() if self.control is not None and self.control.isVisible() else None

    def place(self) -> None:
        """Be where it belongs, whatever has happened meanwhile."""
        if not self.open:
            return
        if self.rehearses:
            self.show()
            self.settle(self.screen().name())
            return
        screen = self.target()
        if screen is None:
            self.hide()
            self.settle(None)
            return
        if not self.is_on(screen):
            self.move_to(screen)
        if self.locked and not self.isActiveWindow():
            self.raise_()
            self.activateWindow()
        if self.locked and not self.grabs and self.tries < MOST_TRIES:
            self.tries += 1
            self.set_locked(True)  # an X server refuses a window that its manager has not mapped yet
        if not self.home:
            self.makeshift = (self.look.number or 2) > len(screens())
        self.home = screen.name()
        self.settle(screen.name())

    def is_on(self, screen: QScreen) -> bool:
        """Whether it covers a screen."""
        whole = self.geometry() == screen.geometry()
        return self.isVisible() and not self.isMinimized() and self.screen() is screen and whole

    def move_to(self, screen: QScreen) -> None:
        """Cover a screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.raise_()
        self.activateWindow()
        self.tries = 0
        self.set_locked(self.locked)
        screen.refreshRateChanged.connect(self.on_rate, Qt.ConnectionType.UniqueConnection)
        screen.geometryChanged.connect(self.on_geometry, Qt.ConnectionType.UniqueConnection)
        self.on_rate()

    def settle(self, host: str | None) -> None:
        """Tell where it is, where that is news."""
        if host != self.host:
            self.host = host
            self.shown_on.emit(host)

    def on_added(self, screen: QScreen) -> None:
        if self.open and self.makeshift:
            self.home = ""  # a projector that woke later than this machine
        # the cable may be in another socket now, so that the screen has another name
        elif self.open and self.target() is None and screen is not self.taken:
            self.home = screen.name()
        self.place()

    def on_removed(self, screen: QScreen) -> None:
        self.place()

    def on_geometry(self) -> None:
        self.place()

    def on_rate(self) -> None:
        self.rate_changed.emit(self.rate)

    # what Qt asks of a window

    def to_canvas(self, at: QPointF) -> QPointF:
        """A point of the window on the upright canvas, in the window's own units."""
        ratio = self.devicePixelRatioF()
        back, _ = self.turning.inverted()
        return back.map(at * ratio) / ratio

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Whoever plays the show ends it; the window never goes by itself."""
        if self.open:
            event.ignore()
            if not self.locked:
                self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and not self.locked:
            self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.open and self.isMinimized():
            QTimer.singleShot(0, self, self.place)
