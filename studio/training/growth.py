"""Saving the growth of a run as a moving picture: which file, then a line of progress."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from studio.settings import PICTURE_FOLDER
from studio.workers.jobs import RunningJob

if TYPE_CHECKING:
    from engine.export.growth import Saved
    from studio.training.workspace import TrainWorkspace


class Growth(QObject):
    """One at a time."""

    def __init__(self, workspace: TrainWorkspace) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.job: RunningJob | None = None

    def ask(self) -> None:
        """A file dialogue, then `save`."""
        run, workspace = self.workspace.run, self.workspace
        if run is None or len(run.sheets) < 2:
            workspace.messages.warn("there is nothing to save yet; the growth needs two sheets of samples at least")
            return
        from engine.export.growth import SUFFIXES  # with Pillow, which a start need not wait for

        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(workspace.window(), "Save the growth", workspace.settings.get(PICTURE_FOLDER) or pictures)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{what}, moving (*{suffix})": suffix for suffix, what in SUFFIXES.items()}
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(filters[name].removeprefix(".")))
        dialog.setDefaultSuffix(next(iter(SUFFIXES)).removeprefix("."))
        dialog.selectFile(f"{run.folder.name}-growth.webp")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path) -> None:
        """Save in the background; what was being saved is given up."""
        self.stop()
        from engine.export.growth import save_growth

        run, line = self.workspace.run, self.workspace.live.progress
        assert run is not None
        self.workspace.settings.set(PICTURE_FOLDER, str(path.parent))

        def done(saved: Saved) -> None:
            self.stop()
            left_out = f"; {saved.missing} sheets could not be read" if saved.missing else ""
            self.workspace.messages.note(f"Saved {saved.frames} pictures as {path.name} in {path.parent}{left_out}")

        def failed(error: BaseException) -> None:
            self.stop()
            self.workspace.messages.fail("saving the growth", error)

        line.begin(self.stop)
        job = save_growth(run.sheets, path, run.folder.name)
        self.job = self.workspace.session.jobs.start(job, done, failed, line.show_progress)

    def stop(self) -> None:
        """Give up what is being saved."""
        if self.job is not None:
            self.job.cancel()
        self.job = None
        self.workspace.live.progress.end()
