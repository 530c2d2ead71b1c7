"""Everything that is painted of a timeline, in one value, so that painting asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from engine.timeline.edits import KeyAt
from engine.timeline.values import Timeline
from studio.animate.axis import Axis
from studio.animate.lanes import Lane
from studio.thumbnails import Thumbnails

if TYPE_CHECKING:
    from engine.export.audio import Waveform

NAMES = 118.0  # width of the column of names
SIDE = 60.0  # of a keyframe's picture


@dataclass(frozen=True)
class Scene:
    """shift: seconds that the chosen keys are dragged by; drop: where something that hovers would be put; band: the
    rectangle that is drawn around keys; pointed: the key under the mouse.
    """

    timeline: Timeline
    axis: Axis
    lanes: tuple[Lane, ...]
    width: float
    height: float
    playhead: float
    chosen: frozenset[KeyAt]
    thumbnails: Thumbnails
    shift: float = 0.0
    drop: float | None = None
    band: QRectF | None = None
    pointed: KeyAt | None = None
    focused: bool = False
    waveform: Waveform | None = None
    lists: dict[str, list[float]] = field(default_factory=dict)  # times of the keys of a lane, ascending

    def times(self, address: str) -> list[float]:
        """When the keys of a lane stand."""
        return self.lists.get(address, [])

    def lane(self, y: float) -> Lane | None:
        """The lane at a height."""
        return next((lane for lane in self.lanes if lane.top <= y < lane.bottom), None)
