"""What was opened last: projects and pictures in File, Open recent; models in the menu of the model's name."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject

from studio.settings import RECENT_FILES, RECENT_MODELS, Option, Settings

MOST = 12


class Recent(QObject):
    """Two lists of paths, newest first, kept in the settings. What is gone from the disk is not listed."""

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.settings = settings

    def files(self) -> list[Path]:
        """Projects, pictures and recipes."""
        return self.read(RECENT_FILES)

    def models(self) -> list[Path]:
        """Model files."""
        return self.read(RECENT_MODELS)

    def add(self, path: Path) -> None:
        """A project, a picture or a recipe was opened or saved."""
        self.write(RECENT_FILES, path)

    def add_model(self, path: Path) -> None:
        """A model was opened."""
        self.write(RECENT_MODELS, path)

    def clear(self) -> None:
        """Forget the files, not the models."""
        self.settings.set(RECENT_FILES, "[]")

    def read(self, option: Option) -> list[Path]:
        try:
            names = msgspec.json.decode(self.settings.get(option), type=list[str])
        except msgspec.DecodeError:  # an edited file of settings costs its memory and nothing else
            names = []
        return [Path(name) for name in names if os.path.isfile(name)]  # also where nothing can be asked of a folder

    def write(self, option: Option, path: Path) -> None:
        whole = path.absolute()
        names = [str(whole), *(str(other) for other in self.read(option) if other != whole)]
        self.settings.set(option, msgspec.json.encode(names[:MOST]).decode())
