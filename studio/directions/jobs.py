"""Jobs on the person's own pack. The engine is imported inside them: torch is there once a model is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.job import Job, Progress
from engine.recipe import DirectionAmount
from studio.open_model import DirectionFacts, facts_of

if TYPE_CHECKING:
    from torch import Tensor

    from engine.directions.pack import Direction, DirectionPack, Known
    from engine.latents import Latents

Range = tuple[float, float]
Change = Callable[["DirectionPack"], tuple["DirectionPack", str]]  # the own pack -> the new one, and the id it is about


@dataclass(frozen=True)
class Reread:
    """The directions of a model as they are on the disk now."""

    vectors: Mapping[str, Tensor]
    facts: tuple[DirectionFacts, ...]


@dataclass(frozen=True)
class Changed:
    """The own pack before and after a change, and the id of the direction that it is about."""

    before: DirectionPack
    after: DirectionPack
    id: str
    now: Reread


def renaming(latents: Latents, model_hash: str, facts: DirectionFacts, name: str, heading: str) -> Job[Changed]:
    """Give a direction another name and heading. facts.low, facts.high: the range that goes with it."""
    yield Progress(0, 1, f"Saving {name}")
    from engine.directions.own import with_direction
    from engine.directions.pack import known

    def change(own: DirectionPack) -> tuple[DirectionPack, str]:
        there = known(model_hash).pack
        direction = next(one for one in there.directions if one.id == facts.id)
        low, high = min(facts.low, 0.0), max(facts.high, 0.0)
        return with_direction(own, replace(direction, name=name, heading=heading, low=low, high=high)), facts.id

    return changed(latents, model_hash, change)


def merging(
    latents: Latents,
    model_hash: str,
    moves: Sequence[DirectionAmount],
    ranges: Mapping[str, Range],
    name: str,
    heading: str,
) -> Job[Changed]:
    """Make one direction of several moves."""
    yield Progress(0, 1, f"Saving {name}")
    from engine.directions.merge import merge
    from engine.directions.own import with_direction

    def change(own: DirectionPack) -> tuple[DirectionPack, str]:
        made: Direction = merge(latents, moves, ranges, name=name, heading=heading)
        return with_direction(own, made), made.id

    return changed(latents, model_hash, change)


def keeping(latents: Latents, model_hash: str, made: Sequence[Direction]) -> Job[Changed]:
    """Put directions that were just learned into the own pack; a name that is taken gets a number."""
    yield Progress(0, 1, "Saving the directions")
    from engine.directions.own import with_direction
    from engine.directions.pack import free_name, known

    def change(own: DirectionPack) -> tuple[DirectionPack, str]:
        there = {one.id: one.name.casefold() for one in known(model_hash).pack.directions}
        for direction in made:
            taken = {name for id, name in there.items() if id != direction.id}
            named = replace(direction, name=free_name(direction.name, taken))
            there[named.id] = named.name.casefold()
            own = with_direction(own, named)
        return own, made[0].id

    return changed(latents, model_hash, change)


def removing(latents: Latents, model_hash: str, facts: DirectionFacts) -> Job[Changed]:
    """Take a direction, or the person's name for it, out of the own pack."""
    yield Progress(0, 1, f"Removing {facts.name}")
    from engine.directions.own import without_direction

    return changed(latents, model_hash, lambda own: (without_direction(own, facts.id), facts.id))


def restoring(latents: Latents, pack: DirectionPack) -> Job[Reread]:
    """Write an own pack as it was before, or after."""
    yield Progress(0, 1, "Saving the directions")
    from engine.directions.own import save_own

    return reread(latents, save_own(pack))


def rereading(latents: Latents, model_hash: str) -> Job[Reread]:
    """What there is now."""
    yield Progress(0, 1, "Reading the directions")
    from engine.directions.pack import known

    return reread(latents, known(model_hash))


def installing(latents: Latents, model_hash: str, path: Path) -> Job[tuple[int, Reread]]:
    """Take in a pack from elsewhere; how many directions it holds."""
    yield Progress(0, 1, f"Opening {path.name}")
    from engine.directions.install import install
    from engine.directions.pack import known

    pack = install(path, model_hash)
    return len(pack.directions), reread(latents, known(model_hash))


def exporting(model_hash: str, path: Path) -> Job[int]:
    """Write the own directions to a file for others; how many."""
    yield Progress(0, 1, f"Saving {path.name}")
    from engine.directions.own import export_own

    return export_own(model_hash, path)


def changed(latents: Latents, model_hash: str, change: Change) -> Changed:
    """Read the own pack, change it, write it, and read everything again."""
    from engine.directions.own import load_own, save_own

    before = load_own(model_hash)
    after, id = change(before)
    return Changed(before, after, id, reread(latents, save_own(after)))


def reread(latents: Latents, known: Known) -> Reread:
    """What the window and the renderer need of packs."""
    from engine.directions.pack import fitting, vectors

    fits = replace(known, pack=fitting(known.pack, latents.plan.style_rows, latents.plan.w_dim))
    return Reread(vectors(fits.pack), facts_of(fits))
