"""Fit the small output heads that draw drafts of the face generator at 128, 256 and 512 px.

    python packaging/fit_drafts.py [--wheel FILE] [--samples N] [--steps N]
    python packaging/fit_drafts.py --wheel FILE --mean      # only the truncation centre

The model is the one of `visagist models add ffhq`, or is read from the package that carries it (--wheel).
A head is the arithmetic of the network's own: modulate, 1x1 to 12 channels, one inverse Haar step. Its
modulation starts as that of the next block's `up`, which scales the same channels; the 1x1 starts from least
squares; then both learn with Adam on pixels and on differences of neighbouring pixels. The target is the
network's full picture, clamped as a screen clamps it and averaged over boxes. Half of the styles are whole,
half are mixed or changed row by row, so that drafts stay right while somebody mixes.

What rows after the head's own do to a picture, a head cannot see. They mostly recolour it: `late_colours`
fits that as a colour matrix and an offset that are linear in how far the late rows are from the head's row.
It needs no full pictures: the last blocks are convolutions and run on crops.

--mean writes the truncation centre, which is part of the model's content hash: another machine may round it
differently, so the file is made once and kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.latents import draw_z  # noqa: E402
from engine.models.ffhq import name_tensors  # noqa: E402
from engine.models.format import content_hash, load_model  # noqa: E402
from engine.models.openvino_ir import read_constants  # noqa: E402
from engine.models.parts import mean_of  # noqa: E402
from engine.networks.generator import Inputs, TensorState  # noqa: E402
from engine.networks.haar import inverse_haar  # noqa: E402
from engine.networks.mapping import MappingNetwork  # noqa: E402
from engine.networks.mobile_stylegan import FAMILY, MobileStyleGAN  # noqa: E402
from engine.paths import models_dir, write_atomically  # noqa: E402

MODELS = ROOT / "resources" / "models"
SIZES = (128, 256, 512)
CROP = 64  # positions a side that are kept of a training sample
PATCH = 24  # positions a side that one step learns from
HELD_OUT = 24
MEAN_SEEDS = 10_000
RATE = 3e-3  # of a tensor's own size, a step


def main() -> int:
    parser = argparse.ArgumentParser(description="Fit the draft heads of the face generator.")
    parser.add_argument("--wheel", type=Path, help="read the generator from this package file")
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--mean", action="store_true", help="only make the truncation centre")
    given = parser.parse_args()
    weights = read_wheel(given.wheel) if given.wheel else load_model(models_dir() / "ffhq.safetensors")[1]
    if given.mean:
        write_atomically(MODELS / "ffhq.mean.safetensors", save({"w_mean": mean_of_w(weights)}))
        return 0
    weights = weights | {"w_mean": mean_of("ffhq")}
    start = time.perf_counter()
    tensors, report = fit(weights, given.samples, given.steps)
    metadata = {"model": content_hash(FAMILY, weights), "report": json.dumps(report)}
    stored = {name: tensor.half().contiguous() for name, tensor in tensors.items()}
    write_atomically(MODELS / "ffhq.drafts.safetensors", save(stored, metadata=metadata))
    print(json.dumps(report, indent=1), f"\n{time.perf_counter() - start:.0f} s")
    return 0


def read_wheel(path: Path) -> dict[str, Tensor]:
    """The generator's tensors out of the package, which is a zip file."""
    with zipfile.ZipFile(path) as wheel:
        networks = [
            read_constants(name, *(wheel.read(f"random_face/data/{name}.{end}") for end in ("xml", "bin")))
            for name in ("MappingNetwork", "SynthesisNetwork")
        ]
    return name_tensors(*networks)


def mean_of_w(weights: dict[str, Tensor]) -> Tensor:
    """Mean of w over the seeds 0 to 9999, summed in float64 -> [512] float32."""
    mapping = MappingNetwork(weights)
    z = torch.stack([draw_z(seed, 512) for seed in range(MEAN_SEEDS)])
    return torch.cat([mapping(part) for part in z.split(500)]).double().mean(0).float()


@dataclass(frozen=True)
class Sample:
    """One picture as one head meets it.

    x: activation [C, R, R] float16; style [512] of the head's row; bands [12, R, R] of the target.
    """

    x: Tensor
    style: Tensor
    bands: Tensor


