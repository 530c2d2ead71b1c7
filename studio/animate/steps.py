"""Going through a timeline by keyboard: frames, keys and tracks, and the chosen keys moved by small steps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QObject, QTimer

from engine.controls import control_at
from engine.timeline import edits
from engine.timeline.edits import KeyAt
from engine.timeline.values import NEAR, Timeline
from studio.animate.animation import Animation
from studio.animate.curve import number, usual
from studio.animate.drags import near
from studio.animate.player import Player
from studio.animate.timecode import time_of

REST_MS = 400  # after the last press of a key
GRAIN = 50  # presses of a key for a control's usual range


class Steps(QObject):
    """On one animation. Presses that follow each other are one step of undo."""

    def __init__(self, animation: Animation, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.animation, self.player = animation, player
        self.rested = QTimer(self, singleShot=True, interval=REST_MS)
        self.rested.timeout.connect(animation.rest)

    # the playhead

    def step(self, frames: int) -> None:
        """So many frames on."""
        self.player.stop()
        self.animation.go(self.animation.at + time_of(frames, self.animation.fps))

    def home(self) -> None:
        """To the in point."""
        self.player.stop()
        self.animation.go(self.animation.shown.start)

    def end(self) -> None:
        """To the out point."""
        self.player.stop()
        self.animation.go(self.animation.shown.stop)

    def next_key(self) -> None:
        """To the next key or marker."""
        times = self.animation.key_times()
        at = bisect_right(times, self.animation.at + NEAR)
        self.jump(times[at] if at < len(times) else self.animation.shown.stop)

    def previous_key(self) -> None:
        """To the key or marker before."""
        times = self.animation.key_times()
        at = bisect_left(times, self.animation.at - NEAR)
        self.jump(times[at - 1] if at else self.animation.shown.start)

    def jump(self, t: float) -> None:
        """Exactly there."""
        self.player.stop()
        self.animation.go(t, exact=True)

    # the chosen keys

    def other_track(self, down: int) -> None:
        """Choose the key nearest to the playhead on the next track that has one; the playhead goes there."""
        shown = self.animation.shown
        lanes = {edits.RECIPES: [key.t for key in shown.recipes.keys]}
        lanes |= {track.address: [key.t for key in track.keys] for track in shown.tracks}
        names = [name for name, times in lanes.items() if times]
        if not names:
            self.animation.messages.warn("there is no key to choose yet; put a face on the timeline first")
            return
        now = next((key.track for key in self.animation.chosen if key.track in names), None)
        at = 0 if now is None else min(max(names.index(now) + down, 0), len(names) - 1)
        near = min(lanes[names[at]], key=lambda t: abs(t - self.animation.at))
        self.animation.choose({KeyAt(names[at], near)})
        self.jump(near)

    def nudge(self, frames: int) -> None:
        """The chosen keys by a frame."""
        if self.animation.has_chosen("move"):
            chosen, times = self.animation.chosen, [key.t for key in self.animation.chosen]
            wanted = time_of(frames, self.animation.fps)
            by = min(max(wanted, -min(times)), self.animation.shown.duration - max(times))
            if self.animation.edit("Move keys", lambda timeline: edits.move_keys(timeline, chosen, by), moving="nudge"):
                shown = self.animation.shown
                self.animation.choose({near(shown, KeyAt(key.track, key.t + by)) for key in chosen})
                self.rested.start()

    def raise_values(self, steps: int) -> None:
        """The values of chosen keys of controls, by a fiftieth of their range each step."""
        chosen = [key for key in self.animation.chosen if key.track != edits.RECIPES]
        if not chosen:
            self.animation.messages.warn("choose a key of a control first; a face has no value to raise")
            return

        def raised(timeline: Timeline) -> Timeline:
            for place in chosen:
                timeline = with_step(timeline, place, steps)
            return timeline

        if self.animation.edit("Change key", raised, moving="raise"):
            self.rested.start()


def with_step(timeline: Timeline, place: KeyAt, steps: int) -> Timeline:
    """A timeline with one key's value a little higher or lower; a choice goes to the next one."""
    track = edits.track_at(timeline, place.track)
    if track is None:
        return timeline
    control = control_at(place.track)
    low, high = usual(track, None)
    for key in edits.chosen_keys(timeline, [place]):
        value = key.value  # type: ignore[union-attr]
        if control.kind == "choice":
            at = (control.choices.index(value) + steps) % len(control.choices)
            timeline = edits.add_value(timeline, place.track, key.t, control.choices[at])
        else:
            by = steps * (1.0 if control.kind in ("whole", "seed") else (high - low) / GRAIN)
            made = value + steps if control.kind == "seed" else number(value, control) + by
            timeline = edits.add_value(timeline, place.track, key.t, control.kept(made))
    return timeline
