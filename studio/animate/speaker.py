"""The sound of the timeline while it plays: what is heard when, and when the file and the loudspeaker are opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.timeline.sound import Sound
from engine.timeline.values import Timeline
from studio.animate.player import Player
from studio.animate.voice import Part, Voice
from studio.settings import MUTED, Option, Settings

if TYPE_CHECKING:
    from engine.export.pcm import Pcm
    from studio.session import Session
    from studio.workers.jobs import RunningJob

IDLE_MS = 10_000  # a loudspeaker is kept open so long, for opening one takes a moment


class Speaker(QObject):
    """Follows a player. Without the package, a device or the file, everything else is as ever."""

    def __init__(self, session: Session, settings: Settings, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings, self.player = session, settings, player
        self.animation = player.animation
        self.key = ""  # hash of the sound that is read, or was
        self.pcm: Pcm | None = None
        self.job: RunningJob | None = None
        self.voice: Voice | None = None
        self.told: set[str] = set()
        self.failed = False  # in this playing
        self.idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self.idle.timeout.connect(self.close)
        player.late = self.late
        player.running.connect(self.on_running)
        player.turned.connect(self.tune)
        self.animation.changed.connect(self.tune)
        settings.changed.connect(self.on_setting)

    @property
    def sound(self) -> Sound | None:
        """What stands below the tracks."""
        return self.animation.shown.sound

    def mute(self, muted: bool) -> None:
        """Whether nothing is to be heard; remembered."""
        self.settings.set(MUTED, muted)

    def on_setting(self, option: Option) -> None:
        if option is MUTED:
            self.tune()

    def on_running(self, running: bool) -> None:
        self.failed = False
        self.tune()

    def late(self) -> float:
        """Seconds that the sound is behind the player's clock: so many must the pictures be."""
        return 0.0 if self.voice is None else self.voice.late

    def tune(self) -> None:
        """Let be heard what is to be heard now."""
        sound = self.sound
        if self.key and (sound is None or sound.hash != self.key):
            self.forget()
        if sound is None or not self.player.is_moving or self.failed or self.settings.get(MUTED):
            self.hush()
        elif self.pcm is None:
            self.read(sound)
        elif self.voice is None or self.voice.is_over or self.voice.rate != self.pcm.rate:
            self.open(self.pcm)
        elif self.voice.is_open:
            self.idle.stop()
            part = part_of(self.animation.shown, sound, self.pcm, self.player.began)
            if part != self.voice.part:  # another one would be begun anew
                self.voice.part = part

    def hush(self) -> None:
        """Silence; the loudspeaker is let go a while later."""
        if self.voice is not None:
            self.voice.part = None
            if not self.idle.isActive():
                self.idle.start()

    # the file

    def read(self, sound: Sound) -> None:
        """Read it in the background; it can be heard before it is read whole."""
        if self.job is None:
            self.key = sound.hash
            self.job = self.session.jobs.start(reading(sound), self.on_read, self.on_unread, self.on_step)

    def on_step(self, progress: Progress) -> None:
        from engine.export.pcm import Filling

        if isinstance(progress, Filling):
            self.pcm = progress.pcm
            self.tune()

    def on_read(self, pcm: Pcm) -> None:
        self.job = None

    def on_unread(self, error: BaseException) -> None:
        self.job = self.pcm = None
        if isinstance(error, VisagistError):
            self.give_up(f"the sound is not heard: {error}")
        else:
            self.failed = True
            self.session.messages.fail("reading the sound", error)
        self.tune()

    def forget(self) -> None:
        """The sound is another one."""
        if self.job is not None:
            self.job.cancel()
        self.job, self.pcm, self.key = None, None, ""
        self.hush()

    # the loudspeaker

    def open(self, pcm: Pcm) -> None:
        """Open one for samples at this rate; what is due is heard once it is there."""
        self.close()
        self.voice = Voice(pcm.rate, self.player.clock, self)
        self.voice.opened.connect(self.tune)
        self.voice.failed.connect(self.give_up)
        self.voice.finished.connect(self.voice.deleteLater)
        self.voice.start()

    def close(self) -> None:
        """Let the loudspeaker go."""
        self.idle.stop()
        if self.voice is not None:
            voice, self.voice = self.voice, None
            voice.end()

    def give_up(self, words: str) -> None:
        """Nothing is heard this time; a person is told why, once."""
        self.failed = True
        if words not in self.told:
            self.told.add(words)
            self.session.messages.note(words)
        self.tune()

    def end(self) -> None:
        """The window closes."""
        self.forget()
        self.close()
        for voice in self.findChildren(Voice):
            voice.wait()


def part_of(timeline: Timeline, sound: Sound, pcm: Pcm, began: float) -> Part:
    """What the finished video has: from the in point on; on the way back of a ping-pong it goes on."""
    there = timeline.stop - timeline.start
    whole = there * 2 if timeline.loop == "ping-pong" else there
    first = round((timeline.start - sound.starts) * pcm.rate)
    return Part(pcm, began, first, max(1, round(whole * pcm.rate)), timeline.loop != "none")


def reading(sound: Sound) -> Job[Pcm]:
    """Read its file."""
    from engine.export.pcm import read_pcm  # brings numpy, and PyAV where it is there

    return (yield from read_pcm(Path(sound.path), sound.seconds))
