"""Web servers that ask nobody for the machine's name: without a name server that takes longer than a wall may stand."""

from __future__ import annotations

from http.server import ThreadingHTTPServer
from socketserver import TCPServer


class NamelessServer(ThreadingHTTPServer):
    """Answers on threads of its own, which keep no program from its end."""

    daemon_threads = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]
