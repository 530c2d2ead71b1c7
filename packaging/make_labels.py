"""Label faces of the shipped model by programs: rendered here, read by face-api in Node.

    python packaging/make_labels.py FOLDER [--count 4500]      # after `visagist models add ffhq`

FOLDER keeps what was made: pictures.u8 (raw RGB, SIDE pixels a side), labels.jsonl (one line a picture) and the fetched
packages; a second call goes on where the first ended. Seeds are FIRST, FIRST + 1, ...; each has a psi of its own
between 0.7 and 1, which depends on the seed alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.pictures import w_of_seeds  # noqa: E402
from engine.job import finish  # noqa: E402
from engine.latents import draw_z  # noqa: E402
from engine.models.model import Model, open_model  # noqa: E402
from engine.networks.generator import synthesize  # noqa: E402
from engine.paths import models_dir  # noqa: E402
from face_api import FaceApi, fetched  # noqa: E402

FIRST = 100_000
COUNT = 4_500
SIDE = 256  # the networks see the face at 112 to 150 pixels
LOWEST, HIGHEST = 0.7, 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--readers", type=int, default=2, help="Node processes, which take longer than the renderer")
    options = parser.parse_args()
    modules = fetched(options.folder / "npm")
    model = open_model(models_dir() / "ffhq.safetensors")
    with ExitStack() as open_ones:
        readers = [open_ones.enter_context(FaceApi(modules, SIDE)) for _ in range(options.readers)]
        label(model, readers, options.folder, options.count)
    return 0


def psi_of(seed: int) -> float:
    """The truncation that a seed is shown at."""
    share = np.random.default_rng([seed, 7]).random()
    return round(float(LOWEST + (HIGHEST - LOWEST) * share), 3)


@torch.no_grad()
def w_of(model: Model, seed: int) -> torch.Tensor:
    """w [w_dim] of a seed at its psi."""
    w = model.generator.map(draw_z(seed, model.generator.plan.z_dim)[None])[0]
    return torch.lerp(model.w_mean, w, psi_of(seed))


@torch.no_grad()
def picture(model: Model, styles: torch.Tensor, side: int = SIDE) -> NDArray[np.uint8]:
    """styles [style_rows, w_dim] -> uint8 [side, side, 3]."""
    made = synthesize(model.generator, styles[None], size=side)[0]  # one at a time, as the fused kernels want
    levels = (made.float() * 127.5 + 127.5).round().clamp(0, 255).to(torch.uint8)
    pixels: NDArray[np.uint8] = levels.permute(1, 2, 0).contiguous().cpu().numpy()
    return pixels


def moved_picture(
    model: Model, seed: int, move: Tensor, rows: Sequence[int], psi: float | None = None, side: int = 256
) -> NDArray[np.uint8]:
    """The picture of a seed, its styles moved in some rows."""
    w = finish(w_of_seeds(model.generator, [seed]))[0]
    styles = torch.lerp(model.w_mean, w, psi_of(seed) if psi is None else psi).repeat(
        model.generator.plan.style_rows, 1
    )
    styles[list(rows)] += move
    return picture(model, styles, side)


def label(model: Model, readers: Sequence[FaceApi], folder: Path, count: int) -> None:
    """Add to the folder's two files until they hold `count` faces."""
    size = 3 * SIDE * SIDE
    pictures, lines = folder / "pictures.u8", folder / "labels.jsonl"
    for file in (pictures, lines):
        file.touch()
    whole = lines.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    done = min(whole.count(b"\n"), pictures.stat().st_size // size)
    kept = b"".join(whole.splitlines(keepends=True)[:done])
    rows = model.generator.plan.style_rows
    with pictures.open("r+b") as seen, lines.open("r+b") as told:
        seen.truncate(seen.seek(done * size))
        told.truncate(told.seek(len(kept)))
        asked: deque[tuple[int, FaceApi]] = deque()
        for seed, reader in zip(range(FIRST + done, FIRST + count), cycle(readers), strict=False):
            shown = picture(model, w_of(model, seed).expand(rows, -1))
            seen.write(shown.tobytes())
            reader.send(shown)
            asked.append((seed, reader))
            if len(asked) > 2 * len(readers):  # each has one to read while it reads one
                write(told, *asked.popleft())
        while asked:
            write(told, *asked.popleft())


def write(told: BinaryIO, seed: int, reader: FaceApi) -> None:
    """The next label, as a line of the table."""
    line = json.dumps({"seed": seed, "psi": psi_of(seed)} | reader.take(), separators=(",", ":"))
    told.write(f"{line}\n".encode())
    told.flush()
    if seed % 100 == 99:
        print(f"{seed - FIRST + 1} faces", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
