"""The job that renders a video: frames on the caller's thread, encoding on another, segments kept as they are finished.

Pausing is not asking for the next step; cancelling is closing the job. Either way, and after a crash, what is finished
stays, and the next job of the same plan goes on from there with the very same result.
"""

from __future__ import annotations

import queue
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import VisagistError
from engine.export.images import save_picture
from engine.export.provenance import of_frames
from engine.export.video.finishing import finish_video
from engine.export.video.plan import LOCK, Plan, finished_segments
from engine.export.video.segments import Pictures, write_segment
from engine.export.video.shape import placed
from engine.frame import Frame
from engine.job import Job, Progress
from engine.lock import held
from engine.paths import plain_words, write_atomically
from engine.project_file import SUFFIX as PROJECT_SUFFIX
from engine.recipe import Recipe

WAITING = 4  # frames between renderer and encoder
RECENT = 32  # frames that the rate is measured over
SMALL = 192  # longest side in pixels of the picture that the progress shows


@dataclass(frozen=True)
class Rendered(Progress):
    """rate: frames a second, lately; left: seconds, None while unknown; picture: BGRX, small, of the last frame."""

    rate: float = 0.0
    left: float | None = None
    picture: NDArray[np.uint8] | None = None


def render_video(
    plan: Plan,
    render: Callable[[Recipe, int], Frame],
    recipe_of: Callable[[int], Recipe],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Job[Path]:
    """Render what is missing of a plan that was begun, and write the finished file; gives its path.

    render: recipe and side in pixels -> frame. recipe_of: number of a frame -> its recipe. Raises VisagistError.
    """
    busy = f"{plan.output}: another process renders it; wait for that one, or stop it"
    with held(plan.folder / LOCK, busy):
        made = finished_segments(plan)
        missing = [index for index in range(plan.segments) if index not in made]
        before = sum(len(plan.frames_of(index)) for index in made)
        line = Line(plan)
        try:
            yield from render_missing(plan, missing, before, render, recipe_of, line, clock)
            line.finish()
        finally:
            line.stop()
        if plan.form.kind == "sequence":
            path = finish_sequence(plan)
        else:
            path = yield from finish_video(plan, plan.segments)
    clear(plan)
    return path


def render_missing(
    plan: Plan,
    missing: list[int],
    before: int,
    render: Callable[[Recipe, int], Frame],
    recipe_of: Callable[[int], Recipe],
    line: Line,
    clock: Callable[[], float],
) -> Job[None]:
    """Feed the line; before: frames that stand there already."""
    times: deque[float] = deque([clock()], RECENT)
    done = before
    for index in missing:
        for number in plan.frames_of(index):
            frame = render(recipe_of(number), plan.render)
            if frame.notice:
                raise VisagistError(f"{frame.notice}; the video stops here so that its frames stay alike, resume it")
            line.put(index, number, frame)
            done += 1
            times.append(clock())
            passed = times[-1] - times[0]
            rate = (len(times) - 1) / passed if passed > 0 else 0.0
            left = (plan.frames - done) / rate if rate else None
            yield Rendered(done, plan.frames, told(rate, left), rate, left, small(frame))


def told(rate: float, left: float | None) -> str:
    """Speed and time left in words."""
    speed = f"{rate:.1f} frames a second" if rate < 10 else f"{rate:.0f} frames a second"
    return f"rendering, {speed}" + ("" if left is None else f", {clock_of(left)} left")


def clock_of(seconds: float) -> str:
    """Seconds as 1:02:03 or 2:03."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def small(frame: Frame) -> NDArray[np.uint8]:
    """The frame for a progress display: every so many pixels of it."""
    step = -(-frame.size // SMALL)
    return np.ascontiguousarray(frame.pixels[::step, ::step])


@dataclass(frozen=True)
class Item:
    """A frame on its way to the encoder."""

    segment: int
    number: int
    frame: Frame


class Stopped(Exception):
    """The job was closed."""


class Line:
    """The encoder's thread and the bounded queue in front of it, so that memory stays flat for any length."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.items: queue.Queue[Item | None] = queue.Queue(WAITING)
        self.stopping = threading.Event()
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.run, name="video encoder", daemon=True)
        self.thread.start()

    def put(self, segment: int, number: int, frame: Frame) -> None:
        """Wait for room; raises what went wrong in the encoder."""
        self.hand_over(Item(segment, number, frame))

    def finish(self) -> None:
        """Wait until all is encoded and written; raises what went wrong."""
        self.hand_over(None)
        self.thread.join()
        self.check()

    def stop(self) -> None:
        """Give up what is not finished."""
        self.stopping.set()
        self.thread.join()

    def hand_over(self, item: Item | None) -> None:
        while True:
            self.check()
            try:
                return self.items.put(item, timeout=0.1)
            except queue.Full:
                continue

    def check(self) -> None:
        if self.error is not None:
            raise self.error

    def run(self) -> None:
        """Segment after segment until the end is told, or an error that `put` and `finish` raise."""
        try:
            item = self.take()
            while item is not None:
                item = self.encode(item)
        except Stopped:
            return
        except BaseException as error:
            self.error = error

    def take(self) -> Item | None:
        while not self.stopping.is_set():
            try:
                return self.items.get(timeout=0.1)
            except queue.Empty:
                continue
        raise Stopped

    def encode(self, first: Item) -> Item | None:
        """One segment; gives the first frame of the next."""
        following: list[Item | None] = []

        def frames() -> Generator[Item, None, None]:
            item: Item | None = first
            while item is not None and item.segment == first.segment:
                yield item
                item = self.take()
            following.append(item)

        path = self.plan.segment_path(first.segment)
        with closing(frames()) as coming:
            if self.plan.form.kind == "sequence":
                count = sum(1 for item in coming if self.save(item))
                write_atomically(path, msgspec.json.encode(Pictures(count)))
            else:
                write_segment(path, self.plan.settings, (placed(i.frame.pixels, self.plan.shape) for i in coming))
        return following[0]

    def save(self, item: Item) -> bool:
        """One picture of a folder."""
        pixels = placed(item.frame.pixels, self.plan.shape)
        recipes = [] if self.plan.private else [item.frame.recipe]
        picture = Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1]))
        save_picture(picture, of_frames(item.frame, recipes, self.plan.title), self.plan.picture_path(item.number))
        return True


def finish_sequence(plan: Plan) -> Path:
    """The project goes beside the pictures, which are there already."""
    folder = Path(plan.output)
    if not plan.private:
        write_atomically(folder / (folder.name + PROJECT_SUFFIX), bytes(plan.project))
    return folder


def clear(plan: Plan) -> None:
    """The segments are not needed any more."""
    with plain_words(plan.folder):
        shutil.rmtree(plan.folder)
