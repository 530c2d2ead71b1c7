"""What a step did, in a few words."""

from __future__ import annotations

from msgspec.structs import replace

from engine.project import Step
from engine.recipe import Recipe, SeedLatent


def told(step: Step, before: Recipe | None) -> str:
    """What undo calls the step, with the value where a single number changed."""
    now = step.recipe
    if before is None:
        return step.text
    if isinstance(now.latent, SeedLatent) and now == replace(before, latent=now.latent):
        return f"Seed {now.latent.seed}"
    if now == replace(before, truncation=replace(before.truncation, psi=now.truncation.psi)):
        return f"psi {now.truncation.psi:.2f}"
    if now == replace(before, directions=now.directions):
        was = {(move.id, move.orthogonal_to): move.amount for move in before.directions}
        moved = [move for move in now.directions if was.pop((move.id, move.orthogonal_to), None) != move.amount]
        if len(moved) == 1 and not was:
            return f"{moved[0].name} {moved[0].amount:+.1f}"
    return step.text


def name_for(recipe: Recipe) -> str:
    """A name to begin with for a recipe that is kept."""
    moved = [move.name for move in recipe.directions[:2] if move.amount]
    seed = f"Seed {recipe.latent.seed}" if isinstance(recipe.latent, SeedLatent) else "Between faces"
    return ", ".join([seed, *moved])[:40]
