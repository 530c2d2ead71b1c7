"""The Variations section: near neighbours of the face on show, in a ring around it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.recipe import Recipe
from studio.gallery.follower import Follower
from studio.gallery.grid_view import GAP, SIDE
from studio.gallery.next_face import variation
from studio.panels.panel import Panel, tool
from studio.scale import Scale
from studio.seed_box import random_seed
from studio.slider import Slider

RADIUS = Scale(0.02, 1.0, 0.25, step=0.05)
MIDDLE = 4
PAUSE_MS = 100  # of the hand on the radius, before eight thumbnails are asked for


class VariationsPanel(Panel):
    """Eight neighbours, each towards a seed of its own. Seeds and radius are the window's, neither undone nor saved."""

    title = "Variations"

    def build(self) -> None:
        self.column.setContentsMargins(0, 0, 8, 0)
        self.seeds = list(range(1001, 1009))
        self.centre: Recipe | None = None  # what the ring is around
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setSpacing(GAP)
        self.faces: list[Follower] = []
        for place in range(9):
            number = place + 1 if place < MIDDLE else place
            name = "The face on show" if place == MIDDLE else f"Variation {number}"
            face = Follower(self.desk.thumbnails, SIDE, name)
            face.setAcceptDrops(False)
            face.clicked.connect(partial(self.go_to, face))
            face.chosen = place == MIDDLE
            grid.addWidget(face, *divmod(place, 3))
            self.faces.append(face)
        grid.setColumnStretch(3, 1)
        self.column.addLayout(grid)
        self.pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.pause.timeout.connect(self.show_ring)
        self.radius = self.radius_slider()
        self.dice = tool("dice", "Eight others (V)")
        self.dice.clicked.connect(self.roll)

    def radius_slider(self) -> Slider:
        """How near; it changes no recipe, so that it is no gesture of the document."""
        slider = Slider("Distance", RADIUS, parent=self)
        slider.setToolTip("How far the neighbours lie from the face on show")
        slider.moved.connect(lambda: self.pause.start())
        slider.refused.connect(self.desk.messages.warn)
        self.column.addWidget(slider)
        return slider

    def header_widgets(self) -> list[QWidget]:
        return [self.dice]

    def show_recipe(self, recipe: Recipe) -> None:
        self.centre = recipe
        self.show_ring()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool = True) -> None:
        if rests and new != self.centre:
            self.show_recipe(new)

    def show_ring(self) -> None:
        """The faces for this centre, these seeds and this radius."""
        model, centre = self.document.model, self.centre
        self.pause.stop()
        # between two models the recipe is still the one before's
        if model is None or centre is None or centre.model not in (None, model.hash):
            return
        seeds = iter(self.seeds)
        for place, face in enumerate(self.faces):
            face.show_recipe(centre if place == MIDDLE else variation(centre, next(seeds), self.radius.value, model))

    def go_to(self, face: Follower) -> None:
        """This one; the ring is around it then."""
        if face.recipe is not None:
            self.document.replace("Variation", face.recipe)

    def roll(self) -> None:
        """Towards eight other seeds."""
        self.seeds = [random_seed() for _ in self.seeds]
        self.show_ring()
