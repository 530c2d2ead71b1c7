"""How other machines talk with the show when it plays without the window, and other ways of its picture."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.exhibition.fields import Fields, show_text
from studio.exhibition.sends import WAYS
from studio.exhibition.show_desk import ShowDesk


class ConnectionFields(Fields):
    """Settings of the show's own ports; those of the window stand above them."""

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.column.setContentsMargins(0, 0, 0, 0)
        edit = desk.edit_connections
        self.head("On the wall")
        self.note("What `visagist exhibit` opens, where the window with the ports above is not there.")
        self.port = self.line("OSC port", "Where it listens; 0 is nowhere", self.set_port, 5)
        self.host = self.line(
            "Interface",
            "127.0.0.1 is this machine alone, 0.0.0.0 every network",
            lambda text: edit("Interface", host=text),
        )
        self.allow = self.line(
            "Who may send",
            "Addresses and networks with commas between them; empty is this machine alone",
            lambda text: edit("Who may send", allow=tuple(text.replace(",", " ").split())),
            400,
        )
        self.to = self.line(
            "OSC goes to", "host:port that hears of changes", lambda text: edit("OSC goes to", osc_to=text)
        )
        self.sends = {
            id: self.switch(way.title, way.how[0].upper() + way.how[1:], lambda on, id=id: self.switch_send(id, on))
            for id, way in WAYS.items()
        }
        self.show_values()

    def set_port(self, text: str) -> None:
        """A number, or the old one stays."""
        if text.isascii() and text.isdecimal():
            self.desk.edit_connections("OSC port", osc_port=int(text))
        else:
            self.desk.messages.warn(f"a port is a number from 0 to 65535, not '{text}'")
            self.show_values()

    def switch_send(self, id: str, on: bool) -> None:
        """A further way of the picture, or no longer."""
        sends = tuple(send for send in self.desk.show.connections.sends if send != id)
        self.desk.edit_connections(WAYS[id].title, sends=(*sends, id) if on else sends)

    def show_values(self) -> None:
        connections = self.desk.show.connections
        show_text(self.port, str(connections.osc_port))
        show_text(self.host, connections.host)
        show_text(self.allow, ", ".join(connections.allow))
        show_text(self.to, connections.osc_to)
        for id, switch in self.sends.items():
            switch.setChecked(id in connections.sends)
