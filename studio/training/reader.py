"""The thread that follows one run: all reading of its folder, and of its pictures, happens here."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage, QImageReader

from engine.training.following import Run, RunFollower, Sheet
from studio.workers.courtesy import stand_back

POLL_S, PAUSE_S = 0.4, 0.05  # how often the folder is looked at, and while more of it waits
TELL_S = 0.2  # at most so often, while a long run is read
BREATH_S = 0.002  # between two slices, in which the window's own thread gets its turn
KEPT = 2**26  # bytes of pictures


class RunReader(QThread):
    """Tells of a run as it grows, and loads the sheets that are wanted, the newest wish first.

    changed: a new Run; loaded: Sheet and its QImage, a null one where it cannot be read.
    """

    changed = Signal(object)
    loaded = Signal(object, object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.condition = threading.Condition()
        self.wanted: list[Sheet] = []
        self.closed = False
        self.pictures: OrderedDict[tuple[Path, int], QImage] = OrderedDict()

    def want(self, sheets: list[Sheet]) -> None:
        """Load these; what was wanted before and is not among them is left."""
        with self.condition:
            self.wanted = list(sheets)
            self.condition.notify()

    def close(self) -> None:
        """Ask the thread to end; `Retired` waits for it."""
        with self.condition:
            self.closed = True
            self.condition.notify()

    def run(self) -> None:
        stand_back()
        follower = RunFollower(self.folder)
        before: Run | None = None
        while not self.closed:
            more = self.take_in(follower)
            now = follower.run
            if before is None or (now.lines, now.state) != (before.lines, before.state):
                self.changed.emit(now)
                before = now
            self.serve(PAUSE_S if more else POLL_S)

    def take_in(self, follower: RunFollower) -> bool:
        """Read what waits, until somebody should be told of it; whether more waits."""
        until = time.monotonic() + TELL_S
        while (more := follower.read()) and not self.closed and time.monotonic() < until:
            time.sleep(BREATH_S)
        return more

    def serve(self, seconds: float) -> None:
        """Load what is wanted until it is time to look at the folder again."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with self.condition:
                self.condition.wait_for(lambda: self.closed or bool(self.wanted), left)
                if self.closed:
                    return
                sheet = self.wanted.pop(0) if self.wanted else None
            if sheet is not None:
                self.loaded.emit(sheet, self.picture(sheet))

    def picture(self, sheet: Sheet) -> QImage:
        """A sheet's picture, from memory where it was looked at lately."""
        key = (sheet.file, sheet.images)
        image = self.pictures.get(key)
        if image is None:
            image = load(sheet)
            if image.isNull():
                return image
            self.pictures[key] = image
            while sum(kept.sizeInBytes() for kept in self.pictures.values()) > KEPT and len(self.pictures) > 1:
                self.pictures.popitem(last=False)
        self.pictures.move_to_end(key)
        return image


class Retired(QObject):
    """Readers that nobody listens to any more: a slow disk may keep one for a while, which the window must not."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.readers: set[RunReader] = set()

    def take(self, reader: RunReader | None) -> None:
        """Let a reader go."""
        if reader is not None:
            self.readers.add(reader)
            reader.finished.connect(self.drop_finished)
            reader.close()

    def drop_finished(self) -> None:
        """Let go of threads that ended."""
        for reader in [reader for reader in self.readers if reader.isFinished()]:
            reader.wait()
            self.readers.discard(reader)
            reader.deleteLater()

    def end(self) -> None:
        """Wait for all of them."""
        for reader in self.readers:
            reader.wait()


def load(sheet: Sheet) -> QImage:
    """The picture, as it is painted fastest; a null one where it is missing, broken, or of another size than told."""
    reader = QImageReader(str(sheet.file))
    image = reader.read()
    if image.width() != sheet.columns * sheet.side or image.height() != sheet.rows * sheet.side:
        return QImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)
