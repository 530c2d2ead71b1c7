"""A thumbnail that follows a hand: it keeps the picture before, paler, until the new one is there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap

from engine.recipe import Recipe
from studio import theme
from studio.thumb import Thumb, ring

PALE = 0.55


class Follower(Thumb):
    """Empty, it has a plus where something can be dropped. chosen: it has the accent ring without being pressed."""

    before: QPixmap | None = None
    chosen = False

    def show_recipe(self, recipe: Recipe | None) -> None:
        if recipe == self.recipe:
            return
        # looked up without asking for it: it may be folded away, and while one recipe follows another none may be there
        picture = None if self.recipe is None else self.thumbnails.made.get(self.thumbnails.key(self.recipe))
        self.before = None if recipe is None else picture or self.before
        super().show_recipe(recipe)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        picture = None if self.recipe is None else self.thumbnails.of(self.recipe)
        if picture is not None or self.before is None:
            super().paintEvent(event)
        rect = QRectF(self.rect())
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            if picture is None and self.before is not None:
                p.setOpacity(PALE)
                p.drawPixmap(rect, self.before, QRectF(self.before.rect()))
                p.setOpacity(1)
                if self.hasFocus() or self.lit:
                    ring(p, rect)
            if self.recipe is None and self.acceptDrops():
                self.paint_plus(p, rect.center())
            if self.chosen:
                ring(p, rect)

    def paint_plus(self, p: QPainter, middle: QPointF) -> None:
        """Something can be put here."""
        p.setPen(QPen(theme.colour(theme.MUTED), 1.7, c=Qt.PenCapStyle.RoundCap))
        p.drawLine(middle - QPointF(6, 0), middle + QPointF(6, 0))
        p.drawLine(middle - QPointF(0, 6), middle + QPointF(0, 6))
