"""The pin of a direction: a dot left of its name, filled when new moves leave the direction alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio import theme

HIT, DOT, AT = 24, 3.5, 5.0


class Pin(QAbstractButton):
    """Not to be seen until it is set, or until the hand is near. The keyboard pins with P, on the slider."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.near = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(HIT, HIT)

    def show_pin(self, name: str, *, pinned: bool) -> None:
        """Show whether a direction is pinned."""
        self.setChecked(pinned)
        self.setAccessibleName(f"Pin {name}")
        self.setToolTip(f"New moves leave {name} alone (P)" if pinned else f"Pin {name}: new moves leave it alone (P)")
        self.update()

    def bring_near(self, near: bool) -> None:
        """Whether the hand is near."""
        self.near = near
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(HIT, HIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not (self.isChecked() or self.near):
            return
        centre = QPointF(AT, self.height() / 2)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked():
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(theme.colour(theme.SECOND))
            else:
                p.setPen(QPen(theme.colour(theme.SECOND if self.underMouse() else theme.MUTED), 1.2))
            p.drawEllipse(centre, DOT, DOT)
