"""Training steps of both architectures, against the progressive GAN of the package pro-gan-pth with the same shapes.

A step is what either trainer does with one batch: discriminator and generator with their losses and penalties, Adam,
and the generator's running average.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from engine.bench.networks import precisions
from engine.bench.report import Measurement, median_ratio
from engine.job import Job, Progress
from engine.training.architectures import LEARNERS
from engine.training.config import LR, SIZES, Architecture, Config, Level
from engine.training.dice import Dice
from engine.training.networks.shape import Grown

PEER = "pro-gan-pth"
PEER_MODULE = "pro_gan_pytorch"
# its own dependencies are pinned to a torch of 2021, and its networks run with the one that is here
MISSING = f"{PEER} is not here to compare with; add it with: pip install --no-deps {PEER}"
GOAL = ">= 1.5"
THREADS = 2
TITLES: dict[Architecture, str] = {"progan": "ProGAN", "style": "style"}
EMA = 0.999

Step = Callable[[], object]


@dataclass(frozen=True)
class Sizes:
    """A step's pictures, and the networks'."""

    side: int = 64
    batch: int = 16
    widest: int = SIZES[64][0]
    base: int = SIZES[64][1]
    latent: int = SIZES[64][2]
    layers: int = SIZES[64][3]

    def config(self, architecture: Architecture) -> Config:
        """Settings of a run that never begins."""
        return Config(
            "none",
            architecture,
            self.side,
            (Level(self.side, 0, 1, self.batch, LR),),
            z_dim=self.latent,
            w_dim=self.latent,
            mapping_layers=self.layers,
            widest=self.widest,
            base=self.base,
        )


USUAL = Sizes()


def measure_training(repeats: int, sizes: Sizes = USUAL) -> Job[list[Measurement]]:
    """Images a second: a round takes one step of each, and ratios are taken within a round."""
    steps = {
        f"{title}, {precision}": seconds_of_steps(architecture, precision, sizes)
        for architecture, title in TITLES.items()
        for precision in precisions()
    }
    peer = f"{PEER}, f32"
    if is_here():
        steps = {peer: timed(peer_step(sizes)), **steps}
    for done, (name, step) in enumerate(steps.items()):
        yield Progress(done, len(steps) * (repeats + 1), f"{name}: warming up")
        step()
    times: dict[str, list[float]] = {name: [] for name in steps}
    for done in range(repeats):
        for number, (name, step) in enumerate(steps.items()):
            yield Progress(len(steps) * (done + 1) + number, len(steps) * (repeats + 1), name)
            times[name].append(step())
    what = f"training at {sizes.side} px, batch {sizes.batch}"
    found = [
        Measurement(f"{what}: {name}", sizes.batch / statistics.median(taken), "img/s", repeats)
        for name, taken in times.items()
    ]
    if peer in times:
        for name in times:
            if name != peer:
                ratio = median_ratio(times[peer], times[name])
                goal = GOAL if name.startswith(TITLES["progan"]) else ""
                found.append(Measurement(f"{what}: {name}, faster than {PEER}", ratio, "x", repeats, goal))
    return found


def is_here() -> bool:
    """Whether the package to compare with is installed."""
    return find_spec(PEER_MODULE) is not None


def timed(step: Step) -> Callable[[], float]:
    """Wall-clock seconds of a step."""

    def seconds() -> float:
        began = time.perf_counter()
        step()
        return time.perf_counter() - began

    return seconds


def seconds_of_steps(architecture: Architecture, precision: str, sizes: Sizes) -> Callable[[], float]:
    """Seconds of a step of ours; the lazy penalty counts for as much as it is taken."""
    plain = timed(own_step(architecture, precision, sizes, penalty=False))
    if architecture == "progan":  # takes its penalty in every step
        return plain
    penalized = timed(own_step(architecture, precision, sizes, penalty=True))
    share = 1 / sizes.config(architecture).r1_every
    return lambda: (1 - share) * plain() + share * penalized()


def own_step(architecture: Architecture, precision: str, sizes: Sizes, *, penalty: bool) -> Step:
    """A step of our trainer on noise."""
    config = sizes.config(architecture)
    learner = LEARNERS[architecture](config, config.shape(0), "cpu", precision)
    number, real, grown = 0 if penalty else 1, noise(sizes), Grown(sizes.side)
    return lambda: learner.step(
        real, None, grown, Dice(0, number), step=number, images=0, augment=lambda pictures: pictures
    )


def peer_step(sizes: Sizes) -> Step:
    """The same by the package's networks, losses and order of work: its trainer itself asks for more packages."""
    networks: Any
    networks, losses, layers = (
        import_module(f"{PEER_MODULE}.{name}") for name in ("networks", "losses", "custom_layers")
    )
    shape = sizes.config("progan").shape(0)
    widths = [shape.channels(side) for side in shape.sides]
    usual, networks.nf = networks.nf, lambda stage: widths[stage - 1]
    try:
        depth = len(widths) + 1
        generator = networks.Generator(depth, latent_size=sizes.latent)
        discriminator = networks.Discriminator(depth, latent_size=widths[0])
    finally:
        networks.nf = usual
    # since torch 1.11 this method of torch's own asks for one more number, to work out that nothing is padded
    generator.layers[0].conv_1._output_padding = lambda *_: (0, 0)
    average = copy.deepcopy(generator)
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=LR, betas=(0.0, 0.99), eps=1e-8)
        for network in (discriminator, generator)
    ]
    loss, real = losses.WganGP(), noise(sizes)

    def learn(which: int, value: Tensor) -> None:
        optimizers[which].zero_grad()
        torch.autograd.backward(value)
        optimizers[which].step()

    def step() -> None:
        z = torch.randn(sizes.batch, sizes.latent)
        fake = generator(z, depth, 1.0).detach()
        learn(0, loss.dis_loss(discriminator, real, fake, depth, 1.0))
        learn(1, loss.gen_loss(discriminator, real, generator(z, depth, 1.0), depth, 1.0))
        layers.update_average(average, generator, EMA)

    return step


def noise(sizes: Sizes) -> Tensor:
    """Pictures [batch, 3, side, side]."""
    return torch.rand(sizes.batch, 3, sizes.side, sizes.side, generator=torch.Generator().manual_seed(0)) * 2 - 1
