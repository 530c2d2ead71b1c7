"""MIDI in: every device that is there, found again when it returns; by mido, where it is installed."""

from __future__ import annotations

import importlib
import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.show.midi import Assembler
from engine.show.sources import Event
from studio.exhibition.inputs.watcher import EVERY_S, SELDOM_S, Watcher

log = logging.getLogger(__name__)

MOST = 4096  # events that wait; the newest
DEVICES = Path("/dev/snd")
THROUGH = "Midi Through"  # Linux's own loop, which is no device
NEEDS = "MIDI needs the packages mido and python-rtmidi; install visagist[exhibit]"


class MidiPorts(QObject):
    """What the devices send, in its order. arrived: something waits, told once until it is fetched.

    said: a sentence for people; changed: another state or other devices.
    """

    arrived = Signal()
    said = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watch: MidiWatch | None = None
        self.waiting: deque[Event] = deque(maxlen=MOST)
        self.lock = threading.Lock()
        self.told = False
        self.devices: tuple[str, ...] = ()
        self.state = ""

    def open(self, on: bool) -> None:
        """Look for devices from now on, or no more."""
        if on == (self.watch is not None):
            return
        if self.watch is not None:
            watch, self.watch = self.watch, None
            watch.end()
            watch.deleteLater()
            self.devices, self.state = (), ""
            self.changed.emit()
        else:
            self.watch = MidiWatch(self.take, self)
            self.watch.found.connect(self.on_found)
            self.watch.lost.connect(self.on_lost)
            self.watch.failed.connect(self.on_failed)
            self.watch.start()

    def fetch(self) -> list[Event]:
        """What waits, in the order in which it came."""
        with self.lock:
            waiting = list(self.waiting)
            self.waiting.clear()
            self.told = False
        return waiting

    def take(self, events: Sequence[Event]) -> None:
        """Events of a device, on its driver's thread."""
        if not events:
            return
        with self.lock:
            self.waiting.extend(events)
            told, self.told = self.told, True
        if not told:
            self.arrived.emit()

    def on_found(self, devices: tuple[str, ...]) -> None:
        """Other devices than before."""
        self.devices = devices
        self.state = ", ".join(devices) or "no device is connected"
        self.changed.emit()

    def on_lost(self, device: str) -> None:
        """A device is gone."""
        self.said.emit(f"the MIDI device {device} is gone; it is picked up again when it returns")

    def on_failed(self, words: str) -> None:
        """There is no MIDI here."""
        if self.state != words:
            self.state = words
            self.said.emit(words)
            self.changed.emit()


class MidiWatch(Watcher):
    """found: the devices that are open now; lost: one is gone; failed: why there can be none."""

    found = Signal(object)
    lost = Signal(str)
    failed = Signal(str)

    def __init__(self, take: Callable[[Sequence[Event]], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.take = take
        self.ports: dict[str, Any] = {}
        self.told: tuple[str, ...] | None = None
        self.plugged = plugged()

    def look(self) -> None:
        before, self.plugged = self.plugged, plugged()
        try:
            # mido finds its backend by a name, and so do we find mido: a person may have neither
            mido = importlib.import_module("mido")
            there = [name for name in dict.fromkeys(mido.get_input_names()) if not name.startswith(THROUGH)]
        except ImportError:
            self.fail(NEEDS)
            return
        except (OSError, RuntimeError, ValueError) as error:
            log.debug("no MIDI", exc_info=error)
            self.fail("this system's MIDI cannot be reached; on Linux the sequencer of ALSA must be there")
            return
        self.pause = EVERY_S
        for name in [name for name in self.ports if name not in there]:
            self.shut(name)
            self.lost.emit(plain(name))
        if before != self.plugged:
            self.close()  # one that came back between two looks has its old name, and its port hears nothing any more
        for name in there:
            if name not in self.ports:
                self.listen(mido, name)
        names = tuple(plain(name) for name in self.ports)
        if names != self.told:
            self.told = names
            self.found.emit(names)

    def listen(self, mido: Any, name: str) -> None:
        """Open a device; one that another program holds is tried again with the next look."""
        assembler = Assembler()
        try:
            self.ports[name] = mido.open_input(
                name, callback=lambda message: self.take(assembler.take(message.bytes()))
            )
        except (OSError, RuntimeError, ValueError) as error:
            log.debug("%s cannot be opened", name, exc_info=error)

    def shut(self, name: str) -> None:
        """Close a device, which may be gone already."""
        try:
            self.ports.pop(name).close()
        except (OSError, RuntimeError, ValueError) as error:
            log.debug("%s cannot be closed", name, exc_info=error)

    def fail(self, words: str) -> None:
        self.close()
        self.told, self.pause = None, SELDOM_S
        self.failed.emit(words)

    def close(self) -> None:
        for name in list(self.ports):
            self.shut(name)


def plugged() -> int:
    """A number that changes when Linux makes or drops the file of a device; elsewhere it stays."""
    try:
        return DEVICES.stat().st_mtime_ns
    except OSError:
        return 0


def plain(name: str) -> str:
    """A device as its maker calls it, without ALSA's numbers."""
    short = re.sub(r" \d+:\d+$", "", name)
    client, colon, port = short.partition(":")
    return port if colon and port.startswith(client) else short
