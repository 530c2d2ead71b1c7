"""The timeline's values: keys, tracks, markers, walks, sound. JSON in and out as a part of the project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from engine.checks import check_number, check_seed
from engine.controls import Value, control_at
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.timeline.easings import LINEAR, Easing
from engine.timeline.rate import Rate
from engine.timeline.sound import Drive, Sound
from engine.weighted import check_sum

LONGEST = 24 * 3600.0  # seconds
SHORTEST = 1e-3
NEAR = 1e-6  # seconds; times nearer than this are one time
MOST_KEYS, MOST_TRACKS, MOST_MARKERS = 10_000, 256, 10_000
LONGEST_NAME = 80

Path = Literal["line", "sphere", "spline"]
Loop = Literal["none", "loop", "ping-pong"]


def check_times(what: str, times: Sequence[float], most: int) -> None:
    """Finite, not before 0, ascending, no two at one time."""
    if len(times) > most:
        raise RecipeError(f"{what} are {len(times)} and {most} is the most")
    for t in times:
        check_number(f"a time of {what}", t, 0, LONGEST)
    for a, b in pairwise(times):
        if b - a < NEAR:
            raise RecipeError(f"{what} must stand in the order of their times; {a:g} s is followed by {b:g} s")


class RecipeKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe at a time; easing: how it is left."""

    t: float
    recipe: Recipe
    easing: Easing = LINEAR


class ValueKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a control at a time; easing: how it is left."""

    t: float
    value: Value
    easing: Easing = LINEAR


class Walk(Struct, frozen=True, forbid_unknown_fields=True):
    """A random walk from face to face, as long as one likes: every so many seconds another seed.

    base: what the faces share, and where the walk stays near. radius: 1 goes to the seeds themselves, less stays near.
    """

    base: Recipe
    seed: int = 0
    every: float = 2.0
    radius: float = 1.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the time of a step of a walk", self.every, 0.01, LONGEST)
        check_number("the radius of a walk", self.radius, 0, 1)


class Wander(Struct, frozen=True, forbid_unknown_fields=True):
    """A random walk of a number, smooth and endless, between low and high: every so many seconds another value."""

    low: float
    high: float
    seed: int = 0
    every: float = 2.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the low end of a random walk", self.low, -1e6, 1e6)
        check_number("the high end of a random walk", self.high, self.low, 1e6)
        check_number("the time of a step of a random walk", self.every, 0.01, LONGEST)


class NoiseMotion(Struct, frozen=True, forbid_unknown_fields=True):
    """What random noise does while the faces move.

    keys: as the keyframes say. stay: that of the first keyframe, all the time. drift: from seed to seed on quarter
    circles, one every `every` seconds, never the same again. loop: so many whole circles in the timeline's duration.
    How strong it is, the keyframes say.
    """

    kind: Literal["keys", "stay", "drift", "loop"] = "keys"
    seed: int = 0
    every: float = 1.0
    circles: int = 1

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the time that noise drifts from seed to seed", self.every, 0.01, LONGEST)
        check_number("the circles of looping noise", self.circles, 1, 10_000)


class Pace(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the way between keyframes is: for each way, the lengths up to equal shares of it, the first 0."""

    ways: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        for way in self.ways:
            sound = all(math.isfinite(a) and a <= b < math.inf for a, b in pairwise(way))
            if len(way) < 2 or way[0] != 0 or not sound:
                raise RecipeError("a way's lengths must begin at 0 and never go back; measure the speed again")


