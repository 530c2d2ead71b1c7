"""A network file against what its original program made of it, array by array: for whoever ports or converts one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.foreign import centre
from engine.models.found import FoundFile, FoundNetwork
from engine.models.reading.opening import generator_of, open_any
from engine.networks.families import DISCRIMINATORS, FAMILIES
from engine.networks.generator import PLAIN, Generator, Inputs, synthesize
from engine.recipe import Noise

TOLERANCE = 1e-4  # largest difference over largest value; float32 done right reaches about 1e-6
CPU = Target("cpu", "f32")
Truth = dict[str, Tensor]


@dataclass(frozen=True)
class Verdict:
    """One array: its relative error, or why it does not apply to the file."""

    name: str
    error: float | None
    left_out: str = ""

    @property
    def missed(self) -> bool:
        return self.error is not None and not self.error <= TOLERANCE


def check_against(path: Path, reference: Path) -> Job[list[Verdict]]:
    """Compute every array of an npz that applies, in float32 on the CPU, pictures in one batch and one by one.

    Raises VisagistError for a file that cannot be read, and where no array of the reference applies.
    """
    yield Progress(0, 0, "reading the networks")
    truth = read_truth(reference)
    case = Case(open_any(path), path, truth)
    if generator_of(case.file, path).family not in FAMILIES:
        raise VisagistError(f"{path}: no network here computes its family '{case.file.generator.family}'")
    known = [(name, compute, match) for name in truth for compute, match in computations(name)]
    if not known:
        raise VisagistError(f"{reference}: none of its arrays is an output that can be computed again")
    verdicts = []
    for done, (name, compute, match) in enumerate(known):
        yield Progress(done, len(known), name)
        verdicts.append(judged(name, truth[name], compute, case, match))
    return verdicts


def judged(name: str, truth: Tensor, compute: Compute, case: Case, match: re.Match[str]) -> Verdict:
    try:
        worst = max(difference(found, truth[part]) for found, part in compute(case, match, truth))
    except MissingError as error:
        return Verdict(name, None, str(error))
    return Verdict(name, worst)


def difference(found: Tensor, truth: Tensor) -> float:
    """Largest difference over the largest value of the truth; infinite for another shape or anything not finite."""
    if found.shape != truth.shape or not bool(found.isfinite().all()):
        return float("inf")
    if not truth.numel():
        return 0.0
    return float((found.double() - truth.double()).abs().max() / truth.double().abs().max().clamp_min(1e-30))


def read_truth(reference: Path) -> Truth:
    """The arrays of numbers of an npz file."""
    try:
        with np.load(reference, allow_pickle=False) as file:
            return {name: torch.from_numpy(file[name]) for name in file.files if file[name].dtype.kind in "fiu"}
    except (OSError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise VisagistError(f"{reference}: it is not an npz file of arrays ({error})") from error


class MissingError(Exception):
    """The file or its reference lacks what a computation needs."""


@dataclass
class Case:
    """A network file, and the inputs that its reference was made from."""

    file: FoundFile
    path: Path
    truth: Truth

    def given(self, name: str) -> Tensor:
        if name not in self.truth:
            raise MissingError(f"the reference has no {name}")
        return self.truth[name]

    def labels(self, network: FoundNetwork) -> Tensor | None:
        """The reference's labels; MissingError where a network takes some and the reference has none."""
        labels = self.truth.get("c")
        if labels is None and network.hyper.get("c_dim"):
            raise MissingError("the reference has no c, and the network takes labels")
        return None if labels is None or not labels.shape[-1] else labels

    def build(self, network: FoundNetwork | None = None) -> Generator:
        """The generator of the file, or another, in float32 on the CPU."""
        network = network or generator_of(self.file, self.path)
        return FAMILIES[network.family].build(network.tensors, network.hyper, CPU)

    def styles(self, generator: Generator, psi: float = 1, cutoff: int | None = None) -> Tensor:
        """The reference's z through the mapping, truncated -> [N, rows, w_dim]."""
        w = generator.map(self.given("z"), self.labels(self.file.generator))
        styles = w[:, None].repeat(1, generator.plan.style_rows, 1)
        mean = centre(self.file.generator, self.path)
        styles[:, :cutoff] = mean + psi * (styles[:, :cutoff] - mean)
        return styles

    def mixed(self, styles: Tensor, crossover: int) -> Tensor:
        """Rows below the crossover from the first sample, the rest from the second -> [1, rows, w_dim]."""
        return torch.cat([styles[:1, :crossover], styles[1:2, crossover:]], 1)


