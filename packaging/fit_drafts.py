"""Fit the small output heads that draw drafts of the face generator at 128, 256 and 512 px.

    python packaging/fit_drafts.py [--wheel FILE] [--styles N] [--steps N]
    python packaging/fit_drafts.py --wheel FILE --mean      # only the truncation centre

The model is the one of `visagist models add ffhq`, or is read from the package that carries it (--wheel).
A head is the arithmetic of the network's own: a hidden layer (modulate, depthwise 3x3, 1x1 to 64 channels, leaky ReLU),
then modulate, 1x1 to 12 channels, one inverse Haar step. The hidden layer's modulation starts as that of the next
block's `up`, which scales the same channels; the rest starts as a linear head from least squares. What the later layers
do to a picture is mostly to recolour it, by rows that a head does not see: so a colour matrix and an offset follow the
head, linear in the later rows (engine/networks/late_colours.py). All of it then learns with Adam on pixels, on
differences of neighbouring pixels, on averages over 4 x 4, and on the mesh that Haar blocks make where their three
upper bands are too weak. Without that last term the mesh stays (1.44 at 128 px in the table's measure); at twice its
weight it is gone and the mean error is half a level more.

The target is the network's own picture, clamped as a screen clamps it and averaged over boxes (draft_samples.py).
Errors are reported on full pictures of styles that were held out.

Mean errors there, whole and mixed styles, in levels of 255, and how much more neighbours differ across Haar blocks than
within them (1.01 in full pictures):

    px    linear heads with late colours    hidden layers
    128   8.8, 8.9   1.63                   7.7, 8.2   1.06
    256   7.0, 7.1   1.75                   5.2, 5.5   1.06
    512   4.5, 4.5   1.73                   3.3, 3.5   1.07

Tried and left: the LL band of the last Haar step is the 512 px picture exactly, but it needs every block. On two
cores with bf16 kernels it saved 3 ms of a full frame's 73, where the linear 512 px draft took 51, the 256 px one 33 and
the 128 px one 16. A hidden layer adds 1 ms at 128 px, 3 at 256 and 6 at 512.

--mean writes the truncation centre, which is part of the model's content hash: another machine may round it
differently, so the file is made once and kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from draft_samples import CROPS, SIZES, Sample, draw_styles, inner, watch_crops, watch_whole  # noqa: E402
from engine.kernels import best_precision  # noqa: E402
from engine.latents import draw_z  # noqa: E402
from engine.models.ffhq import name_tensors  # noqa: E402
from engine.models.format import content_hash, load_model  # noqa: E402
from engine.models.openvino_ir import read_constants  # noqa: E402
from engine.models.parts import mean_of  # noqa: E402
from engine.networks.generator import Output  # noqa: E402
from engine.networks.haar import inverse_haar  # noqa: E402
from engine.networks.late_colours import colours_of, late_rows, recoloured  # noqa: E402
from engine.networks.mapping import MappingNetwork  # noqa: E402
from engine.networks.mobile_stylegan import FAMILY, MobileStyleGAN, make_plan, synthesis_of  # noqa: E402
from engine.networks.mobile_stylegan_fused import FusedMobileStyleGAN  # noqa: E402
from engine.paths import models_dir, write_atomically  # noqa: E402

MODELS = ROOT / "resources" / "models"
BATCH = 8  # styles whose crops are computed at once
HELD_OUT = 24
MEAN_SEEDS = 10_000
HIDDEN = 64  # channels of a hidden layer
STYLES_A_STEP = 24
PIECE = 16  # positions a side of a crop that one step learns from, at most
SEAMS = 0.5  # weight of the mesh among the errors
RATE = 8e-3  # of a tensor's own size, a step
LATE_RATE = 3e-4
LATE_DECAY = 1e-2


def main() -> int:
    parser = argparse.ArgumentParser(description="Fit the draft heads of the face generator.")
    parser.add_argument("--wheel", type=Path, help="read the generator from this package file")
    parser.add_argument("--styles", type=int, default=3000)
    parser.add_argument("--steps", type=int, default=2200)
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


def fit(weights: dict[str, Tensor], count: int, steps: int) -> tuple[dict[str, Tensor], dict[str, object]]:
    """All heads, and how far their drafts are from the averaged pictures on styles that were held out."""
    torch.manual_seed(2104)
    network, crops = FusedMobileStyleGAN(weights, best_precision()), MobileStyleGAN(weights)
    held = [watch_whole(network, styles) for styles in draw_styles(network, weights["w_mean"], HELD_OUT)]
    seen = []
    for batch in torch.stack(draw_styles(network, weights["w_mean"], count)).split(BATCH):
        seen += watch_crops(network, crops, batch)
    print(f"{count} styles rendered", flush=True)
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
    """A head that learns. Its hidden layer's modulation starts as the next block's `up`, which scales the same
    channels; the head's own modulation and the late colours start as none.
    """

    def __init__(self, weights: dict[str, Tensor], size: int) -> None:
        self.size = size
        self.row = head_row(size)
        after = f"synthesis.blocks.{self.row // 3}.up.modulation"
        self.hidden_scale, self.hidden_shift = (weights[f"{after}.{kind}"].clone() for kind in ("weight", "bias"))
        channels, self.w_mean = len(self.hidden_shift), weights["w_mean"]
        self.depthwise = torch.randn(channels, 3, 3) * 0.05
        self.depthwise[:, 1, 1] += 1
        self.pointwise, self.hidden_bias = torch.zeros(HIDDEN, channels), torch.zeros(HIDDEN)
        self.scale, self.shift = torch.zeros(HIDDEN, len(self.w_mean)), torch.ones(HIDDEN)
        self.weight, self.bias = torch.zeros(12, HIDDEN), torch.zeros(12)
        plan = make_plan(synthesis_of(weights))
        self.rows = list(late_rows(plan, Output(size, 0, (self.row,))))
        self.late = torch.zeros(12, len(self.rows) * len(self.w_mean))

    def modulated(self, x: Tensor, styles: Tensor) -> Tensor:
        """x [N, C, H, W], styles [N, style_rows, w_dim] -> [N, C, H, W]."""
        s = F.linear(styles[:, self.row], self.hidden_scale, self.hidden_shift) / (9 * len(self.hidden_shift)) ** 0.5
        return x.float() * s[:, :, None, None]

    def picture(self, x: Tensor, styles: Tensor) -> Tensor:
        """[N, C, R + 2, R + 2] -> [N, 3, 2R, 2R]."""
        x = F.conv2d(self.modulated(x, styles), self.depthwise[:, None], groups=x.shape[1])
        x = F.leaky_relu(F.conv2d(x, self.pointwise[..., None, None], self.hidden_bias), 0.2)
        s = F.linear(styles[:, self.row], self.scale, self.shift) / HIDDEN**0.5
        bands = F.conv2d(x * s[:, :, None, None], self.weight[..., None, None], self.bias)
        colours = colours_of(self.late, self.late_bias(), styles[:, self.rows])
        return recoloured(inverse_haar(bands), colours)

    def late_bias(self) -> Tensor:
        """Late colours are none at the mean of w."""
        return -self.late @ self.w_mean.repeat(len(self.rows))

    def tensors(self) -> dict[str, Tensor]:
        """As the network names them, without its prefix."""
        parts = {"weight": self.weight, "bias": self.bias}
        parts |= {"modulation.weight": self.scale, "modulation.bias": self.shift}
        parts |= {"hidden.depthwise": self.depthwise, "hidden.pointwise": self.pointwise}
        parts |= {"hidden.bias": self.hidden_bias}
        parts |= {"hidden.modulation.weight": self.hidden_scale, "hidden.modulation.bias": self.hidden_shift}
        parts |= {"late.weight": self.late, "late.bias": self.late_bias()}
        return {f"heads.{self.size}.{part}": tensor.detach() for part, tensor in parts.items()}


def solve(head: Head, samples: list[Sample]) -> None:
    """Least squares for a head without a hidden layer, in float64, then a hidden layer that does the same: each band
    and its negative, which the leaky ReLU makes whole again, and the rest at random.
    """
    width = head.pointwise.shape[1]
    gram = torch.zeros(width + 1, width + 1, dtype=torch.float64)
    right = torch.zeros(width + 1, 12, dtype=torch.float64)
    for sample in samples[:: max(1, len(samples) // 300)]:
        given = sample.styles.expand(len(sample.x), *sample.styles.shape)
        x = inner(head.modulated(sample.x, given), 1).transpose(0, 1).flatten(1)
        x = torch.cat((x, torch.ones(1, x.shape[1])))  # [C + 1, positions]
        gram += x @ x.T
        right += x @ haar(sample.wanted.float()).transpose(0, 1).flatten(1).T
    ridge = 1e-5 * gram.diagonal().mean()
    found = torch.linalg.solve(gram + ridge * torch.eye(width + 1), right).float()
    # as large as the bands, half along directions that matter to them
    other = torch.randn(HIDDEN - 24, 12) @ found[:-1].T / 12**0.5
    other += torch.randn(HIDDEN - 24, width) * other.square().mean().sqrt()
    head.pointwise = torch.cat((found[:-1].T, -found[:-1].T, other)).contiguous()
    head.hidden_bias[24:].uniform_(-0.5, 0.5)
    unit = torch.eye(12) / 1.2 * HIDDEN**0.5
    head.weight = torch.cat((unit, -unit, torch.zeros(12, HIDDEN - 24)), 1)
    head.bias = found[-1].contiguous()


def distil(head: Head, samples: list[Sample], steps: int) -> None:
    """Adam on all of it; the rate rises for a moment, then falls as a cosine."""
    learn = [head.depthwise, head.pointwise, head.weight, head.hidden_scale, head.hidden_shift, head.shift]
    # each tensor is moved by shares of its own size
    sizes = [float(p.square().mean().sqrt()) for p in learn]
    groups: list[dict[str, object]] = [
        {"params": [p.requires_grad_()], "lr": RATE * size} for p, size in zip(learn, sizes, strict=True)
    ]
    biases = [head.hidden_bias.requires_grad_(), head.bias.requires_grad_()]
    of_style = [head.late.requires_grad_(), head.scale.requires_grad_()]
    groups.append({"params": biases, "lr": RATE})
    groups.append({"params": of_style, "lr": LATE_RATE, "weight_decay": LATE_DECAY})
    adam = torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=0)
    rates = [float(group["lr"]) for group in adam.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, rates, steps, pct_start=0.05, cycle_momentum=False)
    for _ in range(steps):
        chosen = [samples[int(i)] for i in torch.randint(0, len(samples), (STYLES_A_STEP,))]
        piece = int(torch.randint(0, CROPS, ()))
        room = chosen[0].x.shape[-1] - 2
        side = min(room, PIECE)
        y, left = torch.randint(0, room - side + 1, (2,)).tolist()
        x = torch.stack([s.x[piece, :, y : y + side + 2, left : left + side + 2] for s in chosen])
        rows, columns = slice(2 * y, 2 * (y + side)), slice(2 * left, 2 * (left + side))
        wanted = torch.stack([s.wanted[piece, :, rows, columns] for s in chosen])
        drawn = head.picture(x, torch.stack([s.styles for s in chosen]))
        error = drawn - wanted.float()
        slopes = [error.diff(dim=dim) for dim in (2, 3)]
        loss = soft(error) + 0.5 * sum(soft(slope) for slope in slopes) + 0.5 * soft(F.avg_pool2d(error, 4))
        loss = loss + SEAMS * seams(drawn)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    for p in (*learn, *biases, *of_style):
        p.requires_grad_(False)


def seams(picture: Tensor) -> Tensor:
    """How much more neighbouring pixels differ between Haar blocks than within them: a mesh that the eye finds."""
    total = picture.new_zeros(())
    for dim in (2, 3):
        steps = picture.diff(dim=dim).abs().transpose(dim, 3)  # even ones lie within blocks
        total = total + (steps[..., 1::2].mean((2, 3)) - steps[..., ::2].mean((2, 3))).abs().mean()
    return total


def soft(error: Tensor) -> Tensor:
    """Mean absolute error, rounded off below half a level of 255."""
    return (error.square() + 0.004**2).sqrt().mean()


def measure(head: Head, samples: list[Sample]) -> dict[str, float]:
    """Mean absolute error and PSNR against the averaged full pictures, as displayed; whole and mixed styles apart."""
    found = {}
    for kind, part in (("whole", samples[::2]), ("mixed", samples[1::2])):
        drawn = torch.cat([head.picture(s.x, s.styles[None]).clamp(-1, 1) - s.wanted.float() for s in part])
        error = drawn * 127.5
        found[f"{kind}_mae"] = round(float(error.abs().mean()), 2)
        found[f"{kind}_psnr"] = round(float(10 * torch.log10(255**2 / error.square().mean())), 2)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
