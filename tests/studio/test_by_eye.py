"""Learning by eye in the window: a word, answers by mouse and keys, undo, the project, labels, and the slider."""

from __future__ import annotations

import threading

import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.answers import Answer, Answers
from engine.directions import by_eye as engine_side
from engine.directions import discover
from engine.directions.labels import read_labels
from engine.directions.pack import known
from engine.errors import VisagistError
from engine.job import Progress
from studio.directions.by_eye import by_eye as module
from studio.directions.by_eye.faces import COUNT
from tests.studio.conftest import settle


@pytest.fixture(autouse=True)
def _few_faces(monkeypatch) -> None:
    monkeypatch.setattr(engine_side, "POOL", 150)
    monkeypatch.setattr(discover, "FACES", 5)
    monkeypatch.setattr(discover, "NATURAL", 6)


@pytest.fixture
def page(window, qtbot):
    """The page with a word and the first faces."""
    window.actions_by_id["by_eye"].trigger()
    by_eye = window.by_eye
    qtbot.waitUntil(lambda: len(by_eye.pages) == 1)
    qtbot.keyClicks(by_eye.page.head.word.lineEdit(), "Friendly")
    qtbot.keyClick(by_eye.page.head.word.lineEdit(), Qt.Key.Key_Return)
    return by_eye.page


def said(window) -> dict[int, int]:
    return {answer.seed: answer.stars for one in window.document.board.answers for answer in one.answers}


def click(faces, place: int, share: float) -> None:
    """A click on a face, so far from its left edge."""
    rect = faces.rect_of(place)
    at = QPoint(rect.left() + round(share * rect.width()), rect.center().y())
    for kind, held in ((QEvent.Type.MouseMove, False), (QEvent.Type.MouseButtonPress, True)):
        button = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
        place_of = QPointF(faces.mapToGlobal(at))
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(faces, QMouseEvent(kind, QPointF(at), place_of, button, button, none))


def fill(window, count: int = 40) -> None:
    """Answers of somebody who looks for what w varies in most."""
    there = window.by_eye.there
    shown = there.x @ torch.linalg.eigh(there.x.T @ there.x)[1][:, -1]
    answers = tuple(Answer(seed, 5 if shown[seed] > 0 else 1) for seed in range(count))
    window.document.arrange("Answers", answers=(Answers("Friendly", window.document.model.hash, answers),))


def test_keys_and_mouse_answer_and_the_cursor_goes_on(window, page, qtbot):
    faces = page.faces
    assert len(faces.seeds) == COUNT
    assert faces.hasFocus()
    qtbot.keyClicks(faces, "+-4")
    assert [said(window)[seed] for seed in faces.seeds[:3]] == [5, 1, 4]
    assert faces.cursor == 3
    click(faces, 5, 0.9)
    click(faces, 6, 0.1)
    assert (said(window)[faces.seeds[5]], said(window)[faces.seeds[6]]) == (5, 1)
    click(faces, 5, 0.9)
    assert faces.seeds[5] not in said(window), "the same answer again takes it back"
    qtbot.keyClick(faces, Qt.Key.Key_Home)
    qtbot.keyClick(faces, Qt.Key.Key_Delete)
    assert faces.seeds[0] not in said(window)
    page.head.ways.buttons["stars"].click()
    click(faces, 7, 0.5)
    assert said(window)[faces.seeds[7]] == 3
    assert page.head.count.text() == "4 of 40"
    assert not page.head.go.isEnabled()


def test_every_answer_is_an_undo_step_and_a_word_is_said_first(window, page, qtbot):
    qtbot.keyClicks(page.faces, "+-")
    assert window.document.stack.undoText() == "minus for Friendly"
    window.actions_by_id["undo"].trigger()
    assert list(said(window).values()) == [5]
    window.actions_by_id["redo"].trigger()
    assert list(said(window).values()) == [5, 1]
    page.head.forget.emit()
    assert said(window) == {}
    window.actions_by_id["undo"].trigger()
    assert list(said(window).values()) == [5, 1]
    page.head.word.setCurrentText("seed")
    page.head.finish()
    assert "choose another word" in window.canvas.toast.label.text()


