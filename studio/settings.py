"""What the program remembers between starts: every option declared once, kept in an ini file of the data folder."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from engine.paths import data_dir

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Option:
    """One remembered value: its key in the file, its kind and what it is when nothing was set."""

    key: str
    kind: type
    default: Any


REDUCE_MOTION = Option("window/reduce_motion", bool, False)
GEOMETRY = Option("window/geometry", QByteArray, QByteArray())
LAYOUT = Option("window/layout", QByteArray, QByteArray())
FOLDED = Option("window/folded_sections", str, "View")
MIX_BY_ROW = Option("mixing/by_row", bool, False)
FOLDED_LEFT = Option("window/folded_sections_left", str, "Breed")
MORPH_SECONDS = Option("presets/morph_seconds", float, 1.0)
MORPH_EASING = Option("presets/morph_easing", str, "smoothstep")
PRIVATE = Option("pictures/private", bool, False)  # recipes are left out of what is saved
PICTURE_FOLDER = Option("pictures/folder", str, "")
PROJECT_FOLDER = Option("projects/folder", str, "")
RECENT_FILES = Option("recent/files", str, "[]")  # JSON: paths, newest first
RECENT_MODELS = Option("recent/models", str, "[]")
RECENT_RUNS = Option("training/runs", str, "[]")  # JSON: folders elsewhere, newest first
CHART = Option("training/chart", str, "losses")
TRAIN_LAYOUT = Option("training/layout", QByteArray, QByteArray())
TRAINING_SHARE = Option("training/share", float, 1.0)
TRAINING_YIELDS = Option("training/yields", bool, True)
TRAINING_STORES = Option("training/stores", str, "[]")  # JSON: folders of data sets, newest first
EXPORT = Option("animate/export", str, "{}")  # JSON: the form of the last video
EXPORT_FOLDER = Option("animate/folder", str, "")
MUTED = Option("animate/muted", bool, False)  # playing is silent
ANIMATE_LAYOUT = Option("animate/layout", QByteArray, QByteArray())
QUIZ_SETUP = Option("quiz/setup", str, "{}")  # JSON: engine.quiz.setup.Setup
OSC_ON = Option("inputs/osc", bool, False)
OSC_HOST = Option("inputs/osc_interface", str, "127.0.0.1")
OSC_PORT = Option("inputs/osc_port", int, 9000)
OSC_ALLOWED = Option("inputs/osc_allowed", str, "")  # addresses and networks with commas between them
OSC_TARGET = Option("inputs/osc_target", str, "")  # host:port that hears what changes
MIDI_ON = Option("inputs/midi", bool, False)
SOUND_ON = Option("inputs/sound", bool, False)
SOUND_DEVICE = Option("inputs/sound_device", str, "")  # its name; empty: the system's own choice
EXHIBIT_LAYOUT = Option("exhibit/layout", QByteArray, QByteArray())
HINT_SEEN = Option("window/hint_seen", bool, False)
GENERATOR_OFFERED = Option("window/generator_offered", bool, False)


class Settings(QObject):
    """Options by their declaration."""

    changed = Signal(object)  # the Option

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.file = QSettings(str(data_dir() / "settings.ini"), QSettings.Format.IniFormat, self)

    def get(self, option: Option) -> Any:
        """The value that was set, or the default."""
        return self.file.value(option.key, option.default, option.kind)

    def set(self, option: Option, value: Any) -> None:
        """Remember a value."""
        self.file.setValue(option.key, value)
        self.changed.emit(option)

    def reduces_motion(self) -> bool:
        """Whether nothing should move by itself: our own option, or the system's where Qt tells it."""
        style = QApplication.styleHints()  # must outlive what it hands out
        # Qt tells the system's wish in its newest versions only
        hints = style.accessibility() if hasattr(style, "accessibility") else None
        wish = hints.motionPreference().name if hasattr(hints, "motionPreference") else ""
        return bool(self.get(REDUCE_MOTION)) or wish == "ReducedMotion"

    def save(self) -> None:
        """Write the file now; a folder that cannot be written costs the memory and nothing else."""
        self.file.sync()
        if self.file.status() != QSettings.Status.NoError:
            log.warning("%s cannot be written, so settings are not remembered", self.file.fileName())
