"""The weighted sum of several recipes: what lies on a line or a curve through them. No tensors live here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from engine.blend import NEGLIGIBLE, Shares, amount_in, between, key_of, row_of, sizes_of
from engine.controls import FIXED
from engine.errors import RecipeError
from engine.recipe import (
    MOST_LEAVES,
    DirectionAmount,
    Latent,
    Mix,
    Noise,
    NoiseLevel,
    PlaneLatent,
    Recipe,
    Truncation,
    View,
    has_z,
    leaves,
)

Parts = Sequence[tuple[Recipe, float]]


def weighted(parts: Parts, style_rows: int, space: str = "w") -> Recipe:
    """The sum of recipes by weights that sum to 1; negative ones are allowed, as a cubic curve needs them.

    Exact in w+ for latents and mixes; psi, amounts, noise strength, view and growth go by the weights, kept within
    what a recipe takes. What cannot be divided (a noise seed, say) is that of the heaviest.
    space "z": two latents that have a z meet on its sphere (slerp), and a mix goes in a straight line from there.
    """
    parts = [(recipe, weight) for recipe, weight in parts if abs(weight) > NEGLIGIBLE]
    first = parts[0][0]
    if all(recipe == first for recipe, _ in parts):
        return first
    base, exact = base_of(parts, space)
    mixed = sorted({row for recipe, _ in parts for mix in recipe.mixes for row in mix.rows})
    groups: dict[tuple[tuple[Latent, float], ...], list[int]] = {}
    for row in mixed:
        shares = row_shares(parts, row, None if exact else base)
        groups.setdefault(tuple(shares.items()), []).append(row)
    own = grounds(base) if exact else {base: 1.0}
    mixes = tuple(
        Mix(latent_of(dict(shares)), tuple(rows)) for shares, rows in groups.items() if not alike(dict(shares), own)
    )
    return replace(settled(parts, style_rows), latent=base, mixes=mixes)


def check_sum(recipes: Sequence[Recipe]) -> None:
    """RecipeError where recipes stand on too many latents for any sum of them."""
    counts = [leaves(ground) for ground in {ground for recipe in recipes for ground in grounds_of(recipe)}]
    count = sum(counts) + 3 * max(counts)  # planes name up to three of their corners twice
    if count > MOST_LEAVES:
        raise RecipeError(
            f"a way between keyframes that are beside each other would stand on {count} latents, and it can on at most "
            f"{MOST_LEAVES}; put simpler ones there"
        )


def grounds_of(recipe: Recipe) -> set[Latent]:
    """What a recipe's latent and mixes stand on."""
    return {ground for latent in (recipe.latent, *(mix.source for mix in recipe.mixes)) for ground in grounds(latent)}


@lru_cache(maxsize=4096)
def grounds(latent: Latent) -> Shares:
    """A latent as shares of those that it stands on: planes in w taken apart; not to be changed by who asks."""
    if not isinstance(latent, PlaneLatent) or latent.space == "z":
        return {latent: 1.0}
    made: Shares = {}
    for corner, weight in zip(latent.corners, (1 - latent.x - latent.y, latent.x, latent.y), strict=True):
        if weight:
            for ground, share in grounds(corner).items():
                made[ground] = made.get(ground, 0.0) + weight * share
    return made


def base_of(parts: Parts, space: str) -> tuple[Latent, bool]:
    """The sum of the latents, and whether it is exactly their sum in w."""
    latents = [recipe.latent for recipe, _ in parts]
    one = latents[0]
    if all(latent == one for latent in latents):
        return one, True
    if isinstance(one, PlaneLatent) and all(
        isinstance(other, PlaneLatent) and (other.corners, other.space) == (one.corners, one.space) for other in latents
    ):
        x, y = (kept(f"latent.{axis}", summed(parts, f"latent.{axis}")) for axis in "xy")
        return replace(one, x=x, y=y), one.space == "w"
    if space == "z" and len(parts) == 2 and all(map(has_z, latents)):
        return between(latents[0], latents[1], parts[1][1], "z"), False
    shares: Shares = {}
    for recipe, weight in parts:
        for ground, share in grounds(recipe.latent).items():
            shares[ground] = shares.get(ground, 0.0) + weight * share
    return latent_of(shares), True


def row_shares(parts: Parts, row: int, base: Latent | None) -> Shares:
    """A style row of the sum; base: what stands for everybody's own latent, where that is not summed in w."""
    made: Shares = {}
    for recipe, weight in parts:
        for latent, share in row_of(recipe, row).items():
            for ground, part in ({base: 1.0} if base and latent == recipe.latent else grounds(latent)).items():
                made[ground] = made.get(ground, 0.0) + weight * share * part
    return {latent: share for latent, share in made.items() if abs(share) > NEGLIGIBLE}


def alike(a: Shares, b: Shares) -> bool:
    """Whether two sums are one and the same latent."""
    return all(abs(a.get(latent, 0.0) - b.get(latent, 0.0)) <= NEGLIGIBLE for latent in a.keys() | b.keys())


