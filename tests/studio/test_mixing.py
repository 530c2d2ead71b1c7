"""The Style mix section: bands, sources, and the console of faders."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from engine.mixes import rows_of
from engine.recipe import ExplicitLatent, Mix, PlaneLatent, Recipe, SeedLatent
from studio.main_window import MainWindow
from studio.mixing.console import NAMES
from studio.recipe_drag import mime_of
from tests.studio.conftest import settle

ROWS = 10  # of the tiny model
COARSE, MIDDLE, FINE = (0, 1, 2, 3, 4), (5, 6, 7, 8), (9,)


def bands(window):
    return list(window.mixing.bands.values())


def mixes(window) -> tuple[Mix, ...]:
    return window.document.recipe.mixes


def drop(widget, recipe: Recipe, at: QPoint | None = None) -> None:
    at = at or widget.rect().center()
    data = mime_of(recipe)
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(at, *how))
    QApplication.sendEvent(widget, QDragMoveEvent(at, *how))
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), *how))


def choose(qtbot, window, text: str) -> None:
    """A word of the menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == text)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


@pytest.fixture
def console(window, qtbot):
    """The console, reached by its button."""
    qtbot.mouseClick(window.mixing.per_row, Qt.MouseButton.LeftButton)
    assert window.mixing.console.isVisible()
    return window.mixing.console


def spot(console, row: int, amount: float) -> tuple[float, float]:
    """Where the mouse must stand to set a fader to an amount."""
    fader = console.faders[row]
    y = min(range(NAMES, console.height()), key=lambda y: abs(console.amount_at(y) - amount))
    return fader.geometry().center().x(), y


def test_a_mix_takes_rows_from_another_face_and_keeps_the_chosen_face_at_zero(window, qtbot):
    middle = bands(window)[1]
    middle.seed.setFocus()
    middle.seed.selectAll()
    qtbot.keyClicks(middle.seed, "77")
    qtbot.keyClick(middle.seed, Qt.Key.Key_Return)
    middle.track.setFocus()
    qtbot.keyClick(middle.track, Qt.Key.Key_End)
    assert mixes(window) == (Mix(SeedLatent(77), MIDDLE, 1.0),)
    qtbot.keyClick(middle.track, Qt.Key.Key_Home)
    assert mixes(window) == (Mix(SeedLatent(77), MIDDLE, 0.0),)
    assert middle.seed.text() == "77"
    qtbot.mouseClick(window.mixing.reset, Qt.MouseButton.LeftButton)
    assert mixes(window) == ()


def test_a_mix_on_other_rows_survives_the_slider_of_another_band(window, qtbot):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (2, 3)),))
    bands(window)[2].track.setFocus()
    qtbot.keyClick(bands(window)[2].track, Qt.Key.Key_End)
    assert mixes(window) == (Mix(SeedLatent(3), (2, 3)), Mix(SeedLatent(13), FINE))


def test_a_band_whose_rows_differ_shows_their_mean_and_says_so(window):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (2, 3), 0.5),))
    coarse = bands(window)[0]
    assert coarse.value == pytest.approx(0.2)
    assert "varies" in coarse.label.text()
    assert coarse.seed.text() == "3"
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), COARSE, 0.5),))
    assert "varies" not in coarse.label.text()
    assert "pose" in coarse.label.text()


def test_the_slider_of_a_band_sets_all_its_rows(window, qtbot):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (2, 3), 0.5),))
    bands(window)[0].track.setFocus()
    qtbot.keyClick(bands(window)[0].track, Qt.Key.Key_End)
    assert mixes(window) == (Mix(SeedLatent(3), COARSE, 1.0),)


def test_another_source_leaves_the_amounts_of_the_rows(window, qtbot):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (5, 6), 0.5), Mix(SeedLatent(4), (7,), 0.25)))
    drop(bands(window)[1].face, Recipe(latent=SeedLatent(8)))
    source = SeedLatent(8)
    assert mixes(window) == (Mix(source, (5, 6), 0.5), Mix(source, (7,), 0.25), Mix(source, (8,), 0.0))


