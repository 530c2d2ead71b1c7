"""Where the picture lies in the canvas: fit, zoom about a point, pan. Numbers only, no widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

MARGIN = 16.0
LARGEST, SMALLEST = 16.0, 0.05


@dataclass(frozen=True)
class Viewport:
    """scale: canvas pixels a picture pixel, None to fit; x, y: the picture point in the canvas' middle, 0 to 1."""

    scale: float | None = None
    x: float = 0.5
    y: float = 0.5

    def rect(self, canvas: QSizeF, side: int) -> QRectF:
        """The picture of `side` pixels on a canvas."""
        width = side * self.scale_on(canvas, side)
        left = canvas.width() / 2 - self.x * width
        top = canvas.height() / 2 - self.y * width
        # whole pixels: a picture that lies between them is soft
        return QRectF(round(left), round(top), round(width), round(width))

    def scale_on(self, canvas: QSizeF, side: int) -> float:
        """The scale, that of fitting worked out."""
        if self.scale is not None:
            return self.scale
        return max(1.0, min(canvas.width(), canvas.height()) - 2 * MARGIN) / side

    def zoomed(self, factor: float, at: QPointF, canvas: QSizeF, side: int) -> Viewport:
        """Larger or smaller by a factor; the picture point under `at` stays there."""
        before = self.scale_on(canvas, side)
        return self.scaled(min(max(before * factor, SMALLEST), LARGEST), at, canvas, side)

    def scaled(self, scale: float, at: QPointF, canvas: QSizeF, side: int) -> Viewport:
        """At another scale; the picture point under `at` stays there."""
        rect = self.rect(canvas, side)
        u, v = (at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height()
        width = side * scale
        x, y = u - (at.x() - canvas.width() / 2) / width, v - (at.y() - canvas.height() / 2) / width
        return Viewport(scale, x, y).within()

    def panned(self, by: QPointF, canvas: QSizeF, side: int) -> Viewport:
        """Moved with the hand; nothing to move where the picture fits."""
        if self.scale is None:
            return self
        width = side * self.scale
        return replace(self, x=self.x - by.x() / width, y=self.y - by.y() / width).within()

    def within(self) -> Viewport:
        """The canvas' middle always shows a part of the picture."""
        return replace(self, x=min(max(self.x, 0.0), 1.0), y=min(max(self.y, 0.0), 1.0))
