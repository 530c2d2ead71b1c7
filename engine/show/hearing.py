"""A sound as it comes, made into events: how loud its bands are just now, and whether something sets in."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from engine.export.audio import RATE, Samples, Spectra
from engine.show.sources import Event
from engine.timeline.sound import Band

LEVELS: tuple[Band, ...] = ("low", "mid", "high", "all")
FORGETS = 15.0  # seconds in which the loudest moment is nearly forgotten, so that quiet music moves things too
FAINTEST = 0.003  # of the loudest that can be: softer than this is silence, however long it lasts (-50 dB)
AROUND = 0.3  # seconds that an onset must stand out of
STANDS_OUT = 1.8  # times the mean of what was around
APART = 0.08  # seconds between two onsets
FADES = 0.15  # seconds in which an onset is nearly over
LONGEST = 1.0  # seconds of sound that are looked at at once; more is late already
QUIETEST_RISE = 0.002  # of the flux: less is hiss


class Hearing:
    """One microphone. Levels are shares of the loudest of late; what they say is about 25 ms old.

    The bands and the flux are those of `engine.export.audio`; an onset is a step of the flux that stands out of the
    mean before it (Bello et al. 2005, section IV, with the past alone).
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.spectra = Spectra(rate)
        self.loudest = dict.fromkeys(LEVELS, FAINTEST)
        self.before: deque[float] = deque(maxlen=round(AROUND * RATE))
        self.since = math.inf  # seconds since the last onset
        self.onset = 0.0

    def take(self, block: Samples) -> list[Event]:
        """The next samples, float32 [n] in [-1, 1]; the newest value of each band, and an onset even where it is past.

        Values that are no numbers count as silence.
        """
        block = np.nan_to_num(np.asarray(block, np.float32), nan=0.0, posinf=0.0, neginf=0.0).clip(-1, 1)
        self.spectra.take(block[-round(LONGEST * self.rate) :])
        found = {band: np.concatenate(values) for band, values in self.spectra.found.items() if values}
        for values in self.spectra.found.values():
            values.clear()
        if not found:
            return []
        events = [Event(f"sound:{band}", self.level(band, found[band])) for band in self.loudest]
        struck = max(map(self.strike, found["onset"].tolist()))
        return [*events, Event("sound:onset", struck)]

    def level(self, band: Band, values: np.ndarray) -> float:
        """The newest value as a share of the loudest of late."""
        fade = math.exp(-len(values) / (FORGETS * RATE))
        self.loudest[band] = max(float(values.max()), self.loudest[band] * fade, FAINTEST)
        newest = float(values[-1])
        return 0.0 if newest < FAINTEST / 4 else min(newest / self.loudest[band], 1.0)

    def strike(self, rise: float) -> float:
        """One step of the flux: 1 at an onset, then down to 0."""
        self.since += 1 / RATE
        self.onset *= math.exp(-1 / (FADES * RATE))
        mean = sum(self.before) / len(self.before) if self.before else 0.0
        self.before.append(rise)
        if rise > max(STANDS_OUT * mean, QUIETEST_RISE) and self.since >= APART and len(self.before) > 2:
            self.onset, self.since = 1.0, 0.0
        return self.onset if self.onset > 0.01 else 0.0