def latent_of(shares: Shares) -> Latent:
    """One latent that is a sum of others, their shares summing to 1: planes on planes, as few as do."""
    more = sorted(((one, share) for one, share in shares.items() if share > NEGLIGIBLE), key=lambda item: -item[1])
    less = sorted(((one, share) for one, share in shares.items() if share < -NEGLIGIBLE), key=lambda item: item[1])
    if not less:
        return standing(more)
    if len(more) + len(less) <= 3:
        return standing([*more, *less])
    # each sign by itself: what is divided by a sum of both could be divided by nothing
    away = sum(share for _, share in less)
    return PlaneLatent((standing(more), standing(less), min((one for one, _ in less), key=leaves)), away)


def standing(items: Sequence[tuple[Latent, float]]) -> Latent:
    """Planes on planes for shares of one sign, or at most three of any; the shares are taken relative to their sum."""
    whole = sum(share for _, share in items)
    latents = [latent for latent, _ in items]
    shares = [share / whole for _, share in items]
    if len(items) == 1:
        return latents[0]
    if len(items) == 2:
        return PlaneLatent((latents[0], latents[1], min(latents, key=leaves)), shares[1])
    if len(items) == 3:
        return PlaneLatent((latents[0], latents[1], latents[2]), shares[1], shares[2])
    return PlaneLatent((latents[0], latents[1], standing(items[2:])), shares[1], sum(shares[2:]))


def settled(parts: Parts, style_rows: int) -> Recipe:
    """Everything but latent and mixes."""
    near = max(parts, key=lambda part: part[1])[0]
    labels = {len(recipe.label) for recipe, _ in parts}
    grown = all(recipe.growth is not None for recipe, _ in parts)
    return replace(
        near,
        label=labels_of(parts) if len(labels) == 1 else near.label,
        truncation=truncation_of(parts, near.truncation, style_rows),
        directions=moves_of(parts, near),
        noise=noise_of(parts, near.noise),
        view=View(*(kept(f"view.{axis}", summed(parts, f"view.{axis}")) for axis in View.__struct_fields__)),
        growth=kept("growth", summed(parts, "growth")) if grown else near.growth,
    )


def summed(parts: Parts, address: str) -> float:
    """A number of the recipes by their weights; equal numbers give exactly themselves."""
    return mean([(FIXED[address].read(recipe), weight) for recipe, weight in parts])  # type: ignore[misc]


def mean(values: Sequence[tuple[float, float]]) -> float:
    """Numbers by weights that sum to 1."""
    first = values[0][0]
    return first + sum((value - first) * weight for value, weight in values[1:])


def kept(address: str, value: float) -> float:
    """Within what a recipe takes: a curve goes beyond its keys."""
    low, high = FIXED[address].limits
    return min(max(value, low), high)


def labels_of(parts: Parts) -> tuple[float, ...]:
    """Class by class."""
    count = len(parts[0][0].label)
    return tuple(
        min(max(mean([(recipe.label[at], weight) for recipe, weight in parts]), -1000.0), 1000.0) for at in range(count)
    )


def truncation_of(parts: Parts, near: Truncation, style_rows: int) -> Truncation:
    """psi by the weights, cutoff in whole rows."""
    rows = [(style_rows if r.truncation.cutoff is None else r.truncation.cutoff, weight) for r, weight in parts]
    cutoff = max(0, round(mean(rows)))
    psi = kept("truncation.psi", summed(parts, "truncation.psi"))
    return replace(near, psi=psi, cutoff=None if cutoff >= style_rows else cutoff)


def moves_of(parts: Parts, near: Recipe) -> tuple[DirectionAmount, ...]:
    """Amount by amount, in the order in which the recipes name them."""
    known = {key_of(move): move for recipe, _ in parts for move in recipe.directions}
    known |= {key_of(move): move for move in near.directions}
    amounts = {key: mean([(amount_in(recipe, key), weight) for recipe, weight in parts]) for key in known}
    return tuple(
        replace(known[key], amount=min(max(amount, -100.0), 100.0)) for key, amount in amounts.items() if amount
    )


def noise_of(parts: Parts, near: Noise) -> Noise:
    """The heaviest one's maps at strengths between; the phase in step where all draw from one seed."""
    sizes = sorted({size for recipe, _ in parts for size in sizes_of(recipe.noise)})
    factors = {size: mean([(recipe.noise.level(size), weight) for recipe, weight in parts]) for size in sizes}
    together = len({(recipe.noise.mode, recipe.noise.seed) for recipe, _ in parts}) == 1
    return replace(
        near,
        strength=kept("noise.strength", summed(parts, "noise.strength")),
        levels=tuple(NoiseLevel(s, min(max(f, -100.0), 100.0)) for s, f in factors.items() if f != 1),
        phase=kept("noise.phase", summed(parts, "noise.phase")) if together else near.phase,
    )
