"""Faces dropped on the picture, on each other and on parents."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.recipe import Mix, PlaneLatent, Recipe, SeedLatent, Truncation
from studio.recipe_drag import mime_of
from tests.studio.conftest import settle

NONE, LEFT, COPY = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction


def drag_over(widget: QWidget, at: QPoint, recipe: Recipe):
    """A recipe is carried over a widget; gives what it is carried as."""
    data = mime_of(recipe)
    for kind in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(widget, kind(at, COPY, data, LEFT, NONE))
    return data


def drop(widget: QWidget, at: QPoint, recipe: Recipe) -> None:
    data = drag_over(widget, at, recipe)
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), COPY, data, LEFT, NONE))


def middle_of(window, name: str) -> QPoint:
    """The middle of a zone, which shows while something is over the picture."""
    drag_over(window.canvas, window.canvas.rect().center(), Recipe())
    return next(zone.rect for zone in window.drop_zones.zones() if zone.name == name).center().toPoint()


def test_a_face_dropped_on_the_picture_gives_its_rows(window, qtbot):
    drop(window.canvas, middle_of(window, "Fine"), Recipe(latent=SeedLatent(7)))
    assert window.document.recipe.mixes == (Mix(SeedLatent(7), (9,)),)
    assert next(s for band, s in window.mixing.bands.items() if band.name == "Fine").value == 1.0
    assert not window.drop_zones.isVisible()
    drop(window.canvas, middle_of(window, "Coarse"), Recipe(latent=SeedLatent(8)))
    assert window.document.recipe.mixes[0] == Mix(SeedLatent(8), (0, 1, 2, 3, 4))
    window.document.stack.undo()
    window.document.stack.undo()
    assert window.document.recipe.mixes == ()
    settle(qtbot, window)


def test_a_face_dropped_on_the_whole_face_takes_its_place(window, qtbot):
    window.document.edit("Truncation", truncation=Truncation(0.3))
    drop(window.canvas, middle_of(window, "Whole face"), Recipe(latent=SeedLatent(7)))
    assert window.document.recipe.latent == SeedLatent(7)
    assert window.document.recipe.truncation == Truncation(0.3)
    settle(qtbot, window)


def test_the_zones_show_while_a_face_is_over_the_picture_and_light_up(window):
    at = middle_of(window, "Middle")
    assert window.drop_zones.isVisible()
    assert [zone.name for zone in window.drop_zones.zones()] == ["Coarse", "Middle", "Fine", "Whole face"]
    drag_over(window.canvas, at, Recipe())
    assert window.drop_zones.lit == "Middle"
    window.grab()
    QApplication.sendEvent(window.canvas, QDragLeaveEvent())
    assert not window.drop_zones.isVisible()


def test_a_drop_beside_the_zones_changes_nothing(window):
    drop(window.canvas, QPoint(1, 1), Recipe(latent=SeedLatent(7)))
    assert window.document.recipe.latent == SeedLatent(0)
    assert not window.drop_zones.isVisible()


def test_a_face_of_another_model_is_refused_in_one_sentence(window):
    drop(window.canvas, middle_of(window, "Coarse"), Recipe(model="b" * 64))
    assert "open the model it was made with" in window.canvas.toast.label.text()
    assert window.document.recipe.mixes == ()


def test_text_over_the_picture_shows_no_zones(window):
    data = mime_of(Recipe())
    data.removeFormat("application/x-visagist-recipe")
    event = QDragEnterEvent(window.canvas.rect().center(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(window.canvas, event)
    assert not window.drop_zones.isVisible()
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.DragLeave))


def test_a_face_dropped_on_another_goes_halfway_between(window, qtbot):
    grid = window.gallery.faces.grid
    at = grid.rect_of(4).center()
    drag_over(grid, at, grid.cells.recipe(2))
    assert grid.lit == 4
    drop(grid, at, grid.cells.recipe(2))
    assert grid.lit is None
    latent = window.document.recipe.latent
    assert isinstance(latent, PlaneLatent)
    assert (latent.corners[0], latent.corners[1], latent.x, latent.y) == (SeedLatent(4), SeedLatent(2), 0.5, 0.0)
    assert window.document.stack.count() == 1
    settle(qtbot, window)


def test_a_face_dropped_on_itself_stays(window):
    grid = window.gallery.faces.grid
    drop(grid, grid.rect_of(4).center(), grid.cells.recipe(4))
    assert window.document.stack.count() == 0


def test_the_mouse_carries_a_face_out_of_the_gallery(window, drag, monkeypatch):
    grid = window.gallery.faces.grid
    carried = []
    monkeypatch.setattr("studio.gallery.grid.carry", lambda recipe, picture, source: carried.append(recipe))
    at = grid.rect_of(4).center()
    drag.press(grid, at.x(), at.y())
    drag.move(grid, at.x() + 3, at.y())
    assert carried == []
    drag.move(grid, at.x() + 30, at.y())
    drag.release(grid, at.x() + 30, at.y())
    assert carried == [grid.cells.recipe(4)]
    assert window.document.recipe.latent == SeedLatent(0), "a drag is no click"


def test_a_face_dropped_on_a_parent_becomes_it(window, qtbot):
    window.gallery.unfold(2)
    breed = window.gallery.breed
    for name, seed in (("A", 5), ("B", 6)):
        slot = breed.parents[name]
        drop(slot, slot.rect().center(), Recipe(latent=SeedLatent(seed)))
    qtbot.mouseClick(breed.child, Qt.MouseButton.LeftButton)
    assert window.document.recipe.latent.corners[:2] == (SeedLatent(5), SeedLatent(6))
    settle(qtbot, window)
