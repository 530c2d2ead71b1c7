"""The discriminator of StyleGAN2 (1912.04958), of StyleGAN2-ADA (2006.06676) and of StyleGAN3 (2106.12423)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.equalized import convolution, linear
from engine.networks.mapping import MappingNetwork
from engine.networks.resample import filter_of, smoothing
from engine.networks.shapes import Shape, check, take
from engine.networks.stylegan2_shapes import ARCHITECTURES, Hyper, mapping_shapes, number

FAMILY = "stylegan2_d"


class StyleGAN2Discriminator:
    """How real a picture looks: a logit, greater for more real.

    weights: tensors named as in `engine.models.found` under stylegan2_d; hyper: architecture, conv_clamp, mapping_lr,
    mbstd_group, mbstd_features, label. Computes in float32, and lets gradients through.
    """

    def __init__(self, weights: Mapping[str, Tensor], hyper: Hyper, device: torch.device | str = "cpu") -> None:
        self.device = torch.device(device)
        self.hyper = hyper
        self.clamp = number(hyper, "conv_clamp")
        self.sides = sides_of(weights)
        self.mapping = None
        if "mapping.embed.weight" in weights:
            self.mapping = MappingNetwork(weights, number(hyper, "mapping_lr") or 0.01)
        self.weights: dict[str, Tensor] = {}
        for name in (name.removesuffix(".weight") for name in weights if name.endswith(".weight")):
            if name in ("b4.fc", "b4.out"):
                weight, bias = linear(weights, name)
                self.weights |= {f"{name}.weight": weight.to(self.device), f"{name}.bias": bias.to(self.device)}
            elif not name.startswith("mapping."):
                self.weights[f"{name}.weight"] = convolution(weights, name).to(self.device)
                if f"{name}.bias" in weights:
                    self.weights[f"{name}.bias"] = weights[f"{name}.bias"].float().to(self.device)
        self.filters = {
            f"b{side}{part}": smoothing(filter_of(weights, f"b{side}{part}"), 1.0).to(self.device)
            for side in self.sides
            for part in ("", ".conv1", ".skip")
        }

    def __call__(self, picture: Tensor, label: Tensor | None = None) -> Tensor:
        """picture [N, 3, R, R] in about [-1, 1], label [N, label_dim] -> logits [N, 1].

        Where there is a minibatch standard deviation, a logit depends on the other pictures of the batch.
        """
        image = picture.to(self.device, torch.float32)
        x: Tensor | None = None
        for side in self.sides[:-1]:
            x, image = self.block(side, x, image)
        assert x is not None
        return self.conditioned(self.epilogue(x, image), label)

    def block(self, side: int, x: Tensor | None, image: Tensor) -> tuple[Tensor, Tensor]:
        """A block of conv0 and conv1 and what goes round them -> activation and picture of half the side."""
        name, architecture = f"b{side}", self.hyper["architecture"]
        if f"{name}.fromrgb.weight" in self.weights:
            seen = self.convolve(image, f"{name}.fromrgb")
            x = seen if x is None else x + seen
        assert x is not None
        if architecture == "skip":
            image = halved(image, self.filters[name])
        if architecture == "resnet":
            around = F.conv2d(halved(x, self.filters[f"{name}.skip"]), self.weights[f"{name}.skip.weight"])
            x = self.convolve(self.convolve(x, f"{name}.conv0"), f"{name}.conv1", gain=math.sqrt(0.5), down=True)
            return around * math.sqrt(0.5) + x, image
        return self.convolve(self.convolve(x, f"{name}.conv0"), f"{name}.conv1", down=True), image

    def epilogue(self, x: Tensor, image: Tensor) -> Tensor:
        """[N, C, 4, 4] -> [N, 1], or [N, width of the mapped label]."""
        if "b4.fromrgb.weight" in self.weights:
            x = x + self.convolve(image, "b4.fromrgb", clamped=False)
        features = int(number_or_zero(self.hyper, "mbstd_features"))
        if features:
            x = with_deviation(x, int(number_or_zero(self.hyper, "mbstd_group")) or None, features)
        x = self.convolve(x, "b4.conv").flatten(1)
        x = F.leaky_relu(F.linear(x, self.weights["b4.fc.weight"], self.weights["b4.fc.bias"]), 0.2) * math.sqrt(2)
        return F.linear(x, self.weights["b4.out.weight"], self.weights["b4.out.bias"])

    def conditioned(self, out: Tensor, label: Tensor | None) -> Tensor:
        """The label's say in the logit (2006.06676, appendix)."""
        if self.mapping is not None:
            given = torch.zeros(len(out), self.mapping.label_dim) if label is None else label
            mapped = self.mapping(None, given).to(out).clone()  # what was made in inference mode may see no gradient
            return (out * mapped).sum(1, keepdim=True) / math.sqrt(mapped.shape[1])
        if self.hyper.get("label") == "dot" and label is not None and label.shape[1]:
            return (out * label.to(out)).sum(1, keepdim=True)
        return out

    def convolve(self, x: Tensor, name: str, *, gain: float = 1.0, down: bool = False, clamped: bool = True) -> Tensor:
        """Convolution, leaky ReLU 0.2 times sqrt 2 and a gain, clamp; down: filtered, with stride 2."""
        weight = self.weights[f"{name}.weight"]
        if down:
            x = depthwise(x, self.filters[name], padding=2)
        x = F.conv2d(
            x,
            weight,
            self.weights[f"{name}.bias"],
            stride=2 if down else 1,
            padding=0 if down else weight.shape[2] // 2,
        )
        x = F.leaky_relu(x, 0.2) * (math.sqrt(2) * gain)
        return x if self.clamp is None or not clamped else x.clamp(-self.clamp * gain, self.clamp * gain)


