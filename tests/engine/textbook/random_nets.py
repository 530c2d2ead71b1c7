"""Random StyleGAN2, StyleGAN3 and progressive networks of any size, with nothing left at zero."""

from __future__ import annotations

import json
import math

import numpy as np
import torch
from torch import Tensor

Hyper = dict[str, float | int | str | bool | None]
Net = tuple[dict[str, Tensor], Hyper]


class Drawn(dict):
    """Tensors drawn one after the other from one seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = torch.Generator().manual_seed(seed)

    def draw(self, name: str, *shape: int, scale: float = 1.0, shift: float = 0.0) -> None:
        self[name] = torch.randn(*shape, generator=self.random) * scale + shift

    def mapping(self, z_dim: int, w_dim: int, labels: int, layers: int, lr: float, *, joint: bool) -> None:
        if labels:
            self.draw("mapping.embed.weight", w_dim, labels)
            if not joint:
                self.draw("mapping.embed.bias", w_dim, scale=0.1)
        for i in range(layers):
            inside = w_dim if i else z_dim + (w_dim if labels else 0)
            self.draw(f"mapping.fc{i}.weight", w_dim, inside, scale=1 / lr)
            self.draw(f"mapping.fc{i}.bias", w_dim, scale=0.1 / lr)
        self.draw("mapping.w_avg", w_dim, scale=0.1)

    def styled(self, name: str, outside: int, inside: int, kernel: int, w_dim: int) -> None:
        self.draw(f"{name}.weight", outside, inside, kernel, kernel)
        self.draw(f"{name}.bias", outside, scale=0.1)
        self.draw(f"{name}.affine.weight", inside, w_dim, scale=0.3)
        self.draw(f"{name}.affine.bias", inside, scale=0.1, shift=1)


def stylegan2(
    resolution: int = 32,
    *,
    most: int = 24,
    base: int = 512,
    w_dim: int = 40,
    z_dim: int = 48,
    layers: int = 2,
    labels: int = 0,
    joint: bool = False,
    architecture: str = "skip",
    clamp: float | None = None,
    noise: bool = True,
    seed: int = 0,
) -> Net:
    """Channels at resolution R: base / R, at most `most`; config-f has base 32768, most 512 and 8 layers that map."""
    net = Drawn(seed)
    net.mapping(z_dim, w_dim, labels, layers, 0.01, joint=joint)
    inside = min(base // 4, most)
    net.draw("synthesis.b4.const", inside, 4, 4)
    side = 4
    while side <= resolution:
        outside, before = min(base // side, most), inside
        for conv in ("conv1",) if side == 4 else ("conv0", "conv1"):
            name = f"synthesis.b{side}.{conv}"
            net.styled(name, outside, inside, 3, w_dim)
            if noise:
                net.draw(f"{name}.noise_const", side, side)
                net[f"{name}.noise_strength"] = torch.tensor(0.1)
            inside = outside
        if architecture == "resnet" and side > 4:
            net.draw(f"synthesis.b{side}.skip.weight", outside, before, 1, 1)
        if architecture == "skip" or side == resolution:
            net.styled(f"synthesis.b{side}.torgb", 3, inside, 1, w_dim)
        side *= 2
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": z_dim,
        "w_dim": w_dim,
        "c_dim": labels,
        "architecture": architecture,
        "conv_clamp": clamp,
        "mapping_lr": 0.01,
        "label_norm": "joint" if joint else "separate",
        "use_noise": noise,
        "activation": "lrelu",
    }
    return dict(net), hyper


def stylegan2_discriminator(
    resolution: int = 32,
    *,
    most: int = 24,
    base: int = 512,
    architecture: str = "resnet",
    clamp: float | None = None,
    group: int | None = None,
    features: int = 0,
    labels: int = 0,
    mapped: int | None = None,
    layers: int = 0,
    seed: int = 0,
) -> Net:
    """Channels as those of `stylegan2`. mapped: width of the mapped label, None where labels pick their output."""
    net = Drawn(seed)
    side = resolution
    while side >= 4:
        inside, outside = min(base // side, most), min(2 * base // side, most)
        if architecture == "skip" or side == resolution:
            net.draw(f"b{side}.fromrgb.weight", inside, 3, 1, 1)
            net.draw(f"b{side}.fromrgb.bias", inside, scale=0.1)
        if side == 4:
            break
        for name, out in (("conv0", inside), ("conv1", outside)):
            net.draw(f"b{side}.{name}.weight", out, inside, 3, 3)
            net.draw(f"b{side}.{name}.bias", out, scale=0.1)
        if architecture == "resnet":
            net.draw(f"b{side}.skip.weight", outside, inside, 1, 1)
        side //= 2
    last, outputs = min(base // 4, most), mapped or labels or 1
    for name, shape in (("conv", (last, last + features, 3, 3)), ("fc", (last, 16 * last)), ("out", (outputs, last))):
        net.draw(f"b4.{name}.weight", *shape)
        net.draw(f"b4.{name}.bias", shape[0], scale=0.1)
    if labels and mapped:
        net.draw("mapping.embed.weight", mapped, labels)
        net.draw("mapping.embed.bias", mapped, scale=0.1)
        for i in range(layers):
            net.draw(f"mapping.fc{i}.weight", mapped, mapped, scale=10)
            net.draw(f"mapping.fc{i}.bias", mapped)
    hyper: Hyper = {
        "resolution": resolution,
        "c_dim": labels,
        "architecture": architecture,
        "conv_clamp": clamp,
        "mapping_lr": 0.1,
        "mbstd_group": group,
        "mbstd_features": features,
        "label": "dot_mapped" if mapped or not labels else "dot",
    }
    return dict(net), hyper


def progan(resolution: int = 16, *, most: int = 8, base: int = 64, z_dim: int = 8, seed: int = 0) -> Net:
    """A grown, fused progressive GAN; the published ones of 1024 px have base 16384 and most 512."""
    net = Drawn(seed)
    before = min(base // 4, most)
    net.draw("synthesis.b4.fc.weight", 16 * before, z_dim)
    net.draw("synthesis.b4.fc.bias", before, scale=0.1)
    side = 4
    while side <= resolution:
        channels = min(base // side, most)
        for conv in ("conv1",) if side == 4 else ("conv0", "conv1"):
            net.draw(f"synthesis.b{side}.{conv}.weight", channels, before, 3, 3)
            net.draw(f"synthesis.b{side}.{conv}.bias", channels, scale=0.1)
            before = channels
        net.draw(f"synthesis.b{side}.torgb.weight", 3, channels, 1, 1)
        net.draw(f"synthesis.b{side}.torgb.bias", 3, scale=0.1)
        side *= 2
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": z_dim,
        "c_dim": 0,
        "lod": 0.0,
        "fused_from": 8,
        "wscale": True,
    }
    return dict(net), hyper


def stylegan3(
    resolution: int = 32,
    *,
    radial: bool = False,
    most: int = 16,
    base: int = 512,
    w_dim: int = 40,
    z_dim: int = 48,
    labels: int = 0,
    clamp: float | None = 256.0,
    count: int = 14,
    critical: int = 2,
    margin: int = 10,
    kernel: int | None = None,
    length: int = 6,
    finer: int = 2,
    seed: int = 0,
) -> Net:
    """Configuration T, or R where radial; the published nets have base 32768 (R: 65536) and most 512 (R: 1024).

    count: layers before the colours, of which so many are critically sampled; length: taps of a filter for each factor
    that it scales by; finer: how much finer the grid is on which a layer is activated.
    """
    kernel = kernel or (1 if radial else 3)
    exponents = np.minimum(np.arange(count + 1) / (count - critical), 1)
    cutoffs = 2 * (resolution / 4) ** exponents
    stopbands = 2**2.1 * (resolution / 2 * 2**0.3 / 2**2.1) ** exponents
    rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, resolution))))
    halves = np.maximum(stopbands, rates / 2) - cutoffs
    made = rates + 2 * margin
    made[-2:] = resolution
    channels = np.rint(np.minimum(base / 2 / cutoffs, most)).astype(int)
    channels[-1] = 3
    net = Drawn(seed)
    net.mapping(z_dim, w_dim, labels, 2, 0.01, joint=False)
    first = int(channels[0])
    net.draw("synthesis.input.weight", first, first)
    angles = torch.rand(first, generator=net.random) * 2 * math.pi
    lengths = torch.rand(first, generator=net.random).sqrt() * float(cutoffs[0])
    net["synthesis.input.freqs"] = torch.stack([angles.cos(), angles.sin()], 1) * lengths[:, None]
    net["synthesis.input.phases"] = torch.rand(first, generator=net.random) - 0.5
    net["synthesis.input.transform"] = torch.eye(3)
    net.draw("synthesis.input.affine.weight", 4, w_dim, scale=0.2)
    net["synthesis.input.affine.bias"] = torch.tensor([1.0, 0, 0, 0])
    layers = []
    for i in range(count + 1):
        torgb, before = i == count, max(i - 1, 0)
        name = f"L{i}_{int(made[i])}_{channels[i]}"
        side = 1 if torgb else kernel
        net.styled(f"synthesis.{name}", int(channels[i]), int(channels[before]), side, w_dim)
        net[f"synthesis.{name}.magnitude_ema"] = torch.tensor(0.9)
        fine = max(rates[before], rates[i]) * (1 if torgb else finer)
        up, down = round(fine / rates[before]), round(fine / rates[i])
        ups, downs = (1 if torgb or factor == 1 else length * factor for factor in (up, down))
        if ups > 1:
            net[f"synthesis.{name}.up_filter"] = kaiser(ups, cutoffs[before], halves[before] * 2, fine)
        if downs > 1:
            flat = not radial or i >= count - critical
            taps = kaiser(downs, cutoffs[i], halves[i] * 2, fine) if flat else ring(downs, cutoffs[i], fine)
            net[f"synthesis.{name}.down_filter"] = taps
        whole = (int(made[i]) - 1) * down + downs + ups - 1 - (int(made[before]) + side - 1) * up
        low = (whole + up) // 2
        layers.append(
            {
                "name": name,
                "is_torgb": torgb,
                "up": up,
                "down": down,
                "padding": [low, whole - low, low, whole - low],
                "clamp": clamp,
                "up_filter": ups > 1,
                "down_filter": downs > 1,
            }
        )
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": z_dim,
        "w_dim": w_dim,
        "c_dim": labels,
        "output_scale": 0.25,
        "mapping_lr": 0.01,
        "input_size": json.dumps([int(made[0]), int(made[0])]),
        "input_sampling_rate": float(rates[0]),
        "input_bandwidth": float(cutoffs[0]),
        "layers": json.dumps(layers),
    }
    return dict(net), hyper


def kaiser(taps: int, cutoff: float, width: float, rate: float) -> Tensor:
    """A low-pass filter of sum one by the window method (2106.12423, appendix C)."""
    loss = 2.285 * (taps - 1) * math.pi * width / (rate / 2) + 7.95
    beta = (
        0.1102 * (loss - 8.7) if loss > 50 else 0.5842 * (loss - 21) ** 0.4 + 0.07886 * (loss - 21) if loss > 21 else 0
    )
    places = np.arange(taps) - (taps - 1) / 2
    values = np.sinc(2 * cutoff / rate * places) * np.kaiser(taps, beta)
    return torch.from_numpy(values / values.sum()).float()


def ring(taps: int, cutoff: float, rate: float) -> Tensor:
    """A filter [taps, taps] that is no product of two: a round one, as those of configuration R are."""
    places = np.arange(taps) - (taps - 1) / 2
    radius = np.hypot(places, places[:, None])
    values = np.sinc(2 * cutoff / rate * radius) * np.kaiser(taps, 4) * np.kaiser(taps, 4)[:, None]
    return torch.from_numpy(values / values.sum()).float()
