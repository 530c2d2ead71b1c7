"""The show's values: its scenes, opening hours, models, screen, visitors, connections. JSON in the project."""

from __future__ import annotations

import ipaddress
from typing import Literal

from msgspec import Struct

from engine.checks import check_number, check_seed
from engine.errors import RecipeError
from engine.quiz.setup import Setup
from engine.recipe import DirectionAmount, Recipe
from engine.show.pin import check_hidden
from engine.show.scenes import LONGEST, LONGEST_PATH, SMOOTH, AnyScene, check_line, check_moving
from engine.timeline.easings import Easing

MOST_SCENES, MOST_MODELS, MOST_HOURS, MOST_SLIDERS, MOST_TILES = 256, 32, 200, 8, 36
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Send = Literal["camera", "ndi", "spout", "syphon"]


class ShowModel(Struct, frozen=True, forbid_unknown_fields=True):
    """A model that scenes name by its hash; title and path help to find its file. style_rows: how many it has."""

    hash: str
    title: str = ""
    path: str = ""
    style_rows: int = 18

    def __post_init__(self) -> None:
        check_line("the hash of a model", self.hash, least=0)
        check_line("the title of a model", self.title, 400, least=0)
        check_line("the path of a model", self.path, LONGEST_PATH, least=0)
        check_number("the number of style rows", self.style_rows, 1, 10_000)


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """When some scenes play: on weekdays (0 is Monday), from one time of the clock on the wall to another.

    start, end: "10:00"; an end that is not after the start is on the next day. scenes: by their names; none plays all.
    dark: the wall is black, as a closed house wants it.
    """

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: str = "00:00"
    end: str = "00:00"
    scenes: tuple[str, ...] = ()
    dark: bool = False

    def __post_init__(self) -> None:
        if not self.days or any(not 0 <= day <= 6 for day in self.days) or len(set(self.days)) != len(self.days):
            raise RecipeError("opening hours need weekdays from 0 (Monday) to 6 (Sunday), each once")
        minutes_of(self.start)
        minutes_of(self.end)

    @property
    def length(self) -> int:
        """Minutes from start to end, as the clock on the wall counts them."""
        return (minutes_of(self.end) - minutes_of(self.start)) % (24 * 60) or 24 * 60


def minutes_of(text: str) -> int:
    """Minutes since midnight of a time written as 9:30 or 09:30."""
    hours, colon, minutes = text.partition(":")
    plain = all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in (hours, minutes))
    if not colon or not plain or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        raise RecipeError(f"a time of day is written like 09:30, from 00:00 to 23:59, not '{text[:20]}'")
    return int(hours) * 60 + int(minutes)


class Screen(Struct, frozen=True, forbid_unknown_fields=True):
    """How the picture meets the wall.

    number: which screen, counted from 1; None is the second one where there is one. rotation: in degrees, clockwise.
    fit: "fit" shows all, "crop" covers the screen, "fill" stretches. columns, rows: several faces at once.
    soft_edges: left, top, right, bottom, as shares of the picture that fade to black, for projectors that overlap.
    gamma: 1 leaves the picture as it is. size: the largest side of a face to render; None is the full one.
    rate: pictures a second; None is the screen's own.
    """

    number: int | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    fit: Literal["crop", "fit", "fill"] = "fit"
    columns: int = 1
    rows: int = 1
    soft_edges: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    gamma: float = 1.0
    size: int | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        if self.number is not None:
            check_number("the number of the screen", self.number, 1, 64)
        check_number("the columns of faces", self.columns, 1, MOST_TILES)
        check_number("the rows of faces", self.rows, 1, MOST_TILES)
        if self.tiles > MOST_TILES:
            raise RecipeError(f"{self.columns} x {self.rows} faces are {self.tiles}, and {MOST_TILES} is the most")
        for edge in self.soft_edges:
            check_number("a soft edge", edge, 0, 0.5)
        check_number("gamma", self.gamma, 0.2, 5)
        if self.size is not None:
            check_number("the side of a face", self.size, 4, 65536)
        if self.rate is not None:
            check_number("the pictures a second", self.rate, 1, 480)

    @property
    def tiles(self) -> int:
        """How many faces there are at once."""
        return self.columns * self.rows


class VisitorSlider(Struct, frozen=True, forbid_unknown_fields=True):
    """A big slider for visitors: a control, what they read beside it, and how far it goes.

    move: what a direction's address means, as an open pack has it.
    """

    address: str
    title: str
    low: float
    high: float
    move: DirectionAmount | None = None

    def __post_init__(self) -> None:
        check_moving(self.address, self.move, "a slider")
        check_line("the title of a slider", self.title)
        check_number(f"the low end of {self.address}", self.low, -1e6, 1e6)
        check_number(f"the high end of {self.address}", self.high, self.low, 1e6)
        if self.low == self.high:
            raise RecipeError(f"the slider of {self.address} goes from {self.low:g} to {self.high:g}; its ends differ")


