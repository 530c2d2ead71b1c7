"""The table of labels that the shipped directions are learned from.

    python packaging/face_table.py FOLDER      # what make_labels.py made -> packaging/face_labels/labels.csv

Columns of programs: what face-api reads (age, the logarithms of the odds of its shares, which are linear in w where
the shares are not), and what landmarks and pixels measure. Labels by eye stand in packaging/face_labels/by_eye.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.face_measures import FACES, measure_face  # noqa: E402
from engine.directions.labels import Labels, write_labels  # noqa: E402
from engine.directions.measures import PIXELS  # noqa: E402
from make_labels import FIRST, psi_of  # noqa: E402
from make_sheets import opened  # noqa: E402

HERE = Path(__file__).resolve().parent / "face_labels"
EXPRESSIONS = {"happy": "happiness", "surprised": "surprise", "angry": "anger"}
SURE = 1e-5  # shares nearer to 0 or 1 are taken to be this near
FROM_PIXELS = ("brightness", "warmth", "colourfulness", "background")
DIGITS = 4  # of each number in the table, which keeps it small
NAMES = ("age", "gender_expression", *EXPRESSIONS.values(), *FACES, *FROM_PIXELS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    pictures = opened(folder)
    lines = [json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").splitlines()]
    faces = [line for line in lines if "landmarks" in line]
    measured = np.array([measure(np.array(pictures[face["seed"] - FIRST]), face) for face in faces])
    seeds = tuple(face["seed"] for face in faces)
    psi = np.array([psi_of(seed) for seed in seeds])
    table = Labels(seeds, NAMES, rounded(measured), psi)
    write_labels(HERE / "labels.csv", table)
    print(f"{len(faces)} faces of {len(lines)} pictures, {len(table.names)} columns")
    return 0


def measure(picture: NDArray[np.uint8], face: Mapping[str, Any]) -> list[float]:
    """What NAMES say of a picture and its label by face-api; all of them nan where no face was found."""
    if "landmarks" not in face:
        return [math.nan] * len(NAMES)
    landmarks = np.array(face["landmarks"]).reshape(-1, 2)
    odds = [log_odds(face["expressions"][word]) for word in EXPRESSIONS]
    pixels = [float(PIXELS[name](picture[None, ::2, ::2])[0]) for name in FROM_PIXELS]
    return [face["age"], log_odds(1 - face["male"]), *odds, *measure_face(picture, landmarks).values(), *pixels]


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same to so many digits."""
    return np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"))(values)


def log_odds(share: float) -> float:
    """The logarithm of share : 1 - share."""
    sure = min(max(share, SURE), 1 - SURE)
    return math.log(sure / (1 - sure))


def by_eye() -> dict[int, dict[str, float]]:
    """seed -> word -> 1, 0, or nan where nobody could tell."""
    with (HERE / "by_eye.csv").open(encoding="utf-8", newline="") as file:
        return {
            int(row["seed"]): {word: float(cell or "nan") for word, cell in row.items() if word != "seed"}
            for row in csv.DictReader(file)
        }


if __name__ == "__main__":
    raise SystemExit(main())
