"""Where pictures to measure come from: a packed data set, a folder of picture files, or a model that makes them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch.nn import functional as F

from engine.devices import Target
from engine.errors import VisagistError
from engine.latents import Latents
from engine.models.catalogue import resolve_model
from engine.models.model import Model, open_model
from engine.networks.generator import synthesize
from engine.recipe import SeedLatent
from engine.training.dataset import FACTS, Dataset
from engine.training.metrics.pyramid import Pictures
from engine.training.metrics.scores import BATCH, batches_of

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
LARGEST = 1024


@dataclass(frozen=True)
class PictureSource:
    """side: of the largest pictures it gives, a power of two; count: how many there are, None for as many as wanted.

    batches: a side, a number of pictures and a seed -> batches uint8 [n, side, side, 3], those pictures at the most.
    """

    side: int
    count: int | None
    batches: Callable[[int, int, int], Iterator[Pictures]]

    def at_most(self, count: int) -> int:
        """How many of `count` pictures there are."""
        return count if self.count is None else min(count, self.count)


def open_pictures(text: str, target: Target | None = None) -> PictureSource:
    """A data set or a folder by its path, or a model by its name or file; VisagistError for anything else.

    target: where a model runs; its pictures are those of the seeds from 0 on, untruncated and without a label.
    """
    path = Path(text)
    if (path / FACTS).is_file():
        dataset = Dataset(path)
        return PictureSource(
            dataset.facts.side,
            len(dataset),
            lambda side, count, seed: iter(batches_of(dataset, side, count, seed=seed)),
        )
    if path.is_dir():
        return of_folder(path)
    model = open_model(resolve_model(text), target)
    return PictureSource(
        model.generator.plan.resolution, None, lambda side, count, seed: of_model(model, side, range(count))
    )


def of_folder(folder: Path) -> PictureSource:
    """All picture files in a folder and the folders in it; its side is that of the first."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    if not files:
        raise VisagistError(f"{folder} has no pictures in it; give a data set, or a folder of picture files")
    with opened(files[0]) as image:
        shorter = min(image.size)

    def batches(side: int, count: int, seed: int) -> Iterator[Pictures]:
        chosen = [files[index] for index in np.random.default_rng(seed).permutation(len(files))[:count]]
        for start in range(0, len(chosen), BATCH):
            yield np.stack([read_square(path, side) for path in chosen[start : start + BATCH]])

    return PictureSource(min(LARGEST, 1 << shorter.bit_length() - 1), len(files), batches)


def read_square(path: Path, side: int) -> Pictures:
    """The middle of a picture file, made smaller by the means of areas: uint8 [side, side, 3]."""
    with opened(path) as image:
        try:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except (OSError, ValueError, SyntaxError) as error:
            raise VisagistError(f"{path} cannot be read as a picture; take it out of the folder") from error
    width, height = upright.size
    shorter = min(width, height)
    if shorter < side:
        raise VisagistError(f"{path} has {width} x {height} pixels and is too small to be looked at with {side}")
    left, top = (width - shorter) / 2, (height - shorter) / 2
    area = (left, top, left + shorter, top + shorter)
    return np.asarray(upright.resize((side, side), Image.Resampling.BOX, box=area))


def opened(path: Path) -> Image.Image:
    """A picture file whose header was read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise VisagistError(f"{path} has too many pixels to be read; make it smaller") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise VisagistError(f"{path} cannot be read as a picture; take it out of the folder") from error
    if image.mode[0] in "IF":
        image.close()
        raise VisagistError(f"{path} has more than 8 bits a colour; convert it to 8 first")
    return image


def of_model(model: Model, side: int, seeds: range) -> Iterator[Pictures]:
    """What a model makes of seeds, made smaller by means of 2 x 2 pixels."""
    latents = Latents(model.generator, model.w_mean)
    for start in range(0, len(seeds), BATCH):
        made = []
        for seed in seeds[start : start + BATCH]:
            with torch.inference_mode():
                picture = synthesize(model.generator, latents.rows_of(SeedLatent(seed), ())[None]).float().cpu()
                made.append(F.avg_pool2d(picture, picture.shape[-1] // side)[0])  # [3, side, side]
        levels = torch.stack(made).mul(127.5).add(127.5).round().clamp(0, 255)
        yield levels.to(torch.uint8).permute(0, 2, 3, 1).numpy()
