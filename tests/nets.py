"""Small random networks in our own format, for tests that need a real model but no real face."""

from __future__ import annotations

import itertools
from pathlib import Path

import torch
from torch import Tensor

from engine.models.format import Header, content_hash, save_model

WIDTHS = (64, 64, 64, 64)  # channels after conv1 and after each block; 4 px, then 8, 16, 32: a picture of 64 px
STYLE = 512


def tiny_weights(seed: int = 0, widths: tuple[int, ...] = WIDTHS, heads: int = 3) -> dict[str, Tensor]:
    """A random MobileStyleGAN of len(widths) - 1 blocks with output heads at its `heads` largest sizes."""
    random = torch.Generator().manual_seed(seed)
    tensors: dict[str, Tensor] = {}

    def draw(name: str, *shape: int, scale: float = 1.0, shift: float = 0.0) -> None:
        tensors[name] = torch.randn(*shape, generator=random) * scale + shift

    def modulation(name: str, channels: int) -> None:
        draw(f"{name}.modulation.weight", channels, STYLE, scale=0.3 / STYLE**0.5)
        draw(f"{name}.modulation.bias", channels, scale=0.1, shift=1.0)

    for i in range(2):
        draw(f"mapping.fc{i}.weight", STYLE, STYLE, scale=STYLE**-0.5)
        draw(f"mapping.fc{i}.bias", STYLE, scale=0.1)
    draw("synthesis.input", widths[0], 4, 4)
    modulation("synthesis.conv1", widths[0])
    draw("synthesis.conv1.weight", widths[0], widths[0], 3, 3)
    draw("synthesis.conv1.bias", widths[0], scale=0.1)
    draw("synthesis.conv1.noise", 4, 4, scale=0.1)
    side = 4
    for i, (before, after) in enumerate(itertools.pairwise(widths)):
        side *= 2
        modulation(f"synthesis.blocks.{i}.up", before)
        inside = before // 4
        for conv in ("conv1", "conv2"):
            name = f"synthesis.blocks.{i}.{conv}"
            modulation(name, inside)
            draw(f"{name}.depthwise", inside, 3, 3, scale=inside**0.5)
            draw(f"{name}.pointwise", after, inside, scale=1.5 * inside**-0.5)
            draw(f"{name}.bias", after, scale=0.1)
            draw(f"{name}.noise", side, side, scale=0.1)
            inside = after
    for i in range(len(widths) - 1 - heads, len(widths) - 1):
        size, channels = 16 << i, widths[i + 1]
        modulation(f"synthesis.heads.{size}", channels)
        draw(f"synthesis.heads.{size}.weight", 12, channels, scale=0.5)
        draw(f"synthesis.heads.{size}.bias", 12, scale=0.1)
    draw("w_mean", STYLE, scale=0.1)
    return tensors


def save_tiny(path: Path, seed: int = 0, **changes: str) -> Header:
    """Write a tiny model; `changes` replaces fields of its header."""
    tensors = tiny_weights(seed)
    fields = {
        "family": "mobile_stylegan",
        "name": "tiny",
        "title": "A tiny random network",
        "provenance": "drawn at random by a test",
        "licence": "none needed",
        "hash": content_hash("mobile_stylegan", tensors),
    }
    header = Header(**(fields | changes))
    save_model(path, header, tensors)
    return header
