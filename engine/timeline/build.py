"""Timelines made from little: through some recipes, along a random walk, a style mix that sweeps through the rows."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import RecipeError
from engine.mixes import crossed
from engine.recipe import Recipe
from engine.timeline.easings import LINEAR, Ease, Easing
from engine.timeline.rate import Rate
from engine.timeline.values import Loop, NoiseMotion, Path, RecipeKey, RecipeTrack, Timeline, Walk

THIRTY, AS_KEYED = Rate(), NoiseMotion()


def through(
    recipes: Sequence[Recipe],
    seconds: float,
    style_rows: int,
    *,
    rate: Rate = THIRTY,
    path: Path = "spline",
    loop: Loop = "none",
    easing: Easing = LINEAR,
    noise: NoiseMotion = AS_KEYED,
    even: bool = False,
) -> Timeline:
    """Through recipes at equal distances in so many seconds; a loop goes back to the first in the last of them.

    RecipeError where there is none.
    """
    if not recipes:
        raise RecipeError("a film needs at least one face to show")
    ways = len(recipes) if loop == "loop" else max(len(recipes) - 1, 1)
    keys = tuple(RecipeKey(seconds * at / ways, recipe, easing) for at, recipe in enumerate(recipes))
    return Timeline(style_rows, seconds, rate, RecipeTrack(keys, path, noise=noise, even=even), loop=loop)


def random_walk(
    base: Recipe,
    seed: int,
    seconds: float,
    style_rows: int,
    *,
    every: float = 2.0,
    radius: float = 1.0,
    rate: Rate = THIRTY,
    path: Path = "spline",
    loop: Loop = "none",
) -> Timeline:
    """A random walk from face to face, each seed another one; radius below 1 stays near the base."""
    track = RecipeTrack(path=path, walk=Walk(base, seed, every, radius))
    return Timeline(style_rows, seconds, rate, track, loop=loop)


def style_sweep(
    base: Recipe,
    source: Recipe,
    style_rows: int,
    seconds: float,
    *,
    group: int = 1,
    rate: Rate = THIRTY,
    loop: Loop = "ping-pong",
) -> Timeline:
    """From one face to another by their style rows (StyleGAN, 1812.04948, section 3.1): coarse first, fine last.

    group: how many rows change at once.
    """
    if not 1 <= group <= style_rows:
        raise RecipeError(f"a sweep changes 1 to {style_rows} style rows at once, not {group}")
    stops = [*range(0, style_rows, group), style_rows]
    recipes = [crossed(base, source, range(stop), style_rows) if stop else base for stop in stops]
    return through(recipes, seconds, style_rows, rate=rate, path="line", loop=loop, easing=Ease("smoothstep"))
