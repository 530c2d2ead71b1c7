"""`run` and `test`: the set-up, then the window (or a sheet of faces where there is no display), or every check."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from devkit import checks, debian
from devkit.failure import StepError, tell
from devkit.project import Project
from devkit.steps import BUNDLED, generator_state, set_up
from engine.desktop import has_display

STOPPED, TERMINATED = 130, 143
SHEET = ("grid", "--seeds", "1-12")


def run(arguments: Sequence[str]) -> int:
    """Open the window; without a display, a contact sheet. Arguments go to visagist as they are."""

    def go(project: Project) -> int:
        if not arguments and not has_display():
            return contact_sheet(project)
        if not arguments:
            debian.require(debian.lacking(on_screen=True, xvfb=False), "the window")
        return hand_over([str(project.script("visagist")), *arguments])

    return command(go, testing=False)


def test(arguments: Sequence[str]) -> int:
    """Run every check; 1 when one of them failed. Arguments go to pytest."""
    return command(lambda project: checks.run_all(project, arguments), testing=True)


def command(go: Callable[[Project], int], *, testing: bool) -> int:
    project = Project(Path(__file__).resolve().parents[2])
    # A tool's words may hold signs that this terminal has no letters for.
    sys.stdout.reconfigure(errors="replace")
    # Ended from outside, the set-up ends its tool too: an orphaned pip would write on beside the next one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        if not set_up(project, testing=testing):
            return 1
        return go(project)
    except StepError as failure:
        print(tell("Opening the window", failure, project.log), flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: finished steps are kept.", flush=True)
        return STOPPED


def contact_sheet(project: Project) -> int:
    """Render twelve faces to a file and say where it is."""
    path = project.build / "faces.png"
    print("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.", flush=True)
    print("Rendering a contact sheet of 12 faces instead ...", flush=True)
    model = () if generator_state(project) else ("--model", BUNDLED)
    status = subprocess.call([str(project.script("visagist")), *SHEET, *model, "-o", str(path)])
    if status == 0:
        print(f"Twelve faces: {path}", flush=True)
    return status


def hand_over(words: list[str]) -> int:
    """Become the program, where the system can; elsewhere wait for it."""
    if os.name == "posix":
        os.execv(words[0], words)
    return subprocess.call(words)
