"""The sheet of fixed latents: one, two of different times side by side, or two in every tile under a split."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine.training.following import Sheet
from studio import theme

GAP, APART, CAPTION = 6, 22, 24
WHOLE = 0.8  # of the largest tiles possible: as large as that, they rather fill every row
PIXELATED = 32  # smaller sides are shown as the pixels that they are
STEP, FINE = 0.05, 0.005
ALONE, SPLIT, BESIDE = "alone", "split", "beside"


@dataclass(frozen=True)
class Picture:
    """A sheet, its pixels, and what stands under it."""

    sheet: Sheet
    image: QImage
    caption: str

    @property
    def count(self) -> int:
        """Tiles."""
        return self.sheet.columns * self.sheet.rows

    def source(self, tile: int, left: float = 0.0, right: float = 1.0) -> QRectF:
        """Where a tile lies in the pixels, or the part of it between two shares of its width."""
        side = self.sheet.side
        row, column = divmod(tile, self.sheet.columns)
        return QRectF(side * (column + left), side * row, side * (right - left), side)


class SheetView(QWidget):
    """Tiles are laid out anew to fill the room. split_moved: the split stands at another share of every tile."""

    split_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = ALONE
        self.front: Picture | None = None
        self.back: Picture | None = None
        self.share = 0.5  # of every tile that is the front's
        self.empty = ""
        self.drawn: QPixmap | None = None
        self.setMinimumSize(240, 200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Samples")
        self.setFont(theme.font(theme.VALUE_PX))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, 480)

    def show_pictures(self, front: Picture | None, back: Picture | None) -> None:
        """The picture that is looked at, and the one it is held against."""
        changed = [key_of(front), key_of(back)] != [key_of(self.front), key_of(self.back)]
        self.front, self.back = front, back
        told = [picture.caption for picture in (front, back if self.mode != ALONE else None) if picture is not None]
        self.setAccessibleDescription(", against ".join(told) or self.empty)
        if changed:
            self.redraw()

    def show_mode(self, mode: str) -> None:
        """One picture or two."""
        self.mode = mode
        split = mode == SPLIT
        self.setCursor(Qt.CursorShape.SplitHCursor if split else Qt.CursorShape.ArrowCursor)
        self.setToolTip("Drag across to move the split" if split else "")
        self.redraw()

    def say(self, text: str) -> None:
        """What stands there while there is no picture."""
        self.empty = text
        self.redraw()

    def move_split(self, share: float) -> None:
        """Another share of every tile is the front's."""
        self.share = min(max(share, 0.0), 1.0)
        self.redraw()
        self.split_moved.emit(self.share)

    def redraw(self) -> None:
        """Something else is to be seen."""
        self.drawn = None
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        ratio = self.devicePixelRatioF()
        if self.drawn is None or self.drawn.deviceIndependentSize().toSize() != self.size():
            self.drawn = QPixmap(self.size() * ratio)
            self.drawn.setDevicePixelRatio(ratio)
            self.drawn.fill(theme.colour(theme.GROUND))
            with QPainter(self.drawn) as p:
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.draw(p)
        with QPainter(self) as p:
            p.drawPixmap(0, 0, self.drawn)
            if self.hasFocus() and self.mode == SPLIT:
                p.setPen(theme.colour(theme.ACCENT))
                p.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def draw(self, p: QPainter) -> None:
        """All of it, once; kept until something changes."""
        front, back = self.front, self.back
        if front is None:
            p.setPen(theme.colour(theme.MUTED))
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)
            return
        whole = QRectF(self.rect())
        if self.mode == BESIDE and back is not None:
            half = (whole.width() - APART) / 2
            self.draw_sheet(p, QRectF(0, 0, half, whole.height()), front, None)
            self.draw_sheet(p, QRectF(half + APART, 0, half, whole.height()), back, None)
        else:
            self.draw_sheet(p, whole, front, back if self.mode == SPLIT else None)

    def draw_sheet(self, p: QPainter, room: QRectF, front: Picture, back: Picture | None) -> None:
        """A sheet with its caption; back: the right part of every tile is this one's."""
        tiles = list(places(room.adjusted(0, 0, 0, -CAPTION), front.count))
        corners = QPainterPath()
        for number, rect in enumerate(tiles):
            if back is None or number >= back.count:
                draw_tile(p, rect, front, front.source(number))
            else:
                at = rect.width() * self.share
                draw_tile(p, rect.adjusted(0, 0, at - rect.width(), 0), front, front.source(number, 0, self.share))
                draw_tile(p, rect.adjusted(at, 0, 0, 0), back, back.source(number, self.share, 1))
                p.fillRect(QRectF(rect.left() + at - 0.5, rect.top(), 1, rect.height()), theme.colour("#f2f3f5", 0.7))
            corners.addRect(rect.adjusted(-1, -1, 1, 1))
            corners.addRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        p.fillPath(corners, theme.colour(theme.GROUND))
        if tiles:
            line = QRectF(tiles[0].left(), tiles[-1].bottom() + 4, room.right() - tiles[0].left(), CAPTION - 4)
            caption = front.caption if back is None else f"{front.caption}   |   {back.caption}"
            p.setPen(theme.colour(theme.MUTED))
            cut = p.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, round(line.width()))
            p.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)

    # the split

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.mode == SPLIT and event.buttons() & Qt.MouseButton.LeftButton:
            self.move_split(event.position().x() / max(self.width(), 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        aim = {
            Qt.Key.Key_Left: self.share - step,
            Qt.Key.Key_Right: self.share + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(Qt.Key(event.key()))
        if self.mode != SPLIT or aim is None:
            super().keyPressEvent(event)
        else:
            self.move_split(aim)


def key_of(picture: Picture | None) -> object:
    """What tells pictures apart, without looking at their pixels."""
    return None if picture is None else (picture.sheet, picture.caption, picture.image.cacheKey())


def draw_tile(p: QPainter, rect: QRectF, picture: Picture, source: QRectF) -> None:
    """One tile, or a part of it."""
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.sheet.side >= PIXELATED)
    p.drawImage(rect, picture.image, source)


def places(room: QRectF, count: int) -> Iterator[QRectF]:
    """Squares as large as fit, row by row from the left, in the middle of the room."""
    if room.width() <= 0 or room.height() <= 0 or not count:
        return
    sides = {across: side_of(room, count, across) for across in range(1, count + 1)}
    whole = [across for across in sides if count % across == 0 and sides[across] >= WHOLE * max(sides.values())]
    across = max(whole or sides, key=lambda across: sides[across])
    side = sides[across]
    down = math.ceil(count / across)
    left = room.left() + (room.width() - across * (side + GAP) + GAP) / 2
    top = room.top() + max(room.height() - down * (side + GAP) + GAP, 0) / 2
    for number, (row, column) in enumerate(product(range(down), range(across))):
        if number < count:
            corner = QPointF(round(left + column * (side + GAP)), round(top + row * (side + GAP)))
            yield QRectF(corner, corner + QPointF(side, side))


def side_of(room: QRectF, count: int, across: int) -> int:
    """The side of a square when so many stand in a row; at least a pixel."""
    down = math.ceil(count / across)
    return max(int(min((room.width() + GAP) / across - GAP, (room.height() + GAP) / down - GAP)), 1)
