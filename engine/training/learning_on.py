"""Settings for a run whose networks learn on: the sizes of a model decide, and the levels begin with the one it has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from engine.training.config import Architecture, Config, ConfigError, default_config
from engine.training.dataset import Facts


@dataclass(frozen=True)
class Sizes:
    """What is told of a model's networks. widths: channels at 4, 8 ... side; labels: whether it is told them."""

    architecture: Architecture
    widths: tuple[int, ...]
    z_dim: int
    w_dim: int
    mapping_layers: int
    labels: bool

    @property
    def side(self) -> int:
        """Pixels of a side of its pictures."""
        return int(2 ** (len(self.widths) + 1))


def config_on(sizes: Sizes, model: Path, dataset: Path, facts: Facts, **given: Any) -> Config:
    """Settings for the networks of a model file to learn on from a data set; given: as `default_config` takes it.

    Raises ConfigError for another architecture or a smaller side than the model's.
    """
    if given.get("architecture", sizes.architecture) != sizes.architecture:
        raise ConfigError(f"{model} is of the architecture {sizes.architecture}, so it cannot learn on as another")
    config = default_config(dataset, facts, **(given | {"architecture": sizes.architecture}))
    if config.side < sizes.side:
        raise ConfigError(
            f"{model} makes pictures of {sizes.side} pixels; learn on at {sizes.side} or more, not at {config.side}"
        )
    levels = [level for level in config.levels if level.side >= sizes.side]
    more = [config.shape(0).channels(at) for at in config.shape(0).sides if at > sizes.side]
    return replace(
        config,
        levels=(replace(levels[0], fade=0), *levels[1:]),
        widths=(*sizes.widths, *(min(sizes.widths[-1], width) for width in more)),
        z_dim=sizes.z_dim,
        w_dim=sizes.w_dim,
        mapping_layers=sizes.mapping_layers or config.mapping_layers,
        labels=sizes.labels,
        start=str(model.absolute()),
    )
