"""Paints the lane of faces: pictures of the keyframes where there is room for them, and the ways between."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.timeline.easings import HOLD
from engine.timeline.edits import RECIPES, KeyAt
from engine.timeline.reading import picture_at
from studio import theme
from studio.animate.lanes import Lane
from studio.animate.scene import SIDE, Scene
from studio.thumb import paint_face, ring

GAP, DIM = 10.0, 0.55  # pixels between faces of a random walk, and how clear they are
CROWDED = 9.0  # pixels; of keys nearer than this one is painted


def paint_faces(p: QPainter, scene: Scene, lane: Lane, clip: QRectF) -> None:
    """The chosen and dragged ones last, over the others."""
    keys = scene.timeline.recipes.keys
    paint_ways(p, scene, lane, clip)
    paint_walk(p, scene, lane, clip)
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    chosen = {key.t for key in scene.chosen if key.track == RECIPES}
    first = []
    for at in seen(scene.times(RECIPES), scene, clip):
        if keys[at].t in chosen and scene.shift:
            continue
        first.append(at)
    for at in sorted(first, key=lambda index: keys[index].t in chosen):
        rect = face_rect(scene, lane, keys[at].t)
        paint_face(p, rect, scene.thumbnails, keys[at].recipe)
        if keys[at].t in chosen:
            ring(p, rect)
        elif scene.pointed == KeyAt(RECIPES, keys[at].t):
            ring(p, rect, theme.MUTED)
    if scene.shift:
        for at, key in enumerate(keys):
            if key.t in chosen:
                rect = face_rect(scene, lane, key.t + scene.shift)
                if rect.intersects(clip):
                    paint_face(p, rect, scene.thumbnails, keys[at].recipe)
                    ring(p, rect)
    if scene.drop is not None:
        rect = face_rect(scene, lane, scene.drop)
        p.setBrush(theme.colour(theme.ACCENT, 0.15))
        p.setPen(QPen(theme.colour(theme.ACCENT), 1.5, Qt.PenStyle.DashLine))
        p.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)


def paint_ways(p: QPainter, scene: Scene, lane: Lane, clip: QRectF) -> None:
    """A line from key to key, broken where a face is held until a cut."""
    keys, times, axis = scene.timeline.recipes.keys, scene.times(RECIPES), scene.axis
    if not keys:
        return
    left, right = max(clip.left(), axis.left), min(clip.right(), axis.left + axis.width)
    middle = lane.top + lane.height / 2
    looped = scene.timeline.loop == "loop" and len(keys) > 1
    ends = (axis.x(0 if looped else times[0]), axis.x(scene.timeline.duration if looped else times[-1]))
    p.setPen(QPen(theme.colour("#4a4f59"), 1.5))
    p.drawLine(QPointF(max(ends[0], left), middle), QPointF(max(min(ends[1], right), left), middle))
    first = max(0, bisect_right(times, axis.t(left)) - 1)
    for at in list(seen(times, scene, clip))[:400]:
        if at >= first and keys[at].easing == HOLD and at + 1 < len(keys):
            p.setPen(QPen(theme.colour(theme.PANEL), 3, Qt.PenStyle.DotLine))
            p.drawLine(QPointF(axis.x(times[at]), middle), QPointF(axis.x(times[at + 1]), middle))


def paint_walk(p: QPainter, scene: Scene, lane: Lane, clip: QRectF) -> None:
    """Faces that a random walk comes by, as many as have room; nobody can take hold of them."""
    timeline, axis = scene.timeline, scene.axis
    walk = timeline.recipes.walk
    if walk is None:
        return
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    step = walk.every * max(1, math.ceil((SIDE + GAP) / (walk.every * axis.scale)))
    at = max(0, math.floor(axis.t(clip.left() - SIDE) / step))
    p.setOpacity(DIM)
    while at * step <= timeline.duration and axis.x(at * step) < clip.right() + SIDE:
        paint_face(p, face_rect(scene, lane, at * step), scene.thumbnails, picture_at(timeline, at * step))
        at += 1
    p.setOpacity(1.0)


def seen(times: list[float], scene: Scene, clip: QRectF) -> Iterator[int]:
    """Indices of keys in sight, so many as can be told apart; a leap at a time, however many there are."""
    axis = scene.axis
    at = bisect_left(times, axis.t(clip.left() - SIDE))
    last = axis.t(clip.right() + SIDE)
    while at < len(times) and times[at] <= last:
        yield at
        at = max(at + 1, bisect_left(times, times[at] + axis.seconds(CROWDED)))


def face_rect(scene: Scene, lane: Lane, t: float) -> QRectF:
    """Where the picture of a keyframe lies."""
    return QRectF(round(scene.axis.x(t) - SIDE / 2), round(lane.top + (lane.height - SIDE) / 2), SIDE, SIDE)
