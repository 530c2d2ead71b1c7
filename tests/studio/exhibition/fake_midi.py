"""A backend of mido without any device: tests plug them in, play on them and pull them out."""

from __future__ import annotations

import mido
from mido.ports import BaseInput

PLUGGED: list[str] = []
OPEN: dict[str, Input] = {}
BROKEN: set[str] = set()  # devices that another program holds
FAULT: list[Exception] = []  # raised instead of a list


def get_devices(**kwargs) -> list[dict]:
    """What mido asks a backend for, on a thread of its own: the list may change meanwhile."""
    if FAULT:
        raise FAULT[0]
    return [{"name": name, "is_input": True, "is_output": False} for name in list(PLUGGED)]


class Input(BaseInput):
    """A port that plays what a test wants."""

    def _open(self, callback=None, **kwargs) -> None:
        if self.name in BROKEN:
            raise OSError("busy")
        self.callback = callback
        OPEN[self.name] = self

    def _close(self) -> None:
        OPEN.pop(self.name, None)


def play(name: str, *words: str) -> None:
    """Send messages from a device, as its driver would."""
    for text in words:
        OPEN[name].callback(mido.Message.from_str(text))


def reset() -> None:
    """Nothing is plugged in."""
    for held in (PLUGGED, OPEN, BROKEN, FAULT):
        held.clear()
