"""The materials of one person: skin, lips, make-up, brows, eyes, cloth and frames, as kernels take them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import RGB, Array, linear, rgb
from engine.training.faces.attributes import EYE_COLOURS, HAIR_COLOURS, Attributes, number, word
from engine.training.faces.masks import Brow, Hairline

TONES = [
    linear(colour)
    for colour in (
        (243, 208, 189), (231, 190, 167), (214, 166, 139), (186, 136, 108), (147, 103, 79), (108, 73, 55), (74, 49, 39)
    )
]  # fmt: skip
LIPSTICKS = ((170, 40, 48), (190, 70, 80), (150, 30, 60), (200, 96, 92), (120, 28, 40), (205, 110, 110))
EYESHADOWS = ((90, 60, 50), (70, 55, 80), (110, 70, 60), (60, 60, 70), (130, 80, 80))
CLOTHS = (
    (230, 230, 228), (30, 30, 34), (60, 70, 95), (120, 30, 34), (150, 150, 155), (40, 70, 60), (200, 180, 150),
    (95, 110, 140), (180, 90, 70), (70, 50, 60), (235, 215, 120), (50, 90, 150), (110, 130, 90), (220, 150, 160),
)  # fmt: skip
FRAME_COLOURS = ((20, 20, 22), (60, 40, 28), (90, 90, 95), (120, 96, 60), (110, 30, 30), (40, 50, 80))


class Skin(NamedTuple):
    """Colours in linear light; strengths from 0; grain moves the noise from person to person."""

    colour: RGB
    red: float
    lip: RGB
    lip_strength: float
    stubble: float
    stubble_colour: RGB
    scalp: float
    scalp_colour: RGB
    freckles: float
    wrinkles: float
    blotches: float
    oil: float
    lid: RGB
    lid_strength: float
    spots: float
    under_eyes: float
    brow: float
    brow_colour: RGB
    grain: float


class Eye(NamedTuple):
    """iris: linear colour; pupil: share of the iris; white: brightness; yellow: of old eyes; lashes 0..1."""

    iris: RGB
    pupil: float
    white: float
    yellow: float
    lashes: float


class Cloth(NamedTuple):
    """pattern 0 plain, 1 stripes, 2 checks; neckline: height in decimetres; v: how deep it dips."""

    colour: RGB
    second: RGB
    pattern: float
    neckline: float
    v: float


class Person(NamedTuple):
    """All that shading has to know; teeth: brightness; frame: colour of the glasses."""

    skin: Skin
    eye: Eye
    cloth: Cloth
    brow: Brow
    hairline: Hairline
    teeth: float
    frame: RGB


def hair_colour(attributes: Attributes, rng: np.random.Generator) -> Array:
    """The mean colour of the hair, linear [3]."""
    colour = linear(HAIR_COLOURS[word(attributes, "hair_colour")]) * np.exp(rng.normal(0, 0.13))
    out: Array = colour * np.array([1 + rng.normal(0, 0.04), 1, 1 + rng.normal(0, 0.05)])
    return out


def wrinkles_of(attributes: Attributes, strength: float) -> float:
    """How wrinkled a person of this age is; strength: of this person, about 1."""
    return float(np.clip((number(attributes, "age") - 32) / 45, 0, 1) ** 1.1 * strength)


def make_person(attributes: Attributes, hair: Array, rng: np.random.Generator) -> Person:
    """The materials; every draw is made whatever the attributes are, so that moving one leaves the others still."""
    man, tone = number(attributes, "gender"), number(attributes, "skin_tone")
    age, makeup = number(attributes, "age"), number(attributes, "makeup")
    place = tone * (len(TONES) - 1)
    lower = min(int(place), len(TONES) - 2)
    colour = TONES[lower] * (1 - place + lower) + TONES[lower + 1] * (place - lower)
    colour = colour * np.array([1, 1 + rng.normal(0, 0.04), 1 + rng.normal(0, 0.06)]) * np.exp(rng.normal(0, 0.04))
    older = float(np.clip((age - 30) / 50, 0, 1))
    red = float(np.clip(rng.normal(0.36, 0.18), 0.05, 0.95)) * (1 - 0.45 * tone) * (1 + 0.25 * older)
    dark_lips = float(np.clip((tone - 0.5) / 0.2, 0, 1))
    lip = colour * (np.array([0.86, 0.50, 0.52]) * (1 - dark_lips) + np.array([0.85, 0.62, 0.66]) * dark_lips)
    lip = lip * (1 - 0.10 * tone) * (1 - 0.35 * older) + colour * 0.78 * 0.35 * older
    painted = min(1.0, max(0.0, makeup - 0.10) * 1.2)
    lip = lip * (1 - painted) + linear(LIPSTICKS[rng.integers(len(LIPSTICKS))]) * painted * (1 - 0.35 * tone)
    lid = linear(EYESHADOWS[rng.integers(len(EYESHADOWS))]) * (1 - 0.4 * tone)
    lid_strength = 0.55 * max(0.0, makeup - 0.10) * rng.random()
    shaved, bare = rng.random(2)
    shadow = (0.10 + 0.10 * shaved) * float(np.clip((man - 0.4) / 0.3, 0, 1))
    if word(attributes, "beard_style") == "full":
        shadow = 0.18 + 0.62 * min(1.0, number(attributes, "beard") * 1.7)
    scalp = {"bald": 0.06 + 0.22 * bare * float(np.clip((man - 0.4) / 0.3, 0, 1)), "buzz": 0.80}
    long = number(attributes, "hair_volume")
    skin = Skin(
        colour=rgb(colour),
        red=red,
        lip=rgb(lip),
        lip_strength=0.60 + 0.35 * painted - 0.15 * older * (1 - painted),
        stubble=shadow,
        stubble_colour=rgb(np.minimum(hair * 0.5 + colour * 0.12, colour * 0.8)),
        scalp=scalp.get(word(attributes, "hair_style"), 1.0),
        scalp_colour=rgb(np.minimum(hair * (0.75 - 0.10 * long) + colour * 0.03, colour * 0.85)),
        freckles=number(attributes, "freckles"),
        wrinkles=wrinkles_of(attributes, rng.uniform(0.6, 1.15)),
        blotches=0.10 + 0.10 * rng.random() + 0.12 * older,
        oil=float(np.clip(rng.normal(0.45, 0.22) - 0.15 * older, 0, 1)),
        lid=rgb(lid),
        lid_strength=lid_strength,
        spots=float(np.clip((age - 48) / 35, 0, 1) * (0.25 + 0.75 * rng.random())),
        under_eyes=float(np.clip(0.12 + 0.35 * rng.random() + 0.45 * older, 0, 1) * (1 - 0.5 * makeup)),
        brow=float(min(0.92, 0.42 + 0.5 * np.clip(rng.normal(0.62 + 0.18 * man, 0.16), 0.2, 1.0))),
        brow_colour=rgb(brow_colour_of(attributes, hair, colour, rng.random())),
        grain=rng.uniform(0, 50),
    )
    eye = Eye(
        iris=rgb(linear(EYE_COLOURS[word(attributes, "eye_colour")]) * np.exp(rng.normal(0, 0.15))),
        pupil=rng.uniform(0.30, 0.46),
        white=rng.uniform(0.84, 1.0) * (1 - 0.08 * older),
        yellow=0.5 * older,
        lashes=float(np.clip((0.12 + 0.5 * (1 - man) + 0.5 * makeup) * rng.uniform(0.7, 1.2), 0, 1)),
    )
    cloth = Cloth(
        colour=rgb(linear(CLOTHS[rng.integers(len(CLOTHS))])),
        second=rgb(linear(CLOTHS[rng.integers(len(CLOTHS))])),
        pattern=float(rng.choice([0, 0, 0, 0, 1, 2])),
        neckline=rng.uniform(5.05, 5.55),
        v=float(rng.choice([0, 0, 0.6, 1.2])),
    )
    brow = Brow(
        up=rng.normal(0.004, 0.016),
        thickness=number(attributes, "brow_thickness") * (1 - 0.12 * older * (1 - man)),
        arch=float(np.clip(rng.normal(0.95 - 0.30 * man, 0.30), 0.1, 1.7)),
        length=float(np.clip(rng.normal(1.0, 0.06), 0.85, 1.12)),
        slant=rng.normal(-0.040, 0.022),
    )
    receding = number(attributes, "recede") * 1.2
    hairline = Hairline(rng.normal(0, 3) + 2 * older, receding, number(attributes, "baldness"))
    teeth = rng.uniform(0.85, 1.1) * (1 - 0.15 * older)
    frame = FRAME_COLOURS[rng.choice(len(FRAME_COLOURS), p=[0.45, 0.2, 0.12, 0.1, 0.06, 0.07])]
    return Person(skin, eye, cloth, brow, hairline, teeth, rgb(linear(frame)))


def brow_colour_of(attributes: Attributes, hair: Array, skin: Array, drawn: float) -> Array:
    """Brows are a little darker than fair hair, and grey later than the head."""
    if word(attributes, "hair_colour") in ("grey", "white"):
        return linear((116, 110, 104)) if drawn < 0.25 + (number(attributes, "age") - 40) / 60 else linear((66, 57, 52))
    out: Array = np.minimum(hair, linear((120, 94, 70))) * 0.85 + skin * 0.05
    return out
