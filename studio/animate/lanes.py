"""Which lanes a timeline has, and where they lie from top to bottom. Numbers only, no widgets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from engine.controls import control_at
from engine.timeline.edits import RECIPES
from engine.timeline.values import ControlTrack, Timeline

RULER, FACES, TRACK, OPEN, SOUND = 34, 72, 36, 132, 46  # heights in pixels
GAP = 2
SOUND_LANE = "sound"

Kind = Literal["faces", "track", "sound"]


@dataclass(frozen=True)
class Lane:
    """address: of its control, "" for the faces. top, height: in pixels of the widget, scrolled."""

    kind: Kind
    address: str
    title: str
    top: float
    height: float
    track: ControlTrack | None = None
    number: int = 0  # of the track, for its colour
    opened: bool = False

    @property
    def bottom(self) -> float:
        return self.top + self.height


def lanes_of(timeline: Timeline, opened: Collection[str], offset: float = 0.0) -> tuple[Lane, ...]:
    """The faces, every track, the sound. opened: addresses of tracks that are tall; offset: pixels scrolled down."""
    made: list[Lane] = []
    top = RULER - offset

    def add(kind: Kind, address: str, title: str, height: float, **more: object) -> None:
        nonlocal top
        made.append(Lane(kind, address, title, top, height, **more))  # type: ignore[arg-type]
        top += height + GAP

    add("faces", RECIPES, "Face", FACES)
    for number, track in enumerate(timeline.tracks):
        is_open = track.address in opened
        add(
            "track",
            track.address,
            title_of(track),
            OPEN if is_open else TRACK,
            track=track,
            number=number,
            opened=is_open,
        )
    if timeline.sound is not None:
        add("sound", SOUND_LANE, "Sound", SOUND)
    return tuple(made)


def title_of(track: ControlTrack) -> str:
    """What a person knows a track by."""
    return track.move.name if track.move is not None else control_at(track.address).title
