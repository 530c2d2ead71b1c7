"""What every generator family offers: sizes, style rows, named layers, and synthesis stage by stage.

The renderer, the trainer and the projector know this protocol and no family. A stage is the unit of
caching: it reads the state of the stage before, some style rows and its own noise, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.recipe import Noise, View

# name of a layer, its activation [N, C, H, W] -> the activation that takes its place
Hook = Callable[[str, Tensor], Tensor]


@dataclass(frozen=True)
class Layer:
    """A named layer: the style rows it reads, its output's side in pixels and its channels."""

    name: str
    rows: tuple[int, ...]
    resolution: int
    channels: int


@dataclass(frozen=True)
class Stage:
    """One step of synthesis. rows: all style rows it reads; resolution: side of its output in pixels."""

    name: str
    rows: tuple[int, ...]
    resolution: int
    layers: tuple[Layer, ...]

    @property
    def resolutions(self) -> tuple[int, ...]:
        """Sides of its layers, which are those of their noise, each once."""
        return tuple(dict.fromkeys(layer.resolution for layer in self.layers))


@dataclass(frozen=True)
class Output:
    """A picture that can be read off the network.

    size: side in pixels; stage: index of the last stage it needs; rows: style rows that the output head reads.
    """

    size: int
    stage: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """The fixed facts of a generator.

    w_dim: width of a style row; where a family has no w (ProGAN), z takes its place and w_dim = z_dim.
    style_rows: rows of w+. outputs: ascending by size, the last is the full picture.
    follows_view: whether the network itself follows the recipe's view (StyleGAN3) from its first stage on.
    has_w, adds_noise: whether there is a w between z and the picture, and noise in the layers.
    colours: the layers that turn features into colours, which belong to no stage alone; hooks see their colours.
    growth_sides: sides at which a network that grew can be seen, ascending, 4 px first; none for any other family.
    growth: the level of detail at which its file stands.
    """

    family: str
    z_dim: int
    w_dim: int
    style_rows: int
    label_dim: int
    stages: tuple[Stage, ...]
    outputs: tuple[Output, ...]
    follows_view: bool = False
    has_w: bool = True
    adds_noise: bool = True
    colours: tuple[Layer, ...] = ()
    growth_sides: tuple[int, ...] = ()
    growth: float = 0.0

    @property
    def resolution(self) -> int:
        """Side of the full picture in pixels."""
        return self.outputs[-1].size

    @property
    def noise_resolutions(self) -> tuple[int, ...]:
        """Sides of the layers that noise is added to, ascending."""
        if not self.adds_noise:
            return ()
        return tuple(sorted({resolution for stage in self.stages for resolution in stage.resolutions}))

    def output(self, size: int | None) -> Output:
        """The output of this size, or the smallest that is larger, or the full one; None is the full one."""
        return next((output for output in self.outputs if size is not None and output.size >= size), self.outputs[-1])


@dataclass(frozen=True)
class Inputs:
    """What synthesis reads besides styles: noise, view, growth (as in a recipe), hooks on layers (network bending)."""

    noise: Noise = Noise()
    view: View = View()
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    growth: float | None = None

    def bent(self, name: str, x: Tensor) -> Tensor:
        """The activation of a layer after its hook, where one is set."""
        hook = self.hooks.get(name)
        return x if hook is None else hook(name, x)


PLAIN = Inputs()


class State(Protocol):
    """What one stage hands to the next; never changed once made."""

    @property
    def nbytes(self) -> int:
        """Memory that it holds."""


@dataclass(frozen=True)
class TensorState:
    """A state of tensors: the activation [N, C, H, W], and what goes round the layers.

    image: for a network of image skips the picture so far, for a residual one what its block adds at the end.
    """

    x: Tensor
    image: Tensor | None = None

    @property
    def nbytes(self) -> int:
        return self.x.nbytes + (0 if self.image is None else self.image.nbytes)


class Generator(Protocol):
    """A network that turns z into pictures.

    `map` runs on the CPU in float32 for every device, so that a recipe's styles are the same everywhere.
    Gradients are recorded where torch records them and the styles ask for them; a network whose kernels have none
    then says so. Who renders says `torch.inference_mode()`.
    """

    @property
    def plan(self) -> Plan:
        """Fixed facts."""

    @property
    def device(self) -> torch.device:
        """Where synthesis runs."""

    @property
    def precision(self) -> str:
        """What synthesis computes in: f32, fp16 or bf16."""

    def road(self, inputs: Inputs = PLAIN) -> str:
        """What computes the pictures of such inputs, in short words: "fused", "torch · CUDA graphs"."""

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] or None -> w [N, w_dim], float32 on the CPU."""

    def trim(self) -> None:
        """Give back memory that no state holds."""

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """Run one stage. styles [N, style_rows, w_dim] float32 on the CPU; the first stage takes state None."""

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """State after `output.stage` -> [N, 3, size, size] float32 in about [-1, 1]."""

    def pixels(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> np.ndarray:
        """As `picture` for one sample, as display pixels: BGRX uint8 [size, size, 4] on the CPU."""


def synthesize(generator: Generator, styles: Tensor, inputs: Inputs = PLAIN, size: int | None = None) -> Tensor:
    """All stages up to the output of `size` (None: the full one): styles [N, rows, w_dim] -> [N, 3, size, size]."""
    output = generator.plan.output(size)
    state = generator.run(0, None, styles, inputs)
    for stage in range(1, output.stage + 1):
        state = generator.run(stage, state, styles, inputs)
    return generator.picture(output, state, styles, inputs)
