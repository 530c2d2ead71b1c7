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
STALE_S = 25.0  # for one picture; the show itself begins its engine again a little sooner
FIRST_S = 240.0  # for the first picture of a process, which may compile its kernels
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

    waiting: seconds since the picture under way was asked for, 0 where none is; pictures: so far; restarts: of its
    engine so far, those that were ordered among them.
    """

    waiting: float
    pictures: int
    restarts: int = 0


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
        self.known_restarts = 0
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
        self.engine_at, self.known_restarts = -inf, 0

    def heard(self, sign: Sign, now: float) -> list[Order]:
        """The process gave a sign of life."""
        self.heard_at, self.beating = now, True
        if sign.restarts > self.known_restarts:
            if self.engine_at == -inf:
                self.engine_restarts += sign.restarts - self.known_restarts
                self.fail("the engine failed and was begun again", now)
            self.known_restarts = sign.restarts
        if sign.waiting < (STALE_S if sign.pictures else FIRST_S):
            if self.engine_at > -inf and sign.waiting < now - self.engine_at:
                self.engine_at, self.calm_since = -inf, now
            if self.level is Level.FILM and sign.pictures:
                self.level = Level.CPU  # it plays: the film has done its work
                self.calm_since = now
            return self.look_up(now)
        if self.engine_at == -inf:
            self.fail(f"no new picture for {sign.waiting:.0f} s", now)
            self.engine_restarts += 1
            self.engine_at = now
            return [Order.RESTART_ENGINE]
        if now - self.engine_at > ENGINE_S:
            return self.kill("the engine did not come back")
        return []

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
        self.calm_since = self.engine_at = now
        self.reason = f"it was calm for long: {self.level.value}"
        return [Order.RESTART_ENGINE]
