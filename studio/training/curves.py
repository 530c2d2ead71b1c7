"""Long series made short enough to draw: the mean of each small stretch, and the band between its extremes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.training.series import FloatArray, Series

MOST = 140  # stretches


@dataclass(frozen=True)
class Curve:
    """x, y: the line; low, high: the band around it, the line itself where nothing was put together."""

    x: FloatArray
    y: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def is_banded(self) -> bool:
        """Whether the line stands for more than itself."""
        return self.low is not self.high


def curve_of(series: Series, begin: float, end: float, most: int = MOST) -> Curve:
    """What of a series lies between two numbers of images, and one point on each side, in at most so many stretches."""
    first = max(int(np.searchsorted(series.images, begin)) - 1, 0)
    last = min(int(np.searchsorted(series.images, end, "right")) + 1, len(series.images))
    x, y = series.images[first:last], series.values[first:last]
    if len(x) <= most:
        return Curve(x, y, y, y)
    starts = np.unique(np.linspace(0, len(x), most + 1)[:-1].astype(int))
    sizes = np.diff(starts, append=len(x))
    means = [np.add.reduceat(rows, starts) / sizes for rows in (x, y)]
    means[0][-1] = x[-1]  # the line reaches the newest point
    return Curve(means[0], means[1], np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts))


def span(curves: list[Curve], *, rare: float = 0.5) -> tuple[float, float] | None:
    """Ends of a scale that shows them all but for `rare` percent of outliers; None where there is nothing."""
    values = [part[np.isfinite(part)] for curve in curves for part in (curve.low, curve.high)]
    whole = np.concatenate(values) if values else np.empty(0)
    if not len(whole):
        return None
    low, high = np.percentile(whole, (rare, 100 - rare))
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return float(low - room), float(high + room)
