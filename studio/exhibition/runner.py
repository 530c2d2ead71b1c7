"""The runner: at each beat of the screen it knows what plays, keeps the engine at one picture, and shows a blend."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine import controls
from engine.controls import Value
from engine.errors import VisagistError
from engine.project import Project
from engine.recipe import DirectionAmount, Recipe
from engine.show.playing import Part
from engine.show.values import Show, ShowModel
from studio.exhibition.beats import Beats
from studio.exhibition.engine import Engine, Order
from studio.exhibition.hands import Put
from studio.exhibition.moments import Moments
from studio.exhibition.pictures import mosaic
from studio.exhibition.programme import Programme
from studio.exhibition.reports import Beat, Once
from studio.exhibition.stage import Stage, Wall
from studio.messages import sentence, words_of
from studio.workers.pace import Pace

if TYPE_CHECKING:
    from engine.frame import Frame
    from studio.open_model import OpenModel

log = logging.getLogger(__name__)

RATE = 60.0
CUT_S = 0.6  # the cross-fade where something changes by hand
QUICK_S = 1.0  # after a touch, pictures are rather quick than large
PATIENCE_S, FIRST_PATIENCE_S = 20.0, 180.0  # for one picture, and for a model's first, which may compile its kernels
FAULTS_IN_A_ROW = 4  # then the engine is begun again
WAIT_S, LONGEST_WAIT_S = 0.1, 5.0  # after a fault; doubled with each further one


class Runner(QObject):
    """Plays a show on walls.

    frame_shown: at each beat, with its time. beat: once a second, a Beat. scene_changed: the name of the scene.
    visited_changed: whether a visitor has the wall. fault: a sentence, and the error. opened: the facts of a model.
    """

    frame_shown = Signal(float)
    beat = Signal(object)
    scene_changed = Signal(str)
    visited_changed = Signal(bool)
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
        self.clock, self.once, self.pace = clock, Once(clock), Pace(clock)
        self.shown = self.pictures = self.restarts = self.faults = self.in_a_row = self.size = 0
        moments, begun = Moments(clock, wall, speed), wall() if begun is None else begun
        self.programme = Programme(project, show or project.board.show or Show(), moments, begun, self.tell)
        self.hands = self.programme.hands
        self.screen_rate = RATE
        self.beats = Beats(self.rate, self, clock)
        self.beats.due.connect(self.on_beat)
        self.stage = Stage(1 / self.rate)
        self.engine = engine or Engine(clock, parent=self)
        self.engine.made.connect(self.on_made)
        self.engine.failed.connect(self.on_failed)
        self.engine.opened.connect(self.on_opened)
        self.token = object()  # pictures asked for before a cut have another one
        self.current: ShowModel | None = None  # the model that plays
        self.coming: ShowModel | None = None
        self.asked: tuple[Recipe, ...] = ()
        self.playing = ""  # name of the scene
        self.limit: int | None = None  # of the side of a face, after trouble
        self.proven: set[ShowModel] = set()  # models of which a picture came
        self.next_try = self.next_look = 0.0
        self.newest = clock()

    def start(self) -> None:
        """Play."""
        self.beats.start()

    def end(self) -> None:
        """Stop, and end every thread."""
        self.beats.stop()
        self.engine.end()

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
        if not self.show.visitors.welcome or not self.asked:
            return False
        if self.visited:
            self.hands.touched = self.clock()
            return True
        start = self.show.visitors.start
        if start is not None:
            self.cut(CUT_S)
        self.hands.begin(self.asked if start is None else (start,) * self.show.screen.tiles, self.clock())
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

    def restart_engine(self, size: int | None = None, device: str | None = None) -> None:
        """Begin the engine again beside the last picture. size: the largest side of a face from now on."""
        self.restarts += 1
        self.limit, self.in_a_row, self.next_try = size, 0, 0.0
        self.proven.clear()
        self.cut(CUT_S)
        self.engine.restart(device)

    def cut(self, length: float) -> None:
        """What comes is another picture: cross-fade from what is on the wall to the first of it."""
        self.token = object()
        self.stage.cut(length)

    def on_beat(self, at: float) -> None:
        """One beat of the screen."""
        if self.clock() >= self.next_look:
            self.next_look = self.clock() + 1
            self.look(at)
        if self.visited and self.clock() - self.hands.touched >= self.show.visitors.idle:
            self.leave()
        self.follow(at)
        if self.stage.show(at):
            self.shown += 1
            self.frame_shown.emit(at)

    def look(self, at: float) -> None:
        """What need not be done at every beat."""
        if self.programme.moments.look():
            self.cut(self.show.transition)
        self.programme.look()
        self.coming = self.programme.coming(at, self.current)
        self.check_patience()
        self.beat.emit(self.report())

    def follow(self, at: float) -> None:
        """Ask for the picture of a beat, if the engine is free."""
        part, before = self.programme.part(at)
        if (part is None) != self.dark:
            self.cut(self.show.transition)
            self.stage.dark = part is None
        if part is None:
            self.engine.want([model for model in (self.current, self.coming) if model is not None])
            return
        if part.scene.name != self.playing:
            self.playing = part.scene.name
            self.scene_changed.emit(self.playing)
        recipes = self.faces(part, before)
        self.engine.want(list(dict.fromkeys(m for m in (self.current, part.model, self.coming) if m is not None)))
        facts = None if self.current is None else self.engine.facts(self.current)
        if recipes is None or facts is None or self.engine.order is not None or self.clock() < self.next_try:
            return
        self.asked = tuple(facts.fitted(self.hands.on_top(recipe)) for recipe in recipes)
        self.engine.ask(Order(self.token, self.current, self.asked, self.side(facts), at))

    def faces(self, part: Part, before: Part | None) -> tuple[Recipe, ...] | None:
        """The faces to render with the model that plays; another model takes over as soon as it is open."""
        if self.hands.face is not None:
            return self.hands.face
        if part.model != self.current and self.engine.facts(part.model) is not None:
            self.cut(self.show.transition)
            self.current = part.model
        if self.current is None:
            self.current = part.model
        if part.model == self.current:
            return part.recipes
        if before is not None and before.model == self.current:
            return before.recipes
        # its own model is on its way, and nothing moves; where there is none, the scene plays with the present one
        return None if part.model in self.engine.under_way else part.recipes

    def side(self, facts: OpenModel) -> int:
        """Of the faces to render: the largest that is allowed, or a quick one while a visitor's hand moves."""
        if self.visited and self.clock() - self.hands.touched < QUICK_S:
            return min(self.pace.draft(facts.sizes), self.largest(facts))
        return self.largest(facts)

    def largest(self, facts: OpenModel) -> int:
        limit = min(self.show.screen.size or facts.sizes[-1], self.limit or facts.sizes[-1])
        return max((size for size in facts.sizes if size <= limit), default=facts.sizes[0])

    def on_made(self, order: Order, frames: list[Frame]) -> None:
        self.in_a_row = 0
        self.pictures += 1
        self.newest, self.size = self.clock(), frames[0].size
        self.proven.add(order.model)
        self.pace.note_draft(self.size, sum(frame.seconds for frame in frames))
        for notice in {frame.notice for frame in frames} - {""}:
            self.tell(VisagistError(notice))
        if order.token is self.token:
            self.stage.inbetween.add(order.asked, mosaic(frames, self.show.screen.columns), self.clock())

    def on_failed(self, what: Order | ShowModel, error: BaseException) -> None:
        self.tell(error)
        if isinstance(what, Order):
            self.in_a_row += 1
            self.next_try = self.clock() + min(WAIT_S * 2 ** (self.in_a_row - 1), LONGEST_WAIT_S)
            if self.in_a_row >= FAULTS_IN_A_ROW:
                self.restart_engine(self.limit, self.engine.device)

    def on_opened(self, model: ShowModel, facts: OpenModel) -> None:
        self.opened.emit(facts)

    def check_patience(self) -> None:
        """A picture that takes too long: the render thread hangs, and another takes its place."""
        order = self.engine.order
        if order is None:
            return
        patience = PATIENCE_S if order.model in self.proven else FIRST_PATIENCE_S
        if self.clock() - order.asked > patience * len(order.recipes):
            self.tell(VisagistError(f"a picture took longer than {patience:g} s, so that the engine begins again"))
            self.restart_engine(self.limit, self.engine.device)

    def tell(self, error: BaseException) -> None:
        """A fault, once in a while."""
        self.faults += 1
        text = sentence(words_of(error))
        if self.once.is_news(text):
            log.warning("%s", text, exc_info=None if isinstance(error, VisagistError) else error)
            self.fault.emit(text, error)

    def report(self) -> Beat:
        """How the show is."""
        now, order = self.clock(), self.engine.order
        return Beat(
            at=now,
            shown=self.shown,
            dropped=self.beats.missed,
            pictures=self.pictures,
            age=now - self.newest,
            waiting=0.0 if order is None else now - order.asked,
            restarts=self.restarts,
            faults=self.faults,
            scene=self.playing,
            model="" if self.current is None else self.current.title,
            size=self.size,
            dark=self.dark,
            visited=self.visited,
        )
