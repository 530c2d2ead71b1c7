"""Sound in: a microphone or a line, by sounddevice where it is installed; found again when it returns."""

from __future__ import annotations

import importlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.desktop import install_line
from engine.show.sources import Event
from studio import portaudio
from studio.exhibition.inputs.watcher import EVERY_S, SELDOM_S, Watcher

log = logging.getLogger(__name__)

MOST = 64  # blocks that wait: a second
BLOCKS = 60  # a second
NEEDS = "sound input needs the package sounddevice; install visagist[exhibit]"


class SoundIn(QObject):
    """One input device.

    arrived: something waits, told once until it is fetched; said: a sentence for people; changed: another state.
    """

    arrived = Signal()
    said = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watch: SoundWatch | None = None
        self.device = ""
        self.hearing: Any = None
        self.waiting: deque[np.ndarray] = deque(maxlen=MOST)
        self.lock = threading.Lock()
        self.told = False
        self.devices: tuple[str, ...] = ()
        self.state = ""

    def open(self, on: bool, device: str = "") -> None:
        """Listen to a device, by its name, from now on, or no more; without a name, the system's own choice."""
        if on == (self.watch is not None) and device == self.device:
            return
        if self.watch is not None:
            watch, self.watch = self.watch, None
            watch.end()
            watch.deleteLater()
            self.state = ""
            self.waiting.clear()
        self.device = device
        if on:
            self.watch = SoundWatch(device, self.take, self)
            self.watch.found.connect(self.on_found)
            self.watch.failed.connect(self.on_failed)
            self.watch.start()
        self.changed.emit()

    def take(self, block: np.ndarray) -> None:
        """A block of samples [n], on the driver's thread."""
        with self.lock:
            self.waiting.append(block)
            told, self.told = self.told, True
        if not told:
            self.arrived.emit()

    def fetch(self) -> list[Event]:
        """How loud it is now, and whether something has set in."""
        with self.lock:
            blocks = list(self.waiting)
            self.waiting.clear()
            self.told = False
        if not blocks or self.hearing is None:
            return []
        return self.hearing.take(np.concatenate(blocks))

    def on_found(self, name: str, rate: int, devices: tuple[str, ...]) -> None:
        """The device is open."""
        from engine.show.hearing import Hearing  # not needed before there is something to hear

        self.hearing, self.devices, self.state = Hearing(rate), devices, name
        self.changed.emit()

    def on_failed(self, words: str, devices: tuple[str, ...]) -> None:
        """There is no sound."""
        self.hearing, self.devices = None, devices
        if self.state != words:
            self.state = words
            self.said.emit(words)
            self.changed.emit()


class SoundWatch(Watcher):
    """found: the device's name, its rate and all names; failed: why there is none, and all names."""

    found = Signal(str, int, object)
    failed = Signal(str, object)

    def __init__(self, device: str, take: Callable[[np.ndarray], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.device, self.take = device, take
        self.stream: Any = None
        self.names: tuple[str, ...] = ()

    def look(self) -> None:
        if self.stream is not None and self.stream.active:
            return
        gone = self.stream is not None
        self.close()
        try:
            sound = importlib.import_module("sounddevice")
        except ImportError:
            self.fail(NEEDS)
            return
        except OSError:
            self.fail(
                f"sound input needs the library PortAudio; on Debian and Ubuntu: {install_line(['libportaudio2'])}"
            )
            return
        try:
            self.listen(sound, anew=gone)
        except (sound.PortAudioError, ValueError, OSError) as error:
            log.debug("no sound", exc_info=error)
            what = f"the sound device {self.device}" if self.device else "the sound input"
            self.fail(f"{what} is not there; it is picked up again when it returns", EVERY_S)

    def listen(self, sound: Any, *, anew: bool) -> None:
        """Open the device and begin; PortAudioError or ValueError where that cannot be."""
        if anew or not self.names:
            portaudio.list_anew(sound)
        self.names = tuple(dict.fromkeys(one["name"] for one in sound.query_devices() if one["max_input_channels"] > 0))
        facts = sound.query_devices(self.device or None, "input")
        rate = round(facts["default_samplerate"])
        self.stream = portaudio.started(
            lambda: sound.InputStream(
                rate, max(1, rate // BLOCKS), self.device or None, 1, "float32", callback=self.hear
            )
        )
        self.pause = EVERY_S
        self.found.emit(facts["name"], rate, self.names)

    def hear(self, block: np.ndarray, frames: int, times: object, status: object) -> None:
        """Called by PortAudio; the block is its own again afterwards."""
        self.take(block[:, 0].copy())

    def fail(self, words: str, pause: float = SELDOM_S) -> None:
        self.close()
        self.pause = pause
        self.failed.emit(words, self.names)

    def close(self) -> None:
        if self.stream is not None:
            stream, self.stream = self.stream, None
            portaudio.close(stream)
