"""What Qt needs of a machine: system libraries, which of them are missing here, and a display.

Standard library only: the set-up command reads it before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping

# What the loader asks for -> the Debian and Ubuntu package that has it.
EVERYWHERE: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
ON_SCREEN: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def missing(wanted: Mapping[str, str]) -> dict[str, str]:
    """Those of the wanted libraries that the loader does not find; none anywhere but on Linux."""
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in wanted.items() if not loads(name)}


def has_display() -> bool:
    """Whether a window can be seen from here; macOS and Windows always have a screen."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def install_line(packages: list[str]) -> str:
    """The exact command that installs packages on Debian and Ubuntu."""
    return "sudo apt-get install -y " + " ".join(packages)


def loads(name: str) -> bool:
    """Whether the loader finds a library, asked the way Qt will ask."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
