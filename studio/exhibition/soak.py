"""`visagist soak`: plays a show at speed before a restless hand and in constant trouble, and measures what is left."""

from __future__ import annotations

import gc
import json
import logging
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from engine.project import Board, ModelReference, Project, Star
from engine.recipe import Recipe, SeedLatent
from engine.show.scenes import Breath, BreathingScene, StrangersScene, WalkScene
from engine.show.values import Show, Visitors
from studio import heap, theme
from studio.collector import Collector
from studio.exhibition.engine import Engine
from studio.exhibition.meter import MB, Darkness, Slope, slope
from studio.exhibition.output import OutputWindow
from studio.exhibition.runner import Runner
from studio.exhibition.trouble import RestlessHand, Trouble

log = logging.getLogger(__name__)

ROUND_S, REST_S = 20.0, 5.0  # a round, of which the end is rest
HAND_MS, LOOK_MS = 350, 100
WARM = 0.3  # of the time, before memory counts
SPEED = 12.0
FIRST_S = 120.0  # for a slow machine to make the first picture
PATIENCE_S = 5.0  # so that a hang is soon over
GOAL_MB_H, GOAL_BLACK_S = 1.0, 0.5
SCREENS = (("left", 0, 1920, 1080), ("right", 1920, 1080, 1920))


def main(minutes: float, models: Sequence[ModelReference], seed: int, say: Callable[[str], None]) -> int:
    """Soak for so long; gives the exit code, 1 where a goal was missed."""
    with tempfile.TemporaryDirectory(prefix="visagist-") as folder:
        config = Path(folder) / "screens.json"
        config.write_text(json.dumps({"screens": [screen(*words) for words in SCREENS]}), "utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={config}"
        heap.steady()
        qInstallMessageHandler(lambda kind, context, text: log.debug("%s", text))  # what such screens cannot do
        app = QApplication(sys.argv[:1])
        theme.apply(app)
        collector = Collector(app)
        soak = Soak(models, 60 * minutes, seed, say)
        soak.over.connect(lambda: app.exit(0))  # quit would ask the window, which never goes by itself
        soak.start()
        app.exec()
        collector.stop()
        soak.end()
    return soak.report()


def screen(name: str, x: int, width: int, height: int) -> dict[str, object]:
    """A screen that is not there, in Qt's words."""
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    return {"name": name, "x": x, "y": 0, "width": width, "height": height, **dots}


def project_of(model: ModelReference) -> Project:
    """A show of short scenes of each kind that needs no files."""
    stars = tuple(Star(Recipe(latent=SeedLatent(seed))) for seed in (3, 14, 15, 92, 65))
    scenes = (
        WalkScene(name="Stars", duration=60, order="shuffled", path="spline"),
        StrangersScene(name="Strangers", duration=60),
        BreathingScene(name="Breath", duration=60, breaths=(Breath("truncation.psi", 0.3, 1.0),)),
    )
    show = Show(scenes, order="shuffled", visitors=Visitors(idle=2 * REST_S))
    return Project(model, Recipe(), Board(stars=stars, show=show))


class Soak(QObject):
    """models: what the show plays with, one after the other."""

    over = Signal()

    def __init__(
        self,
        models: Sequence[ModelReference],
        seconds: float,
        seed: int,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__()
        self.seconds, self.say, self.clock = seconds, say, clock
        self.trouble = Trouble(seed)
        engine = Engine(clock, self.trouble.opening)
        self.runner = Runner(project_of(models[0]), speed=SPEED, clock=clock, engine=engine)
        self.runner.tender.patience = PATIENCE_S
        self.window = OutputWindow(self.runner.show.screen)
        self.runner.attach(self.window)
        self.window.rate_changed.connect(self.runner.set_rate)
        self.hand = RestlessHand(self.runner, self.window, self.trouble, models)
        self.darkness = Darkness(self.window, clock)
        self.times: list[float] = []
        self.sizes: list[float] = []
        self.process = psutil.Process()
        self.rests, self.least = False, math.inf
        self.began = 0.0
        self.timers = [QTimer(self, interval=HAND_MS), QTimer(self, interval=LOOK_MS), QTimer(self, interval=1000)]
        for timer, slot in zip(self.timers, (self.act, self.darkness.look, self.watch), strict=True):
            timer.timeout.connect(slot)

    def start(self) -> None:
        """Begin."""
        self.began = self.clock()
        self.window.begin()
        self.runner.start()
        for timer in self.timers:
            timer.start()

    def end(self) -> None:
        """End every thread."""
        for timer in self.timers:
            timer.stop()
        self.window.end()
        self.runner.end()

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.began

    def act(self) -> None:
        """The hand's next move; it rests at the end of each round."""
        rests = self.passed % ROUND_S > ROUND_S - REST_S
        if rests and not self.rests:
            self.hand.rest()
            self.least = math.inf
        elif rests:
            gc.collect()
            heap.trim()  # as the show does itself, not so often
            self.least = min(self.least, self.process.memory_full_info().uss)
        elif self.runner.gauge.pictures:
            if self.rests:
                self.note()
            self.hand.act()
        self.rests = rests

    def note(self) -> None:
        """Memory of a rest: the least, as pictures on their way come and go."""
        self.times.append(self.passed)
        self.sizes.append(self.least)
        beat = self.runner.report()
        self.say(
            f"{self.passed / 60:6.1f} min  {self.sizes[-1] / MB:8.1f} MB  {beat.pictures} pictures  "
            f"{beat.dropped} dropped  {beat.restarts} restarts  black {self.darkness.longest:.2f} s"
        )

    def watch(self) -> None:
        """Whether the time is over; a short one waits for the first picture."""
        if self.passed >= self.seconds + (0.0 if self.runner.gauge.pictures else FIRST_S):
            self.over.emit()

    @property
    def slope(self) -> Slope:
        """Of memory, after warm-up."""
        pairs = [(at, size) for at, size in zip(self.times, self.sizes, strict=True) if at >= WARM * self.seconds]
        return slope([at for at, _ in pairs], [size for _, size in pairs])

    def report(self) -> int:
        """Say how it was; gives the exit code."""
        beat, memory = self.runner.report(), self.slope
        beats = beat.shown + beat.dropped
        self.say(f"memory         {words_of(memory)} (goal: below {GOAL_MB_H:g} MB/h)")
        self.say(f"dropped        {beat.dropped} of {beats} beats, {100 * beat.dropped / max(beats, 1):.2f} %")
        self.say(f"pictures       {beat.pictures}; {self.trouble.made} times trouble, {beat.faults} faults")
        self.say(f"restarts       {beat.restarts} of the engine")
        self.say(f"longest black  {self.darkness.longest:.2f} s (goal: at most {GOAL_BLACK_S:g} s)")
        leaks = memory.value - 2 * memory.error > GOAL_MB_H  # what can be told from chance
        return int(leaks or self.darkness.longest > GOAL_BLACK_S or not beat.pictures)


def words_of(memory: Slope) -> str:
    """The slope for a person."""
    if math.isnan(memory.value):
        return "too short a soak to tell a slope"
    return f"{memory.value:+.1f} MB/h, give or take {2 * memory.error:.1f}"
