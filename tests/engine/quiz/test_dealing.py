"""Rounds dealt from a seed: repeatable, balanced, and with nothing in them that tells the answer."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.quiz.dealing import SAMPLES, Card, deal
from engine.quiz.setup import QuizError, Setup
from engine.quiz.tells import TELLS, tells_of

TELL_IDS = [tell.id for tell in tells_of("stylegan2")]


def cards_of(rounds) -> list[Card]:
    return [card for one in rounds for card in (*one.cards, *([one.companion] if one.companion else []))]


@pytest.mark.parametrize("contest", ["real", "wild", "models"])
@pytest.mark.parametrize("pictures", [1, 2])
def test_the_same_setup_deals_the_same_game_and_another_seed_another(contest, pictures):
    setup = Setup(contest, pictures, rounds=12, seed=7)
    assert deal(setup, 100, TELL_IDS) == deal(setup, 100, TELL_IDS)
    assert deal(setup, 100, TELL_IDS) != deal(Setup(contest, pictures, rounds=12, seed=8), 100, TELL_IDS)


@pytest.mark.parametrize("contest", ["real", "wild", "models"])
@pytest.mark.parametrize("pictures", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_no_picture_comes_twice_and_none_that_was_shown_before_the_game(contest, pictures, seed):
    cards = cards_of(deal(Setup(contest, pictures, rounds=40, seed=seed), 60))
    assert len(set(cards)) == len(cards) == 80
    real = [card.number for card in cards if card.kind == 0 and contest == "real"]
    assert all(0 < number < 60 for number in real)
    assert all(card.number >= SAMPLES for card in cards if contest != "real" or card.kind == 1)


@pytest.mark.parametrize("pictures", [1, 2])
@pytest.mark.parametrize("rounds", [1, 9, 10])
def test_each_answer_comes_as_often_as_the_other(pictures, rounds):
    answers = Counter(one.answer for one in deal(Setup("wild", pictures, rounds, seed=3)))
    assert abs(answers[0] - answers[1]) <= 1


def test_the_answer_cannot_be_told_from_the_number_of_the_round():
    for number in range(10):
        answers = [deal(Setup("wild", rounds=10, seed=seed))[number].answer for seed in range(400)]
        assert 0.4 < sum(answers) / len(answers) < 0.6


def test_the_answer_cannot_be_told_from_the_seeds_of_the_pictures():
    lower = [
        one.cards[one.answer].number < one.cards[1 - one.answer].number
        for seed in range(40)
        for one in deal(Setup("wild", rounds=20, seed=seed))
    ]
    assert 0.45 < sum(lower) / len(lower) < 0.55


def test_the_answer_is_where_the_picture_is_that_is_looked_for():
    for one in deal(Setup("real", rounds=20, seed=2), 40):
        assert [card.kind for card in one.cards].index(0) == one.answer
    for one in deal(Setup("real", 1, rounds=20, seed=2), 40):
        assert one.cards[0].kind == one.answer
        assert one.companion.kind == 1 - one.answer


def test_every_hint_comes_as_often_as_the_others():
    hints = Counter(one.tell for one in deal(Setup(rounds=20), tells=TELL_IDS))
    assert set(hints) == set(TELL_IDS)
    assert max(hints.values()) - min(hints.values()) <= 1
    assert {one.tell for one in deal(Setup(rounds=5, hints=False), tells=TELL_IDS)} == {""}


def test_too_few_real_pictures_are_refused_with_how_many_are_needed():
    with pytest.raises(QuizError, match="10 rounds need 11 real pictures and there are 10"):
        deal(Setup("real"), 10)
    assert len(deal(Setup("real"), 11)) == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [("pictures", 3), ("pictures", 0), ("rounds", 0), ("rounds", 201), ("seconds", -1), ("seconds", 500)],
)
def test_a_game_that_cannot_be_is_refused(field, value):
    with pytest.raises(QuizError, match="must"):
        Setup(**{field: value})


def test_every_hint_lies_on_the_picture():
    for tell in TELLS:
        for spot in tell.spots:
            assert spot.across <= spot.x <= 1 - spot.across, tell.id
            assert spot.down <= spot.y <= 1 - spot.down, tell.id


def test_water_drops_are_looked_for_only_where_they_are_known():
    assert "drops" in {tell.id for tell in tells_of("stylegan1")}
    assert "drops" not in {tell.id for tell in tells_of("mobile_stylegan")}
