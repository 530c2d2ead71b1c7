"""The strip of the history as a person uses it: every try is kept, and one click away."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from engine.project import ModelReference, Preset, Project, Step
from engine.recipe import DirectionAmount, Recipe, SeedLatent, Truncation, from_json
from studio.document import State
from studio.history import row as row_module
from studio.history.words import name_for, told
from tests.nets import save_tiny
from tests.studio.conftest import ask_menu, settle


@pytest.fixture
def strip(window):
    return window.history.strip


def see(window, *seeds: int) -> None:
    for seed in seeds:
        window.document.edit("Seed", latent=SeedLatent(seed))


def shown(strip) -> list[int]:
    """Seeds of the line on show."""
    return [cell.recipe.latent.seed for cell in strip.cells]


def click(qtbot, strip, index: int) -> None:
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rect_of(index).center().toPoint())


def test_every_face_is_a_step_and_the_present_one_has_the_ring(window, strip):
    see(window, 1, 2, 3)
    assert shown(strip) == [0, 1, 2, 3]
    assert strip.present == 3


def test_a_gesture_is_one_step(window, strip, drag):
    track = window.truncation.psi.track
    drag.press(track, track.x_of(0.7))
    for psi in (0.5, 0.2, -0.4):
        drag.move(track, track.x_of(psi))
    assert len(strip.cells) == 1
    drag.release(track, track.x_of(-0.4))
    assert len(strip.cells) == 2
    assert strip.text_of(1) == f"psi {window.document.recipe.truncation.psi:.2f}"


def test_undo_and_redo_walk_along_it_and_what_lies_ahead_is_dimmed(window, strip, qtbot):
    see(window, 1, 2)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (shown(strip), strip.present) == ([0, 1, 2], 1)
    assert [cell.ahead for cell in strip.cells] == [False, False, True]
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert (shown(strip), strip.present) == ([0, 1, 2], 2)


def test_a_click_goes_there_and_undo_comes_back(window, strip, qtbot):
    see(window, 1, 2, 3)
    click(qtbot, strip, 1)
    assert window.document.recipe.latent == SeedLatent(1)
    assert (shown(strip), strip.present) == ([0, 1, 2, 3], 1)
    assert window.document.stack.undoText() == "Go back"
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(3)
    assert (shown(strip), strip.present) == ([0, 1, 2, 3], 3)


def test_going_back_and_trying_again_keeps_both_tries(window, strip, qtbot):
    see(window, 1, 2, 3)
    click(qtbot, strip, 1)
    see(window, 8, 9)
    assert shown(strip) == [0, 1, 8, 9]
    assert [cell.branches for cell in strip.cells] == [1, 1, 2, 1]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.fork_rect(2).center().toPoint())
    assert shown(strip) == [0, 1, 2, 3]
    assert window.document.recipe.latent == SeedLatent(2), "the present step was left behind"
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.fork_rect(2).center().toPoint())
    assert shown(strip) == [0, 1, 8, 9]
    window.document.stack.undo()
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(9), "each switch was an undo step"


def test_a_branch_ahead_is_looked_at_without_going_there(window, strip, qtbot):
    see(window, 1, 2)
    click(qtbot, strip, 1)
    see(window, 8)
    click(qtbot, strip, 0)
    before = window.document.stack.count()
    qtbot.keyClick(window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert shown(strip) == [0, 1, 2]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.fork_rect(2).center().toPoint())
    assert shown(strip) == [0, 1, 8]
    assert window.document.recipe.latent == SeedLatent(0)
    assert window.document.stack.count() == before


def test_the_keyboard_walks_goes_there_and_switches(window, strip, qtbot):
    see(window, 1, 2)
    click(qtbot, strip, 1)
    see(window, 8)
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(strip, key)
    assert "Seed 8, 3 of 3, on show" in strip.accessibleDescription()
    assert window.document.recipe.latent == SeedLatent(8), "the cursor alone changes nothing"
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert shown(strip) == [0, 1, 2]
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.accessibleDescription() == "Seed 1, 2 of 3"
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert window.document.recipe.latent == SeedLatent(1)


def test_a_tooltip_says_what_was_done_and_what_a_fork_is(window, strip, qtbot):
    see(window, 1, 2)
    click(qtbot, strip, 0)
    see(window, 8)

    def tip(at: QPointF) -> str:
        QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, at.toPoint(), strip.mapToGlobal(at.toPoint())))
        return QToolTip.text()

    assert tip(strip.rect_of(1).center()) == "Seed 8"
    assert tip(strip.fork_rect(1).center()).startswith("2 branches")
    tip(QPointF(strip.width() - 2, 5))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_present_step_is_scrolled_into_sight_and_the_wheel_scrolls(window, strip):
    see(window, *range(1, 60))
    assert strip.rect_of(59).right() <= strip.width()
    assert strip.rect_of(0).right() < 0
    at = QPointF(200, 30)
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    for _ in range(60):
        wheel = QWheelEvent(at, at, QPoint(), QPoint(0, 120), *none, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(strip, wheel)
    assert strip.offset == 0
    for _ in range(59):
        window.document.stack.undo()
    assert strip.present == 0
    assert len(strip.visible) < 40, "only what is in sight is painted"


def test_a_step_can_be_dragged_away(window, strip, drag, monkeypatch):
    see(window, 1, 2)
    carried = []
    monkeypatch.setattr(row_module, "carry", lambda recipe, picture, source: carried.append(recipe))
    at = strip.rect_of(1).center()
    drag.press(strip, at.x(), at.y())
    drag.move(strip, at.x() + 40, at.y() - 40)
    drag.release(strip, at.x() + 40, at.y() - 40)
    assert [recipe.latent for recipe in carried] == [SeedLatent(1)]
    assert window.document.recipe.latent == SeedLatent(2), "it was no click"


def test_its_menu_stars_compares_keeps_copies_and_goes_there(window, strip, qtbot):
    see(window, 1, 2)
    recipe = strip.cells[1].recipe
    ask_menu(strip, 1, "Star")
    assert [star.recipe for star in window.document.board.stars] == [recipe]
    ask_menu(strip, 1, "Remove star")
    assert window.document.board.stars == ()
    ask_menu(strip, 1, "Compare with this")
    assert window.document.board.compared == recipe
    ask_menu(strip, 1, "Copy recipe")
    assert from_json(QGuiApplication.clipboard().text()) == recipe
    ask_menu(strip, 1, "Go to")
    assert window.document.recipe == recipe
    window.document.stack.undo()
    ask_menu(strip, 1, "Save as preset…")
    qtbot.keyClick(window.history.row.field, Qt.Key.Key_Return)
    assert window.document.board.presets == (Preset("Seed 1", recipe),)


def test_a_changed_board_is_no_step(window, strip):
    window.document.arrange("Pin", pins=("x",))
    assert len(strip.cells) == 1


def test_another_model_begins_a_new_history(window, strip, qtbot, tmp_path):
    see(window, 1, 2)
    save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: len(strip.cells) == 1)
    settle(qtbot, window)
    assert strip.cells[0].recipe.model == window.document.model.hash


def test_a_project_keeps_it_whole(window, strip, qtbot):
    see(window, 1, 2)
    click(qtbot, strip, 1)
    see(window, 8)
    steps, at = window.history.recorder.steps()
    kept = Project(ModelReference(window.document.model.hash), window.document.recipe, history=steps, at=at)
    see(window, 9, 10, 11)
    window.document.open(State(kept.recipe, kept.board))
    assert len(strip.cells) == 1
    window.history.recorder.restore(kept.history, kept.at)
    assert window.history.recorder.steps() == (steps, at)
    assert shown(strip) == [0, 1, 8]


def test_it_can_be_hidden_and_stays_hidden(window, qtbot):
    assert window.history.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert not window.history.isVisible()
    window.close()
    again = type(window)()
    qtbot.addWidget(again)
    again.show()
    assert not again.history.isVisible()
    assert not again.actions_by_id["history"].isChecked()
    again.close()


SMILE = DirectionAmount("Smile", "s", 1.2, (0,))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"latent": SeedLatent(5)}, "Seed 5"),
        ({"truncation": Truncation(0.25)}, "psi 0.25"),
        ({"directions": (SMILE,)}, "Smile +1.2"),
        ({"directions": (SMILE, replace(SMILE, name="Age", id="a"))}, "Undo's words"),
        ({"latent": SeedLatent(5), "truncation": Truncation(0.25)}, "Undo's words"),
    ],
)
def test_a_step_is_told_with_the_value_where_one_number_changed(changes, words):
    before = Recipe()
    assert told(Step(0, "Undo's words", replace(before, **changes)), before) == words


def test_the_name_that_is_offered_says_what_it_is():
    assert name_for(Recipe(latent=SeedLatent(5), directions=(SMILE,))) == "Seed 5, Smile"
