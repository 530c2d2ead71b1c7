"""The events of a run as TensorBoard's event files, under the tag names that the field uses, where it is installed.

One file each time a run starts or goes on. tensorboard's own writer works on a thread of its own and would lose what it
has not written yet when the process is killed, so only its record format is used: each record is on its way to the disk
before the next step, and no file stays open.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import struct
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.paths import make_folder, plain_words

Record = Mapping[str, Any]

GIGABYTE = 2**30
MISSING = "tensorboard is not installed, so no TensorBoard files are written; pip install 'visagist[tensorboard]'"
PNG = b"\x89PNG\r\n\x1a\n"
PNG_SIZE = struct.Struct(">II")  # at byte 16 of the file

log = logging.getLogger(__name__)

# field of a "tick" -> tag; the names are those of NVIDIA's trainers where they have one
TICK = {
    "loss_g": "Loss/G",
    "loss_d": "Loss/D",
    "real": "Loss/scores/real",
    "fake": "Loss/scores/fake",
    "gap": "Loss/scores/gap",
    "penalty": "Loss/r1_penalty",
    "grad_g": "Gradients/G",
    "grad_d": "Gradients/D",
    "side": "Progress/resolution",
    "alpha": "Progress/alpha",
    "augment_p": "Progress/augment",
    "lr": "Progress/learning_rate",
    "rate": "Timing/images_per_sec",
}
METRIC = {
    "swd_mean": "Metrics/swd_mean",
    "ms_ssim": "Metrics/ms_ssim",
    "fid": "Metrics/fid",
    "kid": "Metrics/kid",
}


def open_board(run: Path) -> Board | None:
    """Event files in the folder `tensorboard` of a run; None, and a line in the log, without the package."""
    if find_spec("tensorboard") is None:
        log.info(MISSING)
        return None
    return Board(run)


class Board:
    """Writes the records of events.jsonl as TensorBoard's, one call a record; the step is the number of images shown.

    run: the run folder; pictures that records name are read from it.
    """

    def __init__(self, run: Path) -> None:
        # slow to import, and not always there
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self.run, self.events, self.summaries = run, event_pb2, summary_pb2
        self.make_writer = RecordWriter
        self.path: Path | None = None
        self.memory = "Resources/cpu_mem_gb"

    def write(self, record: Record) -> None:
        """One record of events.jsonl; kinds that TensorBoard has no place for are left out.

        Raises VisagistError where the file cannot be written.
        """
        kind = record["event"]
        if kind == "start":
            self.start(record)
        elif kind == "tick":
            self.scalars(record, self.of_tick(record))
        elif kind == "metric":
            self.scalars(record, of_metric(record))
        elif kind == "samples":
            self.picture(record)

    def start(self, record: Record) -> None:
        """A new file; points of an earlier run beyond the checkpoint are told to be void."""
        device = str(record.get("device", "cpu"))
        self.memory = "Resources/peak_gpu_mem_gb" if device.lower().startswith("cuda") else "Resources/cpu_mem_gb"
        self.path = self.begin(float(record["time"]))
        resumed = record.get("resumed_from")
        if resumed is not None:
            session = self.events.SessionLog(status=self.events.SessionLog.START)
            # TensorBoard drops what it has at this step and after it, and the checkpoint's own points are kept
            self.put(record, int(resumed) + 1, session_log=session)

    def begin(self, time: float) -> Path:
        """A file whose name TensorBoard looks for, and which no other start of the run has."""
        folder = make_folder(self.run / "tensorboard")
        path = folder / f"events.out.tfevents.{time:017.6f}.{socket.gethostname()}.{os.getpid()}"
        self.append(path, self.events.Event(wall_time=time, file_version="brain.Event:2"))
        return path

    def of_tick(self, record: Record) -> Iterable[tuple[str, object]]:
        """Tags and values of a tick."""
        yield from ((tag, record.get(field)) for field, tag in TICK.items())
        yield "Progress/kimg", record["images"] / 1000
        rate, memory = record.get("rate"), record.get("memory")
        yield "Timing/sec_per_kimg", 1000 / rate if rate else None
        yield self.memory, memory / GIGABYTE if memory is not None else None

    def scalars(self, record: Record, values: Iterable[tuple[str, object]]) -> None:
        """One record with every value that is a number."""
        found = [
            self.summaries.Summary.Value(tag=tag, simple_value=float(value))
            for tag, value in values
            if isinstance(value, int | float) and math.isfinite(value)
        ]
        if found:
            self.put(record, record["images"], summary=self.summaries.Summary(value=found))

    def picture(self, record: Record) -> None:
        """The sheet of samples as it lies in the run folder; one that is gone or no PNG is left out."""
        path = self.run / str(record["file"])
        content = path.read_bytes() if path.is_file() else b""
        if not content.startswith(PNG) or len(content) < 16 + PNG_SIZE.size:
            log.warning("%s is not a picture for TensorBoard", path)
            return
        width, height = PNG_SIZE.unpack_from(content, 16)
        image = self.summaries.Summary.Image(height=height, width=width, colorspace=3, encoded_image_string=content)
        value = self.summaries.Summary.Value(tag="Fakes", image=image)
        self.put(record, record["images"], summary=self.summaries.Summary(value=[value]))

    def put(self, record: Record, step: int, **content: object) -> None:
        if self.path is None:
            self.path = self.begin(float(record["time"]))
        self.append(self.path, self.events.Event(wall_time=float(record["time"]), step=step, **content))

    def append(self, path: Path, event: Any) -> None:
        with plain_words(path), path.open("ab") as file:
            self.make_writer(file).write(event.SerializeToString())


def of_metric(record: Record) -> Iterable[tuple[str, object]]:
    """Tags and values of a metric."""
    yield from ((f"Metrics/swd_{level}", distance) for level, distance in record.get("swd", {}).items())
    yield from ((tag, record.get(field)) for field, tag in METRIC.items())
