"""The OSC port: a thread that reads datagrams, keeps the newest value of each address, and never falls behind."""

from __future__ import annotations

import heapq
import ipaddress
import itertools
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from engine.show.osc import BUNDLE, LARGEST, Message, OscError, read

Peer = tuple[str, int]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = "127.0.0.1"
PAUSE_S = 0.008  # between two looks at the socket: what comes meanwhile waits in the kernel, or is dropped there
MOST_DATAGRAMS = 512  # read in one look, 64,000 a second
MOST_BUNDLES = 32  # of one look that are opened; the newest
MOST_ADDRESSES = 256  # that wait to be fetched; the newest
MOST_LATER = 512  # messages that wait for their time
FURTHEST_S = 60.0  # that a bundle may be ahead of its time
RETRY_S = 3.0
BUFFER = 2**20


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it is fetched, and who sent it."""

    message: Message
    peer: Peer


@dataclass(slots=True)
class Counts:
    """Since the port was opened. refused: broken, or from somebody who may not; passed: over by newer ones."""

    packets: int = 0
    refused: int = 0
    passed: int = 0


class OscPort(QThread):
    """One UDP socket. arrived: something waits to be fetched, told once until it is; opened, failed: of the socket.

    failed is told once for each reason, and the port is tried again every few seconds until `end`.
    allowed: networks besides this machine that may send; wall: seconds since 1970, for bundles with a time.
    """

    arrived = Signal()
    opened = Signal(int)
    failed = Signal(str)

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = 9000,
        allowed: Sequence[Network] = (),
        wall: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.host, self.port, self.allowed, self.wall = host, port, tuple(allowed), wall
        self.counts = Counts()
        self.problem = ""  # the last thing that was refused, for the monitor
        self.socket: socket.socket | None = None
        self.lock = threading.Lock()
        self.waiting: dict[str, Arrived] = {}
        self.told = False
        self.later: list[tuple[float, int, Arrived]] = []
        self.numbers = itertools.count()  # those of one time stay in their order
        self.ending = threading.Event()
        self.wake, self.waker = socket.socketpair()

    def fetch(self) -> list[Arrived]:
        """What waits, the newest message of each address, in the order in which they came."""
        with self.lock:
            waiting, self.waiting = self.waiting, {}
            self.told = False
        return list(waiting.values())

    def send(self, peer: Peer, packet: bytes) -> None:
        """Send a packet from the port's own socket; where nobody can be reached it is lost, as datagrams may be."""
        if self.socket is not None:
            try:
                self.socket.sendto(packet, peer)
            except OSError as error:
                self.problem = f"{peer[0]}:{peer[1]} cannot be reached ({error.strerror or error})"

    def end(self) -> None:
        """Close the socket and end the thread."""
        self.ending.set()
        self.waker.send(b"\0")
        self.wait()
        for end in (self.wake, self.waker):
            end.close()

    def run(self) -> None:
        """The thread."""
        said = ""
        while not self.ending.is_set():
            try:
                with opened_socket(self.host, self.port) as made:
                    self.socket, said = made, ""
                    self.opened.emit(made.getsockname()[1])
                    self.serve(made)
            except OSError as error:
                words = not_opened(self.host, self.port, error)
                if words != said:
                    self.failed.emit(words)
                said = words
            finally:
                self.socket = None
            self.ending.wait(RETRY_S)

    def serve(self, source: socket.socket) -> None:
        """Read until the end; OSError where the socket breaks."""
        with selectors.DefaultSelector() as watch:
            for end in (source, self.wake):
                watch.register(end, selectors.EVENT_READ)
            while not self.ending.is_set():
                # a wall clock may be set back while a bundle waits
                due = min(max(0.0, self.later[0][0] - self.wall()), FURTHEST_S) if self.later else None
                watch.select(due)
                self.take(self.newest(source))
                self.take_due()
                self.ending.wait(PAUSE_S)

    def newest(self, source: socket.socket) -> list[tuple[bytes, Peer]]:
        """Datagrams that wait in the kernel, not looked into: the newest of each address, the last few bundles."""
        messages: dict[bytes, tuple[bytes, Peer]] = {}
        bundles: deque[tuple[bytes, Peer]] = deque(maxlen=MOST_BUNDLES)
        count = 0
        for count in range(1, MOST_DATAGRAMS + 1):
            try:
                packet, peer = source.recvfrom(LARGEST + 1)
            except (BlockingIOError, InterruptedError):
                count -= 1
                break
            except ConnectionError:
                continue  # somebody whom we answered is gone
            if packet.startswith(BUNDLE):
                bundles.append((packet, peer[:2]))
                continue
            address = packet[: packet.find(0)]
            messages.pop(address, None)
            messages[address] = (packet, peer[:2])
        listed = [*messages.values()][-MOST_ADDRESSES:]
        self.counts.packets += count
        self.counts.passed += count - len(listed) - len(bundles)
        return [*listed, *bundles]

    def take(self, packets: Sequence[tuple[bytes, Peer]]) -> None:
        """Look into packets, and let what is due wait to be fetched."""
        for packet, peer in packets:
            if not self.may(peer):
                self.refuse(f"{peer[0]} may not send here; add it to the allowed addresses")
                continue
            try:
                messages = read(packet)
            except OscError as error:
                self.refuse(f"{peer[0]} sent {error}")
                continue
            for message in messages:
                self.put(Arrived(message, peer))

    def put(self, one: Arrived) -> None:
        """Keep a message until it is fetched, or until its time has come."""
        ahead = 0.0 if one.message.at is None else one.message.at - self.wall()
        if ahead <= 0:
            self.keep(one)
        elif ahead > FURTHEST_S or len(self.later) >= MOST_LATER:
            self.refuse(f"{one.peer[0]} sent a bundle for too far ahead; {FURTHEST_S:g} s is the furthest")
        else:
            assert one.message.at is not None
            heapq.heappush(self.later, (one.message.at, next(self.numbers), one))

    def take_due(self) -> None:
        """Messages whose time has come."""
        while self.later and self.later[0][0] <= self.wall():
            self.keep(heapq.heappop(self.later)[2])

    def keep(self, one: Arrived) -> None:
        """The newest of its address; where too many wait, the oldest goes."""
        with self.lock:
            if self.waiting.pop(one.message.address, None) is not None:
                self.counts.passed += 1
            self.waiting[one.message.address] = one
            if len(self.waiting) > MOST_ADDRESSES:
                del self.waiting[next(iter(self.waiting))]
                self.counts.passed += 1
            told, self.told = self.told, True
        if not told:
            self.arrived.emit()

    def refuse(self, words: str) -> None:
        self.counts.refused += 1
        self.problem = words

    def may(self, peer: Peer) -> bool:
        """Whether somebody may send: this machine, and who is on the list."""
        try:
            address = ipaddress.ip_address(peer[0].partition("%")[0])
        except ValueError:
            return False
        return address.is_loopback or any(address in network for network in self.allowed)


def opened_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; OSError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.bind((host, port))
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made


def not_opened(host: str, port: int, error: OSError) -> str:
    """One sentence about a port that cannot be listened on."""
    why = error.strerror or str(error)
    return f"OSC cannot listen on {host}:{port} ({why}); choose another port or interface, or close what uses it"
