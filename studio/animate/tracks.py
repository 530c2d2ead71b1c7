"""What a person can do with the tracks of single controls; each edit is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from engine.controls import Value, control_at, controls_of, get
from engine.errors import VisagistError
from engine.recipe import DirectionAmount
from engine.timeline import edits
from engine.timeline.edits import KeyAt
from engine.timeline.sound import Drive
from engine.timeline.values import ControlTrack, Timeline, Wander
from studio.animate.animation import Animation
from studio.animate.curve import value_of
from studio.animate.lanes import title_of
from studio.animate.timecode import timecode


class Tracks(QObject):
    """On one animation."""

    def __init__(self, animation: Animation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.animation = animation

    def offer(self, menu: QMenu, address: str, move: DirectionAmount | None) -> None:
        """Add to the menu of a control's slider in Explore."""
        menu.addSeparator()
        at = timecode(self.animation.at, self.animation.fps)
        menu.addAction(f"Add keyframe at {at}", lambda: self.add_from_explore(address, move))

    def add_from_explore(self, address: str, move: DirectionAmount | None) -> None:
        """A key at the playhead with the value that the control has in Explore."""
        value = get(self.animation.document.recipe, address)
        if self.add_key(address, self.animation.at, value, move):
            name = move.name if move is not None else control_at(address).title
            self.animation.messages.note(f"{name} has a key at {timecode(self.animation.at, self.animation.fps)}")

    def add_track(self, address: str, move: DirectionAmount | None = None) -> None:
        """A track for a control: its first key stands at the playhead and changes nothing yet."""
        try:
            value = get(self.animation.recipe(), address)
        except VisagistError as error:
            self.animation.messages.warn(str(error))
        else:
            self.add_key(address, self.animation.at, value, move)

    def add_key(self, address: str, t: float, value: Value, move: DirectionAmount | None = None) -> bool:
        """A key of a control; where nothing is animated yet, the face of Explore stands at the beginning."""
        recipe = self.animation.document.recipe

        def put(timeline: Timeline) -> Timeline:
            if not timeline.recipes.keys and timeline.recipes.walk is None:
                timeline = edits.add_key(timeline, 0.0, recipe)
            return edits.add_value(timeline, address, t, value, move=move)

        if not self.animation.edit("Add key", put):
            return False
        self.animation.choose({KeyAt(address, t)})
        return True

    def key_on_curve(self, address: str, t: float) -> None:
        """A key where the curve of a track is at a time, so that nothing changes yet."""
        shown = self.animation.shown
        track = edits.track_at(shown, address)
        if track is None:
            return
        control = control_at(address)
        if not track.keys:
            try:
                value = get(self.animation.follow(edits.remove_track(shown, address), t), address)
            except VisagistError as error:
                self.animation.messages.warn(str(error))
                return
        elif control.kind in ("number", "whole"):
            value = control.kept(value_of(shown, replace(track, wander=None, drive=None), t))
        else:
            value = self.held(track, t)
        self.add_key(address, t, value, track.move)

    def held(self, track: ControlTrack, t: float) -> Value:
        """The value of the key before a time, for what jumps."""
        before = [key.value for key in track.keys if key.t <= t]
        return before[-1] if before else track.keys[0].value

    def set_value(self, keys: list[KeyAt], value: Value) -> None:
        """The same value for some keys of one track."""

        def put(timeline: Timeline) -> Timeline:
            for key in keys:
                timeline = edits.add_value(timeline, key.track, key.t, control_at(key.track).kept(value))
            return timeline

        self.animation.edit("Change key", put)

    def remove(self, address: str) -> None:
        """The whole track."""
        track = edits.track_at(self.animation.shown, address)
        if track is not None:
            words = f"Remove track {title_of(track)}"
            self.animation.edit(words, lambda timeline: edits.remove_track(timeline, address))

    def toggle(self, address: str) -> None:
        """Leave a track out, or let it count again."""
        self.change(address, "Track on or off", lambda track: replace(track, enabled=not track.enabled))

    def set_path(self, address: str, path: str) -> None:
        """Straight from key to key, or a smooth curve through all."""
        self.change(address, "Path of a track", lambda track: replace(track, path=path))

    def set_wander(self, address: str, wander: Wander | None) -> None:
        """A random walk on top of the keys, or none."""
        self.change(address, "Random walk" if wander else "No random walk", partial(with_part, wander=wander))

    def set_drive(self, address: str, drive: Drive | None) -> None:
        """What the sound adds, or nothing."""
        self.change(address, "Drive by the sound" if drive else "No drive", partial(with_part, drive=drive))

    def change(self, address: str, text: str, change: Callable[[ControlTrack], ControlTrack]) -> None:
        """Put another track in its place."""

        def put(timeline: Timeline) -> Timeline:
            track = edits.track_at(timeline, address)
            return timeline if track is None else edits.put_track(timeline, change(track))

        self.animation.edit(text, put)

    def addresses(self) -> list[tuple[str, str]]:
        """Addresses and titles of controls that have no track yet; directions come from the model."""
        shown, document = self.animation.shown, self.animation.document
        known = {track.address for track in shown.tracks}
        if document.model is None or not document.model.growth_sides:
            known.add("growth")
        faces = [key.recipe for key in shown.recipes.keys]
        recipe = shown.recipes.walk.base if shown.recipes.walk else next(iter(faces), document.recipe)
        return [
            (one.address, one.title)
            for one in controls_of(recipe)
            if one.address not in known and not one.address.startswith(("direction/", "latent."))
        ]


def with_part(track: ControlTrack, **part: Wander | Drive | None) -> ControlTrack:
    """A track with another random walk or drive."""
    return replace(track, **part)
