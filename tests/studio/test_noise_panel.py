"""The Noise section: its choice, seed, sliders and animation change the picture, and all of it is undone."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt

from engine.recipe import Noise, NoiseLevel
from tests.studio.conftest import settle


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def noise(window) -> Noise:
    return window.document.recipe.noise


def test_each_choice_of_noise_is_another_picture_and_undo_brings_the_first_back(window, qtbot):
    pictures = [window.canvas.frame.pixels.copy()]
    for mode in ("random", "none"):
        click(qtbot, window.noise.mode.buttons[mode])
        assert noise(window).mode == mode
        settle(qtbot, window)
        pictures.append(window.canvas.frame.pixels.copy())
    assert all((a != b).any() for a, b in itertools.combinations(pictures, 2))
    window.document.stack.undo()
    window.document.stack.undo()
    assert window.noise.mode.buttons["const"].isChecked()
    settle(qtbot, window)
    assert (window.canvas.frame.pixels == pictures[0]).all()


def test_the_seed_is_there_for_random_noise_only_and_the_dice_rolls_it(window, qtbot):
    assert not window.noise.seed.isVisible()
    click(qtbot, window.noise.mode.buttons["random"])
    assert window.noise.seed.isVisible()
    window.noise.seed.setFocus()
    window.noise.seed.selectAll()
    qtbot.keyClicks(window.noise.seed, "42")
    qtbot.keyClick(window.noise.seed, Qt.Key.Key_Return)
    assert noise(window) == Noise("random", 42)
    click(qtbot, window.noise.dice)
    assert noise(window).seed != 42


def test_a_drag_of_the_strength_is_one_undo_step(window, drag):
    track = window.noise.strength.track
    drag.press(track, track.x_of(1.0))
    for value in (1.5, 2.0, 2.5):
        drag.move(track, track.x_of(value))
    drag.release(track, track.x_of(2.5))
    assert noise(window).strength == pytest.approx(2.5, abs=0.05)
    window.document.stack.undo()
    assert noise(window) == Noise()


def test_every_block_of_the_model_has_a_slider_that_folds_out(window, qtbot, drag):
    assert list(window.noise.levels) == [4, 8, 16, 32]
    slider = window.noise.levels[16]
    assert not slider.isVisible()
    click(qtbot, window.noise.unfold)
    assert slider.isVisible()
    drag.press(slider.track, slider.track.x_of(1.0))
    drag.move(slider.track, slider.track.x_of(0.0))
    drag.release(slider.track, slider.track.x_of(0.0))
    assert noise(window).levels == (NoiseLevel(16, 0.0),)
    drag.double_click(slider.track, slider.track.x_of(0.0))
    assert noise(window) == Noise()


def test_without_noise_there_is_nothing_to_scale(window, qtbot):
    click(qtbot, window.noise.mode.buttons["none"])
    assert not window.noise.strength.isEnabled()
    assert not any(slider.isEnabled() for slider in window.noise.levels.values())


def test_the_networks_own_noise_comes_back_with_one_click(window, qtbot):
    assert not window.noise.back.isEnabled()
    window.document.edit("Noise", noise=Noise("random", 5, 2.0, (NoiseLevel(8, 0.5),)))
    click(qtbot, window.noise.back)
    assert noise(window) == Noise()


def begin(window, qtbot) -> None:
    """Animate, until the noise has moved twice."""
    ticks = itertools.count()
    window.noise.animation.clock = lambda: next(ticks) * 0.05
    click(qtbot, window.noise.animated)
    qtbot.waitUntil(lambda: noise(window).phase > 0)
    first = noise(window)
    qtbot.waitUntil(lambda: noise(window) != first)


def test_the_animation_moves_random_noise_and_is_one_undo_step(window, qtbot):
    begin(window, qtbot)
    assert noise(window).mode == "random"
    assert window.noise.animated.isChecked()
    click(qtbot, window.noise.animated)
    assert not window.document.moving
    settle(qtbot, window)
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert noise(window) == Noise()


@pytest.mark.parametrize(
    "touch",
    [
        lambda window, qtbot: window.document.stack.undo(),
        lambda window, qtbot: qtbot.keyClick(window, Qt.Key.Key_Escape),
        lambda window, qtbot: window.actions_by_id["next"].trigger(),
        lambda window, qtbot: window.actions_by_id["noise_animation"].trigger(),
        lambda window, qtbot: window.actions_by_id["drift"].trigger(),
        lambda window, qtbot: window.document.adopt(window.document.model),
    ],
    ids=["undo", "escape", "edit", "action", "drift", "model"],
)
def test_anything_else_stops_the_animation(window, qtbot, touch):
    begin(window, qtbot)
    touch(window, qtbot)
    qtbot.waitUntil(lambda: not window.noise.animation.is_running)
    assert not window.noise.animated.isChecked()


def test_the_animation_goes_from_the_last_seed_to_the_first(window):
    window.document.edit("Noise", noise=Noise("random", 2**64 - 1, phase=0.99))
    window.noise.animate_on(0.1)
    assert noise(window).seed == 0
    assert noise(window).phase == pytest.approx(0.03)


def test_the_actions_of_the_noise_do_what_they_say(window):
    for mode in ("random", "none", "const"):
        window.actions_by_id["noise"].trigger()
        assert noise(window).mode == mode
    window.actions_by_id["noise_dice"].trigger()
    assert noise(window).mode == "random"
    window.actions_by_id["noise_reset"].trigger()
    assert noise(window) == Noise()