def test_a_recipe_dropped_on_a_face_becomes_the_source(window, qtbot):
    plane = PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.3, 0.3)
    fine = bands(window)[2]
    drop(fine.face, Recipe(model=window.document.model.hash, latent=plane, mixes=(Mix(SeedLatent(9), (0,)),)))
    assert mixes(window) == (Mix(plane, FINE, 0.0),)
    assert (fine.seed.text(), fine.seed.placeholderText()) == ("", "walk")
    numbers = ExplicitLatent(1, 512, bytes(4 * 512))
    drop(fine.face, Recipe(latent=numbers))
    assert fine.seed.placeholderText() == "numbers"
    qtbot.waitUntil(lambda: window.session.thumbnails.of(fine.face.recipe) is not None)
    window.document.stack.undo()
    assert mixes(window) == (Mix(plane, FINE, 0.0),)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(model="f" * 64, latent=SeedLatent(1)), "open the model it was made with"),
        (Recipe(latent=ExplicitLatent(1, 4, bytes(16))), "this model takes"),
    ],
)
def test_a_recipe_that_cannot_be_a_source_is_told_and_changes_nothing(window, recipe, words):
    drop(bands(window)[0].face, recipe)
    assert words in window.canvas.toast.label.text()
    assert mixes(window) == ()


def test_the_menu_of_a_face_offers_the_face_on_show_and_goes_to_the_source(window, qtbot):
    window.document.edit("Seed", latent=SeedLatent(5))
    coarse = bands(window)[0]
    qtbot.mouseClick(coarse.face, Qt.MouseButton.LeftButton)
    choose(qtbot, window, "The face on show")
    assert mixes(window) == (Mix(SeedLatent(5), COARSE, 0.0),)
    coarse.face.setFocus()
    qtbot.keyClick(coarse.face, Qt.Key.Key_Space)
    choose(qtbot, window, "Random face")
    source = mixes(window)[0].source
    assert source != SeedLatent(5)
    qtbot.mouseClick(coarse.face, Qt.MouseButton.LeftButton)
    choose(qtbot, window, "Go to this face")
    assert window.document.recipe.latent == source
    assert mixes(window) == ()
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(5)


def test_the_bands_end_with_the_last_row_of_the_model(window):
    assert [band.rows for band in window.mixing.bands] == [COARSE, MIDDLE, FINE]


def test_sources_of_mixes_get_a_thumbnail(window, qtbot):
    faces = [slider.face for slider in bands(window)]
    thumbnails = window.session.thumbnails
    qtbot.waitUntil(lambda: all(thumbnails.of(face.recipe) is not None for face in faces))
    assert [face.recipe.latent for face in faces] == [SeedLatent(11), SeedLatent(12), SeedLatent(13)]


def test_one_sweep_paints_every_fader_on_its_way_and_is_one_undo_step(window, console, drag, qtbot):
    before = window.document.stack.count()
    drag.press(console, *spot(console, 1, 1.0))
    drag.move(console, *spot(console, 6, 0.5))
    drag.release(console, *spot(console, 6, 0.5))
    amounts = [fader.amount for fader in console.faders]
    assert amounts[1] == 1.0
    assert amounts[6] == pytest.approx(0.5, abs=0.02)
    assert amounts[1:7] == sorted(amounts[1:7], reverse=True)
    assert len(set(amounts[1:7])) == 6
    assert amounts[0] == amounts[7] == 0
    assert window.document.stack.count() == before + 1
    settle(qtbot, window)
    assert console.faders[6].hasFocus(), "the keys go on where the sweep ended"
    window.document.stack.undo()
    assert mixes(window) == ()
    assert {fader.amount for fader in console.faders} == {0}


def test_a_fader_takes_from_the_source_of_its_band(window, console, drag):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(7), (5,), 0.5),))
    drag.press(console, *spot(console, 8, 1.0))
    drag.release(console, *spot(console, 8, 1.0))
    assert mixes(window) == (Mix(SeedLatent(7), (5,), 0.5), Mix(SeedLatent(7), (8,), 1.0))


