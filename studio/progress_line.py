"""One line that says how far long work is, with a way to stop it; in a window, or floating over the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from engine.job import Progress
from studio.floating import paint_ground


class ProgressLine(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stop: Callable[[], None] | None = None
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(textVisible=False, accessibleName="Progress")
        self.bar.setFixedWidth(120)
        self.cancel = QToolButton(text="Cancel", toolTip="Stop")
        self.cancel.setMinimumHeight(24)
        self.cancel.clicked.connect(self.on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (self.label, self.bar, self.cancel):
            row.addWidget(widget)
        self.hide()

    def begin(self, stop: Callable[[], None]) -> None:
        """Work begins; stop: what ends it."""
        self.stop = stop
        self.label.setText("")
        self.bar.setRange(0, 0)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        count = f" {progress.done + 1} of {progress.total}" if progress.done < progress.total else ""
        self.label.setText(f"{progress.what.capitalize()}{count}")
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)

    def on_cancel(self) -> None:
        if self.stop is not None:
            self.stop()
        self.end()

    def end(self) -> None:
        """There is nothing more to tell."""
        self.stop = None
        self.hide()


class FloatingProgress(ProgressLine):
    """At the top of the picture, in the middle."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.layout().setContentsMargins(16, 5, 6, 5)
        canvas.installEventFilter(self)

    def show_progress(self, progress: Progress) -> None:
        super().show_progress(progress)
        self.place()

    def place(self) -> None:
        """Where it stands, as wide as its words."""
        self.layout().activate()
        self.resize(self.sizeHint())
        self.move((self.parentWidget().width() - self.width()) // 2, 16)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint_ground(self)
