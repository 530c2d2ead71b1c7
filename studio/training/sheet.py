"""A picture that is shown as large as it fits, pixels as they are: the contact sheet of a data set."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme

NARROWEST = 200


class Sheet(QWidget):
    """Nothing until there is something to show; then a sentence, or the picture at the top."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.sentence = ""
        self.setAccessibleName(name)
        self.setMinimumSize(NARROWEST, NARROWEST)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_picture(self, image: QImage) -> None:
        """Show a picture."""
        self.image, self.sentence = image, ""
        self.updateGeometry()
        self.update()

    def show_sentence(self, sentence: str) -> None:
        """Say why there is none."""
        self.image, self.sentence = QImage(), sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(480, self.heightForWidth(480))

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        if self.image.isNull():
            return width * 3 // 4
        return round(width * self.image.height() / self.image.width())

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies."""
        if self.image.isNull():
            return QRectF()
        scale = min(self.width() / self.image.width(), self.height() / self.image.height())
        return QRectF(0, 0, self.image.width() * scale, self.image.height() * scale)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            if self.image.isNull():
                p.setPen(theme.colour(theme.MUTED))
                p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.sentence)
            else:
                small = self.picture_rect.width() < self.image.width()
                p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
                p.drawImage(self.picture_rect, self.image)
