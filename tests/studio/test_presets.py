"""Presets as a person uses them: kept under a name, recalled by a key, put in order by hand, and all of it undone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QToolButton

from engine.project import Preset
from engine.recipe import Recipe, SeedLatent, Truncation
from studio.actions import plain
from studio.history import row as row_module
from studio.recipe_drag import mime_of
from studio.settings import MORPH_EASING, MORPH_SECONDS
from tests.nets import save_tiny
from tests.studio.conftest import ask_menu, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def row(window):
    """The row of presets, on show, without a morph."""
    window.settings.set(MORPH_SECONDS, 0.0)
    window.history.show_presets()
    return window.history.row


@pytest.fixture
def kept(window, row):
    """Three presets, of seeds 1, 2 and 3; the recipe on show is another."""
    for seed, name in enumerate(("Anna", "Ben", "Cleo"), 1):
        window.history.presets.save(name, replace(window.document.recipe, latent=SeedLatent(seed)))
    return row


def names(window) -> list[str]:
    return [preset.name for preset in window.document.board.presets]


def type_name(qtbot, row, text: str) -> None:
    qtbot.keyClicks(row.field, text)
    qtbot.keyClick(row.field, Qt.Key.Key_Return)


def test_ctrl_d_asks_for_a_name_in_place_and_keeps_the_face(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    row = window.history.row
    assert row.isVisible()
    assert row.field.selectedText() == "Seed 0"
    type_name(qtbot, row, "Anna")
    assert window.document.board.presets == (Preset("Anna", window.document.recipe),)
    assert not row.field.isVisible()
    assert row.hasFocus()
    assert row.present == 0
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.document.board.presets == ()
    assert not row.cells


def test_escape_keeps_nothing_and_going_elsewhere_keeps_the_name(window, qtbot, row):
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert (names(window), row.field.isVisible(), len(row.cells)) == ([], False, 0)
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    qtbot.keyClicks(row.field, "Anna")
    window.canvas.setFocus()
    assert names(window) == ["Anna"]
    assert window.canvas.hasFocus()


def test_a_name_of_blanks_is_told_and_asked_for_again(window, qtbot, row):
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    type_name(qtbot, row, "   ")
    assert "1 to 80 printable characters" in window.canvas.toast.label.text()
    assert row.field.isVisible()
    row.field.clear()
    type_name(qtbot, row, "Anna")
    assert names(window) == ["Anna"]


def test_the_face_that_is_kept_is_the_one_that_was_on_show(window, qtbot, row):
    before = window.document.recipe
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    window.document.edit("Seed", latent=SeedLatent(5))
    type_name(qtbot, row, "Anna")
    assert window.document.board.presets == (Preset("Anna", before),)


@pytest.mark.parametrize("way", ["click", "Enter", "Alt+2", "palette"])
def test_a_preset_is_recalled(window, qtbot, kept, way):
    if way == "click":
        qtbot.mouseClick(kept, Qt.MouseButton.LeftButton, pos=kept.rect_of(1).center().toPoint())
    elif way == "Enter":
        kept.setFocus()
        for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Return):
            qtbot.keyClick(kept, key)
    elif way == "Alt+2":
        qtbot.keyClick(window.canvas, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    else:
        assert window.actions_by_id["preset_2"].text() == "Go to Ben"
        window.actions_by_id["preset_2"].trigger()
    assert window.document.recipe.latent == SeedLatent(2)
    assert kept.present == 1
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)


def test_keys_without_a_preset_do_nothing(window, qtbot, kept):
    assert not window.actions_by_id["preset_4"].isEnabled()
    qtbot.keyClick(window.canvas, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert window.document.recipe.latent == SeedLatent(0)


def test_a_recall_morphs_where_a_time_is_set(window, qtbot, kept):
    window.history.controls.seconds.setValue(0.2)
    qtbot.mouseClick(kept, Qt.MouseButton.LeftButton, pos=kept.rect_of(1).center().toPoint())
    assert window.history.morph.running
    qtbot.waitUntil(lambda: not window.history.morph.running)
    assert window.document.recipe.latent == SeedLatent(2)
    assert window.document.stack.undoText() == "Preset Ben"
    settle(qtbot, window)


def test_time_and_easing_are_chosen_by_hand_and_remembered(window, qtbot, row):
    controls = window.history.controls
    assert controls.seconds.text() == "cut"
    controls.seconds.setFocus()
    controls.seconds.selectAll()
    qtbot.keyClicks(controls.seconds, "2.5")
    qtbot.keyClick(controls.seconds, Qt.Key.Key_Return)
    assert window.settings.get(MORPH_SECONDS) == 2.5
    easing = next(action for action in controls.easing.menu().actions() if action.text() == "Ease out")
    easing.trigger()
    assert window.settings.get(MORPH_EASING) == "quadratic-out"
    assert controls.easing.text() == "Ease out ▾"


def test_f2_renames_and_delete_deletes(window, qtbot, kept):
    kept.setFocus()
    qtbot.keyClick(kept, Qt.Key.Key_Home)
    qtbot.keyClick(kept, Qt.Key.Key_F2)
    assert kept.field.selectedText() == "Anna"
    type_name(qtbot, kept, "Maria")
    assert names(window) == ["Maria", "Ben", "Cleo"]
    qtbot.keyClick(kept, Qt.Key.Key_Delete)
    assert names(window) == ["Ben", "Cleo"]
    for _ in range(2):
        window.document.stack.undo()
    assert names(window) == ["Anna", "Ben", "Cleo"]


def test_one_that_vanishes_while_it_is_renamed_is_asked_for_no_longer(window, qtbot, kept):
    kept.ask_rename(2)
    window.document.stack.undo()
    assert not kept.field.isVisible()
    assert names(window) == ["Anna", "Ben"]


def test_shift_and_an_arrow_key_put_it_elsewhere(window, qtbot, kept):
    kept.setFocus()
    qtbot.keyClick(kept, Qt.Key.Key_Home)
    qtbot.keyClick(kept, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert names(window) == ["Ben", "Anna", "Cleo"]
    qtbot.keyClick(kept, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(kept, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert names(window) == ["Ben", "Cleo", "Anna"], "the last one stays the last"
    qtbot.keyClick(kept, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert names(window) == ["Ben", "Anna", "Cleo"]


def drop(row, data: QMimeData, x: float) -> None:
    """A drag that comes in, moves and ends in a drop."""
    at, none = QPointF(x, 30), (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for kind in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(row, kind(at.toPoint(), Qt.DropAction.CopyAction, data, *none))
    QApplication.sendEvent(row, QDropEvent(at, Qt.DropAction.CopyAction, data, *none))


def test_dragging_puts_it_elsewhere(window, qtbot, kept, drag, monkeypatch):
    def carry(recipe: Recipe, picture, source) -> None:
        drop(kept, mime_of(recipe), kept.rect_of(2).right() + 5)

    monkeypatch.setattr(row_module, "carry", carry)
    at = kept.rect_of(0).center()
    drag.press(kept, at.x(), at.y())
    drag.move(kept, at.x() + 40, at.y())
    assert names(window) == ["Ben", "Cleo", "Anna"]
    assert kept.mark is None


def test_a_face_that_is_dropped_becomes_a_preset_where_it_was_dropped(window, qtbot, kept):
    recipe = replace(window.document.recipe, latent=SeedLatent(50))
    drop(kept, mime_of(recipe), kept.rect_of(1).left() - 2)
    type_name(qtbot, kept, "Dora")
    assert names(window) == ["Anna", "Dora", "Ben", "Cleo"]
    assert window.document.board.presets[1].recipe == recipe


def test_what_is_no_recipe_is_not_taken(window, kept):
    data = QMimeData()
    data.setText("words")
    drop(kept, data, 30)
    assert names(window) == ["Anna", "Ben", "Cleo"]
    assert kept.asking is None


def test_its_menu_updates_it_from_the_face_on_show(window, kept):
    window.document.edit("Truncation", truncation=Truncation(0.2))
    ask_menu(kept, 1, "Update to the face on show")
    assert window.document.board.presets[1] == Preset("Ben", window.document.recipe)
    assert kept.present == 1


def test_its_menu_deletes_renames_and_goes_there(window, qtbot, kept):
    ask_menu(kept, 0, "Delete")
    ask_menu(kept, 0, "Rename…")
    type_name(qtbot, kept, "Benno")
    ask_menu(kept, 0, "Go to")
    assert names(window) == ["Benno", "Cleo"]
    assert window.document.recipe.latent == SeedLatent(2)


def test_the_actions_work_on_the_chosen_preset_and_say_where_there_is_none(window, qtbot, row):
    window.actions_by_id["delete_preset"].trigger()
    assert window.canvas.toast.label.text().startswith("There are no presets yet")
    for name in ("Anna", "Ben"):
        window.history.presets.save(name, replace(window.document.recipe, latent=SeedLatent(len(name))))
    row.point_at(1)
    window.actions_by_id["update_preset"].trigger()
    assert window.document.board.presets[1].recipe == window.document.recipe
    window.actions_by_id["rename_preset"].trigger()
    type_name(qtbot, row, "Benno")
    row.point_at(0)
    window.actions_by_id["delete_preset"].trigger()
    assert names(window) == ["Benno"]


@pytest.mark.parametrize("action", ["update_preset", "rename_preset", "delete_preset"])
def test_a_preset_whose_name_is_still_asked_for_is_none_yet(window, qtbot, kept, row, action):
    before = window.document.board.presets
    qtbot.keyClick(window.canvas, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    window.actions_by_id[action].trigger()
    assert "give it one first" in window.canvas.toast.label.text()
    assert window.document.board.presets == before
    type_name(qtbot, row, "Tom & Jerry")
    assert names(window)[-1] == "Tom & Jerry"
    action = next(one for one in window.actions_by_id.values() if "Jerry" in one.text())
    assert action.text() == "Go to Tom && Jerry"
    assert plain(action) == "Go to Tom & Jerry"


def test_presets_of_another_model_are_kept_but_not_shown(window, qtbot, kept, tmp_path):
    board = window.document.board.presets
    save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: not kept.cells)
    settle(qtbot, window)
    window.history.presets.save("Other", window.document.recipe)
    assert len(kept.cells) == 1
    window.history.presets.remove(0)
    assert window.document.board.presets == board


def test_the_headings_and_ctrl_j_turn_the_page(window, qtbot):
    dock = window.history
    headings = {button.text(): button for button in dock.findChildren(QToolButton) if button.isCheckable()}
    qtbot.mouseClick(headings["Presets"], Qt.MouseButton.LeftButton)
    assert dock.row.isVisible()
    assert dock.controls.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_J, CONTROL)
    assert dock.strip.isVisible()
    assert headings["History"].isChecked()
    dock.hide()
    qtbot.keyClick(window, Qt.Key.Key_J, CONTROL)
    assert dock.row.isVisible()


def test_without_a_model_there_is_nothing_to_keep(empty_window):
    empty_window.actions_by_id["save_preset"].trigger()
    assert empty_window.canvas.toast.label.text() == "There is no face to keep yet"
