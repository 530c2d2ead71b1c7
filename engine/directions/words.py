"""What attributes are called in the window: a column's name as a slider's name, and the heading it stands under."""

from __future__ import annotations

import re

from engine.directions.headings import DISCOVERED
from engine.directions.pack import LONGEST_NAME

# the first heading one of whose words begins a word of the column's name
HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Hair", ("hair", "beard", "moustache", "mustache", "fringe", "bang", "bald", "reced", "stubble", "sideburn")),
    ("Pose", ("yaw", "pitch", "roll", "pose", "turn", "nod", "tilt")),
    (
        "Light",
        (
            "light", "bright", "warm", "expos", "contrast", "colourful", "colorful", "background", "rim", "shadow",
            "detail",
        ),
    ),
    (
        "Face",
        (
            "age", "gender", "smil", "mouth", "eye", "brow", "nose", "face", "skin", "weight", "muscle", "wrinkle",
            "freckle", "makeup", "make", "glass", "gaze", "frown", "pucker", "lip", "cheek", "chin", "jaw", "surpris",
            "anger", "calm", "happ", "sad", "masculin", "feminin", "earring", "hat",
        ),
    ),
)  # fmt: skip


# descent is labelled so that a data set can be balanced; no slider sorts people by it
UNSAID = ("eth_", "ethnic", "race", "descent")
CHANNELS = ("_r", "_g", "_b")  # of a colour that has a name besides


def is_offered(attribute: str) -> bool:
    """Whether a slider is made of this attribute without being asked."""
    return is_said(attribute) and not attribute.casefold().endswith(CHANNELS)


def is_said(attribute: str) -> bool:
    """Whether a slider of this attribute would be a decent one."""
    return not attribute.casefold().startswith(UNSAID)


def title_of(attribute: str) -> str:
    """mouth_open -> Mouth open, hair_colour=blond -> Hair colour: blond; what holds no word stays as it is."""
    words = " ".join(attribute.replace("_", " ").replace("=", ": ").split())[:LONGEST_NAME].strip()
    return words[:1].upper() + words[1:] or attribute[:LONGEST_NAME]


def heading_of(attribute: str) -> str:
    """Where a slider of this attribute stands; beside the discovered ones where its word is not known."""
    words = re.split(r"[^a-z]+", attribute.casefold())
    for heading, beginnings in HEADS:
        if any(word.startswith(beginnings) for word in words):
            return heading
    return DISCOVERED
