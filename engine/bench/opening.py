"""Opening a foreign file for the first time and again, each in a process of its own: `python -m engine.bench.opening`.

The file is a random StyleGAN2 with its discriminator and its network in training, as trainings leave it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.bench.networks import CONFIG_F
from engine.bench.report import Measurement
from engine.bench.textbook import textbook
from engine.errors import VisagistError
from engine.job import Job, Progress

SIZES: dict[str, Any] = CONFIG_F
PATIENCE = 300.0


class Opened(Struct):
    """Seconds that an opening took, imports left out, and the most memory of its whole process in MB."""

    seconds: float
    memory_mb: float


def measure_foreign(repeats: int) -> Job[list[Measurement]]:
    """One first opening, then some again. Raises VisagistError outside a checkout."""
    book = textbook()
    with tempfile.TemporaryDirectory(prefix="visagist-") as folder:
        yield Progress(0, repeats + 1, "writing a pickle")
        weights, _ = book.random.stylegan2(**SIZES)
        critic, _ = book.random.stylegan2_discriminator(
            **{name: SIZES[name] for name in ("resolution", "most", "base")}
        )
        path = Path(folder) / "network.pkl"
        book.pickled.write_generator(path, weights, SIZES["resolution"], SIZES["w_dim"], copies=3, critic=critic)
        environment = os.environ | {"VISAGIST_CACHE": str(Path(folder) / "cache")}
        openings = []
        for done in range(repeats + 1):
            yield Progress(done, repeats + 1, "opening a pickle")
            openings.append(opened_apart(path, environment))
        size = path.stat().st_size / 2**20
    first, again = openings[0], [opening.seconds for opening in openings[1:]]
    title = f"StyleGAN2 pickle of {size:.0f} MB"
    return [
        Measurement(f"{title}: first opening", first.seconds, "s", 1, "< 3 s"),
        Measurement(f"{title}: peak memory of it, times the file", first.memory_mb / size, "x", 1, "< 2.2"),
        Measurement(f"{title}: opening it again", statistics.median(again), "s", repeats, "< 1 s"),
    ]


def opened_apart(path: Path, environment: dict[str, str]) -> Opened:
    """One opening in a fresh process."""
    command = [sys.executable, "-m", "engine.bench.opening", str(path)]
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    lines = ended.stdout.decode(errors="replace").strip().splitlines()
    try:
        return msgspec.json.decode(lines[-1] if lines else "", type=Opened)
    except msgspec.DecodeError as error:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise VisagistError(f"an opening could not be measured: {said[-1] if said else 'it said nothing'}") from error


def open_once(path: Path) -> Opened:
    """Open a model file here, on the CPU."""
    from engine.bench.pictures import peak_memory
    from engine.devices import choose
    from engine.models.model import open_model

    target = choose("cpu")
    started = time.perf_counter()
    open_model(path, target)
    seconds = time.perf_counter() - started
    return Opened(seconds, peak_memory()[0].value)


if __name__ == "__main__":
    print(msgspec.json.encode(open_once(Path(sys.argv[1]))).decode())