class Visitors(Struct, frozen=True, forbid_unknown_fields=True):
    """What visitors may do. welcome: whether a touch leads to the interactive scene at all.

    idle: seconds without a touch until the show goes on by itself. scene: sliders under a heading, or the game of
    real or generated; quiz: that game, of which every visitor gets another number. sliders: a few big ones. stranger: a
    button for a new face. take_away: a QR code to the picture, on this machine. start: the face that they begin with;
    None is the one on the wall. pin: hash of the number that opens the lock, as `engine.show.pin.hidden` makes it; ""
    none.
    """

    welcome: bool = True
    idle: float = 60.0
    scene: Literal["sliders", "quiz"] = "sliders"
    heading: str = "Shape this face"
    sliders: tuple[VisitorSlider, ...] = ()
    stranger: bool = True
    take_away: bool = False
    start: Recipe | None = None
    pin: str = ""
    quiz: Setup = Setup()

    def __post_init__(self) -> None:
        check_number("the seconds until a visitor is gone", self.idle, 1, LONGEST)
        if len(self.sliders) > MOST_SLIDERS:
            raise RecipeError(f"there are {len(self.sliders)} sliders for visitors and {MOST_SLIDERS} is the most")
        check_line("the heading of what visitors do", self.heading, least=0)
        check_hidden(self.pin)
        check_line("the folder of real pictures", self.quiz.folder, LONGEST_PATH, least=0)
        check_line("the file of the second network", self.quiz.other, LONGEST_PATH, least=0)


class Connections(Struct, frozen=True, forbid_unknown_fields=True):
    """How other machines talk with the show.

    osc_port: where it listens, 0 nowhere. host: on which of this machine's addresses. allow: who may send: addresses
    or networks like 192.168.1.0/24; empty: this machine alone. osc_to: "host:port" that hears of changes, or "".
    sends: further ways of the picture out of the program.
    """

    osc_port: int = 0
    host: str = "127.0.0.1"
    allow: tuple[str, ...] = ()
    osc_to: str = ""
    sends: tuple[Send, ...] = ()

    def __post_init__(self) -> None:
        check_number("the OSC port", self.osc_port, 0, 65535)
        check_line("the address to listen on", self.host, 255)
        for network in self.allow:
            check_network(network)
        check_line("where OSC goes", self.osc_to, 300, least=0)
        port = self.osc_to.rpartition(":")[2]
        if self.osc_to and not (":" in self.osc_to and port.isascii() and port.isdecimal() and int(port) < 65536):
            raise RecipeError(f"where OSC goes is written like 192.168.1.20:9000, not '{self.osc_to[:40]}'")


def check_network(text: str) -> None:
    """An address, or a network of them."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise RecipeError(
            f"an address that may send is written like 192.168.1.20 or 192.168.1.0/24, not '{text[:40]}'"
        ) from None


class Show(Struct, frozen=True, forbid_unknown_fields=True):
    """What an exhibition plays. Equal shows and projects play the same at equal times.

    order, seed: of the scenes. transition: seconds of the cross-fade from scene to scene and from model to model, with
    its easing. hours: the first that is open plays; none at all: every scene, round the clock; outside all of them the
    wall is dark. zone: the time zone of the hours, like Europe/Berlin; "" is the machine's own.
    models: those that scenes name, and the project's own where it says how many style rows that has.
    """

    scenes: tuple[AnyScene, ...] = ()
    order: Literal["in turn", "shuffled"] = "in turn"
    seed: int = 0
    transition: float = 2.0
    easing: Easing = SMOOTH
    hours: tuple[Hours, ...] = ()
    zone: str = ""
    models: tuple[ShowModel, ...] = ()
    screen: Screen = Screen()
    visitors: Visitors = Visitors()
    connections: Connections = Connections()

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the seconds of a transition", self.transition, 0, 600)
        check_line("a time zone", self.zone, least=0)
        for what, count, most in (
            ("scenes", len(self.scenes), MOST_SCENES),
            ("models", len(self.models), MOST_MODELS),
            ("opening hours", len(self.hours), MOST_HOURS),
        ):
            if count > most:
                raise RecipeError(f"the show has {count} {what} and {most} is the most")
        names = [scene.name for scene in self.scenes]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise RecipeError(f"two scenes have the name {twice!r}; give each one of its own")
        for missing in (name for hours in self.hours for name in hours.scenes if name not in names):
            raise RecipeError(f"the opening hours name a scene {missing[:80]!r} that the show does not have")
        known = {model.hash for model in self.models} | {""}
        for scene in self.scenes:
            if scene.model not in known:
                raise RecipeError(f"the scene {scene.name} names the model {scene.model[:12]}, which the show lacks")
