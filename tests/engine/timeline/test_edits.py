"""Edits give another timeline and leave the old one as it was."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.timeline import Timeline, recipe_at
from engine.timeline.build import random_walk, style_sweep, through
from engine.timeline.easings import HOLD, Ease
from engine.timeline.edits import (
    KeyAt,
    add_key,
    add_value,
    close,
    copy_keys,
    delete_keys,
    ease_keys,
    lengthen,
    mark,
    move_keys,
    paste,
    retime,
    snapped,
    track_at,
    unmark,
)
from engine.timeline.rate import Rate
from engine.timeline.sound import Drive, Sound
from engine.timeline.values import ControlTrack, Pace

A, B, C, D = (Recipe(latent=SeedLatent(seed)) for seed in range(4))
EMPTY = Timeline(8)
THREE = through([A, B, C], 4.0, 8)
SMILE = DirectionAmount("Smile", "0123456789abcdef", 0.0, (0, 1))


def times(timeline: Timeline, address: str = "") -> list[float]:
    track = track_at(timeline, address) if address else timeline.recipes
    return [key.t for key in track.keys] if track else []


def seeds(timeline: Timeline) -> list[int]:
    return [key.recipe.latent.seed for key in timeline.recipes.keys]


def test_keys_are_added_in_order_and_one_at_the_same_time_gives_way_but_for_its_easing():
    made = add_key(add_key(add_key(EMPTY, 5.0, B), 1.0, A, HOLD), 25.0, C)
    assert (times(made), seeds(made), made.duration) == ([1.0, 5.0, 25.0], [0, 1, 2], 25.0)
    again = add_key(made, 1.0, D)
    assert (seeds(again), again.recipes.keys[0].easing) == ([3, 1, 2], HOLD)
    assert EMPTY.recipes.keys == ()
    values = add_value(add_value(made, "truncation.psi", 2.0, 0.5), "truncation.psi", 1.0, 0.1)
    assert times(values, "truncation.psi") == [1.0, 2.0]
    smiling = add_value(values, "direction/Smile", 30.0, 1.0, move=SMILE)
    assert (len(smiling.tracks), smiling.duration) == (2, 30.0)


def test_keys_are_moved_together_and_stay_on_the_timeline():
    made = add_value(THREE, "view.x", 2.0, 0.1)
    moved = move_keys(made, [KeyAt("", 2.0), KeyAt("view.x", 2.0)], 1.0)
    assert (times(moved), times(moved, "view.x")) == ([0.0, 3.0, 4.0], [3.0])
    assert times(move_keys(made, [KeyAt("", 2.0), KeyAt("view.x", 2.0)], -99)) == [0.0, 4.0]
    assert seeds(move_keys(THREE, [KeyAt("", 2.0)], -99)) == [1, 2]
    assert times(move_keys(THREE, [KeyAt("", 0.0), KeyAt("", 2.0)], 99)) == [2.0, 4.0]
    assert seeds(move_keys(THREE, [KeyAt("", 0.0), KeyAt("", 2.0)], 99)) == [0, 1]
    assert seeds(move_keys(THREE, [KeyAt("", 0.0)], 3.0)) == [1, 0, 2]
    assert move_keys(THREE, [KeyAt("", 1.0)], 1.0) == THREE


def test_deleting_the_last_key_of_a_track_deletes_the_track_unless_a_sound_moves_it():
    made = add_value(THREE, "view.x", 2.0, 0.1)
    assert delete_keys(made, [KeyAt("view.x", 2.0)]) == THREE
    driven = replace(made, tracks=(replace(made.tracks[0], drive=Drive()), ControlTrack("view.y")))
    left = delete_keys(driven, [KeyAt("view.x", 2.0)])
    assert [track.address for track in left.tracks] == ["view.x", "view.y"]
    assert seeds(delete_keys(made, [KeyAt("", 0.0), KeyAt("", 4.0)])) == [1]


def test_copied_keys_are_pasted_with_their_tracks():
    made = add_value(THREE, "direction/Smile", 1.0, 0.5, Ease("hold"), SMILE)
    clip = copy_keys(made, [KeyAt("", 2.0), KeyAt("direction/Smile", 1.0)])
    again = paste(THREE, clip, 3.0)
    assert (times(again), seeds(again)) == ([0.0, 2.0, 4.0], [0, 1, 1])
    assert times(again, "direction/Smile") == [3.0]
    assert track_at(again, "direction/Smile").move == SMILE
    assert track_at(again, "direction/Smile").keys[0].easing == Ease("hold")
    beyond = paste(THREE, clip, 8.0)
    assert (beyond.duration, times(beyond)) == (9.0, [0.0, 2.0, 4.0, 9.0])
    with pytest.raises(RecipeError, match="no key is chosen"):
        copy_keys(THREE, [])


def test_an_easing_is_given_to_the_chosen_keys_alone():
    made = ease_keys(THREE, [KeyAt("", 2.0)], HOLD)
    assert [key.easing == HOLD for key in made.recipes.keys] == [False, True, False]


def test_twice_as_slow_is_the_same_film_at_half_the_speed():
    made = mark(add_value(THREE, "view.x", 2.0, 0.1), 1.0, "here")
    slow = retime(replace(made, start=1.0, end=3.0), 2.0)
    assert (slow.duration, slow.start, slow.end, slow.markers[0].t) == (8.0, 2.0, 6.0, 2.0)
    assert [recipe_at(slow, 2 * t) for t in (0.5, 1.0, 3.25)] == [recipe_at(made, t) for t in (0.5, 1.0, 3.25)]
    for factor in (0.0, -1.0, float("nan")):
        with pytest.raises(RecipeError):
            retime(made, factor)


def test_a_shorter_timeline_keeps_its_points_within_and_refuses_to_lose_a_key():
    made = replace(mark(mark(THREE, 1.0), 4.0), start=1.0, end=4.0)
    longer = lengthen(made, 9.0)
    assert (longer.duration, longer.end) == (9.0, 4.0)
    with pytest.raises(RecipeError, match="a keyframe stands at 4 s, after the timeline's end at 3 s"):
        lengthen(made, 3.0)
    shorter = lengthen(delete_keys(made, [KeyAt("", 4.0)]), 3.0)
    assert (shorter.start, shorter.stop, [marker.t for marker in shorter.markers]) == (1.0, 3.0, [1.0])


def test_closing_makes_room_for_the_way_back():
    closed = close(THREE)
    assert (closed.loop, closed.duration) == ("loop", 6.0)
    assert close(lengthen(THREE, 5.0)).duration == 5.0
    assert close(through([A, B, A], 4.0, 8)).duration == 4.0


def test_a_time_snaps_to_what_is_near_enough():
    made = mark(add_value(replace(THREE, rate=Rate(10)), "view.x", 1.33, 0.1), 2.52)
    made = replace(made, sound=Sound("a.wav", "00" * 32, 9.0, 0.5, beats=(0.0, 0.77), onsets=(2.9,)))
    assert snapped(made, 1.24, ["frames"], 0.1) == 1.2
    assert snapped(made, 1.3, ["keys"], 0.1) == 1.33
    assert snapped(made, 2.5, ["markers", "frames"], 0.1) == 2.5
    assert snapped(made, 2.53, ["markers", "frames"], 0.1) == 2.52
    assert snapped(made, 1.25, ["beats"], 0.1) == 1.27
    assert snapped(made, 3.38, ["onsets"], 0.1) == 3.4
    assert snapped(made, 2.2, ["markers", "beats", "keys"], 0.1) == 2.2
    assert snapped(replace(made, sound=None), 1.25, ["beats"], 0.1) == 1.25


def test_markers_are_named_again_and_taken_away():
    made = mark(mark(mark(EMPTY, 2.0, "b"), 1.0, "a"), 2.0, "c")
    assert [(marker.t, marker.name) for marker in made.markers] == [(1.0, "a"), (2.0, "c")]
    assert [marker.name for marker in unmark(made, 1.0).markers] == ["c"]


def test_what_was_measured_is_kept_while_the_ways_are_the_same():
    paced = replace(THREE, recipes=replace(THREE.recipes, path="line", pace=Pace(((0.0, 1.0), (0.0, 2.0)))))
    assert move_keys(paced, [KeyAt("", 2.0)], 0.5).recipes.pace is not None
    assert add_key(paced, 1.0, D).recipes.pace is None
    assert delete_keys(paced, [KeyAt("", 2.0)]).recipes.pace is None


def test_a_film_goes_through_its_faces_at_equal_distances():
    assert times(THREE) == [0.0, 2.0, 4.0]
    assert times(through([A, B, C], 6.0, 8, loop="loop")) == [0.0, 2.0, 4.0]
    assert times(through([A], 6.0, 8)) == [0.0]
    with pytest.raises(RecipeError, match="at least one face"):
        through([], 6.0, 8)


def test_a_walk_made_from_little_has_no_keys():
    made = random_walk(A, 7, 60.0, 8, every=3.0, loop="loop")
    assert recipe_at(made, 60.0) == recipe_at(made, 0.0)


def test_a_sweep_takes_the_style_rows_of_another_face_from_coarse_to_fine():
    made = style_sweep(A, B, 8, 4.0, group=3)
    assert [sum(len(mix.rows) for mix in key.recipe.mixes) for key in made.recipes.keys] == [0, 3, 6, 8]
    half = recipe_at(made, 2.0)
    assert {row for mix in half.mixes for row in mix.rows} == {0, 1, 2, 3, 4, 5}
    with pytest.raises(RecipeError, match="changes 1 to 8 style rows"):
        style_sweep(A, B, 8, 4.0, group=0)
