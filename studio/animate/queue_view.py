"""The list of videos: a small card for each, with its newest picture, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine.export.video.presets import BY_NAME
from studio import theme
from studio.animate.queue import Render, RenderQueue
from studio.icons import icon
from studio.panels.panel import tool

PICTURE, BAR = 40, 3
EMPTY = "Videos that you add wait here. They are rendered one after the other while you go on working."


class QueueView(QWidget):
    """The cards, oldest first."""

    def __init__(self, queue: RenderQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue = queue
        self.cards: dict[Render, RenderCard] = {}
        self.empty = QLabel(EMPTY, wordWrap=True)
        self.empty.setProperty("muted", True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(self.empty)
        self.setAccessibleName("Render queue")
        queue.listed.connect(self.show_list)
        queue.changed.connect(self.show_render)
        self.show_list()

    def show_list(self) -> None:
        """The cards of what is in the queue now."""
        for gone in [render for render in self.cards if render not in self.queue.renders]:
            self.cards.pop(gone).deleteLater()
        for render in self.queue.renders:
            if render not in self.cards:
                self.cards[render] = RenderCard(render, self.queue)
                self.column.addWidget(self.cards[render])
        self.empty.setHidden(bool(self.cards))

    def show_render(self, render: Render) -> None:
        """One is further."""
        if render in self.cards:
            self.cards[render].show_render()


class RenderCard(QWidget):
    """One video. Space pauses and resumes it, Delete stops it and then takes it off the list."""

    def __init__(self, render: Render, queue: RenderQueue) -> None:
        super().__init__()
        self.render_shown, self.queue = render, queue
        self.picture = Picture()
        self.name = Elided(theme.TEXT)
        self.line = Elided(theme.MUTED)
        self.line.setFont(theme.font(theme.VALUE_PX))
        self.why = QLabel(wordWrap=True)
        self.why.setFont(theme.font(theme.VALUE_PX))
        self.why.setStyleSheet(f"color: {theme.WARNING}")
        self.why.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.main, self.cross = tool("pause", "Pause"), tool("quit", "Stop")
        self.main.clicked.connect(lambda: self.press(self.first))
        self.cross.clicked.connect(lambda: self.press(self.last))
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 7, 5, 8 + BAR)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.name, 1)
        top.addWidget(self.main)
        top.addWidget(self.cross)
        grid.addWidget(self.picture, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(top, 0, 1)
        grid.addWidget(self.line, 1, 1)
        grid.addWidget(self.why, 2, 0, 1, 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_render()

    # what can be done: in words, its icon, and who does it

    @property
    def first(self) -> tuple[str, str, Callable[[Render], None]] | None:
        """What the first button does."""
        queue = self.queue
        return {
            "running": ("Pause", "pause", queue.pause),
            "paused": ("Go on", "play", queue.resume),
            "stopped": ("Go on", "play", queue.resume),
            "failed": ("Try again", "reset", queue.resume),
            "done": ("Open its folder", "open", queue.open_folder),
        }.get(self.render_shown.state)

    @property
    def last(self) -> tuple[str, str, Callable[[Render], None]] | None:
        """What the cross does."""
        queue, render = self.queue, self.render_shown
        if render.state in ("running", "paused") or (render.state == "waiting" and render.done):
            return "Stop; what is finished is kept", "stop", queue.stop
        if render.state == "done":
            return "Take it off the list; the file stays", "quit", queue.remove
        if render.state == "stopping":
            return None
        return ("Remove it, with what is finished of it" if render.done else "Remove it"), "quit", queue.remove

    def press(self, what: tuple[str, str, Callable[[Render], None]] | None) -> None:
        """Do it."""
        if what is not None:
            what[2](self.render_shown)

    # how it looks

    def show_render(self) -> None:
        """How far it is."""
        render = self.render_shown
        self.name.setText(render.output.name)
        self.line.setText(line_of(render))
        self.why.setText(render.why if render.state == "failed" else "")
        self.why.setHidden(not self.why.text())
        self.picture.show_picture(render.picture)
        for button, what in ((self.main, self.first), (self.cross, self.last)):
            show_choice(button, what)
        self.setToolTip(f"{render.output}\n{details(render)}")
        self.setAccessibleName(f"{render.output.name}, {line_of(render)}")
        self.setAccessibleDescription(render.why)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape, room = QPainterPath(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            shape.addRoundedRect(room, theme.RADIUS, theme.RADIUS)
            p.fillPath(shape, theme.colour(theme.RAISED))
            p.setClipPath(shape)
            ink = theme.WARNING if self.render_shown.state == "failed" else theme.ACCENT
            faint = 1.0 if self.render_shown.state in ("running", "done") else 0.5
            wide = room.width() * self.render_shown.share
            p.fillRect(QRectF(room.left(), room.bottom() - BAR, wide, BAR), theme.colour(ink, faint))
            p.setClipping(False)
            if self.hasFocus():
                p.strokePath(shape, theme.colour(theme.ACCENT))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.press(self.first)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.press(self.last)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """All that can be done with it."""
        menu, render = QMenu(self), self.render_shown
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for what in (self.first, self.last):
            if what is not None:
                menu.addAction(icon(what[1]), what[0], lambda what=what: self.press(what))
        if render.state in ("stopped", "failed") and render.done:
            menu.addAction("Make a video of what is finished", lambda: self.queue.keep_so_far(render))
        if render.state != "done":
            menu.addAction("Open its folder", lambda: self.queue.open_folder(render))
        return menu


def show_choice(button: QToolButton, what: tuple[str, str, object] | None) -> None:
    """A button as what it does now; it keeps its room where it does nothing."""
    button.setVisible(what is not None)
    if what is not None:
        button.setIcon(icon(what[1]))
        button.setToolTip(what[0])
        button.setAccessibleName(what[0])


def line_of(render: Render) -> str:
    """The line under the name."""
    form = BY_NAME[render.facts.preset].title.partition(":")[0]
    percent = f"{100 * render.share:.0f} %"
    if render.state == "running":
        return f"{form} · {pace_of(render)}"
    if render.state == "done":
        return f"{form} · done"
    if render.state == "waiting":
        return f"{form} · waiting" + (f" at {percent}" if render.done else "")
    return f"{form} · {render.state} at {percent}"


def pace_of(render: Render) -> str:
    """Time left and speed, or the step that it is at."""
    if render.left is None or not render.what.startswith("rendering"):
        return f"{render.what}…"
    from engine.export.video.render import clock_of

    return f"{clock_of(render.left)} left · {render.rate:.{0 if render.rate >= 10 else 1}f} fps"


def details(render: Render) -> str:
    """Form, size and length in one line."""
    facts = render.facts
    title, size = BY_NAME[facts.preset].title, f"{facts.width} × {facts.height} px"
    return f"{title}, {size}, {facts.seconds:.2f} s, {render.done} of {facts.frames} frames"


class Picture(QWidget):
    """The newest frame, as large as a small thumbnail."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setFixedSize(PICTURE, PICTURE)

    def show_picture(self, image: QImage) -> None:
        """Another one."""
        if image is not self.image:
            self.image = image
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
            p.fillPath(shape, theme.colour(theme.GROUND))
            if not self.image.isNull():
                p.setClipPath(shape)
                p.drawImage(QRectF(self.rect()), self.image)


class Elided(QLabel):
    """A line that is cut in the middle where there is no room."""

    def __init__(self, ink: str) -> None:
        super().__init__()
        self.ink = ink
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, self.fontMetrics().height() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setPen(theme.colour(self.ink))
            cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
