"""Easing curves: how far along a way one is at a share of its time. One table, read by the morph and the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Curve = Callable[[float], float]


@dataclass(frozen=True)
class Easing:
    """curve: from [0, 1] to [0, 1], 0 at 0 and 1 at 1, never going back. title: what a person reads."""

    id: str
    title: str
    curve: Curve


def power_in(n: int) -> Curve:
    """t^n: begins slowly."""
    return lambda t: float(t**n)


def power_out(n: int) -> Curve:
    """The same from the other end: ends slowly."""
    return lambda t: 1 - float((1 - t) ** n)


def power_in_out(n: int) -> Curve:
    """Half of each, joined at the middle with equal slopes."""
    return lambda t: float((2 * t) ** n) / 2 if t < 0.5 else 1 - float((2 - 2 * t) ** n) / 2


def smoothstep(t: float) -> float:
    """Hermite's cubic: no slope at either end."""
    return t * t * (3 - 2 * t)


def smootherstep(t: float) -> float:
    """Perlin's quintic (Improving Noise, 2002): neither slope nor curvature at either end."""
    return t * t * t * (t * (6 * t - 15) + 10)


def hold(t: float) -> float:
    """The start until the end: a cut."""
    return 1.0 if t >= 1 else 0.0


EASINGS = {
    easing.id: easing
    for easing in (
        Easing("linear", "Linear", lambda t: t),
        Easing("smoothstep", "Smooth", smoothstep),
        Easing("smootherstep", "Smoother", smootherstep),
        Easing("quadratic-in", "Ease in", power_in(2)),
        Easing("quadratic-out", "Ease out", power_out(2)),
        Easing("quadratic-in-out", "Ease in and out", power_in_out(2)),
        Easing("cubic-in", "Strong ease in", power_in(3)),
        Easing("cubic-out", "Strong ease out", power_out(3)),
        Easing("cubic-in-out", "Strong ease in and out", power_in_out(3)),
        Easing("hold", "Hold, then cut", hold),
    )
}
