"""A latent by its values: where a walk goes on that stands on too many planes to be written down."""

from __future__ import annotations

from engine.latents import Latents
from engine.recipe import ExplicitLatent, Latent


def flatten(latents: Latents, latent: Latent, label: tuple[float, ...] = ()) -> ExplicitLatent:
    """The same w (w+ where the latent is one) as numbers. It has no z any more. Safe to call from several threads."""
    if isinstance(latent, ExplicitLatent):
        return latent
    w = latents.w_of(latent, label).reshape(-1, latents.plan.w_dim)  # [rows, w_dim]
    return ExplicitLatent(w.shape[0], w.shape[1], w.numpy().astype("<f4").tobytes())
