"""The list of runs: those of the runs folder and those that were opened elsewhere, each with its newest face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.job import Job, Progress
from engine.paths import is_run
from engine.training.following import Run
from engine.training.glance import begun, glance, runs_in
from engine.training.run import SAMPLES
from studio import theme
from studio.settings import RECENT_RUNS, Settings
from studio.training import words
from studio.training.reader import load

FACE, HEIGHT, INSET = 46, 60, 8
MOST, FAR = 40, 12  # runs in the list; of other folders
RUN = Qt.ItemDataRole.UserRole
INKS = {"running": theme.ACCENT, "finished": theme.SECOND, "failed": theme.WARNING, "interrupted": theme.WARNING}
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Listed:
    """A run as the list shows it; face: the first tile of its newest sheet, a null picture where there is none."""

    run: Run
    face: QImage

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.run.folder


def listing(own: Path, further: Sequence[Path]) -> Job[list[Listed]]:
    """The runs of a folder, and further ones that still exist, the latest first."""
    folders = list(dict.fromkeys([*(folder for folder in further if is_run(folder)), *runs_in(own)]))[:MOST]
    folders.sort(key=begun, reverse=True)
    found = []
    for number, folder in enumerate(folders):
        yield Progress(number, len(folders), "Looking at runs")
        run = glance(folder)
        found.append(Listed(run, face_of(run)))
    return found


def face_of(run: Run) -> QImage:
    """One face of the newest sheet; where a glance has not seen its event, of the newest file."""
    if run.sheets:
        sheet, side = load(run.sheets[-1]), run.sheets[-1].side
    else:
        newest = max((run.folder / SAMPLES).glob("*.png"), default=None)
        sheet, side = QImage() if newest is None else QImage(str(newest)), run.side
    tile = sheet.copy(0, 0, side, side)
    kind = Qt.TransformationMode
    how = kind.SmoothTransformation if side > FACE else kind.FastTransformation
    return tile if tile.isNull() else tile.scaled(FACE, FACE, Qt.AspectRatioMode.IgnoreAspectRatio, how)


def remembered(settings: Settings) -> list[Path]:
    """Runs that were opened from other folders, the latest first."""
    try:
        return [Path(name) for name in msgspec.json.decode(settings.get(RECENT_RUNS), type=list[str])]
    except msgspec.DecodeError:  # an edited file of settings costs its memory and nothing else
        return []


def remember(settings: Settings, folder: Path) -> None:
    """A run was opened."""
    names = [str(folder), *(str(other) for other in remembered(settings) if other != folder)]
    settings.set(RECENT_RUNS, msgspec.json.encode(names[:FAR]).decode())


class RunsList(QListView):
    """chosen: open this run; compared: draw this one over it, None for none."""

    chosen = Signal(object)
    compared = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self.open: Path | None = None
        self.other: Path | None = None
        self.setModel(self.runs)
        self.setItemDelegate(RunDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Runs")
        self.customContextMenuRequested.connect(self.ask_what)
        self.selectionModel().currentChanged.connect(self.on_current)

    def show_runs(self, listed: Sequence[Listed]) -> None:
        """Those that are known now; what is chosen stays chosen."""
        self.selectionModel().blockSignals(True)
        self.runs.take(listed)
        self.mark()
        self.selectionModel().blockSignals(False)

    def show_open(self, folder: Path | None, other: Path | None) -> None:
        """Which run is on show, and which is drawn over it."""
        self.open, self.other = folder, other
        self.selectionModel().blockSignals(True)
        self.mark()
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def mark(self) -> None:
        row = self.runs.row_of(self.open)
        self.setCurrentIndex(self.runs.index(row) if row is not None else QModelIndex())

    def on_current(self, index: Index) -> None:
        if index.isValid():
            self.chosen.emit(index.data(RUN).folder)

    def ask_what(self, at: QPoint) -> None:
        """What can be done with a run."""
        index = self.indexAt(at)
        if not index.isValid():
            return
        folder = index.data(RUN).folder
        menu = QMenu(self)
        menu.addAction("Show", lambda: self.chosen.emit(folder))
        if folder == self.other:
            menu.addAction("Compare no more", lambda: self.compared.emit(None))
        elif folder != self.open and self.open is not None:
            menu.addAction("Compare with the run on show", lambda: self.compared.emit(folder))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))


class RunsModel(QAbstractListModel):
    """What the list shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.listed: Sequence[Listed] = ()

    def take(self, listed: Sequence[Listed]) -> None:
        """In the place of what was known; rows of the same runs only change."""
        if [one.folder for one in listed] == [one.folder for one in self.listed]:
            self.listed = listed
            if listed:
                self.dataChanged.emit(self.index(0), self.index(len(listed) - 1))
        else:
            self.beginResetModel()
            self.listed = listed
            self.endResetModel()

    def row_of(self, folder: Path | None) -> int | None:
        """Where a run stands."""
        return next((row for row, one in enumerate(self.listed) if one.folder == folder), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.listed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        listed = self.listed[index.row()]
        if role == RUN:
            return listed
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{listed.folder.name}, {words.line(listed.run)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(listed.folder)
        return None


class RunDelegate(QStyledItemDelegate):
    """A face, the name, and how far it is."""

    def paint(self, p: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        listed, view = index.data(RUN), self.parent()
        rect = option.rect
        p.save()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.RAISED))
            p.drawRoundedRect(QRectF(rect), theme.RADIUS, theme.RADIUS)
        face = QRect(rect.left() + INSET, rect.top() + (HEIGHT - FACE) // 2, FACE, FACE)
        if listed.face.isNull():
            p.fillRect(face, theme.colour(theme.LINE))
        else:
            p.drawImage(face, listed.face)
        if listed.folder in (view.open, view.other):
            p.setBrush(Qt.BrushStyle.NoBrush)
            style = Qt.PenStyle.SolidLine if listed.folder == view.open else Qt.PenStyle.DotLine
            p.setPen(QPen(theme.colour(theme.ACCENT if listed.folder == view.open else theme.SECOND), 2, style))
            p.drawRect(QRectF(face).adjusted(-1, -1, 1, 1))
        room = rect.adjusted(INSET + FACE + 10, 0, -6, 0)
        upper, lower = room.adjusted(0, 11, 0, 0), room.adjusted(0, 31, 0, 0)
        top = Qt.AlignmentFlag.AlignTop
        p.setFont(theme.font())
        p.setPen(theme.colour(theme.TEXT))
        p.drawText(upper, top, cut(p, listed.folder.name, room.width()))
        p.setFont(theme.font(theme.VALUE_PX))
        p.setPen(theme.colour(INKS.get(listed.run.state, theme.MUTED)))
        p.drawText(lower, top, cut(p, words.line(listed.run), room.width()))
        p.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(160, HEIGHT)


def cut(p: QPainter, text: str, width: int) -> str:
    """As much as there is room for."""
    return p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