def test_a_full_page_brings_the_next_and_undo_the_one_before(window, page, qtbot):
    first = page.faces.seeds
    qtbot.keyClicks(page.faces, "+-" * (COUNT // 2))
    qtbot.waitUntil(lambda: len(window.by_eye.pages) == 2)
    assert not set(page.faces.seeds) & set(first)
    window.actions_by_id["undo"].trigger()
    assert page.faces.seeds == first
    assert len(said(window)) == COUNT - 1


def test_what_was_learned_is_seen_and_kept_as_a_slider_and_undo_takes_it_away(window, page, qtbot):
    fill(window)
    assert page.head.go.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(page.outcome.isVisible)
    recipes = [thumb.recipe for thumb in page.outcome.thumbs]
    assert [sum(move.amount for move in recipe.directions) for recipe in recipes] == [-2, -1, 0, 1, 2]
    assert "of the time (40 labels)" in page.outcome.sentence.text()
    page.outcome.keep.click()
    assert page.isHidden()
    qtbot.waitUntil(lambda: any(facts.name == "Friendly" for facts in window.document.model.directions))
    (made,) = [one for one in known(window.document.model.hash).pack.directions if one.name == "Friendly"]
    assert made.method == "by eye"
    qtbot.waitUntil(lambda: made.id in window.directions.rows.shown)
    window.directions.set_amount(window.directions.rows.shown[made.id], 1.0)
    settle(qtbot, window)
    for _ in range(2):
        window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: not any(facts.name == "Friendly" for facts in window.document.model.directions))


def test_answering_on_while_it_learns_stops_nothing_and_the_next_page_comes_after(window, page, qtbot, monkeypatch):
    fill(window)
    real, go_on = module.learning, threading.Event()

    def slow(there, answers):
        while not go_on.wait(0.01):
            yield Progress(0, 0, "learning")
        return (yield from real(there, answers))

    monkeypatch.setattr(module, "learning", slow)
    page.head.go.click()
    learning = window.by_eye.job
    for seed in page.faces.seeds:
        window.by_eye.answer(seed, 5)
    qtbot.keyClick(page, Qt.Key.Key_N)
    window.by_eye.go_on()
    assert window.by_eye.job is learning
    assert not learning.cancelled
    go_on.set()
    qtbot.waitUntil(page.outcome.isVisible)
    qtbot.waitUntil(lambda: len(window.by_eye.pages) == 2)
    page.outcome.keep.click()
    qtbot.waitUntil(lambda: any(facts.name == "Friendly" for facts in window.document.model.directions))


def test_learning_can_be_stopped_and_what_is_wrong_is_one_sentence(window, page, qtbot, monkeypatch):
    fill(window)
    page.head.go.click()
    qtbot.waitUntil(page.line.isVisible)
    page.line.cancel.click()
    assert window.by_eye.job is None
    assert page.line.isHidden()

    def refuse(there, answers):
        yield from ()
        raise VisagistError("'Friendly' cannot be told yet")

    monkeypatch.setattr(module, "learning", refuse)
    page.head.go.click()
    qtbot.waitUntil(lambda: "cannot be told yet" in window.canvas.toast.label.text())
    assert page.outcome.isHidden()


def test_answers_are_exported_as_labels_that_learning_reads(window, page, qtbot, tmp_path):
    fill(window)
    window.actions_by_id["export_answers"].trigger()
    window.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "labels.csv"))
    qtbot.waitUntil((tmp_path / "labels.csv").exists)
    labels = read_labels(tmp_path / "labels.csv")
    assert (labels.names, len(labels.seeds), labels.model) == (("Friendly",), 40, window.document.model.hash)


def test_a_project_brings_the_answers_back_and_the_page_goes_on_with_them(window, page, qtbot, tmp_path):
    qtbot.keyClicks(page.faces, "+-4")
    before = said(window)
    qtbot.keyClick(page.faces, Qt.Key.Key_Escape)
    window.projects.write(tmp_path / "faces.visagist")
    qtbot.waitUntil((tmp_path / "faces.visagist").exists)
    while window.document.stack.canUndo():
        window.document.stack.undo()
    assert said(window) == {}
    window.opener.open([tmp_path / "faces.visagist"])
    qtbot.waitUntil(lambda: said(window) == before)
    window.actions_by_id["by_eye"].trigger()
    assert page.head.word.currentText() == "Friendly"
    assert page.head.count.text() == "3 of 40"
    assert page.faces.stars == before


def test_escape_goes_back_and_the_word_is_there_again(window, page, qtbot):
    qtbot.keyClicks(page.faces, "+")
    qtbot.keyClick(page.faces, Qt.Key.Key_Escape)
    assert page.isHidden()
    window.actions_by_id["by_eye"].trigger()
    assert page.isVisible()
    assert page.head.word.currentText() == "Friendly"


def test_without_a_model_or_answers_it_is_said_so(empty_window, qtbot):
    empty_window.by_eye.open()
    assert "No model is open yet" in empty_window.canvas.toast.label.text()
    empty_window.by_eye.ask_where()
    assert "There are no answers yet" in empty_window.canvas.toast.label.text()