def fit(weights: dict[str, Tensor], count: int, steps: int) -> tuple[dict[str, Tensor], dict[str, object]]:
    """All heads, and how far their drafts are from the averaged pictures on samples that were held out."""
    torch.manual_seed(2104)
    generator = MobileStyleGAN(weights)
    styles = draw_styles(generator, weights["w_mean"], count)
    kept: dict[int, list[Sample]] = {size: [] for size in SIZES}
    for index, style in enumerate(styles):
        for size, sample in watch(generator, style, crop=index >= HELD_OUT).items():
            kept[size].append(sample)
        if index % 16 == 15:
            print(f"{index + 1} of {count} pictures", flush=True)
    tensors: dict[str, Tensor] = {}
    report: dict[str, object] = {"held_out": HELD_OUT, "samples": count, "units": "levels of 255, dB"}
    for size in SIZES:
        held, learned = kept[size][:HELD_OUT], kept[size][HELD_OUT:]
        head = Head(weights, size)
        solve(head, learned)
        first = measure(head, held)
        distil(head, learned, steps)
        report[str(size)] = {"least_squares": first, "distilled": measure(head, held)}
        print(size, report[str(size)], flush=True)
        tensors |= head.tensors()
    return tensors, report


def draw_styles(generator: MobileStyleGAN, w_mean: Tensor, count: int) -> list[Tensor]:
    """w+ [22, 512] each: even ones whole, odd ones mixed at a row or changed row by row; psi from -0.5 to 1."""
    rows, width = generator.plan.style_rows, generator.plan.w_dim

    def face() -> Tensor:
        psi = torch.rand(()) * 1.5 - 0.5
        return torch.lerp(w_mean, generator.map(torch.randn(1, width))[0], psi)

    styles = []
    for index in range(count):
        style = face().expand(rows, width).clone()
        if index % 4 == 1:
            style[int(torch.randint(1, rows, ())) :] = face()
        elif index % 4 == 3:
            style = torch.lerp(style, face(), torch.rand(rows, 1) * (torch.rand(rows, 1) < 0.4))
        styles.append(style)
    return styles


