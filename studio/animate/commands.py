"""What a person can do with the timeline: the handlers of its menu. Each edit is one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.recipe import Recipe
from engine.timeline import edits
from engine.timeline.easings import Easing
from engine.timeline.edits import RECIPES, Clip, KeyAt
from engine.timeline.values import NEAR, Loop, Path, RecipeKey, Timeline
from studio.animate.animation import Animation
from studio.animate.motion import Motion
from studio.animate.player import Player
from studio.animate.sounds import Sounds
from studio.animate.speaker import Speaker
from studio.animate.steps import Steps
from studio.animate.timecode import timecode
from studio.animate.tracks import Tracks
from studio.gallery.next_face import arriving
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.session import Session

STEP_S = 2.0  # from the last keyframe to one that is put behind it
LOOPS: dict[Loop, tuple[str, str]] = {
    "none": ("Once", "From the first keyframe to the last"),
    "loop": ("Loop", "From the last keyframe back to the first, without a seam"),
    "ping-pong": ("Ping-pong", "Forwards and back"),
}
PATHS: dict[Path, tuple[str, str]] = {
    "spline": ("Smooth", "A cubic through all faces in w, without a corner at any"),
    "line": ("Straight", "A straight line in w+ from face to face"),
    "sphere": ("Spherical", "On the sphere of z, where both faces have a z: through faces as likely as they"),
}


class Commands(QObject):
    """On the animation of a session; what needs the page or a dialogue is with the page.

    explore_wanted: a face went to Explore, to be shaped there.
    """

    explore_wanted = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.document, self.messages = session.document, session.messages
        self.animation = Animation(session.document, session.messages, self)
        self.player = Player(self.animation, self)
        self.tracks = Tracks(self.animation, self)
        self.motion = Motion(self)
        self.sounds = Sounds(session, self.animation, self)
        self.speaker = Speaker(session, settings, self.player, self)
        self.steps = Steps(self.animation, self.player, self)
        self.clip = Clip()

    # keyframes

    def add_key(self) -> None:
        """The face of Explore at the playhead."""
        self.put_face(self.document.recipe, self.animation.at)

    def append_key(self) -> None:
        """The face of Explore behind the last keyframe."""
        before = len(self.animation.shown.recipes.keys)
        self.append_face(self.document.recipe)
        keys = self.animation.shown.recipes.keys
        if len(keys) > before:
            self.messages.note(f"Keyframe {len(keys)} stands at {timecode(keys[-1].t, self.animation.fps)}")

    def append_face(self, recipe: Recipe) -> None:
        """A face behind the last keyframe; the first one stands at the beginning."""
        keys = self.animation.shown.recipes.keys
        self.put_face(arriving(self.document.recipe, recipe), keys[-1].t + STEP_S if keys else 0.0)

    def drop_face(self, recipe: Recipe, t: float) -> None:
        """A face that was carried to a time."""
        self.put_face(arriving(self.document.recipe, recipe), t)

    def put_face(self, recipe: Recipe, t: float) -> None:
        """A keyframe; the playhead goes there."""
        model = self.document.model
        known = [key.t for key in self.animation.shown.recipes.keys if abs(key.t - t) <= NEAR]
        text, t = ("Change keyframe", known[0]) if known else ("Add keyframe", t)

        def put(timeline: Timeline) -> Timeline:
            assert model is not None
            return edits.add_key(timeline, t, model.accept(recipe))

        if self.animation.edit(text, put):
            self.animation.choose({KeyAt(RECIPES, t)})
            self.animation.go(t, exact=True)

    def key_seen(self) -> None:
        """What is seen at the playhead becomes a keyframe of its own."""
        if self.animation.empty:
            self.add_key()
            return
        try:
            recipe = self.animation.recipe()
        except VisagistError as error:
            self.messages.warn(str(error))
        else:
            self.put_face(recipe, self.animation.at)

    def update_keys(self) -> None:
        """The face of Explore takes the place of the chosen keyframes'."""
        chosen = self.chosen_faces()
        recipe = self.document.recipe
        if not chosen:
            self.messages.warn("choose a keyframe first; the face of Explore then takes its place")
            return

        def update(timeline: Timeline) -> Timeline:
            for key in chosen:
                timeline = edits.add_key(timeline, key.t, recipe)
            return timeline

        self.animation.edit("Change keyframe", update)

    def open_face(self, recipe: Recipe) -> None:
        """The face of a keyframe in Explore, to be shaped further; Ctrl+U puts it back."""
        self.document.replace("Open keyframe", recipe)
        self.explore_wanted.emit()

    def chosen_faces(self) -> list[RecipeKey]:
        """The chosen keyframes, by time."""
        times = {key.t for key in self.animation.chosen if key.track == RECIPES}
        return [key for key in self.animation.shown.recipes.keys if key.t in times]

    # any keys

    def delete(self) -> None:
        """The chosen keys."""
        if self.animation.has_chosen("delete"):
            chosen = self.animation.chosen
            self.animation.edit("Delete keys", lambda timeline: edits.delete_keys(timeline, chosen))

    def copy(self) -> None:
        """Keep the chosen keys to paste them."""
        if self.animation.has_chosen("copy"):
            self.clip = edits.copy_keys(self.animation.shown, self.animation.chosen)

    def cut(self) -> None:
        """Keep them, and take them away."""
        if self.animation.has_chosen("cut"):
            self.copy()
            self.delete()

    def paste(self) -> None:
        """What was copied, from the playhead on."""
        clip, at = self.clip, self.animation.at
        if not clip.recipes and not clip.values:
            self.messages.warn("no keys were copied; choose some and press Ctrl+C first")
            return
        if self.animation.edit("Paste keys", lambda timeline: edits.paste(timeline, clip, at)):
            times = [(RECIPES, key.t) for key in clip.recipes]
            times += [(track, key.t) for track, keys in clip.values.items() for key in keys]
            there = self.animation.all_keys()
            self.animation.choose(
                {key for key in there if any(key.track == track and abs(key.t - t - at) <= NEAR for track, t in times)}
            )

    def choose_all(self) -> None:
        """Every key."""
        self.animation.choose(self.animation.all_keys())

    def choose_here(self) -> None:
        """The keys at the playhead."""
        keys = self.animation.keys_at(self.animation.at)
        if keys:
            self.animation.choose(keys)
        else:
            self.messages.warn("no key stands at the playhead; Page Up and Page Down go from one to the next")

    def ease(self, easing: Easing) -> None:
        """How the chosen keys are left."""
        if self.animation.has_chosen("ease"):
            chosen = self.animation.chosen
            self.animation.edit("Easing", lambda timeline: edits.ease_keys(timeline, chosen, easing))

    # the timeline as a whole

    def set_in(self) -> None:
        """What is played and rendered begins at the playhead."""
        at = self.animation.at
        if at < self.animation.shown.stop:
            self.animation.edit("Set in point", lambda timeline: replace(timeline, start=at))
        else:
            self.messages.warn("the in point must lie before the out point; move the playhead to the left")

    def set_out(self) -> None:
        """It ends at the playhead."""
        at, shown = self.animation.at, self.animation.shown
        if at > shown.start:
            end = None if at >= shown.duration else at
            self.animation.edit("Set out point", lambda timeline: replace(timeline, end=end))
        else:
            self.messages.warn("the out point must lie after the in point; move the playhead to the right")

    def clear_ends(self) -> None:
        """All of it is played and rendered."""
        self.animation.edit("No in and out points", lambda timeline: replace(timeline, start=0.0, end=None))

    def mark(self) -> None:
        """A marker at the playhead, or none where there is one."""
        at = self.animation.at
        if any(abs(marker.t - at) <= NEAR for marker in self.animation.shown.markers):
            self.animation.edit("Remove marker", lambda timeline: edits.unmark(timeline, at))
        else:
            self.animation.edit("Add marker", lambda timeline: edits.mark(timeline, at))

    def set_loop(self, loop: Loop) -> None:
        """What follows the end."""

        def looped(timeline: Timeline) -> Timeline:
            return edits.close(timeline) if loop == "loop" else replace(timeline, loop=loop)

        self.animation.edit(f"Motion: {LOOPS[loop][0].lower()}", looped)

    def set_path(self, path: Path) -> None:
        """The way from face to face."""

        def along(timeline: Timeline) -> Timeline:
            recipes = replace(timeline.recipes, path=path, pace=None)  # what was measured was another way
            return replace(timeline, recipes=recipes)

        self.animation.edit(f"Path: {PATHS[path][0].lower()}", along)
