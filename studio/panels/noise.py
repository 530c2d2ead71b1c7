"""The Noise section: which maps the layers add, how much of them, and how much in which block."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QWidget

from engine.checks import SEED_LIMIT
from engine.recipe import Noise, NoiseLevel, Recipe
from studio.choice import Choice, toggle
from studio.icons import icon
from studio.motion import Motion
from studio.open_model import OpenModel
from studio.panels.panel import Panel, tool
from studio.scale import Scale
from studio.seed_box import SeedBox, random_seed
from studio.slider import Slider

MODES = {
    "const": ("Const", "The network's own noise"),
    "random": ("Random", "Noise drawn from a seed"),
    "none": ("None", "No noise"),
}
STRENGTH = Scale(0.0, 3.0, 1.0, origin=1.0, step=0.05, limits=(-100.0, 100.0))
LEVEL = Scale(0.0, 2.0, 1.0, origin=1.0, step=0.05, limits=(-100.0, 100.0))
ANIMATION_MS = 50
PACE = 0.4  # seeds a second


class NoisePanel(Panel):
    """Noise of the recipe."""

    title = "Noise"

    def build(self) -> None:
        self.levels: dict[int, Slider] = {}
        self.back = tool("reset", "The network's own noise")
        self.back.clicked.connect(self.reset)
        self.mode = Choice("Noise", MODES)
        self.mode.chosen.connect(self.set_mode)
        self.animation = Motion(self.document, self.animate_on, ANIMATION_MS, self)
        self.animated = toggle("Animate", "Let random noise move, slowly, until something else is touched")
        self.animated.clicked.connect(self.toggle_animation)
        self.animation.running.connect(self.animated.setChecked)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.mode)
        row.addStretch()
        row.addWidget(self.animated)
        self.column.addLayout(row)
        self.build_seed()
        self.strength = self.slider("strength", STRENGTH, address="noise.strength")
        self.strength.setToolTip("1 is as much as the network learned, 0 none")
        self.strength.moved.connect(lambda value: self.change("Noise strength", "noise strength", strength=value))
        self.unfold = QToolButton(text="Per block", checkable=True)
        self.unfold.setProperty("heading", True)
        self.unfold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.unfold.setIconSize(QSize(10, 10))
        self.unfold.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.unfold.toggled.connect(self.show_blocks)
        fold = QHBoxLayout()
        fold.addWidget(self.unfold)
        fold.addStretch()
        self.column.addLayout(fold)
        self.blocks = QWidget()
        self.grid = QGridLayout(self.blocks)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(18)
        self.grid.setVerticalSpacing(2)
        self.column.addWidget(self.blocks)
        self.show_blocks(False)

    def header_widgets(self) -> list[QWidget]:
        return [self.back]

    def build_seed(self) -> None:
        """One line, there for random noise."""
        self.seed = SeedBox("Seed of the noise")
        self.seed.setToolTip("Seed of the random noise")
        self.seed.changed.connect(self.set_seed)
        self.seed.refused.connect(self.desk.messages.warn)
        self.dice = tool("dice", "Other random noise")
        self.dice.clicked.connect(self.randomise)
        self.seed_row = QWidget()
        row = QHBoxLayout(self.seed_row)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(4)
        row.addWidget(self.seed)
        row.addWidget(self.dice)
        self.column.addWidget(self.seed_row)

    def suits(self, model: OpenModel) -> bool:
        return bool(model.noise_resolutions)

    def show_model(self, model: OpenModel) -> None:
        for slider in self.levels.values():
            slider.setParent(None)
            slider.deleteLater()
        self.levels = {side: self.level_slider(side) for side in model.noise_resolutions}
        for index, slider in enumerate(self.levels.values()):
            self.grid.addWidget(slider, *divmod(index, 2))
        self.unfold.setVisible(bool(self.levels))

    def level_slider(self, side: int) -> Slider:
        """How much of the noise in the layers of one resolution."""
        slider = self.slider(f"{side} px", LEVEL, address=f"noise.level/{side}")
        slider.setToolTip(f"Times the noise in the layers of {side} px")
        slider.moved.connect(lambda value: self.set_level(side, value))
        return slider

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        if old.noise != new.noise:
            self.show_recipe(new)

    def show_recipe(self, recipe: Recipe) -> None:
        noise = recipe.noise
        self.mode.show_choice(noise.mode)
        self.seed.show_seed(noise.seed)
        self.seed_row.setVisible(noise.mode == "random")
        self.strength.show_value(noise.strength)
        self.back.setEnabled(noise != Noise())
        self.strength.setEnabled(noise.mode != "none")
        for side, slider in self.levels.items():
            slider.show_value(noise.level(side))
            slider.setEnabled(noise.mode != "none")

    def show_blocks(self, shown: bool) -> None:
        """Fold the sliders of the blocks out or away."""
        self.unfold.setIcon(icon("unfolded" if shown else "folded"))
        self.unfold.setAccessibleName(f"Noise per block, {'unfolded' if shown else 'folded'}")
        self.unfold.setToolTip(f"{'Hide' if shown else 'Show'} the noise of each block")
        self.blocks.setVisible(shown)

    def change(self, text: str, moving: str | None = None, **changes: object) -> None:
        """Change fields of the noise."""
        self.edit(text, moving=moving, noise=replace(self.recipe.noise, **changes))

    def set_mode(self, mode: str) -> None:
        self.change("Noise", mode=mode)

    def next_mode(self) -> None:
        """const, random, none, and from the beginning."""
        modes = list(MODES)
        self.set_mode(modes[(modes.index(self.recipe.noise.mode) + 1) % len(modes)])

    def set_seed(self, seed: int) -> None:
        self.change("Noise seed", seed=seed, phase=0.0)

    def randomise(self) -> None:
        """Other random noise."""
        self.change("Noise seed", mode="random", seed=random_seed(), phase=0.0)

    def set_level(self, side: int, value: float) -> None:
        levels = {level.resolution: level for level in self.recipe.noise.levels} | {side: NoiseLevel(side, value)}
        kept = tuple(levels[one] for one in sorted(levels) if levels[one].strength != 1)
        self.change(f"Noise at {side} px", f"noise {side}", levels=kept)

    def reset(self) -> None:
        """The network's own noise, as it learned it."""
        self.edit("Reset noise", noise=Noise())

    def toggle_animation(self) -> None:
        """Begin or end the slow change of the noise."""
        if self.animation.is_running:
            self.animation.stop()
        else:
            self.document.rest()
            self.animation.start()

    def animate_on(self, seconds: float) -> bool:
        """A little further on the way from seed to seed."""
        noise = self.recipe.noise
        whole, phase = divmod(noise.phase + seconds * PACE, 1.0)
        seed = (noise.seed + int(whole)) % SEED_LIMIT
        self.change("Animate noise", "noise animation", mode="random", seed=seed, phase=phase)
        return True
