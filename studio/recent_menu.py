"""File, Open recent: filled when it opens."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.opener import Opener
from studio.recent import Recent


class RecentMenu(QMenu):
    """The projects, pictures and recipes that were opened last."""

    def __init__(self, recent: Recent, opener: Opener, action: QAction, parent: QWidget) -> None:
        super().__init__("Open recent", parent)
        self.recent, self.opener = recent, opener
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        action.setMenu(self)

    def fill(self) -> None:
        """What is still there, newest first."""
        self.clear()
        for path in self.recent.files():
            entry = self.addAction(path.name.replace("&", "&&"))
            entry.setToolTip(str(path))
            entry.triggered.connect(lambda _checked, path=path: self.opener.open([path]))
        if self.isEmpty():
            self.addAction("Nothing yet").setEnabled(False)
            return
        self.addSeparator()
        self.addAction("Clear this list").triggered.connect(self.recent.clear)

    def pop_up(self) -> None:
        """Where it is asked for by a key or by name: in the window's upper middle."""
        window = self.parentWidget()
        self.popup(window.mapToGlobal(window.rect().center() / 2))
