"""The program as a process of its own that comes to a picture and no further: killed in the middle however quick it is.

Run with the number of pictures, then the words of the command line.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def held(pictures: int, *words: object) -> subprocess.Popen[bytes]:
    """Begin it; it renders so many pictures and then waits for its end."""
    return subprocess.Popen([sys.executable, "-m", "tests.held", str(pictures), *map(str, words)], cwd=ROOT)


def main() -> int:
    from engine.cli import main
    from engine.renderer import Renderer

    rendered, render, most = itertools.count(), Renderer.render, int(sys.argv[1])

    def render_some(*given: Any, **named: Any) -> Any:
        if next(rendered) == most:
            threading.Event().wait()
        return render(*given, **named)

    Renderer.render = render_some  # type: ignore[method-assign]
    return main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
