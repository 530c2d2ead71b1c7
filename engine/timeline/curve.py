"""Where a time lies among keys, and the weights of the keys there: lines and Catmull-Rom curves, closed or open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Between two keys. keys: indices of the two and of one on either side, None where there is none.

    times: theirs, going on across the seam of a loop. share: of the time from one to the other. way: number of the
    way between them, 0 for the first, the last one that across the seam.
    """

    keys: tuple[int | None, int, int, int | None]
    times: Four
    share: float

    @property
    def way(self) -> int:
        """Which way between keys this is."""
        return self.keys[1]


def place_among(times: Sequence[float], t: float, period: float | None = None) -> Place | int:
    """Where t lies; the index of a key where it is the key's alone: before the first and after the last one.

    period: of a loop, in which the first key follows the last; t and all times within [0, period).
    """
    count = len(times)
    after = bisect_right(times, t)
    if count == 1 or (period is None and after in (0, count)):
        return 0 if after == 0 else count - 1
    at = range(after - 2, after + 2)
    if period is None:
        stands = [times[index] if 0 <= index < count else 0.0 for index in at]
        before, last = (index if 0 <= index < count else None for index in (at[0], at[3]))
    else:
        stands = [times[index % count] + period * (index // count) for index in at]
        before, last = at[0] % count, at[3] % count
    share = (t - stands[1]) / (stands[2] - stands[1])
    return Place((before, at[1] % count, at[2] % count, last), (stands[0], stands[1], stands[2], stands[3]), share)


def line(place: Place, share: float) -> list[tuple[int, float]]:
    """Keys and weights on the straight way between two keys."""
    return [(place.keys[1], 1 - share), (place.keys[2], share)]


def spline(place: Place, share: float) -> list[tuple[int, float]]:
    """Keys and weights on the cubic through all keys whose slope at each is that of the parabola through three.

    With keys at equal distances that is the Catmull-Rom curve (1974); where there is no third key, the curve ends
    without a bend. Values and slopes are continuous, whatever the distances.
    """
    t0, t1, t2, t3 = place.times
    before, _, _, after = place.keys
    h = t2 - t1
    # slopes at both keys, times the distance between them, as weights of the four
    straight = into = out = (0.0, -1.0, 1.0, 0.0)
    if before is not None:
        g = t1 - t0
        far, near = -h * h / (g * (g + h)), g / (g + h)
        into = (far, -far - near, near, 0.0)
    if after is not None:
        k = t3 - t2
        near, far = -k / (h + k), h * h / (k * (h + k))
        out = (0.0, near, -near - far, far)
    if before is None and after is not None:
        into = unbent(straight, out)
    if after is None and before is not None:
        out = unbent(straight, into)
    u = share
    here, there = (2 * u - 3) * u * u + 1, (3 - 2 * u) * u * u
    leaving, coming = ((u - 2) * u + 1) * u, (u - 1) * u * u
    weights = [leaving * a + coming * b for a, b in zip(into, out, strict=True)]
    weights[1] += here
    weights[2] += there
    return [(key, weight) for key, weight in zip(place.keys, weights, strict=True) if key is not None]


def unbent(straight: Four, slope: Four) -> Four:
    """The slope at an end where the cubic has no second derivative, from the slope at its other end."""
    a, b, c, d = ((3 * one - other) / 2 for one, other in zip(straight, slope, strict=True))
    return a, b, c, d