class RecipeTrack(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole picture: keyframes, or a random walk in their place.

    path: a straight line in w, on the sphere of z where both have a z, or a smooth curve in w through all keyframes
    (Catmull-Rom). even: go from key to key at constant speed, as `pace` has measured it, which holds
    for any times of the keys; unmeasured, at the speed of the latents.
    """

    keys: tuple[RecipeKey, ...] = ()
    path: Path = "line"
    walk: Walk | None = None
    noise: NoiseMotion = NoiseMotion()
    even: bool = False
    pace: Pace | None = None

    def __post_init__(self) -> None:
        check_times("the keyframes", [key.t for key in self.keys], MOST_KEYS)
        if self.keys and self.walk is not None:
            raise RecipeError("the timeline has keyframes and a random walk; keep one of them")
        recipes = [key.recipe for key in self.keys]
        models = sorted({recipe.model for recipe in recipes if recipe.model is not None})
        if len(models) > 1:
            raise RecipeError(
                f"the keyframes belong to the models {models[0][:12]} and {models[1][:12]}; "
                "all keyframes of a timeline must be of one model"
            )
        reach = 4 if self.path == "spline" else 2
        for first in range(max(1, len(recipes) - reach + 1)):
            if recipes[first : first + reach]:
                check_sum(recipes[first : first + reach])


class ControlTrack(Struct, frozen=True, forbid_unknown_fields=True):
    """One control by its address (`engine.controls`), over what the recipe track says of it.

    Its value is that of its keys (without any, the recipe's own), plus its random walk, plus what a sound drives.
    move: what a direction's address means, as an open pack has it; its amount says nothing.
    """

    address: str
    keys: tuple[ValueKey, ...] = ()
    path: Literal["line", "spline"] = "line"
    wander: Wander | None = None
    drive: Drive | None = None
    move: DirectionAmount | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        control = control_at(self.address)
        check_times(f"the keys of {self.address}", [key.t for key in self.keys], MOST_KEYS)
        for key in self.keys:
            control.kept(key.value)
        if control.kind in ("seed", "choice") and (self.wander or self.drive):
            raise RecipeError(f"{self.address} is no amount that a walk or a sound could move; give it keys")
        if self.address.removeprefix("/").startswith("direction/") and self.move is None:
            raise RecipeError(f"the track of {self.address} must say which direction of a pack it means")


class Marker(Struct, frozen=True, forbid_unknown_fields=True):
    """A named time."""

    t: float
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME or not (self.name.isprintable()):
            raise RecipeError(f"a marker's name is up to {LONGEST_NAME} printable characters")


class Timeline(Struct, frozen=True, forbid_unknown_fields=True):
    """Recipes in time. Times are in seconds; equal timelines give equal recipes at equal times.

    style_rows: of the model. start, end: the part that is played and rendered; end None is the duration.
    loop: "loop" goes from the last key on to the first, in what time is left until the duration; "ping-pong" plays
    forwards and back.
    """

    style_rows: int
    duration: float = 10.0
    rate: Rate = Rate()
    recipes: RecipeTrack = RecipeTrack()
    tracks: tuple[ControlTrack, ...] = ()
    start: float = 0.0
    end: float | None = None
    loop: Loop = "none"
    markers: tuple[Marker, ...] = ()
    sound: Sound | None = None

    def __post_init__(self) -> None:
        check_number("the number of style rows", self.style_rows, 1, 10_000)
        check_number("the duration of the timeline", self.duration, SHORTEST, LONGEST)
        check_number("the in point", self.start, 0, self.duration)
        check_number("the out point", self.stop, 0, self.duration)
        if self.stop - self.start < SHORTEST:
            raise RecipeError(f"the in point at {self.start:g} s must lie before the out point at {self.stop:g} s")
        if len(self.tracks) > MOST_TRACKS:
            raise RecipeError(f"the timeline has {len(self.tracks)} tracks and {MOST_TRACKS} is the most")
        check_times("the markers", [marker.t for marker in self.markers], MOST_MARKERS)
        if self.loop == "loop" and self.recipes.path == "spline" and len(self.recipes.keys) > 2:
            around = (*self.recipes.keys[-3:], *self.recipes.keys[:3])  # the seam has two keys on either side
            for first in range(3):
                check_sum([key.recipe for key in around[first : first + 4]])
        lasts = [("a keyframe", key.t) for key in self.recipes.keys[-1:]]
        lasts += [(f"a key of {track.address}", key.t) for track in self.tracks for key in track.keys[-1:]]
        for what, t in lasts:
            if t > self.duration + NEAR:
                raise RecipeError(
                    f"{what} stands at {t:g} s, after the timeline's end at {self.duration:g} s; "
                    "move it or make the timeline longer"
                )

    @property
    def stop(self) -> float:
        """The out point."""
        return self.duration if self.end is None else self.end

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return self.rate.fraction
