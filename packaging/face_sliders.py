"""The sliders of the shipped pack: what each is learned from, where it acts, and what may go along with it.

Words are chosen with respect: they say what is seen in a picture, and none ranks people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS: dict[str, tuple[int, ...]] = {
    "coarse": tuple(range(5)),
    "coarse and middle": tuple(range(9)),
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
    by_eye: whether its labels were made by looking, so that no program measures it.
    """

    name: str
    heading: str
    columns: Mapping[str, float]
    tried: tuple[str, ...]
    along: frozenset[str] = field(default_factory=frozenset)
    by_eye: bool = False


def slider(
    name: str,
    heading: str,
    columns: Mapping[str, float] | str,
    tried: tuple[str, ...],
    along: str = "",
    by_eye: bool = False,
) -> Slider:
    """A row of the table below."""
    shares = {columns: 1.0} if isinstance(columns, str) else columns
    return Slider(name, heading, shares, tried, frozenset(along.split()) | frozenset(shares), by_eye)


SLIDERS = (
    slider("Age", "Face", "age", ("coarse and middle", "all"), "wrinkles hair_lightness"),
    slider("Gender expression", "Face", "gender_expression", ("coarse and middle", "all"), "beard make_up hair_length"),
    slider("Smile", "Face", {"smile": 0.5, "happiness": 0.5}, PART, "mouth_open"),
    slider("Mouth open", "Face", "mouth_open", PART, "surprise"),
    slider("Eyes open", "Face", "eyes_open", PART, "surprise brows_raised anger"),
    slider("Brows raised", "Face", "brows_raised", PART, "surprise"),
    slider("Surprise", "Face", "surprise", PART, "mouth_open brows_raised eyes_open happiness anger"),
    slider("Anger", "Face", "anger", PART, "brows_raised"),
    slider("Yaw", "Pose", "yaw", ("coarse",), "light_side"),
    slider("Pitch", "Pose", "pitch", ("coarse",), "forehead brows_raised"),
    slider("Face width", "Face", "face_width", SHAPE),
    slider("Wrinkles", "Face", "wrinkles", ("middle and fine",), "age", by_eye=True),
    slider("Make-up", "Face", "make_up", ("middle and fine",), "gender_expression", by_eye=True),
    slider("Glasses", "Face", "glasses", ("coarse and middle",), "eyes_open", by_eye=True),
    slider("Earrings", "Face", "earrings", ("coarse and middle",), "gender_expression", by_eye=True),
    slider("Skin tone", "Face", {"skin_lightness": -1.0}, COLOUR, "face_brightness brightness"),
    slider("Beard", "Hair", "beard", ("coarse and middle",), "gender_expression", by_eye=True),
    slider("Hair length", "Hair", "long_hair", ("coarse and middle",), "gender_expression hair_length", by_eye=True),
    slider("Hair lightness", "Hair", "hair_lightness", COLOUR, "brightness"),
    slider("Fringe", "Hair", {"forehead": -1.0}, SHAPE),
    slider("Hat", "Hair", "hat", ("coarse and middle",), "forehead hair_lightness hair_length", by_eye=True),
    slider("Light side", "Light", "light_side", ("middle", "middle and fine")),
    slider("Brightness", "Light", "brightness", COLOUR, "face_brightness background skin_lightness hair_lightness"),
    slider("Warmth", "Light", "warmth", COLOUR, "skin_lightness colourfulness"),
    slider("Colourfulness", "Light", "colourfulness", COLOUR, "warmth skin_lightness"),
    slider("Background", "Light", "background", COLOUR, "brightness"),
)
