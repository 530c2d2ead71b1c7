"""A loudspeaker, by sounddevice where it is installed: opened and closed on its own thread, filled by its driver's.

The driver's calls take no lock and keep nothing: they copy what is due, and say how far the sound is behind the clock.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.desktop import install_line
from studio import portaudio

if TYPE_CHECKING:
    from engine.export.pcm import Pcm

log = logging.getLogger(__name__)

NEEDS = "the sound is not heard: that needs the package sounddevice; install visagist[exhibit]"
NO_LIBRARY = "the sound is not heard: that needs the library PortAudio; on Debian and Ubuntu: "
NO_DEVICE = "the sound is not heard: no loudspeaker can be opened"
SUDDEN_S = 0.1  # off the clock by so much at once, the sound leaves some out; what comes slowly, pictures follow
CALM = 0.05  # share of what a single call says, for calls come a little early or late


@dataclass(frozen=True)
class Part:
    """What is to be heard. began: when the in point was passed, by the clock; first: the sample that stands there.

    length: samples from there on; round: whether they are then heard again, else it is silent.
    """

    pcm: Pcm
    began: float
    first: int
    length: int
    round: bool


class Voice(QThread):
    """opened: it can be heard from now on; failed: why not. part: what is heard now, None for silence."""

    opened = Signal()
    failed = Signal(str)

    def __init__(self, rate: int, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rate, self.clock = rate, clock
        self.part: Part | None = None
        self.heard: Part | None = None  # what the last call played
        self.place = 0  # samples since the in point, of the next call
        self.late = 0.0  # seconds that the sound is behind the clock
        self.latency = 0.0  # from a call until it is heard
        self.ending = threading.Event()
        self.is_open = self.is_over = False

    def run(self) -> None:
        """The thread: open, wait, close."""
        try:
            stream, words = self.opening(), ""
        except ImportError:
            stream, words = None, NEEDS
        except OSError as error:
            log.debug("no sound", exc_info=error)
            stream, words = None, f"{NO_LIBRARY}{install_line(['libportaudio2'])}"
        if stream is None:
            self.is_over = True
            self.failed.emit(words or NO_DEVICE)
            return
        self.latency = min(max(float(stream.latency), 0.0), 1.0)
        self.is_open = True
        self.opened.emit()
        self.ending.wait()
        portaudio.close(stream)

    def opening(self) -> Any:
        """A stream that runs, None where no device takes it; ImportError or OSError without package or library."""
        sound = importlib.import_module("sounddevice")
        try:
            return portaudio.started(
                lambda: sound.OutputStream(
                    samplerate=self.rate, channels=2, dtype="int16", callback=self.fill, finished_callback=self.finish
                )
            )
        except (sound.PortAudioError, ValueError, OSError) as error:
            log.debug("no sound", exc_info=error)
            return None

    def finish(self) -> None:
        """Called by the driver when there are no more calls: the device is gone, or was closed."""
        self.is_over = True

    def end(self) -> None:
        """Silence, and let the device go; the thread ends by itself."""
        self.part = None
        self.is_over = True
        self.ending.set()

    def fill(self, out: Any, frames: int, times: Any, status: object) -> None:
        """Called by the driver: the next samples, int16 [frames, 2]."""
        part = self.part
        if part is None:
            out.fill(0)
            return
        due = self.clock() + self.delay(times) - part.began  # when it is heard, in seconds since the in point
        late = due - self.place / self.rate
        if part is not self.heard or abs(late - self.late) > SUDDEN_S:
            self.place, self.late, self.heard = max(0, round(due * self.rate)), 0.0, part
        else:
            self.late += (late - self.late) * CALM
        play(part, self.place, out)
        self.place += frames

    def delay(self, times: Any) -> float:
        """Seconds until these samples are heard, as the driver says where it knows."""
        said: float = times.outputBufferDacTime - times.currentTime
        return said if 0 < said < 1 else self.latency


def play(part: Part, place: int, out: Any) -> None:
    """The samples of a part from a place of it on."""
    samples = part.pcm.samples
    done, wanted = 0, len(out)
    while done < wanted:
        at = (place + done) % part.length if part.round else place + done
        left = min(wanted - done, part.length - at)
        if left <= 0:
            break
        first = part.first + at
        if 0 <= first < len(samples):
            left = min(left, len(samples) - first)
            out[done : done + left] = samples[first : first + left]
        else:
            left = min(left, -first) if first < 0 else left
            out[done : done + left] = 0
        done += left
    out[done:] = 0
