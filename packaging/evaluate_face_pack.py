"""Measure what each shipped slider does to every attribute, and write it into its card with a strip of pictures.

    python packaging/evaluate_face_pack.py FOLDER [--faces 500] [--strips]   # -> resources/directions/ffhq.md

FOLDER/evaluation.jsonl keeps every measured picture, so that a second call goes on; --faces 0 only writes the card from
what is there. Each of the fresh seeds is moved by a part of the moves in turn, so that all moves see equally many.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from face_card import card
from face_measurer import FaceMeasurer, Measured
from face_sliders import SLIDERS
from make_face_pack import PACK, cosine
from make_labels import moved_picture

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.pack import Direction, load_pack  # noqa: E402
from engine.models.model import Model, open_model  # noqa: E402
from engine.paths import models_dir  # noqa: E402

FIRST = 400_000
AMOUNTS = (-2.0, -1.0, 1.0, 2.0)
SHARE = 8  # of the moves, one in so many is made on each face
STRIP = (400_004, 400_011, 400_020)
TILE = 128


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faces", type=int, default=500)
    parser.add_argument("--strips", action="store_true", help="draw the strips, too")
    options = parser.parse_args()
    names = {one.name for one in SLIDERS}
    directions = [one for one in load_pack(PACK).directions if one.name in names and one.method in ("labels", "eye")]
    done = options.folder / "evaluation.jsonl"
    done.touch()
    if options.faces or options.strips:
        model = open_model(models_dir() / "ffhq.safetensors")
        if options.strips:
            draw_strips(model, directions)
        with FaceMeasurer(options.folder) as measurer:
            evaluate(model, directions, measurer, done, options.faces)
    card(PACK.with_suffix(".md"), directions, read(done))
    return 0


def read(path: Path) -> list[dict[str, Any]]:
    """The lines that are whole."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]


def amount_of(direction: Direction, amount: float) -> float:
    """As far as the slider goes."""
    return min(max(amount, direction.low), direction.high)


def moves_of(directions: Sequence[Direction], number: int) -> list[tuple[Direction, float]]:
    """The moves that the face of this number is measured with."""
    moves = [(direction, amount) for direction in directions for amount in AMOUNTS]
    return [move for place, move in enumerate(moves) if (place + number) % SHARE == 0]


def evaluate(model: Model, directions: Sequence[Direction], measurer: FaceMeasurer, path: Path, faces: int) -> None:
    """Measure faces FIRST, FIRST + 1, ... as they are and moved, a line for each picture."""
    begun = {line["seed"] for line in read(path)}
    for number in range(faces):
        if FIRST + number in begun:
            continue
        moves = moves_of(directions, number)
        pictures: list[NDArray[np.uint8]] = []
        found = list(measurer.all(kept(drawn(model, FIRST + number, moves), pictures)))
        base, *rest = found
        outside = np.ones(pictures[0].shape[:2], bool)
        if base.box is not None:
            left, top, right, bottom = base.box
            outside[top:bottom, left:right] = False
        lines = [line_of(FIRST + number, "", 0.0, base)]
        for (direction, amount), picture, measured in zip(moves, pictures[1:], rest, strict=True):
            change = picture.astype(float)[outside] - pictures[0].astype(float)[outside]
            extra = {"cosine": cosine(base, measured), "outside": float(np.sqrt(np.square(change).mean()))}
            lines.append(line_of(FIRST + number, direction.id, amount, measured) | extra)
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
        print(f"{number + 1} faces", file=sys.stderr, flush=True)


def drawn(model: Model, seed: int, moves: Sequence[tuple[Direction, float]]) -> Iterator[NDArray[np.uint8]]:
    """The picture of a seed, then all its moves."""
    yield moved_picture(model, seed, torch.zeros(model.generator.plan.w_dim), ())
    for direction, amount in moves:
        yield moved_picture(model, seed, amount_of(direction, amount) * direction.vector, direction.rows)


def kept(pictures: Iterator[NDArray[np.uint8]], into: list[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """The same pictures, which stay in a list."""
    for picture in pictures:
        into.append(picture)
        yield picture


def line_of(seed: int, direction: str, amount: float, measured: Measured) -> dict[str, Any]:
    values = {name: float(f"{value:.5g}") for name, value in measured.values.items()}
    return {"seed": seed, "direction": direction, "amount": amount, "values": values}


def draw_strips(model: Model, directions: Sequence[Direction]) -> None:
    """A row of pictures for each slider on three faces: from its low end to its high one."""
    folder = PACK.with_suffix("")
    folder.mkdir(exist_ok=True)
    for direction in directions:
        amounts = [direction.low, direction.low / 2, 0.0, direction.high / 2, direction.high]
        rows = [
            np.concatenate(
                [moved_picture(model, seed, a * direction.vector, direction.rows, 0.7, TILE) for a in amounts], 1
            )
            for seed in STRIP
        ]
        path = folder / f"{direction.name.casefold().replace(' ', '-')}.jpg"
        Image.fromarray(np.concatenate(rows)).save(path, quality=70)
        print(path, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
