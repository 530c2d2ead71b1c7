"""The sliders of the shipped pack: what each is learned from, where it acts, and what may go along with it.

Words are chosen with respect: they say what is seen in a picture, and none ranks people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS: dict[str, tuple[int, ...]] = {
    "coarse": tuple(range(5)),
    "coarse and middle": tuple(range(9)),
    "features": tuple(range(3, 9)),
    "features and fine": tuple(range(3, 22)),
    "middle": tuple(range(5, 9)),
    "middle and fine": tuple(range(5, 22)),
    "fine": tuple(range(9, 22)),
    "all": tuple(range(22)),
}
SHAPE = ("coarse", "coarse and middle", "all")
PART = ("middle", "coarse and middle", "all")
COLOUR = ("fine", "middle and fine")


@dataclass(frozen=True)
class Slider:
    """One slider. columns: of the table, each with its share and sign, added up in standard deviations.

    tried: groups of rows, the best of which is taken. along: columns that belong to it and are not held still;
    by_eye: whether its labels were made by looking, so that no program measures it. by_response: whether it is what
    moves pictures, not what predicts labels. ends: no further than this, in units, since the strips show that faces
    break or that it becomes something else.
    """

    name: str
    heading: str
    columns: Mapping[str, float]
    tried: tuple[str, ...]
    along: frozenset[str] = field(default_factory=frozenset)
    by_eye: bool = False
    by_response: bool = False
    ends: tuple[float, float] = (-4.0, 4.0)


def slider(
    name: str,
    heading: str,
    columns: Mapping[str, float] | str,
    tried: tuple[str, ...],
    along: str = "",
    by_eye: bool = False,
    by_response: bool = False,
    ends: tuple[float, float] = (-4.0, 4.0),
) -> Slider:
    """A row of the table below."""
    shares = {columns: 1.0} if isinstance(columns, str) else columns
    belonging = frozenset(along.split()) | frozenset(shares)
    return Slider(name, heading, shares, tried, belonging, by_eye, by_response, ends)


# expressions that hardly any face shows by themselves are told by all that belongs to them
ANGER = {"anger": 0.5, "brows_raised": -0.3, "happiness": -0.3}
SURPRISE = {"surprise": 0.5, "mouth_open": 0.3, "brows_raised": 0.3, "eyes_open": 0.2}
BOTH = ("coarse and middle",)

SLIDERS = (
    slider("Age", "Face", "age", (*BOTH, "all"), "wrinkles hair_lightness", ends=(-3.0, 4.0)),
    slider("Gender expression", "Face", "gender_expression", (*BOTH, "all"), "beard make_up hair_length"),
    slider("Smile", "Face", {"smile": 0.5, "happiness": 0.5}, PART, "mouth_open"),
    slider("Mouth open", "Face", "mouth_open", PART, "surprise", ends=(-3.0, 3.0)),
    slider(
        "Eyes open",
        "Face",
        "eyes_open",
        ("features",),
        "surprise brows_raised anger",
        by_response=True,
        ends=(-1.5, 1.5),
    ),
    slider("Brows raised", "Face", "brows_raised", ("features",), "surprise", ends=(-1.5, 1.5)),
    slider("Surprise", "Face", SURPRISE, BOTH, "anger"),
    slider("Anger", "Face", ANGER, BOTH),
    slider("Yaw", "Pose", "yaw", ("coarse",), "light_side"),
    slider("Pitch", "Pose", "pitch", ("coarse",), "forehead brows_raised", ends=(-2.0, 1.5)),
    slider("Face width", "Face", "face_width", SHAPE, ends=(-1.5, 1.5)),
    slider("Wrinkles", "Face", "wrinkles", ("middle and fine",), "age", by_eye=True, ends=(-1.0, 2.5)),
    slider("Make-up", "Face", "make_up", ("middle and fine",), "gender_expression", by_eye=True, ends=(-2.0, 2.0)),
    slider("Glasses", "Face", "glasses", BOTH, "eyes_open", by_eye=True, ends=(-1.0, 2.5)),
    slider("Skin tone", "Face", {"skin_lightness": -1.0}, ("features and fine",), "face_brightness", ends=(-2.0, 2.5)),
    slider("Beard", "Hair", "beard", BOTH, "gender_expression", by_eye=True, ends=(-1.5, 2.0)),
    slider("Hair length", "Hair", "long_hair", BOTH, "gender_expression hair_length", by_eye=True),
    slider("Hair lightness", "Hair", "hair_lightness", COLOUR, "brightness"),
    slider("Fringe", "Hair", {"forehead": -1.0}, BOTH, ends=(-1.5, 1.5)),
    slider("Hat", "Hair", "hat", BOTH, "forehead hair_lightness hair_length", by_eye=True, ends=(-1.0, 2.0)),
    slider("Light side", "Light", "light_side", ("middle", "middle and fine"), ends=(-1.5, 2.0)),
    slider("Brightness", "Light", "brightness", COLOUR, "face_brightness background skin_lightness hair_lightness"),
    slider("Warmth", "Light", "warmth", COLOUR, "skin_lightness colourfulness"),
    slider("Colourfulness", "Light", "colourfulness", COLOUR, "warmth skin_lightness"),
    slider("Background", "Light", "background", COLOUR, "brightness"),
)
