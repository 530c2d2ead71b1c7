"""Every shortcut on one page, made from the table of actions, and what the mouse does."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from studio import theme
from studio.action_table import ACTIONS

COLUMNS, WIDTH, HEIGHT = 2, 780, 600

HABITS = {
    "Picture": (
        ("Zoom to the pointer", "Wheel"),
        ("Move the picture", "Drag"),
        ("Actual size, and back to fit", "Double click"),
        ("Open a file, or mix a face in", "Drop on it"),
    ),
    "Timeline, by mouse": (
        ("Look through it", "Drag on the ruler"),
        ("Several keys", "Drag around them, Ctrl click"),
        ("Move keys without snapping", "Alt"),
        ("A keyframe in Explore, a key on a curve", "Double click"),
        ("Closer and further", "Ctrl wheel"),
        ("A tall track", "Click its name"),
        ("More", "Right click"),
    ),
    "Sliders": (
        ("A step", "Wheel, arrows"),
        ("Fine steps", "Shift"),
        ("Back to the default", "Double click, Delete"),
        ("To either end", "Home, End"),
        ("Type a value", "Click the number"),
        ("More", "Right click"),
    ),
}


@dataclass(frozen=True)
class Line:
    """What is done, and by which keys or gesture."""

    text: str
    keys: tuple[str, ...]


def chapters() -> dict[str, list[Line]]:
    """Lines by menu, in the table's order, then the habits of the mouse."""
    made: dict[str, list[Line]] = {}
    for spec in ACTIONS:
        keys = [QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in spec.shortcuts]
        if keys:
            made.setdefault(spec.menu, []).append(Line(spec.text.removesuffix("…"), tuple(keys)))
    for heading, habits in HABITS.items():
        made[heading] = [Line(text, (keys,)) for text, keys in habits]
    return made


class ShortcutsPage(QDialog):
    """Chapters in two columns; typing leaves what holds the typed words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.field = QLineEdit(placeholderText="Find a shortcut", accessibleName="Find a shortcut")
        self.field.textChanged.connect(self.filter)
        self.none = QLabel("Nothing of that name", alignment=Qt.AlignmentFlag.AlignCenter)
        self.none.setProperty("muted", True)
        self.none.hide()
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(4, 4, 12, 4)
        row.setSpacing(36)
        self.chapters = [Chapter(heading, lines) for heading, lines in chapters().items()]
        for chapters_of_column in split(self.chapters):
            column = QVBoxLayout()
            column.setSpacing(14)
            for chapter in chapters_of_column:
                column.addWidget(chapter)
            column.addStretch()
            row.addLayout(column, 1)
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame, accessibleName="Shortcuts")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 12, 16)
        column.setSpacing(12)
        column.addWidget(self.field)
        column.addWidget(self.none)
        column.addWidget(area)
        screen = self.screen().availableGeometry()
        self.resize(min(WIDTH, screen.width() - 40), min(HEIGHT, screen.height() - 60))
        self.field.setFocus()

    def filter(self, text: str) -> None:
        """Hide what does not hold every typed word."""
        words = text.casefold().split()
        shown = [chapter.filter(words) for chapter in self.chapters]
        self.none.setVisible(not any(shown))


class Chapter(QWidget):
    """A heading and its lines."""

    def __init__(self, heading: str, lines: list[Line]) -> None:
        super().__init__()
        self.lines = [(f"{heading} {line.text} {' '.join(line.keys)}".casefold(), row_of(line)) for line in lines]
        title = QLabel(heading)
        title.setFont(theme.font(theme.HEADING_PX, bold=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addSpacing(4)
        for _, row in self.lines:
            column.addWidget(row)

    def filter(self, words: list[str]) -> bool:
        """Show the lines that hold every word; whether any is left."""
        left = False
        for searched, row in self.lines:
            fits = all(word in searched for word in words)
            row.setVisible(fits)
            left = left or fits
        self.setVisible(left)
        return left


def row_of(line: Line) -> QWidget:
    """What is done at the left, its keys at the right."""
    row = QWidget()
    inside = QHBoxLayout(row)
    inside.setContentsMargins(0, 3, 0, 3)
    inside.setSpacing(5)
    inside.addWidget(QLabel(line.text))
    inside.addStretch()
    for keys in line.keys:
        cap = QLabel(keys)
        cap.setProperty("keycap", True)
        cap.setFont(theme.font(theme.VALUE_PX))
        inside.addWidget(cap)
    row.setMinimumHeight(26)
    return row


def split(chapters: list[Chapter]) -> list[list[Chapter]]:
    """Columns that are about as long as each other, in the order of the chapters."""
    total = sum(len(chapter.lines) + 2 for chapter in chapters)
    columns: list[list[Chapter]] = [[] for _ in range(COLUMNS)]
    before = 0
    for chapter in chapters:
        tall = len(chapter.lines) + 2
        columns[min(COLUMNS - 1, round((before + tall / 2) / total * COLUMNS - 0.5))].append(chapter)
        before += tall
    return columns
