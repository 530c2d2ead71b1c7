"""Starting and steering runs: the training processes of this window, and what is wished of the run on show."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QWidget

from engine.errors import VisagistError
from engine.job import Job
from studio.icons import icon
from studio.session import Session
from studio.settings import Settings
from studio.training.run_jobs import Ended, beginning, judging, learning, newest_snapshot, publishing, steer, steering
from studio.training.sharing import Sharing
from studio.workers.training import TrainingProcesses, Watched, resuming

ALIVE = ("running", "paused")
RESUMABLE = ("stopped", "interrupted", "failed")
WORDS = {"pause": "pausing", "run": "going on", "stop": "stopping"}


class Training(QObject):
    """What the Train workspace and the actions steer by.

    started: a run began or went on, its folder; new_run_wanted: someone wants a new run, from a model or snapshot (its
    path) or from nothing (None); changed: the run on show, its state or what is under way is another; failed: a run
    ended that should not have, its folder and the sentence.
    """

    started = Signal(object)
    new_run_wanted = Signal(object)
    changed = Signal()
    failed = Signal(object, str)

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.settings, self.window = session, settings, window
        self.jobs, self.messages = session.jobs, session.messages
        self.processes = TrainingProcesses(self)
        self.processes.ended.connect(self.on_ended)
        self.sharing = Sharing(session.document, settings, self)
        self.sharing.share_changed.connect(lambda share: self.tell_all(share=share))
        self.sharing.rests.connect(lambda until: self.tell_all(rest_until=until))
        self.run: Path | None = None  # on show
        self.state = ""  # of the run on show
        self.under_way = ""  # what it was asked and has not done yet
        self.unwritten: dict[Path, dict[str, Any]] = {}  # wishes for runs
        self.written: dict[Path, dict[str, Any]] = {}  # those that are being written just now
        self.starting: set[Path] = set()  # runs whose process is not there yet
        self.changed.connect(self.suit)
        self.actions: dict[str, QAction] = {}

    # the run on show

    def show_run(self, folder: Path | None) -> None:
        """Another run is on show."""
        if folder != self.run:
            self.run, self.state, self.under_way = folder, "", ""
            self.changed.emit()

    def show_state(self, state: str) -> None:
        """How the run on show is."""
        if state == self.state:
            return
        self.state, self.under_way = state, ""
        self.changed.emit()

    @property
    def goes(self) -> bool:
        """Whether the run on show is at work."""
        return self.state in ALIVE

    @property
    def can_resume(self) -> bool:
        """Whether it can go on."""
        return self.state == "paused" or self.state in RESUMABLE

    # starting

    def new_run(self, start: Path | None = None) -> None:
        """The page for a new run."""
        self.new_run_wanted.emit(start)

    def fine_tune(self) -> None:
        """A new run that goes on from the open model."""
        if self.session.model_path is None:
            self.messages.warn("no model is open yet; open the one that the training is to go on from")
        else:
            self.new_run(self.session.model_path)

    def begin(self, folder: Path, words: list[str]) -> None:
        """Start a run in a new folder. words: of the command."""
        self.start(folder, words, beginning(folder, self.sharing.share))

    def resume(self, folder: Path) -> None:
        """Let a run go on from its last checkpoint."""
        self.start(folder, resuming(folder), steering(folder, {"wish": "run", "share": self.sharing.share}))

    def start(self, folder: Path, words: list[str], first: Job[None]) -> None:
        """Do what comes first, then start the process; once, however often it is asked."""
        if folder in self.starting:
            first.close()
            return
        self.starting.add(folder)

        def failed(error: BaseException) -> None:
            self.starting.discard(folder)
            self.under_way = ""
            self.changed.emit()
            self.messages.fail("starting the training", error)

        def go(_: None) -> None:
            try:
                self.processes.start(words, folder)
            except VisagistError as error:
                failed(error)
            else:
                self.starting.discard(folder)
                self.started.emit(folder)

        self.jobs.start(first, go, failed)

    def on_ended(self, one: Watched) -> None:
        """A process ended: find out how."""
        self.jobs.start(judging(one), self.on_judged, partial(self.messages.fail, "reading the run"))

    def on_judged(self, ended: Ended) -> None:
        """Say how it ended."""
        name = ended.folder.name
        if ended.wrong:
            if ended.folder == self.run:  # it may have ended before it wrote a word into the run
                self.under_way = ""
                self.changed.emit()
            self.messages.warn(f"{name}: {ended.wrong}")
            self.failed.emit(ended.folder, ended.wrong)
        elif ended.state == "finished":
            self.messages.note(f"{name} is finished; add it to your models to keep it at hand")
        else:
            self.messages.note(f"{name} has stopped; it can go on from where it was")

    # steering: the handlers of the action table

    def pause_or_resume(self) -> None:
        """Pause it, or let it go on."""
        if self.run is None or self.under_way:
            return
        if self.state in RESUMABLE:
            self.resume(self.run)
            self.wait_for("run")
        elif self.goes:
            self.wish("run" if self.state == "paused" else "pause")

    def stop(self) -> None:
        """It keeps a checkpoint and ends."""
        if self.goes:
            self.wish("stop")

    def open_folder(self) -> None:
        """Show the files of the run."""
        if self.run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.run)))

    def fork(self, snapshot: Path) -> None:
        """A new run that goes on from a snapshot."""
        self.new_run(snapshot)

    def fork_newest(self) -> None:
        """A new run from where the one on show is."""
        if self.run is None:
            return
        newest = newest_snapshot(self.run)
        if newest is None:
            self.messages.warn(f"{self.run.name} has kept no snapshot yet")
        else:
            self.fork(newest)

    def publish(self) -> None:
        """Put the best of the run on show among the models."""
        if self.run is None:
            return

        run = self.run

        def done(path: Path) -> None:
            self.messages.note(f"{path.stem} is among your models now")
            failed = partial(self.messages.fail, "learning its sliders")
            self.jobs.start(learning(run, path), partial(learned, path), failed)

        def learned(path: Path, count: int) -> None:
            if count:
                self.messages.note(f"{path.stem} has {count} sliders, learned from the labels of its data set")

        self.jobs.start(publishing(run), done, partial(self.messages.fail, "adding the model"))

    def wish(self, wish: str) -> None:
        """Ask something of the run on show."""
        assert self.run is not None
        self.ask(self.run, wish=wish)
        self.wait_for(wish)

    def wait_for(self, wish: str) -> None:
        """Until its state is another."""
        self.under_way = WORDS[wish]
        self.changed.emit()

    def tell_all(self, **wishes: Any) -> None:
        """Tell every run that we know to be at work."""
        shown = {self.run} if self.run is not None and self.goes else set()
        for folder in shown | {one.folder for one in self.processes.watched}:
            self.ask(folder, **wishes)

    def ask(self, folder: Path, **wishes: Any) -> None:
        """Write wishes in the background, one after the other; only the newest of a kind is written."""
        self.unwritten.setdefault(folder, {}).update(wishes)
        if not self.written:
            self.write_next()

    def write_next(self, _: None = None) -> None:
        """Write what was wished meanwhile."""
        self.written = {}
        if self.unwritten:
            folder = next(iter(self.unwritten))
            self.written = {folder: self.unwritten.pop(folder)}
            self.jobs.start(steering(folder, self.written[folder]), self.write_next, self.on_not_written, whole=True)

    def on_not_written(self, error: BaseException) -> None:
        """A run that cannot be steered goes on as it did."""
        self.under_way = ""
        self.changed.emit()
        self.messages.fail("steering the run", error)
        self.write_next()

    # the window

    def take_actions(self, actions: dict[str, QAction]) -> None:
        """Those of the action table that depend on the run on show."""
        self.actions = actions
        self.suit()

    def suit(self) -> None:
        """Offer what can be done."""
        if not self.actions:
            return
        act, here = self.actions, self.run is not None
        act["pause_run"].setIcon(icon("play" if self.can_resume else "pause"))
        act["pause_run"].setText("Resume training" if self.can_resume else "Pause training")
        act["pause_run"].setEnabled((self.goes or self.can_resume) and not self.under_way)
        act["stop_run"].setEnabled(self.goes)
        act["run_folder"].setEnabled(here)
        act["publish_run"].setEnabled(here)

    def end(self) -> None:
        """The window closes: what was wished a moment ago is still told, and runs go on."""
        self.processes.let_go()
        for folder, wishes in (*self.written.items(), *self.unwritten.items()):
            with suppress(VisagistError):  # nobody is there any more to hear of it
                steer(folder, wishes)
