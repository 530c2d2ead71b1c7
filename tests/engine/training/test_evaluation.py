"""Evaluation beside the training: on its share of the time, of the generator as it was, and without a trace."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from engine.job import finish
from engine.training.evaluation import Evaluation, Generate, Record
from engine.training.metrics.inception import Inception
from engine.training.metrics.scores import compare, gather
from tests.engine.training.metrics.sets import batches, clouds

SIDE = 16


class Training:
    """A loop of steps of one second each, in which a picture costs `cost` seconds and time is what it says."""

    def __init__(self, cost: float = 0.01, **options: object) -> None:
        self.now, self.images, self.cost = 0.0, 0, cost
        self.frozen: list[int] = []
        self.spent = 0.0
        settings: dict = {"every": 1000, "pictures": 64, "share": 0.1} | options
        self.evaluation = Evaluation(lambda side: batches(clouds(64, side, 1)), clock=lambda: self.now, **settings)

    def freeze(self) -> Generate:
        images = self.images
        self.frozen.append(images)

        def generate(first: int, count: int) -> np.ndarray:
            self.now += count * self.cost
            self.spent += count * self.cost
            return clouds(64, SIDE, images)[first : first + count]

        return generate

    def step(self, images: int = 100) -> Record | None:
        self.now += 1
        self.images += images
        return self.evaluation.step(self.images, SIDE, self.freeze)

    def until(self, done: Callable[[list[Record]], bool]) -> list[Record]:
        records: list[Record] = []
        for _ in range(2000):
            record = self.step()
            records += [record] if record else []
            if done(records):
                return records
        raise AssertionError("it never came")


def test_the_record_tells_of_the_moment_at_which_it_began():
    training = Training()
    (record,) = training.until(bool)
    assert training.images > record["images"] == 1000
    fake = finish(gather(batches(clouds(64, SIDE, 1000), 32), SIDE))
    scores = finish(compare(finish(gather(batches(clouds(64, SIDE, 1)), SIDE)), fake))
    assert record == {
        "event": "metric",
        "images": 1000,
        "swd": {"16": scores.swd[16]},
        "swd_mean": scores.swd[16],
        "ms_ssim": scores.ms_ssim,
        "fid": None,
        "kid": None,
        "side": 16,
        "pictures": 64,
    }


def test_it_begins_anew_every_so_many_images_with_the_generator_of_then():
    training = Training(cost=0.0)
    records = training.until(lambda records: len(records) == 3)
    assert [record["images"] for record in records] == training.frozen == [1000, 2000, 3000]


@pytest.mark.parametrize("share", [0.02, 0.25])
def test_it_takes_no_more_than_its_share_of_the_time_and_one_slice(share):
    training = Training(cost=0.2, share=share)
    began = None
    for _ in range(2000):
        record = training.step()
        if training.frozen and began is None:
            began = training.now - training.spent
        if began is not None:
            assert training.spent <= share * (training.now - began) + 32 * 0.2 + 1e-9
        if record:
            break
    assert training.spent == pytest.approx(64 * 0.2)
    assert training.spent / (training.now - began) <= 2 * share


def test_a_share_of_everything_ends_it_in_one_step_and_of_nothing_never_begins_it():
    whole = Training(share=1.0)
    assert [bool(whole.step(500)) for _ in range(3)] == [False, True, False]
    none = Training(share=0.0)
    assert [none.step(1000) for _ in range(50)] == [None] * 50
    assert none.frozen == []


def test_pictures_too_small_to_compare_are_left_alone():
    training = Training(share=1.0)
    assert training.evaluation.step(5000, 8, training.freeze) is None
    assert training.frozen == []
    assert training.evaluation.step(5000, SIDE, training.freeze) is not None


def test_the_real_pictures_are_looked_at_once_a_side():
    asked = []

    def reals(side: int):
        asked.append(side)
        return batches(clouds(32, side, 1))

    evaluation = Evaluation(reals, every=10, pictures=32, share=1.0)
    for images, side in ((10, 16), (20, 16), (30, 32), (40, 32)):
        pictures = clouds(32, side, 2)
        record = evaluation.step(images, side, lambda pictures=pictures: lambda first, count: pictures[first:][:count])
        assert record
        assert record["side"] == side
    assert asked == [16, 32]


def test_a_resumed_run_goes_on_with_the_next_one():
    training = Training(share=0.0001)
    training.until(lambda _: bool(training.frozen))
    training.images = 5500
    training.evaluation.resume(5500)
    training.until(lambda _: len(training.frozen) == 2)
    assert training.frozen == [1000, 6000]
    training.evaluation.close()


def test_no_random_number_of_the_training_is_drawn():
    torch.manual_seed(1)
    np.random.seed(1)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    Training(share=1.0).step(1000)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])


class Means(Inception):
    """Looks at nothing but the mean colours, 16 times over."""

    width = 48

    def features(self, pictures: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pictures).float().mean((1, 2)).repeat(1, 16) / 128


def test_fid_and_kid_come_with_an_inception_network():
    record = Training(share=1.0, inception=Means({})).step(1000)
    assert record
    assert record["fid"] > 0
    assert abs(record["kid"]) < 1
