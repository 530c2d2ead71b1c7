"""The Latent section: which face; a seed, or a point between three faces."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtWidgets import QHBoxLayout, QLabel

from engine.checks import SEED_LIMIT
from engine.errors import RecipeError
from engine.recipe import Latent, PlaneLatent, Recipe, SeedLatent, has_z
from studio.choice import Choice, toggle
from studio.motion import Motion
from studio.open_model import OpenModel
from studio.pad import Pad
from studio.panels.label import LabelRow
from studio.panels.panel import Panel, tool
from studio.seed_box import SeedBox, random_seed

PLACES = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))  # of the corners on the plane
DECIMALS = 4  # of x and y
GLIDE_MS, DRIFT_MS = 33, 50
DECAY = 0.35  # seconds in which a walk that was let go loses two thirds of its speed
FLUNG, STILL = 0.2, 0.02  # planes a second: a walk that is let go faster glides on, until it is slower
PACE, HOMING = 0.12, 0.25  # of the drift: planes a second, and the part of its way home that it takes each second
SPACES = {"w": ("w", "A straight line in w"), "z": ("z", "On the sphere of z")}


class LatentPanel(Panel):
    """The seed, its neighbours and the dice; the pad; the label of a conditional model."""

    title = "Latent"

    def build(self) -> None:
        self.speed = (0.0, 0.0)
        self.drifted = 0.0  # seconds
        self.build_seed()
        self.build_pad()
        self.label = LabelRow()
        self.label.chosen.connect(lambda label: self.edit("Label", label=label))
        self.label.hide()
        self.column.addWidget(self.label)

    def build_seed(self) -> None:
        """One line: the seed, the ones beside it, the dice."""
        self.seed = SeedBox("Seed")
        self.seed.setToolTip("Seed of the face: a whole number from 0 to 2^64 - 1")
        self.seed.changed.connect(self.go_to)
        self.seed.refused.connect(self.desk.messages.warn)
        self.previous = tool("previous", "Previous seed (Alt+Left)")
        self.next = tool("next", "Next seed (Alt+Right)")
        self.dice = tool("dice", "Random seed (Space)")
        self.previous.clicked.connect(self.previous_seed)
        self.next.clicked.connect(self.next_seed)
        self.dice.clicked.connect(self.randomise)
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.seed, self.previous, self.next, self.dice):
            row.addWidget(widget)
        self.column.addLayout(row)

    def build_pad(self) -> None:
        """The pad, and below it how it walks."""
        self.pad = Pad(self.desk.thumbnails)
        self.glide = Motion(self.document, self.glide_on, GLIDE_MS, self)
        self.drift = Motion(self.document, self.drift_on, DRIFT_MS, self)
        self.pad.taken.connect(self.stand_still)
        self.pad.moved.connect(self.walk_to)
        self.pad.released.connect(self.let_go)
        self.pad.rested.connect(self.document.rest)
        self.pad.gone_to.connect(self.go_to_corner)
        self.pad.dropped.connect(lambda corner, recipe: self.set_corners({corner: recipe.latent}))
        for index, corner in enumerate(self.pad.corners):
            corner.random_wanted.connect(lambda index=index: self.set_corners({index: SeedLatent(random_seed())}))
            corner.this_wanted.connect(lambda index=index: self.keep_as_corner(index))
        self.space = Choice("Walk in", SPACES)
        self.space.chosen.connect(self.walk_in)
        self.new_corners = tool("dice", "Two other faces to walk to")
        self.new_corners.clicked.connect(self.other_corners)
        self.drifting = toggle("Drift", "A slow walk that goes on until something else is touched")
        self.drifting.clicked.connect(self.toggle_drift)
        self.drift.running.connect(self.drifting.setChecked)
        self.space_word = QLabel("Walk in")
        self.space_word.setProperty("muted", True)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.space_word)
        row.addWidget(self.space)
        row.addStretch()
        row.addWidget(self.new_corners)
        row.addWidget(self.drifting)
        self.column.addSpacing(4)
        self.column.addWidget(self.pad)
        self.column.addLayout(row)

    def show_model(self, model: OpenModel) -> None:
        self.label.classes = model.label_dim
        self.label.setVisible(model.label_dim > 0)
        for widget in (self.space_word, self.space):
            widget.setVisible(model.has_w)

    def show_recipe(self, recipe: Recipe) -> None:
        seed = seed_of(recipe.latent)
        if seed is not None:
            self.seed.show_seed(seed)
        elif isinstance(recipe.latent, PlaneLatent):
            self.seed.show_seed(None, "between faces")
        else:
            self.seed.show_seed(None, "given by its numbers")
        plane = self.plane
        self.pad.show_plane(tuple(Recipe(latent=c, label=recipe.label) for c in plane.corners), plane.x, plane.y)
        self.space.show_choice(plane.space)
        model = self.document.model
        self.show_whether_z(all(map(has_z, plane.corners)) and (model is None or model.has_w))
        self.label.show_label(recipe.label)

    def show_whether_z(self, possible: bool) -> None:
        """Without a z there is no walk in z."""
        button = self.space.buttons["z"]
        button.setEnabled(possible)
        button.setToolTip(SPACES["z"][1] if possible else "A corner is not a seed, so it has no z")

    @property
    def plane(self) -> PlaneLatent:
        """The plane that the recipe lies on, or the one that the pad proposes through it."""
        latent = self.recipe.latent
        if isinstance(latent, PlaneLatent):
            return latent
        return PlaneLatent((latent, *beside(latent)))

    # the seed

    def go_to(self, seed: int) -> None:
        """The face of this seed."""
        self.edit("Seed", latent=SeedLatent(seed))

    def next_seed(self) -> None:
        """The face of the next seed."""
        self.seed.step(1)

    def previous_seed(self) -> None:
        """The face of the seed before."""
        self.seed.step(-1)

    def randomise(self) -> None:
        """Any face."""
        self.go_to(random_seed())

    # the plane

    def walk_to(self, x: float, y: float) -> None:
        """Another point of the plane, as a part of the gesture."""
        plane = replace(self.plane, x=round(x, DECIMALS), y=round(y, DECIMALS))
        self.edit("Walk", moving="pad", latent=plane)

    def go_to_corner(self, index: int) -> None:
        """The face of a corner."""
        x, y = PLACES[index]
        if (self.plane.x, self.plane.y) != (x, y):
            self.edit("Corner", latent=replace(self.plane, x=x, y=y))

    def first_corner(self) -> None:
        """Where the walk began."""
        self.go_to_corner(0)

    def other_corners(self) -> None:
        """Two other faces to walk to."""
        self.set_corners({1: SeedLatent(random_seed()), 2: SeedLatent(random_seed())})

    def keep_as_corner(self, index: int) -> None:
        """The face on show becomes a corner, and the handle goes there."""
        self.set_corners({index: self.recipe.latent}, PLACES[index])

    def set_corners(self, chosen: dict[int, Latent], at: tuple[float, float] | None = None) -> None:
        """Other corners; a plane that one of them cannot be walked to in z is walked in w."""
        plane = self.plane
        x, y = at or (plane.x, plane.y)
        corners = tuple(chosen.get(index, corner) for index, corner in enumerate(plane.corners))
        space = plane.space if all(map(has_z, corners)) else "w"
        self.try_edit("Corner", lambda: PlaneLatent(corners, x, y, space))

    def walk_in(self, space: str) -> None:
        """Walk the same plane in the other space."""
        self.edit(f"Walk in {space}", latent=replace(self.plane, space=space))

    def other_space(self) -> None:
        """From w to z, and back."""
        if self.plane.space == "z" or self.space.buttons["z"].isEnabled():
            self.walk_in("w" if self.plane.space == "z" else "z")

    def try_edit(self, text: str, make: Callable[[], Latent]) -> None:
        """Change the latent, or say in one sentence why this model cannot follow."""
        try:
            recipe = replace(self.recipe, latent=make())
            if self.document.model is not None:
                self.document.model.check(recipe)
        except RecipeError as error:
            self.desk.messages.fail(text, error)
        else:
            self.document.replace(text, recipe)

    # walks that go on by themselves

    def stand_still(self) -> None:
        """The hand is there."""
        self.glide.stop()
        self.drift.stop()

    def let_go(self, across: float, down: float) -> None:
        """Glide on and slow down, where the hand was moving and things may move by themselves."""
        self.speed = (across, down)
        if math.hypot(across, down) > FLUNG and not self.desk.settings.reduces_motion():
            self.glide.start()
        else:
            self.document.rest()

    def glide_on(self, seconds: float) -> bool:
        """A step of the walk that was let go; the same undo step as the drag."""
        before = self.recipe.latent
        share = math.exp(-seconds / DECAY)
        reach = DECAY * (1 - share)  # of a speed that dies away
        self.walk_on(self.speed[0] * reach, self.speed[1] * reach)
        self.speed = (self.speed[0] * share, self.speed[1] * share)
        return math.hypot(*self.speed) > STILL and (seconds == 0 or self.recipe.latent != before)

    def toggle_drift(self) -> None:
        """Begin or end the slow walk."""
        if self.drift.is_running:
            self.drift.stop()
        else:
            self.document.rest()
            self.drift.start()

    def drift_on(self, seconds: float) -> bool:
        """A step of the slow walk: a heading that keeps turning, and a pull towards the middle of the triangle."""
        self.drifted += seconds
        heading = 0.5 * self.drifted + 1.7 * math.sin(0.31 * self.drifted)
        home = [seconds * HOMING * (1 / 3 - place) for place in (self.plane.x, self.plane.y)]
        self.walk_on(
            seconds * PACE * math.cos(heading) + home[0],
            seconds * PACE * math.sin(heading) + home[1],
        )
        return True

    def walk_on(self, across: float, down: float) -> None:
        """So much further, as far as the pad goes."""
        plane = self.plane
        self.walk_to(*self.pad.triangle.kept(plane.x + across, plane.y + down))


def seed_of(latent: Latent) -> int | None:
    """The seed of a latent that is one, or that lies exactly on a corner that is one."""
    if isinstance(latent, PlaneLatent) and (latent.x, latent.y) in PLACES:
        return seed_of(latent.corners[PLACES.index((latent.x, latent.y))])
    return latent.seed if isinstance(latent, SeedLatent) else None


def beside(latent: Latent) -> tuple[Latent, Latent]:
    """Two faces to walk to, until someone chooses others."""
    first = latent.seed if isinstance(latent, SeedLatent) else 0
    return SeedLatent((first + 1) % SEED_LIMIT), SeedLatent((first + 2) % SEED_LIMIT)
