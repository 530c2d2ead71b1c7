"""What a run says of itself: the records of events.jsonl, which the README of a run folder would list."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import torch

from engine.devices import Target
from engine.training.checkpoints import Progress
from engine.training.config import Config
from engine.training.run import RunFolder
from engine.training.schedule import Phase

Listener = Callable[[dict[str, Any]], None]


class Chronicle:
    """Writes records, and tells whoever listens. silent: a process that does not write the run folder."""

    def __init__(self, folder: RunFolder, *, silent: bool = False) -> None:
        self.folder, self.silent = folder, silent
        self.listeners: list[Listener] = []

    def record(self, event: str, progress: Progress, **fields: Any) -> None:
        """One record with the moment it belongs to."""
        if self.silent:
            return
        whole = self.folder.record(event, progress.images, progress.step, **fields)
        for listener in self.listeners:
            listener(whole)

    def start(
        self, progress: Progress, config: Config, plan: Sequence[Phase], target: Target, resumed_from: int | None
    ) -> None:
        """A process begins to train."""
        self.record(
            "start",
            progress,
            version=version("visagist"),
            pid=os.getpid(),
            device=target.label,
            threads=torch.get_num_threads(),
            precision=target.precision,
            architecture=config.architecture,
            side=config.side,
            dataset=config.dataset,
            resumed_from=resumed_from,
            total=config.images,
            plan=[facts_of(phase) for phase in plan],
        )


def facts_of(phase: Phase) -> dict[str, int | str]:
    """A phase as records hold it."""
    names = ("side", "kind", "begins", "ends", "batch")
    return {name: getattr(phase, name) for name in names}
