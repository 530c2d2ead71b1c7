"""The timeline as it is seen: one painted widget for any length; only what is in sight costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.recipe import Recipe
from engine.timeline.edits import RECIPES, KeyAt
from studio import theme
from studio.animate.animation import Animation
from studio.animate.axis import Axis
from studio.animate.curve import limits_of
from studio.animate.lanes import RULER, Lane, lanes_of
from studio.animate.paint_faces import paint_faces
from studio.animate.paint_names import paint_empty, paint_names
from studio.animate.paint_ruler import paint_grid, paint_playhead, paint_ruler, paint_shade
from studio.animate.paint_sound import paint_sound
from studio.animate.paint_tracks import paint_track
from studio.animate.scene import NAMES, Scene
from studio.animate.timecode import timecode
from studio.thumbnails import Thumbnails

if TYPE_CHECKING:
    from engine.export.audio import Waveform

RIGHT = 6.0  # pixels free at the right edge
ZOOM_STEP = 1.25
NOTCH = 90.0  # pixels for one notch of the wheel


class TimelineView(QWidget):
    """Shows the animation's timeline. looked: another part of it is in sight."""

    looked = Signal()

    def __init__(self, animation: Animation, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animation, self.thumbnails = animation, thumbnails
        self.axis = Axis(NAMES, 600.0, 60.0)
        self.fitted = True  # until a person zooms, the whole timeline is in sight
        self.offset = 0.0  # pixels scrolled down
        self.opened: set[str] = set()  # addresses of the tracks that are tall
        self.shift, self.drop = 0.0, None  # what the hand drags, see Scene
        self.band: QRectF | None = None
        self.pointed: KeyAt | None = None
        self.hovered: Lane | None = None
        self.waveform: Waveform | None = None
        self.held: dict[str, tuple[float, float]] = {}  # the limits of lanes while the hand moves something in them
        self.lists: dict[str, list[float]] = {}
        self.playhead = 0.0  # as it was painted last
        self.lanes = lanes_of(animation.shown, self.opened)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Timeline")
        animation.changed.connect(self.on_changed)
        animation.moved.connect(self.on_moved)
        animation.chose.connect(self.on_chose)
        thumbnails.ready.connect(self.on_ready)
        self.on_changed()

    # what is shown

    def on_changed(self) -> None:
        """Another timeline."""
        shown = self.animation.shown
        self.lists = {track.address: [key.t for key in track.keys] for track in shown.tracks}
        self.lists[RECIPES] = [key.t for key in shown.recipes.keys]
        self.opened &= {track.address for track in shown.tracks}
        before = len(self.lanes)
        self.lay_out()
        if len(self.lanes) > before > 0:
            self.reveal(self.lanes[-1])
        self.describe()

    def on_moved(self) -> None:
        """Paint the playhead anew, and nothing else; while it plays beyond the edge, turn the page."""
        animation = self.animation
        axis = self.axis.showing(animation.at, animation.shown.duration, animation.fps)
        if axis != self.axis:
            self.look(axis)
        for t in (self.playhead, animation.at):
            self.update(QRect(round(self.axis.x(t)) - 8, 0, 16, self.height()))
        self.playhead = animation.at
        self.describe()

    def on_chose(self) -> None:
        self.describe()
        self.update()

    def on_ready(self, recipe: Recipe) -> None:
        """A keyframe's picture is there now."""
        if self.isVisible():
            self.update(QRect(round(NAMES), RULER, self.width(), round(self.lanes[0].bottom)))

    def describe(self) -> None:
        """What a screen reader says."""
        shown, chosen = self.animation.shown, len(self.animation.chosen)
        words = f"{timecode(self.animation.at, shown.fps)} of {timecode(shown.duration, shown.fps)}"
        keys = f", {len(shown.recipes.keys)} keyframes" if shown.recipes.keys else ", no keyframe yet"
        self.setAccessibleDescription(words + keys + (f", {chosen} chosen" if chosen else ""))

    def scene(self) -> Scene:
        """Everything that is painted now."""
        animation = self.animation
        return Scene(
            timeline=animation.shown,
            axis=self.axis,
            lanes=self.lanes,
            width=self.width(),
            height=self.height(),
            playhead=animation.at,
            chosen=animation.chosen,
            thumbnails=self.thumbnails,
            shift=self.shift,
            drop=self.drop,
            band=self.band,
            pointed=self.pointed,
            focused=self.hasFocus(),
            waveform=self.waveform,
            lists=self.lists,
        )

    def show_waveform(self, waveform: Waveform | None) -> None:
        """Of the sound below the lanes."""
        if waveform is not self.waveform:
            self.waveform = waveform
            self.update()

    # where things lie

    def lay_out(self) -> None:
        """The lanes and the axis for what there is and the room there is."""
        shown = self.animation.shown
        self.lanes = lanes_of(shown, self.opened, 0.0)
        self.offset = min(max(self.offset, 0.0), max(0.0, self.lanes[-1].bottom - self.height()))
        self.lanes = lanes_of(shown, self.opened, self.offset)
        width = max(160.0, self.width() - NAMES - RIGHT)
        scale = 0.0 if self.fitted else self.axis.scale
        self.axis = Axis(NAMES, width, scale, self.axis.first).kept(shown.duration, shown.fps)
        self.looked.emit()
        self.update()

    def look(self, axis: Axis) -> None:
        """Another part of it."""
        shown = self.animation.shown
        self.axis = axis.kept(shown.duration, shown.fps)
        self.fitted = self.axis.scale <= Axis(NAMES, self.axis.width, 0.0).kept(shown.duration, shown.fps).scale * 1.001
        self.looked.emit()
        self.update()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Larger or smaller about a place, the playhead by default."""
        shown = self.animation.shown
        self.look(
            self.axis.zoomed(factor, self.axis.x(self.animation.at) if x is None else x, shown.duration, shown.fps)
        )

    def fit(self) -> None:
        """The whole timeline."""
        self.fitted = True
        self.lay_out()

    def scroll(self, pixels: float) -> None:
        """Later by so many pixels."""
        shown = self.animation.shown
        self.look(self.axis.scrolled(self.axis.seconds(pixels), shown.duration, shown.fps))

    def scroll_down(self, pixels: float) -> None:
        """Further down by so many pixels."""
        self.offset += pixels
        self.lay_out()

    def reveal(self, lane: Lane) -> None:
        """Scroll down to a lane that just came."""
        if lane.bottom > self.height():
            self.scroll_down(lane.bottom - self.height() + 4)

    @property
    def tall(self) -> float:
        """Pixels that all lanes take."""
        return self.lanes[-1].bottom + self.offset

    def open_lane(self, address: str) -> None:
        """Make a track tall, or as it was."""
        self.opened ^= {address}
        self.lay_out()

    def open_all(self) -> None:
        """Every track tall, or as it was where all are."""
        every = {track.address for track in self.animation.shown.tracks}
        self.opened = set() if self.opened >= every else every
        self.lay_out()

    def limits(self, lane: Lane) -> tuple[float, float]:
        """The lowest and highest value of a track's lane."""
        assert lane.track is not None
        return self.held.get(lane.address) or limits_of(lane.track, self.animation.document.model, whole=lane.opened)

    def lane_at(self, y: float) -> Lane | None:
        """The lane at a height."""
        return None if y < RULER else next((lane for lane in self.lanes if lane.top <= y < lane.bottom), None)

    def lane_of(self, address: str) -> Lane | None:
        """The lane of a control, or of the faces."""
        return next((lane for lane in self.lanes if lane.address == address), None)

    # what Qt asks of a widget

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(900, 250)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(480, 150)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        scene, clip = self.scene(), QRectF(event.rect())
        with QPainter(self) as p:
            p.fillRect(clip, theme.colour(theme.PANEL))
            paint_grid(p, scene, clip)
            if self.animation.empty:
                paint_empty(p, scene)
            for lane in self.lanes:
                if lane.bottom < RULER or lane.top > self.height():
                    continue
                p.save()
                p.setClipRect(clip.intersected(QRectF(NAMES, max(RULER, lane.top), self.width(), lane.height)))
                if lane.kind == "faces":
                    paint_faces(p, scene, lane, clip)
                elif lane.kind == "track":
                    paint_track(p, scene, lane, self.limits(lane), clip)
                else:
                    paint_sound(p, scene, lane, clip)
                p.restore()
            paint_shade(p, scene)
            paint_ruler(p, scene, clip)
            paint_playhead(p, scene)
            self.paint_band(p)
            self.paint_more(p)
            if clip.left() < NAMES:
                paint_names(p, scene, self.hovered)
            if self.hasFocus():
                p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(theme.colour(theme.ACCENT, 0.35), 1))
                p.drawLine(0, 0, self.width(), 0)

    def paint_more(self, p: QPainter) -> None:
        """At the right edge, which part of the lanes is in sight where there are more."""
        room, whole = self.height() - RULER, self.tall - RULER
        if whole > room + 1:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.LINE))
            top = RULER + room * self.offset / whole
            p.drawRoundedRect(QRectF(self.width() - 5, top, 4, room * room / whole), 2, 2)

    def paint_band(self, p: QPainter) -> None:
        """The rectangle that is drawn around keys."""
        if self.band is not None:
            p.setPen(QPen(theme.colour(theme.ACCENT, 0.8), 1))
            p.setBrush(theme.colour(theme.ACCENT, 0.1))
            p.drawRect(self.band)
