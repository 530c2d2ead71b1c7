"""Garbage goes on the main thread, by a timer; what lives as long as the program is looked at once."""

from __future__ import annotations

import gc
import weakref


class Knot:
    """Holds itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_goes_by_itself_and_what_was_there_is_left_alone(qtbot, collector):
    assert not gc.isenabled()
    collector.settle()
    assert gc.get_freeze_count() > 10_000
    gone, busy = weakref.ref(Knot()), []

    def collected() -> bool:
        busy.append([[] for _ in range(2000)])  # new things make a round due
        return gone() is None

    qtbot.waitUntil(collected)
    collector.stop()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
