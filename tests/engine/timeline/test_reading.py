"""A recipe for every time: exact at keyframes, on its path between them, without a seam where it loops."""

from __future__ import annotations

import itertools
import math

import msgspec
import pytest
import torch
from msgspec.structs import replace

from engine.blend import blend
from engine.errors import RecipeError
from engine.latents import Latents
from engine.recipe import DirectionAmount, Mix, Noise, PlaneLatent, Recipe, SeedLatent, Truncation
from engine.timeline import Timeline, recipe_at
from engine.timeline.easings import HOLD, Bezier, Ease, Spring
from engine.timeline.sound import Drive, Envelope, Sound
from engine.timeline.values import (
    ControlTrack,
    NoiseMotion,
    RecipeKey,
    RecipeTrack,
    ValueKey,
    Walk,
    Wander,
)

ROWS = 8
PATHS, LOOPS = ("line", "sphere", "spline"), ("none", "loop", "ping-pong")
FACES = [Recipe(latent=SeedLatent(seed), truncation=Truncation(0.4 + seed / 10)) for seed in range(4)]


def timeline(path: str = "line", loop: str = "none", times=(0.0, 1.0, 2.5, 4.0), **more) -> Timeline:
    keys = tuple(RecipeKey(t, face) for t, face in zip(times, FACES, strict=False))
    return Timeline(ROWS, 6.0, recipes=RecipeTrack(keys, path), loop=loop, **more)


def psi(address_keys: tuple[ValueKey, ...], t: float, path: str = "line", loop: str = "none") -> float:
    track = ControlTrack("truncation.psi", address_keys, path)
    return recipe_at(timeline(loop=loop, tracks=(track,)), t).truncation.psi


@pytest.fixture(scope="module")
def latents(tiny_model) -> Latents:
    return Latents(tiny_model.generator, tiny_model.w_mean)


@pytest.mark.parametrize(("path", "loop"), list(itertools.product(PATHS, LOOPS)))
def test_a_keyframe_shows_its_own_recipe_and_equal_times_show_equal_recipes(path, loop):
    made = timeline(path, loop)
    for key in made.recipes.keys:
        assert recipe_at(made, key.t) is key.recipe
        assert recipe_at(made, key.t + 1e-9) is key.recipe
    for step in range(61):
        assert recipe_at(made, step / 10) == recipe_at(replace(made), step / 10)
        assert hash(recipe_at(made, step / 10)) == hash(recipe_at(made, step / 10))


def test_before_the_first_keyframe_and_after_the_last_nothing_moves():
    made = timeline(times=(1.0, 2.0, 3.0))
    assert recipe_at(made, -5) == recipe_at(made, 0.5) == FACES[0]
    assert recipe_at(made, 3.5) == recipe_at(made, 99) == FACES[2]


def test_between_two_keyframes_the_line_path_is_their_blend(latents):
    made = timeline()
    for t, (a, b, share) in {0.25: (0, 1, 0.25), 2.0: (1, 2, 2 / 3)}.items():
        one, other = recipe_at(made, t), blend(FACES[a], FACES[b], share, ROWS)
        assert torch.allclose(latents.styles(one), latents.styles(other), atol=1e-4)
        assert one.truncation.psi == pytest.approx(other.truncation.psi)


def test_on_the_sphere_the_length_of_z_goes_in_a_straight_line(latents):
    made = timeline("sphere")
    ends = [float(latents.z_of(face.latent).double().norm()) for face in FACES]
    for share in (0.1, 0.5, 0.9):
        z = latents.z_of(recipe_at(made, share).latent).double()
        assert float(z.norm()) == pytest.approx(ends[0] * (1 - share) + ends[1] * share, rel=1e-5)


@pytest.mark.parametrize("loop", ["none", "loop"])
def test_the_smooth_path_has_no_corner_in_w_at_a_keyframe(latents, loop):
    made, step = timeline("spline", loop), 0.02

    def w(t: float) -> torch.Tensor:
        return latents.rows_of(recipe_at(made, t).latent, ()).double()

    for t in (1.0, 2.5) if loop == "none" else (0.0, 1.0, 2.5, 4.0):
        # one-sided slopes of second order
        before = (3 * w(t) - 4 * w(t - step) + w(t - 2 * step)) / (2 * step)
        after = (-3 * w(t) + 4 * w(t + step) - w(t + 2 * step)) / (2 * step)
        assert float((before - after).norm() / before.norm()) < 0.02


