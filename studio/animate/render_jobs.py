"""The jobs of the render queue: planning a video, rendering it, and what becomes of one that was stopped."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import VisagistError
from engine.job import Job, Progress
from studio.workers.courtesy import FAR, stand_back
from studio.workers.mailbox import Mailbox
from studio.workers.patient import Gate, PatientRenderer

if TYPE_CHECKING:
    from engine.export.video.plan import Plan
    from engine.filming import Wish
    from engine.project import Project
    from engine.renderer import Renderer

log = logging.getLogger(__name__)

CACHE_BYTES = 200 * 2**20  # the stages of one picture of 1024 px, so that one that was interrupted goes on


@dataclass(frozen=True)
class Facts:
    """What the queue knows of a render. done: frames that are finished."""

    output: Path
    preset: str
    width: int
    height: int
    frames: int
    seconds: float
    done: int = 0


def planning(wish: Wish, project: Project, renderer: Renderer, mailbox: Mailbox) -> Job[Facts]:
    """Plan a video and put it at the end of the queue on the disk."""
    yield Progress(0, 1, "Looking at the timeline")
    from engine.export.video import queue
    from engine.export.video.plan import begin
    from engine.filming import plan_video

    plan = yield from plan_video(wish, project, PatientRenderer(renderer, mailbox, Gate()))
    begin(plan)
    queue.add(Path(plan.output))
    return facts_of(plan, 0)


def facts_of(plan: Plan, done: int) -> Facts:
    """The facts of a plan."""
    seconds = float(plan.frames / plan.fps)
    return Facts(Path(plan.output), plan.preset, plan.width, plan.height, plan.frames, seconds, done)


def finding() -> Job[list[Facts]]:
    """The renders that no process is at, oldest first."""
    yield Progress(0, 1, "Looking for unfinished videos")
    from engine.export.video import queue

    outputs = queue.waiting()
    if not outputs:  # what follows brings Pillow, which a start must not wait for
        return []
    from engine.export.video.plan import LOCK, finished_segments, read_plan
    from engine.lock import is_held

    found = []
    for number, output in enumerate(outputs):
        yield Progress(number, len(outputs), f"Reading {output.name}")
        try:
            plan = read_plan(output)
        except VisagistError as error:  # one that cannot be followed is in nobody's way
            log.warning("%s", error)
            continue
        if not is_held(plan.folder / LOCK):
            done = sum(len(plan.frames_of(index)) for index in finished_segments(plan))
            found.append(facts_of(plan, done))
    return found


def filming(output: Path, at_hand: Renderer | None, mailbox: Mailbox, gate: Gate) -> Job[Path]:
    """Render what is missing of a video and finish it. at_hand: the window's renderer, whose model may serve."""
    stand_back(FAR)  # the encoder's threads are as polite as this one
    yield Progress(0, 0, "beginning")
    from engine.export.video import queue
    from engine.export.video.plan import read_plan
    from engine.export.video.render import render_video
    from engine.filming import directions_of, recipes_of, renderer_of, renders
    from engine.models.catalogue import find_by_hash
    from engine.renderer import Renderer

    plan = read_plan(output)
    if at_hand is not None and renders(at_hand.model, plan):
        model = at_hand.model
        renderer = Renderer(model, directions_of(model), CACHE_BYTES)
    else:
        path = find_by_hash(plan.model)
        if path is None:
            raise VisagistError(
                f"{output}: its model {plan.title or plan.model[:12]} is not on this machine any more; add it to your "
                "models and try again"
            )
        yield Progress(0, 0, "opening the model")
        renderer = renderer_of(plan, path)
        renderer.cache.limit = CACHE_BYTES
    patient = PatientRenderer(renderer, mailbox, gate)
    path = yield from render_video(plan, patient.render, recipes_of(plan), clock=gate.time)
    queue.remove(path)
    return path


def discarding(output: Path) -> Job[None]:
    """Throw away what is finished of a video that will not be."""
    yield Progress(0, 1, f"Removing {output.name}")
    from engine.export.video import queue
    from engine.export.video.plan import discard

    discard(output)
    queue.remove(output)


def keeping_so_far(output: Path) -> Job[tuple[Path, float]]:
    """Make a video of what is finished from the beginning on; its path and its seconds. The render stays."""
    yield Progress(0, 1, f"Writing {output.name}")
    from engine.export.video.finishing import finish_so_far

    plan, frames = yield from finish_so_far(output)
    return Path(plan.output), float(frames / plan.fps)
