"""The document's timeline as the window works on it: its playhead, the chosen keys, and edits with undo's words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction

from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.project import Board
from engine.recipe import Recipe
from engine.timeline import recipe_at
from engine.timeline.edits import RECIPES, KeyAt, chosen_keys
from engine.timeline.values import NEAR, RecipeTrack, Timeline
from studio.animate.timecode import frame_of, time_of
from studio.document import Document
from studio.messages import Messages
from studio.open_model import OpenModel

THIRTY = Fraction(30)


class Animation(QObject):
    """changed: the timeline is another one, or the face that stands where there is none; moved: the playhead is
    elsewhere; chose: other keys are chosen.
    """

    changed = Signal()
    moved = Signal()
    chose = Signal()

    def __init__(self, document: Document, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.messages = document, messages
        self.at = 0.0  # the playhead, in seconds
        self.resting = True  # whether the hand has let go of the playhead
        self.chosen: frozenset[KeyAt] = frozenset()
        document.board_changed.connect(self.on_board)
        document.model_changed.connect(self.changed)
        document.recipe_changed.connect(self.on_recipe)

    @property
    def timeline(self) -> Timeline | None:
        """What is animated; None until something is."""
        return self.document.board.timeline

    @property
    def shown(self) -> Timeline:
        """The timeline, or an empty one to look at and to begin with."""
        return self.timeline or Timeline(self.style_rows, recipes=RecipeTrack(path="spline"))

    @property
    def style_rows(self) -> int:
        """Of the open model."""
        model: OpenModel | None = self.document.model
        return 1 if model is None else model.style_rows

    @property
    def empty(self) -> bool:
        """Whether there is no face in time yet."""
        recipes = self.shown.recipes
        return not recipes.keys and recipes.walk is None

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return self.shown.fps

    def recipe(self, t: float | None = None) -> Recipe:
        """What is seen at a time, at the playhead by default; where nothing is animated, the face of Explore.

        RecipeError where the timeline cannot be followed.
        """
        return self.document.recipe if self.empty else recipe_at(self.shown, self.at if t is None else t)

    def follow(self, timeline: Timeline, t: float) -> Recipe:
        """What another timeline would show, where it has any face."""
        faces = timeline.recipes
        return recipe_at(timeline, t) if faces.keys or faces.walk is not None else self.document.recipe

    # the playhead

    def go(self, t: float, *, resting: bool = True, exact: bool = False) -> None:
        """Put the playhead on the frame nearest to a time; exact: between frames too."""
        t = min(max(t, 0.0), self.shown.duration)
        if not exact:
            t = min(time_of(frame_of(t, self.fps), self.fps), self.shown.duration)
        if (t, resting) != (self.at, self.resting):
            self.at, self.resting = t, resting
            self.moved.emit()

    # the chosen keys

    def choose(self, keys: Collection[KeyAt]) -> None:
        """These keys and no others."""
        keys = frozenset(keys)
        if keys != self.chosen:
            self.chosen = keys
            self.chose.emit()

    def has_chosen(self, what: str) -> bool:
        """Whether any key is; says so where none is."""
        if not self.chosen:
            self.messages.warn(f"no key is chosen to {what}; click one, or draw a rectangle around several")
        return bool(self.chosen)

    def all_keys(self) -> frozenset[KeyAt]:
        """Every key there is."""
        return keys_of(self.shown)

    def keys_at(self, t: float) -> frozenset[KeyAt]:
        """The keys of all tracks at a time."""
        return frozenset(key for key in self.all_keys() if abs(key.t - t) <= NEAR)

    def key_times(self) -> list[float]:
        """When there is a key or a marker, ascending."""
        shown = self.shown
        times = {key.t for key in shown.recipes.keys} | {mark.t for mark in shown.markers}
        return sorted(times | {key.t for track in shown.tracks for key in track.keys})

    # edits

    def edit(
        self, text: str, change: Callable[[Timeline], Timeline], moving: str | None = None, *, loud: bool = True
    ) -> bool:
        """Put a changed timeline on the board as one step of undo; whether it could be.

        moving: as `Document.arrange` has it. loud: say why where it could not.
        """
        if self.document.model is None:
            self.messages.warn("there is no face to animate yet; open a model first")
            return False
        try:
            made = change(self.shown)
        except VisagistError as error:
            if loud:
                self.messages.warn(str(error))
            return False
        self.document.arrange(text, moving=moving, timeline=made)
        return True

    def rest(self) -> None:
        """The hand let go of what it was moving: the next edit is a step of its own."""
        self.document.rest()
        self.changed.emit()

    def give_up(self, since: int) -> None:
        """The hand gave up what it was moving: as it was at that place of the undo stack."""
        self.document.rest()
        if self.document.stack.index() > since:
            self.document.stack.undo()

    def on_board(self, old: Board, new: Board) -> None:
        if old.timeline != new.timeline:
            there = self.chosen & self.all_keys() if self.chosen else self.chosen
            self.at = min(self.at, self.shown.duration)
            self.choose(there)
            self.changed.emit()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        if self.empty:
            self.changed.emit()


def keys_of(timeline: Timeline) -> frozenset[KeyAt]:
    """Every key of a timeline by its place."""
    faces = [KeyAt(RECIPES, key.t) for key in timeline.recipes.keys]
    return frozenset([*faces, *(KeyAt(track.address, key.t) for track in timeline.tracks for key in track.keys)])


def is_there(timeline: Timeline, key: KeyAt) -> bool:
    """Whether a place names a key."""
    return bool(chosen_keys(timeline, [key]))
