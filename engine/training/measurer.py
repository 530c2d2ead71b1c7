"""A small network that reads the labels of a data set off pictures, trained on that data set.

A generator that learned from the same pictures then has its own pictures measured in the same words, which is how its
directions get true names (Shen et al. 2020, InterFaceGAN, 1907.10786, section 4.1, with predictors of its own).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import torch
import torch.nn.functional as F
from msgspec import Struct
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import ModelFileError, VisagistError
from engine.job import Job, Progress
from engine.models.format import read_metadata, save_tensors
from engine.training.dataset import Dataset, Facts, Labels, Pictures

KEY = "visagist_measurer"
VERSION = 1
LARGEST_FILE = 64 * 2**20
SIDE = 64  # pixels a side that it looks at; smaller pictures as they are
WIDTHS = (24, 48, 96, 128)
HIDDEN = 192
BATCH = 64
RATE = 2e-3
HELD_OUT = 10  # one picture in so many is kept to measure the measurer by
FEWEST = 200
LEGIBLE = 0.3  # R2 on pictures held out, from which on a label is worth measuring by


class Card(Struct, frozen=True, forbid_unknown_fields=True):
    """What a measurer's file says of itself.

    labels: the data set's, in the order of the outputs; r2: of each on pictures held out (nan as 0); mean, deviation:
    of each label, which turn outputs into the data set's own units; dataset: its hash.
    """

    version: int
    side: int
    labels: tuple[str, ...]
    r2: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    dataset: str
    title: str


class Reader(nn.Module):
    """Pictures [N, 3, side, side] in [-1, 1] -> [N, L]: convolutions that halve the side down to 4, then two layers.

    Positions are kept to the end, since labels such as yaw and the side of the light are about where things are.
    """

    def __init__(self, side: int, labels: int) -> None:
        super().__init__()
        steps = (side // 4).bit_length() - 1
        widths = [3, *WIDTHS[:steps]]
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(widths):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(widths[-1] * 16, HIDDEN), nn.ReLU(), nn.Dropout(0.2), nn.Linear(HIDDEN, labels)
        )

    def forward(self, pictures: Tensor) -> Tensor:
        read: Tensor = self.head(self.features(pictures))
        return read


class NetworkMeasurer:
    """A trained reader as a measurer of pictures of any size; it tells only the labels that it can read."""

    def __init__(self, card: Card, reader: Reader) -> None:
        self.card = card
        self.reader = reader.eval()
        self.told = [place for place, r2 in enumerate(card.r2) if r2 >= LEGIBLE]
        if not self.told:
            raise VisagistError(
                f"none of the labels of {card.title} can be read off its pictures: the best is {max(card.r2):.2f} "
                f"of its variance on pictures held out, and {LEGIBLE} is needed; train on more pictures, or for longer"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The labels that it tells."""
        return tuple(self.card.labels[place] for place in self.told)

    @torch.no_grad()
    def __call__(self, pictures: Pictures) -> NDArray[np.float64]:
        """uint8 [N, H, W, 3] -> [N, len(names)] in the data set's own units."""
        read = self.reader(to_input(torch.from_numpy(np.ascontiguousarray(pictures)), self.card.side)).double()
        whole = read * torch.tensor(self.card.deviation) + torch.tensor(self.card.mean)
        return np.asarray(whole.numpy()[:, self.told], np.float64)


