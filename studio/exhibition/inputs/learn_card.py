"""The card that stands on the picture while a control waits for its knob."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from engine.controls import control_at
from engine.show.mapping import Mapping
from engine.show.sources import words_of
from studio.card import Card
from studio.exhibition.inputs.source_menu import fill_sources
from studio.messages import sentence

if TYPE_CHECKING:
    from studio.main_window import MainWindow


class LearnCards(QObject):
    """Shows what the learning of `window.inputs` waits for, on the page on show, and says what came of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self.inputs = window, window.inputs
        self.card: Card | None = None
        self.inputs.learning.changed.connect(self.show_state)
        self.inputs.changed.connect(self.show_ports)
        self.inputs.edits.mapped.connect(self.tell)
        window.workspaces.shown.connect(self.show_state)

    def show_state(self) -> None:
        """Another card for another state; none when nothing is waited for."""
        self.put_away()
        learning = self.inputs.learning
        if not learning.goes:
            return
        page = self.window.workspaces.pages.currentWidget()
        title = control_at(learning.address).title if learning.waits else ""
        heading = f"Map {title}" if title else "Map a control"
        self.card = card = Card(page, heading, " ")
        menu = QMenu(card)
        fill_sources(menu, learning.take, None, card)
        if learning.waits:
            card.add_button("Sound, clock, address", lambda: None).setMenu(menu)
        card.left.connect(learning.stop)
        self.show_ports()
        card.appear()

    def show_ports(self) -> None:
        """Where a knob is listened for."""
        if self.card is None:
            return
        inputs = self.inputs
        heard = [f"OSC {inputs.osc_state}"] if inputs.osc_state else []
        heard += [f"MIDI: {', '.join(inputs.midi.devices)}"] if inputs.midi.devices else ["there is no MIDI device"]
        what = (
            "Move a knob or a fader, press a pad, or send an OSC message, and it will move this control."
            if inputs.learning.waits
            else "Touch the control first: move its slider a little. Then move a knob."
        )
        self.card.sentence.setText(f"{what}\n{sentence('; '.join(heard))}.")
        self.card.sentence.show()
        self.card.place()

    def tell(self, mapping: Mapping) -> None:
        """A mapping was made."""
        self.window.messages.note(f"{words_of(mapping.source)} moves {control_at(mapping.address).title}")

    def put_away(self) -> None:
        """No card."""
        card, self.card = self.card, None
        if card is not None and isValid(card):
            card.blockSignals(True)  # it is not the person who leaves
            card.leave()
