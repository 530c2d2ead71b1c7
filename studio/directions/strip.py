"""The strip beside a slider: what a direction does, as three small pictures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from engine.checks import rows_text
from engine.recipe import Recipe
from studio import theme
from studio.directions.row import DirectionRow
from studio.open_model import DirectionFacts
from studio.thumb import Thumb
from studio.thumbnails import Thumbnails

SIDE = 84
REST_MS = 450  # a mouse that rests this long on a label asks
GRACE_MS = 350  # for the way from the label to the strip
GAP = 8
METHODS = {
    "sefa": "SeFa",
    "pca": "PCA",
    "merged": "made here",
    "by eye": "by your eye",
    **dict.fromkeys(("ridge", "logistic", "svm", "labels", "eye"), "learned from labels"),
}


class Strip(QWidget):
    """Lies over the window, takes no focus, and goes when the mouse goes.

    recipe_at: direction, amount -> the recipe on show with that amount. chosen: a picture of this row was clicked.
    """

    chosen = Signal(object, float)  # DirectionRow, amount

    def __init__(
        self, thumbnails: Thumbnails, recipe_at: Callable[[DirectionFacts, float], Recipe], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.recipe_at = recipe_at
        self.row: DirectionRow | None = None
        self.amounts = (0.0, 0.0, 0.0)
        self.setAccessibleName("What the direction does")
        self.title, self.more = QLabel(), QLabel()
        self.title.setFont(theme.font(theme.LABEL_PX, bold=True))
        self.more.setFont(theme.font(theme.VALUE_PX))
        self.more.setProperty("muted", True)
        self.more.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.thumbs = [Thumb(thumbnails, SIDE, "") for _ in self.amounts]
        self.captions = [QLabel(alignment=Qt.AlignmentFlag.AlignCenter) for _ in self.amounts]
        self.told = QLabel(wordWrap=True)
        self.told.setFont(theme.font(theme.VALUE_PX))
        self.told.setProperty("muted", True)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.more, 0, 1, 1, 2)
        for column, (thumb, caption) in enumerate(zip(self.thumbs, self.captions, strict=True)):
            thumb.setAcceptDrops(False)
            thumb.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Home, Delete and End do the same on the slider
            thumb.clicked.connect(lambda _=False, column=column: self.choose(column))
            caption.setFont(theme.font(theme.VALUE_PX))
            caption.setProperty("muted", True)
            grid.addWidget(thumb, 1, column)
            grid.addWidget(caption, 2, column)
        grid.addWidget(self.told, 3, 0, 1, 3)
        self.waits = QTimer(self, singleShot=True, interval=REST_MS)
        self.waits.timeout.connect(self.open)
        self.goes = QTimer(self, singleShot=True, interval=GRACE_MS)
        self.goes.timeout.connect(self.hide)
        self.hide()

    def rest_on(self, row: DirectionRow) -> None:
        """The mouse is on the label of a row."""
        self.goes.stop()
        if self.isHidden() or self.row is not row:
            self.row = row
            self.waits.start()

    def leave(self) -> None:
        """The mouse left the label."""
        self.waits.stop()
        if self.isVisible():
            self.goes.start()

    def drop(self) -> None:
        """Away at once."""
        self.waits.stop()
        self.goes.stop()
        self.hide()

    def toggle(self, row: DirectionRow) -> None:
        """By a key: show it for this row, or take it away."""
        if self.isVisible() and self.row is row:
            self.drop()
        else:
            self.row = row
            self.open()

    def open(self) -> None:
        """Show what the row does, unless a button is held."""
        row = self.row
        if row is None or not row.isVisible() or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        self.waits.stop()
        if self.parentWidget() is not row.window():
            self.setParent(row.window())
        self.refresh()
        self.adjustSize()
        self.move(beside(row, self.width(), self.height(), row.window()))
        self.show()
        self.raise_()

    def refresh(self) -> None:
        """The pictures for the recipe as it is now."""
        row = self.row
        if row is None:
            return
        scale, facts = row.scale, row.facts
        self.amounts = (scale.low, 0.0, scale.high)
        self.title.setText(facts.name)
        rows = row.hint or f"rows {rows_text(facts.rows)}"
        self.told.setText(facts.told)
        self.told.setVisible(bool(facts.told))
        self.more.setText(" · ".join(filter(None, (rows, METHODS.get(facts.method, facts.method)))))
        for amount, thumb, caption in zip(self.amounts, self.thumbs, self.captions, strict=True):
            text = scale.text(amount)
            caption.setText(text)
            thumb.setAccessibleName(f"{facts.name} {text}")
            thumb.setToolTip(f"Set {facts.name} to {text}")
            thumb.show_recipe(self.recipe_at(facts, amount))

    def choose(self, column: int) -> None:
        """One of the pictures was clicked."""
        row, amount = self.row, self.amounts[column]
        self.drop()
        if row is not None:
            self.chosen.emit(row, amount)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.goes.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.goes.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(theme.colour(theme.LINE), 1))
            p.setBrush(theme.colour(theme.PANEL))
            p.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS + 2, theme.RADIUS + 2)


def beside(row: QWidget, width: int, height: int, window: QWidget) -> QPoint:
    """Where the strip lies: left of the row, right of it where there is no room, and always inside the window."""
    place = QRect(row.mapTo(window, QPoint(0, 0)), row.size())
    x = place.left() - GAP - width
    if x < GAP:
        x = place.right() + GAP
    y = place.center().y() - height // 2
    return QPoint(min(max(x, 0), window.width() - width), min(max(y, GAP), window.height() - height - GAP))
