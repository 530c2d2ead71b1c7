"""The mixing console: one vertical fader a style row, side by side, painted by sweeping the mouse across them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.mixes import Chain, amount_of
from studio import theme
from studio.mixing.fader import INSET, Fader
from studio.mixing.source_slider import AMOUNT
from studio.open_model import Band
from studio.recipe_drag import carried
from studio.track import FINE, WHEEL_REST_MS, is_fine

NAMES, TRACK, NUMBERS = 18, 110, 15  # heights in pixels, from top to bottom
BAND_GAP, WIDEST = 8, 26
NUMBER_PX = 9


class Console(QWidget):
    """Press and sweep sets several faders; Shift moves the one that was pressed, finely; a double click sets 0.

    moved: new amounts, row -> amount; rested: the hand let go; chosen: this fader is the one to look at;
    typed: a character for the value of the chosen one; dropped: a recipe on these rows.
    """

    moved = Signal(object)  # dict[int, float]
    rested = Signal()
    chosen = Signal(int)
    typed = Signal(str)
    dropped = Signal(object, object)  # tuple[int, ...], Recipe

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bands: Sequence[Band] = ()
        self.faders: list[Fader] = []
        self.row = 0  # the chosen one
        self.hovered: int | None = None
        self.lit: tuple[int, ...] = ()  # rows that what hovers would be dropped on
        self.swept: QPointF | None = None  # where the mouse was, while it is down
        self.fine_from: tuple[int, float, float] | None = None  # row, y and amount there, while Shift is held
        self.wheel_rest = QTimer(self, singleShot=True, interval=WHEEL_REST_MS)
        self.wheel_rest.timeout.connect(self.rested)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Style rows")

    def set_bands(self, bands: Sequence[Band]) -> None:
        """One fader a row."""
        for fader in self.faders:
            fader.setParent(None)
            fader.deleteLater()
        self.bands, self.row, self.hovered = bands, 0, None
        self.faders = [Fader(row, self) for band in bands for row in band.rows]
        for fader in self.faders:
            fader.moved.connect(lambda amount, row=fader.row: self.moved.emit({row: amount}))
            fader.rested.connect(self.rested)
            fader.focused.connect(lambda row=fader.row: self.choose(row))
            fader.went.connect(self.go)
            fader.typed.connect(self.typed)
            fader.show()
        self.lay_out()
        self.choose(0)

    def show_rows(self, chains: Sequence[Chain]) -> None:
        """Show without telling anyone."""
        for fader, chain in zip(self.faders, chains, strict=True):
            fader.show_amount(amount_of(chain))
        self.update()

    def choose(self, row: int) -> None:
        """Look at this fader; it is the one that Tab comes to."""
        self.row = row
        for fader in self.faders:
            fader.setFocusPolicy(Qt.FocusPolicy.StrongFocus if fader.row == row else Qt.FocusPolicy.ClickFocus)
            fader.choose(fader.row == row)
        self.update()
        self.chosen.emit(row)

    def go(self, step: int) -> None:
        """The fader so many to the right."""
        row = min(max(self.row + step, 0), len(self.faders) - 1)
        self.faders[row].setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, NAMES + TRACK + NUMBERS)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, NAMES + TRACK + NUMBERS)

    def lay_out(self) -> None:
        """Faders of equal width, a gap between the bands."""
        if not self.faders:
            return
        room = self.width() - BAND_GAP * (len(self.bands) - 1)
        each = min(room / len(self.faders), WIDEST)
        for number, band in enumerate(self.bands):
            for row in band.rows:
                left, right = (round(number * BAND_GAP + each * place) for place in (row, row + 1))
                self.faders[row].setGeometry(QRect(left, NAMES, right - left, TRACK))

    def rect_of(self, band: Band) -> QRect:
        """Where a band's faders stand, names and numbers included."""
        first, last = self.faders[band.rows[0]].geometry(), self.faders[band.rows[-1]].geometry()
        return QRect(first.left(), 0, last.right() - first.left() + 1, self.height())

    def row_at(self, x: float) -> int:
        """The fader that is nearest."""
        return min(range(len(self.faders)), key=lambda row: abs(self.faders[row].geometry().center().x() + 0.5 - x))

    def amount_at(self, y: float) -> float:
        """The amount that a height stands for."""
        return AMOUNT.kept(1 - (y - NAMES - INSET) / (TRACK - 2 * INSET))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        shown = self.row if self.hovered is None else self.hovered
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(theme.font(theme.VALUE_PX))
            for band in self.bands:
                rect = self.rect_of(band)
                if self.lit and set(self.lit) == set(band.rows):
                    p.setPen(theme.colour(theme.ACCENT))
                    p.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
                mixed = any(self.faders[row].amount for row in band.rows)
                p.setPen(theme.colour(theme.TEXT if mixed else theme.MUTED))
                p.drawText(rect.left() + 1, 0, max(rect.width(), 40), NAMES, Qt.AlignmentFlag.AlignVCenter, band.name)
            if self.hovered is not None or any(fader.hasFocus() for fader in self.faders):
                text = f"{shown} · {AMOUNT.text(self.faders[shown].amount)}"
                p.setPen(theme.colour(theme.TEXT))
                right = self.faders[-1].geometry().right()
                p.drawText(0, 0, right, NAMES, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            self.paint_numbers(p, shown)

    def paint_numbers(self, p: QPainter, shown: int) -> None:
        """A number under each fader; where they would touch, under every other one and the one that is shown."""
        p.setFont(theme.font(NUMBER_PX))
        narrowest = min((fader.width() for fader in self.faders), default=0)
        for band in self.bands:
            for place, row in enumerate(band.rows):
                fader = self.faders[row]
                touch = p.fontMetrics().horizontalAdvance(str(row)) + 1 > narrowest
                if touch and row != shown and (place % 2 or abs(row - shown) == 1):
                    continue
                p.setPen(theme.colour(theme.ACCENT if row == shown else theme.TEXT if fader.amount else theme.MUTED))
                rect = QRect(fader.x() - 3, NAMES + TRACK, fader.width() + 6, NUMBERS)
                p.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(row))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton or not self.faders or at.y() < NAMES:
            event.ignore()
            return
        row = self.row_at(at.x())
        self.faders[row].setFocus(Qt.FocusReason.MouseFocusReason)
        self.choose(row)
        if is_fine(event) or self.faders[row].holds(at.y() - NAMES):
            self.fine_from = (row, at.y(), self.faders[row].amount) if is_fine(event) else None
        else:
            self.moved.emit({row: self.amount_at(at.y())})
        self.swept = at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        self.hover(self.row_at(at.x()) if self.faders else None)
        if self.swept is None:
            return
        if is_fine(event):
            if self.fine_from is None:
                self.fine_from = (self.row, at.y(), self.faders[self.row].amount)
            row, y, amount = self.fine_from
            self.moved.emit({row: AMOUNT.kept(amount + (y - at.y()) / (TRACK - 2 * INSET) * FINE)})
        else:
            self.fine_from = None
            self.moved.emit(self.between(self.swept, at))
            self.choose(self.row_at(at.x()))
        self.swept = at

    def between(self, start: QPointF, end: QPointF) -> dict[int, float]:
        """What a sweep sets: a quick hand skips no fader."""
        first, last = self.row_at(start.x()), self.row_at(end.x())
        if first == last:
            return {last: self.amount_at(end.y())}
        step = 1 if last > first else -1
        return {
            row: self.amount_at(start.y() + (end.y() - start.y()) * abs(row - first) / abs(last - first))
            for row in range(first + step, last + step, step)
        }

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.swept is not None:
            self.swept = self.fine_from = None
            self.faders[self.row].setFocus(Qt.FocusReason.MouseFocusReason)  # the keys go on where the sweep ended
            self.rested.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.faders and event.position().y() >= NAMES:
            self.moved.emit({self.row_at(event.position().x()): 0.0})
            self.rested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        turns = event.angleDelta().y() or event.angleDelta().x()
        if self.hovered is None or not turns:
            event.ignore()
            return
        step = AMOUNT.step * turns / 120
        if is_fine(event):
            step = max(abs(step) * FINE, AMOUNT.grain) * (1 if step > 0 else -1)
        self.moved.emit({self.hovered: AMOUNT.kept(self.faders[self.hovered].amount + step)})
        self.wheel_rest.start()
        event.accept()

    def hover(self, row: int | None) -> None:
        """The mouse stands over this fader."""
        if row != self.hovered:
            self.hovered = row
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.hover(None)

    def rows_at(self, at: QPointF) -> tuple[int, ...]:
        """What something is dropped on: a fader, or by its name a whole band."""
        row = self.row_at(at.x())
        if at.y() >= NAMES:
            return (row,)
        return next(band.rows for band in self.bands if row in band.rows)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if self.faders and carried(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.light(self.rows_at(event.position()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.light(self.rows_at(event.position()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.light(())

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.light(())
        recipe = carried(event.mimeData())
        if recipe is not None and self.faders:
            event.acceptProposedAction()
            self.dropped.emit(self.rows_at(event.position()), recipe)

    def light(self, rows: tuple[int, ...]) -> None:
        """Show where what hovers would be dropped."""
        self.lit = rows
        for fader in self.faders:
            fader.light(len(rows) == 1 and fader.row in rows)
        self.update()
