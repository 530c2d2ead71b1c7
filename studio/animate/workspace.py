"""The Animate workspace: faces at the left, the picture in the middle, renders at the right, the timeline below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QSplitter, QVBoxLayout, QWidget

from studio.animate.area import TimelineArea
from studio.animate.menus import Menus
from studio.animate.own_keys import OwnKeys
from studio.animate.shelf import Shelf
from studio.animate.stage import Stage
from studio.panels.panel import Desk
from studio.progress_line import FloatingProgress
from studio.settings import ANIMATE_LAYOUT

if TYPE_CHECKING:
    from studio.main_window import MainWindow

SIDE_WIDTH = 288  # of the column at the right
STEPS = 100_000  # of the scroll bar, whatever the timeline's length


class AnimateWorkspace(QWidget):
    """The page. `side` is the column at the right; a panel is put there with `add_side`."""

    def __init__(self, window: MainWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.commands, self.settings = window.animate, window.settings
        self.animation = self.commands.animation
        session = window.session
        desk = Desk(session.document, session.messages, session.thumbnails, window.settings)
        self.shelf = Shelf(desk, window.history.presets, window.history.recorder)
        self.stage = Stage(self.commands, window.settings, window.actions_by_id)
        self.area = TimelineArea(self.animation, session.thumbnails)
        self.bar = QScrollBar(Qt.Orientation.Horizontal, accessibleName="Part of the timeline in sight")
        self.menus = Menus(self.commands, self.area, self.stage.transport)
        self.line = FloatingProgress(self.stage.canvas)
        self.side = QVBoxLayout()
        self.build()
        for work in (self.commands.motion.pacing, self.commands.sounds):
            work.began.connect(partial(self.line.begin, work.stop))
            work.progressed.connect(self.line.show_progress)
            work.ended.connect(self.line.end)
        self.commands.sounds.changed.connect(self.show_sound)
        self.animation.changed.connect(self.show_sound)
        self.area.heard.connect(self.commands.sounds.listen)
        self.shelf.chosen.connect(self.commands.append_face)
        self.area.dropped.connect(self.commands.drop_face)
        self.area.looked.connect(self.show_part)
        self.bar.valueChanged.connect(self.on_bar)
        window.workspaces.shown.connect(self.on_shown)
        self.setFocusProxy(self.area)
        self.show_part()

    def build(self) -> None:
        """Three columns above, the timeline below."""
        self.right = OwnKeys()
        self.right.setLayout(self.side)
        self.side.setContentsMargins(0, 0, 0, 0)
        self.right.setFixedWidth(SIDE_WIDTH)
        self.right.setAutoFillBackground(True)
        self.right.hide()  # until a panel comes
        above = QWidget()
        row = QHBoxLayout(above)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for widget in (self.shelf, self.stage, self.right):
            row.addWidget(widget, int(widget is self.stage))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(self.bar)
        below.setAutoFillBackground(True)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(5)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(above)
        self.splitter.addWidget(below)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([456, 266])
        self.splitter.restoreState(self.settings.get(ANIMATE_LAYOUT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)

    def add_side(self, panel: QWidget) -> None:
        """A panel in the column at the right."""
        self.side.addWidget(panel)
        self.right.show()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(1100, 640)

    # the part of the timeline in sight

    def show_part(self) -> None:
        """On the scroll bar, which is there where there is something to scroll."""
        axis, duration = self.area.axis, self.animation.shown.duration
        share = min(1.0, axis.span / duration)
        self.bar.blockSignals(True)
        self.bar.setRange(0, round((1 - share) * STEPS))
        self.bar.setPageStep(max(1, round(share * STEPS)))
        self.bar.setSingleStep(max(1, round(share * STEPS / 10)))
        self.bar.setValue(round(axis.first / duration * STEPS))
        self.bar.blockSignals(False)
        self.bar.setVisible(share < 0.999)

    def on_bar(self, value: int) -> None:
        """The bar was moved."""
        by = value / STEPS * self.animation.shown.duration - self.area.axis.first
        self.area.scroll(by * self.area.axis.scale)

    def show_sound(self) -> None:
        """The waveform below; a sound that came with a project is listened to once it is to be seen."""
        sounds = self.commands.sounds
        if self.isVisible():
            sounds.look()
        self.area.show_waveform(sounds.waveform)

    # handlers of the action table

    def ask_track(self) -> None:
        """The controls that could have a track."""
        self.menus.ask_track()

    def ask_sound(self) -> None:
        """A file dialogue for a sound."""
        self.commands.sounds.ask(self)

    def tall_tracks(self) -> None:
        """All tracks tall, or all small again."""
        self.area.open_all()

    def zoom_in(self) -> None:
        """Closer, about the playhead."""
        self.area.zoom(1.5)

    def zoom_out(self) -> None:
        """Further away."""
        self.area.zoom(1 / 1.5)

    def fit(self) -> None:
        """The whole timeline."""
        self.area.fit()

    # coming and going

    def on_shown(self, workspace: str) -> None:
        if workspace == "animate":
            self.shelf.show_cells()
            self.stage.preview.begin()
            self.show_sound()
        else:
            self.commands.player.stop()
            self.stage.preview.end()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.commands.player.stop()

    def end(self) -> None:
        """The window closes."""
        self.commands.player.stop()
        self.settings.set(ANIMATE_LAYOUT, self.splitter.saveState())
