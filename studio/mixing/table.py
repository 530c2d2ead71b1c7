"""The mixing table of the StyleGAN paper (1812.04948, figure 3) as a live window beside the picture."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as changed
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.checks import parse_rows, rows_text
from engine.errors import RecipeError, VisagistError
from engine.mixing_table import MixingTable
from engine.recipe import Noise, Recipe, SeedLatent, Truncation, View
from studio import theme
from studio.messages import WARNING
from studio.mixing.table_grid import Place, TableGrid
from studio.mixing.table_pictures import TablePictures
from studio.open_model import Band, OpenModel
from studio.panels.panel import tool
from studio.pictures import Pictures
from studio.progress_line import ProgressLine
from studio.seed_box import random_seed
from studio.session import Session

MOST = 8  # sources, and destinations
FIRST_SOURCES, FIRST_DESTINATIONS = (12, 7, 21, 4, 33), (16, 3, 28)  # after the face on show
USUAL_SIZE = 256


class MixingTables:
    """Opens the one window of the table, made when it is first wanted."""

    def __init__(self, session: Session, pictures: Pictures, window: QWidget) -> None:
        self.session, self.pictures, self.window = session, pictures, window
        self.shown: TableWindow | None = None

    def suits(self, model: OpenModel) -> bool:
        """Whether a model has style rows to mix by."""
        return model.mixes

    def open(self) -> None:
        """Show the table; it keeps its faces while the program runs."""
        if self.session.document.model is None:
            self.session.messages.warn("no model is open yet; try again when the first face is there")
            return
        if self.shown is None:
            self.shown = TableWindow(self.session, self.pictures, self.window)
        self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()


class TableWindow(QDialog):
    """Which rows above, the pictures in the middle, what to do with them below."""

    def __init__(self, session: Session, pictures: Pictures, parent: QWidget) -> None:
        # a tool window leaves the shortcuts of its parent working: undo, save, the palette
        super().__init__(parent, Qt.WindowType.Tool)
        self.session, self.document = session, session.document
        self.setWindowTitle("Mixing table")
        self.table: MixingTable | None = None
        self.grid = TableGrid(session.large_thumbnails)
        self.line = ProgressLine()
        self.output = TablePictures(session, pictures, self.line, self)
        self.bands = QHBoxLayout()
        self.bands.setSpacing(2)
        self.buttons: dict[Band, QToolButton] = {}
        self.rows = QLineEdit(accessibleName="Style rows", toolTip="Style rows from the sources, like 0-4,7")
        self.rows.setFixedWidth(76)
        self.across, self.down = counter("Sources"), counter("Destinations")
        self.dice = tool("dice", "Other faces for the whole table")
        self.said = QLabel(wordWrap=True)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.size_box = QComboBox(accessibleName="Size of a picture", toolTip="Size of a picture when it is saved")
        self.copy_button, self.save_button = QPushButton("Copy picture"), QPushButton("Save as picture…")
        self.lay_out()
        self.connect_all()
        self.use(self.model)
        self.resize(QSize(880, 670))
        self.grid.cells[1, 1].setFocus()

    @property
    def model(self) -> OpenModel:
        """The open one; without one there is no table."""
        assert self.document.model is not None
        return self.document.model

    def lay_out(self) -> None:
        """Two quiet rows of controls around the pictures."""
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        bottom.setSpacing(8)
        top.addLayout(self.bands)
        top.addWidget(muted("rows"))
        top.addWidget(self.rows)
        top.addStretch()
        top.addWidget(self.across)
        top.addWidget(muted("×"))
        top.addWidget(self.down)
        top.addWidget(self.dice)
        bottom.addWidget(self.line)
        bottom.addWidget(self.said, 1)
        for widget in (self.size_box, self.copy_button, self.save_button):
            bottom.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addLayout(bottom)
        for button in (self.copy_button, self.save_button):
            button.setAutoDefault(False)

    def connect_all(self) -> None:
        """Who hears of what."""
        self.rows.editingFinished.connect(self.take_rows)
        self.across.valueChanged.connect(self.take_counts)
        self.down.valueChanged.connect(self.take_counts)
        self.dice.clicked.connect(self.roll_all)
        self.grid.chosen.connect(lambda recipe: self.document.replace("Mixing table", recipe))
        self.grid.rolled.connect(lambda place: self.put(place, seeded(random_seed())))
        self.grid.given.connect(self.take)
        self.grid.wanted.connect(lambda place: self.put(place, self.document.recipe))
        self.grid.refused.connect(self.session.messages.warn)
        self.copy_button.clicked.connect(lambda: self.output.copy(self.table, self.size_box.currentData()))
        self.save_button.clicked.connect(lambda: self.output.ask_where(self.table, self.size_box.currentData()))
        self.session.messages.said.connect(self.say)
        self.document.model_changed.connect(self.use)
        self.document.recipe_changed.connect(lambda old, new, rests: self.grid.ring(new))

    def use(self, model: OpenModel) -> None:
        """The table of a model: the first one, or the faces of the one before as far as this model can show them."""
        old = self.table
        sources = tuple(map(seeded, FIRST_SOURCES)) if old is None else old.sources
        destinations = (self.document.recipe, *map(seeded, FIRST_DESTINATIONS)) if old is None else old.destinations
        rows = model.bands[0].rows if old is None else tuple(row for row in old.rows if row < model.style_rows)
        while (item := self.bands.takeAt(0)) is not None:
            item.widget().deleteLater()
        self.buttons = {band: self.band_button(band) for band in model.bands}
        self.size_box.clear()
        for size in model.sizes:
            self.size_box.addItem(f"{size} px", size)
        self.size_box.setCurrentIndex(
            min(range(len(model.sizes)), key=lambda index: abs(model.sizes[index] - USUAL_SIZE))
        )
        self.change(
            MixingTable(
                tuple(map(model.fitted, sources)), tuple(map(model.fitted, destinations)), rows, model.style_rows
            )
        )

    def band_button(self, band: Band) -> QToolButton:
        """Takes a band's rows from the sources, or not."""
        button = QToolButton(text=band.name, checkable=True)
        button.setToolTip(f"{band.name} rows ({band.hint}): {rows_text(band.rows)}")
        button.setMinimumSize(60, 26)
        button.clicked.connect(lambda on: self.take_band(band, on))
        self.bands.addWidget(button)
        return button

    def change(self, table: MixingTable) -> None:
        """Show another table."""
        self.table = table
        for box, count in ((self.across, len(table.sources)), (self.down, len(table.destinations))):
            box.blockSignals(True)
            box.setValue(count)
            box.blockSignals(False)
        self.rows.setText(rows_text(table.rows))
        for band, button in self.buttons.items():
            button.setChecked(set(band.rows) <= set(table.rows))
        self.grid.show_table(table, self.document.recipe)

    def take_band(self, band: Band, on: bool) -> None:
        """Its rows from the sources, or not."""
        rows = set(self.table.rows) | set(band.rows) if on else set(self.table.rows) - set(band.rows)
        self.change(replace(self.table, rows=tuple(sorted(rows))))

    def take_rows(self) -> None:
        """The rows that were typed."""
        text = self.rows.text().strip()
        try:
            rows = parse_rows(text) if text else ()
            if rows and rows[-1] >= self.model.style_rows:
                raise RecipeError(
                    f"there is no style row {rows[-1]}; this model's rows are 0 to {self.model.style_rows - 1}"
                )
        except RecipeError as error:
            self.session.messages.warn(str(error))
            rows = self.table.rows
        self.change(replace(self.table, rows=rows))

    def take_counts(self) -> None:
        """As many faces as asked for; new ones are random."""
        self.change(
            replace(
                self.table,
                sources=self.counted(self.table.sources, self.across.value()),
                destinations=self.counted(self.table.destinations, self.down.value()),
            )
        )

    def counted(self, faces: tuple[Recipe, ...], count: int) -> tuple[Recipe, ...]:
        """The first so many, and random ones after them."""
        more = (self.model.fitted(seeded(random_seed())) for _ in range(count - len(faces)))
        return (*faces[:count], *more)

    def roll_all(self) -> None:
        """Other faces everywhere."""
        self.change(
            replace(
                self.table,
                sources=self.counted((), len(self.table.sources)),
                destinations=self.counted((), len(self.table.destinations)),
            )
        )

    def take(self, place: Place, recipe: Recipe) -> None:
        """A recipe from somewhere for a header, or a sentence why it cannot be shown."""
        try:
            self.put(place, self.model.accept(recipe))
        except VisagistError as error:
            self.session.messages.fail("mixing", error)

    def put(self, place: Place, recipe: Recipe) -> None:
        """Another face for a header. Only a source's styles before truncation count, so it is shown by them alone."""
        recipe = self.model.fitted(recipe)
        line, column = place
        if line == 0:
            plain = changed(recipe, truncation=Truncation(), directions=(), noise=Noise(), view=View(), growth=None)
            self.change(replace(self.table, sources=with_item(self.table.sources, column - 1, plain)))
        else:
            self.change(replace(self.table, destinations=with_item(self.table.destinations, line - 1, recipe)))

    def say(self, text: str, level: str) -> None:
        """The newest message, since this window may stand before the one that shows it."""
        self.said.setText(text)
        self.said.setToolTip(text)
        colours = self.said.palette()
        colours.setColor(self.said.foregroundRole(), theme.colour(theme.WARNING if level == WARNING else theme.MUTED))
        self.said.setPalette(colours)


def seeded(seed: int) -> Recipe:
    """The plain face of a seed."""
    return Recipe(latent=SeedLatent(seed))


def with_item(faces: tuple[Recipe, ...], index: int, recipe: Recipe) -> tuple[Recipe, ...]:
    """The same faces but one."""
    return (*faces[:index], recipe, *faces[index + 1 :])


def counter(name: str) -> QSpinBox:
    """How many faces there are in one direction."""
    box = QSpinBox(accessibleName=name, toolTip=f"{name}, 1 to {MOST}")
    box.setRange(1, MOST)
    box.setMinimumSize(52, 26)
    return box


def muted(text: str) -> QLabel:
    """A quiet word."""
    label = QLabel(text)
    label.setProperty("muted", True)
    return label
