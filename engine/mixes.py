"""Style mixes seen row by row: what each style row takes, and back to the mixes of a recipe. No tensors live here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from msgspec.structs import replace

from engine.recipe import Latent, Mix, Recipe

Take = tuple[Latent, float]  # a source and how much of it
Chain = tuple[Take, ...]  # what one row takes, one after the other; empty where it is the recipe's own
MOST = 10.0  # that a Mix may take


def rows_of(mixes: Sequence[Mix], style_rows: int) -> tuple[Chain, ...]:
    """What each style row takes."""
    return tuple(tuple((mix.source, mix.amount) for mix in mixes if row in mix.rows) for row in range(style_rows))


def mixes_of(chains: Sequence[Chain]) -> tuple[Mix, ...]:
    """Mixes that make each row take its chain: rows that take the same stand in one mix; those of low rows first."""
    groups: dict[Chain, list[int]] = {}
    for row, chain in enumerate(chains):
        groups.setdefault(chain, []).append(row)
    return tuple(Mix(source, tuple(rows), amount) for chain, rows in groups.items() for source, amount in chain)


def with_rows(mixes: Sequence[Mix], style_rows: int, takes: Mapping[int, Take]) -> tuple[Mix, ...]:
    """These rows take from one source each, whatever stood there; every other row takes what it took."""
    chains = list(rows_of(mixes, style_rows))
    for row, (source, amount) in takes.items():
        chains[row] = ((source, min(max(amount, -MOST), MOST)),)
    return mixes_of(chains)


def amount_of(chain: Chain) -> float:
    """How much of a row is not the recipe's own."""
    return chain[0][1] if len(chain) == 1 else 1 - prod(1 - amount for _, amount in chain)


def source_of(chain: Chain) -> Latent | None:
    """The latent that a row takes most of; None where it takes nothing."""
    shares: dict[Latent, float] = {}
    for source, amount in chain:
        shares = {latent: share * (1 - amount) for latent, share in shares.items()}
        shares[source] = shares.get(source, 0.0) + amount
    return max(shares, key=lambda latent: abs(shares[latent]), default=None)


def crossed(destination: Recipe, source: Recipe, rows: Sequence[int], style_rows: int) -> Recipe:
    """The destination with these style rows of the source (StyleGAN, 1812.04948, figure 3); all else is its own."""
    theirs = rows_of(source.mixes, style_rows)
    chains = list(rows_of(destination.mixes, style_rows))
    for row in rows:
        chains[row] = ((source.latent, 1.0), *theirs[row])
    return replace(destination, mixes=mixes_of(chains))
