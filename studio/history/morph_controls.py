"""How long the way to a preset takes, and how it begins and ends."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from engine.easing import EASINGS
from studio import theme
from studio.settings import MORPH_EASING, MORPH_SECONDS, Option, Settings

LONGEST_S = 10.0


class MorphControls(QWidget):
    """Seconds, 0 being a cut, and a menu of easing curves. Both are remembered."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        label = QLabel("Morph")
        label.setProperty("muted", True)
        self.seconds = Seconds()
        self.seconds.valueChanged.connect(lambda value: settings.set(MORPH_SECONDS, round(value, 2)))
        label.setBuddy(self.seconds)
        self.easing = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.easing.setProperty("quiet", True)
        self.easing.setFixedHeight(26)
        self.easing.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.easing.setToolTip("How a morph begins and ends")
        self.easing.setMenu(self.menu())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(6)
        for widget in (label, self.seconds, self.easing):
            row.addWidget(widget)
        settings.changed.connect(self.show_option)
        for option in (MORPH_SECONDS, MORPH_EASING):
            self.show_option(option)

    def menu(self) -> QMenu:
        """The table of easing curves."""
        menu = QMenu(self)
        self.curves = QActionGroup(menu)
        for easing in EASINGS.values():
            action = menu.addAction(easing.title, partial(self.settings.set, MORPH_EASING, easing.id))
            action.setCheckable(True)
            action.setData(easing.id)
            self.curves.addAction(action)
        return menu

    def show_option(self, option: Option) -> None:
        """Show what was chosen."""
        value = self.settings.get(option)
        if option == MORPH_SECONDS and value != self.seconds.value():
            self.seconds.setValue(value)
        elif option == MORPH_EASING:
            chosen = EASINGS.get(value, EASINGS[MORPH_EASING.default])
            self.easing.setText(f"{chosen.title} ▾")
            self.easing.setAccessibleName(f"Easing: {chosen.title}")
            for action in self.curves.actions():
                action.setChecked(action.data() == chosen.id)


class Seconds(QDoubleSpinBox):
    """The wheel turns it only where it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0.0, LONGEST_S)
        self.setSingleStep(0.5)
        self.setDecimals(1)
        self.setSuffix(" s")
        self.setSpecialValueText("cut")
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setFont(theme.font(theme.VALUE_PX))
        self.setFixedSize(54, 24)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Seconds that the way to a preset takes; 0 is a cut")
        self.setAccessibleName("Seconds of a morph")

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
