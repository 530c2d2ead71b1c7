"""The share of the machine that a training has: set by a person, and nothing for a while whenever somebody works."""

from __future__ import annotations

import pytest

from engine.recipe import SeedLatent
from studio.document import Document
from studio.settings import Settings
from studio.training.sharing import REST_S, Sharing
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def document(qapp, home) -> Document:
    return Document()


@pytest.fixture
def sharing(document, clock) -> Sharing:
    return Sharing(document, Settings(), clock=clock)


def told(signal) -> list[float]:
    heard: list[float] = []
    signal.connect(heard.append)
    return heard


def test_work_lets_the_training_rest_and_more_work_makes_the_rest_longer(sharing, document, clock):
    rests = told(sharing.rests)
    document.edit("Seed", latent=SeedLatent(1))
    assert rests == [1000 + REST_S]
    for seed in range(2, 60):  # three seconds of dragging
        clock.now += 0.05
        document.edit("Seed", latent=SeedLatent(seed))
    assert rests == [1000 + REST_S], "nothing is written for each move of a hand"
    clock.now += 0.2
    document.edit("Seed", latent=SeedLatent(99))
    assert rests[-1] == clock.now + REST_S


def test_a_training_that_does_not_yield_hears_nothing_of_work(sharing, document):
    sharing.set_yields(False)
    rests = told(sharing.rests)
    document.edit("Seed", latent=SeedLatent(1))
    assert rests == []


def test_no_longer_yielding_ends_the_rest_at_once(sharing, document):
    document.edit("Seed", latent=SeedLatent(1))
    rests = told(sharing.rests)
    sharing.set_yields(False)
    assert rests == [0.0]


def test_the_share_is_told_once_and_remembered(sharing, document):
    shares = told(sharing.share_changed)
    sharing.set_share(0.4)
    sharing.set_share(0.4)
    assert shares == [0.4]
    assert Sharing(document, sharing.settings).share == 0.4
