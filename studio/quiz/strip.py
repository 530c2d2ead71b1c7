"""The rounds of a game that is over as small pictures: bright where the answer was right, dark where it was not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.quiz.scores import Answer
from studio import theme

SIDE, GAP = 84, 12  # pixels
IN_A_ROW = 10
KEPT = 160  # side of the pictures that are kept for it
DARK = 0.35  # opacity of a round that was lost
MOST = 30  # beyond so many there is no room


class Strip(QWidget):
    """show_game: answers, and the picture of each round that was looked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: Sequence[Answer] = ()
        self.pictures: Sequence[QImage] = ()
        self.unit = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The rounds")

    def show_game(self, answers: Sequence[Answer], pictures: Sequence[QImage]) -> None:
        """A game that is over."""
        self.answers, self.pictures = tuple(answers[:MOST]), tuple(pictures[:MOST])
        right = ", ".join("right" if answer.right else "wrong" for answer in answers)
        self.setAccessibleDescription(right)
        self.updateGeometry()
        self.update()

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.unit = unit
        self.updateGeometry()

    def place(self, number: int) -> QRectF:
        """Where a round stands."""
        step = (SIDE + GAP) * self.unit
        side = SIDE * self.unit
        return QRectF(number % IN_A_ROW * step + 2, number // IN_A_ROW * step + 2, side, side)

    def sizeHint(self) -> QSize:  # noqa: N802
        count = len(self.pictures)
        if not count:
            return QSize(0, 0)
        last = self.place(count - 1)
        widest = self.place(min(count, IN_A_ROW) - 1)
        return QSize(round(widest.right()) + 3, round(last.bottom()) + 3)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for number, (answer, picture) in enumerate(zip(self.answers, self.pictures, strict=True)):
                rect = self.place(number)
                outline = QPainterPath()
                outline.addRoundedRect(rect, theme.RADIUS * self.unit, theme.RADIUS * self.unit)
                p.save()
                p.setClipPath(outline)
                p.setOpacity(1.0 if answer.right else DARK)
                p.drawImage(rect, picture)
                p.restore()
                if answer.right:
                    p.strokePath(outline, QPen(theme.colour(theme.ACCENT), 2 * self.unit))

    def event(self, event: QHelpEvent) -> bool:
        if event.type() != QHelpEvent.Type.ToolTip:
            return super().event(event)
        number = self.at(event.pos())
        if number is None:
            QToolTip.hideText()
        else:
            answer = self.answers[number]
            told = "time was up" if answer.given is None else f"{'right' if answer.right else 'wrong'}"
            QToolTip.showText(event.globalPos(), f"Round {number + 1}: {told}, {answer.seconds:.1f} s", self)
        return True

    def at(self, point: QPoint) -> int | None:
        """The round under a point."""
        return next((n for n in range(len(self.pictures)) if self.place(n).contains(point)), None)


def kept(picture: QImage) -> QImage:
    """A picture as it is kept for the strip."""
    return picture.scaled(KEPT, KEPT, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
