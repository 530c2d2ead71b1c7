"""From attributes to targets: the macro shape of a person, features of chance, ageing, and the expression."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from engine.training.faces.arrays import Array
from engine.training.faces.attributes import Attributes, number

Weights = dict[str, float]

FACE_SHAPES = ("oval", "round", "rectangular", "square", "invertedtriangular", "diamond")
NOSE = (
    "base-down/up", "curve-concave/convex", "flaring-decr/incr", "greek-decr/incr", "hump-decr/incr",
    "nostrils-width-decr/incr", "point-down/up", "point-width-decr/incr", "scale-depth-decr/incr",
    "scale-horiz-decr/incr", "scale-vert-decr/incr", "septumangle-decr/incr", "trans-down/up", "volume-decr/incr",
    "width1-decr/incr", "width2-decr/incr", "width3-decr/incr", "nostrils-angle-down/up",
    "compression-compress/uncompress",
)  # fmt: skip
MOUTH = (
    "scale-horiz-decr/incr", "scale-vert-decr/incr", "scale-depth-decr/incr", "trans-down/up",
    "trans-backward/forward", "lowerlip-height-decr/incr", "upperlip-height-decr/incr", "lowerlip-volume-decr/incr",
    "upperlip-volume-decr/incr", "cupidsbow-decr/incr", "cupidsbow-width-decr/incr", "lowerlip-width-decr/incr",
    "upperlip-width-decr/incr", "philtrum-volume-decr/incr", "laugh-lines-in/out", "dimples-in/out",
)  # fmt: skip
EYES = (
    "bag-decr/incr", "corner1-down/up", "corner2-down/up", "epicanthus-in/out", "eyefold-angle-down/up",
    "eyefold-concave/convex", "eyefold-down/up", "height1-decr/incr", "height2-decr/incr", "height3-decr/incr",
    "push1-in/out", "push2-in/out", "scale-decr/incr", "trans-in/out",
)  # fmt: skip
EARS = ("flap-decr/incr", "lobe-decr/incr", "wing-decr/incr", "rot-backward/forward")
CHEEKS = ("bones-decr/incr", "inner-decr/incr", "trans-down/up", "volume-decr/incr")
CHIN = (
    "bones-decr/incr", "cleft-decr/incr", "height-decr/incr", "jaw-drop-decr/incr", "prognathism-decr/incr",
    "prominent-decr/incr", "width-decr/incr",
)  # fmt: skip
FOREHEAD = ("nubian-decr/incr", "scale-vert-decr/incr", "temple-decr/incr", "trans-backward/forward")

# what years do beside the macro targets: (target, how far at 85, at what age it begins)
AGEING = (
    ("head/head-age-incr", 1.0, 40), ("neck/neck-double-incr", 0.55, 45), ("chin/chin-jaw-drop-incr", 0.35, 45),
    ("nose/nose-point-down", 0.35, 50), ("nose/nose-scale-vert-incr", 0.30, 50), ("nose/nose-volume-incr", 0.25, 50),
    ("mouth/mouth-upperlip-volume-decr", 0.65, 40), ("mouth/mouth-lowerlip-volume-decr", 0.45, 45),
    ("mouth/mouth-angles-down", 0.30, 45), ("mouth/mouth-laugh-lines-in", 0.60, 38),
    ("forehead/forehead-temple-decr", 0.45, 50), ("eyebrows/eyebrows-trans-down", 0.25, 40),
)  # fmt: skip
AGEING_BOTH_SIDES = (
    ("eyes/{}-eye-bag-incr", 0.85, 38), ("eyes/{}-eye-eyefold-down", 0.55, 40), ("eyes/{}-eye-corner2-down", 0.45, 42),
    ("eyes/{}-eye-height2-decr", 0.30, 45), ("ears/{}-ear-lobe-incr", 0.70, 45), ("ears/{}-ear-scale-incr", 0.25, 50),
    ("cheek/{}-cheek-trans-down", 0.55, 42), ("cheek/{}-cheek-inner-decr", 0.45, 45),
)  # fmt: skip


def identity(attributes: Attributes, rng: np.random.Generator) -> Weights:
    """Targets of the resting face; equal streams give equal features whatever the attributes are."""
    weights: Weights = defaultdict(float)
    add_macro(weights, attributes)
    add_features(weights, rng)
    strength = rng.uniform(0.55, 1.15, len(AGEING) + len(AGEING_BOTH_SIDES))
    add_lean(weights, attributes)
    add_ageing(weights, number(attributes, "age"), strength)
    return weights


def add_macro(weights: Weights, attributes: Attributes) -> None:
    """MakeHuman's macro targets: ancestry, gender, age, muscle and weight, blended between their corners."""
    years, man = number(attributes, "age"), number(attributes, "gender")
    if years < 25:
        ages = {"child": (25 - years) / 13 * 0.35, "young": 1 - (25 - years) / 13 * 0.35}
    else:
        old = min(1.0, (years - 25) / 60)
        ages = {"young": 1 - old, "old": old}
    muscles = thirds(number(attributes, "muscle"), "minmuscle", "averagemuscle", "maxmuscle")
    builds = thirds(number(attributes, "weight"), "minweight", "averageweight", "maxweight")
    for gender, gender_share in (("female", 1 - man), ("male", man)):
        for age, age_share in ages.items():
            share = gender_share * age_share
            for race in ("african", "asian", "caucasian"):
                weights[f"macro/{race}-{gender}-{age}"] = share * number(attributes, f"eth_{race}")
            for muscle, muscle_share in muscles.items():
                for build, build_share in builds.items():
                    name = f"macro/universal-{gender}-{age}-{muscle}-{build}"
                    weights[name] = share * muscle_share * build_share
    heavy = (number(attributes, "weight") - 0.48) * 1.1
    push(weights, "head/head-fat-decr", "head/head-fat-incr", heavy)


