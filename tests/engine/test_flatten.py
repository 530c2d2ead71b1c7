"""A latent by its values is the same latent."""

from __future__ import annotations

import numpy as np
import torch

from engine.flatten import flatten
from engine.latents import Latents
from engine.recipe import ExplicitLatent, PlaneLatent, Recipe, SeedLatent


def test_the_values_of_a_latent_make_the_same_styles(tiny_model):
    latents = Latents(tiny_model.generator, tiny_model.w_mean)
    rows, width = latents.plan.style_rows, latents.plan.w_dim
    given = ExplicitLatent(rows, width, np.arange(rows * width, dtype="<f4").tobytes())
    seeds = SeedLatent(1), SeedLatent(2), SeedLatent(3)
    for latent in (seeds[0], PlaneLatent(seeds, 0.2, 0.3, "z"), PlaneLatent((given, *seeds[:2]), 0.5, 0.1), given):
        flat = flatten(latents, latent)
        assert torch.equal(latents.styles(Recipe(latent=flat)), latents.styles(Recipe(latent=latent)))
    assert flatten(latents, seeds[0]).rows == 1
    assert flatten(latents, given) is given
