"""A recipe between two others: a child of two faces, a step of a morph. Recipe algebra only; no tensors live here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from engine.recipe import (
    DirectionAmount,
    Latent,
    Mix,
    Noise,
    NoiseLevel,
    PlaneLatent,
    Recipe,
    SeedLatent,
    Truncation,
    View,
    has_z,
    leaves,
)

NEGLIGIBLE = 1e-9
Shares = dict[Latent, float]  # a style row as a sum over latents


def blend(a: Recipe, b: Recipe, share: float, style_rows: int) -> Recipe:
    """The recipe on the way from a (share 0) to b (share 1): its styles lie on the straight line between theirs.

    Exact in w+ for latents and mixes; psi, cutoff, amounts, noise strength, view and growth go in step. What cannot be
    divided (a noise seed, say) is that of the nearer one.
    """
    if share == 0 or a == b:
        return a
    if share == 1:
        return b
    base = between(a.latent, b.latent, share)
    rows = {row: row_between(a, b, row, share) for row in range(style_rows)}
    return replace(settled(a, b, share, style_rows), latent=base, mixes=mixes_for(base, a, b, share, rows))


def breed(a: Recipe, b: Recipe, shares: Sequence[float]) -> Recipe:
    """A child: shares[row] of b in each style row, the rest of a; what is no style row goes by the mean share."""
    mean = sum(shares) / len(shares)
    if min(shares) == max(shares):
        return blend(a, b, mean, len(shares))
    rows = {row: row_between(a, b, row, share) for row, share in enumerate(shares)}
    child = replace(settled(a, b, mean, len(shares)), latent=a.latent, mixes=mixes_for(a.latent, a, b, 0.0, rows))
    moves = {key_of(move): move for move in (*b.directions, *a.directions)}
    amounts = {
        key: amount_in(a, key) * (1 - part) + amount_in(b, key) * part
        for key, move in moves.items()
        for part in [sum(shares[row] for row in move.rows if row < len(shares)) / len(move.rows)]
    }
    return replace(child, directions=tuple(replace(moves[k], amount=v) for k, v in amounts.items() if v))


def between(a: Latent, b: Latent, share: float, space: str = "w") -> Latent:
    """The latent on the way from a to b; space "z" is for latents that both have a z."""
    if a == b:
        return a
    if isinstance(a, PlaneLatent) and isinstance(b, PlaneLatent) and (a.corners, a.space) == (b.corners, b.space):
        return replace(a, x=mid(a.x, b.x, share), y=mid(a.y, b.y, share))
    if space == "z" and has_z(a) and has_z(b):
        return PlaneLatent((a, b, b), share, 0.0, "z")
    # the third corner has no share in a point on the first edge, so it costs as little as it can
    cheap = min(a, b, key=leaves) if leaves(b) > 1 else b
    return PlaneLatent((a, b, cheap), share)


def settled(a: Recipe, b: Recipe, share: float, style_rows: int) -> Recipe:
    """Everything but latent and mixes."""
    near = a if share < 0.5 else b
    keys = dict.fromkeys(key_of(move) for move in (*a.directions, *b.directions))
    known = {key_of(move): move for move in (*(b if near is a else a).directions, *near.directions)}
    amounts = {key: mid(amount_in(a, key), amount_in(b, key), share) for key in keys}
    same_label = len(a.label) == len(b.label)
    return replace(
        near,
        label=tuple(mid(x, y, share) for x, y in zip(a.label, b.label, strict=True)) if same_label else near.label,
        truncation=truncation_between(a.truncation, b.truncation, share, style_rows),
        directions=tuple(replace(known[key], amount=amount) for key, amount in amounts.items() if amount),
        noise=noise_between(a.noise, b.noise, share),
        view=view_between(a.view, b.view, share),
        growth=near.growth if a.growth is None or b.growth is None else mid(a.growth, b.growth, share),
    )


def truncation_between(a: Truncation, b: Truncation, share: float, style_rows: int) -> Truncation:
    """psi in a straight line, cutoff in whole rows."""
    first, last = (style_rows if t.cutoff is None else t.cutoff for t in (a, b))
    cutoff = round(mid(first, last, share))
    near = a if share < 0.5 else b
    return replace(near, psi=mid(a.psi, b.psi, share), cutoff=None if cutoff >= style_rows else cutoff)


def noise_between(a: Noise, b: Noise, share: float) -> Noise:
    """The nearer one's maps at strengths between; the phase in step where both draw from one seed."""
    near = a if share < 0.5 else b
    factors = {size: mid(a.level(size), b.level(size), share) for size in sorted(sizes_of(a) | sizes_of(b))}
    return replace(
        near,
        strength=mid(a.strength, b.strength, share),
        levels=tuple(NoiseLevel(size, factor) for size, factor in factors.items() if factor != 1),
        phase=mid(a.phase, b.phase, share) if (a.mode, a.seed) == (b.mode, b.seed) else near.phase,
    )


