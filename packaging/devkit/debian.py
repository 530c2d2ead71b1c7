"""System packages: installed where this user may, else told as the exact command."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from devkit.failure import StepError
from devkit.terminal import Terminal
from engine.desktop import EVERYWHERE, ON_SCREEN, install_line, missing


def lacking(*, on_screen: bool, xvfb: bool) -> dict[str, str]:
    """What Qt (and the tests' display server) lack on this machine -> the package that has it."""
    found = missing({**EVERYWHERE, **(ON_SCREEN if on_screen else {})})
    if xvfb and sys.platform.startswith("linux") and not shutil.which("Xvfb"):
        found["Xvfb"] = "xvfb"
    return found


def may_install() -> bool:
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def install(terminal: Terminal, packages: Sequence[str]) -> None:
    """Install with apt; its lists are fetched first, since a fresh machine has none."""
    settings = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    terminal.tool(["apt-get", "update"], extra=settings)
    terminal.tool(["apt-get", "install", "-y", "--no-install-recommends", *packages], extra=settings)


def advice(found: dict[str, str]) -> str:
    """The one thing to type; on other systems the names to look for."""
    if shutil.which("apt-get"):
        return install_line(sorted(set(found.values())))
    return "install what has " + ", ".join(found) + " with your system's package manager"


def require(found: dict[str, str], what_for: str) -> None:
    """StepError when something is lacking."""
    if found:
        raise StepError(f"{what_for} needs {', '.join(found)}, which this machine lacks", advice(found))
