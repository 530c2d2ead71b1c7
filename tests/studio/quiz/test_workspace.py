"""The Quiz workspace: what is set up, remembered and saved, and what the statistics show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from engine.quiz.results import keep, kept_answers, read, to_csv
from engine.quiz.scores import Answer
from engine.quiz.setup import Setup
from studio.main_window import MainWindow
from studio.quiz.end_page import Number
from studio.settings import QUIZ_SETUP
from tests.nets import save_tiny

KEY = Qt.Key


@pytest.fixture
def quiz(window):
    window.workspaces.show("quiz")
    return window.workspaces.quiz


def numbers(page) -> dict[str, str]:
    return {cell.name.text(): cell.value.text() for cell in page.findChildren(Number) if cell.isVisible()}


def test_f9_shows_the_quiz_and_enter_plays_with_nothing_but_the_open_model(window, qtbot):
    qtbot.keyClick(window, KEY.Key_F9)
    quiz = window.workspaces.quiz
    assert quiz.isVisible()
    assert quiz.start_page.setup.contest == "wild"
    qtbot.keyClick(quiz.start_page, KEY.Key_Return)
    qtbot.waitUntil(lambda: quiz.scene.asked_at is not None)
    assert quiz.scene.isVisible()
    qtbot.keyClick(quiz.scene, KEY.Key_Escape)
    assert quiz.start_page.isVisible()


def test_what_is_set_up_is_remembered_but_for_the_number_of_the_game(window, quiz, qtbot):
    qtbot.mouseClick(quiz.start_page.pictures.buttons["1"], Qt.MouseButton.LeftButton)
    quiz.start_page.rounds.setValue(7)
    quiz.start_page.seconds.setValue(20)
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    setup = again.workspaces.quiz.start_page.setup
    assert (setup.pictures, setup.rounds, setup.seconds) == (1, 7, 20)
    again.close()


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"rounds": -4}', '{"pictures": 9}', '{"new": 1}'])
def test_an_edited_memory_costs_itself_and_nothing_else(window, text):
    window.settings.set(QUIZ_SETUP, text)
    assert window.workspaces.quiz.start_page.setup.rounds == Setup().rounds


def test_the_start_page_shows_a_picture_of_each_kind_with_its_name(quiz, qtbot):
    cards = quiz.start_page.samples.row.cards
    qtbot.waitUntil(lambda: all(card.told is not None for card in cards))
    assert [card.told.name for card in cards] == ["Wild", "Tame"]
    assert cards[0].picture != cards[1].picture


def test_a_game_that_lacks_its_pictures_cannot_be_begun(quiz, qtbot, photographs):
    page = quiz.start_page
    page.change(contest="real", folder="")
    assert not page.play.isEnabled()
    assert page.real_row.isVisible()
    page.change(folder=str(photographs))
    assert page.play.isEnabled()
    qtbot.waitUntil(lambda: all(card.told is not None for card in page.samples.row.cards))
    page.change(contest="models")
    assert not page.play.isEnabled()


def test_a_folder_that_is_dropped_holds_the_real_pictures(quiz, photographs):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photographs))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(quiz.start_page, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(quiz.start_page, QDropEvent(QPointF(50, 50), *how))
    assert (quiz.start_page.setup.contest, quiz.start_page.setup.folder) == ("real", str(photographs))


def test_other_networks_are_those_of_this_machine_but_for_the_open_one(window, quiz, qtbot, home, tiny_path):
    (home / "models").mkdir()
    save_tiny(home / "models" / "second.safetensors", 3)
    quiz.start_page.change(contest="models")
    quiz.start_page.other.refresh()
    combo = quiz.start_page.other.combo
    qtbot.waitUntil(lambda: combo.count() == 2)
    assert combo.itemText(1) == "second"
    combo.activated.emit(1)
    assert quiz.start_page.setup.other == str(home / "models" / "second.safetensors")


def test_the_answers_of_a_game_are_saved_as_a_table(quiz, qtbot, tmp_path, play):
    play(quiz.scene, Setup(rounds=2, seed=1), [True, False])
    quiz.save(tmp_path / "mine.csv", quiz.scene.game.answers)
    qtbot.waitUntil((tmp_path / "mine.csv").is_file)
    assert (tmp_path / "mine.csv").read_text() == to_csv(quiz.scene.game.answers)


def test_there_is_nothing_to_save_before_a_game(window, quiz):
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    window.actions_by_id["save_answers"].trigger()
    assert said == ["No game was played yet; play one, then save its answers"]


def test_statistics_tell_the_games_apart_and_can_be_forgotten(quiz, qtbot):
    wild = [Answer("wild", 2, n % 2, n % 2, 1.0, tell="eyes") for n in range(10)]
    real = [Answer("real", 1, n % 2, 1, 1.0, tell="teeth", inspector=n % 2) for n in range(4)]
    keep(kept_answers(), [*wild, *real])
    quiz.show_statistics()
    page = quiz.statistics
    qtbot.waitUntil(lambda: len(page.answers) == 14)
    qtbot.waitUntil(lambda: len(numbers(page)) == 5)
    assert numbers(page) == {
        "Answers": "14",
        "Right": "86 %",
        "d′, two pictures": "1.96",
        "d′, one picture": "0.00",
        "The inspector": "100 %",
    }
    assert page.tells.accessibleDescription() == "Eyes 100 %, Teeth 50 %"
    qtbot.mouseClick(page.which.buttons["real"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: numbers(page).get("Right") == "50 %")
    qtbot.mouseClick(page.forget, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.none.isVisible())
    assert read(kept_answers()) == []
    qtbot.keyClick(page, KEY.Key_Escape)
    assert quiz.start_page.isVisible()


def test_a_new_game_ends_the_one_that_is_played(window, quiz, qtbot, ask):
    window.actions_by_id["new_game"].trigger()
    ask(quiz.scene)
    before = quiz.scene.game
    window.actions_by_id["new_game"].trigger()
    ask(quiz.scene)
    assert quiz.scene.game is not before


def test_a_round_that_nobody_sees_does_not_run_out_of_time(window, quiz, qtbot, ask):
    quiz.play(Setup(rounds=2, seconds=1, seed=1))
    ask(quiz.scene)
    window.workspaces.show("explore")
    assert not quiz.scene.tick.isActive()
    window.workspaces.show("quiz")
    assert quiz.scene.asked_at is not None
    assert quiz.scene.tick.isActive()


def test_the_window_closes_in_the_middle_of_a_game(window, quiz, ask):
    quiz.play(Setup(rounds=5))
    ask(quiz.scene)
    window.close()
    assert not window.isVisible()
