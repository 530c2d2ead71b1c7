"""The runner with a clock and an engine of the tests' own, and then once with real networks."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.errors import RecipeError, VisagistError
from engine.frame import Frame
from engine.project import Board, ModelReference, Project, Star
from engine.recipe import Recipe, SeedLatent, Truncation
from engine.show.scenes import StrangersScene, TrainingScene, WalkScene
from engine.show.values import Hours, Screen, Show, ShowModel, Visitors
from engine.timeline.easings import LINEAR
from engine.training.run import RunFolder
from studio.exhibition.engine import Engine
from studio.exhibition.pictures import blended
from studio.exhibition.runner import Runner
from tests.clock import Clock

A, B = ShowModel("a" * 64, "A", "", 18), ShowModel("b" * 64, "B", "", 18)
BEAT = 0.02
FACES = tuple(Recipe(latent=SeedLatent(n), truncation=Truncation(psi)) for n, psi in enumerate((0.0, 1.0)))
WALK = WalkScene(name="Walk", duration=100, every=4, hold=1, easing=LINEAR)
SHOW = Show((WALK, StrangersScene(name="Strangers", duration=50)), models=(A, B), transition=1, screen=Screen(rate=50))


@dataclass(frozen=True)
class Facts:
    """What the runner asks of an open model."""

    hash: str
    sizes: tuple[int, ...] = (8, 16)

    def fitted(self, recipe: Recipe) -> Recipe:
        return replace(recipe, model=self.hash)


class FakeEngine(QObject):
    """Opens models when told to, and makes grey pictures whose brightness is psi."""

    made = Signal(object, object)
    failed = Signal(object, object)
    opened = Signal(object, object)

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__()
        self.delay, self.order, self.orders, self.restarts = delay, None, [], []
        self.models: dict[ShowModel, Facts] = {}
        self.under_way: dict[ShowModel, object] = {}
        self.retry_at: dict[ShowModel, float] = {}
        self.device = self.fault = None
        self.missing: set[ShowModel] = set()
        self.slow = False
        self.ended = 0

    def facts(self, model):
        return self.models.get(model)

    def want(self, models):
        self.models = {model: facts for model, facts in self.models.items() if model in models}
        for model in models:
            if model in self.missing:
                if model not in self.retry_at:
                    self.retry_at[model] = 1e12
                    self.failed.emit(model, VisagistError(f"the model {model.title} is not here"))
            elif model not in self.models:
                self.under_way[model] = True
                if not self.slow:
                    self.open(model)

    def open(self, model):
        self.under_way.pop(model)
        self.models[model] = Facts(model.hash or "spare")
        self.opened.emit(model, self.models[model])

    def ask(self, order):
        assert self.order is None, "one picture at a time"
        self.order = order
        self.orders.append(order)

    def work(self, now: float) -> None:
        """Finish the picture under way if its time has come."""
        order = self.order
        if order is None or now - order.asked < self.delay:
            return
        self.order = None
        if self.fault is not None:
            self.failed.emit(order, self.fault)
        else:
            self.made.emit(order, [grey(recipe, order.size) for recipe in order.recipes])

    def restart(self, device):
        self.device, self.order = device, None
        self.models.clear()
        self.under_way.clear()
        self.restarts.append(device)

    def end(self):
        self.ended += 1
        return True


def grey(recipe: Recipe, size: int) -> Frame:
    level = round(min(max(recipe.truncation.psi, 0.0), 1.0) * 200) + 20
    return Frame(np.full((size, size, 4), level, np.uint8), recipe, recipe.model, "CPU", "f32", False, 0.01)


class Wall:
    """Remembers how bright the picture was at every beat."""

    def __init__(self) -> None:
        self.levels: list[float] = []
        self.last: tuple[QImage, QImage | None, float] | None = None

    def show_pictures(self, now, before, weight):
        assert 0 <= weight <= 1
        self.last = now, before, weight
        level = brightness(now)
        self.levels.append(level if before is None else level * weight + brightness(before) * (1 - weight))


def brightness(image: QImage) -> int:
    return image.pixelColor(0, 0).red()


class House:
    """A runner, its clock, its engine and one wall."""

    def __init__(self, show: Show, delay: float = 0.0, project: Project | None = None, **engine) -> None:
        self.clock, self.engine, self.wall = Clock(1_790_000_000.0), FakeEngine(delay), Wall()
        for name, value in engine.items():
            setattr(self.engine, name, value)
        board = Board(stars=tuple(map(Star, FACES)), show=show)
        project = project or Project(ModelReference(A.hash, "A"), Recipe(), board)
        self.runner = Runner(project, clock=self.clock, wall=self.clock, engine=self.engine)
        self.runner.attach(self.wall)
        self.faults: list[str] = []
        self.runner.fault.connect(lambda text, error: self.faults.append(text))
        self.begun = self.clock.now
        self.beat = 0

    def play(self, seconds: float) -> list[float]:
        """Beat for so long; what the wall showed."""
        shown = len(self.wall.levels)
        for _ in range(round(seconds / BEAT)):
            self.beat += 1
            at = self.begun + self.beat * BEAT
            self.clock.now = at
            self.engine.work(at)
            self.runner.on_beat(at)
        return self.wall.levels[shown:]


@pytest.fixture
def house(qapp) -> House:
    return House(SHOW)


def biggest_step(levels) -> float:
    return max(abs(a - b) for a, b in itertools.pairwise(levels))


def test_a_walk_is_seen_on_the_wall_at_the_screens_rate(house):
    levels = house.play(12)
    assert len(levels) >= 599  # every beat but those before the first picture
    assert levels[0] == 20
    assert max(levels) == 220
    assert biggest_step(levels) <= 2
    assert house.runner.playing == "Walk"


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.9])
def test_an_engine_that_is_slower_than_the_screen_still_moves_evenly(qapp, delay):
    house = House(SHOW, delay)
    levels = house.play(30)
    assert len(levels) > 1400
    assert biggest_step(levels[300:]) <= 200 / 4 * BEAT * 1.25 + 1
    asked = [order.asked for order in house.engine.orders]
    assert len(asked) <= 30 / delay + 1  # never more than the engine can make: no backlog


def test_what_plays_is_the_same_after_a_restart_of_the_program(qapp):
    show = replace(SHOW, scenes=(replace(WALK, duration=12), SHOW.scenes[1]))
    first = House(show)
    first.play(20)
    second = House(show)
    second.runner.programme.begun = first.begun
    second.begun = second.clock.now = first.clock.now
    second.runner.programme.moments.began, second.runner.programme.moments.zero = first.clock.now, first.clock.now
    first.play(1)
    second.play(1)
    assert second.runner.playing == first.runner.playing == "Strangers"
    assert second.runner.recipe == first.runner.recipe


def test_a_face_that_stands_still_is_rendered_once(house):
    house.runner.set_show(replace(SHOW, scenes=(replace(WALK, hold=1000),)))
    house.play(2)
    made = len(house.engine.orders)
    house.play(5)
    assert len(house.engine.orders) == made
    assert house.runner.report().age < 0.1  # and yet it is of now


def test_a_fault_in_what_is_to_play_keeps_neither_the_picture_nor_the_sign_of_life_away(house, monkeypatch):
    house.play(3)
    beats = []
    house.runner.beat.connect(beats.append)

    def fault(*words: object) -> None:
        raise ZeroDivisionError("a scene that nobody thought of")

    for name in ("part", "coming"):
        monkeypatch.setattr(house.runner.programme, name, fault)
    levels = house.play(30)
    assert len(levels) == 1500
    assert min(levels) > 0
    assert len(beats) == 30
    assert len(house.faults) == 1
    assert beats[-1].waiting > beats[-1].patience  # which is for the watchdog
    monkeypatch.undo()
    house.play(2)
    assert house.runner.report().waiting < 0.1


def test_a_graphics_card_that_is_gone_for_good_is_told_to_the_watchdog(house):
    house.play(3)
    house.engine.fault = RuntimeError("CUDA error: unspecified launch failure")
    house.engine.missing = {A, ShowModel("", "the program's own model")}  # no network can be opened on it any more
    house.play(40)
    assert house.runner.report().restarts == 1
    assert house.runner.report().waiting > house.runner.report().patience


def test_a_picture_of_many_faces_has_time_for_each_of_them(qapp):
    house = House(replace(SHOW, screen=Screen(columns=3, rows=2, rate=50)))
    house.play(1)
    house.engine.delay = 1e9
    house.play(100)
    report = house.runner.report()
    assert (report.restarts, report.patience) == (0, 120)


def test_a_fault_keeps_the_last_picture_and_is_told_once(house):
    levels = house.play(3)
    house.engine.fault = RuntimeError("CUDA error: an illegal memory access was encountered")
    more = house.play(20)
    assert len(more) == 1000
    assert min(more) > 0
    assert biggest_step([*levels[-1:], *more]) <= 3
    assert len(house.faults) == 1
    assert len(house.engine.restarts) >= 1
    assert len(house.engine.orders) < 250  # it waits between the tries
    house.engine.fault = None
    back = house.play(8)
    assert biggest_step(back) <= 12
    assert house.runner.report().age < 0.1


def test_an_engine_that_hangs_is_begun_again_and_the_picture_stays(house):
    house.play(3)
    house.engine.delay = 1e9
    levels = house.play(25)
    assert len(levels) == 1250
    assert len(house.engine.restarts) == 1
    assert "took longer than 20 s" in house.faults[0]
    house.engine.delay = 0.0
    house.play(30)
    assert house.runner.report().age < 0.1


def test_restarting_the_engine_takes_a_lower_size_and_another_device(house):
    house.play(1)
    assert house.engine.orders[-1].size == 16
    house.runner.restart_engine(size=10, device="cpu")
    house.play(1)
    assert house.engine.orders[-1].size == 8
    assert house.engine.device == "cpu"
    assert house.runner.report().restarts == 1


def test_the_next_model_is_opened_before_its_scene_and_cross_faded_to(qapp):
    show = replace(
        SHOW, scenes=(replace(WALK, duration=20, hold=50), replace(WALK, name="Other", duration=20, model=B.hash))
    )
    house = House(show)
    told = []
    house.runner.opened.connect(lambda facts: told.append(facts.hash))
    house.play(2)
    assert set(house.engine.models) == {A}
    house.play(10)
    assert set(house.engine.models) == {A, B}
    assert told == [A.hash]  # whose directions sliders and knobs move
    assert {order.model for order in house.engine.orders} == {A}
    levels = house.play(12)
    assert told == [A.hash, B.hash]
    assert house.runner.current == B
    assert house.engine.orders[-1].recipes[0].model == B.hash
    assert biggest_step(levels) <= 8
    house.play(4)
    assert house.engine.models.keys() == {B} or A in house.engine.models


def test_a_scene_whose_model_is_not_to_be_had_plays_with_the_present_one(qapp):
    show = replace(SHOW, scenes=(replace(WALK, duration=5), replace(WALK, name="Other", duration=20, model=B.hash)))
    house = House(show, missing={B})
    house.play(12)
    assert house.runner.playing == "Other"
    assert house.runner.current == A
    assert house.faults == ["The model B is not here"]
    assert house.runner.report().age < 0.1


def test_a_show_whose_own_model_is_missing_plays_with_the_programs(qapp):
    house = House(SHOW, missing={A})
    levels = house.play(3)
    assert levels
    assert house.runner.current.hash == ""


def test_while_a_model_is_on_its_way_the_last_picture_stays(qapp):
    show = replace(SHOW, scenes=(replace(WALK, duration=5), replace(WALK, name="Other", duration=50, model=B.hash)))
    house = House(show)
    house.play(1)
    house.engine.slow = True
    levels = house.play(8)
    assert len(levels) == 400
    assert house.runner.current == A
    house.engine.open(B)
    levels = house.play(3)
    assert house.runner.current == B
    assert biggest_step(levels) <= 6


def test_closed_hours_fade_to_black_and_back(qapp):
    show = replace(SHOW, scenes=(replace(WALK, hold=1000, order="there and back"),), zone="UTC")
    house = House(show)
    house.play(2)
    house.runner.set_show(replace(show, hours=(Hours(dark=True),)))
    levels = house.play(4)
    assert levels[-1] == 0
    assert house.runner.dark
    assert biggest_step(levels) <= 2
    assert house.runner.report().age < 0.1
    house.runner.set_show(show)
    levels = house.play(4)
    assert levels[-1] == 20
    assert not house.runner.dark
    assert biggest_step(levels) <= 2


def test_a_visitor_stands_before_a_still_face_until_they_have_been_idle(house):
    house.play(3)
    seen = []
    house.runner.visited_changed.connect(seen.append)
    assert house.runner.touch()
    face = house.runner.recipe
    house.play(30)
    assert house.runner.recipe == face
    assert house.runner.visited
    house.runner.put("truncation.psi", 0.9, visitor=True)
    levels = house.play(2)
    assert levels[-1] == 200
    assert house.runner.value_of("truncation.psi") == 0.9
    house.runner.stranger(7)
    house.play(1)
    assert house.runner.recipe.latent == SeedLatent(7)
    assert house.runner.recipe.truncation.psi == face.truncation.psi  # a new face, in a clean state
    house.play(58)
    assert house.runner.visited
    house.play(3)
    assert seen == [True, False]
    assert not house.runner.visited
    house.play(3)
    assert house.runner.recipe != face
    assert house.runner.report().age < 0.1


def test_nobody_has_the_wall_where_visitors_are_not_welcome(house):
    house.runner.set_show(replace(SHOW, visitors=Visitors(welcome=False)))
    house.play(2)
    assert not house.runner.touch()
    house.runner.put("truncation.psi", 0.9, visitor=True)
    house.runner.stranger()
    house.play(1)
    assert not house.runner.visited
    assert house.runner.value_of("truncation.psi") < 0.9


def test_visitors_begin_with_the_face_that_the_show_says(house):
    start = Recipe(latent=SeedLatent(77), truncation=Truncation(0.5))
    house.runner.set_show(replace(SHOW, visitors=Visitors(start=start)))
    house.play(1)
    house.runner.touch()
    house.play(2)
    assert house.runner.recipe.latent == SeedLatent(77)


def test_live_controls_stay_on_top_of_whatever_plays_until_they_are_released(house):
    house.play(1)
    house.runner.put("/truncation.psi", 7000)
    house.play(8)
    assert {order.recipes[0].truncation.psi for order in house.engine.orders[-50:]} == {10.0}  # within its limits
    house.runner.set_scene("Strangers")
    house.play(2)
    assert house.runner.value_of("truncation.psi") == 10.0
    house.runner.release("truncation.psi")
    house.play(2)
    assert house.runner.value_of("truncation.psi") < 1
    for address, value in (("nothing", 1), ("truncation.psi", float("nan")), ("truncation.psi", "x")):
        with pytest.raises(RecipeError):
            house.runner.put(address, value)
    house.runner.put("mix/3", 1.0)  # of which this face has none
    house.runner.put("label/2", 1.0)
    assert len(house.play(1)) == 50


def test_a_scene_can_be_chosen_by_hand_and_given_back(house):
    house.play(1)
    changes = []
    house.runner.scene_changed.connect(changes.append)
    house.runner.set_scene("Strangers")
    levels = house.play(20)
    assert changes == ["Strangers"]
    assert biggest_step(levels) <= 10
    house.runner.set_scene(None)
    house.play(1)
    with pytest.raises(VisagistError, match="has no scene 'Opera'; it has Walk, Strangers"):
        house.runner.set_scene("Opera")


def test_tiles_are_one_picture_side_by_side(qapp):
    house = House(replace(SHOW, screen=Screen(columns=3, rows=2, rate=50)))
    house.play(8)
    now, _, _ = house.wall.last
    assert (now.width(), now.height()) == (48, 32)
    assert len(set(house.runner.asked)) > 1
    house.runner.touch()
    house.runner.set_show(replace(SHOW, screen=Screen(columns=2, rate=50)))
    house.runner.touch()
    house.runner.stranger(3)
    house.play(2)
    assert [recipe.latent.seed for recipe in house.runner.asked] == [3, 4]


def test_a_wall_clock_that_is_set_cross_fades_to_what_plays_then(house):
    house.play(2)
    house.runner.programme.moments.wall = lambda: house.clock.now + 120
    levels = house.play(4)
    assert house.runner.playing == "Strangers"
    assert biggest_step(levels) <= 10


@pytest.mark.parametrize("chosen", [None, "Walk"])
def test_a_wall_clock_that_is_put_back_before_the_show_began_leaves_it_moving(house, chosen):
    house.play(2)
    house.runner.set_scene(chosen)
    house.play(2)
    house.runner.programme.moments.wall = lambda: house.clock.now - 3600
    levels = house.play(20)
    assert max(levels[300:]) - min(levels[300:]) > 150  # it walks on, and does not wait for an hour
    assert biggest_step(levels) <= 10


def test_a_show_that_begins_again_after_the_clock_was_put_back_moves(house):
    begun = house.clock.now + 3600  # by the clock of the first start
    house.runner = Runner(house.runner.project, clock=house.clock, wall=house.clock, engine=house.engine, begun=begun)
    house.runner.attach(house.wall)
    levels = house.play(20)
    assert max(levels[300:]) - min(levels[300:]) > 150


def test_a_time_zone_that_is_not_known_here_is_told_and_the_show_plays(qapp):
    faults = []
    project = Project(ModelReference(A.hash), Recipe(), Board(show=replace(SHOW, zone="Mars/Olympus")))
    house = House(SHOW, project=project)
    house.runner.fault.connect(lambda text, error: faults.append(text))
    assert len(house.play(1)) > 45
    assert house.runner.report().faults == 1


def test_the_watchdog_hears_of_the_show_once_a_second(house):
    beats = []
    house.runner.beat.connect(beats.append)
    house.play(10)
    assert 9 <= len(beats) <= 11
    assert beats[-1].shown > beats[-2].shown
    assert beats[-1].scene == "Walk"
    assert beats[-1].size == 16


def test_pictures_from_before_a_cut_are_not_shown_after_it(qapp):
    house = House(SHOW, delay=0.5)
    house.play(3)
    house.runner.cut(0.5)
    before = house.runner.made[0]
    levels = house.play(0.4)
    assert len(set(levels)) == 1
    assert house.runner.made[0] is before


def test_blending_pictures_of_two_sizes_gives_one_of_the_newer_size(qapp):
    now, before = QImage(16, 16, QImage.Format.Format_RGB32), QImage(8, 8, QImage.Format.Format_RGB32)
    now.fill(0xFF646464)
    before.fill(0xFF000000)
    mixed = blended(now, before, 0.5)
    assert mixed.size() == now.size()
    assert abs(brightness(mixed) - 50) <= 1


def test_real_networks_play_side_by_side_and_every_thread_ends(qtbot, tiny_path, tmp_path):
    from tests.nets import save_tiny

    first, second = save_tiny(tmp_path / "1.safetensors"), save_tiny(tmp_path / "2.safetensors", 3)
    models = tuple(
        ShowModel(header.hash, name, str(tmp_path / f"{name}.safetensors"), 8)
        for name, header in (("1", first), ("2", second))
    )
    scenes = (
        StrangersScene(name="One", duration=1.5, every=0.5, hold=0),
        StrangersScene(name="Two", duration=1.5, every=0.5, hold=0, model=second.hash),
    )
    show = Show(scenes, models=models, transition=0.3, screen=Screen(columns=2))
    runner, wall, opened = Runner(Project(ModelReference(first.hash), Recipe()), show), Wall(), []
    runner.attach(wall)
    runner.opened.connect(lambda facts: opened.append(facts.hash))
    runner.start()
    assert isinstance(runner.engine, Engine)
    qtbot.waitUntil(lambda: runner.gauge.pictures >= 5 and set(opened) == {first.hash, second.hash})
    runner.restart_engine()
    made = runner.gauge.pictures
    qtbot.waitUntil(lambda: runner.gauge.pictures > made)
    assert wall.last[0].width() == 2 * wall.last[0].height()
    assert runner.end()
    assert runner.report().faults == 0


def test_the_snapshots_of_a_run_play_one_after_the_other_and_new_ones_join_them(qapp, tmp_path):
    run = RunFolder(tmp_path / "run")
    run.prepare()
    paths = [run.file("snapshots", images, ".safetensors") for images in (1000, 2000, 3000)]
    for path in paths[:2]:
        path.write_bytes(b"")
    scene = TrainingScene(name="Run", run=str(run.path), duration=30, every=5)
    house = House(replace(SHOW, scenes=(scene,)))
    house.play(29)
    shown = list(dict.fromkeys(order.model.path for order in house.engine.orders))
    assert shown == [str(path) for path in paths[:2]]
    assert {order.recipes[0].latent for order in house.engine.orders} == {house.engine.orders[0].recipes[0].latent}
    paths[2].write_bytes(b"")
    house.play(30)
    assert house.engine.orders[-1].model.path == str(paths[2])
