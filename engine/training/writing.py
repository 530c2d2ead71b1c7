"""What a run writes into its folder while it goes on; what the disk does not take ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.errors import VisagistError
from engine.training.checkpoints import Progress
from engine.training.chronicle import Chronicle
from engine.training.config import Config
from engine.training.dataset import Facts, Pictures
from engine.training.keeping import Keeper
from engine.training.learner import Learner
from engine.training.networks.shape import Grown
from engine.training.run import SAMPLES, RunFolder
from engine.training.samples import write_sheet

AGAIN_S = 10.0  # between two tries to write to a disk that has room and still takes nothing


class Writing:
    """full: why something could not be written, for the run to heed before its next step; empty where all was.

    silent: a process that does not write the run folder.
    """

    def __init__(self, folder: RunFolder, config: Config, *, silent: bool = False) -> None:
        self.folder, self.config, self.silent = folder, config, silent
        self.chronicle = Chronicle(folder, silent=silent)
        self.keeper = Keeper(folder, config)
        self.full = ""
        self.again = 0.0  # when it is tried again, by the folder's clock

    def write(self, save: Callable[[], object]) -> None:
        """Write, or note why not."""
        if self.silent:
            return
        try:
            save()
        except VisagistError as error:
            self.full = str(error)

    def is_relieved(self, save: Callable[[], object]) -> bool:
        """Whether the disk takes a file now, where it did not take something before."""
        if not self.keeper.has_room() or self.folder.clock() < self.again:
            return False
        self.again, self.full = self.folder.clock() + AGAIN_S, ""
        save()
        return not self.full

    def record(self, event: str, progress: Progress, **fields: Any) -> None:
        """A record of a moment."""
        self.write(partial(self.chronicle.record, event, progress, **fields))

    def checkpoint(self, learner: Learner, progress: Progress) -> None:
        """Everything to go on from."""

        def save() -> None:
            file = self.keeper.checkpoint(learner, progress)
            self.chronicle.record("checkpoint", progress, file=file)

        self.write(save)

    def snapshot(self, learner: Learner, facts: Facts, grown: Grown, progress: Progress) -> None:
        """What was learned, as a model file."""

        def save() -> None:
            file = self.keeper.snapshot(learner, facts, grown, progress.images)
            self.chronicle.record("snapshot", progress, file=file, side=grown.side, alpha=grown.alpha)

        self.write(save)

    def sheet(self, pictures: Pictures, grown: Grown, progress: Progress) -> None:
        """A sheet of samples."""
        path, columns = self.folder.file(SAMPLES, progress.images, ".png"), self.config.sample_columns

        def save() -> None:
            write_sheet(path, pictures, columns)
            form = {"side": grown.side, "alpha": grown.alpha, "columns": columns, "rows": self.config.sample_rows}
            self.chronicle.record("samples", progress, file=f"{SAMPLES}/{path.name}", **form)

        self.write(save)

    def reals(self, pictures: Pictures) -> None:
        """Real pictures of the present side, for comparison."""
        path = self.folder.path / "reals.png"
        self.write(partial(write_sheet, path, pictures, self.config.sample_columns, synthetic=False))
