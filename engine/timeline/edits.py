"""Edits of a timeline as plain functions: each gives another timeline, so that undo costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.controls import Value
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.timeline.easings import LINEAR, Easing
from engine.timeline.values import NEAR, ControlTrack, Marker, RecipeKey, Timeline, ValueKey

Key = TypeVar("Key", RecipeKey, ValueKey)
AnyKey = RecipeKey | ValueKey
RECIPES = ""  # the recipe track's address
SnapTo = Literal["frames", "keys", "markers", "beats", "onsets"]


class KeyAt(NamedTuple):
    """Which key: the address of its track, "" for the recipe track, and its time."""

    track: str
    t: float


class Change(Protocol):
    """What an edit does to the keys of any track: all of them, and the chosen ones -> all of them afterwards."""

    def __call__(self, keys: tuple[Key, ...], these: Sequence[Key], /) -> tuple[Key, ...]: ...


class Clip(Struct, frozen=True, forbid_unknown_fields=True):
    """Copied keys, their times counted from the earliest of them; moves: what directions their tracks mean."""

    recipes: tuple[RecipeKey, ...] = ()
    values: dict[str, tuple[ValueKey, ...]] = {}
    moves: dict[str, DirectionAmount] = {}


def add_key(timeline: Timeline, t: float, recipe: Recipe, easing: Easing = LINEAR) -> Timeline:
    """A keyframe; one that stands at this time already gets the recipe and keeps its easing."""
    known = next((key for key in timeline.recipes.keys if abs(key.t - t) <= NEAR), None)
    key = RecipeKey(known.t, recipe, known.easing) if known else RecipeKey(t, recipe, easing)
    return reaching(timeline, t, lambda longer: with_recipes(longer, with_keys(longer.recipes.keys, [key])))


def add_value(
    timeline: Timeline,
    address: str,
    t: float,
    value: Value,
    easing: Easing = LINEAR,
    move: DirectionAmount | None = None,
) -> Timeline:
    """A key of a control, on its track or on a new one."""
    track = track_at(timeline, address) or ControlTrack(address, move=move)
    known = next((key for key in track.keys if abs(key.t - t) <= NEAR), None)
    key = ValueKey(known.t, value, known.easing) if known else ValueKey(t, value, easing)
    made = replace(track, keys=with_keys(track.keys, [key]))
    return reaching(timeline, t, lambda longer: put_track(longer, made))


def put_track(timeline: Timeline, track: ControlTrack) -> Timeline:
    """A track in the place of the one with its address, or after the others."""
    tracks = timeline.tracks
    if track_at(timeline, track.address) is None:
        return replace(timeline, tracks=(*tracks, track))
    return replace(timeline, tracks=tuple(track if one.address == track.address else one for one in tracks))


def remove_track(timeline: Timeline, address: str) -> Timeline:
    """Without the track of a control."""
    return replace(timeline, tracks=tuple(one for one in timeline.tracks if one.address != address))


def delete_keys(timeline: Timeline, chosen: Collection[KeyAt]) -> Timeline:
    """Without some keys; a track that they were all of goes with them, unless something else moves it."""
    made = on_keys(timeline, chosen, lambda keys, these: tuple(key for key in keys if key not in these))
    before = {track.address for track in timeline.tracks if track.keys}
    tracks = [
        track for track in made.tracks if track.keys or track.wander or track.drive or track.address not in before
    ]
    return replace(made, tracks=tuple(tracks))


def move_keys(timeline: Timeline, chosen: Collection[KeyAt], seconds: float) -> Timeline:
    """Keys earlier or later, all by as much, none before 0 or after the end; what they land on gives way."""
    times = [key.t for key in chosen_keys(timeline, chosen)]
    if not times:
        return timeline
    by = min(max(seconds, -min(times)), timeline.duration - max(times))

    def moved(keys: tuple[Key, ...], these: Sequence[Key]) -> tuple[Key, ...]:
        return with_keys(
            [key for key in keys if key not in these], [replace(key, t=max(0.0, key.t + by)) for key in these]
        )

    return on_keys(timeline, chosen, moved)


def ease_keys(timeline: Timeline, chosen: Collection[KeyAt], easing: Easing) -> Timeline:
    """How some keys are left."""

    def with_easing(keys: tuple[Key, ...], these: Sequence[Key]) -> tuple[Key, ...]:
        return tuple(replace(key, easing=easing) if key in these else key for key in keys)

    return on_keys(timeline, chosen, with_easing)


def copy_keys(timeline: Timeline, chosen: Collection[KeyAt]) -> Clip:
    """Keys to paste elsewhere, or on another timeline."""
    keys = chosen_keys(timeline, chosen)
    if not keys:
        raise RecipeError("no key is chosen; choose one to copy")
    start = min(key.t for key in keys)

    def from_start(keys: tuple[Key, ...], address: str) -> tuple[Key, ...]:
        return tuple(replace(key, t=key.t - start) for key in picked(keys, address, chosen))

    tracks = {track.address: track for track in timeline.tracks}
    values = {address: from_start(track.keys, address) for address, track in tracks.items()}
    values = {address: keys for address, keys in values.items() if keys}
    moves = {address: move for address in values if (move := tracks[address].move) is not None}
    return Clip(from_start(timeline.recipes.keys, RECIPES), values, moves)


def paste(timeline: Timeline, clip: Clip, t: float) -> Timeline:
    """Copied keys from a time on; what stands at their times gives way, and the timeline grows where they need it."""

    def at(keys: Sequence[Key]) -> list[Key]:
        return [replace(key, t=key.t + t) for key in keys]

    def pasted(made: Timeline) -> Timeline:
        if clip.recipes:
            made = with_recipes(made, with_keys(made.recipes.keys, at(clip.recipes)))
        for address, keys in clip.values.items():
            track = track_at(made, address) or ControlTrack(address, move=clip.moves.get(address))
            made = put_track(made, replace(track, keys=with_keys(track.keys, at(keys))))
        return made

    last = max([key.t for key in clip.recipes] + [key.t for keys in clip.values.values() for key in keys], default=0.0)
    return reaching(timeline, t + last, pasted)


def retime(timeline: Timeline, factor: float) -> Timeline:
    """Everything slower (above 1) or faster: keys, markers, in and out points. The sound stays as it is."""

    def slower(keys: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(replace(key, t=key.t * factor) for key in keys)

    return replace(
        timeline,
        duration=timeline.duration * factor,
        recipes=replace(timeline.recipes, keys=slower(timeline.recipes.keys)),
        tracks=tuple(replace(track, keys=slower(track.keys)) for track in timeline.tracks),
        start=timeline.start * factor,
        end=None if timeline.end is None else timeline.end * factor,
        markers=tuple(replace(marker, t=marker.t * factor) for marker in timeline.markers),
    )


def lengthen(timeline: Timeline, duration: float) -> Timeline:
    """Another duration; RecipeError where a key would stand after it. In and out points stay within."""
    start = timeline.start if timeline.start < duration else 0.0
    end = None if timeline.end is None or timeline.end >= duration else timeline.end
    kept = tuple(marker for marker in timeline.markers if marker.t <= duration)
    return replace(timeline, duration=duration, start=start, end=end, markers=kept)


def close(timeline: Timeline) -> Timeline:
    """As a loop with time for the way back: where the last keyframe stands at the end, the mean way's time is added."""
    keys = timeline.recipes.keys
    looped = timeline
    if len(keys) > 1 and keys[0].t + timeline.duration - keys[-1].t < NEAR and keys[0].recipe != keys[-1].recipe:
        looped = lengthen(timeline, timeline.duration + (keys[-1].t - keys[0].t) / (len(keys) - 1))
    return replace(looped, loop="loop")


