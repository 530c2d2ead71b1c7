"""From a length along a way to the share of the way at which it is reached: a curve that never goes back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def share_at(lengths: Sequence[float], wanted: float) -> float:
    """The share of a way where so much of it is behind; lengths: up to equal shares of it, ascending from 0.

    The monotone cubic of Fritsch & Butland (1984) through the measured points, so that the speed has no steps.
    """
    ways = len(lengths) - 1
    at = min(max(bisect_right(lengths, wanted), 1), ways)
    low, high = lengths[at - 1], lengths[at]
    width = high - low
    if width <= 0:
        return at / ways
    u = min(max((wanted - low) / width, 0.0), 1.0)
    here, there = (slope_at(lengths, index) * width for index in (at - 1, at))
    rise = (3 - 2 * u) * u * u + ((u - 2) * u + 1) * u * here + (u - 1) * u * u * there
    return (at - 1 + min(max(rise, 0.0), 1.0)) / ways


def slope_at(lengths: Sequence[float], index: int) -> float:
    """Steps for each unit of length at a measured point."""
    before = lengths[index] - lengths[index - 1] if index > 0 else 0.0
    after = lengths[index + 1] - lengths[index] if index + 1 < len(lengths) else 0.0
    if 0 < index < len(lengths) - 1:
        # the weighted harmonic mean of the slopes on both sides; a side that stands still has none
        if before <= 0 or after <= 0:
            return 0.0
        whole = before + after
        return 3 * whole / ((whole + after) * before + (whole + before) * after) if whole > 0 else 0.0
    near = after or before
    far_at = 1 if index == 0 else len(lengths) - 3
    far = lengths[far_at + 1] - lengths[far_at] if len(lengths) > 2 else near
    if near <= 0 or far <= 0:
        return 0.0
    # the slope of the parabola through the three points at this end, within what keeps the curve from going back
    slope = (2 * near + far) / (near + far) / near - near / (near + far) / far
    return min(max(slope, 0.0), 3 / near)
