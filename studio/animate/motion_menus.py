"""The menus of the motion as a whole, under the words beside the transport: length, loop, rate, path, noise, sound."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import VisagistError
from engine.timeline.rate import parse_rate
from engine.timeline.values import NoiseMotion, Timeline, Walk
from studio.animate.ask import Number, NumbersDialog, WordDialog, show
from studio.animate.commands import LOOPS, PATHS, Commands
from studio.animate.motion import NOISES
from studio.animate.timecode import read_timecode, timecode
from studio.scale import Scale
from studio.seed_box import random_seed

RATES = ("23.976", "24", "25", "29.97", "30", "50", "59.94", "60")
EVERY = Scale(0.2, 10.0, 2.0, step=0.1, limits=(0.01, 86_400.0), suffix=" s")


class MotionMenus:
    """Each is filled when it opens, with what is now ticked."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        self.commands, self.motion, self.animation = commands, commands.motion, commands.animation
        self.parent = parent

    @property
    def shown(self) -> Timeline:
        """The timeline now."""
        return self.animation.shown

    def fill_duration(self, menu: QMenu) -> None:
        """How long it is."""
        menu.addAction("Length…", self.ask_duration)
        menu.addAction("End at the last key", self.motion.end_at_last_key)
        if self.shown.sound is not None:
            menu.addAction("As long as the sound", self.commands.sounds.as_long)
        menu.addSeparator()
        menu.addAction("Half as fast", partial(self.motion.retime, 2.0))
        menu.addAction("Twice as fast", partial(self.motion.retime, 0.5))

    def fill_loop(self, menu: QMenu) -> None:
        """What follows the end."""
        for loop, (word, tip) in LOOPS.items():
            self.tick(menu, word, tip, loop == self.shown.loop, partial(self.commands.set_loop, loop))

    def fill_rate(self, menu: QMenu) -> None:
        """Frames a second."""
        for text in RATES:
            rate = parse_rate(text)
            self.tick(menu, f"{text} fps", "", rate == self.shown.rate, partial(self.motion.set_rate, rate))
        menu.addSeparator()
        menu.addAction("Other…", self.ask_rate)

    def fill_path(self, menu: QMenu) -> None:
        """The way from face to face, its speed, its noise, and ways that make themselves."""
        recipes = self.shown.recipes
        menu.setToolTipsVisible(True)
        for path, (word, tip) in PATHS.items():
            self.tick(menu, word, tip, path == recipes.path, partial(self.commands.set_path, path))
        menu.addSeparator()
        tip = "The same change in every second, measured on small pictures"
        self.tick(menu, "Even speed", tip, recipes.even, lambda: self.motion.set_even(not recipes.even))
        if recipes.even:
            menu.addAction("Measure the speed again", partial(self.motion.set_even, True))
            one = QAction("One speed throughout", menu, toolTip="Moves the keyframes to where they are reached at it")
            one.triggered.connect(lambda _checked: self.motion.spread())
            one.setEnabled(recipes.pace is not None)
            menu.addAction(one)
        menu.addSeparator()
        self.fill_noise(menu.addMenu("Noise"))
        menu.addAction("Random walk…", self.ask_walk)
        if recipes.walk is not None:
            menu.addAction("No random walk", self.motion.end_walk)
        menu.addAction("Style-mix sweep…", self.ask_sweep)

    def fill_noise(self, menu: QMenu) -> None:
        """What random noise does meanwhile."""
        now = self.shown.recipes.noise
        for kind, (word, tip) in NOISES.items():
            asks = kind in ("drift", "loop")
            press = partial(self.ask_noise, kind) if asks else partial(self.set_noise, kind)
            self.tick(menu, f"{word}…" if asks else word, tip, kind == now.kind, press)
        menu.setToolTipsVisible(True)

    def set_noise(self, kind: str) -> None:
        """A kind that needs no numbers."""
        self.motion.set_noise(NoiseMotion(kind))  # type: ignore[arg-type]

    def fill_sound(self, menu: QMenu) -> None:
        """The sound below."""
        sounds = self.commands.sounds
        if self.shown.sound is None:
            menu.addAction("Add sound…", partial(sounds.ask, self.parent))
            return
        menu.addAction("Other sound…", partial(sounds.ask, self.parent))
        menu.addAction("Begin at the playhead", lambda: sounds.begin_at(self.animation.at))
        menu.addAction("Begin with the timeline", partial(sounds.begin_at, 0.0))
        menu.addAction("Timeline as long as the sound", sounds.as_long)
        menu.addSeparator()
        menu.addAction("Remove sound", sounds.remove)

    def tick(self, menu: QMenu, text: str, tip: str, ticked: bool, press: object) -> None:
        """One of several that may be chosen."""
        action = QAction(text, menu, checkable=True, checked=ticked, toolTip=tip or text)
        action.triggered.connect(lambda _checked: press())  # type: ignore[operator]
        menu.addAction(action)

    # dialogues

    def ask_duration(self) -> None:
        """Type a length."""
        fps = self.shown.fps
        read = partial(read_timecode, fps=fps)
        tip = "Minutes, seconds and frames like 01:30.12, or seconds like 12.5."
        dialog = WordDialog("Length", "Length", timecode(self.shown.duration, fps), read, self.parent, tip)
        show(dialog, self.motion.set_duration)  # type: ignore[arg-type]

    def ask_rate(self) -> None:
        """Type a rate."""

        def read(text: str) -> object:
            try:
                return parse_rate(text)
            except VisagistError as error:
                raise ValueError(str(error)) from error

        dialog = WordDialog("Frames a second", "Rate", f"{float(self.shown.fps):.5g}", read, self.parent)
        show(dialog, self.motion.set_rate)  # type: ignore[arg-type]

    def ask_walk(self) -> None:
        """A walk from face to face."""
        recipe = self.animation.document.recipe
        now = self.shown.recipes.walk or Walk(recipe, random_seed() % 10_000)
        numbers = {
            "every": Number("another face every", EVERY, now.every),
            "radius": Number("how far", Scale(0.0, 1.0, 1.0, step=0.02), now.radius, "Less stays near Explore's face"),
        }
        words = "From face to face for as long as you like, in the place of keyframes. The same seed, the same walk."
        dialog = NumbersDialog("Random walk", words, numbers, self.parent, seed=now.seed, accept="Walk")
        show(
            dialog,
            lambda made: self.motion.random_walk(int(made["seed"]), made["every"], made["radius"], recipe),  # type: ignore[index]
        )

    def ask_sweep(self) -> None:
        """How many style rows at once, and how long."""
        rows = self.animation.style_rows
        numbers = {
            "group": Number("style rows at once", Scale(1, max(rows, 2), 2, step=1, decimals=0), min(2, rows)),
            "seconds": Number("seconds", Scale(1, 60, 8, step=1, decimals=1, limits=(0.1, 3600)), 8.0),
        }
        words = "From the first of two chosen keyframes to the other by their style rows: pose first, colours last."
        dialog = NumbersDialog("Style-mix sweep", words, numbers, self.parent, accept="Sweep")
        show(dialog, lambda made: self.motion.style_sweep(int(made["group"]), made["seconds"]))  # type: ignore[index]

    def ask_noise(self, kind: str) -> None:
        """The numbers of drifting or looping noise."""
        now = self.shown.recipes.noise
        if kind == "drift":
            numbers = {"every": Number("another seed every", EVERY, now.every)}
        else:
            circles = Scale(1, 20, 1, step=1, decimals=0, limits=(1, 10_000))
            numbers = {"circles": Number("whole circles", circles, now.circles, "In the length of the timeline")}

        def take(made: dict[str, float]) -> None:
            changes = {"every": made["every"]} if kind == "drift" else {"circles": int(made["circles"])}
            self.motion.set_noise(NoiseMotion(kind, int(made["seed"]), **changes))  # type: ignore[arg-type]

        dialog = NumbersDialog(
            f"Noise {NOISES[kind][0].lower()}", NOISES[kind][1] + ".", numbers, self.parent, seed=now.seed
        )
        show(dialog, take)  # type: ignore[arg-type]
