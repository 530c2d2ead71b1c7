"""Snapshots: the averaged generator and the discriminator as one of our own model files, which opens like any other."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from engine.models.format import Header, content_hash, save_model
from engine.models.found import FoundNetwork, joined
from engine.training.dataset import Facts
from engine.training.learner import Learner
from engine.training.networks.shape import Grown

UNKNOWN_LICENCE = "The data set does not tell; whoever made it decides what may be done with these pictures"


def save_snapshot(path: Path, learner: Learner, facts: Facts, grown: Grown, images: int, name: str) -> Header:
    """Write what the networks are now; the plain network that computes the same pictures as the one that grows."""
    generator, discriminator = learner.average, learner.discriminator
    both = joined(
        FoundNetwork(
            generator.family, generator.hyper(grown) | {"kimg": images / 1000}, kept(generator.grown_tensors(grown))
        ),
        FoundNetwork(discriminator.family, discriminator.hyper(grown), kept(discriminator.grown_tensors(grown))),
    )
    tensors = both.tensors | {"w_mean": generator.centre().detach().cpu().clone()}
    header = Header(
        family=generator.family,
        name=name,
        title=f"{name} · {images / 1000:g} kimg",
        provenance=f"trained with Visagist on the data set {facts.title}, {images} pictures shown",
        licence=facts.licence or UNKNOWN_LICENCE,
        hash=content_hash(generator.family, tensors),
        hyper=both.hyper,
    )
    save_model(path, header, tensors)
    return header


def kept(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors as files hold them."""
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