def mark(timeline: Timeline, t: float, name: str = "") -> Timeline:
    """A marker; one that stands at this time already gets the name."""
    others = [marker for marker in timeline.markers if abs(marker.t - t) > NEAR]
    return replace(timeline, markers=tuple(sorted([*others, Marker(t, name)], key=lambda marker: marker.t)))


def unmark(timeline: Timeline, t: float) -> Timeline:
    """Without the marker at a time."""
    return replace(timeline, markers=tuple(marker for marker in timeline.markers if abs(marker.t - t) > NEAR))


def snapped(timeline: Timeline, t: float, to: Collection[SnapTo], within: float) -> float:
    """The nearest place to snap to at most `within` seconds away, else the time itself."""
    places = [place for what in to for place in places_of(timeline, what, t) if 0 <= place <= timeline.duration]
    best = min(places, key=lambda place: abs(place - t), default=t)
    return best if abs(best - t) <= within else t


def places_of(timeline: Timeline, what: SnapTo, t: float) -> Sequence[float]:
    """Where one can snap to; of frames, those beside a time."""
    if what == "frames":
        fps = timeline.fps
        return [float(round(t * fps) / fps)]
    if what == "keys":
        values = [key.t for track in timeline.tracks for key in track.keys]
        return [*(key.t for key in timeline.recipes.keys), *values]
    if what == "markers":
        return [marker.t for marker in timeline.markers]
    if timeline.sound is None:
        return []
    times = timeline.sound.beats if what == "beats" else timeline.sound.onsets
    return [timeline.sound.starts + time for time in times]


