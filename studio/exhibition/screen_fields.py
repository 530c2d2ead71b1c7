"""How the show lies on its screen: which one, turned, fitted, tiles, soft edges, gamma."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from studio.exhibition.fields import Fields
from studio.exhibition.screens import screens, words
from studio.exhibition.show_desk import ShowDesk
from studio.scale import Scale
from studio.slider import Slider

TURNS = {str(degrees): (f"{degrees}°", f"Turned by {degrees} degrees, clockwise") for degrees in (0, 90, 180, 270)}
FITS = {
    "fit": ("Fit", "All of the picture, with black around it"),
    "crop": ("Crop", "The screen is full, and what is too much is cut off"),
    "fill": ("Stretch", "The screen is full, and the picture takes its shape"),
}
SIDES = ("Left edge", "Upper edge", "Right edge", "Lower edge")
EDGE = Scale(0, 0.5, 0, decimals=0, factor=100, suffix=" %")
TILES = Scale(1, 6, 1, decimals=0, step=1, limits=(1, 36))
SIZES = (None, 256, 512, 1024)


class ScreenFields(Fields):
    """Settings of the screen."""

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        edit = desk.edit_screen
        self.head("Screen")
        self.screen_box = self.combo("Screen", "Where the show goes", lambda number: edit("Screen", number=number))
        self.rotation = self.choice("Rotation", TURNS, lambda id: edit("Rotation", rotation=int(id)))
        self.fit = self.choice("Picture", FITS, lambda id: edit("Picture on the screen", fit=id))
        self.size = self.combo(
            "Largest face", "Smaller faces come quicker", lambda size: edit("Size of faces", size=size)
        )
        for size in SIZES:
            self.size.addItem("as the model makes them" if size is None else f"{size} px", size)
        self.head("Tiles")
        self.columns = self.slider("Columns", TILES, edit, "columns", "Faces beside each other")
        self.rows = self.slider("Rows", TILES, edit, "rows", "Faces above each other")
        self.head("Projectors")
        self.gamma = self.slider(
            "Gamma", Scale(0.5, 2.5, 1.0, 1.0, limits=(0.2, 5)), edit, "gamma", "Above 1, the middle tones are lighter"
        )
        self.note("Soft edges, where the light of two projectors overlaps")
        self.edges = [self.edge(index, name) for index, name in enumerate(SIDES)]
        self.column.addStretch()
        app = QGuiApplication.instance()
        app.screenAdded.connect(self.show_values)
        app.screenRemoved.connect(self.show_values)
        self.show_values()

    def edge(self, index: int, name: str) -> Slider:
        """One of the four."""

        def put(text: str, *, moving: str, share: float) -> None:
            edges = self.desk.show.screen.soft_edges
            self.desk.edit_screen(text, moving=moving, soft_edges=(*edges[:index], share, *edges[index + 1 :]))

        return self.slider(name, EDGE, put, "share")

    def show_values(self) -> None:
        screen = self.desk.show.screen
        self.screen_box.clear()
        self.screen_box.addItem("the second, where there is one", None)
        for number, there in enumerate(screens(), 1):
            self.screen_box.addItem(words(there), number)
        if screen.number is not None and screen.number > len(screens()):
            self.screen_box.addItem(f"{screen.number} · not there now", screen.number)
        self.screen_box.setCurrentIndex(self.screen_box.findData(screen.number))
        self.rotation.show_choice(str(screen.rotation))
        self.fit.show_choice(screen.fit)
        if self.size.findData(screen.size) < 0:
            self.size.addItem(f"{screen.size} px", screen.size)
        self.size.setCurrentIndex(self.size.findData(screen.size))
        self.columns.show_value(screen.columns)
        self.rows.show_value(screen.rows)
        self.gamma.show_value(screen.gamma)
        for slider, share in zip(self.edges, screen.soft_edges, strict=True):
            slider.show_value(share)
