"""A scroll bar over more rows than anything can count: it covers a stretch that grows as its ends come near."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation, Signal
from PySide6.QtWidgets import QScrollBar, QWidget

from studio import theme
from studio.settings import Settings

AHEAD = 60  # rows that are always left at either end of the stretch
LONGEST = 100_000  # rows of a stretch; beyond, a new one begins around what is looked at


class EndlessBar(QScrollBar):
    """Positions are pixels from the very first row, as large as they like. moved: to another position."""

    moved = Signal()

    def __init__(self, settings: Settings, pitch: int, gap: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.settings, self.pitch, self.gap = settings, pitch, gap
        self.rows, self.height_shown = 0, 0
        self.first, self.span = 0, 0  # the stretch, in rows
        self.way = (0, 0)  # of the glide that is under way
        self.glide = QVariantAnimation(self, duration=theme.MOTION_MS, startValue=0.0, endValue=1.0)
        self.glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.glide.valueChanged.connect(self.on_glide)
        self.valueChanged.connect(self.on_value)
        self.sliderReleased.connect(lambda: self.go(self.position))
        self.setSingleStep(pitch)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def position(self) -> int:
        """Pixels above the upper edge of what is shown."""
        return self.first * self.pitch + self.value()

    @property
    def end(self) -> int:
        """The last position."""
        return max(0, self.rows * self.pitch - self.gap - self.height_shown)

    def cover(self, rows: int, height: int) -> None:
        """So many rows in all, of which so many pixels are shown."""
        self.rows, self.height_shown = rows, height
        self.setPageStep(max(height - self.pitch, self.pitch))
        self.go(self.position)

    def go(self, position: int) -> None:
        """Be there at once."""
        before = self.position
        position = min(max(position, 0), self.end)
        row, page = position // self.pitch, self.height_shown // self.pitch + 2
        if not self.first <= row <= self.first + self.span or self.span > LONGEST:
            self.first, self.span = row, 0
        first = max(0, min(self.first, row - AHEAD))
        last = min(self.rows, max(self.first + self.span, row + page + AHEAD))
        self.first, self.span = first, last - first
        length = min(self.span * self.pitch, self.end + self.height_shown - self.first * self.pitch)
        self.blockSignals(True)
        self.setRange(0, max(0, length - self.height_shown))
        self.setValue(position - self.first * self.pitch)
        self.blockSignals(False)
        if self.position != before:
            self.moved.emit()

    def roll(self, pixels: int) -> None:
        """Glide by so many pixels, on from where a glide is going."""
        running = self.glide.state() == QVariantAnimation.State.Running
        target = min(max((self.way[1] if running else self.position) + pixels, 0), self.end)
        self.glide.stop()
        if self.settings.reduces_motion():
            self.go(target)
        elif target != self.position:
            self.way = (self.position, target)
            self.glide.start()

    def on_glide(self, share: float) -> None:
        start, target = self.way
        self.go(start + round((target - start) * share))

    def on_value(self) -> None:
        """The hand moved the bar; while it holds the handle the stretch stays as it is, so that nothing jumps."""
        self.glide.stop()
        if self.isSliderDown():
            self.moved.emit()
        else:
            self.go(self.position)
            self.moved.emit()
