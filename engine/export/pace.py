"""The speed of a timeline, measured on drafts of the open model."""

from __future__ import annotations

import numpy as np

from engine.job import Job
from engine.recipe import Recipe
from engine.renderer import Renderer
from engine.timeline.pace import SAMPLES, even_out, measure
from engine.timeline.values import Timeline

DRAFT = 128  # px; the smallest output of at least that side
LEVELS = 4


def measure_pace(
    renderer: Renderer, timeline: Timeline, *, move_keys: bool = False, samples: int = SAMPLES
) -> Job[Timeline]:
    """The timeline at constant speed; move_keys: over its whole length, which moves its keyframes."""

    def picture(recipe: Recipe) -> np.ndarray:
        return renderer.picture(recipe, min(DRAFT, renderer.sizes[-1])).float().cpu().numpy()

    job = even_out if move_keys else measure
    return (yield from job(timeline, picture, difference, samples))


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """How different two pictures [3, side, side] look: the mean over scales of the root mean square difference.

    Coarser scales (each of half the side) see what has moved and not only which pixels have changed.
    """
    rest = np.clip(a, -1, 1) - np.clip(b, -1, 1)
    found = []
    for _ in range(LEVELS):
        found.append(float(np.sqrt(np.square(rest).mean())))
        if rest.shape[1] < 2:
            break
        rest = rest.reshape(3, rest.shape[1] // 2, 2, rest.shape[2] // 2, 2).mean((2, 4))
    return sum(found) / len(found)
