"""What is counted of a show as it plays, for the watchdog and for whoever looks."""

from __future__ import annotations

from collections.abc import Callable

from studio.exhibition.beats import Beats
from studio.exhibition.reports import Beat
from studio.exhibition.tender import Tender


class Gauge:
    """shown: beats with a picture; pictures: rendered so far; size: side of the newest face."""

    def __init__(self, tender: Tender, beats: Beats, clock: Callable[[], float]) -> None:
        self.tender, self.beats, self.clock = tender, beats, clock
        self.shown = self.pictures = self.size = 0
        self.newest = clock()

    def note_picture(self, size: int) -> None:
        """One was rendered."""
        self.pictures += 1
        self.size, self.newest = size, self.clock()

    def note_still(self) -> None:
        """The newest is of now, too: nothing moves, or the wall is dark."""
        self.newest = self.clock()

    @property
    def waiting(self) -> float:
        """Seconds that the wall has waited for a picture; 0 while a model is on its way, but for one that had played.

        Without one under way it is since the newest: where no model can be opened, nothing would ever be under way.
        """
        engine = self.tender.engine
        if engine.order is not None:
            return self.tender.waiting
        opens = engine.under_way and (engine.models or not self.pictures)
        return 0.0 if opens else self.clock() - self.newest

    def report(self, scene: str, model: str, *, dark: bool, visited: bool) -> Beat:
        """How the show is."""
        now = self.clock()
        return Beat(
            at=now,
            shown=self.shown,
            dropped=self.beats.missed,
            pictures=self.pictures,
            age=now - self.newest,
            waiting=self.waiting,
            patience=self.tender.allowed,
            restarts=self.tender.restarts,
            faults=self.tender.faults,
            scene=scene,
            model=model,
            size=self.size,
            dark=dark,
            visited=visited,
        )