def thirds(value: float, low: str, middle: str, high: str) -> Weights:
    return {low: max(0.0, 1 - 2 * value), middle: 1 - abs(2 * value - 1), high: max(0.0, 2 * value - 1)}


def push(weights: Weights, below: str, above: str, amount: float) -> None:
    """Move along a pair of opposite targets, within -1..1."""
    place = min(1.0, max(-1.0, weights.get(above, 0.0) - weights.get(below, 0.0) + amount))
    weights[above], weights[below] = max(0.0, place), max(0.0, -place)


def pair_of(stem: str, ends: str) -> tuple[str, str]:
    """'nose/nose-' with 'base-down/up' names nose/nose-base-down and nose/nose-base-up."""
    first, second = ends.split("/")
    return stem + first, stem + first[: first.rindex("-") + 1] + second


def add_features(weights: Weights, rng: np.random.Generator) -> None:
    """Features of chance: Gaussian along every pair, a little different left and right."""

    def vary(stem: str, pairs: Iterable[str], spread: float) -> None:
        for ends in pairs:
            push(weights, *pair_of(stem, ends), rng.normal(0, spread))

    def vary_both(part: str, pairs: Iterable[str], spread: float, uneven: float = 0.05) -> None:
        for ends in pairs:
            amount = rng.normal(0, spread * (0.7 if "scale" in ends or "trans" in ends else 1.0))
            for side in "lr":
                folder = "cheek" if part == "cheek" else f"{part}s"
                push(weights, *pair_of(f"{folder}/{side}-{part}-", ends), amount + rng.normal(0, uneven))

    for name in FACE_SHAPES:
        chance, amount = rng.random(), abs(rng.normal(0, 0.24))
        if chance < 0.30:
            weights[f"head/head-{name}"] = min(0.6, amount)
    vary("head/head-", ("scale-horiz-decr/incr", "fat-decr/incr"), 0.15)
    vary("head/head-", ("scale-vert-decr/incr",), 0.13)
    vary("head/head-", ("angle-in/out",), 0.2)
    vary("nose/nose-", NOSE, 0.30)
    vary("mouth/mouth-", MOUTH, 0.30)
    vary_both("eye", EYES, 0.34)
    small = rng.uniform(0.1, 0.5)
    weights["ears/l-ear-scale-decr"] = weights["ears/r-ear-scale-decr"] = small
    vary_both("ear", EARS, 0.3)
    vary_both("cheek", CHEEKS, 0.32)
    vary("chin/chin-", CHIN, 0.24)
    vary("forehead/forehead-", FOREHEAD, 0.18)
    vary("eyebrows/eyebrows-", ("angle-down/up",), 0.16)
    vary("eyebrows/eyebrows-", ("trans-backward/forward", "trans-down/up"), 0.30)
    vary("neck/neck-", ("scale-horiz-decr/incr",), 0.2)
    vary("neck/neck-", ("double-decr/incr",), 0.3)


