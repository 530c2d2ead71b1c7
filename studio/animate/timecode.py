"""Times as film people read them: minutes, seconds and frames."""

from __future__ import annotations

import math
from fractions import Fraction


def frame_of(t: float, fps: Fraction) -> int:
    """The frame nearest to a time in seconds."""
    return round(t * fps)


def time_of(frame: int, fps: Fraction) -> float:
    """When a frame stands, in seconds."""
    return float(frame / fps)


def timecode(t: float, fps: Fraction) -> str:
    """mm:ss.ff, with hours where there are any. Frames are counted, none is dropped: at 23.976 a second has 24."""
    whole = max(1, math.ceil(fps))
    seconds, frame = divmod(frame_of(max(t, 0.0), fps), whole)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    digits = max(2, len(str(whole - 1)))
    return f"{f'{hours}:' if hours else ''}{minutes:02d}:{seconds:02d}.{frame:0{digits}d}"


def read_timecode(text: str, fps: Fraction) -> float:
    """Seconds of what `timecode` writes, or of a plain number of seconds like 12 or 2,5; ValueError for anything else.

    After a colon a point stands before frames; without one it stands before a part of a second.
    """
    try:
        seconds = counted(text.strip().replace(",", "."), fps)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"'{text[:20]}' is no time; write it like 01:30 or 12.5")
    return seconds


def counted(text: str, fps: Fraction) -> float:
    """Seconds of a clock's time with frames, or of a number."""
    if ":" not in text:
        return float(text.removesuffix("s").strip())
    clock, _, frames = text.partition(".")
    parts = [int(part) for part in clock.split(":")]
    if len(parts) > 3 or min(parts) < 0:
        return math.nan
    whole = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    return time_of(whole * max(1, math.ceil(fps)) + int(frames or 0), fps)
