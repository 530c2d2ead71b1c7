"""The menu of the model's name: the models of this machine, another one, and what is told of the open one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu

from engine.models.catalogue import at_hand
from studio.opener import Opener
from studio.opening_files import naming
from studio.recent import Recent


class ModelMenu(QMenu):
    """Filled when it opens; titles that are not known yet come a moment later."""

    def __init__(self, recent: Recent, opener: Opener, actions: dict[str, QAction], button: QAbstractButton) -> None:
        super().__init__("Model", button)
        self.recent, self.opener = recent, opener
        self.fixed = [actions["open_model"], actions["model"]]
        self.fetch = actions["fetch_generator"]
        self.titles: dict[tuple[Path, int], str] = {}
        self.entries: dict[Path, QAction] = {}
        self.setToolTipsVisible(True)
        self.button = button
        button.clicked.connect(lambda: self.pop_up())

    def pop_up(self) -> None:
        """Under the button, their right ends in line."""
        self.fill()
        corner = self.button.mapToGlobal(self.button.rect().bottomRight())
        self.popup(QPoint(corner.x() - self.sizeHint().width(), corner.y() + 2))

    def fill(self) -> None:
        """Models opened before, then the others of the models folder, then those that ship, or can be fetched."""
        self.clear()
        self.entries = {}
        for path in self.known():
            entry = self.addAction("")
            entry.setToolTip(str(path))
            entry.setCheckable(True)
            entry.setChecked(path == self.opener.session.model_path)
            entry.triggered.connect(lambda _checked, path=path: self.opener.open([path]))
            self.entries[path] = entry
        self.show_titles()
        if self.fetch.isEnabled():
            self.addAction(self.fetch)
        self.addSeparator()
        self.addActions(self.fixed)
        unknown = [path for path in self.entries if key(path) not in self.titles]
        if unknown:
            session = self.opener.session
            session.jobs.start(
                naming(unknown), self.on_titles, lambda error: session.messages.fail("reading the models", error)
            )

    def known(self) -> list[Path]:
        """Every model file that is at hand, each once."""
        return list(dict.fromkeys([*self.recent.models(), *at_hand()]))

    def on_titles(self, titles: dict[Path, str]) -> None:
        """Titles were read; a file without one is not a model, and is not offered."""
        for path in self.entries.keys() - titles.keys():
            if key(path) not in self.titles:
                self.entries[path].setVisible(False)
        self.titles |= {key(path): title for path, title in titles.items()}
        self.show_titles()

    def show_titles(self) -> None:
        for path, entry in self.entries.items():
            entry.setText((self.titles.get(key(path)) or path.stem).replace("&", "&&"))


def key(path: Path) -> tuple[Path, int]:
    """A file as it is now; one that is gone is known by its name alone."""
    try:
        return path, path.stat().st_mtime_ns
    except OSError:
        return path, 0
