"""The runner: at each beat of the screen it knows what plays, keeps the engine at one picture, and shows a blend."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace as with_changes
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine import controls
from engine.controls import Value
from engine.project import Project
from engine.recipe import DirectionAmount, Recipe
from engine.show.values import Show, ShowModel
from studio.exhibition.beats import Beats
from studio.exhibition.casting import Casting
from studio.exhibition.engine import Engine, Order
from studio.exhibition.gauge import Gauge
from studio.exhibition.hands import Put
from studio.exhibition.moments import Moments
from studio.exhibition.pictures import mosaic
from studio.exhibition.programme import Programme
from studio.exhibition.reports import Beat
from studio.exhibition.stage import Stage, Wall
from studio.exhibition.tender import Tender

if TYPE_CHECKING:
    from engine.frame import Frame
    from studio.open_model import OpenModel

RATE = 60.0
CUT_S = 0.6  # the cross-fade where something changes by hand
QUICK_S = 1.0  # after a touch, pictures are rather quick than large


class Runner(QObject):
    """Plays a show on walls.

    frame_shown: at each beat, with its time. beat: once a second, a Beat. scene_changed: the name of the scene.
    visited_changed: whether a visitor has the wall; touched: one who has it did something. fault: a sentence, and the
    error. opened: the facts of the model that is on show from now on.
    """

    frame_shown = Signal(float)
    beat = Signal(object)
    scene_changed = Signal(str)
    visited_changed = Signal(bool)
    touched = Signal()
    fault = Signal(str, object)
    opened = Signal(object)

    def __init__(
        self,
        project: Project,
        show: Show | None = None,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
        wall: Callable[[], float] = time.time,
        begun: float | None = None,
        speed: float = 1.0,
        engine: Engine | None = None,
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.engine = engine or Engine(clock, parent=self)
        self.tender = Tender(self.engine, clock, self)
        self.tender.fault.connect(self.fault)
        self.tender.restarting.connect(partial(self.cut, CUT_S))
        moments, begun = Moments(clock, wall, speed), wall() if begun is None else begun
        self.programme = Programme(project, show or project.board.show or Show(), moments, begun, self.tender.tell)
        self.hands = self.programme.hands
        self.screen_rate = RATE
        self.beats = Beats(self.rate, self, clock)
        self.beats.due.connect(self.on_beat)
        self.gauge = Gauge(self.tender, self.beats, clock)
        self.stage = Stage(1 / self.rate)
        self.engine.made.connect(self.on_made)
        self.engine.opened.connect(self.on_opened)
        self.token = object()  # pictures asked for before a cut have another one
        self.casting = Casting(self.engine)
        self.asked: tuple[Recipe, ...] = ()
        self.playing = ""  # name of the scene
        self.made: tuple[Order, QImage] | None = None  # the newest picture
        self.next_look = 0.0

    def start(self) -> None:
        """Play."""
        self.beats.start()

    def end(self) -> bool:
        """Stop, and end every thread. Whether all did: one that hangs ends only with the process."""
        self.beats.stop()
        return self.engine.end()

    def attach(self, wall: Wall) -> None:
        """Show pictures there, too."""
        self.stage.walls.append(wall)

    def detach(self, wall: Wall) -> None:
        """Show no more pictures there."""
        self.stage.walls.remove(wall)

    @property
    def project(self) -> Project:
        """What the show draws on."""
        return self.programme.project

    @property
    def show(self) -> Show:
        """What is played."""
        return self.programme.show

    @property
    def rate(self) -> float:
        """Beats a second."""
        return self.show.screen.rate or self.screen_rate

    @property
    def current(self) -> ShowModel | None:
        """The model that plays."""
        return self.casting.current

    @property
    def image(self) -> QImage | None:
        """What is on the wall."""
        return self.stage.image

    @property
    def dark(self) -> bool:
        """Whether the wall is meant to be black."""
        return self.stage.dark

    @property
    def recipe(self) -> Recipe | None:
        """The newest recipe of the first face, with everything that was put on top."""
        return self.asked[0] if self.asked else None

    @property
    def visited(self) -> bool:
        """Whether a visitor has the wall."""
        return self.hands.visited

    def scene_names(self) -> tuple[str, ...]:
        """The scenes that can be chosen."""
        return tuple(scene.name for scene in self.show.scenes)

    def set_rate(self, rate: float) -> None:
        """The screen's rate; what the show says wins."""
        self.screen_rate = rate
        self.follow_rate()

    def follow_rate(self) -> None:
        if self.beats.rate != self.rate:
            self.beats.set_rate(self.rate)
            self.stage.inbetween.beat = 1 / self.rate

    def set_show(self, show: Show) -> None:
        """Another show from now on; what is common goes on."""
        self.set_project(self.project, show)

    def set_project(self, project: Project, show: Show | None = None) -> None:
        """Other faces to play with, and its show, or this one."""
        old, before = self.show, self.project
        show = show or project.board.show or old
        if show.screen.tiles != old.screen.tiles:
            self.leave()
        self.programme.use(project, show)
        self.follow_rate()
        quiet = replace(show, visitors=old.visitors, connections=old.connections) == old
        if not quiet or project is not before:
            self.cut(CUT_S)

    def set_scene(self, name: str | None) -> None:
        """Play one scene from its beginning until told otherwise; None is what the show says."""
        self.programme.choose(name, self.clock())
        self.cut(self.show.transition)

    def touch(self) -> bool:
        """A visitor did something: the wall is theirs. Whether it is: a show can leave visitors out."""
        if not self.show.visitors.welcome or not self.asked or self.dark:
            return False
        if self.visited:
            self.hands.touched = self.clock()
            self.touched.emit()
            return True
        start, tiles = self.show.visitors.start, self.show.screen.tiles
        faces = self.asked if start is None else (start,)
        if start is not None:
            self.cut(CUT_S)
        self.hands.begin([faces[tile % len(faces)] for tile in range(tiles)], self.clock())
        self.visited_changed.emit(True)
        return True

    def leave(self) -> None:
        """The visitor is gone; the show goes on where it would be."""
        if self.visited:
            self.hands.leave()
            self.cut(self.show.transition)
            self.visited_changed.emit(False)

    def stranger(self, seed: int | None = None) -> None:
        """New faces for the visitor."""
        if self.touch():
            first = secrets.randbits(32) if seed is None else seed
            self.cut(CUT_S)
            self.hands.meet([(first + tile) % 2**64 for tile in range(self.show.screen.tiles)])

    def put(self, address: str, value: Value, move: DirectionAmount | None = None, *, visitor: bool = False) -> None:
        """Set a control on top of what plays; a visitor's goes with the visitor. RecipeError where there is none."""
        if not visitor or self.touch():
            self.hands.put(Put(address, value, move), visitor=visitor)

    def release(self, address: str | None = None) -> None:
        """Take a control off again, or all but a visitor's."""
        self.hands.release(address)

    def value_of(self, address: str) -> Value:
        """Where a control stands in what plays; RecipeError where that has no such control."""
        return controls.get(self.recipe or self.project.recipe, address)

    def spare(self, size: int | None, device: str | None) -> None:
        """Before `start`: ask less of the machine, after trouble that an earlier process had."""
        self.tender.limit, self.engine.device = size, device

    def restart_engine(self, size: int | None = None, device: str | None = None) -> None:
        """Begin the engine again beside the last picture. size: the largest side of a face from now on."""
        self.tender.restart(size, device)

    def cut(self, length: float) -> None:
        """What comes is another picture: cross-fade from what is on the wall to the first of it."""
        self.token = object()
        self.stage.cut(length)

    def on_beat(self, at: float) -> None:
        """One beat of the screen."""
        if self.clock() >= self.next_look:
            self.next_look = self.clock() + 1
            self.attempt(self.look_ahead, at)
            self.look()
        if self.visited and self.clock() - self.hands.touched >= self.show.visitors.idle:
            self.leave()
        self.attempt(self.follow, at)
        if self.stage.show(at):
            self.gauge.shown += 1
            self.frame_shown.emit(at)

    def attempt(self, do: Callable[[float], None], at: float) -> None:
        """A fault in what is to play keeps from the wall neither what is there nor the sign of life."""
        try:
            do(at)
        except Exception as error:  # told as any other fault, once in a while
            self.tender.tell(error)

    def look_ahead(self, at: float) -> None:
        """What time it is by now, and what comes."""
        if self.programme.follow_clock():
            self.cut(self.show.transition)
        self.programme.look()
        self.casting.coming = self.programme.coming(at, self.current)

    def look(self) -> None:
        """What need not be done at every beat."""
        self.tender.look()
        self.beat.emit(self.report())

    def follow(self, at: float) -> None:
        """Ask for the picture of a beat, if the engine is free."""
        part, before = self.programme.part(at)
        if (part is None) != self.dark:
            self.cut(self.show.transition)
            self.stage.dark = part is None
        if part is None:
            self.leave()
            self.gauge.note_still()
            self.casting.want(None)
            return
        if part.scene.name != self.playing:
            self.playing = part.scene.name
            self.scene_changed.emit(self.playing)
        if not self.visited and self.casting.takes_over(part):
            self.cut(self.show.transition)
            if self.engine.facts(self.current) is not None:
                self.opened.emit(self.engine.facts(self.current))
        recipes = self.hands.face or self.casting.faces(part, before)
        self.casting.want(part)
        facts = None if self.current is None else self.engine.facts(self.current)
        if recipes is None or facts is None or not self.tender.is_free:
            return
        self.asked = tuple(facts.fitted(self.hands.on_top(recipe)) for recipe in recipes)
        quick = self.visited and self.clock() - self.hands.touched < QUICK_S
        side = self.tender.side(facts.sizes, self.show.screen.size, quick=quick)
        order = Order(self.token, self.current, self.asked, side, at)
        if self.made is not None and with_changes(self.made[0], asked=at) == order:
            self.stage.inbetween.again(at)  # nothing moves, and nothing need be rendered
            self.gauge.note_still()
        else:
            self.engine.ask(order)

    def on_made(self, order: Order, frames: list[Frame]) -> None:
        self.gauge.note_picture(frames[0].size)
        if order.token is self.token:
            self.made = order, mosaic(frames, self.show.screen.columns)
            self.stage.inbetween.add(order.asked, self.made[1], self.clock())

    def on_opened(self, model: ShowModel, facts: OpenModel) -> None:
        if model == self.current:  # one that is opened ahead of its time is on show later
            self.opened.emit(facts)

    def report(self) -> Beat:
        """How the show is."""
        model = "" if self.current is None else self.current.title
        return self.gauge.report(self.playing, model, dark=self.dark, visited=self.visited)
