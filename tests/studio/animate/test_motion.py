"""The motion as a whole: loops, paths, even speed, noise, walks and sweeps, and a timeline of ten hours."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from engine.export.pace import measure_pace
from engine.job import finish
from engine.recipe import Recipe, SeedLatent
from engine.timeline import recipe_at
from engine.timeline.build import style_sweep
from engine.timeline.edits import RECIPES, KeyAt
from engine.timeline.rate import Rate
from engine.timeline.values import RecipeKey, RecipeTrack, Timeline
from studio.animate.paint_faces import CROWDED, seen
from tests.studio.animate.conftest import face, key_times, picture, timeline_of


def press(page, fact: str, *words: str) -> None:
    """Choose from the menu of a word beside the transport."""
    menu = page.stage.transport.facts[fact].menu()
    for word in words[:-1]:
        menu.aboutToShow.emit()
        menu = next(action.menu() for action in menu.actions() if action.text() == word)
    menu.aboutToShow.emit()
    action: QAction = next(action for action in menu.actions() if action.text() == words[-1])
    action.trigger()


def dialogue():
    return QApplication.activeModalWidget()


def fact(page, id: str) -> str:
    return page.stage.transport.facts[id].text()


def test_the_words_beside_the_transport_say_how_it_moves(film, page):
    assert [fact(page, id) for id in ("duration", "loop", "rate", "path", "sound")] == [
        "00:10.00",
        "Once",
        "30 fps",
        "Smooth",
        "No sound",
    ]


def test_a_loop_comes_back_to_the_first_face_without_a_seam(film, page):
    press(page, "loop", "Loop")
    assert fact(page, "loop") == "Loop"
    assert recipe_at(timeline_of(film), 10.0) == recipe_at(timeline_of(film), 0.0)
    assert film.document.stack.undoText() == "Motion: loop"


def test_a_loop_whose_last_face_stands_at_the_end_gets_time_for_the_way_back(film, page):
    film.animate.motion.set_duration(4.0)
    press(page, "loop", "Loop")
    assert timeline_of(film).duration == 6.0


def test_ping_pong_is_chosen(film, page):
    press(page, "loop", "Ping-pong")
    assert timeline_of(film).loop == "ping-pong"


@pytest.mark.parametrize(("word", "path"), [("Straight", "line"), ("Spherical", "sphere"), ("Smooth", "spline")])
def test_each_path_is_followed_at_once(film, page, qtbot, word, path):
    press(page, "path", word)
    assert timeline_of(film).recipes.path == path
    assert fact(page, "path") == word
    film.animate.animation.go(1.0)
    picture(qtbot, film, recipe_at(timeline_of(film), 1.0))


def test_even_speed_is_measured_in_quiet_moments_with_progress_and_is_the_engines_own(film, page, qtbot):
    told = []
    film.animate.motion.pacing.progressed.connect(told.append)
    before = timeline_of(film)
    press(page, "path", "Even speed")
    assert page.line.isVisible()
    qtbot.waitUntil(lambda: timeline_of(film).recipes.even)
    assert not page.line.isVisible()
    assert (told[0].done, told[-1].total) == (0, 66)
    expected = finish(measure_pace(film.session.renderer, before)).recipes.pace
    for mine, theirs in zip(timeline_of(film).recipes.pace.ways, expected.ways, strict=True):
        assert mine == pytest.approx(theirs, rel=0.05, abs=0.01)
    assert fact(page, "path") == "Smooth, even"
    press(page, "path", "One speed throughout")
    assert key_times(film)[0::2] == [0.0, 4.0]
    film.document.stack.undo()
    press(page, "path", "Even speed")
    assert timeline_of(film).recipes.even is False


def test_measuring_is_given_up_and_what_came_late_changes_nothing(film, page, qtbot):
    press(page, "path", "Even speed")
    page.line.on_cancel()
    before = timeline_of(film)
    qtbot.wait(100)
    assert timeline_of(film) == before
    assert not film.animate.motion.pacing.running


def test_keyframes_that_change_while_it_measures_are_told(film, page, qtbot):
    press(page, "path", "Even speed")
    film.animate.append_face(face(film, 99))
    with qtbot.waitSignal(film.messages.said) as said:
        pass
    assert "measure it again" in said.args[0]
    assert timeline_of(film).recipes.pace is None


def test_one_face_has_no_speed(window, page, qtbot):
    window.animate.add_key()
    with qtbot.waitSignal(window.messages.said) as said:
        press(page, "path", "Even speed")
    assert "two keyframes" in said.args[0]


@pytest.mark.parametrize(("word", "kind"), [("Stays", "stay"), ("As the keyframes say", "keys")])
def test_noise_that_needs_no_number_is_chosen(film, page, word, kind):
    press(page, "path", "Noise", word)
    assert timeline_of(film).recipes.noise.kind == kind


def test_noise_drifts_and_loops_by_its_numbers(film, page):
    press(page, "path", "Noise", "Drifts…")
    dialogue().sliders["every"].take("0.5")
    dialogue().seed.take(9)
    dialogue().finish()
    noise = timeline_of(film).recipes.noise
    assert (noise.kind, noise.every, noise.seed) == ("drift", 0.5, 9)
    press(page, "path", "Noise", "Loops…")
    dialogue().sliders["circles"].take("3")
    dialogue().finish()
    noise = timeline_of(film).recipes.noise
    assert (noise.kind, noise.circles) == ("loop", 3)


def test_a_random_walk_takes_the_place_of_the_keyframes_and_the_same_seed_walks_the_same(window, page, qtbot):
    for _ in range(2):
        press(page, "path", "Random walk…")
        dialogue().seed.take(5)
        dialogue().sliders["every"].take("1")
        dialogue().finish()
    walk = timeline_of(window).recipes.walk
    assert (walk.seed, walk.every) == (5, 1.0)
    assert not window.animate.animation.empty
    window.animate.animation.go(1.5)
    picture(qtbot, window, recipe_at(timeline_of(window), 1.5))
    assert fact(page, "path") == "Random walk"
    page.grab()
    press(page, "path", "No random walk")
    assert window.animate.animation.empty


def test_a_sweep_goes_from_one_face_to_the_other_by_style_rows(film, page):
    film.animate.animation.choose({KeyAt(RECIPES, 0.0), KeyAt(RECIPES, 4.0)})
    first, last = face(film, 3), face(film, 19)
    press(page, "path", "Style-mix sweep…")
    dialogue().sliders["group"].take("2")
    dialogue().sliders["seconds"].take("8")
    dialogue().finish()
    rows = film.document.model.style_rows
    assert timeline_of(film).recipes.keys == style_sweep(first, last, rows, 8.0, group=2).recipes.keys
    assert timeline_of(film).loop == "ping-pong"
    assert timeline_of(film).recipes.keys[-1].t == timeline_of(film).duration


def test_length_rate_and_tempo_are_changed(film, page):
    press(page, "duration", "Length…")
    dialogue().field.setText("soon")
    dialogue().finish()
    assert "no time" in dialogue().wrong.text()
    dialogue().field.setText("0:12.15")
    dialogue().finish()
    assert timeline_of(film).duration == 12.5
    press(page, "rate", "23.976 fps")
    assert timeline_of(film).rate == Rate(24000, 1001)
    press(page, "duration", "End at the last key")
    assert timeline_of(film).duration == 4.0
    press(page, "duration", "Half as fast")
    assert key_times(film) == [0.0, 4.0, 8.0]
    press(page, "rate", "Other…")
    dialogue().field.setText("1000")
    dialogue().finish()
    assert "between" in dialogue().wrong.text()
    dialogue().reject()


def test_a_timeline_that_is_too_short_for_its_keys_is_refused(film, page, qtbot):
    before = timeline_of(film)
    with qtbot.waitSignal(film.messages.said) as said:
        film.animate.motion.set_duration(1.0)
    assert "keyframe stands at 4 s" in said.args[0]
    assert timeline_of(film) == before


@pytest.fixture
def long(window, page):
    """Ten hours with 9,000 keyframes of ten faces."""
    faces = [Recipe(model=window.document.model.hash, latent=SeedLatent(seed)) for seed in range(10)]
    keys = tuple(RecipeKey(4.0 * at, faces[at % 10]) for at in range(9000))
    timeline = Timeline(window.document.model.style_rows, 36_000.0, recipes=RecipeTrack(keys))
    window.document.arrange("Ten hours", timeline=timeline)
    return window


def test_of_ten_hours_only_what_can_be_told_apart_is_painted(long, page):
    area, width = page.area, page.area.width()
    everything = QRectF(0, 0, width, area.height())
    assert len(list(seen(area.lists[RECIPES], area.scene(), everything))) <= width / CROWDED + 2
    area.look(replace_scale(area, 400.0))
    assert len(list(seen(area.lists[RECIPES], area.scene(), everything))) <= 5
    strip = QRectF(300, 0, 16, area.height())
    assert len(list(seen(area.lists[RECIPES], area.scene(), strip))) <= 2
    page.grab()


def replace_scale(area, scale: float):
    from dataclasses import replace as with_changes

    return with_changes(area.axis, scale=scale, first=20_000.0)


def test_of_ten_hours_any_moment_is_shown_and_edited(long, page, qtbot):
    long.animate.animation.go(30_001.0)
    assert page.stage.transport.time.text() == "8:20:01.00"
    picture(qtbot, long, recipe_at(timeline_of(long), 30_001.0))
    long.animate.steps.next_key()
    assert long.animate.animation.at == 30_004.0
    long.animate.choose_here()
    long.animate.delete()
    assert len(timeline_of(long).recipes.keys) == 8999


def test_a_timeline_of_another_model_says_so_and_leaves_the_picture(film, page, qtbot):
    before = page.stage.canvas.frame
    stranger = Recipe(model="ab" * 32, latent=SeedLatent(1))
    other = replace(timeline_of(film), recipes=RecipeTrack((RecipeKey(0.0, stranger),)))
    with qtbot.waitSignal(film.messages.said) as said:
        film.document.arrange("Another", timeline=other)
    assert "model" in said.args[0]
    assert page.stage.canvas.frame is before or page.stage.canvas.frame is not None


def test_the_timeline_is_a_part_of_the_project(film, tmp_path, qtbot, page):
    made = timeline_of(film)
    path = tmp_path / "film.visagist"
    film.projects.write(path)
    qtbot.waitUntil(path.exists)
    film.document.arrange("Away", timeline=None)
    film.opener.open([path])
    qtbot.waitUntil(lambda: timeline_of(film) == made)
    assert page.area.tip_at(QPointF(0, 0)) == ""