@pytest.mark.parametrize("path", ["line", "sphere", "spline"])
def test_a_loop_comes_back_to_where_it_began(latents, path):
    made = timeline(path, "loop")
    assert recipe_at(made, 6.0) == recipe_at(made, 0.0) == recipe_at(made, -12.0) == FACES[0]
    assert recipe_at(made, 7.25) == recipe_at(made, 1.25)
    near = latents.styles(recipe_at(made, 6.0 - 1e-3))
    assert float((near - latents.styles(FACES[0])).norm() / near.norm()) < 2e-3


def test_a_loop_whose_last_keyframe_is_the_first_again_closes_on_it_and_another_is_a_cut():
    keys = tuple(RecipeKey(t, face) for t, face in zip((0.0, 2.0, 4.0, 6.0), (*FACES[:3], FACES[0]), strict=True))
    made = Timeline(ROWS, 6.0, recipes=RecipeTrack(keys, "spline"), loop="loop")
    shorter = replace(made, recipes=replace(made.recipes, keys=keys[:-1]))
    assert [recipe_at(made, step / 7) for step in range(42)] == [recipe_at(shorter, step / 7) for step in range(42)]
    cut = replace(made, recipes=replace(made.recipes, keys=(*keys[:-1], RecipeKey(6.0, FACES[3]))))
    assert recipe_at(cut, 5.9999).truncation.psi == pytest.approx(FACES[3].truncation.psi, abs=1e-3)
    assert recipe_at(cut, 6.0) == FACES[0]


def test_ping_pong_goes_back_the_way_it_came():
    made = timeline(loop="ping-pong")
    for t in (0.25, 2.25, 5.0):
        assert recipe_at(made, 12 - t) == recipe_at(made, 12 + t) == recipe_at(made, -t) == recipe_at(made, t)


def test_a_held_keyframe_stays_until_the_next_one():
    keys = (RecipeKey(0.0, FACES[0], HOLD), RecipeKey(1.0, FACES[1]))
    for path in ("line", "spline"):
        made = Timeline(ROWS, 2.0, recipes=RecipeTrack(keys, path))
        assert recipe_at(made, 0.99) == FACES[0]
        assert recipe_at(made, 1.0) == FACES[1]


def test_a_spring_and_a_bezier_may_go_beyond_the_next_keyframe():
    for easing in (Spring(0.2), Bezier(0.3, 2.0, 0.6, 1.0)):
        keys = (RecipeKey(0.0, FACES[0], easing), RecipeKey(1.0, FACES[1]))
        made = Timeline(ROWS, 2.0, recipes=RecipeTrack(keys))
        assert max(recipe_at(made, step / 100).truncation.psi for step in range(100)) > FACES[1].truncation.psi + 0.005


def test_noise_stays_drifts_or_goes_in_circles():
    faces = [replace(face, noise=Noise("random", 10 + i, 1 + i / 10)) for i, face in enumerate(FACES)]
    keys = tuple(RecipeKey(float(i), face) for i, face in enumerate(faces))

    def noise(motion: NoiseMotion, t: float) -> Noise:
        return recipe_at(Timeline(ROWS, 3.0, recipes=RecipeTrack(keys, noise=motion), loop="loop"), t).noise

    assert noise(NoiseMotion("keys"), 1.0).seed == 11
    assert noise(NoiseMotion("stay"), 2.0) == Noise("random", 10, 1.2)
    drift = NoiseMotion("drift", 7, 0.5)
    assert (noise(drift, 1.25).seed, noise(drift, 1.25).phase) == (9, 0.5)
    circle = NoiseMotion("loop", 7, circles=2)
    assert [noise(circle, t).phase for t in (0.0, 0.75, 1.5, 2.25)] == [0.0, 2.0, 0.0, 2.0]
    assert noise(circle, 3.0) == noise(circle, 0.0)


def test_a_random_walk_is_endless_smooth_and_its_own_for_each_seed(latents):
    walk = Walk(Recipe(truncation=Truncation(0.5)), 3, 2.0)
    made = Timeline(ROWS, 3600.0, recipes=RecipeTrack(walk=walk, path="spline"))
    faces = {recipe_at(made, 2.0 * step) for step in range(100)}
    assert len(faces) == 100
    assert all(isinstance(face.latent, SeedLatent) and face.truncation.psi == 0.5 for face in faces)
    other = replace(made, recipes=replace(made.recipes, walk=replace(walk, seed=4)))
    assert recipe_at(other, 0.0) != recipe_at(made, 0.0)
    steps = [latents.styles(recipe_at(made, 1.9 + step / 50)) for step in range(11)]
    strides = [float((b - a).norm()) for a, b in itertools.pairwise(steps)]
    assert max(strides) < 1.5 * min(strides)


