"""The timeline under the hand: the mouse, the wheel, and what is dropped on it. Keys of the keyboard are actions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine.controls import control_at
from engine.timeline.edits import RECIPES, KeyAt, chosen_keys
from studio.animate.animation import Animation
from studio.animate.curve import text_of
from studio.animate.drags import Band, Drag, MoveKeys, PullEnd, PullHandle, Scrub, snap
from studio.animate.hits import handle_at, key_at, place_of
from studio.animate.lanes import RULER
from studio.animate.scene import NAMES
from studio.animate.timecode import timecode
from studio.animate.view import NOTCH, ZOOM_STEP, TimelineView
from studio.recipe_drag import carried
from studio.thumbnails import Thumbnails

GRIP = 6.0  # pixels from the in and out points that still hold them
SOUNDS = (".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".aif", ".aiff", ".mp4", ".mov", ".mkv", ".webm")
Modifier = Qt.KeyboardModifier


class TimelineArea(TimelineView):
    """dropped: a recipe at a time; heard: a sound file was dropped; asked: a menu for the key at a place, for a lane,
    or for neither; double_clicked: on a lane at a time, and on the key there if there is one.
    """

    dropped = Signal(object, float)  # Recipe
    heard = Signal(object)  # Path
    asked = Signal(object, object, float, QPoint)  # KeyAt or None, Lane or None, time, global place
    double_clicked = Signal(object, object, float)  # KeyAt or None, Lane or None, time

    def __init__(self, animation: Animation, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(animation, thumbnails, parent)
        self.drag: Drag | None = None
        self.panned: QPointF | None = None
        self.setAcceptDrops(True)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.panned = at
        elif event.button() == Qt.MouseButton.LeftButton:
            self.drag = self.drag_at(at, event.modifiers())

    def drag_at(self, at: QPointF, held: Qt.KeyboardModifier) -> Drag | None:
        """What a press takes hold of."""
        lane = self.lane_at(at.y())
        if at.x() < NAMES:
            if lane is not None and lane.kind == "track":
                self.open_lane(lane.address)
            return None
        if at.y() < RULER:
            which = self.end_at(at)
            return PullEnd(self, which) if which else Scrub(self, at)
        handle = handle_at(self, at)
        if handle is not None:
            return PullHandle(self, handle)
        key, chosen = key_at(self, at), self.animation.chosen
        more = bool(held & (Modifier.ControlModifier | Modifier.ShiftModifier))
        if key is None:
            return Band(self, at, chosen if more else frozenset())
        if more:
            self.animation.choose(chosen ^ {key})
        elif key not in chosen:
            self.animation.choose({key})
        return MoveKeys(self, at, key) if key in self.animation.chosen else None

    def end_at(self, at: QPointF) -> str:
        """Whether the in or the out point is under a point of the ruler."""
        shown = self.animation.shown
        if at.y() > 12:
            return ""
        ends = {"in": self.axis.x(shown.start), "out": self.axis.x(shown.stop)}
        return next((which for which, x in ends.items() if abs(at.x() - x) <= GRIP), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at, free = event.position(), bool(event.modifiers() & Modifier.AltModifier)
        if self.panned is not None:
            self.scroll(self.panned.x() - at.x())
            self.scroll_down(self.panned.y() - at.y())
            self.panned = at
        elif self.drag is not None:
            self.drag.move(at, free=free)
        else:
            self.point_at(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.MiddleButton:
            self.panned = None
        drag, self.drag = self.drag, None
        if drag is not None and event.button() == Qt.MouseButton.LeftButton:
            drag.release(event.position(), free=bool(event.modifiers() & Modifier.AltModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        if event.button() == Qt.MouseButton.LeftButton and at.x() >= NAMES and at.y() >= RULER:
            key, t = key_at(self, at), snap(self, self.axis.t(at.x()), free=False)
            self.double_clicked.emit(key, self.lane_at(at.y()), t if key is None else key.t)

    def point_at(self, at: QPointF | None) -> None:
        """The hand is here."""
        lane = None if at is None or at.x() >= NAMES else self.lane_at(at.y())
        pointed = None if at is None else key_at(self, at)
        if (pointed, lane) != (self.pointed, self.hovered):
            self.pointed, self.hovered = pointed, lane
            self.update()
        self.setCursor(self.cursor_over(at))

    def cursor_over(self, at: QPointF | None) -> Qt.CursorShape:
        """The mouse's shape at a point."""
        if at is None:
            return Qt.CursorShape.ArrowCursor
        if at.x() >= NAMES and at.y() < RULER and self.end_at(at):
            return Qt.CursorShape.SizeHorCursor
        over = self.pointed is not None or (self.hovered is not None and self.hovered.kind == "track")
        if over or (at.x() >= NAMES and handle_at(self, at) is not None):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.ArrowCursor

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        delta, fine = event.angleDelta(), event.pixelDelta()
        along, down = (fine.x(), fine.y()) if not fine.isNull() else (delta.x() / 120 * NOTCH, delta.y() / 120 * NOTCH)
        if event.modifiers() & Modifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (delta.y() / 120), event.position().x())
        elif event.modifiers() & (Modifier.ShiftModifier | Modifier.AltModifier):
            self.scroll(-(down or along))
        elif down and self.tall > self.height():
            self.scroll_down(-down)
        else:
            self.scroll(-(along or down))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            at = QPointF(event.pos())
            key, lane, place = key_at(self, at), self.lane_at(at.y()), event.globalPos()
            if key is not None and key not in self.animation.chosen:
                self.animation.choose({key})
            t = self.axis.t(at.x()) if at.x() >= NAMES else self.animation.at
            self.asked.emit(key, lane, snap(self, t, free=False), place)
        else:
            key = min(self.animation.chosen, key=lambda key: key.t, default=None)
            lane = self.lane_of(key.track) if key else self.lanes[0]
            middle = place_of(self, key) if key else None
            here = middle or QPointF(self.axis.x(self.animation.at), self.lanes[0].top + 20)
            self.asked.emit(key, lane, self.animation.at, self.mapToGlobal(here.toPoint()))

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape gives up what is dragged, or what is chosen."""
        if event.key() == Qt.Key.Key_Escape and (self.drag is not None or self.animation.chosen):
            drag, self.drag = self.drag, None
            drag.cancel() if drag is not None else self.animation.choose(())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    # words

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """What is under the mouse."""
        key, fps = key_at(self, at), self.animation.fps
        if key is not None:
            return f"{timecode(key.t, fps)}{self.value_text(key)}"
        lane = self.lane_at(at.y())
        if at.x() < NAMES:
            more = ". Click to make it tall; right click for more"
            return "" if lane is None else lane.title + (more if lane.kind == "track" else "")
        if at.y() < RULER:
            if self.end_at(at):
                return "Drag: the part that is played and rendered"
            shown = self.animation.shown
            near = [mark for mark in shown.markers if abs(self.axis.x(mark.t) - at.x()) < GRIP]
            return (
                f"{near[0].name or 'Marker'}, {timecode(near[0].t, fps)}"
                if near
                else timecode(self.axis.t(at.x()), fps)
            )
        return ""

    def value_text(self, key: KeyAt) -> str:
        """The value of a track's key, in words."""
        if key.track == RECIPES:
            return ""
        control = control_at(key.track)
        return "".join(f", {text_of(one.value, control)}" for one in chosen_keys(self.animation.shown, [key]))  # type: ignore[union-attr]

    # what is dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if carried(event.mimeData()) is not None or sound_in(event) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        if carried(event.mimeData()) is not None:
            self.light(snap(self, self.axis.t(event.position().x()), free=False))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.light(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.light(None)
        recipe, sound = carried(event.mimeData()), sound_in(event)
        event.acceptProposedAction()
        if recipe is not None:
            self.dropped.emit(recipe, snap(self, self.axis.t(event.position().x()), free=False))
        elif sound is not None:
            self.heard.emit(sound)

    def light(self, t: float | None) -> None:
        """Show where a drop would stand."""
        self.drop = t
        self.update()


def sound_in(event: QDropEvent) -> Path | None:
    """A sound file that is carried."""
    files = (Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
    return next((file for file in files if file.suffix.casefold() in SOUNDS), None)
