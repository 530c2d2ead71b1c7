"""When a show is restarted, and how gently: the rules of the watchdog, told the time by whoever keeps them.

A picture that does not come restarts the engine alone; a process that says nothing, or ended, is started again, after
a pause that doubles. What fails again and again goes on at a lower level: a smaller picture, then without the graphics
card, then the film of its last good pictures while the show is tried now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf

FIRST_BEAT_S = 90.0  # a start imports a good deal, and machines in cupboards are slow
SILENCE_S = 5.0  # without a beat, which comes every second
PATIENCE_S = 20.0  # of a show for one face, after which it begins its engine again by itself
GRACE_S = 5.0  # beyond its patience: by then it should have
ENGINE_S = 30.0  # for the engine to be there again
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0
MANY, WINDOW_S = 3, 600.0  # so many failures in so long a time are one level too high
CALM_S, LONGEST_CALM_S = 3600.0, 86400.0  # after which the level above is tried again
FILM_S = 600.0  # between tries while the film plays


class Level(Enum):
    """How much is asked of the machine."""

    FULL = "full"
    SMALL = "small"
    CPU = "without the graphics card"
    FILM = "film"


SIDE = {Level.SMALL: 512, Level.CPU: 256, Level.FILM: 256}  # the largest side of a face
LEVELS = tuple(Level)


class Order(Enum):
    """What is to be done now."""

    START = "start"
    RESTART_ENGINE = "restart the engine"
    KILL = "kill"


@dataclass(frozen=True)
class Sign:
    """What a process of the show says every second.

    waiting: seconds that the wall has waited for a picture, 0 where it waits for none; pictures: so far; restarts: of
    its engine so far, those that were ordered among them; patience: seconds that it allows the picture, for there may
    be many faces on it, and the first of a model may compile its kernels.
    """

    waiting: float
    pictures: int
    restarts: int = 0
    patience: float = PATIENCE_S


class Watchdog:
    """Told of beats and ends with the time in seconds of a clock that never jumps; gives orders.

    restarts, engine_restarts: so far; reason: of the newest, in words.
    """

    def __init__(self) -> None:
        self.level = Level.FULL
        self.restarts = self.engine_restarts = 0
        self.reason = ""
        self.running = False
        self.started = self.heard_at = self.engine_at = self.calm_since = -inf
        self.beating = False
        self.known_restarts = self.ordered = 0  # of the engine; ordered: those that no sign has told of yet
        self.pictures = -1  # when the engine began again last
        self.due = -inf  # when the process is to be started
        self.pause = FIRST_PAUSE_S
        self.calm = CALM_S
        self.failures: list[float] = []
        self.killed = False

    @property
    def side(self) -> int | None:
        """The largest side of a face at this level; None is as the show says."""
        return SIDE.get(self.level)

    @property
    def on_cpu(self) -> bool:
        """Whether the graphics card is left alone."""
        return self.level in (Level.CPU, Level.FILM)

    def started_at(self, now: float) -> None:
        """The process was started."""
        self.running, self.beating, self.killed = True, False, False
        self.started = self.heard_at = self.calm_since = now
        self.engine_at, self.pictures = -inf, -1
        self.known_restarts = self.ordered = 0

    def heard(self, sign: Sign, now: float) -> list[Order]:
        """The process gave a sign of life."""
        self.heard_at, self.beating = now, True
        if self.killed:
            return []
        orders = self.count(sign, now)
        if orders:
            return orders
        if sign.waiting < sign.patience + GRACE_S:
            if self.engine_at > -inf and sign.waiting < now - self.engine_at:
                self.engine_at, self.calm_since = -inf, now
            if self.level is Level.FILM and sign.pictures:
                self.level = Level.CPU  # it plays: the film has done its work
                self.calm_since = now
            return self.look_up(now)
        if self.engine_at == -inf:
            self.fail(f"no new picture for {sign.waiting:.0f} s", now)
            self.engine_restarts += 1
            return self.begin_engine(sign.pictures, now)
        if now - self.engine_at > ENGINE_S:
            return self.kill("the engine did not come back")
        return []

    def count(self, sign: Sign, now: float) -> list[Order]:
        """Restarts of the engine that the show told of. Its own are failures; two without a picture mean it is dead."""
        more, self.known_restarts = sign.restarts - self.known_restarts, sign.restarts
        own, self.ordered = max(more - self.ordered, 0), max(self.ordered - more, 0)
        if not own:
            return []
        self.engine_restarts += own
        if sign.pictures == self.pictures:
            return self.kill("the engine failed again before it made a picture")
        level, self.engine_at, self.pictures = self.level, now, sign.pictures
        self.fail("the engine failed and was begun again", now)
        return [] if self.level is level else self.begin_engine(sign.pictures, now)

    def begin_engine(self, pictures: int, now: float) -> list[Order]:
        """Let the engine begin again at the level of now; for the film to be seen the process must go."""
        if self.level is Level.FILM:
            return self.kill(self.reason)
        self.engine_at, self.pictures = now, pictures
        self.ordered += 1
        return [Order.RESTART_ENGINE]

    def ended(self, why: str, now: float) -> None:
        """The process is gone; it is started again after a pause."""
        if not self.killed:
            self.reason = why
        self.running = False
        self.fail(self.reason, now)
        self.restarts += 1
        self.due = now + (FILM_S if self.level is Level.FILM else self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE_S)

    def tick(self, now: float) -> list[Order]:
        """Time goes by."""
        if not self.running:
            return [Order.START] if now >= self.due else []
        if self.killed:
            return []
        if now - self.heard_at > (SILENCE_S if self.beating else FIRST_BEAT_S):
            return self.kill(f"no sign of life for {now - self.heard_at:.0f} s")
        return []

    def kill(self, why: str) -> list[Order]:
        self.reason, self.killed = why, True
        return [Order.KILL]

    def fail(self, why: str, now: float) -> None:
        """Count a failure; too many of them lower the level."""
        self.reason, self.calm_since = why, now
        self.failures = [then for then in self.failures if now - then < WINDOW_S] + [now]
        if len(self.failures) >= MANY and self.level is not Level.FILM:
            self.level = LEVELS[LEVELS.index(self.level) + 1]
            self.failures.clear()
            self.calm = min(self.calm * 2, LONGEST_CALM_S)

    def look_up(self, now: float) -> list[Order]:
        """After a long calm the level above is tried, by a restart of the engine alone."""
        if now - self.calm_since > WINDOW_S:
            self.pause = FIRST_PAUSE_S
        if self.level is Level.FULL or now - self.calm_since < self.calm:
            return []
        self.level = LEVELS[LEVELS.index(self.level) - 1]
        self.calm_since = now
        self.reason = f"it was calm for long: {self.level.value}"
        return self.begin_engine(-1, now)
