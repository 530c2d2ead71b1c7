"""A widget on the wall, turned as the pictures are: what visitors use, a quiz, the pad for the PIN."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsProxyWidget, QGraphicsScene, QGraphicsView, QWidget

from studio.exhibition.output import OutputWindow


class Overlay(QGraphicsView):
    """Lies over a part of the output window."""

    def __init__(self, widget: QWidget, output: OutputWindow) -> None:
        super().__init__(output)
        self.output, self.widget = output, widget
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent; border: none;")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(widget.accessibleName())
        widget.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.proxy = QGraphicsProxyWidget()
        self.proxy.setWidget(widget)
        self.stage = QGraphicsScene(self)
        self.stage.addItem(self.proxy)
        self.setScene(self.stage)
        self.hide()

    def place(self, rect: QRect) -> None:
        """Lie over a part of the upright canvas, given in its pixels."""
        ratio = self.output.devicePixelRatioF()
        upright = QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio)
        self.widget.resize(upright.size().toSize())
        self.proxy.setPos(0, 0)
        self.setSceneRect(QRectF(self.widget.rect()))
        self.setTransform(QTransform().rotate(self.output.look.rotation))
        turned = self.output.turning.mapRect(QRectF(rect))
        self.setGeometry(
            QRectF(turned.x() / ratio, turned.y() / ratio, turned.width() / ratio, turned.height() / ratio).toRect()
        )

    def end(self) -> None:
        """Let go of the widget, then of all that held it: Qt and Python must not both end them."""
        self.hide()
        self.proxy.setWidget(None)
        self.stage.removeItem(self.proxy)
        self.widget.deleteLater()
        self.deleteLater()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """On a wall there are no tooltips."""
        return event.type() == QEvent.Type.ToolTip or super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The pointer is that of the wall, which has none for a finger, whatever the scene has for a window."""
        super().mouseMoveEvent(event)
        self.viewport().setCursor(self.output.cursor())

    def appear(self) -> None:
        """Show it, with the keyboard."""
        self.show()
        self.raise_()
        self.setFocus()
        self.widget.setFocus()
