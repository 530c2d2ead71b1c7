"""The three lines of what may come in: OSC, MIDI and sound, each with its switch and what it says of itself."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.choice import toggle
from studio.exhibition.inputs.hub import Inputs
from studio.settings import OSC_ALLOWED, OSC_HOST, OSC_PORT, OSC_TARGET, SOUND_DEVICE
from studio.training.form import Fold

ANY_DEVICE = "The system's own choice"
LOOPBACK, ALL = "127.0.0.1", "0.0.0.0"


class PortRow(QWidget):
    """A switch with a name, and a sentence beside it."""

    def __init__(self, kind: str, name: str, inputs: Inputs) -> None:
        super().__init__()
        self.kind, self.inputs = kind, inputs
        self.switch = toggle(name, f"Listen to {name}" if kind != "sound" else "Listen to a microphone or a line")
        self.switch.setFixedWidth(64)
        self.switch.clicked.connect(lambda checked: inputs.switch(kind, on=checked))
        self.state = QLabel(wordWrap=True)
        self.state.setProperty("muted", True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.state.setMinimumHeight(24)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(8)
        self.line.addWidget(self.switch)
        self.line.addWidget(self.state, 1)

    def show_state(self, words: str, *, on: bool) -> None:
        """What it says of itself."""
        self.switch.setChecked(on)
        self.state.setText(words if on else "off")


class SoundRow(PortRow):
    """Also the device."""

    def __init__(self, inputs: Inputs) -> None:
        super().__init__("sound", "Sound", inputs)
        self.device = QComboBox(accessibleName="Sound device", toolTip="Which microphone or line is listened to")
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.device.setMinimumContentsLength(14)
        self.device.activated.connect(self.choose)
        self.line.addWidget(self.device)

    def show_devices(self, names: tuple[str, ...], chosen: str) -> None:
        """What there is to choose from."""
        listed = ["", *names, *([chosen] if chosen and chosen not in names else [])]
        if [self.device.itemData(index) for index in range(self.device.count())] != listed:
            self.device.clear()
            for name in listed:
                self.device.addItem(name or ANY_DEVICE, name)
        self.device.setCurrentIndex(listed.index(chosen))
        self.device.setVisible(len(listed) > 1)

    def choose(self) -> None:
        """Another device."""
        self.inputs.settings.set(SOUND_DEVICE, self.device.currentData())
        self.inputs.switch("sound", on=self.switch.isChecked())


class OscFields(QWidget):
    """Where OSC is listened for, who may send, and who hears what changes."""

    def __init__(self, inputs: Inputs) -> None:
        super().__init__()
        self.inputs, settings = inputs, inputs.settings
        self.host = QComboBox(accessibleName="Interface", toolTip="This machine alone, unless you choose another")
        for address, name in interfaces():
            self.host.addItem(name, address)
        known = self.host.findData(settings.get(OSC_HOST))
        if known < 0:
            self.host.addItem(settings.get(OSC_HOST), settings.get(OSC_HOST))
            known = self.host.count() - 1
        self.host.setCurrentIndex(known)
        self.host.activated.connect(lambda: self.keep(OSC_HOST, self.host.currentData()))
        self.port = QSpinBox(accessibleName="Port", minimum=0, maximum=65_535, toolTip="0 is any free one")
        self.port.setValue(settings.get(OSC_PORT))
        self.port.setFixedWidth(80)
        self.port.editingFinished.connect(lambda: self.keep(OSC_PORT, self.port.value()))
        self.allowed = QLineEdit(settings.get(OSC_ALLOWED), accessibleName="Allowed addresses")
        self.allowed.setPlaceholderText("192.168.1.20, 192.168.1.0/24")
        self.allowed.setToolTip("Who besides this machine may send: addresses or networks with commas between them")
        self.allowed.editingFinished.connect(lambda: self.keep(OSC_ALLOWED, self.allowed.text().strip()))
        self.target = QLineEdit(settings.get(OSC_TARGET), accessibleName="Send changes to")
        self.target.setPlaceholderText("127.0.0.1:9001")
        self.target.setToolTip("Hears every change of a control, so that its faders follow")
        self.target.editingFinished.connect(lambda: self.keep(OSC_TARGET, self.target.text().strip()))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(5)
        for word, field in (
            ("Interface", self.host), ("Port", self.port), ("Allowed", self.allowed), ("Send changes to", self.target)
        ):  # fmt: skip
            label = QLabel(word)
            label.setProperty("muted", True)
            form.addRow(label, field)

    def keep(self, option: object, value: object) -> None:
        """Remember it, and open the port anew where it is open."""
        settings = self.inputs.settings
        if settings.get(option) != value:
            settings.set(option, value)
            if self.inputs.osc is not None:
                self.inputs.open_osc(True)


class Ports(QWidget):
    """All three."""

    def __init__(self, inputs: Inputs) -> None:
        super().__init__()
        self.inputs = inputs
        self.osc, self.midi = PortRow("osc", "OSC", inputs), PortRow("midi", "MIDI", inputs)
        self.sound = SoundRow(inputs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.fields = OscFields(inputs)
        self.fold = Fold("OSC settings", self.fields)
        for widget in (self.osc, self.midi, self.sound, self.fold):
            column.addWidget(widget)
        inputs.changed.connect(self.show_states)
        self.show_states()

    def show_states(self) -> None:
        """As they are."""
        inputs = self.inputs
        self.osc.show_state(inputs.osc_state or "opening", on=inputs.osc is not None)
        self.midi.show_state(inputs.midi.state or "looking for devices", on=inputs.midi.watch is not None)
        self.sound.show_state(inputs.sound.state or "opening", on=inputs.sound.watch is not None)
        self.sound.show_devices(inputs.sound.devices, inputs.settings.get(SOUND_DEVICE))


def interfaces() -> list[tuple[str, str]]:
    """Addresses that can be listened on, and their names for people."""
    import socket

    import psutil

    found = [
        (one.address, f"{name} ({one.address})")
        for name, addresses in sorted(psutil.net_if_addrs().items())
        for one in addresses
        if one.family == socket.AF_INET and not one.address.startswith("127.")
    ]
    return [(LOOPBACK, "This machine alone"), *found, (ALL, "All interfaces")]
