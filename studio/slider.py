"""The one slider of the house: a label, a value that can be typed, and a track; and the small dialogue of its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QWidget,
)

from studio import theme
from studio.scale import Scale
from studio.track import Track


class Slider(QWidget):
    """Muted at rest, bright when moved away from its default.

    moved: a new value from the hand, the wheel, the keys or the value box; rested: the hand let go;
    refused: one sentence about a typed value that could not be taken as it was; mapping_wanted: its control, by its
    address, is to follow a knob; menu_opens: its menu, to be added to.
    """

    moved = Signal(float)
    rested = Signal()
    refused = Signal(str)
    mapping_wanted = Signal(str)
    menu_opens = Signal(QMenu)

    def __init__(
        self,
        label: str,
        scale: Scale,
        hint: str = "",
        fill: str = theme.ACCENT,
        lead: QWidget | None = None,
        beside: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name, self.hint, self.first_scale = label, hint, scale
        self.address = ""  # of its control (`engine.controls`); empty where it is none of a recipe
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        # a long name is cut rather than making the whole column wider
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.track = Track(scale, fill, self)
        self.track.setAccessibleName(label)
        self.box = ValueBox(self)
        self.box.setAccessibleName(f"{label}, value")
        self.label.setBuddy(self.track)
        self.lay_out(lead, beside)
        self.track.moved.connect(self.on_moved)
        self.track.rested.connect(self.rested)
        self.track.typed.connect(self.box.begin)
        self.box.entered.connect(self.take)
        self.box.left.connect(lambda: self.track.setFocus(Qt.FocusReason.OtherFocusReason))
        self.show_value(scale.default)

    @property
    def scale(self) -> Scale:
        """What it counts in now."""
        return self.track.scale

    @property
    def value(self) -> float:
        """What it shows now."""
        return self.track.value_shown

    def set_name(self, label: str, hint: str = "") -> None:
        """Stand for something else."""
        if (label, hint) != (self.name, self.hint):
            self.name, self.hint = label, hint
            self.track.setAccessibleName(label)
            self.box.setAccessibleName(f"{label}, value")
            self.show_value(self.value)

    def show_value(self, value: float) -> None:
        """Show without telling anyone."""
        self.track.show_value(value)
        self.box.show_text(self.scale.text(value))
        moved = self.scale.rounded(value) != self.scale.rounded(self.scale.default)
        main = theme.TEXT if moved else theme.MUTED
        hint = f" &nbsp;<span style='color:{theme.MUTED}'>{escape(self.hint)}</span>" if self.hint else ""
        self.label.setText(f"<span style='color:{main}'>{escape(self.name)}</span>{hint}")
        theme.brighten(self.box, bright=moved)

    def set_scale(self, scale: Scale) -> None:
        """Count in another scale; the value stays."""
        self.first_scale = scale
        self.track.set_scale(scale)
        self.show_value(self.value)

    def reset(self) -> None:
        """Back to the default."""
        self.track.reset()

    def on_moved(self, value: float) -> None:
        self.show_value(value)
        self.moved.emit(value)

    def take(self, text: str) -> None:
        """A typed value: beyond the ends it is taken as far as the limits go."""
        try:
            wanted = self.scale.read(text)
        except ValueError as error:
            self.refused.emit(f"{self.name}: {error}")
            self.show_value(self.value)
            return
        low, high = self.scale.bounds
        value = self.scale.rounded(min(max(wanted, low), high))
        if value != wanted:
            ends = f"{self.scale.text(low)} to {self.scale.text(high)}"
            self.refused.emit(f"{self.name} goes from {ends}; it is set to {self.scale.text(value)}")
        if value != self.value:
            self.on_moved(value)
            self.rested.emit()
        else:
            self.show_value(value)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = QMenu(self)
        self.fill_menu(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def fill_menu(self, menu: QMenu) -> None:
        """What a right click offers; a slider that can do more adds to it."""
        menu.addAction("Reset", self.reset)
        menu.addAction("Set range…", self.ask_range)
        if self.scale != self.first_scale:
            menu.addAction("Original range", self.restore_range)
        if self.address:
            menu.addAction("Map to MIDI or OSC…", lambda: self.mapping_wanted.emit(self.address))
        self.menu_opens.emit(menu)

    def restore_range(self) -> None:
        """The ends that it was made with."""
        self.set_scale(self.first_scale)

    def ask_range(self) -> None:
        """Let a person type other ends."""
        dialog = RangeDialog(self.name, self.scale, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.set_range)
        dialog.open()

    def set_range(self, low: float, high: float) -> None:
        """Other ends of the track, within the limits."""
        self.track.set_scale(replace(self.scale, low=low, high=high, limits=self.scale.bounds))
        self.show_value(self.value)

    def lay_out(self, lead: QWidget | None, beside: Sequence[QWidget]) -> None:
        """Label and value above, the track below; `lead` stands left of both, `beside` between label and value."""
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.label, 1)
        for widget in (*beside, self.box):
            top.addWidget(widget)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        grid.addLayout(top, 0, 1)
        grid.addWidget(self.track, 1, 1)
        if lead is not None:
            grid.addWidget(lead, 0, 0, 2, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class ValueBox(QLineEdit):
    """A number that becomes a field when it is clicked; Enter takes it, Escape leaves it."""

    entered = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = ""
        self.setProperty("flat", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(theme.font(theme.VALUE_PX))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(56, 18)

    def show_text(self, text: str) -> None:
        """Show a value, unless a person is typing one."""
        self.shown = text
        if not self.hasFocus():
            self.setText(text)

    def begin(self, text: str) -> None:
        """Start typing, with this first character where there is one."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self.setText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.finish()

    def mouseReleaseEvent(self, event: QEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        if not self.isModified() and not self.hasSelectedText():
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self.shown)
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()  # moves the focus away, which takes the text
        else:
            super().keyPressEvent(event)

    def finish(self) -> None:
        """Take what was typed."""
        text = self.text()
        self.deselect()
        self.setText(self.shown)
        if text != self.shown:
            self.entered.emit(text)


class RangeDialog(QDialog):
    """The two ends of a slider."""

    chosen = Signal(float, float)

    def __init__(self, name: str, scale: Scale, parent: QWidget) -> None:
        super().__init__(parent)
        self.scale = scale
        self.setWindowTitle(f"Range of {name}")
        self.low = QLineEdit(scale.text(scale.low), accessibleName="Lowest")
        self.high = QLineEdit(scale.text(scale.high), accessibleName="Highest")
        self.wrong = QLabel(wordWrap=True)
        form = QFormLayout(self)
        form.addRow("Lowest", self.low)
        form.addRow("Highest", self.high)
        form.addRow(self.wrong)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.finish)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def finish(self) -> None:
        """Take the range, or say what is wrong with it."""
        least, most = self.scale.bounds
        try:
            low, high = self.scale.read(self.low.text()), self.scale.read(self.high.text())
        except ValueError as error:
            self.wrong.setText(f"{error}.")
            return
        if not least <= low < high <= most:
            self.wrong.setText(f"From low to high, within {self.scale.text(least)} and {self.scale.text(most)}.")
            return
        self.chosen.emit(low, high)
        self.accept()
