"""Words to systemd, where it started us: that we are ready, and that we live (sd_notify's datagrams)."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(words: str) -> None:
    """For instance READY=1, WATCHDOG=1, STATUS=…; nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(0.5)
        line.connect("\0" + address[1:] if address.startswith("@") else address)
        line.sendall(words.encode())
