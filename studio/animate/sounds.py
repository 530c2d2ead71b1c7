"""The sound of a timeline: a file is listened to in the background, once, and its waveform kept while it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.job import Job, Progress
from engine.timeline import edits
from engine.timeline.values import Timeline
from studio.animate.animation import Animation

if TYPE_CHECKING:
    from engine.export.audio import Heard, Waveform
    from studio.session import Session
    from studio.workers.jobs import RunningJob

KINDS = ("wav", "flac", "mp3", "m4a", "aac", "ogg", "opus", "aif", "aiff", "mp4", "mov", "mkv", "webm")


class Sounds(QObject):
    """One file is listened to at a time. began; progressed: Progress; ended; changed: another waveform."""

    began = Signal()
    progressed = Signal(object)
    ended = Signal()
    changed = Signal()

    def __init__(self, session: Session, animation: Animation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.animation = session, animation
        self.job: RunningJob | None = None
        self.waveforms: dict[str, Waveform] = {}  # by the hash of the file
        self.missing: set[str] = set()  # hashes of files that could not be read again

    @property
    def waveform(self) -> Waveform | None:
        """Of the timeline's sound, once it is known."""
        sound = self.animation.shown.sound
        return None if sound is None else self.waveforms.get(sound.hash)

    def ask(self, parent: QWidget) -> None:
        """A file dialogue, then `listen`."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        dialog = QFileDialog(parent, "Add sound", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"Sounds and films ({' '.join(f'*.{kind}' for kind in KINDS)})", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.listen(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def listen(self, path: Path) -> None:
        """Put a file under the timeline, once it has been heard."""

        def done(heard: Heard) -> None:
            self.end()
            self.waveforms[heard.sound.hash] = heard.waveform

            def put(timeline: Timeline) -> Timeline:
                if self.animation.empty:  # a new film is as long as its music
                    timeline = replace(timeline, duration=max(heard.sound.seconds, 1.0))
                return replace(timeline, sound=heard.sound)

            if self.animation.edit("Add sound", put):
                felt = f"{heard.sound.tempo:.0f} beats a minute" if heard.sound.tempo else "no beat is felt"
                self.animation.messages.note(f"{path.name}: {felt}; keys snap to its beats")
            self.changed.emit()

        self.start(path, done)

    def look(self) -> None:
        """The waveform of a sound that came with a project; a file that is gone leaves a line in its place."""
        sound = self.animation.shown.sound
        if sound is None or sound.hash in self.waveforms or sound.hash in self.missing or self.job is not None:
            return

        def done(heard: Heard) -> None:
            self.end()
            if heard.sound.hash == sound.hash:
                self.waveforms[sound.hash] = heard.waveform
            else:
                self.missing.add(sound.hash)
                self.animation.messages.warn(f"{sound.path} is another sound than when it was added; add it again")
            self.changed.emit()

        self.missing.add(sound.hash)  # until it was heard, so that nobody asks twice
        self.start(Path(sound.path), done)

    def start(self, path: Path, done: Callable[[Heard], None]) -> None:
        """Listen, with progress."""
        self.stop()
        self.began.emit()
        self.job = self.session.jobs.start(hearing(path), done, self.on_failed, self.progressed.emit)

    def stop(self) -> None:
        """Listen no longer."""
        if self.job is not None:
            self.job.cancel()
            self.end()

    def end(self) -> None:
        """Nothing is listened to."""
        self.job = None
        self.ended.emit()

    def on_failed(self, error: BaseException) -> None:
        self.end()
        self.session.messages.fail("listening to the sound", error)

    def remove(self) -> None:
        """No sound; what it drove rests as in silence."""
        self.animation.edit("Remove sound", lambda timeline: replace(timeline, sound=None))

    def begin_at(self, t: float) -> None:
        """Where on the timeline its beginning stands."""

        def put(timeline: Timeline) -> Timeline:
            sound = timeline.sound
            return timeline if sound is None else replace(timeline, sound=replace(sound, starts=t))

        self.animation.edit("Move sound", put)

    def as_long(self) -> None:
        """The timeline ends with the sound."""
        sound = self.animation.shown.sound
        if sound is None:
            self.animation.messages.warn("there is no sound under the timeline; add one first")
        else:
            self.animation.edit("Length", lambda timeline: edits.lengthen(timeline, sound.starts + sound.seconds))


def hearing(path: Path) -> Job[Heard]:
    """Read and measure a sound file."""
    yield Progress(0, 0, f"Opening {path.name}")
    from engine.export.audio import listen  # brings numpy, and PyAV where it is there

    return (yield from listen(path))
