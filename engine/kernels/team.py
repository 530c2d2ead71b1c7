"""The threads that run a compiled program: a few that sleep between calls, and the caller itself."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Sequence

import psutil
import torch

from engine.kernels.compiler import Run, yield_address
from engine.kernels.program import COUNTER_BYTES, FIELDS

MOST_THREADS = 16  # a layer has a few dozen units: more threads would mostly wait


class Team:
    """Runs layers on `threads` threads, the caller being one of them.

    scratch_bytes: what one thread needs. Call it from one thread at a time.
    """

    def __init__(self, run: Run, threads: int, scratch_bytes: int) -> None:
        self.threads = threads
        self._run = run
        self._pause = yield_address()
        self._scratch = [torch.empty(scratch_bytes, dtype=torch.uint8) for _ in range(threads)]
        self._workers = [_Worker(run) for _ in range(threads - 1)]
        for worker in self._workers:
            weakref.finalize(self, worker.stop)

    def run(self, layers: Sequence[dict[str, int]]) -> None:
        """Runs the layers in turn; every thread has finished when it returns."""
        table = (ctypes.c_int64 * (len(FIELDS) * len(layers)))(
            *(layer.get(field, 0) for layer in layers for field in FIELDS)
        )
        counters = (ctypes.c_int64 * (COUNTER_BYTES // 8 * len(layers)))()
        calls = [
            (ctypes.addressof(table), len(layers), ctypes.addressof(counters), scratch.data_ptr(), self._pause)
            for scratch in self._scratch
        ]
        started: list[_Worker] = []
        try:
            for worker, call in zip(self._workers, calls[1:], strict=True):
                worker.start(call)
                started.append(worker)
            self._run(*calls[0])
        finally:
            for worker in started:
                worker.wait()


def default_threads() -> int:
    """Cores that this process may use, and no more threads than torch was told to use.

    A core's second thread is not counted: it shares the arithmetic units.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed, torch.get_num_threads(), MOST_THREADS))


class _Worker:
    """One sleeping thread and the two locks that wake it and tell that it is done."""

    def __init__(self, run: Run) -> None:
        self._call: tuple[int, int, int, int, int] | None = None
        self._begin, self._done = threading.Lock(), threading.Lock()
        self._begin.acquire()
        self._done.acquire()
        threading.Thread(target=self._work, args=(run,), name="visagist-kernels", daemon=True).start()

    def start(self, call: tuple[int, int, int, int, int]) -> None:
        self._call = call
        self._begin.release()

    def wait(self) -> None:
        try:
            self._done.acquire()
        except BaseException:
            # Ctrl-C while waiting: the worker still writes into buffers that are about to go
            self._done.acquire()
            raise

    def stop(self) -> None:
        self._call = None
        self._begin.release()

    def _work(self, run: Run) -> None:
        while True:
            self._begin.acquire()
            call = self._call
            if call is None:
                return
            run(*call)
            self._done.release()
