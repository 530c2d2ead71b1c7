"""Makes the bundled model out of a snapshot, and its sliders out of the labels of the faces that it learned from.

    visagist measurer DATASET -o MEASURER            # DATASET: the rendered faces with their labels, packed
    python packaging/make_bundled.py RUN/snapshots/0001200000.safetensors MEASURER

-> resources/models/faces64.safetensors (half precision, the program's own name and licence) and
resources/directions/faces64.safetensors; prints what the card's table of sliders says. It never runs at install. The
card, resources/models/faces64.md, is written by hand from the run's log.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.devices import Target
from engine.directions.calibrate import Candidate
from engine.directions.discover import make_ruler
from engine.directions.evaluate import evaluate
from engine.directions.limits import Limits
from engine.directions.measures import Measurer, Together, pixel_measures
from engine.directions.pack import Direction, DirectionPack, save_pack
from engine.directions.pictures import label, measured, styles_of, w_of_seeds
from engine.directions.words import title_of
from engine.job import finish
from engine.models.catalogue import path_of
from engine.models.format import content_hash, load_model, save_model
from engine.models.known import FACES64
from engine.models.model import Model, open_model
from engine.paths import resources
from engine.training.measurer import NetworkMeasurer, load_measurer
from soft_axes import Predictors, axis_of, predictors_of, reach

PACK = resources() / "directions" / f"{FACES64.name}.safetensors"
LABELLED = range(1, 2001)
FRESH = range(900_001, 900_041)
PSI = 0.7

TRIED_ON = range(800_001, 800_025)
STILL = 10.0  # how much a standard deviation of another label weighs against the length of the move
LEAST = 0.35  # standard deviations that a unit as predicted must move on pictures
LEAST_IN_ALL = 1.0  # standard deviations that a slider must move its label by from -2 to +2, or it is none
LONGEST = 1.5  # deviations of w along a slider that one unit may be
# late rows alone fool the network that measures: it says that much moves, and nothing is seen
GROUPS = {"all": tuple(range(10)), "coarse and middle": tuple(range(7))}
SKIN = "skin_tone skin_r skin_g skin_b eth_african eth_asian eth_caucasian"
HAIR = "hair_r hair_g hair_b"
LIGHT = "light_el light_contrast exposure brightness contrast light_height"


@dataclass(frozen=True)
class Slider:
    """One slider: its label, with the sign of its high end, and the labels that belong to it and are not held still."""

    name: str
    heading: str
    label: str
    along: str = ""
    sign: int = 1


SLIDERS = (
    Slider("Age", "Face", "age", f"wrinkles recede {HAIR}"),
    Slider("Gender expression", "Face", "gender", "beard makeup hair_length bangs recede brow_thickness", -1),
    Slider("Gaze to the side", "Face", "gaze_x"),
    Slider("Skin tone", "Face", "skin_tone", f"{SKIN} brightness contrast warmth"),
    Slider("Make-up", "Face", "makeup", "gender"),
    Slider("Glasses", "Face", "glasses"),
    Slider("Hair length", "Hair", "hair_length", "gender recede"),
    Slider("Hair lightness", "Hair", "hair_g", f"{HAIR} brightness contrast age warmth"),
    Slider("Fringe", "Hair", "bangs", "recede hair_length"),
    Slider("Receding hair", "Hair", "recede", "bangs hair_length age gender"),
    Slider("Beard", "Hair", "beard", "gender"),
    Slider("Yaw", "Pose", "yaw", "gaze_x light_side"),
    Slider("Pitch", "Pose", "pitch", "gaze_y"),
    Slider("Light side", "Light", "light_az", "light_side"),
    Slider("Exposure", "Light", "exposure", f"{LIGHT} background"),
    Slider("Background", "Light", "background", "brightness contrast"),
)


@dataclass(frozen=True, eq=False)
class Trial:
    """A slider in one group of rows: unit is the length in w of what is one unit."""

    found: Candidate
    unit: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("measurer", type=Path)
    options = parser.parse_args()
    make_model(options.snapshot)
    make_sliders(load_measurer(options.measurer))
    return 0


def make_model(snapshot: Path) -> None:
    """Write the model file that ships."""
    header, tensors = load_model(snapshot)
    small = {
        name: tensor.half() if tensor.dtype == torch.float32 and name != "w_mean" else tensor
        for name, tensor in tensors.items()
    }
    header = msgspec.structs.replace(
        header,
        name=FACES64.name,
        title=FACES64.title,
        provenance=FACES64.provenance,
        licence=FACES64.licence,
        hash=content_hash(header.family, small),
    )
    save_model(path_of(FACES64.name), header, small)


def make_sliders(network: NetworkMeasurer) -> None:
    """Write the pack that ships, and tell what each of its sliders does to fresh faces."""
    model = open_model(path_of(FACES64.name), Target("cpu", "f32"))
    measurer = Together([network, pixel_measures()])
    labels = finish(label(model, measurer, LABELLED, PSI))
    known = predictors_of(model, labels, finish(w_of_seeds(model.generator, labels.seeds)))
    limits = Limits(model, seed=0)
    faces = torch.lerp(model.w_mean, finish(w_of_seeds(model.generator, TRIED_ON)), PSI)
    pack = DirectionPack(
        model.hash, tuple(learned(one, best(model, measurer, known, one, faces), limits) for one in SLIDERS)
    )
    # the table finds the attribute of a slider by its name
    named = [replace(one, name=title_of(slider.label)) for one, slider in zip(pack.directions, SLIDERS, strict=True)]
    table = finish(evaluate(model, DirectionPack(model.hash, tuple(named)), measurer, FRESH, psi=PSI))
    kept = []
    for place, (direction, slider) in enumerate(zip(pack.directions, SLIDERS, strict=True)):
        score = known.answers[known.columns.index(slider.label)].score.value
        free = [at for at, name in enumerate(table.attributes) if name not in (*slider.along.split(), slider.label)]
        others = float(np.abs(table.changes[place, 1:3][:, free]).mean())
        rows, span = f"{direction.rows[0]}-{direction.rows[-1]}", f"{direction.low:+.1f} … {direction.high:+.1f}"
        moved = slider.sign * (table.moves(place) or 0.0)
        if moved < LEAST_IN_ALL:
            print(f"{direction.name} is left out: it moves its label by {moved:+.2f}")
            continue
        kept.append(direction)
        print(f"| {direction.name} | {rows} | {span} | {score:.2f} | {moved:+.2f} | {others:.2f} |", flush=True)
    save_pack(PACK, DirectionPack(model.hash, tuple(kept)))


def best(model: Model, measurer: Measurer, known: Predictors, slider: Slider, faces: torch.Tensor) -> Trial:
    """The slider in the group of rows that moves other labels least for as much of its own."""
    along = (*slider.along.split(), slider.label)
    axis = axis_of(known, {slider.label: float(slider.sign)}, along, [STILL] * len(known.columns))
    spread = float((axis @ known.covariance @ axis).sqrt())
    length = min(1 / max(slider.sign * float(known.of(slider.label) @ axis), 1e-6), LONGEST * spread)
    own_column = known.columns.index(slider.label)
    free = [place for place, name in enumerate(known.columns) if name not in along]
    trials = []
    for group, rows in GROUPS.items():
        ends = []
        for sign in (-1, 1):
            styles = styles_of(model, faces).clone()
            styles[:, list(rows)] += (sign * length * axis).float()
            ends.append(measured(model.generator, styles, measurer))
        change = np.nanmean(ends[1] - ends[0], 0) / 2 / known.deviations
        own, others = slider.sign * float(change[own_column]), float(np.abs(change[free]).mean())
        unit = min(length / max(own, LEAST), LONGEST * spread)
        found = Trial(Candidate(axis, rows, group, "labels", 0, spread), unit)
        trials.append((own >= LEAST, -others / max(own, 1e-3), found))
    return max(trials, key=lambda trial: trial[:2])[2]


def learned(slider: Slider, trial: Trial, limits: Limits) -> Direction:
    """The direction with the range in which pictures hold."""
    found, unit = trial.found, trial.unit
    output = limits.output_for(found.rows)
    if output.size not in limits.rulers:
        limits.rulers[output.size] = make_ruler(limits.model, output, limits.seed)
    ruler = limits.rulers[output.size]
    return Direction(
        name=slider.name,
        vector=(unit * found.axis).float(),
        rows=found.rows,
        low=-reach(ruler, found, -unit),
        high=reach(ruler, found, unit),
        group=found.group,
        method="labels",
        statistics={"unit": unit, "deviations": unit / found.spread},
        heading=slider.heading,
    )


if __name__ == "__main__":
    raise SystemExit(main())
