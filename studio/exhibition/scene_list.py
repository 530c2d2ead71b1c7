"""The scenes of the show in their order: add, drag, remove; the one that plays is marked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.show.scenes import BreathingScene, StrangersScene, TimelineScene, TrainingScene, WalkScene
from studio import theme
from studio.choice import Choice
from studio.exhibition.fields import Fields
from studio.exhibition.scene_fields import KINDS, ask_run, breath_of
from studio.exhibition.show_desk import ShowDesk
from studio.exhibition.sliders import suggested
from studio.panels.panel import tool
from studio.scale import Scale
from studio.training.form import heading

ROW = 46
ORDERS = {
    "in turn": ("In turn", "From the first to the last, and again"),
    "shuffled": ("Shuffled", "Every round in another order"),
}
PLAYS = Qt.ItemDataRole.UserRole
DETAIL = Qt.ItemDataRole.UserRole + 1


class SceneList(Fields):
    """asked: the name of a scene that is to play now."""

    asked = Signal(str)

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.column.setContentsMargins(14, 14, 10, 12)
        self.column.setSpacing(8)
        self.add = QPushButton("Add", toolTip="A scene of any kind")
        self.add.clicked.connect(self.pop_up)
        self.remove = tool("quit", "Remove the scene")
        self.remove.clicked.connect(desk.remove_scene)
        top = QHBoxLayout()
        top.addWidget(heading("Scenes"))
        top.addStretch()
        top.addWidget(self.remove)
        top.addWidget(self.add)
        self.column.addLayout(top)
        self.list = Rows()
        self.list.setItemDelegate(SceneRow(self.list))
        self.list.currentRowChanged.connect(self.on_row)
        self.list.itemActivated.connect(lambda item: self.asked.emit(item.text()))
        self.list.moved.connect(desk.move_scene)
        self.list.removed.connect(desk.remove_scene)
        self.column.addWidget(self.list, 1)
        self.total = self.note("")
        self.order = Choice("Order", ORDERS)
        self.order.chosen.connect(lambda id: desk.edit("Order of scenes", order=id))
        self.column.addWidget(self.order)
        self.transition = self.slider(
            "Cross-fade",
            Scale(0, 10, 2, limits=(0, 600), decimals=1, suffix=" s", step=0.5),
            desk.edit,
            "transition",
            "From scene to scene, and from model to model",
        )
        self.playing = ""
        self.show_values()

    def on_row(self, row: int) -> None:
        if row >= 0:
            self.desk.choose(row)

    def pop_up(self) -> None:
        """The kinds of scenes."""
        menu = QMenu(self)
        for kind, (title, tip) in KINDS.items():
            action = menu.addAction(title, lambda kind=kind: self.add_kind(kind))
            action.setToolTip(tip)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def add_kind(self, kind: type) -> None:
        """A scene with what is usual; one of a run asks for it first."""
        if kind is TrainingScene:
            ask_run(
                self,
                lambda folder: self.desk.add_scene(TrainingScene(name=folder.name[:80], run=str(folder))),
                self.desk,
            )
        elif kind is BreathingScene:
            model = self.desk.document.model
            named = () if model is None or not model.directions else suggested(model)
            self.desk.add_scene(BreathingScene(name=KINDS[kind][0], breaths=tuple(map(breath_of, named))))
        else:
            assert kind in (StrangersScene, WalkScene, TimelineScene)
            self.desk.add_scene(kind(name=KINDS[kind][0]))

    def add_run(self, folder: Path) -> None:
        """The training of a run."""
        self.desk.add_scene(TrainingScene(name=folder.name[:80], run=str(folder)))

    def show_playing(self, name: str) -> None:
        """Which one is on the wall; "" for none."""
        self.playing = name
        for index in range(self.list.count()):
            item = self.list.item(index)
            item.setData(PLAYS, item.text() == name)

    def show_values(self) -> None:
        show = self.desk.show
        self.list.blockSignals(True)
        while self.list.count() > len(show.scenes):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(show.scenes):
            self.list.addItem(QListWidgetItem())
        for index, scene in enumerate(show.scenes):
            item = self.list.item(index)
            item.setText(scene.name)
            item.setData(DETAIL, f"{KINDS[type(scene)][0]} · {duration(scene.duration)}")
            item.setData(PLAYS, scene.name == self.playing)
            item.setToolTip("Double-click plays it now")
        self.list.setCurrentRow(self.desk.chosen if show.scenes else -1)
        self.list.blockSignals(False)
        self.total.setText(
            f"{duration(sum(scene.duration for scene in show.scenes))} in all" if show.scenes else "Strangers, for ever"
        )
        self.remove.setEnabled(bool(show.scenes))
        self.order.show_choice(show.order)
        self.transition.show_value(show.transition)


class Rows(QListWidget):
    """moved: a row was dragged from here to there; removed: Delete was pressed."""

    moved = Signal(int, int)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Scenes")
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.model().rowsMoved.connect(self.on_moved)

    def on_moved(self, parent: QModelIndex, start: int, end: int, target: QModelIndex, row: int) -> None:
        self.moved.emit(start, row - 1 if row > start else row)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            row = self.currentRow()
            end = row + (1 if event.key() == Qt.Key.Key_Down else -1)
            if 0 <= end < self.count():
                self.moved.emit(row, end)
        else:
            super().keyPressEvent(event)


class SceneRow(QStyledItemDelegate):
    """A name, and under it what it is and how long; a mark where it plays."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        return QSize(120, ROW)

    def paint(self, p: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        plays = bool(index.data(PLAYS))
        rect = option.rect.adjusted(0, 1, 0, -1)
        p.save()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        if chosen:
            p.setBrush(theme.colour(theme.RAISED))
            p.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        if plays:
            p.setBrush(theme.colour(theme.ACCENT))
            p.drawRoundedRect(QRect(rect.x(), rect.y() + 10, 3, rect.height() - 20), 1.5, 1.5)
        words = rect.adjusted(12, 6, -8, -6)
        p.setFont(theme.font(theme.LABEL_PX))
        p.setPen(theme.colour(theme.ACCENT if plays else theme.TEXT))
        name = p.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        p.drawText(words, Qt.AlignmentFlag.AlignTop, name)
        p.setFont(theme.font(theme.VALUE_PX))
        p.setPen(theme.colour(theme.MUTED))
        p.drawText(words, Qt.AlignmentFlag.AlignBottom, index.data(DETAIL))
        p.restore()


def duration(seconds: float) -> str:
    """45 s, 2:00 min, 1:30 h."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes}:{left:02} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02} h"
