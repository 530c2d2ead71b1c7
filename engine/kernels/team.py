"""The threads that run a compiled program: a few that sleep between calls, and the caller itself."""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Sequence

import torch

from engine.kernels.compiler import Run, yield_address
from engine.kernels.program import COUNTER_BYTES, FIELDS


class Team:
    """Runs layers on `threads` threads, the caller being one of them.

    scratch_bytes: what one thread needs. Calls from several threads wait for one another.
    """

    def __init__(self, run: Run, threads: int, scratch_bytes: int) -> None:
        self.threads = threads
        self._run = run
        self._lock = threading.Lock()
        self._pause = yield_address()
        self._scratch = [torch.empty(scratch_bytes, dtype=torch.uint8) for _ in range(threads)]
        self._workers = [_Worker(run) for _ in range(threads - 1)]
        for worker in self._workers:
            weakref.finalize(self, worker.stop)

    def run(self, layers: Sequence[dict[str, int]]) -> None:
        """Runs the layers in turn; every thread has finished when it returns."""
        with self._lock:
            table = (ctypes.c_int64 * (len(FIELDS) * len(layers)))(
                *(layer.get(field, 0) for layer in layers for field in FIELDS))
            counters = (ctypes.c_int64 * (COUNTER_BYTES // 8 * len(layers)))()
            calls = [(ctypes.addressof(table), len(layers), ctypes.addressof(counters), scratch.data_ptr(), self._pause)
                     for scratch in self._scratch]
            for worker, call in zip(self._workers, calls[1:], strict=True):
                worker.start(call)
            self._run(*calls[0])
            for worker in self._workers:
                worker.wait()


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
        self._done.acquire()

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
