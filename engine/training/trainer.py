"""A training run from its first picture to its last: phases, ticks, checkpoints, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from engine.devices import Target, is_out_of_memory
from engine.job import Job
from engine.job import Progress as Done
from engine.training.architectures import LEARNERS
from engine.training.augment import AdaptiveProbability, Augmentation, AugmentSettings
from engine.training.checkpoints import CheckpointError, Progress, load_checkpoint
from engine.training.chronicle import facts_of
from engine.training.config import Config, ConfigError, check_groups, smaller_batch
from engine.training.dataset import Dataset
from engine.training.dice import Dice
from engine.training.evaluation import Frozen, evaluation_of
from engine.training.faults import Diverged, Watch
from engine.training.learner import Augment, Shown
from engine.training.loader import Loader
from engine.training.metrics.pyramid import SMALLEST
from engine.training.networks.shape import GROUP
from engine.training.run import CHECKPOINTS, RunFolder
from engine.training.samples import Samples
from engine.training.schedule import Phase, phase_at, phases
from engine.training.starting import start_from
from engine.training.tick import Tick, memory
from engine.training.together import Together
from engine.training.wishes import PATIENCE_S, Order, Wishes
from engine.training.writing import Writing


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
        self.config, self.folder, self.dataset, self.target = config, folder, dataset, target
        self.wishes = Wishes(folder, wait)
        self.together = together or Together()
        for level in config.levels:
            check_groups(level, self.together.world)
        self.plan = phases(config)
        label_dim = len(dataset.facts.label_names) if config.labels else 0
        shape = config.shape(label_dim)
        self.learner = LEARNERS[config.architecture](config, shape, target.device, target.precision, self.together)
        rank, world = self.together.rank, self.together.world
        self.loader = Loader(dataset, config.seed, mirror=config.mirror, labels=config.labels, rank=rank, world=world)
        self.writing = Writing(folder, config, silent=rank > 0)
        self.evaluation = evaluation_of(config, dataset)
        self.samples = Samples(config, dataset)
        self.augmentation = Augmentation(AugmentSettings())
        self.tick, self.watch = Tick(), Watch()
        self.progress = Progress(0, 0, dataset.facts.hash)
        self.phase: Phase | None = None
        self.last_seconds = 0.0

    def stop(self) -> None:
        """Keep what was learned after this step, then end."""
        self.wishes.stopping = True

    def resume(self) -> int | None:
        """Go on from the newest checkpoint that can be read: images shown, or None where there is none.

        Raises CheckpointError where there are some and none of them can be used.
        """
        broken: list[CheckpointError] = []
        for path in reversed(self.folder.files(CHECKPOINTS)):
            try:
                progress = load_checkpoint(path, self.learner)
            except CheckpointError as error:
                broken.append(error)
                continue
            if progress.dataset != self.dataset.facts.hash:
                raise ConfigError(f"{self.folder.path} learned from another data set than {self.dataset.folder}")
            for fault in broken:
                self.note("warning", f"{fault}; the one before is taken")
            self.progress = progress
            self.evaluation.resume(progress.images)
            return progress.images
        if broken:
            raise CheckpointError(f"{broken[0]}, and there is no other to go on from; begin anew in another folder")
        return None

    def take_start(self) -> list[str]:
        """Begin with the networks of the model that the settings name, if they name one; sentences about it.

        Raises ConfigError for a model that does not fit.
        """
        return start_from(Path(self.config.start), self.learner) if self.config.start else []

    def train(self, resumed_from: int | None = None) -> Job[str]:
        """Train until the plan ends or somebody stops it: "finished", "stopped" or "failed"."""
        self.start(resumed_from)
        while self.progress.images < self.config.images:
            if not (yield from self.may_go_on()):
                return self.end("stopped")
            try:
                self.advance()
            except Diverged as error:
                if not self.watch.forgives(self.progress.images):
                    return self.end("failed", str(error))
                self.go_back(str(error))
            yield Done(self.progress.images, self.config.images, self.words())
        while self.together.agree(int(not self.is_kept())):
            if not (yield from self.may_go_on()):
                return self.end("stopped")
        yield from self.evaluate_whole()
        return self.end("finished")

    def start(self, resumed_from: int | None) -> None:
        """Say what is about to happen."""
        self.phase = None
        self.writing.chronicle.start(self.progress, self.config, self.plan, self.target, resumed_from)
        self.state("running")

    def is_kept(self) -> bool:
        """Whether the disk has taken what the run has come to."""
        self.checkpoint()
        self.snapshot()
        return not self.writing.full

    def end(self, state: str, why: str = "") -> str:
        """Keep what was learned by somebody who stops, as a place to go on from and as a model; say how it ended."""
        self.evaluation.close()
        if state == "stopped":
            self.writing.full = ""
            self.checkpoint()
            if self.writing.full:
                state, why = "failed", f"what was learned since the last checkpoint is lost: {self.writing.full}"
            self.record_tick()
            self.snapshot()
        self.state(state, why)
        return state

    def may_go_on(self) -> Job[bool]:
        """Heed wishes, signals and hindrances; False: stop."""
        rests = False
        while True:
            why = self.hindrance()
            order = Order(self.together.agree(self.wishes.order(why)))
            if order is not Order.PAUSE:
                break
            if not rests:
                rests = True
                if not self.writing.full:
                    self.checkpoint()
                self.state("paused", why)
            yield Done(self.progress.images, self.config.images, why or "paused")
            self.wishes.wait(PATIENCE_S)
        if order is Order.STOP:
            return False
        if rests:
            self.state("running")
        yield from self.wishes.rest(Done(self.progress.images, self.config.images, "resting"))
        self.wishes.leave_share(self.last_seconds)
        return True

    def hindrance(self) -> str:
        """What stands in the way of going on, as a sentence; empty: nothing."""
        if not self.dataset.is_there():
            return f"the data set {self.dataset.folder} is gone; training goes on when it is back"
        wrong = self.writing.full
        if wrong and not self.writing.is_relieved(self.checkpoint):
            return f"{self.writing.full or wrong}; training goes on when it can be written again"
        if wrong:
            self.note("warning", f"{wrong}; it is well again")
        return ""

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
        ends = self.progress.images >= self.config.images
        if ends or tick > before // self.config.tick_images:
            self.watch.tick(self.tick.spread(), self.progress.images)
            self.record_tick()
        if not ends and tick > before // self.config.tick_images:
            if tick % self.config.snapshot_ticks == 0:
                self.snapshot()
            if tick % self.config.checkpoint_ticks == 0 and not self.watch.flat:  # nobody should go back to that
                self.checkpoint()

    def evaluate(self, phase: Phase) -> None:
        """Go on with measuring what was learned, on its share of the time."""
        if self.together.rank > 0:
            return
        try:
            measured = self.evaluation.step(self.progress, phase.side, self.frozen)
        except (MemoryError, RuntimeError) as error:
            self.forgo(error)
            return
        if measured is not None:
            self.writing.record("metric", measured.progress, **measured.fields)

    def evaluate_whole(self) -> Job[None]:
        """Measure what the run has come to, unless somebody stops it."""
        wanted = self.together.rank == 0 and self.config.metric_share > 0
        if not wanted or self.phase is None or self.phase.side < SMALLEST:
            return
        job = self.evaluation.whole(self.progress, self.phase.side, self.frozen)
        try:
            while self.wishes.order("") is not Order.STOP:
                yield next(job)
        except StopIteration as end:
            self.writing.record("metric", end.value.progress, **end.value.fields)
        except (MemoryError, RuntimeError) as error:
            self.forgo(error)
        finally:
            job.close()

    def forgo(self, error: MemoryError | RuntimeError) -> None:
        """Memory ran out while it was measured what was learned: learning it is worth more."""
        if not is_out_of_memory(error):
            raise error
        self.evaluation.close()
        self.note("warning", "memory ran out while measuring, so this measurement is left out")

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
        self.writing.record("phase", self.progress, **facts_of(phase))
        if self.together.rank == 0:
            self.writing.reals(self.samples.reals(phase.side))

    def shrink(self, phase: Phase) -> None:
        """Memory ran out: a smaller batch from now on."""
        batch = min(phase.batch, self.progress.largest_batch or phase.batch)
        if batch <= GROUP:
            raise ConfigError(f"memory ran out at {phase.side} px with {batch} pictures a step; choose a smaller side")
        smaller = smaller_batch(batch)
        self.learner.forget_gradients()
        self.progress = replace(self.progress, largest_batch=smaller)
        self.note("warning", f"memory ran out, so a step shows {smaller} pictures instead of {batch}")

    def go_back(self, why: str) -> None:
        """To the last good checkpoint with half the learning rate."""
        slower = self.progress.slower / 2
        if self.resume() is None:
            self.learner.begin()
            for sentence in self.take_start():
                self.note("info", sentence)
            self.progress = Progress(0, 0, self.dataset.facts.hash)
            self.evaluation.resume(0)
        self.progress = replace(self.progress, slower=slower)
        self.tick.reset()
        self.writing.write(lambda: self.start(self.progress.images))
        images = self.progress.images
        self.note("warning", f"{why}; back to {images} pictures, learning at {slower:g} of the planned rate")

    def record_tick(self) -> None:
        """Numbers, and a sheet of samples."""
        if not self.tick.shown or self.phase is None:
            return
        grown, rate = self.phase.grown(self.progress.images), self.tick.rate()
        self.writing.record(
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
            self.writing.sheet(self.samples.pictures(self.learner.average, grown), grown, self.progress)
            self.writing.write(self.writing.keeper.make_room)

    def checkpoint(self) -> None:
        """Everything to go on from."""
        self.writing.checkpoint(self.learner, self.progress)

    def snapshot(self) -> None:
        """What was learned, as a model file; networks that have learned nothing are none."""
        images = self.progress.images
        if images:
            phase = self.phase or phase_at(self.plan, images)
            self.writing.snapshot(self.learner, self.dataset.facts, phase.grown(images), self.progress)

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
        self.writing.record("note", self.progress, level=level, text=text)

    def state(self, state: str, why: str = "") -> None:
        """What the run does now."""
        self.writing.record("state", self.progress, state=state, why=why)