def test_touching_a_row_leaves_the_chains_of_the_others(window, console, drag):
    chain = (Mix(SeedLatent(3), COARSE, 0.5), Mix(SeedLatent(4), COARSE, 0.5))
    window.document.edit("Recipe", mixes=chain)
    assert console.faders[2].amount == 0.75
    window.mixing.per_row.click()
    assert "several faces" in bands(window)[0].label.text()
    window.mixing.per_row.click()
    drag.press(console, *spot(console, 2, 0.0))
    drag.release(console, *spot(console, 2, 0.0))
    rows = rows_of(mixes(window), ROWS)
    assert rows[0] == rows[4] == ((SeedLatent(3), 0.5), (SeedLatent(4), 0.5))
    assert rows[2] == ((SeedLatent(4), 0.0),)


def test_arrow_keys_walk_over_the_faders_and_move_them(window, console, qtbot):
    console.faders[0].setFocus()
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    fader = QApplication.focusWidget()
    assert fader is console.faders[3]
    qtbot.keyClick(fader, Qt.Key.Key_Up)
    qtbot.keyClick(fader, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert fader.amount == pytest.approx(0.06)
    assert (fader.accessibleName(), fader.accessibleDescription()) == ("Style row 3", "6 %")
    qtbot.keyClick(fader, Qt.Key.Key_End)
    assert mixes(window) == (Mix(SeedLatent(11), (3,), 1.0),)
    qtbot.keyClick(fader, Qt.Key.Key_Delete)
    assert fader.amount == 0


def test_tab_leaves_the_faders_by_the_one_that_was_used_last(window, console, qtbot):
    console.faders[4].setFocus()
    qtbot.keyClick(console.faders[4], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() not in console.faders
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is console.faders[4]


def test_a_number_typed_on_a_fader_is_its_value(window, console, qtbot):
    console.faders[6].setFocus()
    qtbot.keyClick(console.faders[6], "3")
    box = window.mixing.one.box
    assert QApplication.focusWidget() is box
    qtbot.keyClicks(box, "5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert mixes(window) == (Mix(SeedLatent(12), (6,), 0.35),)


def test_a_double_click_takes_a_row_back(window, console, drag):
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (2,), 0.5),))
    drag.double_click(console, *spot(console, 2, 0.5))
    assert console.faders[2].amount == 0


def test_shift_moves_one_fader_finely(window, console, drag):
    shift = Qt.KeyboardModifier.ShiftModifier
    x, y = spot(console, 2, 0.5)
    window.document.edit("Recipe", mixes=(Mix(SeedLatent(3), (2,), 0.5),))
    drag.press(console, x, y, modifiers=shift)
    drag.move(console, x + 40, y - 50, modifiers=shift)
    drag.release(console, x + 40, y - 50, modifiers=shift)
    assert console.faders[2].amount == pytest.approx(0.55, abs=0.011)
    assert [fader.amount for fader in console.faders if fader.row != 2] == [0] * 9


def test_a_face_dropped_on_a_fader_is_its_source_and_on_a_name_the_source_of_the_band(window, console):
    x, y = spot(console, 6, 0.5)
    drop(console, Recipe(latent=SeedLatent(8)), QPoint(round(x), y))
    assert mixes(window) == (Mix(SeedLatent(8), (6,), 1.0),)
    drop(console, Recipe(latent=SeedLatent(9)), QPoint(console.faders[0].x() + 4, NAMES // 2))
    assert mixes(window) == (Mix(SeedLatent(9), COARSE, 1.0), Mix(SeedLatent(8), (6,), 1.0))


def test_the_fader_that_was_touched_has_its_own_slider_and_source_below(window, console, drag, qtbot):
    drag.press(console, *spot(console, 9, 0.5))
    drag.release(console, *spot(console, 9, 0.5))
    one = window.mixing.one
    assert "Row 9" in one.label.text()
    assert one.value == pytest.approx(0.5, abs=0.02)
    one.seed.setFocus()
    one.seed.selectAll()
    qtbot.keyClicks(one.seed, "41")
    qtbot.keyClick(one.seed, Qt.Key.Key_Return)
    assert [mix.source for mix in mixes(window)] == [SeedLatent(41)]


def test_the_view_by_rows_is_remembered(window, console, qtbot):
    assert window.actions_by_id["rows"].isChecked()
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert again.mixing.per_row.isChecked()
    again.actions_by_id["rows"].setChecked(False)
    assert not again.mixing.per_row.isChecked()
    again.close()
