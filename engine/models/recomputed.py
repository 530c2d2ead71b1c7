"""The outputs of a network's original program, by the names that references give them, computed again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.devices import Target
from engine.models.activations import summed_up
from engine.models.foreign import centre
from engine.models.found import FoundFile, FoundNetwork
from engine.models.reading.opening import generator_of
from engine.networks import mobile_stylegan
from engine.networks.families import DISCRIMINATORS, FAMILIES
from engine.networks.generator import PLAIN, Generator, Inputs, synthesize
from engine.networks.shapes import written
from engine.recipe import Noise

CPU = Target("cpu", "f32")
Truth = dict[str, Tensor]


class MissingError(Exception):
    """The file or its reference lacks what a computation needs, or has it in a shape that does not fit."""


@dataclass
class Case:
    """A network file, and the inputs that its reference was made from."""

    file: FoundFile
    path: Path
    truth: Truth
    layers: tuple[str, ...]

    def given(self, name: str, *sizes: int | None) -> Tensor:
        """An array of the reference, of these sizes; None for any size."""
        if name not in self.truth:
            raise MissingError(f"the reference has no {name}")
        tensor = self.truth[name]
        there = tuple(tensor.shape)
        if len(there) != len(sizes) or any(size not in (None, side) for size, side in zip(sizes, there, strict=True)):
            wanted = written(tuple("n" if size is None else size for size in sizes))
            raise MissingError(f"the reference's {name} is {written(there)}, and the network takes {wanted}")
        return tensor

    def labels(self, network: FoundNetwork, count: int) -> Tensor | None:
        """The reference's labels for so many samples; MissingError where a network takes some and there are none."""
        width = network.hyper.get("c_dim")
        if not width:
            return None
        if "c" not in self.truth:
            raise MissingError("the reference has no c, and the network takes labels")
        return self.given("c", count, int(width))

    def mapped(self, generator: Generator, network: FoundNetwork | None = None) -> Tensor:
        """The reference's z through the mapping of the file's generator, or of another of its networks."""
        z = self.given("z", None, generator.plan.z_dim)
        return generator.map(z, self.labels(network or self.file.generator, len(z)))

    def build(self, network: FoundNetwork | None = None) -> Generator:
        """The generator of the file, or another, in float32 on the CPU."""
        network = network or generator_of(self.file, self.path)
        return FAMILIES[network.family].build(network.tensors, network.hyper, CPU)

    def styles(self, generator: Generator, psi: float = 1, cutoff: int | None = None) -> Tensor:
        """The reference's z through the mapping, truncated -> [N, rows, w_dim]."""
        w = self.mapped(generator)
        styles = w[:, None].repeat(1, generator.plan.style_rows, 1)
        if psi != 1:
            mean = self.centre()
            styles[:, :cutoff] = mean + psi * (styles[:, :cutoff] - mean)
        return styles

    def centre(self) -> Tensor:
        """The average w of the file, else that of the reference: one that is drawn anew would be another."""
        network = self.file.generator
        if tells_average(network):
            return centre(network, self.path)
        for name in AVERAGES:
            if name in self.truth:
                return self.truth[name].float()
        raise MissingError("neither the file nor the reference tells the average w")

    def pictures_seen(self, name: str) -> Tensor:
        """The reference's own pictures, for the discriminator."""
        critic = self.file.discriminator
        side = int(critic.hyper.get("resolution") or 0) if critic else 0
        return self.given(name, None, 3, side, side)

    def mixed(self, styles: Tensor, crossover: int) -> Tensor:
        """Rows below the crossover from the first sample, the rest from the second -> [1, rows, w_dim]."""
        if len(styles) < 2:
            raise MissingError("the reference's z is a single sample, and two are mixed")
        return torch.cat([styles[:1, :crossover], styles[1:2, crossover:]], 1)


class Part(NamedTuple):
    """What was computed of an array, and where it stands there. scale: what an error is compared with, if not with
    the array's own values; layer: whose it is."""

    found: Tensor
    where: slice | int = slice(None)
    scale: float | None = None
    layer: str = ""


