"""A game as a visitor plays it: with keys, the mouse, against time, and on a wall where nobody helps."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from engine.quiz.results import kept_answers, read
from engine.quiz.setup import Setup
from studio.settings import REDUCE_MOTION
from tests.nets import save_tiny
from tests.studio.quiz.conftest import GREEN

KEY = Qt.Key


def numbers(image: QImage) -> np.ndarray:
    """RGB of a picture, copied."""
    whole = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(whole.constBits(), np.uint8).reshape(whole.height(), whole.bytesPerLine())
    return rows[:, : 3 * whole.width()].reshape(whole.height(), whole.width(), 3).copy()


def is_photograph(image: QImage) -> bool:
    return bool(np.abs(numbers(image).mean((0, 1))[:2] - GREEN[:2]).max() < 8)


def test_a_game_is_played_with_keys_from_the_first_round_to_the_score(scene, qtbot, ask):
    with qtbot.waitSignal(scene.over) as over:
        scene.begin(Setup(rounds=3, seed=4))
        for _ in range(3):
            right = ask(scene)
            qtbot.keyClick(scene, KEY.Key_Right if right else KEY.Key_Left)
            assert scene.tells
            qtbot.keyClick(scene, KEY.Key_Space)
    assert [answer.right for answer in over.args[0].answers] == [True] * 3
    assert scene.pages.currentWidget() is scene.end_page
    assert scene.end_page.result.text() == "3 of 3"
    assert scene.end_page.praise.text() == "Nothing got past you."


def test_a_picture_is_chosen_with_the_mouse_and_another_click_goes_on(scene, qtbot, ask):
    scene.begin(Setup(rounds=2, seed=1))
    wrong = 1 - ask(scene)
    qtbot.mouseClick(scene.view.row.cards[wrong], Qt.MouseButton.LeftButton)
    assert scene.view.told.text() == "Not this time."
    assert scene.view.row.cards[wrong].told.chosen
    qtbot.mouseClick(scene.view.row.cards[0], Qt.MouseButton.LeftButton)
    ask(scene)
    assert scene.game.round.number == 1


@pytest.mark.parametrize(("key", "given"), [(KEY.Key_W, 0), (KEY.Key_T, 1), (KEY.Key_1, 0), (KEY.Key_2, 1)])
def test_one_picture_is_named_with_a_letter_or_a_number(scene, qtbot, ask, key, given):
    scene.begin(Setup(pictures=1, rounds=2, seed=1))
    ask(scene)
    assert not scene.view.row.cards[1].isVisible()
    qtbot.keyClick(scene, key)
    assert scene.game.answers[0].given == given


def test_time_that_runs_out_is_a_wrong_answer(scene, qtbot, ask, clock):
    scene.begin(Setup(rounds=2, seconds=5, seed=1))
    ask(scene)
    clock.now += 2.5
    qtbot.waitUntil(lambda: scene.view.time.share == pytest.approx(0.5))
    clock.now += 2.6
    qtbot.waitUntil(lambda: scene.tells)
    assert scene.game.answers[0].given is None
    assert scene.view.told.text() == "Time is up."


def test_the_time_of_an_answer_is_from_when_the_pictures_were_there(scene, ask, clock):
    scene.begin(Setup(rounds=2, seed=1))
    clock.now += 50
    scene_answer = ask(scene)
    clock.now += 1.25
    scene.answer(scene_answer)
    assert scene.game.answers[0].seconds == pytest.approx(1.25)


def test_the_next_rounds_are_ready_before_they_are_asked_for(scene, qtbot, ask):
    scene.begin(Setup(rounds=6, seed=2))
    ask(scene)
    qtbot.waitUntil(lambda: set(scene.dealer.dealt) == {0, 1, 2})
    scene.answer(0)
    scene.go_on()
    assert scene.asked_at is not None
    assert 0 not in scene.dealer.dealt


def test_the_same_number_deals_the_same_pictures(scene, ask):
    seen = []
    for _ in range(2):
        scene.begin(Setup(rounds=2, seed=9))
        ask(scene)
        seen.append([numbers(picture) for picture in scene.dealer.dealt[0].pictures])
    np.testing.assert_array_equal(seen[0], seen[1])


@pytest.mark.parametrize("pictures", [1, 2])
def test_real_pictures_and_generated_ones_come_at_one_size_and_the_answer_is_true(scene, qtbot, photographs, pictures):
    for name in ("04.jpg", "07.png"):  # whole headers and no pixels: known only when they are dealt
        (photographs / name).write_bytes((photographs / name).read_bytes()[:700])
    scene.begin(Setup("real", pictures, rounds=8, seed=3, folder=str(photographs)))
    for number in range(8):
        qtbot.waitUntil(lambda number=number: scene.asked_at is not None)
        shown = scene.dealer.dealt[number].pictures
        assert {picture.size().toTuple() for picture in shown} == {(scene.table.side, scene.table.side)}
        real = [is_photograph(picture) for picture in shown]
        answer = scene.game.round.answer
        assert real == ([answer == 0] if pictures == 1 else [place == answer for place in range(2)])
        scene.answer(answer)
        scene.go_on()
    assert all(answer.right for answer in scene.game.answers)


def test_a_round_of_one_waits_as_long_for_a_real_picture_as_for_a_generated_one(scene, window, qtbot, photographs):
    before = window.session.asked
    scene.begin(Setup("real", 1, rounds=3, seed=3, folder=str(photographs)))
    qtbot.waitUntil(lambda: scene.dealer is not None and len(scene.dealer.dealt) == 3)
    assert window.session.asked - before == 3
    assert [len(dealt.pictures) for dealt in scene.dealer.dealt.values()] == [1, 1, 1]


def test_hints_are_drawn_on_generated_pictures_and_never_on_a_photograph(scene, ask, photographs):
    scene.begin(Setup("real", rounds=2, seed=3, folder=str(photographs)))
    real = ask(scene)
    scene.answer(real)
    assert not scene.view.row.cards[real].told.spots
    assert scene.view.row.cards[1 - real].told.spots
    assert scene.view.hint.text().startswith("Look at ")


def test_a_game_without_hints_draws_and_says_none(scene, ask):
    scene.begin(Setup(rounds=1, hints=False))
    scene.answer(ask(scene))
    assert scene.view.hint.text() == ""
    assert not any(card.told.spots for card in scene.view.row.cards)


def test_nothing_moves_by_itself_where_motion_is_reduced(scene, window, ask):
    window.settings.set(REDUCE_MOTION, True)
    scene.begin(Setup(rounds=1))
    scene.answer(ask(scene))
    assert scene.view.row.cards[0].shrunk == 1.0


@pytest.mark.parametrize("pictures", [1, 2])
def test_the_inspector_of_a_snapshot_answers_beside_the_visitor(scene, window, qtbot, ask, snapshot, store, pictures):
    window.session.open_model(snapshot)
    qtbot.waitUntil(lambda: window.document.model.resolution == 16)
    scene.begin(Setup("real", pictures, rounds=4, seed=1, folder=str(store)))
    ask(scene)
    said = scene.dealer.dealt[0].inspector
    assert said in (0, 1)
    scene.answer(said)
    assert scene.game.answers[0].inspector == said
    right = scene.game.answers[0].right
    assert ("The inspector saw it too." if right else "The inspector was fooled too.") in scene.view.told.text()


def test_a_model_without_a_discriminator_has_no_inspector_to_quote(scene, ask, photographs):
    scene.begin(Setup("real", rounds=2, folder=str(photographs)))
    scene.answer(ask(scene))
    assert "inspector" not in scene.view.told.text()


def test_two_networks_are_told_apart_by_their_names(scene, window, ask, tmp_path):
    save_tiny(tmp_path / "other.safetensors", 5, title="Another network")
    scene.begin(Setup("models", rounds=2, other=str(tmp_path / "other.safetensors")))
    right = ask(scene)
    assert scene.view.question.text() == "Which one is by A tiny random network?"
    scene.answer(right)
    assert scene.view.row.cards[1 - right].told.name == "Another network"
    assert scene.view.row.cards[right].told.name == window.document.model.title


@pytest.mark.parametrize(
    ("setup", "sentence"),
    [
        (Setup("real"), "No real pictures were chosen yet"),
        (Setup("real", folder="/nowhere/at/all"), "does not exist"),
        (Setup("models"), "No second network was chosen yet"),
        (Setup("models", other="/nowhere/at/all"), "nowhere"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_sentence_and_the_scene_is_left(scene, window, qtbot, setup, sentence):
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    with qtbot.waitSignal(scene.left):
        scene.begin(setup)
    assert sentence in said[-1]
    assert scene.game is None


def test_too_few_real_pictures_say_how_many_are_needed(scene, window, qtbot, photographs):
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    with qtbot.waitSignal(scene.left):
        scene.begin(Setup("real", rounds=50, folder=str(photographs)))
    assert said[-1].startswith("50 rounds need 51 real pictures and there are ")


def test_another_model_ends_the_game_with_a_sentence(scene, window, qtbot, ask, tmp_path):
    save_tiny(tmp_path / "other.safetensors", 5)
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    scene.begin(Setup(rounds=3))
    ask(scene)
    with qtbot.waitSignal(scene.left):
        window.session.open_model(tmp_path / "other.safetensors")
    assert said[-1].startswith("Another model was opened")


def test_the_answers_of_a_game_are_kept_when_it_is_over_and_not_before(scene, qtbot, ask, play):
    play(scene, Setup(rounds=3, seed=1), [True])
    assert read(kept_answers()) == []
    scene.leave()
    play(scene, Setup(rounds=2, seed=1), [True, False])
    qtbot.waitUntil(lambda: len(read(kept_answers())) == 2)
    assert read(kept_answers())[0].right


def test_answers_that_cannot_be_kept_are_said_and_the_score_is_shown(scene, window, qtbot, play, home):
    (home / "quiz").write_text("in the way")
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    play(scene, Setup(rounds=1), [True])
    qtbot.waitUntil(lambda: bool(said))
    assert "quiz" in said[-1]
    assert scene.pages.currentWidget() is scene.end_page


def test_a_wall_invites_plays_and_invites_again_when_nobody_touches_it(wall, qtbot, ask, clock):
    wall.invite(Setup(rounds=3, seed=1))
    qtbot.mouseClick(wall.invitation.play, Qt.MouseButton.LeftButton)
    ask(wall)
    clock.now += 29
    wall.answer(0)
    clock.now += 29
    wall.on_tick()
    assert wall.pages.currentWidget() is wall.view
    with qtbot.waitSignal(wall.left):
        clock.now += 2
    assert wall.pages.currentWidget() is wall.invitation
    assert (wall.game, wall.table, wall.dealer) == (None, None, None)
    assert wall.invitation.play.isVisible()


def test_a_wall_whose_real_pictures_are_gone_plays_the_game_that_needs_none(wall, ask, window, tmp_path):
    said = []
    window.messages.said.connect(lambda text, level: said.append(text))
    wall.invite(Setup("real", rounds=3, seconds=9, folder=str(tmp_path / "unplugged")))
    wall.play_again()
    ask(wall)
    assert (wall.setup.contest, wall.setup.rounds, wall.setup.seconds) == ("wild", 3, 9)
    assert any("unplugged" in text for text in said)  # to the control window and the log, never on the wall


def test_a_score_on_a_wall_goes_by_itself_and_offers_no_files(wall, qtbot, play, clock):
    play(wall, Setup(rounds=1, seed=1), [True])
    assert [button.text() for button in wall.end_page.buttons] == ["Play again", "Done"]
    clock.now += 31
    qtbot.waitUntil(lambda: wall.pages.currentWidget() is wall.invitation)


def test_escape_does_not_leave_a_wall_but_leaves_a_window(wall, scene, qtbot, ask):
    wall.begin(Setup(rounds=2))
    ask(wall)
    qtbot.keyClick(wall, KEY.Key_Escape)
    assert wall.plays
    scene.begin(Setup(rounds=2))
    ask(scene)
    with qtbot.waitSignal(scene.left):
        qtbot.keyClick(scene, KEY.Key_Escape)


def test_targets_on_a_wall_are_large_and_pictures_stand_above_each_other_where_it_is_tall(wall, ask):
    wall.resize(1080, 1920)
    wall.begin(Setup(rounds=2))
    answer = ask(wall)
    first, second = (card.geometry() for card in wall.view.row.cards)
    assert first.bottom() < second.top()
    assert min(first.width(), first.height()) > 500
    wall.answer(answer)
    assert wall.view.next.height() >= 64
