"""Evaluation beside the training: on its share of the time, of the generator as it was, and without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import torch

from engine.errors import ModelFileError
from engine.job import finish
from engine.training.checkpoints import Progress
from engine.training.config import Config, Level
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.evaluation import Evaluation, Frozen, Generate, Measured, evaluation_of
from engine.training.metrics.scores import compare, gather
from engine.training.networks.shape import Grown
from engine.training.networks.style import StyleGenerator
from tests.engine.training.metrics.sets import Means, batches, clouds

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

    def progress(self) -> Progress:
        return Progress(self.images, self.images // 10, "")

    def step(self, images: int = 100) -> Measured | None:
        self.now += 1
        self.images += images
        return self.evaluation.step(self.progress(), SIDE, self.freeze)

    def until(self, done: Callable[[list[Measured]], bool]) -> list[Measured]:
        records: list[Measured] = []
        for _ in range(2000):
            record = self.step()
            records += [record] if record else []
            if done(records):
                return records
        raise AssertionError("it never came")


def test_what_is_measured_tells_of_the_moment_at_which_it_began():
    training = Training()
    (record,) = training.until(bool)
    assert training.images > 1000
    assert record.progress == Progress(1000, 100, "")
    fake = finish(gather(batches(clouds(64, SIDE, 1000), 32), SIDE))
    scores = finish(compare(finish(gather(batches(clouds(64, SIDE, 1)), SIDE)), fake))
    assert record.fields == {
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
    assert [record.progress.images for record in records] == training.frozen == [1000, 2000, 3000]


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


def test_a_finished_run_is_measured_whole_and_at_once():
    training = Training(share=0.0001)
    training.until(lambda _: bool(training.frozen))
    assert training.evaluation.job is not None
    measured = finish(training.evaluation.whole(training.progress(), SIDE, training.freeze))
    assert measured.progress == training.progress()
    assert measured.fields["pictures"] == 64
    assert training.evaluation.job is None


def test_a_pause_is_not_made_up_for_in_one_step():
    training = Training(cost=1.0, share=0.5, pictures=640)
    training.until(lambda _: training.spent > 64)
    before = training.spent
    training.now += 3600
    training.step()
    assert training.spent - before <= 10 + 2 * 32


def test_pictures_too_small_to_compare_are_left_alone():
    training = Training(share=1.0)
    assert training.evaluation.step(Progress(5000, 500, ""), 8, training.freeze) is None
    assert training.frozen == []
    assert training.evaluation.step(Progress(5000, 500, ""), SIDE, training.freeze) is not None


def test_the_real_pictures_are_looked_at_once_a_side():
    asked = []

    def reals(side: int):
        asked.append(side)
        return batches(clouds(32, side, 1))

    evaluation = Evaluation(reals, every=10, pictures=32, share=1.0)
    for images, side in ((10, 16), (20, 16), (30, 32), (40, 32)):
        pictures = clouds(32, side, 2)
        record = evaluation.step(
            Progress(images, 1, ""), side, lambda pictures=pictures: lambda first, count: pictures[first:][:count]
        )
        assert record
        assert record.fields["side"] == side
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


def test_fid_and_kid_come_with_an_inception_network():
    record = Training(share=1.0, inception=Means({})).step(1000)
    assert record
    assert record.fields["fid"] > 0
    assert abs(record.fields["kid"]) < 1


@pytest.fixture
def dataset(tmp_path) -> Dataset:
    with DatasetWriter(tmp_path / "clouds", 32, ("red", "blue")) as writer:
        for number, picture in enumerate(clouds(40, 32)):
            writer.add(picture, f"{number}.png", (number % 2, 1 - number % 2))
        writer.finish("Clouds")
    return Dataset(tmp_path / "clouds")


def settings(dataset: Dataset, **changes: object) -> Config:
    levels = (Level(16, 0, 1000, 4, 1e-3), Level(32, 500, 500, 4, 1e-3))
    sizes = {"z_dim": 8, "w_dim": 8, "widest": 8, "base": 128, "mapping_layers": 1}
    return Config(str(dataset.folder), "style", 32, levels, metric_images=500, metric_pictures=24, **sizes, **changes)


@pytest.mark.parametrize("labels", [False, True])
def test_a_frozen_generator_stays_as_it_was_while_the_other_learns_on(dataset, labels):
    config = settings(dataset, labels=labels)
    torch.manual_seed(3)
    generator = StyleGenerator(config.shape(2), mixing=0.9)
    frozen = Frozen(generator, Grown(16, 0.5), config, dataset)
    before = frozen(0, 24)
    assert before.shape == (24, 16, 16, 3)
    assert np.array_equal(frozen(8, 4), before[8:12])
    with torch.no_grad():
        for parameter in generator.parameters():
            parameter.add_(torch.randn_like(parameter))
    assert np.array_equal(frozen(0, 24), before)
    assert not np.array_equal(Frozen(generator, Grown(16, 0.5), config, dataset)(0, 24), before)


def test_a_runs_settings_make_its_evaluation(dataset):
    config = settings(dataset, metric_share=1.0)
    evaluation = evaluation_of(config, dataset)
    generator = StyleGenerator(config.shape(2), mixing=0.9)
    freeze = lambda: Frozen(generator, Grown(32), config, dataset)  # noqa: E731
    assert evaluation.step(Progress(499, 1, ""), 32, freeze) is None
    found = evaluation.step(Progress(500, 1, ""), 32, freeze)
    assert found
    assert found.fields["pictures"] == 24
    assert list(found.fields["swd"]) == ["32", "16"]
    json.dumps(found.fields, allow_nan=False)


def test_a_broken_inception_file_is_said_before_the_run_begins(dataset, tmp_path):
    (tmp_path / "inception.pth").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match="neither a file of torch"):
        evaluation_of(settings(dataset, inception=str(tmp_path / "inception.pth")), dataset)
