"""The window from outside: how long until it is there and until the first face is, and how it feels under a hand."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from typing import TypeVar

import msgspec
from msgspec import Struct

from engine.bench.report import Measurement
from engine.errors import VisagistError
from engine.job import Job, Progress

PATIENCE = 120.0

T = TypeVar("T")


class Start(Struct):
    """What the window prints when it is asked to measure itself: seconds since its process began."""

    window_s: float
    first_face_s: float


class Feel(Struct):
    """What the window prints after it was played with; seconds, shares and counts as named."""

    gap_p99_s: float
    gap_longest_s: float
    share_in_long_gaps: float
    drafts_per_s: float
    draft_wait_p95_s: float
    final_arrives: float
    memory_growth: float
    memory_mb: float


def measure_window(repeats: int) -> Job[list[Measurement]]:
    """Start the window anew each time; offscreen where there is no display. The first start only warms the disk."""
    starts = []
    for done in range(repeats + 1):
        yield Progress(done, repeats + 1, "starting the window")
        starts.append(start_window())
    warm = starts[1:]
    return [
        Measurement("window visible after", statistics.median(s.window_s for s in warm), "s", repeats, "< 1.5 s"),
        Measurement("first face after", statistics.median(s.first_face_s for s in warm), "s", repeats, "< 6 s"),
    ]


def measure_feel(seconds: float, gestures: int) -> Job[list[Measurement]]:
    """The window under a restless hand: sliders, pad, gallery, model switching; then many gestures for its memory."""
    yield Progress(0, 1, "playing with the window")
    feel = run_window(f"feel:{seconds:g}:{gestures}", Feel, seconds + 0.2 * gestures + 2 * PATIENCE)
    return [
        Measurement("p99 gap of the event loop", feel.gap_p99_s, "s", 1, "< 0.016 s"),
        Measurement("longest gap of the event loop", feel.gap_longest_s, "s"),
        Measurement("share of time in gaps over 16 ms", feel.share_in_long_gaps, "x"),
        Measurement("drafts while playing", feel.drafts_per_s, "per second", 1, ">= 12"),
        Measurement("95 of 100 drafts within", feel.draft_wait_p95_s, "s"),
        Measurement("the last final arrived", feel.final_arrives, "x", 1, "1"),
        Measurement(f"growth of memory over {gestures} gestures", feel.memory_growth, "x", 1, "< 0.02"),
        Measurement("memory of the window", feel.memory_mb, "MB"),
    ]


def start_window() -> Start:
    """One start."""
    return run_window("start", Start, PATIENCE)


def run_window(what: str, kind: type[T], patience: float) -> T:
    """A window that measures itself and closes. Raises VisagistError when it does not come or says something else."""
    environment = os.environ | {"VISAGIST_MEASURE": what}
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-m", "engine.cli"]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired as error:
        raise VisagistError(f"the window did not finish within {patience:.0f} s") from error
    lines = ended.stdout.decode(errors="replace").strip().splitlines()
    try:
        return msgspec.json.decode(lines[-1] if lines else "", type=kind)
    except msgspec.DecodeError as error:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise VisagistError(f"the window could not be measured: {said[-1] if said else 'it said nothing'}") from error
