"""What was learned, as a strip of pictures from -2 to +2, with what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.recipe import Recipe
from studio import theme
from studio.directions.told import told
from studio.thumb import Thumb
from studio.thumbnails import Thumbnails

if TYPE_CHECKING:
    from engine.directions.learn import Finding

AMOUNTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
SIDE = 84
DOUBT = "That is hardly better than chance: trust the pictures, and answer about more faces."


class Outcome(QWidget):
    """kept: it shall be a slider; more: it shall be learned better."""

    kept = Signal()
    more = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What was learned")
        self.thumbs = [Thumb(thumbnails, SIDE, f"{amount:+g}") for amount in AMOUNTS]
        strip = QGridLayout()
        strip.setHorizontalSpacing(6)
        strip.setVerticalSpacing(3)
        for column, (thumb, amount) in enumerate(zip(self.thumbs, AMOUNTS, strict=True)):
            thumb.setAcceptDrops(False)
            thumb.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            thumb.setCursor(Qt.CursorShape.ArrowCursor)
            caption = QLabel(
                f"{amount:+g}".replace("-", "−") if amount else "as it is", alignment=Qt.AlignmentFlag.AlignCenter
            )
            caption.setProperty("muted", True)
            caption.setFont(theme.font(theme.VALUE_PX))
            strip.addWidget(thumb, 0, column)
            strip.addWidget(caption, 1, column)
        self.heading = QLabel()
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setProperty("muted", True)
        self.keep = QPushButton("Keep as a slider", default=True, toolTip="It stands among the directions from now on")
        self.again = QPushButton("Answer more", toolTip="Go on with faces that are hard to tell")
        self.keep.clicked.connect(self.kept)
        self.again.clicked.connect(self.more)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.keep)
        buttons.addWidget(self.again)
        buttons.addStretch()
        words = QVBoxLayout()
        words.setSpacing(6)
        for widget in (self.heading, self.sentence):
            words.addWidget(widget)
        words.addStretch()
        words.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(strip)
        row.addLayout(words, 1)
        self.hide()

    def show_finding(self, finding: Finding, recipe_at: Callable[[float], Recipe]) -> None:
        """The strip of what was found. recipe_at: the face on show with so much of it."""
        direction = finding.direction
        assert direction is not None
        self.heading.setText(direction.name)
        said = told(direction.statistics)
        self.sentence.setText(f"{said} {DOUBT}" if finding.score.weak else said)
        self.show_recipes(recipe_at)
        self.show()

    def show_recipes(self, recipe_at: Callable[[float], Recipe]) -> None:
        """Another face is on show."""
        for thumb, amount in zip(self.thumbs, AMOUNTS, strict=True):
            thumb.show_recipe(recipe_at(amount))
