"""The right side of Animate: the queue of videos, and the form of the next one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import VisagistError
from engine.timeline import Timeline, frames
from studio import theme
from studio.animate.export_form import ExportForm
from studio.animate.queue_view import QueueView
from studio.messages import sentence
from studio.settings import EXPORT_FOLDER
from studio.training.form import heading

if TYPE_CHECKING:
    from studio.main_window import MainWindow

WIDTH = 272
NOTHING = "Put faces on the timeline first: drag them there from the gallery or the presets."
NO_MODEL = "No model is open yet."


class ExportPanel(QWidget):
    """Makes videos of the timeline of the window's document."""

    def __init__(self, window: MainWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main, self.document, self.settings = window, window.document, window.settings
        self.messages, self.queue = window.messages, window.renders
        self.form = ExportForm(window.settings)
        self.view = QueueView(self.queue)
        self.told = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.told.setFont(theme.font(theme.VALUE_PX))
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.button = QPushButton("Add to queue", default=True, toolTip="Choose the file, then render it in its turn")
        self.button.setMinimumHeight(32)
        self.lay_out()
        self.button.clicked.connect(self.ask_where)
        self.form.changed.connect(self.show_outcome)
        self.queue.plans.connect(self.show_planning)
        self.document.board_changed.connect(self.on_board)
        self.document.model_changed.connect(self.show_facts)
        self.show_facts()

    def lay_out(self) -> None:
        """The queue above, the form below, as the eye goes."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 14, 12, 14)
        column.setSpacing(10)
        column.addWidget(heading("Render queue"))
        column.addWidget(self.view)
        column.addSpacing(10)
        column.addWidget(heading("Export"))
        column.addWidget(self.form)
        column.addWidget(self.told)
        column.addWidget(self.button)
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setMinimumWidth(WIDTH)
        self.setAccessibleName("Export")

    @property
    def timeline(self) -> Timeline | None:
        """What is rendered."""
        return self.document.board.timeline

    def on_board(self, old: object, new: object) -> None:
        if old.timeline != new.timeline:
            self.show_facts()

    def show_facts(self) -> None:
        """Another model or another timeline."""
        model = self.document.model
        self.form.show_facts(model.resolution if model else 0, model.device if model else "", self.timeline)
        self.show_outcome()

    def show_outcome(self) -> None:
        """What will be made, or why nothing can be."""
        words, possible = self.outcome()
        self.told.setText(words)
        self.told.setStyleSheet(f"color: {theme.MUTED if possible or words == NOTHING else theme.WARNING}")
        self.button.setEnabled(possible)

    def show_planning(self, step: str) -> None:
        """What happens before it stands in the queue."""
        self.show_outcome()
        if step:
            self.told.setText(f"{sentence(step)}…")

    def outcome(self) -> tuple[str, bool]:
        """Length, frames, size and about how long it takes; or the sentence that is in the way."""
        if self.document.model is None:
            return NO_MODEL, False
        if self.timeline is None:
            return NOTHING, False
        from engine.export.video.loops import check_loop
        from engine.export.video.presets import check_sides

        try:
            wish, shape = self.form.wish(Path("video")), self.form.outcome()
            timeline = self.timeline if wish.rate is None else replace(self.timeline, rate=wish.rate)
            count = frames(timeline)
            if self.form.preset.codec is not None:
                check_sides(self.form.preset.codec, shape.width, shape.height)
            check_loop(self.form.preset.name, timeline.fps)
        except VisagistError as error:
            words = str(error)
            return f"{words[:1].upper()}{words[1:]}.", False
        each = self.main.session.worker.pace.final
        about = f", about {spoken_time(count * each)} to render" if each else ""
        seconds = float(count / timeline.fps)
        return f"{seconds:.2f} s, {count} frames of {shape.width} × {shape.height} px{about}", True

    # the file

    def ask_where(self) -> None:
        """A file dialogue, then into the queue."""
        preset = self.form.preset
        dialog = QFileDialog(self.window(), "Add video to the queue", self.folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        name = self.name()
        if preset.kind == "sequence":
            dialog.setNameFilters(["A new folder for the pictures (*)"])
        else:
            filters = {f"{preset.title.partition(':')[0]} (*{suffix})": suffix for suffix in preset.suffixes}
            dialog.setNameFilters(list(filters))
            dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(filters[text].removeprefix(".")))
            dialog.setDefaultSuffix(preset.suffixes[0].removeprefix("."))
            name += preset.suffixes[0]
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda chosen: self.add(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, output: Path) -> None:
        """Put the video of the timeline into the queue."""
        self.settings.set(EXPORT_FOLDER, str(output.parent))
        project = self.main.projects.snapshot()
        if project is None:
            self.messages.warn(NO_MODEL)
            return
        try:
            wish = self.form.wish(output)
        except VisagistError as error:
            self.messages.warn(str(error))
            return
        self.queue.add(wish, project)

    def folder(self) -> str:
        """Where videos went last, or the person's own folder for them."""
        last = self.settings.get(EXPORT_FOLDER)
        if last and Path(last).is_dir():
            return last
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)

    def name(self) -> str:
        """A name to begin with that no video in the queue has."""
        path, model = self.main.projects.path, self.document.model
        stem = path.stem if path is not None else model.name if model is not None else "video"
        taken = {render.output.stem for render in self.queue.renders}
        return next(
            name for name in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if name not in taken
        )


def spoken_time(seconds: float) -> str:
    """A length of time, roughly."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