Parts = Iterator[Part]
Compute = Callable[[Case, "re.Match[str]", Tensor], Parts]


def pictures(generator: Generator, styles: Tensor, truth: Tensor, inputs: Inputs = PLAIN) -> Parts:
    """In one batch where the kernels take one, and one by one; a reference of fewer samples is of the first ones."""
    styles = styles[: len(truth)].contiguous()
    if len(styles) == 1 or generator.plan.family != mobile_stylegan.FAMILY:
        yield Part(synthesize(generator, styles, inputs))
    for sample in range(len(styles) if len(styles) > 1 else 0):
        yield Part(synthesize(generator, styles[sample : sample + 1], inputs), slice(sample, sample + 1))


def tells_average(network: FoundNetwork) -> bool:
    """Whether a file has an average w; there is none to tell where there is no w."""
    return any(name in network.tensors for name in ("w_mean", "mapping.w_avg")) or "w_dim" not in network.hyper


def average(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    if not tells_average(case.file.generator):
        raise MissingError("the file does not tell its average w")
    yield Part(centre(case.file.generator, case.path))


def plain_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield Part(case.mapped(case.build()))


def pulled_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """By the reference's own psi, towards its own average of so many samples."""
    generator = case.build()
    mean = case.given("w_mean4096", generator.plan.w_dim)
    yield Part(torch.lerp(mean, case.mapped(generator), float(case.given("psi"))))


def broadcast_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield Part(case.styles(case.build(), *truncation(match)))


def mixed_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield Part(case.mixed(case.styles(case.build()), int(case.given("mix_crossover"))))


def picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    return pictures(generator, case.styles(generator, *truncation(match)), truth)


def truncation(match: re.Match[str]) -> tuple[float, int | None]:
    """psi and cutoff out of "psi07_cut4": the digits after the first are decimals."""
    words = match.groupdict()
    psi, cutoff = words.get("psi"), words.get("cutoff")
    return float(f"{psi[0]}.{psi[1:] or 0}") if psi else 1.0, int(cutoff) if cutoff else None


def default_truncation(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """What the original programs do unless told otherwise: 0.7 on 8 rows (StyleGAN), 0.5 on all (StyleGAN2)."""
    generator = case.build()
    usual = (0.7, 8) if generator.plan.family == "stylegan1" else (0.5, None)
    return pictures(generator, case.styles(generator, *usual), truth)


def mixed_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    crossover = int(match["row"] or case.given("mix_crossover"))
    return pictures(generator, case.mixed(case.styles(generator), crossover), truth)


def silent_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    return pictures(generator, case.styles(generator), truth, Inputs(Noise("none")))


def raw_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    if case.file.raw_generator is None:
        raise MissingError("the file has no generator in training")
    generator = case.build(case.file.raw_generator)
    w = case.mapped(generator, case.file.raw_generator)
    return pictures(generator, w[:, None].repeat(1, generator.plan.style_rows, 1), truth)


def moved_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    network = generator_of(case.file, case.path)
    moved = network.tensors | {"synthesis.input.transform": case.given(match["transform"], 3, 3).float()}
    generator = case.build(replace(network, tensors=moved))
    return pictures(generator, case.styles(generator), truth)


def grown_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    level = float(match["lod"]) if match["lod"] else None
    if level is not None and not level < len(generator.plan.growth_sides):
        raise MissingError(f"the network has no level of detail {level:g}")
    return pictures(generator, case.styles(generator), truth, Inputs(growth=level))


def layer_sums(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """Of the picture at psi 1. The first numbers of a layer may be small by chance: its deviation is their scale."""
    network = generator_of(case.file, case.path)
    generator = case.build()
    met = 0
    for place, name, sums, first in summed_up(generator, network, case.styles(generator), case.layers):
        if place < len(truth):
            met += 1
            yield Part(sums if match["what"] == "mean_std" else first, place, float(sums.abs().max()), name)
    if not met:
        raise MissingError("it tells of no layer that this network has")


def given_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    rows, width = generator.plan.style_rows, generator.plan.w_dim
    return pictures(generator, case.given(match["styles"], None, rows, width).float(), truth)


def part_of_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """Means of boxes, or a square of the picture that the reference's styled w makes."""
    generator = case.build()
    rows, width, side = generator.plan.style_rows, generator.plan.w_dim, generator.plan.resolution
    styles = case.given("w_styled", None, width).float()[:, None].repeat(1, rows, 1)
    boxes, square = int(match["boxes"] or 1), slice(int(match["first"] or 0), int(match["last"] or side))
    if side % boxes:
        raise MissingError(f"a picture of {side} px has no boxes of {boxes} px")
    for part in pictures(generator, styles, truth):
        yield part._replace(found=F.avg_pool2d(part.found[:, :, square, square], boxes))


def logits(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """On the reference's own pictures; a logit depends on the others of its batch."""
    judge = discriminator_of(case, None)
    assert case.file.discriminator is not None
    seen = case.pictures_seen("img_psi1")
    labels = case.labels(case.file.discriminator, len(seen))
    batch = int(match["batch"])
    for start in range(0, len(seen), batch):
        part = slice(start, start + batch)
        yield Part(judge(seen[part], None if labels is None else labels[part]), part)


def scores(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """A progressive discriminator's first column is the score, the others are labels."""
    judge = discriminator_of(case, match["lod"])
    said = judge(case.pictures_seen(f"img{match['stage'] or ''}"), None)
    yield Part(said[:, :1] if match["what"] == "scores" else said[:, 1:])


def discriminator_of(case: Case, level: str | None) -> Callable[[Tensor, Tensor | None], Tensor]:
    network = case.file.discriminator
    if network is None or network.family not in DISCRIMINATORS:
        raise MissingError("the file has no discriminator that this program computes")
    hyper = network.hyper | {"lod": float(level)} if level else network.hyper
    return DISCRIMINATORS[network.family](network.tensors, hyper, torch.device("cpu"))


AVERAGES = ("w_avg", "latent_avg")
PSI = r"psi(?P<psi>\d+)(?:_cut(?P<cutoff>\d+))?"

# name of an array -> how it is computed again; the first pattern that fits the whole name counts
COMPUTATIONS: tuple[tuple[str, Compute], ...] = (
    ("|".join(AVERAGES), average),
    ("w|w_raw", plain_w),
    ("w_styled", pulled_w),
    (f"w_{PSI}|latents", broadcast_w),
    ("w_mix", mixed_w),
    (f"img_(?:full_forward_)?{PSI}(?:_via_components)?", picture),
    ("img_default_truncation", default_truncation),
    (r"img_mix|img_mix_inject(?P<row>\d+)", mixed_picture),
    (r"img(?:_psi1)?_nonoise", silent_picture),
    (r"img_from_G(?:_psi1)?", raw_picture),
    (r"img_(?P<transform>transform\w*)", moved_picture),
    (r"img(?:_psi1)?(?:_lod(?P<lod>\d+(?:\.\d+)?))?", grown_picture),
    (r"img_(?:mean(?P<boxes>[1-9]\d*)|crop_(?P<first>\d+)_(?P<last>\d+))", part_of_picture),
    (r"act_(?P<what>mean_std|first8)", layer_sums),
    (r"img_(?P<styles>w_plus\w*)", given_picture),
    (r"d_logits_batch(?P<batch>[1-9])", logits),
    (r"d_(?P<what>scores|labels)(?P<stage>_lod(?P<lod>\d+(?:\.\d+)?))?", scores),
)


def computations(name: str) -> Iterator[tuple[Compute, re.Match[str]]]:
    """The computation for an array of this name: one or none."""
    for pattern, compute in COMPUTATIONS:
        if match := re.fullmatch(pattern, name):
            yield compute, match
            return
