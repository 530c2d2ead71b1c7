"""The line under the picture: the time, the buttons that play, and how the whole thing moves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from engine.timeline.values import Timeline
from studio import theme
from studio.animate.commands import LOOPS, PATHS, Commands
from studio.animate.timecode import timecode
from studio.icons import icon
from studio.panels.panel import tool

BUTTONS = (
    ("timeline_start", "start", "To the in point (Home)"),
    ("previous_key", "previous", "To the key before (Page Up)"),
    ("play", "play", "Play, or stop (Space)"),
    ("next_key", "next", "To the next key (Page Down)"),
    ("timeline_end", "end", "To the out point (End)"),
)


LONGEST = 110  # pixels of a word


class Transport(QWidget):
    """Shows the animation; the words at the right open the menus of what they say."""

    def __init__(self, commands: Commands, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.commands, self.animation = commands, commands.animation
        self.time = QLabel()
        self.time.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.time.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.buttons = {id: tool(name, tip, 18) for id, name, tip in BUTTONS}
        self.facts: dict[str, QToolButton] = {}
        left, right = QWidget(), QWidget()
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        start = QHBoxLayout(left)
        start.setContentsMargins(0, 0, 0, 0)
        start.setSpacing(10)
        start.addWidget(self.time)
        self.mute = tool("sound", "", 18)
        self.mute.clicked.connect(actions["mute"].trigger)
        start.addWidget(self.mute)
        start.addStretch()
        actions["mute"].toggled.connect(self.show_muted)
        self.show_muted(actions["mute"].isChecked())
        self.end = QHBoxLayout(right)
        self.end.setContentsMargins(0, 0, 0, 0)
        self.end.setSpacing(0)
        self.end.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 10, 4)
        row.setSpacing(2)
        row.addWidget(left, 1)
        for id, button in self.buttons.items():
            button.clicked.connect(actions[id].trigger)
            row.addWidget(button)
        row.addWidget(right, 1)
        self.animation.changed.connect(self.show_facts)
        self.animation.moved.connect(self.show_time)
        commands.player.running.connect(self.show_running)
        self.show_time()

    def add_fact(self, id: str, tip: str) -> QToolButton:
        """A word at the right; who adds it says what a press does."""
        button = QToolButton(toolTip=tip, accessibleName=tip)
        button.setProperty("quiet", True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMinimumHeight(26)
        self.facts[id] = button
        self.end.addWidget(button)
        self.show_facts()
        return button

    def show_time(self) -> None:
        """Where the playhead is."""
        self.time.setText(timecode(self.animation.at, self.animation.fps))
        self.time.setAccessibleName(f"Time {self.time.text()}")

    def show_facts(self) -> None:
        """How it moves, in few words."""
        shown = self.animation.shown
        words = {
            "duration": timecode(shown.duration, shown.fps),
            "loop": LOOPS[shown.loop][0],
            "rate": f"{float(shown.fps):.5g} fps",
            "sound": "No sound" if shown.sound is None else Path(shown.sound.path).name,
            "path": path_text(shown),
        }
        for id, button in self.facts.items():
            button.setText(button.fontMetrics().elidedText(words[id], Qt.TextElideMode.ElideMiddle, LONGEST))
            button.setAccessibleDescription(words[id])
        self.mute.setVisible(shown.sound is not None)
        self.show_time()

    def show_muted(self, muted: bool) -> None:
        """Whether playing is silent."""
        words = "The sound is muted. Hear it (Shift+M)" if muted else "Mute the sound (Shift+M)"
        self.mute.setIcon(icon("muted" if muted else "sound"))
        self.mute.setToolTip(words)
        self.mute.setAccessibleName(words)

    def show_running(self, running: bool) -> None:
        """Whether it plays."""
        self.buttons["play"].setIcon(icon("pause" if running else "play"))


def path_text(timeline: Timeline) -> str:
    """The way from face to face."""
    recipes = timeline.recipes
    if recipes.walk is not None:
        return "Random walk"
    return PATHS[recipes.path][0] + (", even" if recipes.even else "")
