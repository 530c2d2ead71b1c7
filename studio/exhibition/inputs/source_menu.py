"""The menu of what a control can follow, and that of the controls which can follow something."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QMenu, QWidget

from engine.controls import controls_of
from engine.show.sources import BANDS, is_source, words_of
from studio.document import Document

GROUPS = {"latent": "Latent", "truncation": "Truncation", "noise": "Noise", "view": "View", "growth": "Growth"}
Chosen = Callable[[str], None]


def fill_sources(menu: QMenu, chosen: Chosen, learn: Callable[[], None] | None, parent: QWidget) -> None:
    """A knob that is moved, the bands of the sound, the clock, or an OSC address."""
    if learn is not None:
        menu.addAction("Move a knob…", learn)
        menu.addSeparator()
    for title, sources in (
        ("Sound", [f"sound:{band}" for band in BANDS]),
        ("MIDI clock", ["midi:beat", "midi:bar"]),
    ):
        inside = menu.addMenu(title)
        for source in sources:
            words = words_of(source).removeprefix(f"{title} ").removeprefix(f"{title}, ")
            inside.addAction(words.capitalize(), lambda source=source: chosen(source))
    menu.addAction("OSC address…", lambda: ask_address(chosen, parent))


def fill_controls(menu: QMenu, document: Document, chosen: Chosen) -> None:
    """The controls of the recipe on show by their parts, and the directions of the open packs by their headings."""
    groups: dict[str, QMenu] = {}

    def group(title: str) -> QMenu:
        if title not in groups:
            groups[title] = menu.addMenu(title)
        return groups[title]

    for control in controls_of(document.recipe):
        part = control.address.partition(".")[0].partition("/")[0]
        if part != "direction":
            title = GROUPS.get(part, "Style mix" if part == "mix" else "Label")
            group(title).addAction(control.title, lambda address=control.address: chosen(address))
    for facts in document.model.offered if document.model else ():
        group(facts.heading).addAction(facts.name, lambda name=facts.name: chosen(f"direction/{name}"))


def ask_address(chosen: Chosen, parent: QWidget) -> None:
    """Let a person type an OSC address."""
    dialog = AddressDialog(chosen, parent)
    dialog.open()


class AddressDialog(QDialog):
    """An OSC address that a control is to follow."""

    def __init__(self, chosen: Chosen, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.chosen = chosen
        self.setWindowTitle("OSC address")
        self.field = QLineEdit("/fader/1", accessibleName="OSC address")
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("muted", True)
        self.wrong.setText("For another than the first value of a message add #1, #2 and so on.")
        form = QFormLayout(self)
        form.addRow("Address", self.field)
        form.addRow(self.wrong)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.finish)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.resize(QSize(380, 0))

    def finish(self) -> None:
        """Take the address, or say what is wrong with it."""
        source = f"osc:{self.field.text().strip()}"
        if not is_source(source):
            self.wrong.setText("An address begins with / and has no spaces, like /fader/1 or /pad/xy#1.")
            return
        self.accept()
        self.chosen(source)
