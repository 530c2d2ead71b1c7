"""Learn the directions that ship with the face generator, from the labels in packaging/face_labels.

    python packaging/make_face_pack.py FOLDER       # -> resources/directions/ffhq.safetensors

FOLDER holds the packages that face_api.py fetches, and keeps the measured responses for a second call. Every
slider is a linear predictor of its labels in w (engine/directions/contest.py), freed of the predictors of all other
attributes as far as these do not belong to it (InterFaceGAN, 1907.10786, section 3.3, softly), or what was seen to move
pictures (face_responses.py), and tried in several groups of style rows on pictures that are measured again; the group
that moves other attributes least is taken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torch import Tensor

from face_measurer import FaceMeasurer, Measured
from face_responses import Responses, measured_responses
from face_sliders import ROWS, SLIDERS, Slider
from face_table import HERE, NAMES, by_eye
from make_labels import moved_picture
from soft_axes import Predictors, axis_of, predictors_of, reach

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.calibrate import Candidate  # noqa: E402
from engine.directions.discover import make_ruler  # noqa: E402
from engine.directions.headings import DISCOVERED  # noqa: E402
from engine.directions.labels import Labels, read_labels  # noqa: E402
from engine.directions.limits import Limits  # noqa: E402
from engine.directions.pack import Direction, DirectionPack, load_pack, save_pack  # noqa: E402
from engine.directions.pictures import w_of_seeds  # noqa: E402
from engine.job import finish  # noqa: E402
from engine.models.model import Model, open_model  # noqa: E402
from engine.paths import models_dir, resources  # noqa: E402

PACK = resources() / "directions" / "ffhq.safetensors"
STILL = 10.0  # how much a standard deviation of another attribute weighs against the length of the move
STILL_BY_EYE = 3.0  # the same for predictors from few labels
TRIED_ON = range(300_000, 300_008)
LEAST = 0.35  # standard deviations that a unit as predicted must move on pictures, or the group does not act
BY_EYE_UNIT = 1.25  # deviations of the predictor's score that are one unit where no program measures
LONGEST = 2.0  # deviations of w along a direction that one unit may be


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    model = open_model(models_dir() / "ffhq.safetensors")
    predictors = predict(model)
    deviations = np.array([predictors.deviations[predictors.columns.index(name)] for name in NAMES])
    with FaceMeasurer(options.folder) as measurer:
        caused = measured_responses(
            model, measurer, predictors.covariance, deviations, options.folder / "responses.npz"
        )
        tried = [best(model, measurer, predictors, caused, one) for one in SLIDERS]
    limits = Limits(model, seed=0)
    learned = [limited(limits, one) for one in tried]
    save_pack(PACK, DirectionPack(model.hash, (*learned, *discovered(load_pack(PACK), learned))))
    return 0


def table() -> Labels:
    """The labels of programs and those by eye as one table."""
    told = read_labels(HERE / "labels.csv")
    eyes = by_eye()
    words = tuple(next(iter(eyes.values())))
    seen = np.array([[eyes.get(seed, {}).get(word, np.nan) for word in words] for seed in told.seeds])
    return replace(told, names=(*told.names, *words), values=np.concatenate((told.values, seen), 1))


def predict(model: Model) -> Predictors:
    """A linear predictor of every column."""
    labels = table()
    return predictors_of(model, labels, finish(w_of_seeds(model.generator, labels.seeds)))


@dataclass(frozen=True, eq=False)
class Trial:
    """A slider in one group of rows: unit is the length in w of what is one unit."""

    slider: Slider
    group: str
    axis: Tensor
    unit: float
    spread: float
    statistics: dict[str, float]


def best(model: Model, measurer: FaceMeasurer, known: Predictors, caused: Responses, one: Slider) -> Trial:
    """The group of rows that moves other attributes least for as much of its own."""
    still = [STILL if column in NAMES else STILL_BY_EYE for column in known.columns]
    axis = caused.axis_of(one) if one.by_response else axis_of(known, one.columns, one.along, still)
    spread = float((axis @ known.covariance @ axis).sqrt())
    gain = max(float(known.mixed(one.columns) @ axis), 1e-6)
    first = one.columns if not one.by_eye else {}
    score = known.answers[known.columns.index(next(iter(one.columns)))].score
    told = {
        score.name.casefold(): round(score.value, 4),
        "labels": float(known.counts[known.columns.index(next(iter(one.columns)))]),
    }
    length = BY_EYE_UNIT * spread if one.by_eye else min(1 / gain, LONGEST * spread)
    trials = []
    for group in one.tried:
        moves = [(seed, sign) for seed in TRIED_ON for sign in (-1, 1)]
        seen = list(
            measurer.all(
                moved_picture(model, seed, (sign * length * axis).float(), ROWS[group]) for seed, sign in moves
            )
        )
        before, after = seen[::2], seen[1::2]
        change = {
            name: float(np.nanmean([b.values[name] - a.values[name] for a, b in zip(before, after, strict=True)]) / 2)
            / known.deviations[known.columns.index(name)]
            for name in NAMES
        }
        own = sum(share * change[column] for column, share in first.items())
        others = float(np.mean([abs(change[name]) for name in NAMES if name not in one.along]))
        likeness = float(np.nanmean([cosine(a, b) for a, b in zip(before, after, strict=True)]))
        print(f"{one.name:18} {group:18} own {own:+.2f} others {others:.2f} likeness {likeness:.3f}", flush=True)
        numbers = told | {"moved": round(own, 3), "others": round(others, 3), "likeness": round(likeness, 3)}
        trials.append(
            (others / max(own, 1e-3) if first else others, own, Trial(one, group, axis, length, spread, numbers))
        )
    if not first:
        return trials[0][2]
    acting = [trial for trial in trials if trial[1] >= LEAST] or trials
    _, own, chosen = min(acting, key=lambda trial: trial[0])
    unit = float(min(chosen.unit / max(own, LEAST), LONGEST * spread))
    return replace(chosen, unit=unit)


def cosine(a: Measured, b: Measured) -> float:
    """Likeness of two persons as the descriptor sees it; nan where either has no face."""
    return float(a.descriptor @ b.descriptor / (np.linalg.norm(a.descriptor) * np.linalg.norm(b.descriptor)))


def limited(limits: Limits, one: Trial) -> Direction:
    """The direction with the range in which pictures hold."""
    rows = ROWS[one.group]
    candidate = Candidate(one.axis, rows, one.group, "labels", 0, one.spread)
    output = limits.output_for(rows)
    if output.size not in limits.rulers:
        limits.rulers[output.size] = make_ruler(limits.model, output, limits.seed)
    ruler = limits.rulers[output.size]
    low, high = -reach(ruler, candidate, -one.unit), reach(ruler, candidate, one.unit)
    low, high = max(low, one.slider.ends[0]), min(high, one.slider.ends[1])
    print(f"{one.slider.name:18} {one.group:18} unit {one.unit:.2f} {low:+.1f} ... {high:+.1f}", flush=True)
    return Direction(
        name=one.slider.name,
        vector=(one.unit * one.axis).float(),
        rows=rows,
        low=float(low),
        high=float(high),
        group=one.group,
        method="eye" if one.slider.by_eye else "labels",
        statistics={key: float(number) for key, number in one.statistics.items()}
        | {"unit": float(one.unit), "deviations": float(one.unit / one.spread)},
        heading=one.slider.heading,
    )


def discovered(pack: DirectionPack, learned: Sequence[Direction]) -> list[Direction]:
    """The directions that discovery found, under names that the learned ones leave free; ids stay, for recipes."""
    taken = {direction.name.casefold() for direction in learned}
    return [
        replace(one, name=f"{one.name} (found)", heading=DISCOVERED) if one.name.casefold() in taken else one
        for one in pack.directions
        if one.method in ("sefa", "pca")
    ]


if __name__ == "__main__":
    raise SystemExit(main())
