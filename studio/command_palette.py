"""The command palette: type a few letters of any action, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QVBoxLayout, QWidget

from studio.actions import plain

ACTION = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """Lists the actions of use here whose words hold what was typed."""

    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle("Command palette")
        self.actions_known = [action for action in actions if action.isEnabled()]
        self.field = QLineEdit(placeholderText="Type a command", accessibleName="Command")
        self.list = QListView(accessibleName="Commands", uniformItemSizes=True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.found = QStandardItemModel(self)
        self.list.setModel(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.resize(460, 380)
        self.move(parent.mapToGlobal(parent.rect().center()) - self.rect().center())
        self.field.textChanged.connect(self.filter)
        self.field.returnPressed.connect(self.choose)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self.choose)
        self.filter("")
        self.field.setFocus()

    def filter(self, text: str) -> None:
        """Show what holds every typed word, names that begin with it first."""
        words = text.casefold().split()
        hits = [action for action in self.actions_known if all(word in searched(action) for word in words)]
        hits.sort(key=lambda action: not plain(action).casefold().startswith(text.casefold()))
        self.found.clear()
        for action in hits:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            item = QStandardItem(action.icon(), f"{plain(action)}    {keys}" if keys else plain(action))
            item.setData(action, ACTION)
            item.setToolTip(action.statusTip())
            self.found.appendRow(item)
        self.list.setCurrentIndex(self.found.index(0, 0))

    def choose(self) -> None:
        """Do what is chosen."""
        index = self.list.currentIndex()
        self.accept()
        if index.isValid():
            index.data(ACTION).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.found.rowCount():
                row = (self.list.currentIndex().row() + step) % self.found.rowCount()
                self.list.setCurrentIndex(self.found.index(row, 0))
                return True
        return super().eventFilter(watched, event)


def searched(action: QAction) -> str:
    """What typed words are looked for in."""
    return f"{plain(action)} {action.statusTip()}".casefold()
