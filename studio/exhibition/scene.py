"""What visitors have beside the picture: a few big sliders, a button for another face, a code for their phone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from engine.show.values import VisitorSlider
from studio import theme
from studio.exhibition.big import BigButton, BigSlider, big_font
from studio.scale import Scale

BESIDE, BELOW = 0.3, 0.38  # shares of the canvas, where it lies and where it stands
TWO_COLUMNS = 1.3  # width over height from which on sliders stand in two columns
HONEST = "Nobody whom you see here exists."
READ = "Read the code with your phone, in the network of this house. The picture waits for 30 minutes."
CODE_MS = 60_000  # a code that nobody puts away


def beside(canvas: QSize) -> QRect:
    """Where on a canvas the scene lies: at the right, or below where the canvas stands upright."""
    width, height = canvas.width(), canvas.height()
    if width > height:
        taken = round(BESIDE * width)
        return QRect(width - taken, 0, taken, height)
    taken = round(BELOW * height)
    return QRect(0, height - taken, width, taken)


def room_for(canvas: QSize) -> QMargins:
    """What the pictures leave free for it."""
    rect = beside(canvas)
    return QMargins(0, 0, rect.width(), 0) if rect.x() else QMargins(0, 0, 0, rect.height())


class VisitorScene(QWidget):
    """moved: a slider's address and what the hand wants; rested: it let go; stranger: another face is wished for;
    wished: the picture to take home.
    """

    moved = Signal(str, float)
    rested = Signal()
    stranger = Signal()
    wished = Signal()

    def __init__(self, sliders: Sequence[VisitorSlider], heading: str, *, stranger: bool, take_away: bool) -> None:
        super().__init__()
        self.words = heading
        self.setAccessibleName("For visitors")
        self.unit, self.waning = 1.0, 1.0
        self.heading = QLabel(heading, wordWrap=True)
        self.honest = QLabel(HONEST, wordWrap=True)
        self.honest.setProperty("muted", True)
        self.sliders = {given.address: self.slider(given) for given in sliders}
        self.another = BigButton("Another face", first=True)
        self.another.setVisible(stranger)
        self.take = BigButton("Take it home")
        self.back = BigButton("Back")
        self.offered = [button for button, wanted in ((self.another, stranger), (self.take, take_away)) if wanted]
        self.code = Code()
        self.pages = QStackedWidget()
        self.lay_out()
        self.another.clicked.connect(self.stranger)
        self.take.clicked.connect(self.ask)
        self.back.clicked.connect(self.show_sliders)
        self.late = QTimer(self, singleShot=True, interval=CODE_MS)
        self.late.timeout.connect(self.show_sliders)

    def slider(self, given: VisitorSlider) -> BigSlider:
        """One of them."""
        origin = 0.0 if given.low < 0 < given.high else None
        default = 0.0 if origin == 0.0 else given.low
        made = BigSlider(given.title, Scale(given.low, given.high, default, origin))
        made.moved.connect(lambda value: self.moved.emit(given.address, value))
        made.rested.connect(self.rested)
        return made

    def lay_out(self) -> None:
        """Heading, sliders, buttons; the grid is filled when the size is known."""
        self.hand = QWidget()
        self.grid = QGridLayout(self.hand)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.pages.addWidget(self.hand)
        self.pages.addWidget(self.code)
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.buttons = QGridLayout()
        self.column = QVBoxLayout(self)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.honest)
        self.column.addWidget(self.pages, 1)
        self.column.addLayout(self.buttons)

    def suit(self, size: QSize, unit: float) -> None:
        """Take this size; unit: 1 on a canvas whose shorter side is 1080 of Qt's pixels."""
        self.unit = unit
        wide = size.width() > TWO_COLUMNS * size.height()
        margin = round(44 * unit)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(round(10 * unit))
        self.heading.setFont(big_font(unit, 36, bold=True))
        self.honest.setFont(big_font(unit, 19))
        self.code.set_unit(unit)
        self.fill_grid(2 if wide else 1)
        side_by_side = wide or size.width() > 700 * unit
        self.buttons.setSpacing(round(14 * unit))
        self.back.set_unit(unit)
        self.buttons.addWidget(self.back, 0, 0)
        for index, button in enumerate(self.offered):
            button.set_unit(unit)
            self.buttons.addWidget(button, 0 if side_by_side else index, index if side_by_side else 0)
        self.show_page(self.pages.currentWidget())
        self.resize(size)

    def fill_grid(self, columns: int) -> None:
        """Sliders in columns, with air around them."""
        self.grid.setHorizontalSpacing(round(56 * self.unit))
        self.grid.setVerticalSpacing(round(30 * self.unit))
        rows = -(-len(self.sliders) // columns)
        for row in range(self.grid.rowCount()):
            self.grid.setRowStretch(row, 0)
        for index, slider in enumerate(self.sliders.values()):
            slider.set_unit(self.unit)
            self.grid.addWidget(slider, 1 + index % rows, index // rows)
        self.grid.setRowStretch(0, 1)
        self.grid.setRowStretch(rows + 1, 1)

    # what it shows

    def show_value(self, address: str, value: float) -> None:
        """Where a slider stands; one that a hand holds stays under it."""
        slider = self.sliders[address]
        if not slider.held:
            slider.show_value(value)

    def show_waning(self, share: float) -> None:
        """How much is left of the last seconds before everything is as it was."""
        self.waning = share
        self.honest.setText(HONEST if share == 1 else "Still there? Touch anything to go on.")
        self.update()

    def ask(self) -> None:
        """The picture is being made ready."""
        self.code.show_work()
        self.show_page(self.code)
        self.wished.emit()

    def show_code(self, code: QImage) -> None:
        """Here it is."""
        self.code.show_code(code)
        self.show_page(self.code)

    def show_sliders(self) -> None:
        """Back to the sliders."""
        self.show_page(self.hand)

    def show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        coded = page is self.code
        self.heading.setText("Take it home" if coded else self.words)
        self.back.setVisible(coded)
        for button in self.offered:
            button.setVisible(not coded)
        self.late.start() if coded else self.late.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.fillRect(self.rect(), theme.colour(theme.GROUND))
            if self.waning < 1:
                high = max(2.0, 5 * self.unit)
                bar = QRectF(0, self.height() - high, self.width() * self.waning, high)
                p.fillRect(bar, theme.colour(theme.ACCENT))


class Code(QWidget):
    """The code for a phone, with what it is: below it, or beside it where there is more room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image, self.unit = QImage(), 1.0
        self.words = QLabel(self, wordWrap=True)
        self.words.setProperty("muted", True)

    def set_unit(self, unit: float) -> None:
        """Grow or shrink."""
        self.unit = unit
        self.words.setFont(big_font(unit, 19))
        self.place()

    def show_work(self) -> None:
        """Not yet."""
        self.image = QImage()
        self.words.setText("One moment…")
        self.place()

    def show_code(self, code: QImage) -> None:
        """For the phone."""
        self.image = code
        self.words.setText(READ)
        self.place()

    @property
    def beside(self) -> bool:
        """Whether the words stand beside the code."""
        return self.width() > TWO_COLUMNS * self.height()

    @property
    def code_rect(self) -> QRect:
        """Where the code lies: whole pixels for every module."""
        gap, line = round(28 * self.unit), round(80 * self.unit)
        high = self.height() - (0 if self.beside else gap + line)
        wide = self.width() // 2 if self.beside else self.width()
        modules = max(1, self.image.width())
        side = int(min(wide, high, 470 * self.unit) // modules) * modules
        top = (self.height() - side - (0 if self.beside else gap + line)) // 2
        return QRect(0, top, side, side)

    def place(self) -> None:
        """The words."""
        code, gap = self.code_rect, round(28 * self.unit)
        if self.beside:
            self.words.setGeometry(code.right() + gap, 0, self.width() - code.right() - gap, self.height())
        else:
            self.words.setGeometry(0, code.bottom() + gap, self.width(), round(80 * self.unit))
        middle = Qt.AlignmentFlag.AlignVCenter if self.beside else Qt.AlignmentFlag.AlignTop
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | middle)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self.image.isNull():
            with QPainter(self) as p:
                p.drawImage(self.code_rect, self.image)