def track_at(timeline: Timeline, address: str) -> ControlTrack | None:
    """The track of a control."""
    return next((track for track in timeline.tracks if track.address == address), None)


def chosen_keys(timeline: Timeline, chosen: Collection[KeyAt]) -> list[AnyKey]:
    """The keys themselves; one that is not there is not chosen."""
    recipes = picked(timeline.recipes.keys, RECIPES, chosen)
    return [*recipes, *(key for track in timeline.tracks for key in picked(track.keys, track.address, chosen))]


def picked(keys: Sequence[Key], address: str, chosen: Collection[KeyAt]) -> list[Key]:
    """Those of one track's keys that are chosen."""
    times = [one.t for one in chosen if one.track == address]
    return [key for key in keys if any(abs(key.t - t) <= NEAR for t in times)]


def on_keys(timeline: Timeline, chosen: Collection[KeyAt], change: Change) -> Timeline:
    """Change the keys of each track that has chosen ones."""
    made = timeline
    these = picked(timeline.recipes.keys, RECIPES, chosen)
    if these:
        made = with_recipes(made, change(timeline.recipes.keys, these))
    for track in timeline.tracks:
        values = picked(track.keys, track.address, chosen)
        if values:
            made = put_track(made, replace(track, keys=change(track.keys, values)))
    return made


def with_recipes(timeline: Timeline, keys: tuple[RecipeKey, ...]) -> Timeline:
    """With other keyframes; what was measured of the ways is forgotten where they are others."""
    old = timeline.recipes
    same = [key.recipe for key in old.keys] == [key.recipe for key in keys]
    walk = None if keys else old.walk
    return replace(timeline, recipes=replace(old, keys=keys, walk=walk, pace=old.pace if same else None))


def with_keys(keys: Sequence[Key], new: Sequence[Key]) -> tuple[Key, ...]:
    """Keys in the order of their times, new ones in the place of those at the same time."""
    made: list[Key] = [key for key in keys if all(abs(key.t - one.t) > NEAR for one in new)]
    made.extend(new)
    return tuple(sorted(made, key=lambda key: key.t))


def reaching(timeline: Timeline, t: float, edit: Callable[[Timeline], Timeline]) -> Timeline:
    """An edit on a timeline that is long enough for a time."""
    return edit(timeline if t <= timeline.duration + NEAR else replace(timeline, duration=t))
