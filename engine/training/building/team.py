"""Threads that decode pictures, and their results in the order of the source.

Pillow and zlib let go of Python's lock while they work, so that threads fill the cores and nothing is copied between
processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from engine.training.building.kinds import Refusal
from engine.training.building.prepare import Prepared, prepare
from engine.training.building.settings import Settings
from engine.training.building.sources import Item

AHEAD = 4  # pictures a worker has in hand, ready or waiting


def results(items: Iterator[Item], settings: Settings, workers: int) -> Generator[tuple[str, Prepared | Refusal]]:
    """Names and pictures made ready, or why not; equal for any number of workers."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="visagist-build")
    waiting: deque[tuple[str, Future[Prepared | Refusal]]] = deque()
    try:
        for item in items:
            waiting.append((item.name, pool.submit(made_ready, item, settings)))
            if len(waiting) >= workers * AHEAD:
                name, coming = waiting.popleft()
                yield name, coming.result()
        for name, coming in waiting:
            yield name, coming.result()
    finally:
        pool.shutdown(cancel_futures=True)


def made_ready(item: Item, settings: Settings) -> Prepared | Refusal:
    try:
        return prepare(item.load(settings.side, settings.colour()), settings)
    except Refusal as reason:
        return reason
