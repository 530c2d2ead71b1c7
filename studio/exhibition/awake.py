"""Keeps the screen on and the machine awake while a show runs, by whatever means the platform offers."""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

WHY = "A show is on"
BUS = "visagist-show"  # a connection of its own: when it ends, so does all that was asked through it
DISPLAY_AND_SYSTEM = 0x80000000 | 0x1 | 0x2  # ES_CONTINUOUS, ES_SYSTEM_REQUIRED, ES_DISPLAY_REQUIRED
CONTINUOUS = 0x80000000


@dataclass(frozen=True)
class Held:
    """Something that keeps the screen on. end: it need no longer; stands: whether it still does."""

    end: Callable[[], object]
    stands: Callable[[], bool] = lambda: True


Way = Callable[[], Held | None]


class Awake:
    """hold and release, any number of times. ways: what was found to help, for the status line."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}

    @property
    def ways(self) -> list[str]:
        """By which means the screen is kept on now."""
        return [name for name, held in self.held.items() if held.stands()]

    def hold(self) -> None:
        """From now on."""
        if self.held:
            return
        for name, way in ways_of(sys.platform).items():
            held = way()
            if held is not None:
                self.held[name] = held
        if self.held:
            log.info("the screen is kept on by %s", ", ".join(self.held))
        else:
            log.warning("nothing here keeps the screen on; switch its saver off in the system's settings")

    def release(self) -> None:
        """As it was."""
        for held in self.held.values():
            held.end()
        self.held.clear()


def ways_of(platform: str) -> dict[str, Way]:
    """What a platform may offer; a way that is not there gives None."""
    if platform == "win32":
        return {"Windows": execution_state}
    if platform == "darwin":
        words = ["caffeinate", "-d", "-i", "-m", "-w", str(os.getpid())]
        return {"caffeinate": lambda: keeper(words)}
    # cat ends with the pipe that this process holds, and with it the promise, however this process ends
    inhibit = ["systemd-inhibit", "--what=idle:sleep", "--mode=block", "--who=Visagist", f"--why={WHY}", "cat"]
    return {"the desktop": on_bus, "X": on_x, "systemd": lambda: keeper(inhibit)}


def execution_state() -> Held | None:
    """SetThreadExecutionState of Windows, which counts for the thread that calls it: the main one."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    if not kernel.SetThreadExecutionState(DISPLAY_AND_SYSTEM):
        return None
    return Held(lambda: kernel.SetThreadExecutionState(CONTINUOUS))


def on_bus() -> Held | None:
    """The freedesktop.org screen saver, and its notifications where the desktop can hold them back."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    try:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage
    except ImportError:  # a system without libdbus
        return None
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, BUS)
    held = False
    for service, path, given in (
        ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", ["Visagist", WHY]),
        ("org.freedesktop.Notifications", "/org/freedesktop/Notifications", ["visagist", WHY, {}]),
    ):
        call = QDBusMessage.createMethodCall(service, path, service, "Inhibit")
        call.setArguments(given)
        answer = bus.call(call, timeout=1000)
        held |= answer.type() == QDBusMessage.MessageType.ReplyMessage
    if not held:
        QDBusConnection.disconnectFromBus(BUS)
        return None
    return Held(lambda: QDBusConnection.disconnectFromBus(BUS))


def on_x() -> Held | None:
    """X11's own saver and power saving, suspended for as long as our connection stands (MIT-SCREEN-SAVER 1.1)."""
    if not os.environ.get("DISPLAY"):
        return None
    try:
        x, saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    except OSError:
        return None
    x.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x.XOpenDisplay(None))
    if not display:
        return None
    first, error = ctypes.c_int(), ctypes.c_int()
    if not saver.XScreenSaverQueryExtension(display, ctypes.byref(first), ctypes.byref(error)):
        x.XCloseDisplay(display)
        return None
    saver.XScreenSaverSuspend(display, 1)
    x.XFlush(display)
    return Held(lambda: x.XCloseDisplay(display))


def keeper(words: list[str]) -> Held | None:
    """A program that keeps the machine awake for as long as it runs."""
    program = shutil.which(words[0])
    if program is None:
        return None
    quiet = subprocess.DEVNULL
    running = subprocess.Popen([program, *words[1:]], stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)

    def end() -> None:
        assert running.stdin is not None
        running.stdin.close()
        running.terminate()
        running.wait()

    return Held(end, lambda: running.poll() is None)
