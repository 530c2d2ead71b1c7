"""The rows of the Directions section: made once, bound to whatever is listed, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from studio import theme
from studio.directions.row import DirectionRow
from studio.open_model import DirectionFacts

AT_ONCE = 2  # rows that are made in one turn of the event loop: one takes a few milliseconds


class Rows(QWidget):
    """shown: id -> its row.

    made: called with each new row; bound: with each row that stands for another direction; follows: the widget from
    which Tab goes to the first row.
    """

    def __init__(
        self, made: Callable[[DirectionRow], None], bound: Callable[[DirectionRow], None], follows: QWidget
    ) -> None:
        super().__init__()
        self.made, self.bound, self.follows = made, bound, follows
        self.pool: list[DirectionRow] = []
        self.labels: dict[str, QLabel] = {}
        self.shown: dict[str, DirectionRow] = {}
        self.page: tuple[DirectionFacts, ...] = ()
        self.grouped = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        # one connection for all rows; a filter on each would be asked about every event of every row
        QApplication.instance().focusChanged.connect(self.on_focus)
        self.making = QTimer(self, singleShot=True, interval=0)
        self.making.timeout.connect(self.make_some)

    def show_page(self, page: tuple[DirectionFacts, ...], *, grouped: bool) -> None:
        """One row for each, under small labels of their headings where they are grouped."""
        focused = next((id for id, row in self.shown.items() if row.track.hasFocus()), None)
        self.page, self.grouped, self.shown = page, grouped, {}
        self.column.setEnabled(False)  # laid out once, not after each row
        while self.column.count():
            self.column.takeAt(0)
        for label in self.labels.values():
            label.hide()
        for facts, row in zip(page, self.pool, strict=False):
            self.place(facts, row)
        for row in self.pool[len(page) :]:
            row.hide()
        self.column.setEnabled(True)
        self.column.activate()
        self.make_some()
        if focused in self.shown:  # the keyboard stays with its direction, not with the row
            self.shown[focused].track.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        for widget, has in ((old, False), (new, True)):
            row = None if widget is None else widget.parentWidget()
            if isinstance(row, DirectionRow) and widget is row.track:
                row.take_focus(has=has)

    def make_some(self) -> None:
        """Make rows that are missing, and go on in the next turn."""
        for facts in self.page[len(self.pool) :][:AT_ONCE]:
            row = DirectionRow(self)
            self.made(row)
            # Tab goes down the list, though other parts of the window were made before this row
            QWidget.setTabOrder(self.pool[-1].track if self.pool else self.follows, row.track)
            self.pool.append(row)
            self.place(facts, row)
        if len(self.pool) < len(self.page):
            self.making.start()

    def place(self, facts: DirectionFacts, row: DirectionRow) -> None:
        """Put a row at the end of the column, and let it stand for a direction."""
        last = next(reversed(self.shown.values())).facts.heading if self.shown else None
        if self.grouped and facts.heading != last:
            label = self.label_of(facts.heading)
            self.column.addWidget(label)
            label.show()
        self.column.addWidget(row)
        self.shown[facts.id] = row
        row.facts = facts
        self.bound(row)
        if row.isHidden():
            row.show()

    def label_of(self, heading: str) -> QLabel:
        """The small label above a group."""
        if heading not in self.labels:
            made = QLabel(heading, self)
            made.setProperty("muted", True)
            made.setFont(theme.font(theme.VALUE_PX))
            made.setContentsMargins(0, 8, 0, 0)
            self.labels[heading] = made
        return self.labels[heading]
