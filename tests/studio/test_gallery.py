"""The gallery under a person's hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from engine.checks import SEED_LIMIT
from engine.project import Star
from engine.recipe import DirectionAmount, Mix, Recipe, SeedLatent, Truncation
from studio.gallery.grid import Grid
from studio.gallery.grid_view import PITCH
from studio.main_window import MainWindow
from tests.nets import save_tiny
from tests.studio.conftest import settle

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def grid(window) -> Grid:
    return window.gallery.faces.grid


def click(qtbot, grid: Grid, index: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, modifiers, grid.rect_of(index).center())


def star(qtbot, grid: Grid, index: int) -> None:
    corner = grid.rect_of(index).topRight() + QPoint(-8, 8)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner)


def menu_of(grid: Grid, index: int) -> dict[str, QAction]:
    """The context menu of a face, opened with the right button."""
    at = grid.rect_of(index).center()
    QApplication.sendEvent(grid, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, grid.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.text(): action for action in menu.actions()}


def choose(grid: Grid, index: int, text: str) -> None:
    menu_of(grid, index)[text].trigger()
    QApplication.activePopupWidget().close()


def starred(window: MainWindow) -> list[int]:
    return [star.recipe.latent.seed for star in window.document.board.stars]


def test_a_click_goes_to_the_face_and_keeps_truncation(window, grid, qtbot):
    window.document.edit("Truncation", truncation=Truncation(0.3), mixes=(Mix(SeedLatent(3), (1,)),))
    click(qtbot, grid, 5)
    hash = window.document.model.hash
    assert window.document.recipe == Recipe(model=hash, latent=SeedLatent(5), truncation=Truncation(0.3))
    assert grid.shown == 5
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.document.recipe.latent == SeedLatent(0)
    assert grid.shown == 0
    settle(qtbot, window)


def test_thumbnails_come_for_what_is_visible(window, grid, qtbot):
    faces = [grid.cells.recipe(index) for index in grid.visible()]
    assert len(faces) >= 9
    qtbot.waitUntil(lambda: all(face in window.session.thumbnails.made for face in faces))
    assert grid.cells.recipe(5000) not in window.session.thumbnails.made


def test_in_quiet_moments_the_faces_below_are_made(window, grid, qtbot):
    below = grid.cells.recipe(grid.visible().stop + 1)
    qtbot.waitUntil(lambda: below in window.session.thumbnails.made)


def test_stars_of_another_model_come_back_with_it(window, grid, qtbot, tiny_path, tmp_path):
    window.gallery.unfold(2)
    star(qtbot, grid, 1)
    star(qtbot, grid, 2)
    mine = window.document.model.hash
    other = save_tiny(tmp_path / "other.safetensors", 1).hash
    for path, hash, count in ((tmp_path / "other.safetensors", other, 0), (tiny_path, mine, 2)):
        window.opener.open([path])
        qtbot.waitUntil(lambda hash=hash: window.document.model.hash == hash)
        assert len(window.gallery.selected()) == count
        assert (window.gallery.breed.child.recipe is not None) == (count == 2)
        assert grid.cells.recipe(0).model == window.document.model.hash
        assert window.gallery.variations.faces[0].recipe.model == window.document.model.hash
    assert window.document.model.hash == mine
    settle(qtbot, window)


def test_a_star_that_the_model_cannot_follow_is_told_of(window, grid, qtbot):
    move = DirectionAmount("Smile", "unknown", 1.0, (0,))
    window.document.arrange("x", stars=(Star(replace(grid.cells.recipe(3), directions=(move,))),))
    window.gallery.faces.only.click()
    click(qtbot, grid, 0)
    assert "uses direction 'Smile'" in window.canvas.toast.label.text()
    assert window.document.recipe.latent == SeedLatent(0)


def test_the_wheel_scrolls_on_for_ever_and_back_to_the_first_row(window, grid, qtbot):
    window.actions_by_id["still"].setChecked(True)

    def turn(notches: int) -> None:
        at = QPointF(grid.rect().center())
        event = QWheelEvent(
            at, QPointF(grid.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid, event)

    lengths = [grid.bar.maximum()]
    for _ in range(4):
        turn(-50)
        lengths.append(grid.bar.maximum())
    assert grid.bar.position == 200 * PITCH
    assert lengths == sorted(set(lengths)), "the bar's stretch grows as it is scrolled"
    assert grid.visible()[0] == 200 * grid.columns
    turn(1000)
    assert grid.bar.position == 0


def test_a_wheel_that_glides_arrives(window, grid, qtbot):
    grid.bar.roll(3 * PITCH)
    grid.bar.roll(2 * PITCH)
    qtbot.waitUntil(lambda: grid.bar.position == 5 * PITCH)


def test_the_scroll_bar_moves_the_faces(window, grid, qtbot):
    grid.bar.setValue(10 * PITCH)
    assert grid.visible()[0] == 10 * grid.columns


def test_a_number_in_the_field_goes_to_that_seed(window, grid, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    field = window.gallery.faces.field
    assert QApplication.focusWidget() is field
    qtbot.keyClicks(field, str(SEED_LIMIT - 1))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert grid.cursor == SEED_LIMIT - 1
    assert grid.hasFocus()
    assert grid.visible()[-1] == SEED_LIMIT - 1
    assert field.text() == ""
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert window.document.recipe.latent == SeedLatent(SEED_LIMIT - 1)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert grid.bar.position == 0
    settle(qtbot, window)


def test_a_number_that_is_no_seed_is_refused_in_one_sentence(window, grid, qtbot):
    field = window.gallery.faces.field
    field.setFocus()
    qtbot.keyClicks(field, str(SEED_LIMIT))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.canvas.toast.label.text().startswith("Seed 18446744073709551616 does not fit")
    assert grid.cursor == 0


def test_keys_walk_select_and_star(window, grid, qtbot):
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.cursor == 1 + grid.columns
    assert grid.accessibleDescription() == f"seed {grid.cursor}"
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    first = 1 + grid.columns
    assert [recipe.latent.seed for recipe in window.gallery.selected()] == [first, first + 1, first + 2]
    qtbot.keyClick(grid, Qt.Key.Key_S)
    assert sorted(starred(window)) == [first, first + 1, first + 2]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert starred(window) == []
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.selection() == []
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.rect().contains(grid.rect_of(grid.cursor))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert window.document.recipe.latent == SeedLatent(grid.cursor)
    settle(qtbot, window)


def test_control_and_shift_clicks_select_and_go_nowhere(window, grid, qtbot):
    click(qtbot, grid, 1, CONTROL)
    click(qtbot, grid, 4, SHIFT)
    assert [recipe.latent.seed for recipe in window.gallery.selected()] == [1, 2, 3, 4]
    click(qtbot, grid, 2, CONTROL)
    assert [recipe.latent.seed for recipe in window.gallery.selected()] == [1, 3, 4]
    assert window.gallery.faces.count.text() == "3 selected"
    qtbot.mouseClick(window.gallery.faces.count, Qt.MouseButton.LeftButton)
    assert window.gallery.selected() == []
    assert not window.gallery.faces.count.isVisible()
    assert window.document.recipe.latent == SeedLatent(0)


def test_without_a_selection_the_stars_are_chosen(window, grid, qtbot):
    assert window.gallery.selected() == []
    star(qtbot, grid, 4)
    assert [recipe.latent.seed for recipe in window.gallery.selected()] == [4]


def test_the_corner_of_a_face_stars_it_and_undo_takes_the_star_away(window, grid, qtbot):
    star(qtbot, grid, 3)
    assert starred(window) == [3]
    assert window.document.recipe.latent == SeedLatent(0), "a star is no click on the face"
    star(qtbot, grid, 3)
    assert starred(window) == []
    window.document.stack.undo()
    assert starred(window) == [3]
    window.document.stack.undo()
    assert starred(window) == []


def test_a_star_holds_the_whole_recipe_and_brings_it_back(window, grid, qtbot):
    made = Recipe(
        model=window.document.model.hash,
        latent=SeedLatent(8),
        truncation=Truncation(0.1),
        mixes=(Mix(SeedLatent(3), (1,)),),
    )
    window.document.replace("x", made)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    window.document.edit("Seed", latent=SeedLatent(1))
    qtbot.mouseClick(window.gallery.faces.only, Qt.MouseButton.LeftButton)
    assert grid.cells.count == 1
    click(qtbot, grid, 0)
    assert window.document.recipe == made
    assert grid.shown == 0
    assert grid.accessibleDescription() == "seed 8, changed, starred"
    settle(qtbot, window)


def test_tags_find_starred_faces_while_they_are_typed(window, grid, qtbot):
    star(qtbot, grid, 1)
    menu = menu_of(grid, 2)
    QApplication.activePopupWidget().close()
    menu["Tags…"].trigger()
    dialog = QApplication.activeModalWidget()
    field = dialog.findChild(QLineEdit)
    qtbot.keyClicks(field, "hat, red")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert starred(window) == [1, 2]
    search = window.gallery.faces.field
    search.setFocus()
    qtbot.keyClicks(search, "ha")
    assert grid.cells.count == 1
    assert grid.cells.recipe(0).latent == SeedLatent(2)
    qtbot.keyClicks(search, "x")
    assert grid.cells.count == 0
    assert grid.accessibleDescription() == "No starred face is tagged “hax”"
    window.grab()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert grid.cells.count == SEED_LIMIT
    window.gallery.faces.which.menu().aboutToShow.emit()
    tags = {action.text(): action for action in window.gallery.faces.which.menu().actions()}
    tags["red"].trigger()
    assert window.gallery.faces.which.text() == "red"
    assert grid.cells.count == 1


def test_a_tag_used_before_is_offered_and_a_bad_one_is_told(window, grid, qtbot):
    star(qtbot, grid, 1)
    for recipes, typed in (([grid.cells.recipe(1)], "hat"), ([grid.cells.recipe(2)], "")):
        window.gallery.faces.ask_tags(recipes)
        dialog = QApplication.activeModalWidget()
        qtbot.keyClicks(dialog.field, typed)
        for button in dialog.buttons.values():
            assert isinstance(button, QPushButton)
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert [star.tags for star in window.document.board.stars] == [("hat",), ("hat",)]
    window.gallery.faces.tag_shown()
    dialog = QApplication.activeModalWidget()
    qtbot.keyClicks(dialog.field, "x" * 81)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.wrong.text().startswith("a tag is 1 to 80 printable characters")
    dialog.reject()


def test_the_menu_mixes_blends_and_copies(window, grid, qtbot):
    choose(grid, 6, "Use as middle")
    assert window.document.recipe.mixes == (Mix(SeedLatent(6), (5, 6, 7, 8)),)
    choose(grid, 6, "Go there, keep the look")
    assert window.document.recipe.latent == SeedLatent(6)
    assert window.document.recipe.mixes
    choose(grid, 4, "Copy seed")
    assert QGuiApplication.clipboard().text() == "4"
    choose(grid, 1, "Go to this face")
    choose(grid, 2, "Blend with the face on show")
    assert window.document.recipe.latent.corners[:2] == (SeedLatent(1), SeedLatent(2))
    assert grid.shown is None
    settle(qtbot, window)


def test_the_face_on_show_is_found_in_the_gallery(window, grid, qtbot):
    window.document.edit("Seed", latent=SeedLatent(9000))
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_G)
    assert 9000 in grid.visible()
    assert grid.cursor == 9000
    choose(grid, 9001, "Blend with the face on show")
    qtbot.keyClick(window.canvas, Qt.Key.Key_G)
    assert "lies between seeds" in window.canvas.toast.label.text()
    settle(qtbot, window)


def test_a_wider_dock_has_more_columns_and_keeps_its_place(window, grid, qtbot):
    window.gallery.faces.grid.reveal(3000, middle=True)
    columns, first = grid.columns, grid.visible()[0]
    window.resizeDocks([window.gallery], [window.gallery.width() + 2 * PITCH], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: grid.columns > columns)
    assert abs(grid.visible()[0] - first) < 3 * grid.columns


def test_the_dock_hides_and_folded_sections_are_remembered(window, qtbot):
    window.actions_by_id["gallery"].trigger()
    assert not window.gallery.isVisible()
    window.actions_by_id["gallery"].trigger()
    assert window.gallery.isVisible()
    qtbot.mouseClick(window.gallery.sections[1].heading, Qt.MouseButton.LeftButton)
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert [section.folded for section in again.gallery.sections] == [False, True, True]
    again.close()


def test_a_thumbnail_that_fails_leaves_the_gallery_usable(window, grid, qtbot, monkeypatch):
    def broken(recipe, *rest, real=window.session.renderer.render):
        if recipe.latent == SeedLatent(2):
            raise MemoryError("no room")
        return real(recipe, *rest)

    monkeypatch.setattr(window.session.renderer, "render", broken)
    window.session.thumbnails.use(window.document.model)
    grid.update()
    qtbot.waitUntil(lambda: window.session.thumbnails.has_failed(grid.cells.recipe(2)))
    assert window.canvas.toast.label.text().startswith("Making a thumbnail failed")
    qtbot.waitUntil(lambda: grid.cells.recipe(3) in window.session.thumbnails.made)
    click(qtbot, grid, 3)
    settle(qtbot, window)
