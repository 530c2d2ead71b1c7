"""Run folders as a training writes them, made in a moment: for tests of what follows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from engine.lock import locked
from engine.training.run import LOCK

COLUMNS, ROWS = 4, 2
PLAN = (
    {"side": 4, "kind": "stabilise", "begins": 0, "ends": 1000, "batch": 16},
    {"side": 8, "kind": "fade", "begins": 1000, "ends": 2000, "batch": 16},
    {"side": 8, "kind": "stabilise", "begins": 2000, "ends": 4000, "batch": 8},
)
TOTAL = 4000


class WrittenRun:
    """Writes events as the trainer does; time: of its next event."""

    def __init__(self, folder: Path, *, time: float = 1000.0) -> None:
        self.folder, self.time, self.step = folder, time, 0
        (folder / "samples").mkdir(parents=True)
        (folder / "snapshots").mkdir()
        self.held: BinaryIO | None = None

    def hold(self) -> None:
        """Take the lock, as the process that trains does."""
        self.held = (self.folder / LOCK).open("ab")
        assert locked(self.held)

    def release(self) -> None:
        """The process is gone."""
        if self.held is not None:
            self.held.close()
        self.held = None

    def write(self, text: bytes) -> None:
        """Bytes at the end of the file."""
        with (self.folder / "events.jsonl").open("ab") as file:
            file.write(text)

    def put(self, event: str, images: int, **fields: Any) -> None:
        """One record."""
        whole = {"event": event, "time": self.time, "images": images, "step": self.step, **fields}
        self.write(json.dumps(whole).encode() + b"\n")
        self.time += 1
        self.step += 1

    def start(self, resumed_from: int | None = None) -> None:
        """A process begins."""
        facts = {"version": "0", "pid": 1, "device": "CPU", "threads": 2, "precision": "f32", "architecture": "style"}
        self.put("start", resumed_from or 0, side=8, dataset="faces", resumed_from=resumed_from, total=TOTAL, plan=PLAN,
                 **facts)  # fmt: skip
        self.put("state", resumed_from or 0, state="running", why="")

    def tick(self, images: int, **fields: Any) -> None:
        """Numbers of some steps."""
        numbers = {"side": 8, "alpha": 1.0, "loss_g": 1.0, "loss_d": 0.5, "real": 2.0, "fake": -1.0, "gap": 3.0,
                   "rate": 100.0, "left": 60.0, "memory": 2**30}  # fmt: skip
        self.put("tick", images, **(numbers | fields))

    def sheet(self, images: int, side: int = 8, shade: int = 100) -> Path:
        """A sheet of one shade."""
        file = self.folder / "samples" / f"{images:010d}.png"
        Image.fromarray(np.full((ROWS * side, COLUMNS * side, 3), shade, np.uint8)).save(file)
        self.put("samples", images, file=f"samples/{file.name}", side=side, alpha=1.0, columns=COLUMNS, rows=ROWS)
        return file

    def snapshot(self, images: int, content: bytes = b"") -> Path:
        """A model file."""
        file = self.folder / "snapshots" / f"{images:010d}.safetensors"
        file.write_bytes(content)
        self.put("snapshot", images, file=f"snapshots/{file.name}", side=8, alpha=1.0)
        return file
