"""Letting the networks of a model file learn on: a snapshot of a run, or any model of an architecture trained here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.models.found import FoundNetwork, parted
from engine.models.own_copy import load_any
from engine.training.config import Architecture, Config, ConfigError
from engine.training.dataset import Facts
from engine.training.learner import Learner
from engine.training.learning_on import Sizes, config_on

ARCHITECTURES: dict[str, Architecture] = {"stylegan2": "style", "progan": "progan"}


def config_from(model: Path, dataset: Path, facts: Facts, **given: Any) -> Config:
    """Settings for a model to learn on from a data set: its own sizes; the first level is the one it has grown to.

    Raises ConfigError for a model that cannot learn here.
    """
    return config_on(sizes_of(model), model, dataset, facts, **given)


def sizes_of(model: Path) -> Sizes:
    """The sizes of a model's networks; ConfigError for a model that cannot learn here."""
    generator, _ = networks_of(model)
    z_dim = generator.hyper.get("z_dim")
    w_dim = generator.hyper.get("w_dim", z_dim)
    if not isinstance(z_dim, int) or not isinstance(w_dim, int):
        raise ConfigError(f"{model} does not tell the size of its latents")
    mapping = sum(name.startswith("mapping.fc") and name.endswith(".weight") for name in generator.tensors)
    labels = bool(generator.hyper.get("c_dim"))
    return Sizes(ARCHITECTURES[generator.family], widths_of(generator), z_dim, w_dim, mapping, labels)


def start_from(model: Path, learner: Learner) -> list[str]:
    """Put a model's weights into the networks; sentences about what the model does not bring.

    Raises ConfigError, and changes nothing, where the model does not fit.
    """
    generator, discriminator = networks_of(model)
    if generator.family != learner.generator.family:
        raise ConfigError(f"{model} is a {generator.family}, and this run trains a {learner.generator.family}")
    taken = fitting(learner.generator, generator.tensors, model)
    said = [f"the generator of {model.name} learns on"]
    judged: dict[str, Tensor] = {}
    if discriminator is None or discriminator.family != learner.discriminator.family:
        said.append(f"{model.name} holds no discriminator that fits, so a new one begins")
    else:
        judged = fitting(learner.discriminator, discriminator.tensors, model)
    for network, tensors in ((learner.generator, taken), (learner.average, taken), (learner.discriminator, judged)):
        network.load_state_dict(tensors, strict=False)
    return said


def networks_of(model: Path) -> tuple[FoundNetwork, FoundNetwork | None]:
    """Generator and discriminator of a file; ConfigError for what cannot learn here."""
    _, header, tensors = load_any(model)
    if header.family not in ARCHITECTURES:
        raise ConfigError(f"{model} is a {header.family}; what can learn on here is {' and '.join(ARCHITECTURES)}")
    if header.hyper.get("architecture", "skip") != "skip":
        raise ConfigError(f"{model} has no image skips, and only networks with them learn on here")
    return parted(header.family, header.hyper, tensors)


def fitting(network: nn.Module, tensors: dict[str, Tensor], model: Path) -> dict[str, Tensor]:
    """The tensors that the network has too; ConfigError where one is of another shape, or hardly any fits."""
    taken = {}
    for name, own in network.state_dict().items():
        found = tensors.get(name)
        if found is None:
            continue
        if found.shape != own.shape:
            raise ConfigError(f"{model}: tensor {name} is {list(found.shape)} and this run's is {list(own.shape)}")
        taken[name] = found.to(own.device, torch.float32)
    if not taken:
        raise ConfigError(f"{model} holds nothing that this run's networks could learn on from")
    return taken


def widths_of(generator: FoundNetwork) -> tuple[int, ...]:
    """Channels at 4, 8 ... of a generator's convolutions."""
    widths, side = [], 4
    while (weight := generator.tensors.get(f"synthesis.b{side}.conv1.weight")) is not None:
        widths.append(weight.shape[0])
        side *= 2
    return tuple(widths)
