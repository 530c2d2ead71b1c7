"""Every control of a recipe under one address, for the timeline, OSC, MIDI and sound: one table, get and put."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

from msgspec.structs import replace

from engine.checks import SEED_LIMIT, parse_rows
from engine.errors import RecipeError
from engine.moves import moved
from engine.recipe import (
    MOST_HALVINGS,
    DirectionAmount,
    Mix,
    NoiseLevel,
    PlaneLatent,
    Recipe,
    SeedLatent,
)

Value = int | float | str | None
Read = Callable[[Recipe], Value]
Write = Callable[[Recipe, Value, DirectionAmount | None], Recipe]
Kind = Literal["number", "whole", "seed", "choice"]


@dataclass(frozen=True)
class Control:
    """One thing in a recipe that can be set.

    kind: a number moves; a whole number moves in steps; a seed and a choice jump.
    low, high: the usual range, which a slider or a knob goes through. limits: what a recipe takes.
    empty: what None means there; "" where there is always a value.
    """

    address: str
    title: str
    kind: Kind
    read: Read
    write: Write
    low: float = 0.0
    high: float = 1.0
    limits: tuple[float, float] = (-math.inf, math.inf)
    choices: tuple[str, ...] = ()
    empty: str = ""

    def kept(self, value: Value) -> Value:
        """The value as this control takes it: within its limits, whole where it is; RecipeError for another kind."""
        if value is None and self.empty:
            return None
        if self.kind == "choice":
            if value not in self.choices:
                raise RecipeError(f"{self.address} is {' or '.join(self.choices)}, not {value!r}")
            return value
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise RecipeError(f"{self.address} is a finite number, not {value!r}")
        low, high = self.limits
        if self.kind == "number":
            return min(max(float(value), low), high)
        return min(max(round(value), int(low)), int(high))


def control_at(address: str) -> Control:
    """The control of an address; RecipeError with one sentence where there is none."""
    return found(address.removeprefix("/"))


def get(recipe: Recipe, address: str) -> Value:
    """The value of a control in a recipe; None where it is as the model's file or all its rows say."""
    return control_at(address).read(recipe)


def put(recipe: Recipe, address: str, value: Value, move: DirectionAmount | None = None) -> Recipe:
    """The recipe with a control at a value, kept within its limits.

    move: what a direction's address means where the recipe does not go along it yet; its amount says nothing.
    RecipeError where the recipe has no such control, or the value is no value of it.
    """
    control = control_at(address)
    return control.write(recipe, control.kept(value), move)


def range_of(address: str) -> tuple[float, float]:
    """The usual range of a control: what 0 and 1 of a knob mean."""
    control = control_at(address)
    return control.low, control.high


def controls_of(recipe: Recipe) -> tuple[Control, ...]:
    """The controls that a recipe has now, in the order in which a menu shows them."""
    plane = isinstance(recipe.latent, PlaneLatent)
    fixed = [address for address in FIXED if plane or address not in ("latent.x", "latent.y")]
    more = [
        *(f"label/{index}" for index in range(len(recipe.label))),
        *(f"mix/{index}" for index in range(len(recipe.mixes))),
        *dict.fromkeys(f"direction/{move.name}" for move in recipe.directions),
        *(f"noise.level/{level.resolution}" for level in recipe.noise.levels),
    ]
    return tuple(map(control_at, (*fixed, *more)))


@lru_cache(maxsize=1024)
def found(address: str) -> Control:
    """A control of the table, or one of its families."""
    if address in FIXED:
        return FIXED[address]
    family, slash, rest = address.partition("/")
    if not slash or family not in FAMILIES or not rest.strip():
        known = ", ".join((*FIXED, *(f"{name}/{hint}" for name, (hint, _) in FAMILIES.items())))
        raise RecipeError(f"there is no control '{address[:80]}'; there are {known}")
    return FAMILIES[family][1](address, rest.strip())


