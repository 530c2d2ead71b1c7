"""What visitors may do, and how the machine is locked."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from engine.errors import VisagistError
from engine.show.pin import MOST, hidden
from engine.show.values import MOST_SLIDERS
from studio.exhibition.direction_menu import add_directions
from studio.exhibition.fields import SECONDS, Fields, show_text
from studio.exhibition.quiz_fields import QuizFields
from studio.exhibition.show_desk import ShowDesk
from studio.exhibition.take_away import can_draw_codes
from studio.scale import Scale
from studio.settings import Settings
from studio.training.form import Row

SCENES = {
    "sliders": ("Sliders", "A few big sliders, and another face"),
    "quiz": ("Quiz", "Real or generated?"),
}


class VisitorFields(Fields):
    """Settings for visitors."""

    def __init__(self, desk: ShowDesk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        edit = desk.edit_visitors
        self.head("Visitors")
        self.welcome = self.switch(
            "Visitors may touch",
            "A touch, a key or a game pad brings the scene for them",
            lambda on: edit("Visitors", welcome=on),
        )
        self.scene = self.choice("They find", SCENES, lambda id: edit("Scene for visitors", scene=id))
        self.quiz = QuizFields(desk, settings)
        self.column.addWidget(self.quiz)
        self.heading = self.line("Heading", "Stands over the sliders", lambda text: edit("Heading", heading=text))
        self.idle = self.slider(
            "Gone after", Scale(10, 180, 60, limits=(1, 86_400), **SECONDS), edit, "idle", "Seconds without a touch"
        )
        self.sliders = QPushButton("Choose…", toolTip="Which directions visitors have; none: the plainest of the model")
        self.sliders.clicked.connect(self.pop_up)
        self.slider_row = Row("Sliders", self.sliders)
        self.column.addWidget(self.slider_row)
        self.stranger = self.switch(
            "Another face", "A button for a new face", lambda on: edit("Another face", stranger=on)
        )
        self.take_away = self.switch(
            "Take it home",
            "A code for a phone; the picture is served by this machine in its own network",
            lambda on: edit("Take it home", take_away=on),
        )
        self.no_codes = self.note("Codes need segno: install visagist[exhibit]")
        self.head("Lock")
        self.note("With a PIN nobody leaves by the keyboard: hold the upper left corner, then type it.")
        self.pin = QLineEdit(accessibleName="PIN", maxLength=MOST, echoMode=QLineEdit.EchoMode.Password)
        self.pin.setPlaceholderText("4 to 12 digits")
        self.pin.returnPressed.connect(self.set_pin)
        self.lock, self.unlock = QPushButton("Lock"), QPushButton("Unlock")
        self.lock.clicked.connect(self.set_pin)
        self.unlock.clicked.connect(lambda: edit("Unlock", pin=""))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.pin, 1)
        row.addWidget(self.lock)
        row.addWidget(self.unlock)
        self.pin_row = Row("PIN", row)
        self.column.addWidget(self.pin_row)
        self.column.addStretch()
        self.show_values()

    def set_pin(self) -> None:
        """Keep the hash of what was typed."""
        try:
            kept = hidden(self.pin.text())
        except VisagistError as error:
            self.desk.messages.fail("setting the PIN", error)
        else:
            self.pin.clear()
            self.desk.edit_visitors("Lock", pin=kept)

    def pop_up(self) -> None:
        """The directions of the open model, those chosen with a tick."""
        menu = self.menu()
        menu.popup(self.sliders.mapToGlobal(self.sliders.rect().bottomLeft()))
        menu.aboutToHide.connect(menu.deleteLater)

    def menu(self) -> QMenu:
        """The directions of the open model under their headings, and those of other models that were chosen before."""
        menu = QMenu(self)
        chosen = {slider.address for slider in self.desk.show.visitors.sliders}
        add_directions(menu, self.desk.document.model, chosen, self.toggle)
        menu.addSeparator()
        menu.addAction("The plainest of the model", lambda: self.desk.edit_visitors("Sliders", sliders=()))
        return menu

    def toggle(self, slider: object, on: bool) -> None:
        """Have a slider, or no longer."""
        others = tuple(one for one in self.desk.show.visitors.sliders if one.address != slider.address)
        if on and len(others) == MOST_SLIDERS:
            self.desk.messages.warn(f"visitors have {MOST_SLIDERS} sliders at most; take another one away first")
            return
        self.desk.edit_visitors("Sliders", sliders=(*others, slider) if on else others)

    def show_values(self) -> None:
        visitors = self.desk.show.visitors
        self.welcome.setChecked(visitors.welcome)
        self.scene.show_choice(visitors.scene)
        plays = visitors.scene == "quiz"
        self.quiz.setVisible(plays)
        for field in (self.heading.parentWidget(), self.slider_row, self.stranger, self.take_away):
            field.setVisible(not plays)
        self.no_codes.setHidden(plays or can_draw_codes())
        self.quiz.show_values()
        show_text(self.heading, visitors.heading)
        self.idle.show_value(visitors.idle)
        names = ", ".join(slider.title for slider in visitors.sliders)
        self.sliders.setText(f"{len(visitors.sliders)} chosen…" if names else "The plainest of the model…")
        self.slider_row.say(names)
        self.stranger.setChecked(visitors.stranger)
        self.take_away.setChecked(visitors.take_away)
        self.lock.setText("Change" if visitors.pin else "Lock")
        self.unlock.setVisible(bool(visitors.pin))
        self.pin_row.say("The show is locked." if visitors.pin else "")
