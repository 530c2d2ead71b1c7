"""Paints the sound: its waveform over what is in sight, and its beats."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from studio import theme
from studio.animate.lanes import Lane
from studio.animate.scene import Scene

if TYPE_CHECKING:
    from engine.export.audio import Waveform

COLUMN = 3.0  # pixels of one bar and the gap beside it
ZOOM = 4  # each zoom of a waveform is so much coarser than the one before
LEAST = 0.012  # silence is a line
BEATS_APART = 6.0  # pixels; beats that stand closer are not drawn


def paint_sound(p: QPainter, scene: Scene, lane: Lane, clip: QRectF) -> None:
    """Bars from the lowest to the highest sample."""
    sound, axis = scene.timeline.sound, scene.axis
    assert sound is not None
    left = max(clip.left(), axis.left, axis.x(max(sound.starts, 0.0)))
    right = min(
        clip.right(), axis.left + axis.width, axis.x(min(sound.starts + sound.seconds, scene.timeline.duration))
    )
    if right <= left:
        return
    paint_beats(p, scene, lane, left, right)
    middle, half = lane.top + lane.height / 2, lane.height / 2 - 6
    p.setPen(QPen(theme.colour("#5f6875"), 1.6))
    if scene.waveform is None:
        p.drawLine(QLineF(left, middle, right, middle))
        return
    step = COLUMN / axis.scale
    lines = []
    for column in range(int((axis.t(left) - sound.starts) / step), int((axis.t(right) - sound.starts) / step) + 1):
        low, high = loudness(scene.waveform, column * step, (column + 1) * step)
        x = axis.x(sound.starts + column * step)
        lines.append(QLineF(x, middle - half * max(high, LEAST), x, middle - half * min(low, -LEAST)))
    p.drawLines(lines)


def loudness(waveform: Waveform, start: float, stop: float) -> tuple[float, float]:
    """Lowest and highest sample between two times, of the coarsest zoom that tells them apart."""
    finest = waveform.hop / waveform.rate
    level = min(int(math.log((stop - start) / finest, ZOOM)), len(waveform.zooms) - 1) if stop - start > finest else 0
    each, zoom = finest * ZOOM**level, waveform.zooms[level]
    part = zoom[max(0, int(start / each)) : max(int(start / each) + 1, int(stop / each))]
    return (max(float(part[:, 0].min()), -1.0), min(float(part[:, 1].max()), 1.0)) if len(part) else (0.0, 0.0)


def paint_beats(p: QPainter, scene: Scene, lane: Lane, left: float, right: float) -> None:
    """Hairlines where they can be told apart."""
    sound, axis = scene.timeline.sound, scene.axis
    assert sound is not None
    if len(sound.beats) < 2 or axis.scale * (sound.beats[1] - sound.beats[0]) < BEATS_APART:
        return
    at = bisect_left(sound.beats, axis.t(left) - sound.starts)
    p.setPen(QPen(theme.colour(theme.SECOND, 0.35), 1))
    while at < len(sound.beats) and (x := axis.x(sound.starts + sound.beats[at])) <= right:
        p.drawLine(QLineF(x, lane.top + 2, x, lane.bottom - 2))
        at += 1
