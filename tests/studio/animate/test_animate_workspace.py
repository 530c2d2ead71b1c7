"""The Animate workspace: what is seen of a timeline, scrubbed and played, and that Explore stays as it was."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from engine.timeline import recipe_at
from studio.animate.player import Player
from tests.clock import Clock
from tests.studio.animate.conftest import face, key_times, middle, picture, timeline_of
from tests.studio.conftest import settle

KEY = Qt.Key


def test_f6_shows_explores_face_and_says_what_to_do_first(window, qtbot):
    qtbot.keyClick(window, KEY.Key_F6)
    page = window.workspaces.animate
    assert page.isVisible()
    assert page.area.hasFocus()
    assert window.animate.animation.empty
    picture(qtbot, window, window.document.recipe)
    assert "no keyframe yet" in page.area.accessibleDescription()


def test_k_puts_explores_face_at_the_playhead_and_undo_takes_it_away(window, page, qtbot):
    window.animate.animation.go(1.5)
    qtbot.keyClick(window, KEY.Key_K)
    assert key_times(window) == [1.5]
    assert timeline_of(window).recipes.keys[0].recipe == window.document.recipe
    assert window.actions_by_id["undo"].text() == "Undo Add keyframe"
    qtbot.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert timeline_of(window) is None


def test_shift_k_in_explore_appends_the_face_on_show(window, qtbot):
    for _ in range(2):
        qtbot.keyClick(window, KEY.Key_K, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(window, KEY.Key_R)
    assert key_times(window) == [0.0, 2.0]


def test_faces_clicked_on_the_shelf_follow_each_other(window, page, qtbot):
    page.shelf.turn_to("faces")
    for index in range(3):
        qtbot.mouseClick(page.shelf.grid, Qt.MouseButton.LeftButton, pos=page.shelf.grid.rect_of(index).center())
    assert key_times(window) == [0.0, 2.0, 4.0]
    assert [key.recipe.latent.seed for key in timeline_of(window).recipes.keys] == [0, 1, 2]
    picture(qtbot, window, timeline_of(window).recipes.keys[2].recipe)


def test_scrubbing_shows_the_picture_of_each_moment_and_a_final_at_rest(film, page, qtbot, drag):
    area = page.area
    drag.press(area, area.axis.x(0.5), 25)
    drag.move(area, area.axis.x(1.0), 25)
    assert not film.animate.animation.resting
    drag.release(area, area.axis.x(1.0), 25)
    assert film.animate.animation.at == 1.0
    picture(qtbot, film, recipe_at(timeline_of(film), 1.0))
    assert page.stage.transport.time.text() == "00:01.00"


def test_explores_recipe_and_picture_are_there_again_on_the_way_back(film, page, qtbot):
    mine = film.document.recipe
    before = film.canvas.frame
    film.animate.animation.go(1.0)
    picture(qtbot, film, recipe_at(timeline_of(film), 1.0))
    assert film.canvas.frame is before
    film.workspaces.show("explore")
    assert film.document.recipe == mine
    settle(qtbot, film)
    film.document.replace("Another", face(film, 5))
    settle(qtbot, film)


def test_an_edit_of_the_recipe_while_animate_is_on_show_does_not_draw_over_the_timeline(film, page, qtbot):
    film.animate.animation.go(1.0)
    there = recipe_at(timeline_of(film), 1.0)
    picture(qtbot, film, there)
    film.document.replace("Another", face(film, 5))
    qtbot.wait(50)
    assert page.stage.canvas.frame.recipe == there
    film.workspaces.show("explore")
    settle(qtbot, film)


def test_a_model_that_is_opened_anew_draws_the_timeline(film, page, qtbot, tiny_path):
    film.animate.animation.go(1.0)
    number = film.session.model_number
    film.session.open_model(tiny_path)
    qtbot.waitUntil(lambda: film.session.model_number != number)
    picture(qtbot, film, recipe_at(timeline_of(film), 1.0))


def playing(film) -> tuple[Player, Clock]:
    clock = Clock()
    return Player(film.animate.animation, film, clock), clock


def test_playing_follows_the_clock_and_leaves_out_what_came_too_late(film, page):
    player, clock = playing(film)
    player.start()
    seen = []
    for now in (100.0, 100.04, 101.0, 103.5):
        clock.now = now
        player.tick()
        seen.append(film.animate.animation.at)
    assert seen == [0.0, 1 / 30, 1.0, 3.5]
    clock.now = 120.0
    player.tick()
    assert not player.is_running
    assert film.animate.animation.at == 10.0
    assert film.animate.animation.resting


def test_a_loop_plays_on_and_the_in_and_out_points_hold(film, page):
    film.document.arrange("Part", timeline=replace(timeline_of(film), start=1.0, end=3.0, loop="loop"))
    player, clock = playing(film)
    film.animate.animation.go(8.0)
    player.start()
    assert film.animate.animation.at == 1.0
    clock.now = 105.0
    player.tick()
    assert film.animate.animation.at == 2.0
    player.stop()
    player.start()
    assert film.animate.animation.at == 2.0
    player.stop()


def test_space_plays_and_stops_and_leaving_stops_it(film, page, qtbot):
    qtbot.keyClick(film, KEY.Key_Space)
    assert film.animate.player.is_running
    qtbot.waitUntil(lambda: film.animate.animation.at > 0)
    qtbot.keyClick(film, KEY.Key_Space)
    assert not film.animate.player.is_running
    qtbot.keyClick(film, KEY.Key_Space)
    film.workspaces.show("explore")
    assert not film.animate.player.is_running


def test_before_a_model_is_open_the_page_says_so_and_its_first_face_comes_by_itself(empty_window, qtbot, tiny_path):
    empty_window.workspaces.show("animate")
    canvas = empty_window.workspaces.animate.stage.canvas
    assert canvas.empty.isVisible()
    with qtbot.waitSignal(empty_window.messages.said) as said:
        qtbot.keyClick(empty_window, KEY.Key_K)
    assert "open a model first" in said.args[0]
    empty_window.session.open_model(tiny_path)
    qtbot.waitUntil(lambda: canvas.frame is not None)
    assert not canvas.empty.isVisible()


def test_nothing_to_play_says_so(window, page, qtbot):
    with qtbot.waitSignal(window.messages.said) as said:
        qtbot.keyClick(window, KEY.Key_Space)
    assert "nothing to play" in said.args[0]


def test_the_arrow_keys_step_frames_and_page_keys_go_from_key_to_key(film, page, qtbot):
    animation = film.animate.animation
    qtbot.keyClick(page.area, KEY.Key_Right)
    assert animation.at == 1 / 30
    qtbot.keyClick(page.area, KEY.Key_PageDown)
    assert animation.at == 2.0
    qtbot.keyClick(page.area, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert animation.at == 50 / 30
    qtbot.keyClick(page.area, KEY.Key_PageUp)
    assert animation.at == 0.0
    qtbot.keyClick(page.area, KEY.Key_End)
    assert animation.at == 10.0
    qtbot.keyClick(page.area, KEY.Key_Home)
    assert animation.at == 0.0


def test_arrow_keys_on_the_shelf_move_there_and_not_the_playhead(film, page, qtbot):
    page.shelf.turn_to("faces")
    page.shelf.grid.setFocus()
    qtbot.keyClick(page.shelf.grid, KEY.Key_Right)
    assert page.shelf.grid.cursor == 1
    assert film.animate.animation.at == 0.0


def test_arrow_keys_in_the_export_panel_are_its_own(film, page, qtbot):
    box = QComboBox()
    box.addItems(["one", "two", "three"])
    page.add_side(box)
    box.setFocus()
    qtbot.keyClick(box, KEY.Key_Down)
    assert box.currentText() == "two"
    assert film.animate.animation.chosen == frozenset()


def test_i_o_and_m_set_the_ends_and_a_marker(film, page, qtbot):
    animation = film.animate.animation
    animation.go(1.0)
    qtbot.keyClick(page.area, KEY.Key_I)
    animation.go(3.0)
    qtbot.keyClick(page.area, KEY.Key_O)
    qtbot.keyClick(page.area, KEY.Key_M)
    made = timeline_of(film)
    assert (made.start, made.end, [marker.t for marker in made.markers]) == (1.0, 3.0, [3.0])
    qtbot.keyClick(page.area, KEY.Key_M)
    assert timeline_of(film).markers == ()


def test_a_click_between_keys_puts_the_playhead_there(film, page, drag):
    at = middle(page, 3.0)
    drag.press(page.area, at.x(), at.y())
    drag.release(page.area, at.x(), at.y())
    assert film.animate.animation.at == 3.0