Parts = Iterator[tuple[Tensor, slice]]
Compute = Callable[[Case, "re.Match[str]", Tensor], Parts]


def pictures(generator: Generator, styles: Tensor, truth: Tensor, inputs: Inputs = PLAIN) -> Parts:
    """In one batch, then one by one; a reference of fewer samples is of the first ones."""
    styles = styles[: len(truth)].contiguous()
    yield synthesize(generator, styles, inputs), slice(None)
    for sample in range(len(styles) if len(styles) > 1 else 0):
        yield synthesize(generator, styles[sample : sample + 1], inputs), slice(sample, sample + 1)


def average(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield centre(case.file.generator, case.path), slice(None)


def plain_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield case.build().map(case.given("z"), case.labels(case.file.generator)), slice(None)


def broadcast_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield case.styles(case.build(), *truncation(match)), slice(None)


def mixed_w(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    yield case.mixed(case.styles(case.build()), int(case.given("mix_crossover"))), slice(None)


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
    w = generator.map(case.given("z"), case.labels(case.file.raw_generator))
    return pictures(generator, w[:, None].repeat(1, generator.plan.style_rows, 1), truth)


def moved_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    network = generator_of(case.file, case.path)
    moved = network.tensors | {"synthesis.input.transform": case.given(match["transform"]).float()}
    generator = case.build(replace(network, tensors=moved))
    return pictures(generator, case.styles(generator), truth)


def grown_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    generator = case.build()
    level = float(match["lod"]) if match["lod"] else None
    if level is not None and not level < len(generator.plan.growth_sides):
        raise MissingError(f"the network has no level of detail {level:g}")
    return pictures(generator, case.styles(generator), truth, Inputs(growth=level))


def given_picture(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    return pictures(case.build(), case.given(match["styles"]).float(), truth)


def logits(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """On the reference's own pictures; a logit depends on the others of its batch."""
    judge = discriminator_of(case, None)
    assert case.file.discriminator is not None
    seen, labels = case.given("img_psi1"), case.labels(case.file.discriminator)
    batch = int(match["batch"])
    for start in range(0, len(seen), batch):
        part = slice(start, start + batch)
        yield judge(seen[part], None if labels is None else labels[part]), part


def scores(case: Case, match: re.Match[str], truth: Tensor) -> Parts:
    """A progressive discriminator's first column is the score, the others are labels."""
    seen = case.given(f"img{match['stage'] or ''}")
    said = discriminator_of(case, match["lod"])(seen, None)
    yield said[:, :1] if match["what"] == "scores" else said[:, 1:], slice(None)


def discriminator_of(case: Case, level: str | None) -> Callable[[Tensor, Tensor | None], Tensor]:
    network = case.file.discriminator
    if network is None or network.family not in DISCRIMINATORS:
        raise MissingError("the file has no discriminator that this program computes")
    hyper = network.hyper | {"lod": float(level)} if level else network.hyper
    return DISCRIMINATORS[network.family](network.tensors, hyper, torch.device("cpu"))


PSI = r"psi(?P<psi>\d+)(?:_cut(?P<cutoff>\d+))?"

# name of an array -> how it is computed again; the first pattern that fits the whole name counts
COMPUTATIONS: tuple[tuple[str, Compute], ...] = (
    ("w_avg|latent_avg", average),
    ("w", plain_w),
    (f"w_{PSI}|latents", broadcast_w),
    ("w_mix", mixed_w),
    (f"img_(?:full_forward_)?{PSI}(?:_via_components)?", picture),
    ("img_default_truncation", default_truncation),
    (r"img_mix|img_mix_inject(?P<row>\d+)", mixed_picture),
    (r"img(?:_psi1)?_nonoise", silent_picture),
    (r"img_from_G(?:_psi1)?", raw_picture),
    (r"img_(?P<transform>transform\w*)", moved_picture),
    (r"img(?:_psi1)?(?:_lod(?P<lod>\d+(?:\.\d+)?))?", grown_picture),
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
