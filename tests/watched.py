"""Opens files in a process of its own that reports whatever it does beside reading: run with paths as arguments.

Prints one JSON line a file, {"path", "error", "events"}: error is the message or None, events what an audit hook saw.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine.errors import ModelFileError
from engine.models.reading.opening import open_any

# what a load may do: read files, and whatever numpy and torch do on memory
HARMLESS = ("object.__getattr__", "object.__setattr__", "array.__new__", "sys._getframe", "mmap.__new__", "gc.")
ours: set[str] = set()
seen: list[str] = []
watching = False


def hook(event: str, args: tuple[object, ...]) -> None:
    if not watching or event.startswith(HARMLESS):
        return
    if event == "open":
        path, mode, flags = args
        if mode in ("r", "rb", None) and not (isinstance(flags, int) and flags & 0o3) and str(path) in ours:
            return
    seen.append(f"{event} {args!r}"[:300])


def main(paths: list[str]) -> None:
    global watching
    warm, *paths = paths
    for one in warm.split(":"):  # whatever is imported late by our own code is imported by these good files
        open_any(Path(one))
    sys.addaudithook(hook)
    for path in paths:
        ours.add(path)
        seen.clear()
        error = None
        watching = True
        try:
            open_any(Path(path))
        except ModelFileError as refusal:
            error = str(refusal)
        watching = False
        print(json.dumps({"path": path, "error": error, "events": list(seen)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