def halved(x: Tensor, kernel: Tensor) -> Tensor:
    """Filtered, every second pixel kept: [N, C, R, R] -> [N, C, R / 2, R / 2]."""
    return depthwise(x, kernel, padding=1, stride=2)


def depthwise(x: Tensor, kernel: Tensor, padding: int, stride: int = 1) -> Tensor:
    """One kernel [1, 1, k, k] on every channel."""
    channels = x.shape[1]
    return F.conv2d(x, kernel.expand(channels, -1, -1, -1), stride=stride, padding=padding, groups=channels)


def with_deviation(x: Tensor, group: int | None, features: int) -> Tensor:
    """Minibatch standard deviation (ProGAN, 1710.10196, section 3) as further channels.

    x [N, C, H, W] -> [N, C + features, H, W]. group: samples that are compared (None: all); sample n stands with
    those of the same n modulo N / group.
    """
    n, channels, height, width = x.shape
    size = n if group is None else min(group, n)
    if n % size:
        raise VisagistError(f"a batch of {n} pictures cannot be split into groups of {size}")
    y = x.reshape(size, n // size, features, channels // features, height, width)
    deviation = ((y - y.mean(0)).square().mean(0) + 1e-8).sqrt().mean((2, 3, 4))  # [N / group, features]
    return torch.cat([x, deviation[:, :, None, None].repeat(size, 1, height, width)], 1)


def number_or_zero(hyper: Hyper, name: str) -> float:
    """A number of the hyper-parameters; 0 where it is 0 or not set."""
    return number(hyper, name) or 0.0 if hyper.get(name) else 0.0


def sides_of(weights: Mapping[str, Tensor]) -> list[int]:
    """Sides of the blocks, descending to 4 without a gap."""
    sides = [4]
    while f"b{2 * sides[0]}.conv0.weight" in weights:
        sides.insert(0, 2 * sides[0])
    return sides


def check_discriminator(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    if hyper.get("architecture") not in ARCHITECTURES:
        raise VisagistError(f"its architecture is {hyper.get('architecture')!r}; known are {', '.join(ARCHITECTURES)}")
    if hyper.get("label", "dot_mapped") not in ("dot", "dot_mapped"):
        raise VisagistError(f"its label is {hyper['label']!r}; known are dot and dot_mapped")
    check(weights, shapes(weights, hyper))


def shapes(weights: Mapping[str, Tensor], hyper: Hyper) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself."""
    architecture = hyper["architecture"]
    sides = sides_of(weights)
    if len(sides) < 2:
        raise VisagistError("it lacks the tensor b8.conv0.weight")
    channels = take(weights, f"b{sides[0]}.fromrgb.weight", 4).shape[0]
    for side in sides:
        name = f"b{side}"
        if side == sides[0] or architecture == "skip":
            yield f"{name}.fromrgb.weight", (channels, 3, 1, 1)
            yield f"{name}.fromrgb.bias", (channels,)
        if side == 4:
            continue
        before = channels
        for conv in ("conv0", "conv1"):
            after = take(weights, f"{name}.{conv}.weight", 4).shape[0]
            yield f"{name}.{conv}.weight", (after, channels, 3, 3)
            yield f"{name}.{conv}.bias", (after,)
            channels = after
        if architecture == "resnet":
            yield f"{name}.skip.weight", (channels, before, 1, 1)
    features = int(number_or_zero(hyper, "mbstd_features"))
    if features and channels % features:
        raise VisagistError(f"its {channels} channels cannot be split among {features} standard deviations")
    after = take(weights, "b4.conv.weight", 4).shape[0]
    yield "b4.conv.weight", (after, channels + features, 3, 3)
    yield "b4.conv.bias", (after,)
    hidden = take(weights, "b4.fc.weight", 2).shape[0]
    yield "b4.fc.weight", (hidden, 16 * after)
    yield "b4.fc.bias", (hidden,)
    outside = take(weights, "b4.out.weight", 2).shape[0]
    yield "b4.out.weight", (outside, hidden)
    yield "b4.out.bias", (outside,)
    if "mapping.embed.weight" in weights:
        yield from mapping_shapes(weights, outside)