def sizes_of(noise: Noise) -> set[int]:
    """The resolutions that a noise sets a level for."""
    return {level.resolution for level in noise.levels}


def view_between(a: View, b: View, share: float) -> View:
    """Each number in a straight line."""
    return View(*(mid(getattr(a, name), getattr(b, name), share) for name in View.__struct_fields__))


def mid(a: float, b: float, share: float) -> float:
    """A straight line; equal ends give exactly themselves."""
    return a if a == b else a + (b - a) * share


def key_of(move: DirectionAmount) -> tuple[str, tuple[str, ...]]:
    """What tells the moves of a recipe apart."""
    return move.id, move.orthogonal_to


def amount_in(recipe: Recipe, key: tuple[str, tuple[str, ...]]) -> float:
    """How far a recipe goes along a move; 0 where it does not."""
    return next((move.amount for move in recipe.directions if key_of(move) == key), 0.0)


def row_between(a: Recipe, b: Recipe, row: int, share: float) -> Shares:
    """A style row on the way from a's to b's."""
    made: Shares = {}
    for recipe, part in ((a, 1 - share), (b, share)):
        for latent, weight in row_of(recipe, row).items():
            made[latent] = made.get(latent, 0.0) + part * weight
    return {latent: weight for latent, weight in made.items() if abs(weight) > NEGLIGIBLE}


def row_of(recipe: Recipe, row: int) -> Shares:
    """A style row of a recipe before truncation, as shares of latents that sum to 1."""
    made: Shares = {recipe.latent: 1.0}
    for mix in recipe.mixes:
        if row in mix.rows:
            made = {latent: weight * (1 - mix.amount) for latent, weight in made.items()}
            made[mix.source] = made.get(mix.source, 0.0) + mix.amount
    return made


def mixes_for(base: Latent, a: Recipe, b: Recipe, share: float, rows: dict[int, Shares]) -> tuple[Mix, ...]:
    """Mixes that make each row its shares, beginning with the base; rows with equal shares stand together."""
    made: dict[tuple[tuple[Latent, float], ...], list[int]] = {}
    for row, shares in rows.items():
        steps = tuple(steps_to(shares, base, {a.latent: 1 - share, b.latent: share} if a.latent != b.latent else {}))
        if steps:
            made.setdefault(steps, []).append(row)
    return tuple(Mix(source, tuple(group), amount) for steps, group in made.items() for source, amount in steps)


def steps_to(shares: Shares, base: Latent, base_as: Shares) -> Iterable[tuple[Latent, float]]:
    """Sources and amounts, one mix after the other, that lead from the base to the shares.

    base_as: the base itself as shares of two latents, where it lies between two.
    """
    left = dict(shares)
    if base not in left and base_as:
        part = min(left.get(latent, 0.0) / weight for latent, weight in base_as.items() if weight)
        if part > NEGLIGIBLE:
            left = {k: v - part * base_as.get(k, 0.0) for k, v in left.items()} | {base: part}
    kept = left.pop(base, 0.0)
    # the largest first, so that what stands there is never divided by about nothing
    todo = sorted((item for item in left.items() if abs(item[1]) > NEGLIGIBLE), key=lambda item: -item[1])
    whole = kept
    for latent, weight in todo:
        whole += weight  # what stands there once this mix is made
        yield latent, 1.0 if abs(whole) < NEGLIGIBLE else round(min(max(weight / whole, -10.0), 10.0), 12)


def neighbour(base: Latent, seed: int, radius: float) -> Latent:
    """A latent near another, towards a seed: radius 0 is the base, 1 the seed; in z where the base has one."""
    return between(base, SeedLatent(seed), radius, "z")
