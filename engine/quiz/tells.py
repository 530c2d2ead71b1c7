"""Where generated faces are known to give themselves away, and what to look for there; never what is really there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """An ellipse on an aligned face: its middle and half axes as shares of the picture's side.

    Aligned as in FFHQ (StyleGAN, 1812.04948, appendix A): the eyes at 0.37 and 0.63 across and 0.47 down.
    """

    x: float
    y: float
    across: float
    down: float


@dataclass(frozen=True)
class Tell:
    """look: after "Look at" or "Compare"; why: what is known of it, one sentence.

    families: whose networks have it, () for all.
    """

    id: str
    name: str
    look: str
    why: str
    spots: tuple[Spot, ...]
    families: tuple[str, ...] = ()


TELLS = (
    Tell(
        "eyes",
        "Eyes",
        "the eyes",
        "a generator may give them two colours, two gazes, or reflections that do not agree",
        (Spot(0.37, 0.47, 0.095, 0.065), Spot(0.63, 0.47, 0.095, 0.065)),
    ),
    Tell(
        "teeth",
        "Teeth",
        "the teeth",
        "a generator may put one in the very middle, or run them together",
        (Spot(0.5, 0.735, 0.15, 0.08),),
    ),
    Tell(
        "ears",
        "Ears",
        "the ears",
        "a generator may forget their folds, or make two that do not match",
        (Spot(0.17, 0.54, 0.115, 0.155), Spot(0.83, 0.54, 0.115, 0.155)),
    ),
    Tell(
        "earrings",
        "Earrings",
        "the ear lobes",
        "a generator may hang a jewel on one side only, or a different one on each",
        (Spot(0.185, 0.65, 0.11, 0.115), Spot(0.815, 0.65, 0.11, 0.115)),
    ),
    Tell(
        "background",
        "Background",
        "the background",
        "a generator may fill it with shapes that are no thing, or another on each side of the head",
        (Spot(0.085, 0.22, 0.075, 0.19), Spot(0.915, 0.22, 0.075, 0.19)),
    ),
    Tell(
        "hair",
        "Hair line",
        "where the hair begins",
        "a generator may let strands melt into the skin, or end in the air",
        (Spot(0.5, 0.15, 0.33, 0.13),),
    ),
    Tell(
        "drops",
        "Water drops",
        "smooth places, for a mark like a drop of water",
        "the first StyleGAN left one in nearly every picture (1912.04958, section 2)",
        (Spot(0.5, 0.1, 0.3, 0.08), Spot(0.1, 0.4, 0.08, 0.3), Spot(0.9, 0.4, 0.08, 0.3)),
        ("stylegan1",),
    ),
)


def tells_of(family: str) -> tuple[Tell, ...]:
    """The tells that networks of a family are known for."""
    return tuple(tell for tell in TELLS if not tell.families or family in tell.families)


def tell_of(id: str) -> Tell | None:
    """The tell of an id; None for a game without hints."""
    return next((tell for tell in TELLS if tell.id == id), None)
