"""The networks of other makers, in random weights of their published sizes, against their textbook form."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.bench.report import Measurement, median_ratio, seconds_of
from engine.bench.textbook import Textbook, textbook
from engine.devices import Target, cpu_precision
from engine.job import Job, Progress
from engine.networks.families import FAMILIES
from engine.networks.generator import Generator, synthesize

ROUNDS = 5  # of the repeats that a small network gets, one round here: the textbook's frames take seconds


@dataclass(frozen=True)
class Case:
    """sizes: what `random_nets` is asked for; goals: how many times as fast as the textbook, by precision."""

    title: str
    family: str
    sizes: dict[str, Any]
    goals: dict[str, str]


CONFIG_F = {"resolution": 1024, "most": 512, "base": 32768, "w_dim": 512, "z_dim": 512, "layers": 8}
CONFIG_T = {"resolution": 256, "most": 512, "base": 32768, "w_dim": 512, "z_dim": 512}
GROWN = {"resolution": 1024, "most": 512, "base": 16384, "z_dim": 512}
CASES = (
    Case("StyleGAN2 config-f, 1024 px", "stylegan2", CONFIG_F, {"f32": ">= 2", "bf16": ">= 6"}),
    Case("StyleGAN3-T, 256 px", "stylegan3", CONFIG_T, {"f32": ">= 20", "bf16": ">= 20"}),
    Case("ProGAN, 1024 px", "progan", GROWN, {"f32": ">= 2", "bf16": ">= 2"}),
)


def measure_networks(repeats: int) -> Job[list[Measurement]]:
    """Frames on the CPU: the textbook in float32, ours in float32 and what the processor computes fastest in.

    A round measures each once, and ratios are taken within a round. Raises VisagistError outside a checkout.
    """
    book = textbook()
    rounds = max(1, repeats // ROUNDS)
    found = []
    for number, case in enumerate(CASES):
        yield Progress(number * (rounds + 1), len(CASES) * (rounds + 1), case.title)
        plain, frames = prepared(book, case, precisions())
        times: dict[str, list[float]] = {name: [] for name in ("textbook f32", *precisions())}
        for done in range(rounds):
            yield Progress(number * (rounds + 1) + done + 1, len(CASES) * (rounds + 1), case.title)
            times["textbook f32"].append(seconds_of(plain))
            for precision in precisions():
                times[precision].append(seconds_of(frames[precision]))
        found += [
            Measurement(f"{case.title}: {name}", statistics.median(taken), "s", rounds) for name, taken in times.items()
        ]
        for precision in precisions():
            ratio = median_ratio(times["textbook f32"], times[precision])
            name = f"{case.title}: {precision}, faster than the textbook"
            found.append(Measurement(name, ratio, "x", rounds, case.goals[precision]))
    return found


def precisions() -> list[str]:
    """What ours are measured in."""
    return list(dict.fromkeys(("f32", cpu_precision())))


Frame = Callable[[], Tensor]


@torch.inference_mode()
def prepared(book: Textbook, case: Case, wanted: list[str]) -> tuple[Frame, dict[str, Frame]]:
    """A frame of the textbook, and ours by precision; ours have made one already, which compiles and allocates."""
    weights, hyper = getattr(book.random, case.family)(**case.sizes)
    frames: dict[str, Frame] = {}
    styles = torch.zeros(0)
    for precision in wanted:
        generator = FAMILIES[case.family].build(weights, hyper, Target("cpu", precision))
        shape = 1, generator.plan.style_rows, generator.plan.w_dim
        styles = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        frames[precision] = frame(generator, styles)
        frames[precision]()

    @torch.inference_mode()
    def plain() -> Tensor:
        if case.family == "progan":
            made: Tensor = book.progressive.progan(weights, hyper, styles[:, 0], torch.zeros(1, 0))
        else:
            made = getattr(book.styled, case.family)(weights, hyper, styles)
        return made

    return plain, frames


def frame(generator: Generator, styles: Tensor) -> Frame:
    """The making of one full picture."""
    return lambda: synthesize(generator, styles)
