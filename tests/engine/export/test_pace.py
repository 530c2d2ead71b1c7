"""The speed of a timeline measured on a model's own drafts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.export.pace import difference, measure_pace
from engine.job import finish
from engine.recipe import Noise, Recipe, SeedLatent, Truncation
from engine.renderer import Renderer
from engine.timeline import frames, recipe_of_frame
from engine.timeline.build import through
from engine.timeline.rate import Rate


def test_a_film_of_a_model_goes_at_one_speed(tiny_model):
    renderer = Renderer(tiny_model)
    quiet = Noise("none")
    # the second way is much longer than the first
    faces = [
        Recipe(latent=SeedLatent(seed), truncation=Truncation(psi), noise=quiet)
        for seed, psi in ((1, 0.2), (2, 0.2), (3, 1))
    ]
    made = through(faces, 2.0, tiny_model.generator.plan.style_rows, rate=Rate(10))

    def strides(timeline) -> list[float]:
        shown = [renderer.picture(recipe_of_frame(timeline, index)).numpy() for index in range(frames(timeline))]
        return [difference(a, b) for a, b in itertools.pairwise(shown)]

    assert max(strides(made)) > 1.5 * min(strides(made))
    even = strides(finish(measure_pace(renderer, made, move_keys=True, samples=16)))
    mean = sum(even) / len(even)
    assert 0.95 * mean < min(even) <= max(even) < 1.05 * mean


def test_a_difference_grows_with_the_change_and_sees_what_moved_far():
    random = np.random.default_rng(1)
    a, b = random.uniform(-0.5, 0.5, (2, 3, 32, 32))
    assert difference(a, a) == 0
    assert difference(a, a + 0.1 * (b - a)) == pytest.approx(0.1 * difference(a, b))
    grain, shade = np.zeros((3, 32, 32)), np.full((3, 32, 32), 0.1)
    grain[:] = 0.1 * random.choice([-1, 1], (32, 32))
    assert difference(a * 0, shade) > 1.5 * difference(a * 0, grain)
