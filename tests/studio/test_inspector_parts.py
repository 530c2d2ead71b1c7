"""The centre of truncation and the label of a conditional model, by the hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.models import centres
from engine.models.centres import find_centres
from engine.recipe import Truncation
from tests.studio.conftest import settle


@pytest.fixture
def quick_centres(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path))
    monkeypatch.setattr(centres, "find_centres", lambda generator: find_centres(generator, 8, 200))


def test_the_nearest_centre_makes_another_picture_and_undo_brings_the_mean_back(window, qtbot, quick_centres):
    before = window.canvas.frame.pixels.copy()
    qtbot.mouseClick(window.truncation.centre.buttons["nearest"], Qt.MouseButton.LeftButton)
    assert window.document.recipe.truncation == Truncation(centre="nearest")
    settle(qtbot, window)
    assert (window.canvas.frame.pixels != before).any()
    window.document.stack.undo()
    assert window.truncation.centre.buttons["mean"].isChecked()
    window.actions_by_id["centre"].trigger()
    assert window.document.recipe.truncation.centre == "nearest"


@pytest.fixture
def conditional(window):
    """A window that believes in a model of four classes; its network knows none."""
    model = replace(window.document.model, label_dim=4, check=lambda recipe: None)
    window.session.renderer = None  # nothing is rendered
    window.document.adopt(model)
    return window


def label(window) -> tuple[float, ...]:
    return window.document.recipe.label


def test_an_unconditional_model_has_no_label(window):
    assert not window.latent.label.isVisible()


def test_a_class_is_typed_stepped_and_undone(conditional, qtbot):
    box = conditional.latent.label.box
    assert box.isVisible()
    assert box.text() == "none"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert label(conditional) == (0.0, 1.0, 0.0, 0.0)
    box.selectAll()
    qtbot.keyClicks(box, "3")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert label(conditional) == (0.0, 0.0, 0.0, 1.0)
    qtbot.keyClick(box, Qt.Key.Key_Up)  # the last class
    assert label(conditional) == (0.0, 0.0, 0.0, 1.0)
    conditional.document.stack.undo()
    assert box.value() == 1
    conditional.document.stack.undo()
    conditional.document.stack.undo()
    assert label(conditional) == ()
    assert box.text() == "none"


def test_a_label_that_mixes_classes_says_so(conditional, qtbot):
    conditional.document.edit("Label", label=(0.5, 0.5, 0.0, 0.0))
    box = conditional.latent.label.box
    assert box.text() == "mixed"
    assert label(conditional) == (0.5, 0.5, 0.0, 0.0)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert label(conditional) == (1.0, 0.0, 0.0, 0.0)


def test_the_corners_of_the_pad_have_the_label(conditional):
    conditional.document.edit("Label", label=(0.0, 1.0, 0.0, 0.0))
    assert {corner.recipe.label for corner in conditional.latent.pad.corners} == {(0.0, 1.0, 0.0, 0.0)}


def test_a_page_that_scrolls_does_not_turn_the_class(conditional):
    box = conditional.latent.label.box
    conditional.canvas.setFocus()
    at, none, phase = QPointF(5, 5), Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(
        at, QPointF(box.mapToGlobal(at)), QPoint(), QPoint(0, 120), none, Qt.KeyboardModifier.NoModifier, phase, False
    )
    QApplication.sendEvent(box, turn)
    assert label(conditional) == ()
