"""A training run from its first picture to its last: phases, ticks, checkpoints, wishes, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import IntEnum

from msgspec.structs import replace

from engine.devices import Target, is_out_of_memory
from engine.job import Job
from engine.job import Progress as Done
from engine.training.architectures import LEARNERS
from engine.training.augment import AdaptiveProbability, Augmentation, AugmentSettings
from engine.training.checkpoints import CheckpointError, Progress, load_checkpoint
from engine.training.chronicle import Chronicle
from engine.training.config import Config, ConfigError
from engine.training.dataset import Dataset
from engine.training.dice import Dice
from engine.training.evaluation import Frozen, evaluation_of
from engine.training.faults import Diverged, Watch
from engine.training.keeping import DiskFull, Keeper
from engine.training.learner import Augment, Shown
from engine.training.loader import Loader
from engine.training.metrics.pyramid import SMALLEST
from engine.training.run import CHECKPOINTS, SAMPLES, RunFolder
from engine.training.samples import Samples, write_sheet
from engine.training.schedule import Phase, phase_at, phases
from engine.training.tick import Tick, memory
from engine.training.together import Together

PATIENCE_S = 0.2  # between looks at the wishes of a run that rests
SMALLEST_BATCH = 4
LONGEST_REST_S = 60.0  # at a time; a clock that is wrong holds nothing up
SMALLEST_SHARE = 0.02


class Order(IntEnum):
    """What is to be done before the next step."""

    GO = 0
    PAUSE = 1
    STOP = 2


class Trainer:
    """One run. `train` is the job; `stop` may be called from a signal handler.

    wait: sleeps for so many seconds; of several processes the one of rank 0 writes the run folder.
    """

    def __init__(
        self,
        config: Config,
        folder: RunFolder,
        dataset: Dataset,
        target: Target,
        together: Together | None = None,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.config, self.folder, self.dataset, self.target, self.wait = config, folder, dataset, target, wait
        self.together = together or Together()
        self.plan = phases(config)
        label_dim = len(dataset.facts.label_names) if config.labels else 0
        shape = config.shape(label_dim)
        self.learner = LEARNERS[config.architecture](config, shape, target.device, target.precision, self.together)
        rank, world = self.together.rank, self.together.world
        self.loader = Loader(dataset, config.seed, mirror=config.mirror, labels=config.labels, rank=rank, world=world)
        self.chronicle = Chronicle(folder, silent=rank > 0)
        self.evaluation = evaluation_of(config, dataset)
        self.keeper = Keeper(folder, config)
        self.samples = Samples(config, dataset)
        self.augmentation = Augmentation(AugmentSettings())
        self.tick, self.watch = Tick(), Watch()
        self.progress = Progress(0, 0, dataset.facts.hash)
        self.phase: Phase | None = None
        self.stopping = False
        self.full = ""  # why nothing can be written now
        self.last_seconds = 0.0

    def stop(self) -> None:
        """Make a checkpoint after this step, then end."""
        self.stopping = True

    def resume(self) -> int | None:
        """Go on from the newest checkpoint that can be read: images shown, or None where there is none."""
        for path in reversed(self.folder.files(CHECKPOINTS)):
            try:
                progress = load_checkpoint(path, self.learner)
            except CheckpointError as error:
                self.note("warning", f"{error}; the one before is taken")
                continue
            if progress.dataset != self.dataset.facts.hash:
                raise ConfigError(f"{self.folder.path} learned from another data set than {self.dataset.folder}")
            self.progress = progress
            self.evaluation.resume(progress.images)
            return progress.images
        return None

    def train(self, resumed_from: int | None = None) -> Job[str]:
        """Train until the plan ends or somebody stops it: "finished", "stopped" or "failed"."""
        self.start(resumed_from)
        while self.progress.images < self.config.images:
            if not (yield from self.may_go_on()):
                return self.end("stopped")
            try:
                self.advance()
            except Diverged as error:
                if not self.watch.forgives():
                    return self.end("failed", str(error))
                self.go_back(str(error))
            except DiskFull as error:
                self.full = str(error)
            yield Done(self.progress.images, self.config.images, self.words())
        self.record_tick()
        self.snapshot()
        yield from self.evaluate_whole()
        return self.end("finished")

    def start(self, resumed_from: int | None) -> None:
        """Say what is about to happen."""
        self.phase = None
        self.chronicle.start(self.progress, self.config, self.plan, self.target, resumed_from)
        self.state("running")

    def end(self, state: str, why: str = "") -> str:
        """Keep what was learned, unless it is worthless, and say how it ended."""
        self.evaluation.close()
        if state != "failed":
            self.checkpoint()
        self.state(state, why)
        return state

    def may_go_on(self) -> Job[bool]:
        """Heed wishes, signals and hindrances; False: stop."""
        rests = False
        while True:
            why = self.hindrance()
            order = Order(self.together.agree(self.order(why)))
            if order is not Order.PAUSE:
                break
            if not rests:
                rests = True
                if not self.full:
                    self.checkpoint()
                self.state("paused", why)
            yield Done(self.progress.images, self.config.images, why or "paused")
            self.wait(PATIENCE_S)
        if order is Order.STOP:
            return False
        if rests:
            self.full = ""
            self.state("running")
        yield from self.rest()
        share = self.folder.control().share
        if share < 1:
            self.wait(self.last_seconds * (1 / max(share, SMALLEST_SHARE) - 1))
        return True

    def rest(self) -> Job[None]:
        """Leave the machine to somebody who works on it, for as long as they wish and not for ever."""
        longest = self.folder.clock() + LONGEST_REST_S
        while self.folder.clock() < min(self.folder.control().rest_until, longest) and self.order("") is Order.GO:
            yield Done(self.progress.images, self.config.images, "resting")
            self.wait(PATIENCE_S)

    def order(self, why: str) -> Order:
        """What this process would do; why: what stands in the way."""
        wish = self.folder.control().wish
        if self.stopping or wish == "stop":
            return Order.STOP
        return Order.PAUSE if why or wish == "pause" else Order.GO

    def hindrance(self) -> str:
        """What stands in the way of going on, as a sentence; empty: nothing."""
        if not self.dataset.is_there():
            return f"the data set {self.dataset.folder} is gone; training goes on when it is back"
        return self.full if self.full and not self.keeper.has_room() else ""

    def advance(self) -> None:
        """One step, and whatever falls due with it."""
        phase = phase_at(self.plan, self.progress.images)
        if phase is not self.phase:
            self.enter(phase)
        before, began = self.progress.images, self.tick.clock()
        try:
            shown, batch = self.step(phase)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or self.together.world > 1:
                raise
            self.shrink(phase)
            return
        self.last_seconds = self.tick.clock() - began
        self.watch.step(shown)
        augment = self.progress.augment
        if self.config.augment == "ada":
            control = AdaptiveProbability(self.config.augment_target, state=augment)
            control.observe(shown.sign, batch)
            augment = control.state
        self.progress = replace(self.progress, images=before + batch, step=self.progress.step + 1, augment=augment)
        self.tick.add(shown, batch, self.last_seconds)
        self.evaluate(phase)
        tick = self.progress.images // self.config.tick_images
        if tick > before // self.config.tick_images:
            self.record_tick()
            if tick % self.config.snapshot_ticks == 0:
                self.snapshot()
            if tick % self.config.checkpoint_ticks == 0:
                self.checkpoint()

    def evaluate(self, phase: Phase) -> None:
        """Go on with measuring what was learned, on its share of the time."""
        if self.together.rank == 0:
            measured = self.evaluation.step(self.progress, phase.side, self.frozen)
            if measured is not None:
                self.chronicle.record("metric", measured.progress, **measured.fields)

    def evaluate_whole(self) -> Job[None]:
        """Measure what the run has come to."""
        wanted = self.together.rank == 0 and self.config.metric_share > 0
        if wanted and self.phase is not None and self.phase.side >= SMALLEST:
            measured = yield from self.evaluation.whole(self.progress, self.phase.side, self.frozen)
            self.chronicle.record("metric", measured.progress, **measured.fields)

    def frozen(self) -> Frozen:
        """The averaged generator as it is now."""
        assert self.phase is not None
        grown = self.phase.grown(self.progress.images)
        return Frozen(self.learner.average, grown, self.config, self.dataset)

    def step(self, phase: Phase) -> tuple[Shown, int]:
        """Both networks learn from one batch; gives what they saw, and the batch's size over all processes."""
        batch = min(phase.batch, self.progress.largest_batch or phase.batch)
        images, step = self.progress.images, self.progress.step
        together, device = self.together, self.learner.device
        dice = Dice(self.config.seed, step, device, rank=together.rank, world=together.world)
        real, label = self.loader.batch(images, batch, phase.side)
        shown = self.learner.step(
            real.to(device),
            None if label is None else label.to(device),
            phase.grown(images),
            dice,
            step=step,
            images=images,
            augment=self.augmented(dice),
        )
        return shown, batch

    def augmented(self, dice: Dice) -> Augment:
        """What the discriminator is shown in one step."""
        p = self.progress.augment.p
        return lambda pictures: self.augmentation(pictures, p, dice)

    def enter(self, phase: Phase) -> None:
        """A phase begins."""
        self.phase = phase
        self.learner.set_rate(phase.lr * self.progress.slower)
        self.chronicle.phase(self.progress, phase)
        if self.together.rank == 0:
            reals = self.samples.reals(phase.side)
            write_sheet(self.folder.path / "reals.png", reals, self.config.sample_columns, synthetic=False)

    def shrink(self, phase: Phase) -> None:
        """Memory ran out: a smaller batch from now on."""
        batch = min(phase.batch, self.progress.largest_batch or phase.batch)
        if batch <= SMALLEST_BATCH:
            raise ConfigError(f"memory ran out at {phase.side} px with {batch} pictures a step; choose a smaller side")
        smaller = max(SMALLEST_BATCH, batch // 2)
        self.learner.forget_gradients()
        self.progress = replace(self.progress, largest_batch=smaller)
        self.note("warning", f"memory ran out, so a step shows {smaller} pictures instead of {batch}")

    def go_back(self, why: str) -> None:
        """To the last good checkpoint with half the learning rate."""
        slower = self.progress.slower / 2
        if self.resume() is None:
            self.learner.begin()
            self.progress = Progress(0, 0, self.dataset.facts.hash)
        self.progress = replace(self.progress, slower=slower)
        self.tick.reset()
        self.start(self.progress.images)
        images = self.progress.images
        self.note("warning", f"{why}; back to {images} pictures, learning at {slower:g} of the planned rate")

    def record_tick(self) -> None:
        """Numbers, and a sheet of samples."""
        if not self.tick.shown or self.phase is None:
            return
        grown, rate = self.phase.grown(self.progress.images), self.tick.rate()
        self.watch.tick(self.tick.spread())
        self.chronicle.record(
            "tick",
            self.progress,
            side=grown.side,
            alpha=grown.alpha,
            **self.tick.numbers(),
            augment_p=self.progress.augment.p,
            rate=rate,
            memory=memory(self.learner.device),
            left=self.seconds_left(rate),
            lr=self.phase.lr * self.progress.slower,
        )
        self.tick.reset()
        if self.together.rank == 0:
            sheet = self.folder.file(SAMPLES, self.progress.images, ".png")
            write_sheet(sheet, self.samples.pictures(self.learner.average, grown), self.config.sample_columns)
            form = {"columns": self.config.sample_columns, "rows": self.config.sample_rows}
            file = f"{SAMPLES}/{sheet.name}"
            self.chronicle.record("samples", self.progress, file=file, side=grown.side, alpha=grown.alpha, **form)

    def checkpoint(self) -> None:
        """Everything to go on from. Raises DiskFull."""
        if self.together.rank == 0:
            file = self.keeper.checkpoint(self.learner, self.progress)
            self.chronicle.record("checkpoint", self.progress, file=file)

    def snapshot(self) -> None:
        """What was learned, as a model file. Raises DiskFull."""
        if self.together.rank == 0 and self.phase is not None:
            grown = self.phase.grown(self.progress.images)
            file = self.keeper.snapshot(self.learner, self.dataset.facts, grown, self.progress.images)
            self.chronicle.record("snapshot", self.progress, file=file, side=grown.side, alpha=grown.alpha)

    def seconds_left(self, rate: float) -> float:
        """At the present rate, with larger levels as much slower as they compute more."""
        assert self.phase is not None
        shape, images = self.learner.shape, self.progress.images
        cost = shape.cost(self.phase.side)
        left = sum((p.ends - max(p.begins, images)) * shape.cost(p.side) / cost for p in self.plan if p.ends > images)
        return left / rate

    def words(self) -> str:
        """Where the run is, for a terminal."""
        side = self.phase.side if self.phase is not None else self.config.levels[0].side
        kind = "fading in" if self.phase is not None and self.phase.kind == "fade" else "learning"
        return f"{side} px {kind}, {self.progress.images / 1000:.1f} of {self.config.images / 1000:g} kimg"

    def note(self, level: str, text: str) -> None:
        """One sentence for the person."""
        self.chronicle.record("note", self.progress, level=level, text=text)

    def state(self, state: str, why: str = "") -> None:
        """What the run does now."""
        self.chronicle.record("state", self.progress, state=state, why=why)
