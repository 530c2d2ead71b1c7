"""What a face can be asked for: the table of attributes, how they are drawn, and which of them a mirror negates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.errors import VisagistError

Value = float | str
Attributes = dict[str, Value]

HAIR_COLOURS = {
    "black": (18, 15, 14), "dark brown": (38, 26, 20), "brown": (66, 44, 31), "chestnut": (84, 50, 32),
    "light brown": (112, 80, 54), "dark blond": (142, 108, 70), "blond": (184, 148, 98), "platinum": (214, 192, 156),
    "auburn": (104, 46, 26), "red": (142, 66, 30), "grey": (112, 110, 108), "white": (172, 170, 166),
}  # fmt: skip
HAIR_STYLES = (
    "bald", "buzz", "crop", "quiff", "short side part", "short fringe", "short curls", "afro", "bob", "fringed bob",
    "long straight", "long wavy", "long curls", "tied back", "top bun", "medium wavy",
)  # fmt: skip
BEARD_STYLES = ("none", "full", "goatee", "moustache")
EYE_COLOURS = {
    "brown": (58, 34, 20),
    "hazel": (108, 78, 42),
    "green": (78, 92, 56),
    "grey": (98, 118, 132),
    "blue": (72, 98, 128),
}
PART_SEEDS = 2**30


@dataclass(frozen=True)
class Number:
    """An attribute from low to high; a mirror negates it, or leaves it alone."""

    low: float
    high: float
    says: str
    mirrored: bool = False


@dataclass(frozen=True)
class Choice:
    """An attribute that is one of some words."""

    words: tuple[str, ...]
    says: str


MOVABLE: dict[str, Number | Choice] = {
    "gender": Number(0, 1, "0 a woman's face, 1 a man's"),
    "age": Number(18, 85, "years"),
    "eth_african": Number(0, 1, "share of ancestry; the three add up to 1; for balance, never for a slider"),
    "eth_asian": Number(0, 1, "share of ancestry"),
    "eth_caucasian": Number(0, 1, "share of ancestry"),
    "skin_tone": Number(0, 1, "0 light, 1 dark"),
    "weight": Number(0, 1, "thin to heavy"),
    "muscle": Number(0, 1, "slack to strong"),
    "smile": Number(0, 1, "none to broad"),
    "mouth_open": Number(0, 1, "shut to wide"),
    "frown": Number(0, 1, "corners of the mouth and brows down"),
    "brow_raise": Number(-1, 1, "lowered to raised"),
    "eye_open": Number(-1, 1, "half shut to wide"),
    "pucker": Number(0, 1, "lips pushed out"),
    "yaw": Number(-42, 42, "degrees, to the picture's right", mirrored=True),
    "pitch": Number(-18, 18, "degrees, downwards"),
    "roll": Number(-7, 7, "degrees, against the clock", mirrored=True),
    "gaze_x": Number(-24, 24, "degrees off the head's axis, to the picture's right", mirrored=True),
    "gaze_y": Number(-12, 12, "degrees off the head's axis, upwards"),
    "hair_colour": Choice(tuple(HAIR_COLOURS), "of head, brows and beard"),
    "hair_style": Choice(HAIR_STYLES, "the cut"),
    "hair_volume": Number(0, 1, "flat to full"),
    "recede": Number(0, 1, "the hairline at the temples"),
    "baldness": Number(0, 0.95, "the bare crown"),
    "beard": Number(0, 1, "stubble to long, where beard_style is not none"),
    "beard_style": Choice(BEARD_STYLES, "where the beard grows"),
    "brow_thickness": Number(0.4, 1.5, "1 is usual"),
    "eye_colour": Choice(tuple(EYE_COLOURS), "of the irises"),
    "makeup": Number(0, 1, "lips, lids and lashes"),
    "freckles": Number(0, 1, "none to many"),
    "glasses": Number(0, 1, "0 or 1"),
    "light_az": Number(-95, 95, "degrees of the main light, to the picture's right", mirrored=True),
    "light_el": Number(-10, 65, "degrees of the main light, upwards"),
    "light_soft": Number(0.05, 1, "hard to soft shadows"),
    "light_contrast": Number(0.05, 0.95, "flat to strong"),
    "light_warm": Number(-1, 1, "bluish to reddish"),
    "exposure": Number(-0.5, 0.5, "stops"),
    "rim": Number(0, 1, "a light from behind"),
    "seed": Number(0, PART_SEEDS - 1, "decides all that has no attribute: features, strands, clothes, background"),
}
FOLLOWING = {
    "wrinkles": "of age, 0..1",
    "hair_length": "of hair_style, 0 none to 1 long",
    "bangs": "of hair_style and seed, 0..1: hair over the forehead",
    **{f"hair_{channel}": "of hair_colour and seed, 0..255 in sRGB" for channel in "rgb"},
    **{f"skin_{channel}": "of skin_tone and seed, 0..255 in sRGB" for channel in "rgb"},
}
NAMES = (*MOVABLE, *FOLLOWING)
MIRROR_NEGATES = tuple(name for name, kind in MOVABLE.items() if isinstance(kind, Number) and kind.mirrored)


def check_attributes(asked: Mapping[str, Value]) -> Attributes:
    """What was asked for, as plain values; VisagistError for a name or a value that no face can have."""
    out: Attributes = {}
    for name, value in asked.items():
        kind = MOVABLE.get(name)
        if name in FOLLOWING:
            raise VisagistError(f"{name} cannot be asked for: it is a consequence {FOLLOWING[name].split(',')[0]}")
        if kind is None:
            raise VisagistError(f"faces have no attribute '{name}'; they have {', '.join(MOVABLE)}")
        if isinstance(kind, Choice):
            if value not in kind.words:
                raise VisagistError(f"{name} is one of {', '.join(kind.words)}, not '{value}'")
            out[name] = value
        elif isinstance(value, str) or not math.isfinite(value) or not kind.low <= value <= kind.high:
            raise VisagistError(f"{name} is a number from {kind.low:g} to {kind.high:g}, not {value!r}")
        else:
            out[name] = float(value)
    return out


def number(attributes: Mapping[str, Value], name: str) -> float:
    """The value of a numeric attribute."""
    value = attributes[name]
    assert not isinstance(value, str), name
    return value


def word(attributes: Mapping[str, Value], name: str) -> str:
    """The value of an attribute that is a choice."""
    value = attributes[name]
    assert isinstance(value, str), name
    return value


def draw_attributes(rng: np.random.Generator) -> Attributes:
    """Those of one face, as varied as faces are; what goes together in people goes together here, loosely."""
    a: Attributes = {}
    man = bool(rng.random() < 0.5)

    def put(name: str, value: float) -> float:
        kind = MOVABLE[name]
        assert isinstance(kind, Number)
        a[name] = round(float(min(kind.high, max(kind.low, value))), 6)
        return number(a, name)

    lean = abs(rng.normal(0, 0.12))
    put("gender", 1 - lean if man else lean)
    age = put("age", 18 + rng.beta(1.35, 1.9) * 67)
    african, asian, caucasian = (float(share) for share in rng.dirichlet([0.55, 0.55, 0.75]))
    put("eth_african", african), put("eth_asian", asian), put("eth_caucasian", caucasian)
    tone = put("skin_tone", max(0.02, 0.90 * african + 0.34 * asian + 0.20 * caucasian + rng.normal(0, 0.11)))
    put("weight", rng.normal(0.48, 0.19))
    put("muscle", rng.normal(0.45 + 0.12 * man, 0.15))
    draw_expression(rng, put)
    yaw, pitch = put("yaw", rng.normal(0, 17)), put("pitch", rng.normal(0, 7))
    put("roll", rng.normal(0, 2.5))
    put("gaze_x", rng.normal(0, 7) - yaw * 0.55)
    put("gaze_y", rng.normal(0, 4) - pitch * 0.5)
    greying = min(1.0, max(0.0, (age - 38) / 38))
    a["hair_colour"] = draw_hair_colour(rng, max(african, asian), greying)
    a["hair_style"] = draw_hair_style(rng, man, african)
    put("hair_volume", rng.normal(0.5, 0.22))
    put("recede", rng.beta(1.2, 2.5) * (0.25 + greying) if man else 0.0)
    balding = man and rng.random() < 0.30 * min(1.0, greying * 2.2)
    thick = a["hair_style"] in ("long straight", "medium wavy", "afro")
    put("baldness", rng.beta(1, 2) * greying * 1.2 if balding and not thick else 0.0)
    bearded = man and rng.random() < 0.52
    put("beard", max(0.05, rng.beta(0.9, 1.2)) if bearded else 0.0)
    a["beard_style"] = str(rng.choice(BEARD_STYLES[1:], p=[0.65, 0.2, 0.15])) if bearded else "none"
    put("brow_thickness", rng.normal(0.66 + 0.30 * man, 0.16))
    a["eye_colour"] = draw_eye_colour(rng, african + asian, word(a, "hair_colour"))
    put("makeup", rng.beta(1.1, 1.4) if not man and rng.random() < 0.72 else 0.0)
    put("freckles", rng.beta(1, 2) if tone < 0.35 and rng.random() < 0.22 else 0.0)
    put("glasses", float(rng.random() < 0.20))
    put("light_az", rng.normal(0, 42)), put("light_el", rng.normal(28, 16))
    put("light_soft", rng.beta(2, 1.6)), put("light_contrast", rng.beta(1.7, 2.1))
    put("light_warm", rng.normal(0, 0.42)), put("exposure", rng.normal(0, 0.20))
    put("rim", rng.beta(1, 2.2) if rng.random() < 0.5 else 0.0)
    put("seed", float(rng.integers(PART_SEEDS)))
    return a


def draw_expression(rng: np.random.Generator, put: object) -> None:
    assert callable(put)
    smile = put("smile", rng.beta(1.1, 1.1) if rng.random() < 0.75 else 0.0)
    put("mouth_open", rng.beta(1, 3.2) if rng.random() < 0.5 else 0.0)
    put("frown", rng.beta(1, 2.4) if smile < 0.05 and rng.random() < 0.5 else 0.0)
    put("brow_raise", rng.normal(0.20, 0.32))
    put("eye_open", rng.normal(0.14, 0.30))
    put("pucker", rng.beta(1, 3) if rng.random() < 0.08 else 0.0)


def draw_hair_colour(rng: np.random.Generator, dark: float, greying: float) -> str:
    if rng.random() < greying * 0.85:
        return "grey" if rng.random() < 0.9 - 0.5 * greying else "white"
    if rng.random() < dark * 1.05:
        return str(rng.choice(["black", "black", "dark brown", "brown"]))
    common = ["black", "dark brown", "brown", "brown", "chestnut", "light brown", "light brown", "dark blond"]
    return str(rng.choice([*common, "blond", "blond", "platinum", "auburn", "red"]))


STYLES_OF_MEN = {
    "bald": 7, "buzz": 14, "crop": 22, "quiff": 12, "short side part": 15, "short fringe": 10, "short curls": 9,
    "afro": 3, "long straight": 3, "medium wavy": 5,
}  # fmt: skip
STYLES_OF_WOMEN = {
    "buzz": 1, "crop": 3, "short curls": 5, "afro": 2, "bob": 14, "fringed bob": 9, "long straight": 17,
    "long wavy": 16, "long curls": 7, "tied back": 12, "top bun": 4, "medium wavy": 8, "short side part": 2,
}  # fmt: skip
STYLES_OF_AFRICAN_MEN = {"bald": 12, "buzz": 35, "crop": 15, "short curls": 18, "afro": 17, "short fringe": 3}
STYLES_OF_AFRICAN_WOMEN = {
    "buzz": 5, "short curls": 13, "afro": 24, "bob": 8, "long straight": 8, "long curls": 18, "tied back": 14,
    "top bun": 7, "long wavy": 3,
}  # fmt: skip


def draw_hair_style(rng: np.random.Generator, man: bool, african: float) -> str:
    coiled = african > 0.6
    if man:
        table = STYLES_OF_AFRICAN_MEN if coiled else STYLES_OF_MEN
    else:
        table = STYLES_OF_AFRICAN_WOMEN if coiled else STYLES_OF_WOMEN
    return str(rng.choice(list(table), p=[share / sum(table.values()) for share in table.values()]))


def draw_eye_colour(rng: np.random.Generator, dark: float, hair: str) -> str:
    drawn = rng.random()
    light = str(rng.choice(["blue", "grey", "green", "hazel", "brown"], p=[0.32, 0.13, 0.15, 0.16, 0.24]))
    return "brown" if drawn < dark * 0.92 or (hair == "black" and drawn < 0.8) else light
