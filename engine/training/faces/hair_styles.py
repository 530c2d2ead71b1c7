"""The cuts: from hair_style, hair_volume and chance to the numbers that strands grow by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.training.faces.attributes import Attributes, number, word

NO_PARTING, NO_CUT = -9.0, -9.0


class Cut(NamedTuple):
    """How strands grow; lengths and heights in decimetres about the middle of the skull.

    lift: away from the skin; flow: along the comb; gravity: downwards; cling: back to the skull; volume: how far off
    the skull combed hair lies; parting: its x; length with spread, top and side factors, fade at the lower sides;
    cut: no hair below; fringe 0..1 down to fringe_y, leaning by lean; swept: combed back; tie 0..1 towards (tie_y,
    tie_z); tuck: ends turn inwards; waves, curls: amplitude and turns; frizz; lock: cells a decimetre, and how far
    strands of a cell gather; seed: of the strands.
    """

    lift: float = 0.4
    flow: float = 1.0
    gravity: float = 0.10
    cling: float = 0.10
    volume: float = 0.2
    parting: float = NO_PARTING
    length: float = 0.5
    spread: float = 0.5
    top: float = 1.0
    sides: float = 1.0
    fade: float = 0.0
    cut: float = NO_CUT
    fringe: float = 0.0
    fringe_y: float = 0.35
    lean: float = 0.0
    swept: float = 0.0
    tie: float = 0.0
    tie_y: float = 0.0
    tie_z: float = 0.0
    tuck: float = 0.0
    curtain: float = 0.6
    wave: float = 0.0
    wave_turns: float = 0.0
    curl: float = 0.0
    curl_turns: float = 0.0
    frizz: float = 0.03
    lock_cells: float = 7.0
    lock: float = 0.3
    seed: float = 0.0


@dataclass(frozen=True)
class Style:
    """count strands of `knots` points; soft: of its own shadow; gloss; length: the label, 0 none to 1 long."""

    cut: Cut
    count: int
    knots: int
    soft: float
    gloss: float
    length: float


def make_style(attributes: Attributes, rng: np.random.Generator) -> Style:
    """Equal streams give equal strands, and a style varies from person to person."""
    name, volume = word(attributes, "hair_style"), number(attributes, "hair_volume")
    cut = Cut(seed=float(rng.integers(1000)), volume=0.10 + 0.25 * volume)
    cropped = SHORT.get(name)
    style = cropped(cut, volume, rng) if cropped else make_long(name, cut, volume, rng)
    fair = word(attributes, "hair_colour") in ("blond", "platinum", "white", "grey")
    return Style(style.cut, style.count, style.knots, style.soft, style.gloss * (0.6 if fair else 1.0), style.length)


def bald(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    return Style(cut, 0, 10, 0.22, 0.55, 0.0)


def buzz(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    cut = cut._replace(length=rng.uniform(0.04, 0.11), lift=0.9, flow=0.6, volume=0.0, gravity=0.0, lock=0.0)
    return Style(cut, 15000, 4, 0.12, 0.15, 0.05)


def crop(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    length, fade, side, parted = rng.uniform(0.18, 0.38), rng.uniform(0.3, 1), rng.uniform(-0.5, 0.5), rng.random()
    cut = cut._replace(length=length, lift=0.25 + 0.2 * volume, top=1.3, sides=0.55, fade=fade, lock_cells=9.0)
    cut = cut._replace(volume=0.03 + 0.06 * volume, parting=side if parted < 0.4 else NO_PARTING)
    return Style(cut, 15000, 10, 0.22, 0.45, 0.15)


def quiff(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    length, fade, swept = rng.uniform(0.45, 0.75), rng.uniform(0.4, 1), rng.uniform(0.6, 1.0)
    cut = cut._replace(length=length, lift=0.35 + 0.45 * volume, top=1.25, sides=0.4, fade=fade, swept=swept)
    cut = cut._replace(gravity=0.08, volume=0.04 + 0.06 * volume, lock_cells=8.0, spread=0.3, lock=0.45)
    return Style(cut, 15000, 10, 0.22, 0.45, 0.25)


def short_side_part(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    side = float(rng.choice([-1, 1])) * rng.uniform(0.25, 0.42)
    cut = cut._replace(length=rng.uniform(0.6, 0.95), lift=0.10 + 0.22 * volume, parting=side, top=1.2, sides=0.45)
    cut = cut._replace(fade=rng.uniform(0.2, 0.9), gravity=0.26, cling=0.30, lean=rng.uniform(-0.1, 0.15))
    return Style(cut._replace(volume=0.03 + 0.06 * volume, spread=0.35, lock=0.4), 15000, 10, 0.22, 0.45, 0.25)


def short_fringe(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    cut = cut._replace(length=rng.uniform(0.6, 1.0), lift=0.12 + 0.2 * volume, top=1.2, sides=0.55)
    cut = cut._replace(fade=rng.uniform(0.1, 0.8), fringe=rng.uniform(0.6, 1), fringe_y=rng.uniform(0.30, 0.50))
    cut = cut._replace(gravity=0.26, cling=0.30, lean=rng.uniform(-0.8, 0.8), volume=0.04 + 0.08 * volume)
    return Style(cut._replace(spread=0.35, lock=0.5), 15000, 10, 0.22, 0.45, 0.3)


def short_curls(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    length, fade = rng.uniform(0.45, 0.8), rng.uniform(0, 0.8)
    curl, turns = rng.uniform(0.045, 0.08), rng.uniform(16, 26)
    cut = cut._replace(length=length, lift=0.45 + 0.2 * volume, flow=0.6, top=1.2, sides=0.6, fade=fade, curl=curl)
    cut = cut._replace(curl_turns=turns, gravity=0.12, frizz=0.04, lock_cells=10.0, volume=0.05 + 0.12 * volume)
    return Style(cut._replace(spread=0.35, lock=0.45), 12000, 16, 0.22, 0.40, 0.3)


def afro(cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    length, curl, turns = rng.uniform(0.35, 0.6), rng.uniform(0.030, 0.045), rng.uniform(34, 46)
    cut = cut._replace(length=length + 0.35 * volume, lift=1.5, flow=0.10, curl=curl, curl_turns=turns, gravity=0.0)
    cut = cut._replace(cling=0.0, frizz=0.08, spread=0.16, lock_cells=18.0, volume=0.0, lock=0.1)
    return Style(cut, 17000, 14, 0.14, 0.18, 0.4)


SHORT = {
    "bald": bald,
    "buzz": buzz,
    "crop": crop,
    "quiff": quiff,
    "short side part": short_side_part,
    "short fringe": short_fringe,
    "short curls": short_curls,
    "afro": afro,
}
# lengths in decimetres, and how often the style has a fringe
LONG = {
    "bob": (1.8, 2.2, 0.0),
    "fringed bob": (1.8, 2.2, 1.0),
    "long straight": (2.8, 3.8, 0.22),
    "long wavy": (2.6, 3.6, 0.12),
    "medium wavy": (1.4, 1.9, 0.10),
    "long curls": (2.0, 2.8, 0.12),
    "tied back": (1.5, 1.9, 0.15),
    "top bun": (1.5, 1.9, 0.15),
}
LENGTH_LABELS = {"bob": 0.5, "fringed bob": 0.5, "medium wavy": 0.6, "tied back": 0.4, "top bun": 0.4}


def make_long(name: str, cut: Cut, volume: float, rng: np.random.Generator) -> Style:
    """Hair that falls, or is tied."""
    shortest, longest, fringed = LONG[name]
    cut = cut._replace(length=rng.uniform(shortest, longest), lock=0.55, spread=0.15)
    fringe, swept = rng.random() < fringed, rng.random() < 0.55
    if "bob" in name:
        cut = cut._replace(cut=rng.uniform(-1.30, -0.90), tuck=rng.uniform(0.35, 0.9))
    elif "wavy" in name:
        cut = cut._replace(wave=rng.uniform(0.03, 0.075), wave_turns=rng.uniform(4.5, 7.5))
    elif name == "long curls":
        cut = cut._replace(curl=rng.uniform(0.05, 0.09), curl_turns=rng.uniform(9, 14), frizz=0.05, lock_cells=9.0)
    if name in ("tied back", "top bun"):
        high = name == "top bun"
        cut = cut._replace(tie=1.0, tie_y=1.15 if high else 0.35, tie_z=-0.5 if high else -1.15, lift=0.02, flow=1.2)
        cut = cut._replace(gravity=0.0, volume=0.02 + 0.05 * volume, spread=0.1, lock=0.2)
    else:
        side = float(rng.choice([-1, 1])) * rng.uniform(0.15, 0.42) * float(rng.random() < 0.6)
        cut = cut._replace(parting=side, lift=0.06 + 0.12 * volume, gravity=0.30, cling=0.30, curtain=1.0)
        cut = cut._replace(volume=0.03 + 0.12 * volume, lean=rng.uniform(-0.05, 0.1))
        cells = rng.uniform(5, 9)
        cut = cut if name == "long curls" else cut._replace(lock_cells=cells)
        if swept and not fringe:
            cut = cut._replace(swept=rng.uniform(0.35, 0.8), lift=0.16 + 0.18 * volume)
    if fringe:
        cut = cut._replace(fringe=1.0, fringe_y=rng.uniform(0.24, 0.38), lean=rng.uniform(-0.4, 0.4))
    return Style(cut, 13000, 18, 0.30, 0.6, LENGTH_LABELS.get(name, 0.9))
