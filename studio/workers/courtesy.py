"""Threads that work step back behind the one that answers the hand."""

from __future__ import annotations

import os
import sys
import threading

STEP = 4  # of Linux' nice values, where a step gives about a tenth of a core away
FAR = 12  # for work that may take the night
LEAST = 19


def stand_back(steps: int = STEP) -> None:
    """Give this thread, and those that it starts, less of the processor than the window's own thread has.

    Linux knows a nice value for each thread; elsewhere the system favours the window in front by itself.
    """
    if sys.platform == "linux":
        nice = min(os.getpriority(os.PRIO_PROCESS, 0) + steps, LEAST)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
