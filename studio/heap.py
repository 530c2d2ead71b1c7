"""The C library's heap, kept from growing while pictures of many sizes come and go."""

from __future__ import annotations

import ctypes
import sys

M_MMAP_THRESHOLD = -3  # of glibc's mallopt
OWN_PAGES = 4 * 2**20  # bytes from which a block gets pages of its own


def steady() -> None:
    """Give large blocks back to the system when they are freed.

    glibc raises the limit for that by itself up to 32 MB, and pictures then leave holes in its heap: a quarter of a
    gigabyte in a thousand gestures. Other C libraries have no such call and are left alone.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_MMAP_THRESHOLD, OWN_PAGES)


def trim() -> None:
    """Give the holes between blocks back to the system, too: for a program that runs for a month."""
    if sys.platform == "linux":
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if malloc_trim is not None:
            malloc_trim(0)
