"""What plays: the same at the same time, smooth where it moves, never nothing but by closed hours."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from engine.project import Board, ModelReference, Preset, Project, Star
from engine.recipe import Noise, Recipe, SeedLatent, Truncation
from engine.show.orders import place_of
from engine.show.playing import cue_at, play
from engine.show.scenes import Breath, BreathingScene, StrangersScene, TimelineScene, TrainingScene, WalkScene
from engine.show.values import Hours, Screen, Show, ShowModel
from engine.timeline.build import through
from engine.timeline.easings import LINEAR
from engine.timeline.reading import recipe_at

HASH, OTHER = "a" * 64, "b" * 64
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def face(psi: float, seed: int = 0, model: str | None = HASH) -> Recipe:
    return Recipe(model=model, latent=SeedLatent(seed), truncation=Truncation(psi))


FACES = tuple(face(psi) for psi in (0.0, 0.25, 0.5, 1.0))
PROJECT = Project(
    ModelReference(HASH, "A", "/a.safetensors"),
    face(0.7, 5),
    Board(
        stars=tuple(Star(recipe, ("calm",) if recipe.truncation.psi < 0.4 else ()) for recipe in FACES),
        presets=(Preset("one", face(0.1)), Preset("two", face(0.9))),
        timeline=through([face(0.0), face(1.0)], 10, 18, path="line"),
    ),
)
WALK = WalkScene(name="Walk", duration=100, every=4, hold=1, easing=LINEAR)
B = ShowModel(OTHER, "B", "/b.safetensors", 18)


def psi(show: Show, at: float, project: Project = PROJECT, tile: int = 0, **more) -> float:
    return play(show, project, NOW + at, NOW, **more).now.recipes[tile].truncation.psi


def test_equal_moments_give_equal_pictures_and_other_seeds_other_ones():
    show = Show((replace(WALK, order="shuffled"), StrangersScene(name="S", duration=20)), order="shuffled")
    again = replace(show)
    times = [NOW + 0.37 * step for step in range(600)]
    assert [play(show, PROJECT, t, NOW) for t in times] == [play(again, PROJECT, t, NOW) for t in times]
    other = replace(show, seed=1, scenes=tuple(replace(scene, seed=9) for scene in show.scenes))
    assert [play(show, PROJECT, t, NOW) for t in times] != [play(other, PROJECT, t, NOW) for t in times]


def test_a_walk_stays_at_each_star_and_goes_to_the_next_in_its_time():
    show = Show((WALK,))
    assert [psi(show, t) for t in (0, 0.99, 5, 5.5, 10, 15, 20)] == [0, 0, 0.25, 0.25, 0.5, 1.0, 0]
    assert psi(show, 3) == pytest.approx(0.125)  # half of the way of 4 s that begins after 1 s
    there = Show((replace(WALK, order="there and back"),))
    assert [psi(there, 5 * step) for step in range(8)] == [0, 0.25, 0.5, 1.0, 0.5, 0.25, 0, 0.25]


def test_a_shuffled_walk_comes_to_each_face_once_a_lap_and_never_twice_in_a_row():
    places = [place_of("shuffled", step, 5, 3) for step in range(500)]
    for lap in range(100):
        assert sorted(places[5 * lap : 5 * lap + 5]) == [0, 1, 2, 3, 4]
    assert all(a != b for a, b in itertools.pairwise(places))
    assert len({tuple(places[5 * lap : 5 * lap + 5]) for lap in range(100)}) > 50


def test_a_walk_keeps_to_its_word_its_model_and_its_kind_of_faces():
    calm = Show((replace(WALK, tag="calm"),))
    assert {psi(calm, 5 * step) for step in range(9)} == {0, 0.25}
    presets = Show((replace(WALK, faces="presets"),))
    assert {psi(presets, 5 * step) for step in range(9)} == {0.1, 0.9}
    mixed = replace(PROJECT, board=replace(PROJECT.board, stars=(Star(face(0.3, model=OTHER)), Star(face(0.6)))))
    assert {psi(Show((WALK,)), 5 * step, mixed) for step in range(9)} == {0.6}


@pytest.mark.parametrize("scene", [WALK, replace(WALK, path="spline"), replace(WALK, order="shuffled")])
def test_nothing_jumps_within_a_walk(scene):
    values = [psi(Show((scene,)), step / 50) for step in range(99 * 50)]
    assert max(abs(a - b) for a, b in itertools.pairwise(values)) < 0.02  # 1 in 4 s is 0.005 in 1/50 s


def test_strangers_never_come_back_in_any_lap_and_keep_what_the_project_says_of_them():
    show = Show((StrangersScene(name="S", duration=6, every=1, hold=1, easing=LINEAR), WALK))
    seeds = []
    for lap in range(50):
        for t in (0.5, 2.5):
            recipe = play(show, PROJECT, NOW + lap * 106 + t + 2, NOW).now.recipes[0]
            assert recipe.truncation.psi == 0.7
            seeds.append(recipe.latent.seed)
    assert len(set(seeds)) == 100


def test_each_of_several_tiles_shows_another_face():
    for scene in (WALK, StrangersScene(name="S", duration=50, every=5, hold=1), TimelineScene(name="T")):
        show = Show((scene,), screen=Screen(columns=2, rows=2))
        recipes = play(show, PROJECT, NOW + 30.5, NOW).now.recipes
        assert len(set(recipes)) == 4


def test_a_timeline_plays_at_its_speed_and_again_from_its_in_point():
    timeline = PROJECT.board.timeline
    show = Show((TimelineScene(name="T", duration=60, speed=2.0),))
    for t in (0, 1, 4.9, 5.5, 12):
        assert psi(show, t) == pytest.approx(recipe_at(timeline, 2 * t % 10).truncation.psi, abs=1e-5)


def test_a_breath_goes_from_where_it_stands_to_high_to_low_and_back():
    breath = Breath("truncation.psi", 0.2, 1.0)
    show = Show((BreathingScene(name="B", every=8, easing=LINEAR, breaths=(breath,)),))
    assert [round(psi(show, t), 9) for t in (0, 1, 2, 4, 6, 7, 8)] == [0.7, 0.85, 1.0, 0.6, 0.2, 0.45, 0.7]


def test_breaths_one_after_the_other_leave_the_others_where_they_stand():
    breaths = (Breath("truncation.psi", 0.2, 1.0), Breath("view.zoom", 0.9, 1.3))
    show = Show((BreathingScene(name="B", every=8, breaths=breaths, together=False),))
    first, second = (play(show, PROJECT, NOW + t, NOW).now.recipes[0] for t in (2, 10))
    assert (first.truncation.psi, first.view.zoom) == (1.0, 1.0)
    assert (second.truncation.psi, second.view.zoom) == (0.7, 1.3)


def test_a_breath_of_a_control_that_the_face_does_not_have_leaves_it_alone():
    show = Show((BreathingScene(name="B", breaths=(Breath("mix/3", 0, 1),)),))
    assert play(show, PROJECT, NOW + 3, NOW).now.recipes == (PROJECT.recipe,)


def test_scenes_of_one_model_go_over_into_each_other_by_their_recipes():
    slow = replace(WALK, duration=10, every=50, hold=50)  # stays at its first star
    show = Show((slow, replace(slow, name="Presets", faces="presets")), transition=2, easing=LINEAR)
    assert [round(psi(show, t), 6) for t in (9.9, 10, 10.5, 11, 12, 19)] == [0, 0, 0.025, 0.05, 0.1, 0.1]
    assert psi(show, 21) == pytest.approx(0.05)  # and round again


def test_scenes_of_two_models_are_cross_faded():
    show = Show((WALK, replace(WALK, name="Other", model=OTHER)), models=(B,), transition=2, easing=LINEAR)
    middle = play(show, PROJECT, NOW + 101, NOW)
    assert (middle.now.model, middle.before.model.hash, middle.weight) == (B, HASH, pytest.approx(0.5))
    assert play(show, PROJECT, NOW + 102, NOW).before is None
    assert play(show, PROJECT, NOW, NOW).before is None  # nothing came before the beginning


def test_the_noise_of_a_stranger_is_that_of_the_base():
    base = replace(face(0.5), noise=Noise("none"))
    recipe = play(Show((StrangersScene(name="S", base=base),)), PROJECT, NOW + 33.3, NOW).now.recipes[0]
    assert recipe.noise == Noise("none")
    assert recipe.truncation.psi == 0.5


def test_outside_its_hours_the_wall_is_dark_and_fades():
    hours = Hours((6,), "12:00", "13:00")  # the 22nd is a Sunday
    show = Show((WALK,), hours=(hours,), zone="UTC", transition=2)
    assert play(show, PROJECT, NOW + 3599, NOW).now is not None
    closing = play(show, PROJECT, NOW + 3601, NOW)
    assert closing.now is None
    assert closing.before.scene == WALK
    assert 0 < closing.weight < 1
    assert play(show, PROJECT, NOW + 3700, NOW) == play(show, PROJECT, NOW + 50_000, NOW)
    opening = play(show, PROJECT, NOW + 7 * 86_400 + 1, NOW)
    assert opening.now.scene == WALK
    assert opening.before is None
    assert opening.weight == 0.5


def test_hours_begin_with_the_first_of_their_scenes():
    show = Show((WALK, replace(WALK, name="B")), hours=(Hours(start="12:30", end="12:00", scenes=("B", "Walk")),))
    show = replace(show, zone="UTC")
    assert play(show, PROJECT, NOW + 1810, NOW - 10_000).now.scene.name == "B"
    assert play(show, PROJECT, NOW + 1910, NOW - 10_000).now.scene.name == "Walk"


def test_the_training_of_a_run_goes_from_its_first_snapshot_to_its_newest():
    scene = TrainingScene(name="Run", run="/runs/x", duration=20, every=4)
    show = Show((scene,))

    def path(t: float, *paths: str) -> str:
        return cue_at(show, PROJECT, NOW + t, NOW, {"/runs/x": paths}).model.path

    few = ("1", "2", "3")
    assert [path(t, *few) for t in (0, 7, 14, 19.9, 20)] == ["1", "2", "3", "3", "1"]
    many = tuple(str(index) for index in range(101))
    assert [path(t, *many) for t in (0, 4.1, 8.1, 12.1, 16.1)] == ["0", "25", "50", "75", "100"]
    assert path(19, *many, "new") == "new"
    middle = play(show, PROJECT, NOW + 8.5, NOW, {"/runs/x": many})
    assert (middle.before.model.path, middle.now.model.path) == ("25", "50")
    assert middle.before.recipes == middle.now.recipes  # the same face, as each of them has learned it


@pytest.mark.parametrize(
    "show",
    [
        Show(),
        Show((WALK,)),
        Show((TimelineScene(name="T"),)),
        Show((TrainingScene(name="R", run="/nowhere"),)),
        Show((BreathingScene(name="B"),)),
    ],
)
def test_a_show_with_nothing_to_show_shows_faces_all_the_same(show):
    bare = Project(ModelReference(HASH), Recipe())
    for t in (0, 1, 100, 12345.6):
        playing = play(show, bare, NOW + t, NOW)
        assert len(playing.now.recipes) == 1
        assert playing.now.model.hash == HASH


def test_faces_that_stand_on_too_many_others_for_a_way_between_them_are_cut():
    from engine.recipe import PlaneLatent

    def tree(depth: int, seed: int):
        if not depth:
            return SeedLatent(seed)
        return PlaneLatent(tuple(tree(depth - 1, 3 * seed + k) for k in range(3)), 0.3, 0.3)

    stars = tuple(Star(replace(face(0.5), latent=tree(3, seed))) for seed in (0, 1))
    project = replace(PROJECT, board=Board(stars=stars))
    shown = {play(Show((WALK,)), project, NOW + t / 4, NOW).now.recipes[0] for t in range(100)}
    assert shown == {star.recipe for star in stars}
