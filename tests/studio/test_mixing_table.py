"""The mixing table: live, edited by hand, saved as a picture."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.export.images import read_provenance
from engine.recipe import Mix, PlaneLatent, Recipe, SeedLatent, Truncation
from studio.mixing.table import TableWindow
from tests.nets import save_tiny
from tests.studio.conftest import settle
from tests.studio.test_mixing import choose, drop


@pytest.fixture(autouse=True)
def own_dialogues(qapp):
    """Qt's own file dialogue, which a test can fill in."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.fixture
def shown(window, qtbot) -> TableWindow:
    """The table, as its shortcut opens it."""
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    table = window.mixing_table.shown
    assert table.isVisible()
    return table


def click(qtbot, widget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_in(qtbot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_each_cell_is_its_destination_with_the_coarse_rows_of_its_source(shown):
    cell = shown.grid.cells[2, 3].recipe
    assert cell.latent == shown.table.destinations[1].latent == shown.grid.cells[2, 0].recipe.latent
    assert cell.mixes == (Mix(shown.table.sources[2].latent, (0, 1, 2, 3, 4)),)
    assert shown.table.destinations[0] == shown.document.recipe, "it begins with the face on show"


def test_its_pictures_come_by_themselves(window, shown, qtbot):
    thumbnails = window.session.large_thumbnails
    qtbot.waitUntil(lambda: all(thumbnails.of(cell.recipe) for cell in shown.grid.cells.values()))


def test_the_bands_and_any_range_choose_the_rows(shown, qtbot):
    coarse, middle, fine = shown.buttons.values()
    click(qtbot, middle)
    assert shown.table.rows == (0, 1, 2, 3, 4, 5, 6, 7, 8)
    assert shown.rows.text() == "0-8"
    click(qtbot, coarse)
    assert shown.rows.text() == "5-8"
    type_in(qtbot, shown.rows, "0-4, 9")
    assert shown.table.rows == (0, 1, 2, 3, 4, 9)
    assert [button.isChecked() for button in (coarse, middle, fine)] == [True, False, True]
    assert shown.grid.cells[1, 1].recipe.mixes[0].rows == (0, 1, 2, 3, 4, 9)


@pytest.mark.parametrize(
    ("text", "words"), [("4-2", "run upwards"), ("0-30", "no style row 30; this model's rows are 0 to 9")]
)
def test_rows_that_are_none_are_told_in_the_table_and_change_nothing(shown, qtbot, text, words):
    type_in(qtbot, shown.rows, text)
    assert words in shown.said.text()
    assert shown.rows.text() == "0-4"


def test_a_click_on_a_cell_shows_it_and_undo_works_from_the_table(window, shown, qtbot):
    before = window.document.recipe
    cell = shown.grid.cells[2, 2]
    click(qtbot, cell)
    settle(qtbot, window)
    assert window.document.recipe == cell.recipe
    assert [place for place, other in shown.grid.cells.items() if other.isChecked()] == [(2, 2)]
    qtbot.keyClick(shown, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.recipe == before
    assert not cell.isChecked()


def test_a_click_on_a_header_is_another_face_and_its_cells_follow(shown, qtbot):
    before = shown.table
    click(qtbot, shown.grid.cells[0, 2])
    after = shown.table
    assert after.sources[1] != before.sources[1]
    assert (after.sources[0], *after.sources[2:]) == (before.sources[0], *before.sources[2:])
    assert shown.grid.cells[3, 2].recipe.mixes[0].source == after.sources[1].latent
    assert shown.grid.seeds[0, 2].text() == str(after.sources[1].latent.seed)
    click(qtbot, shown.dice)
    assert not set(shown.table.sources) & set(after.sources)
    assert not set(shown.table.destinations) & set(after.destinations)


def test_a_typed_seed_is_a_header(shown, qtbot):
    type_in(qtbot, shown.grid.seeds[3, 0], "4711")
    assert shown.table.destinations[2].latent == SeedLatent(4711)


def test_a_recipe_dropped_on_a_header_stands_there(shown):
    plane = PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.3, 0.3)
    recipe = Recipe(latent=plane, truncation=Truncation(0.2), mixes=(Mix(SeedLatent(9), (3, 4), 0.5),))
    drop(shown.grid.cells[2, 0], recipe)
    assert shown.table.destinations[1] == replace(recipe, model=shown.document.model.hash)
    drop(shown.grid.cells[0, 1], recipe)
    source = shown.table.sources[0]
    assert (source.latent, source.mixes, source.truncation) == (plane, recipe.mixes, Truncation())
    assert shown.grid.seeds[0, 1].placeholderText() == "walk"
    drop(shown.grid.cells[0, 1], Recipe(model="f" * 64))
    assert "open the model it was made with" in shown.said.text()


def test_the_menu_of_a_header_takes_the_face_on_show(window, shown, qtbot):
    window.document.edit("Seed", latent=SeedLatent(77))
    shown.grid.cells[0, 3].asked.emit()
    choose(qtbot, window, "The face on show")
    assert shown.table.sources[2].latent == SeedLatent(77)


def test_sources_and_destinations_can_be_more_or_fewer(shown, qtbot):
    shown.across.setFocus()
    qtbot.keyClick(shown.across, Qt.Key.Key_Down)
    qtbot.keyClick(shown.down, Qt.Key.Key_Up)
    assert (len(shown.table.sources), len(shown.table.destinations)) == (4, 5)
    assert len(shown.grid.cells) == 5 * 6 - 1
    assert {cell.width() for cell in shown.grid.cells.values()} == {cell.height() for cell in shown.grid.cells.values()}


def test_a_cell_can_be_dragged_out(shown, drag, monkeypatch):
    carried = []
    monkeypatch.setattr("studio.thumb.carry", lambda recipe, picture, source: carried.append(recipe))
    cell = shown.grid.cells[2, 2]
    drag.press(cell, 5, 5)
    drag.move(cell, 35, 35)
    drag.release(cell, 35, 35)
    assert carried == [cell.recipe]


def test_arrow_keys_walk_over_the_pictures_and_enter_takes_one(window, shown, qtbot):
    shown.grid.cells[1, 1].setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert QApplication.focusWidget() is shown.grid.cells[2, 2]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.document.recipe == shown.grid.cells[2, 2].recipe
    reached = [cell for cell in shown.grid.cells.values() if cell.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == [shown.grid.cells[2, 2]], "Tab stops at one of them"


def test_the_table_is_saved_with_every_recipe_in_it(window, shown, qtbot, tmp_path):
    table = shown.table
    click(qtbot, shown.save_button)
    files = window.findChild(QFileDialog)
    files.setDirectory(str(tmp_path))
    files.selectFile("table")
    files.accept()
    qtbot.waitUntil(lambda: shown.said.text().startswith("Saved table.png"))
    assert read_provenance(tmp_path / "table.png").recipes == tuple(table.recipes)
    assert len(table.recipes) == 5 + 4 * 6
    window.document.replace("x", table.cell(1, 0))
    settle(qtbot, window)
    with Image.open(tmp_path / "table.png") as picture:
        sheet = np.asarray(picture)
    gap, caption = 2, 12
    y, x = gap + 2 * (64 + caption + gap), gap + 64 + gap
    assert np.array_equal(sheet[y : y + 64, x : x + 64], window.canvas.frame.rgb())


def test_copy_puts_the_table_on_the_clipboard(shown, qtbot):
    click(qtbot, shown.copy_button)
    qtbot.waitUntil(lambda: shown.said.text() == "Copied the mixing table")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (2 + 6 * 66, 2 + 5 * 78 + 14)


def test_the_picture_can_be_given_up(shown, qtbot):
    click(qtbot, shown.copy_button)
    assert shown.line.isVisible()
    click(qtbot, shown.line.cancel)
    assert not shown.line.isVisible()
    assert shown.output.making.at_work is None


def test_another_model_shows_the_same_seeds(window, shown, qtbot, tmp_path):
    seeds = [face.latent for face in shown.table.sources]
    save_tiny(tmp_path / "other.safetensors", 1)
    first = window.document.model.hash
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.document.model.hash != first)
    assert [face.latent for face in shown.table.sources] == seeds
    assert {cell.recipe.model for cell in shown.grid.cells.values()} == {window.document.model.hash}
    settle(qtbot, window)


def test_the_table_keeps_its_faces_when_it_is_closed(window, shown, qtbot):
    click(qtbot, shown.dice)
    table = shown.table
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.mixing_table.shown is shown
    assert shown.isVisible()
    assert shown.table == table


def test_without_a_model_there_is_no_table_but_a_sentence(empty_window):
    empty_window.mixing_table.open()
    assert empty_window.mixing_table.shown is None
    assert "no model is open yet" in empty_window.canvas.toast.label.text().lower()
