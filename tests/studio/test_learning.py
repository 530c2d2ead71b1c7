"""Learning in the window: from a table, from a data set's labels, without labels; findings in words, and the offer."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QToolButton

from engine.directions import discover, learn
from engine.directions.at_once import find_at_once
from engine.directions.labels import Labels, write_labels
from engine.directions.learn import Finding, Lesson
from engine.directions.pack import Direction, DirectionPack, known, user_folder
from engine.directions.pictures import w_of_seeds
from engine.directions.scores import Score
from engine.errors import VisagistError
from engine.job import finish
from engine.models.model import open_model
from engine.recipe import DirectionAmount
from engine.training import measurer
from engine.training.dataset import DatasetWriter
from studio.directions import learning as module
from studio.directions import learning_jobs
from studio.directions.columns import Columns
from studio.directions.findings import Findings
from studio.directions.phrase_dialog import PhraseDialog
from studio.directions.told import told
from studio.training import starts
from tests.studio.test_opener import drop, toast


@pytest.fixture(autouse=True)
def _few_faces(monkeypatch) -> None:
    monkeypatch.setattr(discover, "FACES", 5)
    monkeypatch.setattr(discover, "NATURAL", 6)


@pytest.fixture
def table(tiny_model, tmp_path):
    """Labels of 200 seeds: one attribute that w decides, one that chance does, and one that no slider is made of."""
    w = torch.lerp(tiny_model.w_mean, finish(w_of_seeds(tiny_model.generator, range(200))), 0.7)
    x = (w - w.mean(0)).double()
    smile = (x @ torch.linalg.eigh(x.T @ x)[1][:, -1]).numpy()
    values = np.stack((smile, np.random.default_rng(0).standard_normal(200), smile), 1)
    names = ("wide_smile", "luck", "eth_some")
    write_labels(tmp_path / "labels.csv", Labels(tuple(range(200)), names, values, np.full(200, 0.7), tiny_model.hash))
    return tmp_path / "labels.csv"


def words(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def press(widget, text: str) -> None:
    next(button for button in widget.findChildren(QPushButton) if button.text() == text).click()


def chooser(window, qtbot) -> Columns:
    """The card that asks which columns become sliders."""
    qtbot.waitUntil(lambda: isinstance(window.learning.card, Columns))
    return window.learning.card


def test_a_table_becomes_sliders_that_say_how_well_they_were_learned(window, table, qtbot):
    window.actions_by_id["learn_labels"].trigger()
    window.findChild(QFileDialog).fileSelected.emit(str(table))
    press(chooser(window, qtbot), "Learn 2 sliders")
    assert window.learning.line.isVisible()
    qtbot.waitUntil(lambda: isinstance(window.learning.card, Findings))
    card = window.learning.card
    assert "1 slider from labels.csv; 1 left out." in words(card)
    assert "w tells it hardly better than chance" in words(card)
    assert "of the differences (200 labels)." in words(card)
    assert "eth" not in words(card)
    assert window.document.stack.count() == 0
    press(card, "Keep 1 slider")
    qtbot.waitUntil(lambda: [facts.name for facts in window.document.model.directions] == ["Wide smile"])
    (facts,) = window.document.model.directions
    assert facts.told.startswith("On faces held back while it learned, it foresees ")
    qtbot.waitUntil(lambda: facts.id in window.directions.rows.shown)
    window.directions.strip.row = window.directions.rows.shown[facts.id]
    window.directions.strip.refresh()
    assert window.directions.strip.told.text() == facts.told
    assert "learned from labels" in window.directions.strip.more.text()
    window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: not window.document.model.directions)


def test_a_dropped_table_asks_for_its_columns_and_takes_other_names(window, table, qtbot):
    drop(window, table)
    card = chooser(window, qtbot)
    assert "200 faces, 3 columns. Tick what is to become a slider." in words(card)
    assert "200 labels, numbers" in words(card)
    assert "Sorts people by descent, and no slider does." in words(card)
    assert list(card.ticks) == ["wide_smile", "luck"]
    card.all.click()
    assert card.wanted == {}
    assert not card.go.isEnabled()
    card.all.click()
    card.ticks["luck"].click()
    assert card.all.checkState() == Qt.CheckState.PartiallyChecked
    name = card.names["wide_smile"]
    assert name.text() == "Wide smile"
    name.clear()
    assert card.wanted == {"wide_smile": "Wide smile"}
    qtbot.keyClicks(name, "Grin")
    press(card, "Learn 1 slider")
    qtbot.waitUntil(lambda: isinstance(window.learning.card, Findings))
    assert "1 slider from labels.csv." in words(window.learning.card)
    press(window.learning.card, "Keep 1 slider")
    qtbot.waitUntil(lambda: [facts.name for facts in window.document.model.directions] == ["Grin"])
    assert window.document.stack.undoText() == "Keep 1 direction"
    window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: not window.document.model.directions)
    window.actions_by_id["redo"].trigger()
    qtbot.waitUntil(lambda: [facts.name for facts in window.document.model.directions] == ["Grin"])


def test_of_every_column_it_is_said_why_nothing_can_be_learned_of_it(window, qtbot, tmp_path):
    rows = [
        f"{seed},{seed % 2},{'yes' if seed < 3 else 'no'},1,,{seed % 5 if seed < 5 else ''},curly" for seed in range(30)
    ]
    (tmp_path / "odd.csv").write_text("\n".join(("seed,good,rare,same,none,few,style", *rows)), "utf-8")
    window.learning.learn_from_table(tmp_path / "odd.csv")
    card = chooser(window, qtbot)
    assert list(card.ticks) == ["good"]
    assert card.all.isHidden()
    for sentence in (
        "30 labels, yes or no",
        "Is 1 in 3 rows only; at least 5 of each kind are needed.",
        "Is 1 in every row; label pictures that differ in it.",
        "Has no label at all; fill some in, or leave it out.",
        "Has 5 labels; at least 20 are needed, and some hundred are better.",
        "Has 'curly', which is no number; write numbers or yes and no, or leave the column out.",
    ):
        assert sentence in words(card)
    card.leave()
    assert window.learning.card is None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("seed,smile", "1,1", "2,0", "1,1"), "has seed 1 more than once; keep one row of each seed"),
        (("seed,smile", "face-1.png,1"), "names the seed 'face-1.png', which no picture has"),
        (("age,smile", "1,1"), "needs one column called 'seed' or 'latent'"),
        (("seed,model,smile", "1,ff,1"), "was made with another model (ff)"),
        (("seed,smile", "1,2", "2,3", "3,1", "4,5", "5,4"), "odd.csv: 'smile' has 5 labels; at least 20 are needed"),
        (("seed,smile", "1,nan"), "odd.csv: 'smile' has nan, which is no label"),
    ],
)
def test_a_file_that_is_no_table_of_this_model_is_one_sentence(window, qtbot, tmp_path, lines, sentence):
    (tmp_path / "odd.csv").write_text("\n".join(lines), "utf-8")
    drop(window, tmp_path / "odd.csv")
    qtbot.waitUntil(lambda: sentence in toast(window))
    assert window.learning.card is None


def test_learning_stops_when_it_is_cancelled_and_finding_nothing_is_one_sentence(window, table, qtbot):
    window.learning.learn_columns(table, {"luck": "Luck"})
    window.learning.line.cancel.click()
    assert window.learning.line.isHidden()
    assert window.learning.job is None
    window.learning.learn_columns(table, {"luck": "Luck"})
    qtbot.waitUntil(lambda: "none of the 1 attributes can be told from w" in toast(window).casefold())
    assert window.learning.card is None


def test_a_lesson_without_a_slider_says_why_and_offers_none_to_keep(window):
    weak = Finding("luck", "real", 200, Score("R2", 0.01, 0.01, 0.04), None, "pictures break before it can be seen")
    window.learning.show_lesson(Lesson(DirectionPack(window.document.model.hash, ()), (weak,)), "labels.csv")
    card = window.learning.card
    assert "No slider from labels.csv; 1 left out." in words(card)
    assert "Left out: pictures break before it can be seen." in words(card)
    assert [button.text() for button in card.findChildren(QPushButton)] == ["Close"]
    press(card, "Close")
    assert window.learning.card is None


def test_a_model_without_directions_gets_some_at_once_and_an_offer_to_learn(window, qtbot, monkeypatch):
    panel = window.directions
    assert panel.invitation.isVisibleTo(panel)
    window.learning.find_at_once()
    qtbot.waitUntil(lambda: len(window.document.model.directions) > 6)
    assert {facts.method for facts in window.document.model.directions} == {"sefa", "pca"}
    assert panel.invitation.isVisibleTo(panel)
    (file,) = user_folder().glob("*-at-once.safetensors")
    assert file.stem.endswith(f"{window.document.model.hash[:8]}-at-once")
    assert len(known(window.document.model.hash).pack.directions) == len(window.document.model.directions)
    opened = []
    monkeypatch.setattr(window.by_eye, "open", lambda: opened.append(True))
    next(button for button in panel.invitation.findChildren(QToolButton) if button.text() == "By your eye").click()
    assert opened == [True]
    began = []
    monkeypatch.setattr(module, "finding_at_once", began.append)
    window.learning.find_at_once()
    assert began == [], "there are some now"


def test_discovered_directions_take_the_place_of_those_that_came_at_once(window, qtbot, monkeypatch):
    model = window.document.model
    first, second = finish(find_at_once(open_model(window.session.model_path))).directions[:2]
    window.shelf.reload()
    qtbot.waitUntil(lambda: len(window.document.model.directions) > 6)
    assert {"coarse A", "coarse B"} <= {row.facts.name for row in window.directions.rows.shown.values()}
    window.document.edit("Move", directions=(DirectionAmount(first.name, first.id, 1.0, first.rows),))

    def found(model):  # the search itself is the engine's
        yield from ()
        seen = Direction(
            "coarse 1", torch.ones(len(first.vector)), (0,), -1, 1, "coarse", "pca", {"component": 0, "change": 9}
        )
        return DirectionPack(model.hash, (seen,))

    monkeypatch.setattr(discover, "discover", found)
    window.actions_by_id["discover_directions"].trigger()
    qtbot.waitUntil(lambda: "1 direction was discovered" in toast(window))
    qtbot.waitUntil(lambda: "coarse 1" in {facts.name for facts in window.document.model.directions})
    assert {facts.name for facts in window.directions.listed} == {"coarse 1", first.name}, "what is in use stays"
    assert [facts.name for facts in window.document.model.offered] == ["coarse 1"]
    assert second.id in {facts.id for facts in window.document.model.directions}, "recipes that use it open still"
    assert model.hash == window.document.model.hash


def test_the_labels_of_a_data_set_become_sliders(window, qtbot, tmp_path, monkeypatch):
    asked = []

    def learned(path, folder):
        asked.append((path, folder))
        yield from ()
        raise VisagistError("none of the labels can be read off")

    monkeypatch.setattr(module, "learning_from_data_set", learned)
    window.actions_by_id["learn_data_set"].trigger()
    window.findChild(QFileDialog).fileSelected.emit(str(tmp_path))
    qtbot.waitUntil(lambda: "None of the labels can be read off" in window.canvas.toast.label.text())
    assert asked == [(window.session.model_path, tmp_path)]


def test_a_broken_data_set_of_the_open_network_is_one_sentence(window, tmp_path, monkeypatch):
    folder = tmp_path / "greys"
    folder.mkdir()
    (folder / "dataset.json").write_text("{")
    monkeypatch.setattr(starts, "config_of", lambda path: SimpleNamespace(dataset=str(folder)))
    window.actions_by_id["learn_data_set"].trigger()
    assert "dataset.json cannot be read" in toast(window)
    assert window.findChild(QFileDialog) is None


def labelled(labels, attributes):
    """In the place of learning, which a random network may show nothing of."""
    assert (labels.names[0], attributes) == ("lightness", ["lightness"])
    yield from ()
    return len(labels.seeds)


def test_a_data_sets_labels_are_read_off_the_networks_own_pictures(tiny_path, tmp_path, monkeypatch):
    chance = np.random.default_rng(0)
    with DatasetWriter(tmp_path / "greys", 16, ("lightness", "eth_some")) as writer:
        for level in chance.random(300):
            noise = chance.integers(0, 20, (16, 16, 3))
            writer.add((level * 230 + noise).astype(np.uint8), "grey", (level, level))
        writer.finish("Greys")
    monkeypatch.setattr(learning_jobs, "LABELLED", 60)
    monkeypatch.setattr(measurer, "train_measurer", partial(measurer.train_measurer, passes=6))
    monkeypatch.setattr(learn, "learn", lambda model, labels, attributes, measurer: labelled(labels, attributes))
    steps = []
    assert finish(learning_jobs.learning_from_data_set(tiny_path, tmp_path / "greys"), steps.append) == 60
    said = [step.what for step in steps]
    assert said.index("learning to read the labels") < said.index("labelling pictures")


def test_what_was_measured_is_told_in_plain_words():
    assert told({"component": 3.0, "unit": 2.0}) == ""
    assert told({"auc": 0.914, "labels": 4458.0}) == (
        "Of two faces held back while it learned, it picks the right one 91 % of the time (4,458 labels)."
    )
    assert told({"r2": -0.2}).endswith("it foresees 0 % of the differences.")
    lines = told({"r2": 0.5, "moved": 1.04, "others": 0.183, "likeness": 0.93}).split("\n")
    assert lines[1:] == [
        "One step moves it by 1.0 standard deviations among faces, other things by 0.18.",
        "After one step a face descriptor finds the person 93 % alike.",
    ]


def test_without_a_model_it_is_said_so(empty_window, tmp_path):
    empty_window.learning.learn_from_table(tmp_path / "labels.csv")
    assert "No model is open yet" in empty_window.canvas.toast.label.text()


def test_words_say_what_they_need_or_take_a_phrase(window, qtbot, monkeypatch):
    monkeypatch.setattr(module, "missing_for_words", lambda: "Words need OpenCLIP: install it.")
    window.actions_by_id["learn_words"].trigger()
    dialog = window.findChild(PhraseDialog)
    assert "Words need OpenCLIP: install it." in words(dialog)
    assert not dialog.phrase.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(PhraseDialog) is None)
    asked = []

    def learned(path, phrase):
        asked.append(phrase)
        yield from ()
        raise VisagistError("no")

    monkeypatch.setattr(module, "missing_for_words", lambda: "")
    monkeypatch.setattr(module, "learning_from_words", learned)
    window.actions_by_id["learn_words"].trigger()
    dialog = window.findChild(PhraseDialog)
    qtbot.keyClicks(dialog.phrase, "a face with freckles ")
    press(dialog, "Learn")
    qtbot.waitUntil(lambda: asked == ["a face with freckles"])
    qtbot.waitUntil(lambda: window.learning.job is None)


def test_nothing_begins_after_the_window_was_closed(window, qtbot, monkeypatch):
    began = []
    monkeypatch.setattr(window.session.jobs, "start", lambda *job: began.append(job))
    window.learning.soon.setInterval(1)
    window.learning.on_model(window.document.model)
    window.by_eye.next.start(1)
    window.close()
    assert not window.learning.soon.isActive()
    assert not window.by_eye.next.isActive()
    qtbot.wait(20)
    assert began == []
