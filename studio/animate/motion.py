"""What a person can do with the motion as a whole: its length and rate, walks, sweeps, noise, constant speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject

from engine.recipe import Recipe
from engine.timeline import build, edits, pace
from engine.timeline.rate import Rate
from engine.timeline.values import NoiseMotion, RecipeTrack, Timeline, Walk
from studio.animate.animation import Animation
from studio.animate.pacing import Pacing

if TYPE_CHECKING:
    from studio.animate.commands import Commands

NOISES = {
    "keys": ("As the keyframes say", "Each face with its own noise"),
    "stay": ("Stays", "The noise of the first keyframe, all the time: skin and hair do not flicker"),
    "drift": ("Drifts", "From seed to seed, never the same again"),
    "loop": ("Loops", "A circle through noise that ends where it began, for a perfect loop"),
}


class Motion(QObject):
    """On one animation."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(commands)
        self.animation: Animation = commands.animation
        self.pacing = Pacing(commands.session, self.animation, self)

    def set_duration(self, seconds: float) -> None:
        """Longer, or shorter where nothing stands after the new end."""
        self.animation.edit("Length", lambda timeline: edits.lengthen(timeline, seconds))

    def end_at_last_key(self) -> None:
        """As short as the keys allow."""
        last = max((key.t for key in self.animation.all_keys()), default=0.0)
        if last > 0:
            self.set_duration(last)
        else:
            self.animation.messages.warn("no key stands after the beginning, so there is nothing to end at")

    def retime(self, factor: float) -> None:
        """Slower or faster as a whole."""
        self.animation.edit("Slower" if factor > 1 else "Faster", lambda timeline: edits.retime(timeline, factor))

    def set_rate(self, rate: Rate) -> None:
        """Frames a second."""
        self.animation.edit(
            f"{float(rate.fraction):.5g} frames a second", lambda timeline: replace(timeline, rate=rate)
        )

    def set_noise(self, noise: NoiseMotion) -> None:
        """What random noise does meanwhile."""
        self.recipes(f"Noise: {NOISES[noise.kind][0].lower()}", noise=noise)

    def set_even(self, even: bool) -> None:
        """Constant speed: measured at once, so that it holds for what is seen."""
        if even:
            self.pacing.start()
        else:
            self.pacing.stop()
            self.recipes("Speed as the keyframes say", even=False, pace=None)

    def spread(self) -> None:
        """One speed from beginning to end: the keyframes move to where they are reached at it."""
        self.animation.edit("One speed throughout", pace.spread)

    def random_walk(self, seed: int, every: float, radius: float, base: Recipe) -> None:
        """A walk from face to face in the place of the keyframes."""

        def walk(timeline: Timeline) -> Timeline:
            made = replace(timeline.recipes, keys=(), walk=Walk(base, seed, every, radius), even=False, pace=None)
            return replace(timeline, recipes=made)

        self.animation.edit("Random walk", walk)

    def end_walk(self) -> None:
        """Keyframes again; none to begin with."""
        self.recipes("No random walk", walk=None)

    def style_sweep(self, group: int, seconds: float) -> None:
        """From the first of two chosen keyframes to the other by their style rows; the way there and back."""
        faces = [key.recipe for key in self.animation.shown.recipes.keys]
        chosen = [key.recipe for key in self.animation.shown.recipes.keys if self.is_chosen(key.t)]
        pair = chosen if len(chosen) >= 2 else faces
        if len(pair) < 2:
            self.animation.messages.warn("a sweep goes from one face to another; put two on the timeline first")
            return

        def sweep(timeline: Timeline) -> Timeline:
            rows = self.animation.style_rows
            made = build.style_sweep(pair[0], pair[1], rows, seconds, group=group, rate=timeline.rate)
            kept: RecipeTrack = replace(made.recipes, noise=timeline.recipes.noise)
            fits = (
                edits.lengthen(replace(timeline, recipes=RecipeTrack()), seconds) if not timeline.tracks else timeline
            )
            longer = replace(fits, duration=max(fits.duration, seconds), recipes=kept)
            return replace(longer, loop="ping-pong")

        self.animation.edit("Style-mix sweep", sweep)

    def is_chosen(self, t: float) -> bool:
        """Whether the keyframe at a time is."""
        return edits.KeyAt(edits.RECIPES, t) in self.animation.chosen

    def recipes(self, text: str, **changes: object) -> None:
        """Change fields of the recipe track."""
        self.animation.edit(text, lambda timeline: replace(timeline, recipes=replace(timeline.recipes, **changes)))
