"""Checkpoints: everything that a run needs to go on, to the bit, in one safetensors file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import ModelFileError, VisagistError
from engine.models.format import read_metadata, save_tensors
from engine.training.augment import AugmentState

if TYPE_CHECKING:
    from engine.training.learner import Learner

KEY = "visagist_checkpoint"


class CheckpointError(VisagistError):
    """A checkpoint that cannot be read or is of another run."""


class Progress(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a run stands. All chance and the data's order follow from the seed, step and images.

    slower: factor of the learning rates after faults; largest_batch: after running out of memory, else None.
    augment: where adaptive augmentation stands. dataset: its hash.
    """

    images: int
    step: int
    dataset: str
    slower: float = 1.0
    largest_batch: int | None = None
    augment: AugmentState = AugmentState()


def save_checkpoint(path: Path, learner: Learner, progress: Progress) -> None:
    """Write networks, averages and optimizers."""
    tensors: dict[str, Tensor] = {}
    for part, network in learner.networks.items():
        tensors |= {f"{part}.{name}": tensor.detach().cpu() for name, tensor in network.state_dict().items()}
    for part, optimizer in learner.optimizers.items():
        tensors |= {f"{part}.adam.{name}": tensor for name, tensor in moments(learner.networks[part], optimizer)}
    save_tensors(path, {KEY: msgspec.json.encode(progress).decode()}, tensors)


def read_progress(path: Path) -> Progress:
    """Where the run of a checkpoint stands; CheckpointError where it cannot be read."""
    try:
        text = read_metadata(path).get(KEY)
        if not isinstance(text, str):
            raise CheckpointError(f"{path} is not a checkpoint of a training run")
        return msgspec.json.decode(text.encode(), type=Progress)
    except (ModelFileError, msgspec.DecodeError) as error:
        raise CheckpointError(f"{path} is broken ({error})") from error


def load_checkpoint(path: Path, learner: Learner) -> Progress:
    """Put networks, averages and optimizers back as they were.

    Raises CheckpointError, and leaves the learner alone, where the file is broken or of other networks.
    """
    progress = read_progress(path)
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} is broken ({error})") from error
    for part, network in learner.networks.items():
        for name, tensor in network.state_dict().items():
            found = tensors.get(f"{part}.{name}")
            if found is None or found.shape != tensor.shape or found.dtype != tensor.dtype:
                raise CheckpointError(f"{path} is of other networks than this run's ({part}.{name})")
        for name, parameter in network.named_parameters():
            for kind in ("exp_avg", "exp_avg_sq"):
                found = tensors.get(f"{part}.adam.{name}:{kind}", parameter)
                if found.shape != parameter.shape:
                    raise CheckpointError(f"{path} is of another training than this run's ({part}.{name})")
    for part, network in learner.networks.items():
        network.load_state_dict({name: tensors[f"{part}.{name}"] for name in network.state_dict()})
    for part, optimizer in learner.optimizers.items():
        restore_moments(learner.networks[part], optimizer, tensors, f"{part}.adam.")
    return progress


def moments(network: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[tuple[str, Tensor]]:
    """What Adam knows of every parameter that has learned, by the parameter's name."""
    for name, parameter in network.named_parameters():
        for kind, value in optimizer.state.get(parameter, {}).items():
            yield f"{name}:{kind}", value.detach().cpu()


def restore_moments(
    network: nn.Module, optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], prefix: str
) -> None:
    """The other way round; parameters that had not learned yet have nothing."""
    optimizer.state.clear()
    for name, parameter in network.named_parameters():
        start = f"{prefix}{name}:"
        found = {key.removeprefix(start): tensor for key, tensor in tensors.items() if key.startswith(start)}
        if found:
            optimizer.state[parameter] = {
                kind: tensor.clone() if kind == "step" else tensor.to(parameter.device).clone()
                for kind, tensor in found.items()
            }
