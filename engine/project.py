"""A project: what a person keeps of their work on one model. Values only; its file is read and written elsewhere."""

from __future__ import annotations

from msgspec import Struct

from engine.answers import Answers
from engine.checks import check_number, check_rows
from engine.errors import RecipeError
from engine.recipe import Recipe
from engine.show.mapping import MOST as MOST_MAPPINGS
from engine.show.mapping import Mapping
from engine.show.values import Show
from engine.timeline.values import Timeline

VERSION = 3
LONGEST_NAME = 80


class Star(Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe that was starred, with words to find it by."""

    recipe: Recipe
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for tag in self.tags:
            check_name("a tag", tag)


class Preset(Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe under a name."""

    name: str
    recipe: Recipe

    def __post_init__(self) -> None:
        check_name("a preset's name", self.name)


class Board(Struct, frozen=True, forbid_unknown_fields=True):
    """What lies beside the picture while a person works. Every change of it is undone like a change of the recipe.

    pins: ids of directions that new moves leave alone. compared: the A of a comparison A|B; B is the recipe on show.
    ranges, rows: id -> the ends of a direction's slider, and the style rows of its moves, where a person chose others
    than the direction's own. timeline: what is animated; None until something is. show: what a wall plays, likewise.
    mappings: which controls follow OSC, MIDI or sound. answers: what was said of faces by eye, a word each.
    """

    stars: tuple[Star, ...] = ()
    presets: tuple[Preset, ...] = ()
    pins: tuple[str, ...] = ()
    compared: Recipe | None = None
    ranges: dict[str, tuple[float, float]] = {}
    rows: dict[str, tuple[int, ...]] = {}
    timeline: Timeline | None = None
    mappings: tuple[Mapping, ...] = ()
    show: Show | None = None
    answers: tuple[Answers, ...] = ()

    def __post_init__(self) -> None:
        for low, high in self.ranges.values():
            check_number("the low end of a direction", low, -100, 100)
            check_number("the high end of a direction", high, low, 100)
            if low == high:
                raise RecipeError(f"the range of a direction goes from {low:g} to {high:g}; its ends must differ")
        for rows in self.rows.values():
            check_rows("a direction", rows)
        if len(self.mappings) > MOST_MAPPINGS:
            raise RecipeError(f"the project has {len(self.mappings)} mappings and {MOST_MAPPINGS} is the most")


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the history. parent: index of the step that it was made from, -1 for the first; text: what was done."""

    parent: int
    text: str
    recipe: Recipe


class ModelReference(Struct, frozen=True, forbid_unknown_fields=True):
    """Which model a project needs: found by its hash; title and path help a person to find it elsewhere."""

    hash: str
    title: str = ""
    path: str = ""


class Project(Struct, frozen=True, forbid_unknown_fields=True):
    """history: in the order in which its steps were made; at: index of the one on show, -1 where there is none.

    preview: a small JPEG of the picture.
    """

    model: ModelReference
    recipe: Recipe
    board: Board = Board()
    history: tuple[Step, ...] = ()
    at: int = -1
    preview: bytes = b""
    version: int = VERSION

    def __post_init__(self) -> None:
        for index, step in enumerate(self.history):
            if not -1 <= step.parent < index:
                raise RecipeError(f"step {index} of the history has the parent {step.parent}, which is no earlier step")
        if not -1 <= self.at < max(len(self.history), 1):
            raise RecipeError(f"the project is at step {self.at} of {len(self.history)}")


def check_name(what: str, text: str) -> None:
    """A name that a person gave: one line that is not too long."""
    if not text.isprintable() or not len(text.strip()) > 0 or len(text) > LONGEST_NAME:
        raise RecipeError(f"{what} is 1 to {LONGEST_NAME} printable characters, not {text[:LONGEST_NAME]!r}")
