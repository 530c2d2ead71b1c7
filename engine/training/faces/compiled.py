"""How the kernels of the face renderer are compiled: by numba, once a machine, into the cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from engine.errors import VisagistError
from engine.paths import cache_dir, make_folder

try:
    import numba
except ModuleNotFoundError as error:
    raise VisagistError(
        "drawing faces needs the package numba, which is not installed; add it with: pip install numba"
    ) from error

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """The function as machine code. It may call other kernels, and take arrays, numbers and named tuples of these."""
    return cast(F, numba.njit(fastmath=True, nogil=True, error_model="numpy", cache=CACHED)(function))


def prepare_cache() -> bool:
    """Point numba at a folder of ours; False where none can be written, and then every process compiles anew.

    The folder is named after all sources here: numba itself looks only at the file of a kernel, not at those that the
    kernel calls.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    sources = sorted(Path(__file__).parent.glob("*.py"))
    stamp = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = cache_dir() / "faces" / stamp
    try:
        make_folder(folder)
    except VisagistError:
        return False
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return os.access(folder, os.W_OK)


CACHED = prepare_cache()
