"""What happened, the newest first: a list of sentences with their times."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.training.following import Told
from studio import theme
from studio.messages import sentence

TIME_WIDTH, HEIGHT = 52, 24
INKS = {"info": theme.TEXT, "warning": theme.ACCENT, "error": theme.WARNING}
NOTE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Notes(QListView):
    """Long ones are cut; the tooltip has all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told = NotesModel(self)
        self.setModel(self.told)
        self.setItemDelegate(NoteDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Notes")
        self.setMinimumHeight(2 * HEIGHT)

    def show_notes(self, notes: Sequence[Told]) -> None:
        """Those of a run, the oldest first."""
        self.told.take(notes)


class NotesModel(QAbstractListModel):
    """Grows at its head; anything else is another run's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.notes: Sequence[Told] = ()

    def take(self, notes: Sequence[Told]) -> None:
        """All that are known."""
        before, new = len(self.notes), len(notes) - len(self.notes)
        if new == 0 and tuple(notes[-1:]) == tuple(self.notes[-1:]):
            return
        if before and new > 0 and notes[before - 1] == self.notes[-1] and notes[0] == self.notes[0]:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self.notes = notes
            self.endInsertRows()
        else:
            self.beginResetModel()
            self.notes = notes
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.notes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        note = self.notes[-1 - index.row()]
        if role == NOTE:
            return note
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return f"{when(note, '%Y-%m-%d %H:%M:%S')}  {sentence(note.text)}"
        return None


class NoteDelegate(QStyledItemDelegate):
    """The time muted, the sentence in the colour of its level."""

    def paint(self, p: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        note = index.data(NOTE)
        rect = option.rect.adjusted(0, 0, -6, 0)
        if option.state & QStyle.StateFlag.State_Selected:
            p.fillRect(option.rect, theme.colour(theme.RAISED))
        middle = Qt.AlignmentFlag.AlignVCenter
        p.setFont(theme.font(theme.VALUE_PX))
        p.setPen(theme.colour(theme.MUTED))
        p.drawText(QRect(rect.left() + 6, rect.top(), TIME_WIDTH, rect.height()), middle, when(note, "%H:%M"))
        p.setFont(theme.font())
        p.setPen(theme.colour(INKS.get(note.level, theme.TEXT)))
        room = rect.adjusted(TIME_WIDTH, 0, 0, 0)
        cut = p.fontMetrics().elidedText(sentence(note.text), Qt.TextElideMode.ElideRight, room.width())
        p.drawText(room, middle, cut)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(100, HEIGHT)


def when(note: Told, form: str) -> str:
    """The local time of a note; a number that is no time has none."""
    try:
        return time.strftime(form, time.localtime(note.time)) if note.time else ""
    except (OverflowError, OSError, ValueError):
        return ""
