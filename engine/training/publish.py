"""A run becomes a model: the best of its snapshots goes into the models folder, with a card that says what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.catalogue import SUFFIX, card_beside, is_plain_name
from engine.models.known import ENTRIES
from engine.paths import make_folder, models_dir, write_atomically
from engine.training.config import Config, read_config
from engine.training.dataset import Facts, read_facts
from engine.training.following import Kept, Run, RunFollower
from engine.training.run import CONFIG, RunError

if TYPE_CHECKING:
    from engine.models.format import Header

KINDS = {"style": "style-based network (StyleGAN2, 1912.04958)", "progan": "progressive GAN (1710.10196)"}


def publish(folder: Path, name: str | None = None) -> Job[Path]:
    """Put the best snapshot of a run into the models folder; gives its path there.

    name: of the model, free for it; without one that of the run, with a number where another model has it already.
    RunError for a folder that is no run or has no snapshot, VisagistError for a name that is taken or cannot be.
    """
    yield Progress(0, 3, "reading the run")
    if not (folder / CONFIG).is_file():
        raise RunError(f"{folder} is not a run: it has no {CONFIG}")
    config = read_config(folder / CONFIG)
    follower = RunFollower(folder)
    while follower.read():
        yield Progress(0, 3, "reading the run")
    kept = best(follower.run)
    if kept is None:
        raise RunError(f"{folder} has kept no snapshot yet; let it train on")
    yield Progress(1, 3, "reading the snapshot")
    from engine.models.format import load_model, save_model  # torch is slow to import

    header, tensors = load_model(kept.file)
    path = place(plain(name or folder.name), header.hash, must=name is not None)
    if path.exists():
        return path
    yield Progress(2, 3, "writing the model")
    header = msgspec.structs.replace(header, name=path.stem, title=path.stem)
    save_model(path, header, tensors)
    card = card_of(header, config, follower.run, kept, dataset_of(config))
    write_atomically(card_beside(path), card.encode())
    yield Progress(3, 3, "ready")
    return path


def best(run: Run) -> Kept | None:
    """The snapshot to keep: fully grown, and nearest to the pictures by the sliced Wasserstein distance.

    Of those that are not measured the last one; None where there is none.
    """
    there = [kept for kept in run.snapshots if kept.file.is_file()]
    largest = max((kept.side for kept in there), default=0)
    grown = [kept for kept in there if kept.side == largest and kept.alpha >= 1] or there
    distances = run.series.get("swd_mean")
    if not grown or distances is None:
        return max(grown, key=lambda kept: kept.images, default=None)
    measured = distances.images >= grown[0].images
    if not measured.any():
        return grown[-1]
    at = np.array([kept.images for kept in grown], np.float64)
    found = np.interp(at, distances.images[measured], distances.values[measured])
    return grown[len(grown) - 1 - int(np.argmin(found[::-1]))]  # the later of two that are alike


def place(name: str, hash: str, *, must: bool) -> Path:
    """Where the model goes: the file of this name, or with a number, that is free or holds this very network.

    The names of the catalogue are not free.
    """
    from engine.models.foreign import has_hash

    folder = make_folder(models_dir())
    number, path = 1, folder / f"{name}{SUFFIX}"
    while path.stem in ENTRIES or (path.exists() and not has_hash(path, hash)):
        if must:
            where = "known already" if name in ENTRIES else f"already in {folder}"
            raise VisagistError(f"a model named {name} is {where}; choose another name")
        number += 1
        path = folder / f"{name}-{number}{SUFFIX}"
    return path


def plain(name: str) -> str:
    """A name as a file's; VisagistError where nothing of it can be used."""
    found = re.sub(r"[^\w.+-]+", "-", name).strip("-.")[:80]
    if not found or not is_plain_name(found):
        raise VisagistError(f"'{name}' cannot be the name of a model; use letters and digits")
    return found


def dataset_of(config: Config) -> Facts | None:
    """What the data set says of itself, where it is still there."""
    try:
        return read_facts(Path(config.dataset))
    except VisagistError:
        return None


def card_of(header: Header, config: Config, run: Run, kept: Kept, facts: Facts | None) -> str:
    """The model card (Markdown): origin, licence, quality, limits."""
    lines = [f"# {shown(header.title)}", "", f"Pictures of {kept.side} x {kept.side} pixels.", "", "## Origin", ""]
    lines.append(f"* A {KINDS[config.architecture]} that was trained with Visagist.")
    lines.append(f"* {shown(header.provenance[:1].upper() + header.provenance[1:])}.")
    if facts is not None:
        labels = f", labelled with {shown(', '.join(facts.label_names))}" if facts.label_names else ""
        source = f" from {shown(facts.source)}" if facts.source else ""
        lines.append(
            f"* The data set: {facts.count:,} pictures of {facts.side} px{source}{labels}; hash {facts.hash[:12]}."
        )
    device = f" on {shown(run.start.device)} in {shown(run.start.precision)}" if run.start is not None else ""
    lines.append(
        f"* {kept.images / 1000:,g} thousand pictures were shown{device}, growing from {config.levels[0].side} px."
    )
    lines += ["", "## Licence", "", f"* {shown(header.licence)}.", "", "## Quality", "", *quality(run, kept)]
    lines += ["", "## Limits", "", *LIMITS, "", "## Use", "", USE, ""]
    return "\n".join(lines)


def quality(run: Run, kept: Kept) -> list[str]:
    """What was measured last before or at the snapshot."""
    told = []
    names = {f"swd/{side}": f"Sliced Wasserstein distance at {side} px" for side in run.levels}
    names |= {"swd_mean": "Sliced Wasserstein distance, mean", "ms_ssim": "MS-SSIM between pictures"}
    for key, words in (names | {"fid": "FID", "kid": "KID"}).items():
        series = run.series.get(key)
        before = series.values[series.images <= kept.images] if series is not None else np.zeros(0)
        if len(before):
            told.append(f"* {words}: {before[-1]:.4g}")
    return told or ["* Nothing was measured while it learned."]


def shown(text: str) -> str:
    """Text of others as Markdown that shows just that, on one line, without its full stop."""
    return re.sub(r"([\\`*_\[\]<>#|!~])", r"\\\1", " ".join(text.split())).rstrip(".")


LIMITS = [
    "* It knows what its data set shows and nothing else; what is rare there is rare or broken here.",
    "* psi near 0 gives the same mean picture again and again; beyond 1, or with several directions at their ends,",
    "  pictures break.",
]
USE = (
    "What these pictures show does not exist. Do not pass one off as a photograph. Every picture that Visagist saves "
    "says in its metadata that it is synthetic; leave that in."
)
