"""Sheets of pictures: what the averaged generator makes of the same latents, tick by tick."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from engine.paths import write_atomically
from engine.synthetic import SYNTHETIC
from engine.training.config import Config
from engine.training.dataset import Dataset, Pictures
from engine.training.networks.protocol import Forger
from engine.training.networks.shape import Grown

AT_ONCE = 16


class Samples:
    """Fixed latents of a run, as many as a sheet has tiles, with labels out of the data set."""

    def __init__(self, config: Config, dataset: Dataset) -> None:
        self.dataset = dataset
        count = config.sample_columns * config.sample_rows
        dice = torch.Generator().manual_seed(config.seed)
        self.z = torch.randn(count, config.z_dim, generator=dice)
        self.indexes = torch.randint(len(dataset), (count,), generator=dice).numpy()
        self.labels = torch.from_numpy(dataset.labels(self.indexes)) if config.labels else None

    def reals(self, side: int) -> Pictures:
        """As many real pictures: uint8 [columns * rows, side, side, 3]."""
        return self.dataset.pictures(side, self.indexes)

    @torch.no_grad()
    def pictures(self, generator: Forger, grown: Grown) -> Pictures:
        """uint8 [columns * rows, side, side, 3]."""
        device = next(generator.parameters()).device
        parts = []
        for at in range(0, len(self.z), AT_ONCE):
            label = None if self.labels is None else self.labels[at : at + AT_ONCE].to(device)
            picture, _ = generator(self.z[at : at + AT_ONCE].to(device), label, grown)
            parts.append(to_bytes(picture))
        return np.concatenate(parts)


@torch.no_grad()
def random_pictures(generator: Forger, grown: Grown, count: int, seed: int) -> Iterator[Pictures]:
    """Batches uint8 [n, side, side, 3] of new latents."""
    device = next(generator.parameters()).device
    dice = torch.Generator().manual_seed(seed)
    for at in range(0, count, AT_ONCE):
        z = torch.randn(min(AT_ONCE, count - at), generator.shape.z_dim, generator=dice)
        yield to_bytes(generator(z.to(device), None, grown)[0])


def to_bytes(pictures: Tensor) -> Pictures:
    """[N, 3, H, W] in [-1, 1] -> uint8 [N, H, W, 3]."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()


def write_sheet(path: Path, pictures: Pictures, columns: int, *, synthetic: bool = True) -> None:
    """Pictures [N, S, S, 3] as tiles without gaps; a sheet of generated ones says so in its metadata."""
    rows = math.ceil(len(pictures) / columns)
    side = pictures.shape[1]
    sheet = np.zeros((rows * columns, side, side, 3), np.uint8)
    sheet[: len(pictures)] = pictures
    whole = sheet.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)
    texts = PngInfo()
    if synthetic:
        texts.add_itxt("DigitalSourceType", SYNTHETIC)
    buffer = io.BytesIO()
    Image.fromarray(whole).save(buffer, "PNG", pnginfo=texts)
    write_atomically(path, buffer.getvalue())
