"""What PortAudio has open: it lists its devices once, and may be asked anew only while nobody plays or listens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

lock = threading.Lock()
streams: list[Any] = []


def list_anew(sound: Any) -> None:
    """Let it find devices that came since; that would end every stream, so that it waits while there is one.

    sound: the module sounddevice.
    """
    with lock:
        if not streams:
            sound._terminate()
            sound._initialize()


def started(make: Callable[[], Any]) -> Any:
    """A stream that was made and runs; PortAudioError, ValueError or OSError where it cannot."""
    with lock:
        stream = make()
        try:
            stream.start()
        except BaseException:
            stream.close(ignore_errors=True)
            raise
        streams.append(stream)
        return stream


def close(stream: Any) -> None:
    """Let a stream go."""
    with lock:
        streams.remove(stream)
        stream.close(ignore_errors=True)
