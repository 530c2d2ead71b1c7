"""On an X server whose monitors come and go: the server is told so by RandR, as a cable that is pulled tells it."""

from __future__ import annotations

import ctypes

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage

from engine.show.values import Screen
from studio.exhibition import awake
from studio.exhibition.output import OutputWindow
from studio.exhibition.screens import screens

pytestmark = pytest.mark.xvfb


class MonitorInfo(ctypes.Structure):
    """XRRMonitorInfo."""

    _fields_ = (
        ("name", ctypes.c_ulong),
        ("primary", ctypes.c_int),
        ("automatic", ctypes.c_int),
        ("outputs", ctypes.c_int),
        ("x", ctypes.c_int),
        ("y", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("width_mm", ctypes.c_int),
        ("height_mm", ctypes.c_int),
        ("list", ctypes.c_void_p),
    )


class Cable:
    """A monitor of the X server that can be unplugged."""

    def __init__(self) -> None:
        self.x, self.randr = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXrandr.so.2")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = self.x.XInternAtom.restype = ctypes.c_ulong
        self.randr.XRRAllocateMonitor.restype = ctypes.POINTER(MonitorInfo)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.name = ctypes.c_ulong(self.x.XInternAtom(self.display, b"wall", 0))

    def plug(self) -> None:
        info = self.randr.XRRAllocateMonitor(self.display, 0)
        made = info.contents
        made.name, made.width, made.height, made.width_mm, made.height_mm = self.name.value, 640, 480, 300, 200
        made.x = 200
        self.randr.XRRSetMonitor(self.display, self.root, info)
        self.x.XSync(self.display, 0)

    def unplug(self) -> None:
        self.randr.XRRDeleteMonitor(self.display, self.root, self.name)
        self.x.XSync(self.display, 0)


@pytest.fixture
def cable(qtbot):
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs an X server")
    try:
        made = Cable()
    except OSError as error:
        pytest.skip(str(error))
    made.plug()
    qtbot.waitUntil(lambda: any(screen.name() == "wall" for screen in screens()))
    yield made
    made.unplug()
    made.x.XCloseDisplay(made.display)


def test_the_picture_returns_by_itself_when_the_screen_does(cable, qtbot, monkeypatch):
    monkeypatch.setattr(awake, "ways_of", lambda platform: {})
    monkeypatch.setattr(awake.log, "warning", lambda *words: None)
    number = next(k for k, screen in enumerate(screens(), 1) if screen.name() == "wall")
    output = OutputWindow(Screen(number=number))
    qtbot.addWidget(output)
    where = []
    output.shown_on.connect(where.append)
    output.begin()
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    output.show_pictures(image)
    qtbot.waitExposed(output)
    assert output.geometry().getRect() == (200, 0, 640, 480)
    cable.unplug()
    qtbot.waitUntil(lambda: not output.isVisible())
    cable.plug()
    qtbot.waitUntil(output.isVisible)
    qtbot.waitUntil(lambda: output.geometry().getRect() == (200, 0, 640, 480))
    shot = QGuiApplication.primaryScreen().grabWindow(output.winId()).toImage()
    assert shot.pixelColor(320, 240) == QColor("red")
    assert where == ["wall", None, "wall"]
    output.end()
