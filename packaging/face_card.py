"""The card of the shipped pack: how it was made, and the re-scoring table of what each slider does."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.pack import Direction  # noqa: E402
from engine.paths import write_atomically  # noqa: E402
from face_sliders import SLIDERS, Slider  # noqa: E402
from face_table import NAMES  # noqa: E402
from make_face_pack import TRIED_ON  # noqa: E402

Lines = Sequence[Mapping[str, Any]]

TEMPLATE = Path(__file__).resolve().parent / "face_labels" / "card.md"


def card(path: Path, directions: Sequence[Direction], lines: Lines) -> None:
    """Write the page."""
    changes = Changes(lines)
    names = [(one.name, one.name.casefold().replace(" ", "-")) for one in directions]
    text = TEMPLATE.read_text("utf-8").format(
        tried=len(TRIED_ON),
        labels=max(int(direction.statistics["labels"]) for direction in directions),
        faces=changes.faces,
        rows="\n".join(f"| {' | '.join(row_of(direction, changes))} |" for direction in directions),
        strips="\n".join(f"{name}\n\n![{name}]({path.stem}/{file}.jpg)\n" for name, file in names),
    )
    write_atomically(path, text.encode())


class Changes:
    """What moves changed, face by face, in standard deviations among the unmoved faces."""

    def __init__(self, lines: Lines) -> None:
        self.base = {line["seed"]: values_of(line) for line in lines if not line["direction"]}
        self.faces = len(self.base)
        self.deviations = np.nanstd(list(self.base.values()), 0) if self.base else np.ones(len(NAMES))
        self.lines = [line for line in lines if line["direction"]]

    def of(self, direction: Direction, amounts: Sequence[float]) -> NDArray[np.float64]:
        """Mean change [len(NAMES)] at these amounts, one after the other: [amounts, columns]."""
        found = []
        for amount in amounts:
            these = [one for one in self.lines if one["direction"] == direction.id and one["amount"] == amount]
            changes = [(values_of(one) - self.base[one["seed"]]) / self.deviations for one in these]
            found.append(np.nanmean(changes, 0) if changes else np.full(len(NAMES), np.nan))
        return np.array(found)

    def mean(self, direction: Direction, key: str) -> float:
        """Mean of a number at one unit either way."""
        near = [one[key] for one in self.lines if one["direction"] == direction.id and abs(one["amount"]) == 1]
        return float(np.nanmean(near)) if near else float("nan")


def values_of(line: Mapping[str, Any]) -> NDArray[np.float64]:
    return np.array([line["values"][name] for name in NAMES], np.float64)


def row_of(direction: Direction, changes: Changes) -> list[str]:
    """One row of the table."""
    slider = next(one for one in SLIDERS if one.name == direction.name)
    rows = f"{direction.rows[0]}-{direction.rows[-1]}"
    kind = "auc" if "auc" in direction.statistics else "r2"
    score = f"{kind.upper()} {direction.statistics[kind]:.2f}"
    row = [slider.name, rows, f"{direction.low:+.1f} … {direction.high:+.1f}", score]
    seen = changes.of(direction, (-2.0, -1.0, 1.0, 2.0))
    own = own_of(slider, seen)
    free = [place for place, name in enumerate(NAMES) if name not in slider.along]
    others = float(np.nanmean(np.abs(seen[1:3][:, free])))
    likeness, outside = changes.mean(direction, "cosine"), changes.mean(direction, "outside")
    return [*row, own, f"{others:.2f}", f"{likeness:.3f}", f"{outside:.0f}", most(slider, seen[3])]


def own_of(slider: Slider, seen: NDArray[np.float64]) -> str:
    """What the slider's own columns move by between its ends."""
    if slider.by_eye:
        return "by eye"
    moved = sum(share * (seen[3] - seen[0])[NAMES.index(column)] for column, share in slider.columns.items())
    return f"{moved:+.2f}"


def most(slider: Slider, change: NDArray[np.float64]) -> str:
    """The three columns, not its own, that change most."""
    sizes = {name: float(value) for name, value in zip(NAMES, change, strict=True) if name not in slider.columns}
    best = sorted(sizes, key=lambda name: -abs(sizes[name]))[:3]
    return ", ".join(f"{name.replace('_', ' ')} {sizes[name]:+.1f}" for name in best)