def of_part(part: str, field: str, title: str, kind: Kind, **rest: object) -> Control:
    """A control that is one field of a part of the recipe."""

    def read(recipe: Recipe) -> Value:
        value: Value = getattr(getattr(recipe, part), field)
        return value

    def write(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
        return replace(recipe, **{part: replace(getattr(recipe, part), **{field: value})})

    return Control(f"{part}.{field}", title, kind, read, write, **rest)  # type: ignore[arg-type]


def read_seed(recipe: Recipe) -> Value:
    if not isinstance(recipe.latent, SeedLatent):
        raise RecipeError("the latent of this recipe is no seed, so that latent.seed says nothing of it")
    return recipe.latent.seed


def write_seed(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
    assert isinstance(value, int)
    return replace(recipe, latent=SeedLatent(value))


def plane_of(recipe: Recipe, field: str) -> PlaneLatent:
    if not isinstance(recipe.latent, PlaneLatent):
        raise RecipeError(f"the latent of this recipe is no point of a plane, so that it has no latent.{field}")
    return recipe.latent


def of_plane(field: Literal["x", "y"]) -> Control:
    """Where on its plane the latent is."""

    def read(recipe: Recipe) -> Value:
        return float(getattr(plane_of(recipe, field), field))

    def write(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
        return replace(recipe, latent=replace(plane_of(recipe, field), **{field: value}))

    return Control(f"latent.{field}", f"Plane {field}", "number", read, write, 0.0, 1.0, (-100.0, 100.0))


def write_growth(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
    return replace(recipe, growth=value)


def direction(address: str, name: str) -> Control:
    """The sum of the moves along one direction, told by its name or its id."""

    def own(recipe: Recipe) -> list[DirectionAmount]:
        asked = name.casefold()
        return [move for move in recipe.directions if asked in (move.name.casefold(), move.id)]

    def read(recipe: Recipe) -> Value:
        return float(sum(move.amount for move in own(recipe)))

    def write(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
        known = own(recipe)
        meant = next((one for one in known if move is not None and one.id == move.id), move or next(iter(known), None))
        if meant is None:
            raise RecipeError(f"the recipe does not go along '{name}'; say which direction of an open pack is meant")
        return moved(recipe, replace(meant, amount=value))

    return Control(address, name, "number", read, write, -3.0, 3.0, (-100.0, 100.0))


def label(address: str, text: str) -> Control:
    """The weight of one class."""
    index = counted(address, text)

    def check(recipe: Recipe) -> None:
        if index >= len(recipe.label):
            raise RecipeError(f"the recipe has {len(recipe.label)} label values, so that there is no {address}")

    def read(recipe: Recipe) -> Value:
        check(recipe)
        return recipe.label[index]

    def write(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
        check(recipe)
        assert isinstance(value, float)
        return replace(recipe, label=(*recipe.label[:index], value, *recipe.label[index + 1 :]))

    return Control(address, f"Label {index}", "number", read, write, 0.0, 1.0, (-1000.0, 1000.0))


def mix(address: str, text: str) -> Control:
    """The amount of a style mix: one that the recipe has, or of a seed on some rows, like mix/9:0-4."""
    seed, colon, rows = text.partition(":")
    number = counted(address, seed)
    wanted: Mix | int = Mix(SeedLatent(number), parse_rows(rows), 0.0) if colon else number
    title = f"Mix of seed {number}" if colon else f"Mix {number + 1}"
    read, write = partial(read_mix, wanted, address), partial(write_mix, wanted, address)
    return Control(address, title, "number", read, write, 0.0, 1.0, (-10.0, 10.0))


def read_mix(wanted: Mix | int, address: str, recipe: Recipe) -> Value:
    index = place_of(wanted, address, recipe)
    return 0.0 if index is None else recipe.mixes[index].amount


def write_mix(
    wanted: Mix | int, address: str, recipe: Recipe, value: Value, move: DirectionAmount | None = None
) -> Recipe:
    index = place_of(wanted, address, recipe)
    assert isinstance(value, float)
    if index is None:
        assert isinstance(wanted, Mix)
        return replace(recipe, mixes=(*recipe.mixes, replace(wanted, amount=value)))
    mixes = recipe.mixes
    return replace(recipe, mixes=(*mixes[:index], replace(mixes[index], amount=value), *mixes[index + 1 :]))


def place_of(wanted: Mix | int, address: str, recipe: Recipe) -> int | None:
    """Where a mix stands among those of a recipe; None for one that is to be added."""
    if isinstance(wanted, Mix):
        meant = (wanted.source, wanted.rows)
        return next((at for at, one in enumerate(recipe.mixes) if (one.source, one.rows) == meant), None)
    if wanted >= len(recipe.mixes):
        raise RecipeError(f"the recipe has {len(recipe.mixes)} style mixes, counted from 0, and no {address}")
    return wanted


def noise_level(address: str, text: str) -> Control:
    """The factor of the noise in the layers of one side."""
    side = counted(address, text)
    NoiseLevel(side, 1.0)

    def read(recipe: Recipe) -> Value:
        return recipe.noise.level(side)

    def write(recipe: Recipe, value: Value, move: DirectionAmount | None) -> Recipe:
        assert isinstance(value, float)
        others = {level.resolution: level for level in recipe.noise.levels}
        levels = others | {side: NoiseLevel(side, value)}
        listed = tuple(levels[key] for key in sorted(levels) if levels[key].strength != 1)
        return replace(recipe, noise=replace(recipe.noise, levels=listed))

    return Control(address, f"Noise at {side} px", "number", read, write, 0.0, 2.0, (-100.0, 100.0))


def counted(address: str, text: str) -> int:
    """A whole number inside an address."""
    if not text.isascii() or not text.isdecimal() or len(text) > 20:
        raise RecipeError(f"'{text[:40]}' in the address '{address[:80]}' must be a whole number from 0")
    return int(text)


SEEDS = (0, SEED_LIMIT - 1)  # whole, as the largest is no floating-point number
TURN, SHIFT = (-3600.0, 3600.0), (-10.0, 10.0)
FIXED = {
    control.address: control
    for control in (
        Control("latent.seed", "Seed", "seed", read_seed, write_seed, 0, 9999, SEEDS),
        of_plane("x"),
        of_plane("y"),
        of_part("truncation", "psi", "Truncation", "number", low=-1.0, high=1.5, limits=(-10.0, 10.0)),
        of_part(
            "truncation", "cutoff", "Cutoff", "whole", low=0.0, high=18.0, limits=(0.0, 100_000.0), empty="all rows"
        ),
        of_part("truncation", "centre", "Centre", "choice", choices=("mean", "nearest")),
        of_part("noise", "mode", "Noise", "choice", choices=("const", "random", "none")),
        of_part("noise", "seed", "Noise seed", "seed", high=9999.0, limits=SEEDS),
        of_part("noise", "strength", "Noise strength", "number", high=3.0, limits=(-100.0, 100.0)),
        of_part("noise", "phase", "Noise phase", "number", limits=(0.0, 4.0)),
        of_part("view", "x", "View x", "number", low=-0.5, high=0.5, limits=SHIFT),
        of_part("view", "y", "View y", "number", low=-0.5, high=0.5, limits=SHIFT),
        of_part("view", "rotation", "Rotation", "number", low=-180.0, high=180.0, limits=TURN),
        of_part("view", "zoom", "Zoom", "number", low=0.5, high=2.0, limits=(0.01, 100.0)),
        Control(
            "growth",
            "Growth",
            "number",
            lambda recipe: recipe.growth,
            write_growth,
            0.0,
            8.0,
            (0.0, float(MOST_HALVINGS)),
            empty="as the file says",
        ),
    )
}
FAMILIES: dict[str, tuple[str, Callable[[str, str], Control]]] = {
    "direction": ("NAME", direction),
    "label": ("CLASS", label),
    "mix": ("SEED:ROWS", mix),
    "noise.level": ("PX", noise_level),
}
