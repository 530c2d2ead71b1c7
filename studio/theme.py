"""The look of the window: one palette of colours, one font, one small style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from engine.paths import resources

GROUND = "#131417"  # behind the picture
PANEL = "#1a1c20"  # docks, bars
RAISED = "#24272d"  # fields, tracks, what is chosen
LINE = "#2e3138"  # hairlines, centre ticks
TEXT = "#d7dae0"  # what is moved
MUTED = "#8d939e"  # what is at rest
ACCENT = "#e3a25f"  # what the hand does
SECOND = "#6fb1c9"  # what comes from another face
WARNING = "#e0806f"  # a sentence about something that went wrong

RADIUS = 5
HEADING_PX, LABEL_PX, VALUE_PX = 13, 12, 11
MOTION_MS = 150


def apply(app: QApplication) -> None:
    """Fusion in our own colours; called once, before the first widget."""
    app.setStyle("Fusion")
    app.setPalette(palette())
    app.setFont(font())
    app.setStyleSheet(STYLE_SHEET)


def palette() -> QPalette:
    """Our colours in Qt's roles."""
    colours = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: PANEL,
        roles.WindowText: TEXT,
        roles.Base: RAISED,
        roles.AlternateBase: PANEL,
        roles.Text: TEXT,
        roles.Button: RAISED,
        roles.ButtonText: TEXT,
        roles.BrightText: ACCENT,
        roles.ToolTipBase: RAISED,
        roles.ToolTipText: TEXT,
        roles.PlaceholderText: MUTED,
        roles.Highlight: ACCENT,
        roles.HighlightedText: GROUND,
        roles.Link: SECOND,
        roles.Light: LINE,
        roles.Midlight: LINE,
        roles.Mid: LINE,
        roles.Dark: GROUND,
        roles.Shadow: GROUND,
    }.items():
        colours.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, role, QColor("#5c616b"))
    return colours


def font(pixels: int = LABEL_PX, *, bold: bool = False) -> QFont:
    """The system's own face, with figures of equal width where it has them."""
    made = QFont(QApplication.font().family())
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def brighten(widget: QWidget, *, bright: bool) -> None:
    """Text of a control that is moved is bright, at rest it is muted."""
    colours, ink = widget.palette(), QColor(TEXT if bright else MUTED)
    if colours.color(QPalette.ColorRole.Text) != ink:
        colours.setColor(QPalette.ColorRole.Text, ink)
        widget.setPalette(colours)


def colour(name: str, alpha: float = 1.0) -> QColor:
    """A colour of the palette, with alpha from 0 to 1."""
    made = QColor(name)
    made.setAlphaF(alpha)
    return made


ARROW = (resources() / "icons" / "unfolded.svg").as_posix()
STYLE_SHEET = f"""
QMainWindow, QMainWindow::separator {{ background: {GROUND}; }}
QMainWindow::separator {{ width: 1px; height: 1px; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px 6px; }}
QMenuBar {{ background: transparent; color: {MUTED}; }}
QMenuBar::item {{ padding: 6px 6px; border-radius: {RADIUS}px; background: transparent; }}
QMenuBar::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 12px; border-radius: {RADIUS}px; }}
QMenu::item:selected {{ background: {LINE}; color: {TEXT}; }}
QMenu::item:disabled {{ color: #5c616b; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 5px 8px; }}
QLineEdit {{ background: {RAISED}; border: 1px solid transparent; border-radius: {RADIUS}px; padding: 3px 7px;
             selection-background-color: {ACCENT}; selection-color: {GROUND}; }}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QLineEdit[flat="true"] {{ background: transparent; padding: 0; }}
QLineEdit[flat="true"]:focus {{ background: {RAISED}; }}
QComboBox {{ background: {RAISED}; border: 1px solid transparent; border-radius: {RADIUS}px; padding: 4px 7px; }}
QComboBox:focus {{ border-color: {ACCENT}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url({ARROW}); width: 12px; height: 12px; }}
QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: {RADIUS}px; padding: 6px 14px; }}
QPushButton:hover {{ background: {LINE}; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:default {{ background: {ACCENT}; color: {GROUND}; border-color: {ACCENT}; }}
QPushButton:default:focus {{ border-color: {TEXT}; }}
QPushButton:disabled, QPushButton:default:disabled {{ background: {RAISED}; color: #5c616b; border-color: {LINE}; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px; padding: 3px;
               color: {MUTED}; }}
QToolButton:hover {{ background: {RAISED}; color: {TEXT}; }}
QToolButton:checked {{ background: {RAISED}; color: {TEXT}; }}
QToolButton:focus {{ border-color: {ACCENT}; }}
QToolButton:disabled {{ color: #5c616b; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[tab="true"] {{ padding: 2px 9px; border-radius: 13px; }}
QToolButton[second="true"] {{ color: {SECOND}; }}
QToolButton[quiet="true"]:hover {{ background: transparent; color: {TEXT}; }}
QToolButton[quiet="true"]:checked {{ color: {TEXT}; }}
QToolButton[heading="true"] {{ color: {TEXT}; padding: 3px 4px 3px 0; text-align: left; }}
QToolButton[heading="true"]:hover {{ background: transparent; }}
QToolButton[choice="true"], QToolButton[toggle="true"] {{ padding: 2px 9px; }}
QToolButton[choice="true"]:checked {{ background: {RAISED}; color: {TEXT}; }}
QToolButton[toggle="true"]:checked {{ background: {RAISED}; color: {ACCENT}; }}
QToolButton[option="true"] {{ background: {RAISED}; padding: 4px 11px; }}
QToolButton[option="true"]:checked {{ background: {LINE}; color: {ACCENT}; }}
QToolButton[choice="true"]:disabled, QToolButton[toggle="true"]:disabled {{ color: #5c616b; }}
QSpinBox {{ background: {RAISED}; border: 1px solid transparent; border-radius: {RADIUS}px; padding: 2px 7px; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
QSpinBox QLineEdit {{ background: transparent; border: none; padding: 0 7px; }}
QSpinBox:focus {{ border-color: {ACCENT}; }}
QLabel[muted="true"] {{ color: {MUTED}; }}
QLabel[keycap="true"] {{ background: {RAISED}; border-radius: 4px; padding: 2px 7px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: {PANEL}; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE}; border-radius: 3px; min-height: 30px; margin: 0 1px; }}
QScrollBar::handle:vertical:hover {{ background: #3c4049; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {LINE}; border-radius: 3px; min-width: 30px; margin: 2px 1px; }}
QScrollBar::handle:horizontal:hover {{ background: #3c4049; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {RAISED}; border: none; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 2px; }}
QListView {{ background: {PANEL}; border: none; outline: none; }}
QListView::item {{ padding: 6px 10px; border-radius: {RADIUS}px; }}
QListView::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QTextBrowser {{ background: {PANEL}; border: none; }}
"""
