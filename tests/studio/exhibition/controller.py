"""A controller on this machine: a real OSC client with ears, for a window whose port is open."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from engine.show.osc import read
from studio.settings import OSC_ON, OSC_PORT


class Client(SimpleUDPClient):
    """A controller on this machine, with ears."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind(("127.0.0.1", 0))
        self.ear.setblocking(False)
        self.port, self.heard = port, {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.ear.close()
        self._sock.close()

    @property
    def own_port(self) -> int:
        return self.ear.getsockname()[1]

    def ask(self, address: str, *values) -> None:
        """Send from where the answer is heard."""
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self.raw(builder.build().dgram)

    def raw(self, packet: bytes) -> None:
        self.ear.sendto(packet, ("127.0.0.1", self.port))

    def listen(self) -> dict:
        """All that was said so far, the newest values of each address."""
        while True:
            try:
                packet = self.ear.recv(65_536)
            except BlockingIOError:
                return self.heard
            (message,) = read(packet)
            self.heard.setdefault(message.address, []).append(message.values)


@contextmanager
def connected(qtbot, window) -> Iterator[Client]:
    """A client of a window whose OSC is switched on, at any free port."""
    inputs = window.inputs
    window.settings.set(OSC_ON, True)
    window.settings.set(OSC_PORT, 0)
    inputs.start()
    qtbot.waitUntil(lambda: inputs.osc_state.startswith("listens"))
    with Client(int(inputs.osc_state.rpartition(":")[2])) as made:
        yield made


def until(qtbot, condition) -> None:
    """Wait for something that comes by itself."""
    qtbot.waitUntil(lambda: bool(condition()))
