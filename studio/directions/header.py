"""The small widgets in the heading of the Directions section: pins, loupe, chooser of headings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from studio.directions.listing import ALL, CHOICES, IN_USE
from studio.icons import icon
from studio.open_model import DirectionFacts

NARROW = 72


class Chooser(QToolButton):
    """Which heading is listed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the word
        self.setIcon(icon("unfolded"))
        self.setIconSize(QSize(12, 12))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMinimumHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip("Which directions are listed")
        menu = QMenu(self)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        group = QActionGroup(self)
        for text in CHOICES:
            if text == IN_USE:
                menu.addSeparator()
            action = QAction(text, group, checkable=True)
            action.triggered.connect(lambda _=False, text=text: self.choose(text))
            menu.addAction(action)
        self.setMenu(menu)
        self.choice = ALL
        self.show_choice(ALL)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """In a wide font the word is cut rather than the whole column made wider."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), NARROW), hint.height())

    def choose(self, choice: str) -> None:
        """The hand chose this one."""
        self.show_choice(choice)
        self.chosen.emit(choice)

    def show_choice(self, choice: str) -> None:
        """Show without telling anyone."""
        self.choice = choice
        self.setText(choice)
        self.setAccessibleName(f"Listed directions: {choice}")
        for action in self.menu().actions():
            action.setChecked(action.text() == choice)


class PinsChip(QToolButton):
    """How many directions are pinned; its menu unpins them."""

    unpinned = Signal(object)  # DirectionFacts, or None for all

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pinned: Sequence[DirectionFacts] = ()
        self.setProperty("second", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMinimumHeight(26)
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.show_pins(())

    def show_pins(self, pinned: Sequence[DirectionFacts]) -> None:
        """Show how many there are; nothing where there are none."""
        self.pinned = pinned
        self.setText(f"● {len(pinned)}")
        self.setAccessibleName(f"{len(pinned)} pinned")
        self.setToolTip(f"{len(pinned)} pinned: new moves leave {', '.join(facts.name for facts in pinned)} alone")
        self.setVisible(bool(pinned))

    def fill(self) -> None:
        """One line for each pin."""
        self.menu().clear()
        for facts in self.pinned:
            self.menu().addAction(f"Unpin {facts.name}", lambda facts=facts: self.unpinned.emit(facts))
        self.menu().addSeparator()
        self.menu().addAction("Unpin all", lambda: self.unpinned.emit(None))