@pytest.mark.parametrize("path", ["line", "sphere", "spline"])
def test_a_random_walk_in_a_loop_ends_where_it_began(latents, path):
    made = Timeline(ROWS, 10.0, recipes=RecipeTrack(walk=Walk(Recipe(), 3, 2.0, 0.4), path=path), loop="loop")
    assert recipe_at(made, 10.0) == recipe_at(made, 0.0)
    near = latents.styles(recipe_at(made, 10 - 1e-3)) - latents.styles(recipe_at(made, 0.0))
    assert float(near.norm()) < 0.1
    base = latents.styles(Recipe())
    assert float((latents.styles(recipe_at(made, 2.0)) - base).norm()) > 0


def test_a_track_sets_one_control_over_what_the_keyframes_say():
    keys = (ValueKey(1.0, 0.0), ValueKey(3.0, 1.0, Ease("cubic-in")), ValueKey(5.0, 0.5))
    assert [psi(keys, t) for t in (0.0, 1.0, 2.0, 3.0, 5.0, 6.0)] == [0.0, 0.0, 0.5, 1.0, 0.5, 0.5]
    assert psi(keys, 4.0) == pytest.approx(1.0 - 0.5 * 0.125)
    assert psi(keys, 2.0, "spline") != 0.5
    assert psi(keys, 0.0, loop="loop") == pytest.approx(0.25)  # half of the way across the seam
    off = timeline(tracks=(ControlTrack("truncation.psi", keys, enabled=False),))
    assert recipe_at(off, 0.0) == FACES[0]


def test_what_cannot_be_divided_jumps_at_its_key():
    modes = ControlTrack("noise.mode", (ValueKey(0.0, "random"), ValueKey(2.0, "none")))
    seeds = ControlTrack("noise.seed", (ValueKey(0.0, 5), ValueKey(2.0, 9)))
    rows = ControlTrack("truncation.cutoff", (ValueKey(0.0, 4), ValueKey(2.0, 6), ValueKey(4.0, None)))
    made = timeline(tracks=(modes, seeds, rows))
    before, at, later = (recipe_at(made, t) for t in (1.4, 2.0, 3.9))
    assert (before.noise.mode, before.noise.seed, before.truncation.cutoff) == ("random", 5, 5)
    assert (at.noise.mode, at.noise.seed, at.truncation.cutoff) == ("none", 9, 6)
    assert later.truncation.cutoff == 6
    assert recipe_at(made, 4.0).truncation.cutoff is None


def test_a_direction_and_a_style_mix_are_swept_by_their_tracks():
    smile = DirectionAmount("Smile", "0123456789abcdef", 0.0, (0, 1))
    tracks = (
        ControlTrack("direction/Smile", (ValueKey(0.0, -1.0), ValueKey(2.0, 1.0)), move=smile),
        ControlTrack("mix/9:0-3", (ValueKey(0.0, 0.0), ValueKey(2.0, 1.0))),
    )
    half = recipe_at(timeline(tracks=tracks), 1.5)
    assert half.directions == (replace(smile, amount=0.5),)
    assert half.mixes == (Mix(SeedLatent(9), (0, 1, 2, 3), 0.75),)


def test_a_point_walks_its_plane():
    plane = Recipe(latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3))))
    track = ControlTrack("latent.x", (ValueKey(0.0, 0.0), ValueKey(2.0, 1.0)))
    made = Timeline(ROWS, 2.0, recipes=RecipeTrack((RecipeKey(0.0, plane),)), tracks=(track,))
    assert recipe_at(made, 0.5).latent.x == 0.25
    with pytest.raises(RecipeError, match="no point of a plane"):
        recipe_at(timeline(tracks=(track,)), 0.0)


