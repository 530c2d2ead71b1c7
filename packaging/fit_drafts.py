"""Fit the small output heads that draw drafts of the face generator at 128, 256 and 512 px.

    python packaging/fit_drafts.py [--wheel FILE] [--styles N] [--steps N]
    python packaging/fit_drafts.py --wheel FILE --mean      # only the truncation centre

The model is the one of `visagist models add ffhq`, or is read from the package that carries it (--wheel).
A head is the arithmetic of the network's own: modulate, 1x1 to 12 channels, one inverse Haar step. Its
modulation starts as that of the next block's `up`, which scales the same channels; the 1x1 starts from least
squares. What the later layers do to a picture is mostly to recolour it, by rows that a head does not see: so
a colour matrix and an offset follow the head, linear in the later rows (engine/networks/late_colours.py). All of
it then learns with Adam on pixels and on differences of neighbouring pixels.

The target is the network's own picture, clamped as a screen clamps it and averaged over boxes. Colours depend on
thousands of numbers of w, so many styles matter more than many pixels: the first blocks run whole, the last
three on small crops of them, which is exact away from the crop's edge. Half of the styles are whole, half are
mixed or changed row by row, so that drafts stay right while somebody mixes. Errors are reported on full
pictures of styles that were held out.

Tried and left: the LL band of the last Haar step is the 512 px picture exactly, but it needs every block. On two
cores with bf16 kernels it saved 3 ms of a full frame's 73, where the fitted 512 px draft took 51, the 256 px one 33 and
the 128 px one 16. Heads without late colours missed by 11.4 levels of 255 at 256 px; with them by 7.5.

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
from engine.networks.generator import Inputs, Output, TensorState  # noqa: E402
from engine.networks.haar import inverse_haar  # noqa: E402
from engine.networks.late_colours import colours_of, late_rows, recoloured  # noqa: E402
from engine.networks.mapping import MappingNetwork  # noqa: E402
from engine.networks.mobile_stylegan import FAMILY, MobileStyleGAN, make_plan  # noqa: E402
from engine.paths import models_dir, write_atomically  # noqa: E402
from engine.recipe import Noise  # noqa: E402

MODELS = ROOT / "resources" / "models"
SIZES = (128, 256, 512)
WHOLE = 64  # pixels: stages up to this resolution run whole, later ones on crops
CROPS = 2  # of each style
CROP = 12  # positions a side at 64 px
EDGE = 2  # positions that a crop's edge spoils: six 3x3 convolutions at 128, 256 and 512 px reach 1.75
HELD_OUT = 24
MEAN_SEEDS = 10_000
RATE = 3e-3  # of a tensor's own size, a step
LATE_RATE = 1e-4
LATE_DECAY = 1e-2


def main() -> int:
    parser = argparse.ArgumentParser(description="Fit the draft heads of the face generator.")
    parser.add_argument("--wheel", type=Path, help="read the generator from this package file")
    parser.add_argument("--styles", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--mean", action="store_true", help="only make the truncation centre")
    given = parser.parse_args()
    weights = read_wheel(given.wheel) if given.wheel else load_model(models_dir() / "ffhq.safetensors")[1]
    if given.mean:
        write_atomically(MODELS / "ffhq.mean.safetensors", save({"w_mean": mean_of_w(weights)}))
        return 0
    weights = weights | {"w_mean": mean_of("ffhq")}
    start = time.perf_counter()
    tensors, report = fit(weights, given.styles, given.steps)
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
    """One style as one head meets it.

    x: activations [K, C, R, R] float16 of K pieces of the picture; styles [style_rows, w_dim];
    bands: [K, 12, R, R] of the target.
    """

    x: Tensor
    styles: Tensor
    bands: Tensor


def fit(weights: dict[str, Tensor], count: int, steps: int) -> tuple[dict[str, Tensor], dict[str, object]]:
    """All heads, and how far their drafts are from the averaged pictures on styles that were held out."""
    torch.manual_seed(2104)
    generator = MobileStyleGAN(weights)
    held = [watch(generator, styles, None) for styles in draw_styles(generator, weights["w_mean"], HELD_OUT)]
    seen = []
    for index, styles in enumerate(draw_styles(generator, weights["w_mean"], count)):
        corners = torch.randint(0, WHOLE - CROP + 1, (CROPS, 2)).tolist()
        seen.append(watch(generator, styles, corners))
        if index % 100 == 99:
            print(f"{index + 1} of {count} styles", flush=True)
    tensors: dict[str, Tensor] = {}
    report: dict[str, object] = {"held_out": HELD_OUT, "styles": count, "units": "levels of 255, dB"}
    for size in SIZES:
        head = Head(weights, size)
        learned, tested = ([samples[size] for samples in part] for part in (seen, held))
        solve(head, learned)
        first = measure(head, tested)
        distil(head, learned, steps)
        report[str(size)] = {"least_squares": first, "distilled": measure(head, tested)}
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


def watch(generator: MobileStyleGAN, styles: Tensor, corners: list[list[int]] | None) -> dict[int, Sample]:
    """Render a style and keep what each head sees: the whole picture, or crops at these corners of the 64 px grid."""
    plan = generator.plan
    inputs = Inputs() if corners is None else Inputs(noise=Noise(mode="none"))  # noise maps have the whole size
    whole = sum(stage.resolution <= WHOLE for stage in plan.stages)
    state = None
    for index in range(whole):
        state = generator.run(index, state, styles[None], Inputs())
    assert isinstance(state, TensorState)
    if corners is not None:
        state = TensorState(torch.cat([state.x[..., y : y + CROP, x : x + CROP] for y, x in corners]))
    given = styles.expand(len(state.x), *styles.shape)
    edge = 0 if corners is None else EDGE
    seen = {2 * WHOLE: inner(state.x, edge)}
    for index in range(whole, len(plan.stages)):
        state = generator.run(index, state, given, inputs)
        assert isinstance(state, TensorState)
        side = plan.stages[index].resolution
        seen[2 * side] = inner(state.x, edge * side // WHOLE)
    full = inner(generator.picture(plan.outputs[-1], state, given), edge * plan.resolution // WHOLE).clamp(-1, 1)
    return {
        size: Sample(seen[size].half(), styles, haar(F.avg_pool2d(full, plan.resolution // size))) for size in SIZES
    }


def inner(x: Tensor, edge: int) -> Tensor:
    """[..., H, W] without `edge` positions at each side."""
    return x[..., edge : x.shape[-2] - edge, edge : x.shape[-1] - edge]


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
    """A head that learns; its modulation starts as the next block's `up`, its late colours as none."""

    def __init__(self, weights: dict[str, Tensor], size: int) -> None:
        self.size = size
        self.row = head_row(size)
        after = f"synthesis.blocks.{self.row // 3}.up.modulation"
        self.scale, self.shift = (weights[f"{after}.{kind}"].clone() for kind in ("weight", "bias"))
        self.weight = torch.zeros(12, len(self.shift))
        self.bias = torch.zeros(12)
        self.w_mean = weights["w_mean"]
        plan = make_plan({name.removeprefix("synthesis."): tensor for name, tensor in weights.items()})
        self.rows = list(late_rows(plan, Output(size, 0, (self.row,))))
        self.late = torch.zeros(12, len(self.rows) * len(self.w_mean))

    def modulated(self, x: Tensor, styles: Tensor) -> Tensor:
        """x [N, C, R, R], styles [N, style_rows, w_dim] -> [N, C, R, R]."""
        s = F.linear(styles[:, self.row], self.scale, self.shift) / len(self.shift) ** 0.5
        return x.float() * s[:, :, None, None]

    def picture(self, x: Tensor, styles: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, 3, 2R, 2R]."""
        bands = F.conv2d(self.modulated(x, styles), self.weight[..., None, None], self.bias)
        colours = colours_of(self.late, self.late_bias(), styles[:, self.rows])
        return recoloured(inverse_haar(bands), colours)

    def late_bias(self) -> Tensor:
        """Late colours are none at the mean of w."""
        return -self.late @ self.w_mean.repeat(len(self.rows))

    def tensors(self) -> dict[str, Tensor]:
        """As the network names them, without its prefix."""
        parts = {"weight": self.weight, "bias": self.bias}
        parts |= {"modulation.weight": self.scale, "modulation.bias": self.shift}
        parts |= {"late.weight": self.late, "late.bias": self.late_bias()}
        return {f"heads.{self.size}.{part}": tensor.detach() for part, tensor in parts.items()}


def solve(head: Head, samples: list[Sample]) -> None:
    """Least squares for the 1x1 at the modulation as it stands; normal equations in float64."""
    width = head.weight.shape[1]
    gram = torch.zeros(width + 1, width + 1, dtype=torch.float64)
    right = torch.zeros(width + 1, 12, dtype=torch.float64)
    for sample in samples:
        given = sample.styles.expand(len(sample.x), *sample.styles.shape)
        x = head.modulated(sample.x, given).transpose(0, 1).flatten(1)
        x = torch.cat((x, torch.ones(1, x.shape[1])))  # [C + 1, positions]
        gram += x @ x.T
        right += x @ sample.bands.transpose(0, 1).flatten(1).T
    ridge = 1e-6 * gram.diagonal().mean()
    found = torch.linalg.solve(gram + ridge * torch.eye(width + 1), right).float()
    head.weight, head.bias = found[:-1].T.contiguous(), found[-1].contiguous()


def distil(head: Head, samples: list[Sample], steps: int, batch: int = 24) -> None:
    """Adam on 1x1, modulation and late colours, with a cosine falling rate."""
    learn = [head.weight, head.bias, head.scale, head.shift]
    # each tensor is moved by shares of its own size
    sizes = [float(p.square().mean().sqrt()) for p in learn]
    groups: list[dict[str, object]] = [
        {"params": [p.requires_grad_()], "lr": RATE * size} for p, size in zip(learn, sizes, strict=True)
    ]
    groups.append({"params": [head.late.requires_grad_()], "lr": LATE_RATE, "weight_decay": LATE_DECAY})
    adam = torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        chosen = [samples[int(i)] for i in torch.randint(0, len(samples), (batch,))]
        piece = int(torch.randint(0, CROPS, ()))
        x, wanted = torch.stack([s.x[piece] for s in chosen]), torch.stack([s.bands[piece] for s in chosen])
        error = head.picture(x, torch.stack([s.styles for s in chosen])) - inverse_haar(wanted)
        slopes = [error.diff(dim=dim) for dim in (2, 3)]
        loss = soft(error) + 0.5 * sum(soft(slope) for slope in slopes)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    for p in (*learn, head.late):
        p.requires_grad_(False)


def soft(error: Tensor) -> Tensor:
    """Mean absolute error, rounded off below half a level of 255."""
    return (error.square() + 0.004**2).sqrt().mean()


def measure(head: Head, samples: list[Sample]) -> dict[str, float]:
    """Mean absolute error and PSNR against the averaged full pictures, as displayed; whole and mixed styles apart."""
    found = {}
    for kind, part in (("whole", samples[::2]), ("mixed", samples[1::2])):
        drawn = torch.cat([head.picture(s.x, s.styles[None]).clamp(-1, 1) - inverse_haar(s.bands) for s in part])
        error = drawn * 127.5
        found[f"{kind}_mae"] = round(float(error.abs().mean()), 2)
        found[f"{kind}_psnr"] = round(float(10 * torch.log10(255**2 / error.square().mean())), 2)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
