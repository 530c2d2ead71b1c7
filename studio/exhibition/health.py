"""How the show is, as JSON at /health on this machine alone, and a line a day."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import msgspec

from studio.exhibition.nameless import NamelessServer

TIMEOUT_S = 5.0


class State(msgspec.Struct, frozen=True):
    """state: "starting", "playing", "waiting" (for the next start) or "film"; level: how much is asked of the machine.

    up: seconds since the supervisor began; restarts, engine_restarts: since then; silent: seconds since the last sign
    of life. The rest is the show's newest word: see `studio.exhibition.reports.Beat`.
    """

    state: str
    level: str
    up: float
    restarts: int
    engine_restarts: int
    silent: float | None
    reason: str
    show: str
    scene: str = ""
    model: str = ""
    size: int = 0
    pictures: int = 0
    age: float = 0.0
    dropped: int = 0
    faults: int = 0
    dark: bool = False
    memory: int = 0


class Health:
    """Answers on its own threads from the newest state; port 0 takes a free one."""

    def __init__(self, port: int) -> None:
        self.content = b"{}"
        self.well = False
        health = self

        class Handler(BaseHTTPRequestHandler):
            timeout = TIMEOUT_S

            def do_GET(self) -> None:
                found = self.path.partition("?")[0] == "/health"
                content = health.content if found else b'{"error": "there is /health"}'
                self.send_response((200 if health.well else 503) if found else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words: Any) -> None:
                """Nobody reads them."""

        self.server = NamelessServer(("127.0.0.1", port), Handler)
        self.port: int = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, name="visagist-health", daemon=True).start()

    def tell(self, state: State) -> None:
        """What is answered from now on: 200 while it plays, else 503."""
        self.well, self.content = state.state == "playing", json.dumps(msgspec.structs.asdict(state)).encode()

    def end(self) -> None:
        """No more answers."""
        self.server.shutdown()
        self.server.server_close()


class Daily:
    """A line of the day that is over, when the date changes."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self.today = today
        self.day = today()
        self.before: State | None = None

    def line(self, state: State) -> str:
        """What to log, or nothing yet."""
        if self.before is None:
            self.before = state
        if self.today() == self.day:
            return ""
        before, self.before = self.before, state
        day, self.day = self.day, self.today()
        restarts = state.restarts - before.restarts
        engine = state.engine_restarts - before.engine_restarts
        return (
            f"{day.isoformat()}: {words(restarts, 'start')} anew, {words(engine, 'restart')} of the engine, "
            f"up for {state.up / 86400:.1f} days, level {state.level}, {state.memory / 2**20:.0f} MB"
            + (f"; last trouble: {state.reason}" if state.reason else "")
        )


def words(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
