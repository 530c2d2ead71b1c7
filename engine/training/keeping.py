"""What a run keeps on the disk, and what it gives up when the disk gets full."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from engine.errors import VisagistError
from engine.training.checkpoints import Progress, save_checkpoint
from engine.training.config import Config
from engine.training.dataset import Facts
from engine.training.learner import Learner
from engine.training.networks.shape import Grown
from engine.training.run import CHECKPOINTS, SNAPSHOTS, RunFolder
from engine.training.snapshots import save_snapshot

KEEP_CHECKPOINTS = 2
RESERVE = 64 * 2**20  # bytes that are left free for others
FEWEST = 4  # snapshots that are never given up


class DiskFull(VisagistError):
    """There is no room for the next file, with everything given up that may be."""


class Keeper:
    """Writes checkpoints and snapshots, and thins them out.

    room: bytes free where a path lies.
    """

    def __init__(
        self, folder: RunFolder, config: Config, room: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    ) -> None:
        self.folder, self.config, self.room = folder, config, room
        self.largest = 0  # bytes of the largest file so far

    def checkpoint(self, learner: Learner, progress: Progress) -> str:
        """Write one, drop the oldest; its path in the run folder. VisagistError where the disk does not take it."""
        path = self.folder.file(CHECKPOINTS, progress.images, ".safetensors")
        self.write(path, lambda: save_checkpoint(path, learner, progress))
        for old in self.folder.files(CHECKPOINTS)[:-KEEP_CHECKPOINTS]:
            old.unlink(missing_ok=True)
        return f"{CHECKPOINTS}/{path.name}"

    def snapshot(self, learner: Learner, facts: Facts, grown: Grown, images: int) -> str:
        """Write one; its path in the run folder. VisagistError where the disk does not take it."""
        path = self.folder.file(SNAPSHOTS, images, ".safetensors")
        name = self.folder.path.name
        self.write(path, lambda: save_snapshot(path, learner, facts, grown, images, name))
        while len(self.folder.files(SNAPSHOTS)) > self.config.keep_snapshots:
            self.thin()
        return f"{SNAPSHOTS}/{path.name}"

    def write(self, path: Path, save: Callable[[], object]) -> None:
        """Make room if need be, then write."""
        self.make_room()
        save()
        self.largest = max(self.largest, path.stat().st_size)

    def make_room(self) -> None:
        """Give up what may be given up until the next file fits. Raises DiskFull."""
        while not self.has_room() and self.thin():
            pass
        if not self.has_room():
            why = "is nearly full" if self.folder.path.is_dir() else "is gone"
            raise DiskFull(f"the disk of {self.folder.path} {why}")

    def has_room(self) -> bool:
        """Whether the next file fits beside what others need; nothing fits on a disk that is gone."""
        try:
            return self.room(self.folder.path) > RESERVE + 2 * self.largest
        except OSError:
            return False

    def thin(self) -> bool:
        """Drop every second snapshot of the older half; False where none may go."""
        snapshots = self.folder.files(SNAPSHOTS)
        if len(snapshots) <= FEWEST:
            return False
        for path in snapshots[1 : max(2, len(snapshots) // 2) : 2]:
            path.unlink(missing_ok=True)
        return True