def watch(generator: MobileStyleGAN, style: Tensor, *, crop: bool) -> dict[int, Sample]:
    """Render one full picture and keep what each head sees of it."""
    plan = generator.plan
    state = None
    seen: dict[int, Tensor] = {}
    for index, stage in enumerate(plan.stages):
        state = generator.run(index, state, style[None], Inputs())
        assert isinstance(state, TensorState)
        seen[2 * stage.resolution] = state.x[0]
    full = generator.picture(plan.outputs[-1], state, style[None]).clamp(-1, 1)
    samples = {}
    for size in SIZES:
        bands = haar(F.avg_pool2d(full, full.shape[-1] // size))[0]  # [12, size / 2, size / 2]
        x, row = seen[size], head_row(size)
        if crop:
            y, z = (int(torch.randint(0, x.shape[-1] - CROP + 1, ())) for _ in range(2))
            x, bands = (tensor[:, y : y + CROP, z : z + CROP] for tensor in (x, bands))
        samples[size] = Sample(x.half().clone(), style[row], bands.clone())
    return samples


def haar(picture: Tensor) -> Tensor:
    """The forward step, inverse of `inverse_haar`: [N, 3, 2R, 2R] -> [N, 12, R, R]."""
    a, b = picture[..., ::2, ::2], picture[..., ::2, 1::2]
    c, d = picture[..., 1::2, ::2], picture[..., 1::2, 1::2]
    low = a + b + c + d
    high = torch.stack((a + b - c - d, a - b + c - d, a - b - c + d), 2)  # [N, 3, 3, R, R]
    return torch.cat((low, high.flatten(1, 2)), 1) / 2


def head_row(size: int) -> int:
    """The style row of a head: block i at 8 * 2^i px has row 3i + 3."""
    return 3 * (size // 16).bit_length()


class Head:
    """A head that learns; its modulation starts as the next block's `up`."""

    def __init__(self, weights: dict[str, Tensor], size: int) -> None:
        self.size = size
        after = f"synthesis.blocks.{head_row(size) // 3}.up.modulation"
        self.scale, self.shift = (weights[f"{after}.{kind}"].clone() for kind in ("weight", "bias"))
        self.weight = torch.zeros(12, len(self.shift))
        self.bias = torch.zeros(12)

    def modulated(self, x: Tensor, style: Tensor) -> Tensor:
        """x [N, C, R, R], style [N, 512] -> [N, C, R, R]."""
        s = F.linear(style, self.scale, self.shift) / len(self.shift) ** 0.5
        return x.float() * s[:, :, None, None]

    def bands(self, x: Tensor, style: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, 12, R, R]."""
        return F.conv2d(self.modulated(x, style), self.weight[..., None, None], self.bias)

    def tensors(self) -> dict[str, Tensor]:
        """As the network names them, without its prefix."""
        name = f"heads.{self.size}"
        parts = {"weight": self.weight, "bias": self.bias}
        parts |= {"modulation.weight": self.scale, "modulation.bias": self.shift}
        return {f"{name}.{part}": tensor.detach() for part, tensor in parts.items()}


def solve(head: Head, samples: list[Sample]) -> None:
    """Least squares for the 1x1 at the modulation as it stands; normal equations in float64."""
    width = head.weight.shape[1]
    gram = torch.zeros(width + 1, width + 1, dtype=torch.float64)
    right = torch.zeros(width + 1, 12, dtype=torch.float64)
    for sample in samples:
        x = head.modulated(sample.x[None], sample.style[None])[0].flatten(1)
        x = torch.cat((x, torch.ones(1, x.shape[1])))  # [C + 1, positions]
        gram += x @ x.T
        right += x @ sample.bands.flatten(1).T
    ridge = 1e-6 * gram.diagonal().mean()
    found = torch.linalg.solve(gram + ridge * torch.eye(width + 1), right).float()
    head.weight, head.bias = found[:-1].T.contiguous(), found[-1].contiguous()


def distil(head: Head, samples: list[Sample], steps: int, batch: int = 8) -> None:
    """Adam on 1x1 and modulation, with a cosine falling rate."""
    learn = [head.weight, head.bias, head.scale, head.shift]
    # each tensor is moved by shares of its own size
    sizes = [float(p.square().mean().sqrt()) for p in learn]
    groups = [{"params": [p.requires_grad_()], "lr": RATE * size} for p, size in zip(learn, sizes, strict=True)]
    adam = torch.optim.Adam(groups, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        chosen = [samples[int(i)] for i in torch.randint(0, len(samples), (batch,))]
        y, z = (int(torch.randint(0, CROP - PATCH + 1, ())) for _ in range(2))
        x, target = (
            torch.stack([t[:, y : y + PATCH, z : z + PATCH] for t in part])
            for part in zip(*((sample.x, sample.bands) for sample in chosen), strict=True)
        )
        style = torch.stack([sample.style for sample in chosen])
        wanted, drawn = inverse_haar(target), inverse_haar(head.bands(x, style))
        error = drawn - wanted
        slopes = [error.diff(dim=dim) for dim in (2, 3)]
        loss = soft(error) + 0.5 * sum(soft(slope) for slope in slopes)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    for p in learn:
        p.requires_grad_(False)


def soft(error: Tensor) -> Tensor:
    """Mean absolute error, rounded off below half a level of 255."""
    return (error.square() + 0.004**2).sqrt().mean()


def measure(head: Head, samples: list[Sample]) -> dict[str, float]:
    """Mean absolute error and PSNR against the averaged full pictures, as displayed; whole and mixed styles apart."""
    found = {}
    for kind, part in (("whole", samples[::2]), ("mixed", samples[1::2])):
        errors = []
        for sample in part:
            drawn = inverse_haar(head.bands(sample.x[None], sample.style[None])).clamp(-1, 1)
            errors.append(drawn - inverse_haar(sample.bands[None]))
        error = torch.cat(errors) * 127.5
        found[f"{kind}_mae"] = round(float(error.abs().mean()), 2)
        found[f"{kind}_psnr"] = round(float(10 * torch.log10(255**2 / error.square().mean())), 2)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
