"""The queue of videos: one is rendered at a time while a person goes on working; what a crash left is offered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from engine.job import Progress
from studio.animate.render_jobs import Facts, discarding, filming, finding, keeping_so_far, planning
from studio.messages import sentence, words_of
from studio.session import Session
from studio.workers.jobs import RunningJob
from studio.workers.patient import Gate

if TYPE_CHECKING:
    from engine.filming import Wish
    from engine.project import Project
    from engine.renderer import Renderer

State = Literal["waiting", "running", "paused", "stopping", "stopped", "failed", "done"]
IDLE: tuple[State, ...] = ("waiting", "stopped", "failed", "done")


@dataclass(eq=False)
class Render:
    """One video. done: finished frames; rate: frames a second; left: seconds, None while unknown; what: its step.

    why: the sentence of a failure; picture: the frame that was rendered last, small.
    """

    facts: Facts
    state: State = "waiting"
    done: int = 0
    rate: float = 0.0
    left: float | None = None
    what: str = ""
    why: str = ""
    picture: QImage = field(default_factory=QImage)

    @property
    def output(self) -> Path:
        """The file that is to be made."""
        return self.facts.output

    @property
    def share(self) -> float:
        """How much of it is rendered, 0 to 1."""
        return self.done / max(self.facts.frames, 1)


class RenderQueue(QObject):
    """listed: one came or went; changed: a Render is further, or in another state; found: unfinished ones were left by
    an earlier start, as many; plans: what planning the next one is at, empty when it is over.
    """

    plans = Signal(str)
    listed = Signal()
    changed = Signal(object)
    found = Signal(int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.messages = session, session.jobs, session.messages
        self.renders: list[Render] = []
        self.active: Render | None = None
        self.job: RunningJob | None = None
        self.gate = Gate()
        self.wishes: deque[tuple[Wish, Project, Renderer]] = deque()  # the first is being planned
        self.closed = False

    # what comes in

    def add(self, wish: Wish, project: Project) -> None:
        """Plan a video of a project and put it into the line; what is wrong with it is told at once."""
        renderer = self.session.renderer
        if renderer is None:
            self.messages.warn("no model is open yet; try again when the first face is there")
        elif self.unfinished(wish.output):
            self.messages.warn(f"{wish.output.name} is in the queue already; choose another name, or remove it there")
        else:
            self.wishes.append((wish, project, renderer))
            if len(self.wishes) == 1:
                self.plan_next()

    def plan_next(self) -> None:
        """One after the other, so that the queue has their order."""
        if self.wishes:
            job = planning(*self.wishes[0], self.session.worker.mailbox)
            self.jobs.start(job, self.on_planned, self.on_not_planned, lambda progress: self.plans.emit(progress.what))
        else:
            self.plans.emit("")

    def on_planned(self, facts: Facts) -> None:
        self.wishes.popleft()
        self.take(facts)
        self.plan_next()

    def on_not_planned(self, error: BaseException) -> None:
        self.wishes.popleft()
        self.messages.fail("planning the video", error)
        self.plan_next()

    def take(self, facts: Facts) -> None:
        """A video was planned."""
        self.renders = [one for one in self.renders if one.output != facts.output]
        self.renders.append(Render(facts))
        self.listed.emit()
        self.next()

    def look(self) -> None:
        """Look for renders that an earlier start did not finish; they wait for somebody to let them go on."""
        self.jobs.start(finding(), self.take_unfinished, partial(self.messages.fail, "looking for unfinished videos"))

    def take_unfinished(self, facts: list[Facts]) -> None:
        new = [one for one in facts if self.of(one.output) is None]
        self.renders += [Render(one, "stopped", one.done) for one in new]
        if new:
            self.listed.emit()
            self.found.emit(len(new))

    def of(self, output: Path) -> Render | None:
        """The render of a file."""
        return next((one for one in self.renders if one.output == output.absolute()), None)

    def unfinished(self, output: Path) -> bool:
        """Whether a video of this name is in the queue and not finished."""
        render = self.of(output)
        planned = any(wish.output.absolute() == output.absolute() for wish, _, _ in self.wishes)
        return planned or (render is not None and render.state != "done")

    # one after the other

    def next(self) -> None:
        """Begin the first that waits, where none is at work."""
        render = next((one for one in self.renders if one.state == "waiting"), None)
        if self.active is not None or render is None or self.closed:
            return
        if not self.session.worker.isRunning():
            self.session.worker.start()
        self.active, self.gate = render, Gate()
        render.what = render.why = ""
        job = filming(render.output, self.session.renderer, self.session.worker.mailbox, self.gate)
        self.job = self.jobs.start(
            job, partial(self.on_done, render), partial(self.on_failed, render), partial(self.on_progress, render)
        )
        self.job.finished.connect(self.on_ended)
        self.put(render, "running")

    def on_progress(self, render: Render, progress: Progress) -> None:
        """How far it is; where it has a picture, that one."""
        from engine.export.video.render import Rendered

        render.what = progress.what
        if isinstance(progress, Rendered):
            render.done, render.rate, render.left = progress.done, progress.rate, progress.left
            if progress.picture is not None:
                render.picture = image_of(progress.picture)
        self.changed.emit(render)

    def on_done(self, render: Render, path: Path) -> None:
        render.done = render.facts.frames
        self.put(render, "done")
        self.messages.note(f"Rendered {path.name} in {path.parent}")

    def on_failed(self, render: Render, error: BaseException) -> None:
        render.why = f"{sentence(words_of(error))}."
        self.put(render, "failed")
        self.messages.fail(f"rendering {render.output.name}", error)

    def on_ended(self) -> None:
        """The thread of the one at work is over, however it ended."""
        render, self.active, self.job = self.active, None, None
        if render is not None and render.state not in IDLE:
            self.put(render, "stopped")
        self.next()

    def put(self, render: Render, state: State) -> None:
        """Into another state."""
        render.state = state
        self.changed.emit(render)

    # what a person wants

    def pause(self, render: Render) -> None:
        """Hold it up; nothing else begins meanwhile."""
        if render.state == "running":
            self.gate.pause()
            self.put(render, "paused")

    def resume(self, render: Render) -> None:
        """Go on: with one that is held up, or, when it is its turn, with one that was stopped or failed."""
        if render.state == "paused":
            self.gate.resume()
            self.put(render, "running")
        elif render.state in ("stopped", "failed"):
            self.put(render, "waiting")
            self.next()

    def resume_all(self) -> None:
        """Go on with all that were stopped."""
        for render in self.renders:
            if render.state == "stopped":
                self.resume(render)

    def stop(self, render: Render) -> None:
        """Give up for now; what is finished is kept."""
        if render is self.active and self.job is not None:
            self.put(render, "stopping")
            self.job.cancel()
        elif render.state == "waiting":
            self.put(render, "stopped")

    def remove(self, render: Render) -> None:
        """Take it off the list; of one that is not finished, what was made of it goes, too."""
        if render.state not in IDLE:
            return
        self.renders.remove(render)
        self.listed.emit()
        if render.state != "done":
            doing = f"removing {render.output.name}"
            self.jobs.start(discarding(render.output), lambda _: None, partial(self.messages.fail, doing))

    def keep_so_far(self, render: Render) -> None:
        """Make a video of what is finished of one that was stopped."""

        def done(made: tuple[Path, float]) -> None:
            path, seconds = made
            self.messages.note(f"The first {seconds:.1f} s are {path.name} in {path.parent}; the rest can still go on")

        if render.state in ("stopped", "failed"):
            failed = partial(self.messages.fail, f"writing {render.output.name}")
            self.jobs.start(keeping_so_far(render.output), done, failed)

    def open_folder(self, render: Render) -> None:
        """Show where it lies."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(render.output.parent)))

    def end(self) -> None:
        """The window closes: what is finished is kept, and the next start offers to go on."""
        self.closed = True
        if self.job is not None:
            self.job.cancel()


def image_of(pixels: object) -> QImage:
    """BGRX [H, W, 4] as a picture of its own."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32).copy()
