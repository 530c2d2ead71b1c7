"""Pictures that visitors take home: a small web server on this machine, and the code that a phone reads."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from PySide6.QtGui import QColor, QImage

from engine.errors import VisagistError
from studio.exhibition.nameless import NamelessServer

log = logging.getLogger(__name__)

KEPT, KEPT_S = 100, 1800.0  # pictures, and seconds
AT_ONCE = 16  # phones that are served at the same time
SLOW_S = 10.0  # a phone that says nothing for so long is let go
SCHEME, PREFIX = "http:", "/face-"
LOOPBACK = "127.0.0.1"
POLL_S = 0.05  # until the server sees that it is to end, for which the wall waits
NEVER_SENT = "192.0.2.1"  # an address for documentation: asked only which way would lead there


class Shelf:
    """The pictures, by a name that cannot be guessed; the oldest go."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.pictures: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def put(self, jpeg: bytes) -> str:
        """Keep a picture for a while; gives its path."""
        path, now = f"{PREFIX}{secrets.token_urlsafe(9)}.jpg", self.clock()
        with self.lock:
            self.pictures[path] = (now + KEPT_S, jpeg)
            while len(self.pictures) > KEPT or next(iter(self.pictures.values()))[0] <= now:
                self.pictures.popitem(last=False)
        return path

    def get(self, path: str) -> bytes | None:
        """A picture that is still kept."""
        with self.lock:
            until, jpeg = self.pictures.get(path, (0.0, b""))
            if until <= self.clock():
                self.pictures.pop(path, None)
                return None
            return jpeg


class Handler(BaseHTTPRequestHandler):
    """Gives single pictures, and nothing else."""

    timeout: ClassVar[float] = SLOW_S
    server: Server

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        """The picture, or that there is none."""
        jpeg = self.server.shelf.get(self.path[:200])
        if jpeg is None:
            self.send_error(HTTPStatus.NOT_FOUND, "This picture is no longer here")
            return
        self.send_response(HTTPStatus.OK)
        for name, value in (
            ("Content-Type", "image/jpeg"),
            ("Content-Length", str(len(jpeg))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(jpeg)

    def version_string(self) -> str:
        return "Visagist"

    def log_message(self, format: str, *args: object) -> None:
        log.debug("take-away: %s", format % args)


class Server(NamelessServer):
    """So many phones at once and no more."""

    block_on_close = False

    def __init__(self, address: tuple[str, int], shelf: Shelf) -> None:
        self.shelf, self.free = shelf, threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, Handler)

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        if self.free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        log.debug("take-away: a phone went away", exc_info=True)


class TakeAway:
    """Serves pictures while it is on. host: the address that phones reach; port: 0 takes any free one."""

    def __init__(self, host: str = "", port: int = 0) -> None:
        self.shelf = Shelf()
        self.host = host or own_address()
        try:
            self.server = Server((self.host, port), self.shelf)
        except OSError as error:
            raise VisagistError(
                f"pictures cannot be given away at {self.host}:{port} ({error.strerror}); choose another port"
            ) from error
        self.thread = threading.Thread(target=self.server.serve_forever, args=(POLL_S,), name="take-away", daemon=True)
        self.thread.start()
        log.info("pictures can be taken away at %s, port %d", self.host, self.server.server_port)

    def give(self, jpeg: bytes) -> str:
        """Keep a picture for phones; gives the address that the code says."""
        return f"{SCHEME}//{self.host}:{self.server.server_port}{self.shelf.put(jpeg)}"

    def end(self) -> None:
        """No more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def own_address() -> str:
    """The address of this machine in its own network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NEVER_SENT, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def can_draw_codes() -> bool:
    """Whether segno is installed."""
    try:
        import segno  # noqa: F401
    except ImportError:
        return False
    return True


def code_of(text: str) -> QImage:
    """A QR code, one pixel a module, with its quiet zone; VisagistError without segno."""
    try:
        import segno
    except ImportError as error:
        raise VisagistError("codes for phones need segno; install visagist[exhibit]") from error
    matrix = tuple(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    image = QImage(len(matrix), len(matrix), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x, y, QColor("black"))
    return image