def test_a_number_wanders_smoothly_within_its_range():
    track = ControlTrack("view.rotation", wander=Wander(-20.0, 20.0, 1, 0.5))
    made = timeline(tracks=(track,), loop="loop")
    values = [recipe_at(made, step / 100).view.rotation for step in range(601)]
    assert -20 <= min(values) < -5
    assert 5 < max(values) <= 20
    assert values[600] == values[0]
    turns = [abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    assert max(turns) < 0.2  # no corner: one of 1 degree a step would be 1


def test_a_sound_drives_a_track_with_its_attack_and_release():
    rate, quiet, loud = 100.0, (0).to_bytes(2, "little"), (65535).to_bytes(2, "little")
    sound = Sound("a.wav", "00" * 32, 2.0, 1.0, rate, (Envelope("low", quiet * 50 + loud * 50 + quiet * 100),))
    drive = Drive("low", 0.1, 1.1, attack=0.0, release=0.1)
    track = ControlTrack("truncation.psi", (ValueKey(0.0, 0.2),), drive=drive)
    made = timeline(tracks=(track,), sound=sound)
    assert recipe_at(made, 0.5).truncation.psi == pytest.approx(0.3)
    assert recipe_at(made, 1.75).truncation.psi == pytest.approx(1.3)
    assert recipe_at(made, 2.09).truncation.psi == pytest.approx(0.3 + math.exp(-1), abs=0.01)
    slow = replace(made, tracks=(replace(track, drive=replace(drive, attack=0.1, delay=0.25)),))
    assert recipe_at(slow, 1.74).truncation.psi == pytest.approx(0.3)
    assert recipe_at(slow, 1.84).truncation.psi == pytest.approx(1.3 - math.exp(-1), abs=0.01)
    assert recipe_at(replace(made, sound=None), 1.75).truncation.psi == pytest.approx(0.3)


def test_a_timeline_comes_back_from_json_as_it_went():
    made = timeline("spline", "loop", tracks=(ControlTrack("noise.mode", (ValueKey(0.0, "none"),)),))
    text = msgspec.json.encode(made)
    again = msgspec.json.decode(text, type=Timeline)
    assert again == made
    assert msgspec.json.encode(again) == text


@pytest.mark.parametrize("t", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_no_number_is_told(t):
    with pytest.raises(RecipeError, match="it must be a finite number of seconds"):
        recipe_at(timeline(), t)


def test_a_timeline_without_keyframes_is_told():
    with pytest.raises(RecipeError, match="the timeline has no keyframe; put a face on it first"):
        recipe_at(Timeline(ROWS), 0.0)


def test_nothing_can_be_added_to_what_is_not_set():
    made = timeline(tracks=(ControlTrack("growth", wander=Wander(0, 1)),))
    with pytest.raises(RecipeError, match="growth is as the file says, and nothing can be added to that; add a key"):
        recipe_at(made, 0.0)


KEY = RecipeKey(0.0, FACES[0])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Timeline(ROWS, math.nan), "the duration of the timeline is nan"),
        (lambda: Timeline(ROWS, 100 * 3600.0), "the duration of the timeline is 360000; it must lie between"),
        (lambda: Timeline(0), "the number of style rows is 0"),
        (lambda: Timeline(ROWS, start=4.0, end=3.0), "the in point at 4 s must lie before the out point at 3 s"),
        (lambda: Timeline(ROWS, end=99.0), "the out point is 99"),
        (lambda: RecipeTrack((replace(KEY, t=math.nan),)), "a time of the keyframes is nan"),
        (
            lambda: RecipeTrack((replace(KEY, t=1.0), KEY)),
            "must stand in the order of their times; 1 s is followed by 0 s",
        ),
        (lambda: RecipeTrack((KEY, KEY)), "0 s is followed by 0 s"),
        (lambda: RecipeTrack((KEY,), walk=Walk(Recipe())), "keep one of them"),
        (
            lambda: RecipeTrack((RecipeKey(0.0, Recipe(model="aa")), RecipeKey(1.0, Recipe(model="bb")))),
            "the keyframes belong to the models aa and bb; all keyframes of a timeline must be of one model",
        ),
        (lambda: Timeline(ROWS, 1.0, recipes=RecipeTrack((replace(KEY, t=2.0),))), "after the timeline's end at 1 s"),
        (lambda: ControlTrack("psi"), "there is no control 'psi'"),
        (lambda: ControlTrack("noise.mode", (ValueKey(0.0, 3),)), "noise.mode is const or random or none, not 3"),
        (lambda: ControlTrack("noise.seed", wander=Wander(0, 1)), "no amount that a walk or a sound could move"),
        (lambda: ControlTrack("direction/Smile"), "must say which direction of a pack it means"),
        (lambda: Wander(1, 0), "the high end of a random walk is 0"),
        (lambda: Walk(Recipe(), every=0), "the time of a step of a walk is 0"),
        (lambda: Envelope("low", b"abc"), "is cut short; read the sound again"),
    ],
)
def test_what_cannot_stand_on_a_timeline_is_told_in_one_sentence(make, sentence):
    with pytest.raises(RecipeError) as told:
        make()
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
