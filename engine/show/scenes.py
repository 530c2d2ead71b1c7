"""The scenes of a show: walks between kept faces, endless strangers, a timeline, breathing, the training of a run."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from engine.checks import check_number, check_seed
from engine.controls import control_at
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.timeline.easings import Ease, Easing
from engine.timeline.values import Path, Timeline

LONGEST = 24 * 3600.0  # seconds
LONGEST_NAME = 80
LONGEST_PATH = 4096
MOST_BREATHS = 64

Order = Literal["in turn", "there and back", "shuffled"]
SMOOTH = Ease("smoothstep")


def check_line(what: str, text: str, most: int = LONGEST_NAME, least: int = 1) -> None:
    """One printable line of a fitting length."""
    if not text.isprintable() or not least <= len(text.strip()) or len(text) > most:
        raise RecipeError(f"{what} is {least} to {most} printable characters, not {text[:LONGEST_NAME]!r}")


class Scene(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every scene has.

    duration: seconds until the next scene. every: seconds of one step: from face to face, a breath, a snapshot.
    easing: how a step goes. order, seed: in which order its faces (breaths) come. model: content hash of one of the
    show's models; "" is the project's own.
    """

    name: str
    duration: float = 120.0
    every: float = 8.0
    easing: Easing = SMOOTH
    order: Order = "in turn"
    seed: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        check_line("a scene's name", self.name)
        check_number(f"the duration of the scene {self.name}", self.duration, 0.1, LONGEST)
        check_number(f"the time of a step of the scene {self.name}", self.every, 0.05, LONGEST)
        check_seed(self.seed)
        check_line("the hash of a scene's model", self.model, least=0)


class WalkScene(Scene, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="walk"):
    """A slow walk between the starred faces, or the presets. Without any there are strangers.

    tag: only stars with this word. hold: seconds that each face stays.
    """

    faces: Literal["stars", "presets"] = "stars"
    tag: str = ""
    hold: float = 2.0
    path: Path = "line"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(f"the time that a face stays in the scene {self.name}", self.hold, 0, LONGEST)
        check_line("a tag", self.tag, least=0)


class StrangersScene(Scene, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="strangers"):
    """Endless new faces, each of a seed of its own; no two laps of the show are the same.

    base: what the faces share; None: what the project's recipe says. radius: 1 goes to the seeds themselves, less stays
    near the base. hold: seconds that each face stays.
    """

    base: Recipe | None = None
    radius: float = 1.0
    hold: float = 1.0
    path: Path = "line"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(f"the radius of the scene {self.name}", self.radius, 0, 1)
        check_number(f"the time that a face stays in the scene {self.name}", self.hold, 0, LONGEST)


class TimelineScene(Scene, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="timeline"):
    """A timeline from its in point on; as its loop says after the out point, and round again where it says nothing.

    timeline: None is the project's own. speed: 2 plays it twice as fast.
    """

    timeline: Timeline | None = None
    speed: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(f"the speed of the scene {self.name}", self.speed, 0.01, 100)


class Breath(Struct, frozen=True, forbid_unknown_fields=True):
    """A control that breathes: from where it stands to high, through there to low, and back.

    move: what a direction's address means, as an open pack has it.
    """

    address: str
    low: float
    high: float
    move: DirectionAmount | None = None

    def __post_init__(self) -> None:
        check_moving(self.address, self.move, "a breath")
        check_number(f"the low end of {self.address}", self.low, -1e6, 1e6)
        check_number(f"the high end of {self.address}", self.high, self.low, 1e6)


class BreathingScene(Scene, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="breathing"):
    """One face whose attributes breathe.

    base: the face; None is the project's recipe. together: all breathe at once, each a little later than the one
    before; else one after the other.
    """

    breaths: tuple[Breath, ...] = ()
    base: Recipe | None = None
    together: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.breaths) > MOST_BREATHS:
            raise RecipeError(f"the scene {self.name} has {len(self.breaths)} breaths and {MOST_BREATHS} is the most")


class TrainingScene(Scene, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="training"):
    """How a run learned: the same faces by its snapshots, from the first to the newest, with new ones as they come.

    run: folder of the run. every: seconds that a snapshot stays at least; where there are more, some are left out.
    """

    run: str
    every: float = 4.0
    psi: float = 0.7

    def __post_init__(self) -> None:
        super().__post_init__()
        check_line("the folder of a run", self.run, LONGEST_PATH)
        check_number(f"psi of the scene {self.name}", self.psi, -10, 10)


AnyScene = WalkScene | StrangersScene | TimelineScene | BreathingScene | TrainingScene


def check_moving(address: str, move: DirectionAmount | None, what: str) -> None:
    """Whether an address names an amount that can move, and says which direction it means."""
    if control_at(address).kind in ("seed", "choice"):
        raise RecipeError(f"{address} is no amount that {what} could move; choose a control with a range")
    if address.removeprefix("/").startswith("direction/") and move is None:
        raise RecipeError(f"{what} of {address} must say which direction of a pack it means")