def add_lean(weights: Weights, attributes: Attributes) -> None:
    """What the macro targets leave too weak: finer features of women, wider eyes of all."""
    woman = 1 - number(attributes, "gender")
    for name, amount in (
        ("mouth/mouth-lowerlip-volume-incr", 0.25), ("mouth/mouth-upperlip-volume-incr", 0.30),
        ("nose/nose-scale-horiz-decr", 0.25), ("nose/nose-volume-decr", 0.20), ("chin/chin-width-decr", 0.22),
        ("eyebrows/eyebrows-trans-backward", 0.35), ("eyebrows/eyebrows-trans-up", 0.25),
        ("neck/neck-scale-horiz-decr", 0.25), ("cheek/l-cheek-bones-incr", 0.2), ("cheek/r-cheek-bones-incr", 0.2),
    ):  # fmt: skip
        weights[name] = min(1.0, weights[name] + amount * woman)
    for side in "lr":
        weights[f"eyes/{side}-eye-scale-incr"] = min(1.0, weights[f"eyes/{side}-eye-scale-incr"] + 0.10 + 0.28 * woman)
        weights[f"eyes/{side}-eye-height2-incr"] += 0.12 + 0.10 * woman


def add_ageing(weights: Weights, years: float, strength: Array) -> None:
    """Folds, bags and sagging; strength says how much each shows in this person."""
    sides = [(name.format(side), most, begins) for name, most, begins in AGEING_BOTH_SIDES for side in "lr"]
    amounts = [*strength[: len(AGEING)], *np.repeat(strength[len(AGEING) :], 2)]
    for (name, most, begins), amount in zip([*AGEING, *sides], amounts, strict=True):
        grown = max(0.0, (years - begins) / (85 - begins)) ** 0.8
        weights[name] = min(1.0, weights[name] + most * grown * amount)


def expression(attributes: Attributes, rng: np.random.Generator) -> Weights:
    """Face units of the moment, named as ARKit names its blend shapes."""
    weights: Weights = defaultdict(float)
    smile, frown = number(attributes, "smile"), number(attributes, "frown")
    brow, eye = number(attributes, "brow_raise"), number(attributes, "eye_open")
    gaze = number(attributes, "gaze_y") / 28
    uneven = rng.normal(0, 0.05)
    for side, lean in (("Left", 1 + uneven), ("Right", 1 - uneven)):
        weights[f"mouthSmile{side}"] = 1.25 * smile * lean
        weights[f"cheekSquint{side}"] = 0.75 * smile * lean
        weights[f"eyeSquint{side}"] = 0.32 * smile * lean + 0.25 * max(0, -eye)
        weights[f"mouthDimple{side}"] = 0.25 * smile * lean
        weights[f"mouthUpperUp{side}"] = 0.87 * max(0, smile - 0.30)
        weights[f"mouthLowerDown{side}"] = 0.59 * max(0, smile - 0.45)
        weights[f"mouthFrown{side}"] = 0.75 * frown
        weights[f"browDown{side}"] = 0.30 * frown + 0.32 * max(0, -brow)
        weights[f"browOuterUp{side}"] = 0.9 * max(0, brow)
        weights[f"eyeWide{side}"] = 0.6 * max(0, eye)
        weights[f"eyeBlink{side}"] = 0.42 * max(0, -eye)
        weights[f"eyeLookDown{side}"] = max(0, -gaze)
        weights[f"eyeLookUp{side}"] = max(0, gaze)
    weights["browInnerUp"] = 0.12 + 0.75 * max(0, brow) + 0.35 * frown
    weights["jawOpen"] = 0.62 * number(attributes, "mouth_open") + 0.10 * max(0, smile - 0.5)
    weights["mouthPucker"] = 0.7 * number(attributes, "pucker")
    return {f"fu/{name}": min(1.3, weight) for name, weight in weights.items()}


def as_vector(weights: Mapping[str, float], names: Mapping[str, int]) -> Array:
    """Weights in the order of the targets, [t]; a name without a target moves nothing on the head."""
    out = np.zeros(len(names))
    for name, weight in weights.items():
        if name in names:
            out[names[name]] = weight
    return out
