"""Starting the window: how long until it is there, and until the first face is; as a person starts it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

import msgspec
from msgspec import Struct

from engine.bench.report import Measurement
from engine.errors import VisagistError
from engine.job import Job, Progress

PATIENCE = 120.0


class Start(Struct):
    """What the window prints when it is asked to measure itself: seconds since its process began."""

    window_s: float
    first_face_s: float


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


def start_window() -> Start:
    """One start. Raises VisagistError when the window does not come or says something else."""
    environment = os.environ | {"VISAGIST_MEASURE": "1"}
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-m", "engine.cli"]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise VisagistError(f"the window did not show a face within {PATIENCE:.0f} s") from error
    lines = ended.stdout.decode(errors="replace").strip().splitlines()
    try:
        return msgspec.json.decode(lines[-1] if lines else "", type=Start)
    except msgspec.DecodeError as error:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise VisagistError(f"the window could not be measured: {said[-1] if said else 'it said nothing'}") from error
