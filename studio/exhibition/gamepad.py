"""Game pads, read plainly: the joystick files of Linux, XInput on Windows. Elsewhere there are none."""

from __future__ import annotations

import ctypes
import logging
import os
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

log = logging.getLogger(__name__)

EVENT = struct.Struct("<IhBB")  # time in ms, value, type, number (the kernel's joystick interface)
BUTTON, AXIS, FIRST = 0x01, 0x02, 0x80
FULL = 32767
DEAD = 0.35  # of a stick that does not rest quite in the middle
LONGEST_S, STILL = 20.0, 0.1  # no hand leans so long on a stick and moves it by no more
LOOK_MS, REPEAT_MS, POLL_MS = 3000, 60, 16
CROSS = {6: "across", 7: "down"}  # axes of the cross; the sticks come first
STICKS = {0: "across", 1: "down", **CROSS}
XINPUT_BUTTONS = {0x1000: 0, 0x2000: 1, 0x4000: 2, 0x8000: 3}  # A, B, X, Y
XINPUT_CROSS = {0x1: ("down", -1.0), 0x2: ("down", 1.0), 0x4: ("across", -1.0), 0x8: ("across", 1.0)}


@dataclass
class Pad:
    """An open joystick file."""

    file: int
    notifier: QSocketNotifier
    leans: dict[str, float] = field(default_factory=dict)


class GamePads(QObject):
    """Every pad that is there, also one that is plugged in later. pressed: the number of a button; leaned: across and
    down, -1 to 1, again and again for as long as a stick or the cross leans; a pad that lies on its stick is nobody.
    """

    pressed = Signal(int)
    leaned = Signal(float, float)

    def __init__(
        self,
        parent: QObject | None = None,
        folder: Path = Path("/dev/input"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.folder, self.clock = folder, clock
        self.leant, self.since = (0.0, 0.0), 0.0  # how it leans, and since when
        self.pads: dict[str, Pad] = {}
        self.gone: list[Pad] = []
        self.repeat = QTimer(self, interval=REPEAT_MS)
        self.repeat.timeout.connect(self.lean_on)
        self.look = QTimer(self, interval=LOOK_MS)
        self.look.timeout.connect(self.find)
        self.xinput = XInput(self) if sys.platform == "win32" else None

    def begin(self) -> None:
        """Listen."""
        if self.xinput is not None:
            self.xinput.begin()
        elif sys.platform.startswith("linux"):
            self.find()
            self.look.start()

    def end(self) -> None:
        """Listen no more."""
        self.look.stop()
        self.repeat.stop()
        if self.xinput is not None:
            self.xinput.end()
        for name in list(self.pads):
            self.drop(name)

    def find(self) -> None:
        """Open pads that are new."""
        for pad in self.gone:
            pad.notifier.deleteLater()
        self.gone.clear()
        for path in sorted(self.folder.glob("js*")):
            if path.name not in self.pads:
                self.open(path)

    def open(self, path: Path) -> None:
        """One of them; one that may not be read is tried again with the next look."""
        try:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            log.debug("%s cannot be read: %s", path, error.strerror)
            return
        notifier = QSocketNotifier(file, QSocketNotifier.Type.Read, self)
        notifier.activated.connect(lambda: self.read(path.name))
        self.pads[path.name] = Pad(file, notifier)
        log.info("game pad %s", path)

    def read(self, name: str) -> None:
        """What a pad says; one that was unplugged is let go."""
        pad = self.pads[name]
        try:
            said = os.read(pad.file, EVENT.size * 64)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            self.drop(name)
            return
        for start in range(0, len(said) - EVENT.size + 1, EVENT.size):
            _, value, kind, number = EVENT.unpack_from(said, start)
            if kind == BUTTON and value:
                self.pressed.emit(number)
            elif kind == AXIS and number in STICKS:
                pad.leans[STICKS[number]] = leaning(value / FULL)
                self.lean_on()

    def drop(self, name: str) -> None:
        """It is gone."""
        pad = self.pads.pop(name)
        pad.notifier.setEnabled(False)
        os.close(pad.file)
        self.gone.append(pad)  # its notifier may be telling just now, and must outlive that

    def lean_on(self) -> None:
        """As long as something leans."""
        leans = [pad.leans for pad in self.pads.values()]
        across = max((lean.get("across", 0.0) for lean in leans), key=abs, default=0.0)
        down = max((lean.get("down", 0.0) for lean in leans), key=abs, default=0.0)
        self.lean(across, down)
        if across or down:
            if not self.repeat.isActive():
                self.repeat.start()
        else:
            self.repeat.stop()

    def lean(self, across: float, down: float) -> None:
        """A stick stands so now."""
        if max(abs(across - self.leant[0]), abs(down - self.leant[1])) > STILL:
            self.leant, self.since = (across, down), self.clock()
        if (across or down) and self.clock() - self.since < LONGEST_S:
            self.leaned.emit(across, down)


def leaning(value: float) -> float:
    """Nothing in the middle, then from 0 to 1."""
    return 0.0 if abs(value) < DEAD else (abs(value) - DEAD) / (1 - DEAD) * (1 if value > 0 else -1)


class XInputState(ctypes.Structure):
    """XINPUT_STATE with its XINPUT_GAMEPAD."""

    _fields_ = (
        ("packet", ctypes.c_uint32),
        ("buttons", ctypes.c_uint16),
        ("left_trigger", ctypes.c_uint8),
        ("right_trigger", ctypes.c_uint8),
        ("left_x", ctypes.c_int16),
        ("left_y", ctypes.c_int16),
        ("right_x", ctypes.c_int16),
        ("right_y", ctypes.c_int16),
    )


class XInput(QObject):
    """The first pad of Windows, asked sixty times a second."""

    def __init__(self, pads: GamePads) -> None:
        super().__init__(pads)
        self.pads = pads
        self.ask: Callable[..., int] | None = None
        self.down = 0
        self.timer = QTimer(self, interval=POLL_MS)
        self.timer.timeout.connect(self.poll)

    def begin(self) -> None:
        """Where Windows has it."""
        try:
            self.ask = ctypes.WinDLL("xinput1_4").XInputGetState  # type: ignore[attr-defined]
        except OSError as error:
            log.info("there are no game pads here: %s", error)
        else:
            self.timer.start()

    def end(self) -> None:
        """Ask no more."""
        self.timer.stop()

    def poll(self) -> None:
        """Buttons that went down, and what leans."""
        assert self.ask is not None
        state = XInputState()
        if self.ask(0, ctypes.byref(state)):
            return
        for bit, number in XINPUT_BUTTONS.items():
            if state.buttons & bit & ~self.down:
                self.pads.pressed.emit(number)
        self.down = state.buttons
        leans = {"across": leaning(state.left_x / FULL), "down": leaning(-state.left_y / FULL)}
        for bit, (way, value) in XINPUT_CROSS.items():
            if state.buttons & bit:
                leans[way] = value
        self.pads.lean(leans["across"], leans["down"])
