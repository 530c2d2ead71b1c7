"""How long the way to a preset takes, and how it begins and ends."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from engine.easing import EASINGS
from studio import theme
from studio.settings import MORPH_EASING, MORPH_SECONDS, Settings

LONGEST_S = 10.0


class MorphControls(QWidget):
    """Seconds, 0 being a cut, and a menu of easing curves. Both are remembered."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        label = QLabel("Morph")
        label.setProperty("muted", True)
        self.seconds = Seconds()
        self.seconds.setValue(settings.get(MORPH_SECONDS))
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
        self.show_easing()

    def menu(self) -> QMenu:
        """The table of easing curves."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for easing in EASINGS.values():
            action = menu.addAction(easing.title, partial(self.choose, easing.id))
            action.setCheckable(True)
            action.setChecked(easing.id == self.settings.get(MORPH_EASING))
            group.addAction(action)
        return menu

    def choose(self, id: str) -> None:
        """Take another curve."""
        self.settings.set(MORPH_EASING, id)
        self.show_easing()

    def show_easing(self) -> None:
        """Its name, with the arrow of a menu."""
        easing = EASINGS.get(self.settings.get(MORPH_EASING))
        title = "Smooth" if easing is None else easing.title
        self.easing.setText(f"{title} ▾")
        self.easing.setAccessibleName(f"Easing: {title}")


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