def train_measurer(dataset: Dataset, *, passes: int = 12, seed: int = 0) -> Job[NetworkMeasurer]:
    """Teach a small network to read all labels of a data set; equal arguments give equal networks on one thread.

    Raises VisagistError for a data set without labels, with too few pictures, or whose labels cannot be read off them.
    """
    check(dataset, passes)
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(dataset))
    held, shown = np.sort(order[::HELD_OUT]), np.setdiff1d(order, order[::HELD_OUT])
    labels = dataset.labels(shown).astype(np.float64)
    mean, deviation = labels.mean(0), np.maximum(labels.std(0), 1e-9)
    side = min(SIDE, dataset.facts.side)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        reader = Reader(side, labels.shape[1])
        steps = passes * (len(shown) // BATCH)
        optimizer = torch.optim.AdamW(reader.parameters(), RATE, weight_decay=0.02)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
        scale = torch.from_numpy(deviation).float()
        for done, indexes in enumerate(batches(shown, passes, chance)):
            pictures, wanted = batch_of(dataset, side, indexes, chance)
            wanted = (wanted - torch.from_numpy(mean).float()) / scale
            loss = F.mse_loss(reader.train()(pictures), wanted)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()
            yield Progress(done + 1, steps, "learning to read the labels")
    r2 = scores(reader, dataset, side, held, mean, deviation)
    facts = dataset.facts
    card = Card(
        VERSION, side, facts.label_names, r2, tuple(mean.tolist()), tuple(deviation.tolist()), facts.hash, facts.title
    )
    return NetworkMeasurer(card, reader)


def check(dataset: Dataset, passes: int) -> None:
    """Whether a measurer can be trained on a data set."""
    if not dataset.facts.label_names:
        raise VisagistError(
            f"{dataset.folder} has no labels, so there is nothing to learn to read; build it with labels"
        )
    if len(dataset) < FEWEST:
        raise VisagistError(f"{dataset.folder} has {len(dataset)} pictures; a measurer needs at least {FEWEST}")
    if passes < 1:
        raise VisagistError(f"{passes} passes were asked for; ask for at least one")
    if not np.isfinite(dataset.labels(np.arange(len(dataset)))).all():
        raise VisagistError(f"{dataset.folder} has a label that is not a finite number; build the data set again")


def batches(shown: NDArray[np.int64], passes: int, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Indexes of the pictures of each step: all of them once a pass, in another order each time."""
    for _ in range(passes):
        order = chance.permutation(shown)
        yield from np.split(order[: len(order) // BATCH * BATCH], len(order) // BATCH)


def batch_of(
    dataset: Dataset, side: int, indexes: NDArray[np.int64], chance: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Pictures [N, 3, side, side] and labels [N, L], half of them mirrored where the labels say how they then read."""
    pictures, labels = dataset.pictures(side, indexes), dataset.labels(indexes)
    if dataset.facts.mirror_negates:
        mirrored = chance.random(len(indexes)) < 0.5
        pictures, labels = mirror(pictures, labels, dataset.facts, mirrored)
    return to_input(torch.from_numpy(pictures), side), torch.from_numpy(labels)


def mirror(pictures: Pictures, labels: Labels, facts: Facts, which: NDArray[np.bool_]) -> tuple[Pictures, Labels]:
    """Some of the pictures mirrored, with their labels."""
    turned = np.isin(facts.label_names, facts.mirror_negates)
    flipped = np.where(which[:, None, None, None], pictures[:, :, ::-1], pictures)
    return flipped, np.where(which[:, None] & turned, -labels, labels)


def to_input(pictures: Tensor, side: int) -> Tensor:
    """uint8 [N, H, W, 3] -> [N, 3, side, side] in [-1, 1], larger pictures by the mean of the pixels."""
    given = pictures.permute(0, 3, 1, 2).float() / 127.5 - 1
    if given.shape[-1] < side:
        return F.interpolate(given, (side, side), mode="bilinear", align_corners=False)
    return F.adaptive_avg_pool2d(given, side)


@torch.no_grad()
def scores(
    reader: Reader,
    dataset: Dataset,
    side: int,
    held: NDArray[np.int64],
    mean: NDArray[np.float64],
    deviation: NDArray[np.float64],
) -> tuple[float, ...]:
    """R2 of each label on the pictures held out; 0 for a label that never differs there."""
    reader.eval()
    read = [reader(to_input(torch.from_numpy(dataset.pictures(side, part)), side)) for part in np.array_split(held, 16)]
    told = torch.cat(read).double().numpy() * deviation + mean
    truth = dataset.labels(held).astype(np.float64)
    spread = truth.var(0)
    left = ((told - truth) ** 2).mean(0)
    r2 = np.where(spread > 0, 1 - left / np.where(spread > 0, spread, 1), 0.0)
    return tuple(map(float, r2))


def save_measurer(path: Path, measurer: NetworkMeasurer) -> None:
    """Write a measurer whole or not at all."""
    tensors = {name: tensor.contiguous() for name, tensor in measurer.reader.state_dict().items()}
    save_tensors(path, {KEY: msgspec.json.encode(measurer.card).decode()}, tensors)


def load_measurer(path: Path) -> NetworkMeasurer:
    """Read a measurer; ModelFileError for a file that is missing, broken, or something else."""
    raw = read_metadata(path).get(KEY)
    if not isinstance(raw, str):
        raise ModelFileError(path, "it is not a measurer", "train one with `visagist measurer`")
    if path.stat().st_size > LARGEST_FILE:
        raise ModelFileError(path, f"it is larger than {LARGEST_FILE // 2**20} MB, which no measurer is")
    try:
        card = msgspec.json.decode(raw.encode(), type=Card)
        tensors = load_file(path)
    except (msgspec.DecodeError, UnicodeError, RecursionError, SafetensorError, OSError, ValueError) as error:
        raise ModelFileError(path, f"it cannot be read ({error})", "train it again") from error
    if card.version > VERSION:
        raise ModelFileError(path, f"it is version {card.version} and this program reads up to {VERSION}")
    counts = {len(card.labels), len(card.r2), len(card.mean), len(card.deviation)}
    if len(counts) > 1 or not card.labels or card.side not in (8, 16, 32, 64):
        raise ModelFileError(path, "its numbers do not fit its labels", "train it again")
    reader = Reader(card.side, len(card.labels))
    try:
        reader.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelFileError(path, "its tensors are not those of a measurer", "train it again") from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise ModelFileError(path, "a tensor holds a value that is not a finite number", "train it again")
    return NetworkMeasurer(card, reader)
