"""The discriminators of progressive GANs (1710.10196) and of StyleGAN (1812.04948), in float32, with gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.progressive import (
    ROOT2,
    Growth,
    blur_kernel,
    boxed,
    is_fused,
    kernel_of,
    level_of_detail,
    sides_of,
)
from engine.networks.shapes import Shape, check, take
from engine.networks.stylegan2_discriminator import with_deviation
from engine.networks.stylegan2_shapes import Hyper

FAMILIES = ("progan_d", "stylegan1_d")


def check_progressive(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    check(weights, shapes(weights, hyper))
    level_of_detail(hyper, sides_of(weights, ""))
    if hyper.get("label") not in ("dot", "columns"):
        raise VisagistError(f"its labels are used as {hyper.get('label')!r}; known are dot and columns")
    for name in ("mbstd_group", "mbstd_features"):
        count = hyper.get(name)
        if count is not None and (not isinstance(count, int) or not 0 <= count <= 4096):
            raise VisagistError(f"its {name} is {count!r} and should be a whole number")


def shapes(weights: Mapping[str, Tensor], hyper: Hyper) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself."""
    sides = sides_of(weights, "")
    channels = take(weights, f"b{sides[-1]}.fromrgb.weight", 4).shape[0]
    for side in reversed(sides):
        yield f"b{side}.fromrgb.weight", (channels, 3, 1, 1)
        yield f"b{side}.fromrgb.bias", (channels,)
        for name in (f"b{side}.conv0", f"b{side}.conv1") if side > 4 else ():
            after = take(weights, f"{name}.weight", 4).shape[0]
            yield f"{name}.weight", (after, channels, 3, 3)
            yield f"{name}.bias", (after,)
            channels = after
    after = take(weights, "b4.conv.weight", 4).shape[0]
    features = hyper.get("mbstd_features") or 0
    yield "b4.conv.weight", (after, channels + int(features), 3, 3)
    yield "b4.conv.bias", (after,)
    inside = 16 * after
    for name in ("b4.fc", "b4.out"):
        outside = take(weights, f"{name}.weight", 2).shape[0]
        yield f"{name}.weight", (outside, inside)
        yield f"{name}.bias", (outside,)
        inside = outside


class ProgressiveDiscriminator:
    """How real a picture looks: greater for more real.

    weights: tensors named as in `engine.models.found` under progan_d and stylegan1_d; hyper: lod, fused_from,
    mbstd_group, mbstd_features, label, wscale, blur.
    """

    def __init__(self, weights: Mapping[str, Tensor], hyper: Hyper, device: torch.device | str = "cpu") -> None:
        self.device, self.hyper = torch.device(device), hyper
        self.sides = sides_of(weights, "")
        self.growth = Growth(level_of_detail(hyper, self.sides), self.sides)
        self.weights: dict[str, Tensor] = {}
        for name in (name.removesuffix(".weight") for name in weights if name.endswith(".weight")):
            kernel = kernel_of(weights, name, hyper, 1.0 if name == "b4.out" else ROOT2)
            if name.endswith("conv1") and is_fused(hyper, int(name[1:].split(".")[0])):
                kernel = boxed(kernel) / 4
            self.weights[f"{name}.weight"] = kernel.to(self.device)
            self.weights[f"{name}.bias"] = weights[f"{name}.bias"].float().to(self.device)

    def __call__(self, picture: Tensor, label: Tensor | None = None) -> Tensor:
        """picture [N, 3, R, R] in about [-1, 1], label [N, label_dim] -> logits [N, 1].

        A network whose outputs say the label too gives all of them: [N, 1 + label_dim]. A logit depends on the other
        pictures of the batch.
        """
        image = picture.to(self.device, torch.float32)
        x = self.seen(image, self.growth.halvings)
        for side in reversed([side for side in self.sides[1:] if side <= self.growth.side]):
            x = self.halved(f"b{side}.conv1", self.convolved(f"b{side}.conv0", x))
            if self.growth.fraction and side == self.growth.side:
                x = x + (self.seen(image, self.growth.halvings + 1) - x) * self.growth.fraction
        features, group = int(self.hyper.get("mbstd_features") or 0), self.hyper.get("mbstd_group")
        if features:
            x = with_deviation(x, None if group is None else int(group), features)
        x = self.convolved("b4.conv", x).flatten(1)
        x = F.leaky_relu(F.linear(x, self.weights["b4.fc.weight"], self.weights["b4.fc.bias"]), 0.2)
        x = F.linear(x, self.weights["b4.out.weight"], self.weights["b4.out.bias"])
        if self.hyper["label"] == "dot" and label is not None and label.shape[1]:
            return (x * label.to(x)).sum(1, keepdim=True)
        return x

    def seen(self, image: Tensor, halvings: int) -> Tensor:
        """The picture, halved so often, as features."""
        small = F.avg_pool2d(image, 2**halvings) if halvings else image
        return self.convolved(f"b{self.sides[-1] >> halvings}.fromrgb", small)

    def convolved(self, name: str, x: Tensor) -> Tensor:
        """Convolution, bias, leaky ReLU 0.2."""
        kernel = self.weights[f"{name}.weight"]
        return F.leaky_relu(F.conv2d(x, kernel, self.weights[f"{name}.bias"], padding=kernel.shape[-1] // 2), 0.2)

    def halved(self, name: str, x: Tensor) -> Tensor:
        """The layer that halves the side; StyleGAN's blurs before, and takes the mean before the bias."""
        kernel, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        if self.hyper["blur"]:
            x = F.conv2d(x, blur_kernel(x.shape[1]).to(x), padding=1, groups=x.shape[1])
        if kernel.shape[-1] == 4:
            return F.leaky_relu(F.conv2d(x, kernel, bias, stride=2, padding=1), 0.2)
        if self.hyper["blur"]:
            return F.leaky_relu(F.avg_pool2d(F.conv2d(x, kernel, padding=1), 2) + bias[:, None, None], 0.2)
        return F.avg_pool2d(F.leaky_relu(F.conv2d(x, kernel, bias, padding=1), 0.2), 2)
