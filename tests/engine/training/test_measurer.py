"""The measurer: it reads labels off pictures, says which it cannot, and comes back from its file the same."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from engine.errors import ModelFileError, VisagistError
from engine.job import finish
from engine.models.format import save_tensors
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.measurer import KEY, NetworkMeasurer, load_measurer, save_measurer, train_measurer


def discs(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Discs: uint8 [count, 16, 16, 3], and where each is, how bright, and a number that nobody can see."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[:16, :16] / 7.5 - 1
    labels = np.stack((chance.uniform(-0.6, 0.6, count), chance.uniform(80, 255, count), chance.random(count)), 1)
    shape = np.clip(4 - 8 * np.hypot(x - labels[:, 0, None, None], y), 0, 1)
    return np.rint(shape[..., None] * labels[:, 1, None, None, None] * np.ones(3)).astype(np.uint8), labels


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Dataset:
    folder = tmp_path_factory.mktemp("labelled") / "discs"
    with DatasetWriter(folder, 16, ("place", "bright", "secret")) as writer:
        for picture, labels in zip(*discs(600, 0), strict=True):
            writer.add(picture, "disc", labels)
        writer.finish("Discs", mirror_negates=("place",))
    return Dataset(folder)


@pytest.fixture(scope="module")
def measurer(data) -> NetworkMeasurer:
    steps = []
    made = finish(train_measurer(data, passes=16), steps.append)
    assert steps[-1].done == steps[-1].total
    return made


def test_what_can_be_seen_is_read_in_the_labels_own_units(measurer):
    assert measurer.names == ("place", "bright")
    pictures, labels = discs(100, 1)
    told = measurer(pictures)
    assert told.shape == (100, 2)
    for column in range(2):
        left = np.square(told[:, column] - labels[:, column]).mean() / labels[:, column].var()
        assert left < 0.3
    larger = measurer(pictures.repeat(2, 1).repeat(2, 2))
    np.testing.assert_allclose(larger, told, rtol=1e-3, atol=1e-3)


def test_what_cannot_be_seen_is_told_by_its_score_and_not_measured(measurer):
    assert dict(zip(measurer.card.labels, measurer.card.r2, strict=True))["secret"] < 0.2


def test_a_measurer_comes_back_from_its_file(measurer, tmp_path):
    save_measurer(tmp_path / "m.safetensors", measurer)
    read = load_measurer(tmp_path / "m.safetensors")
    pictures, _ = discs(5, 2)
    np.testing.assert_array_equal(read(pictures), measurer(pictures))
    assert read.card == measurer.card


def test_equal_arguments_give_equal_measurers_and_leave_the_dice_alone(data):
    torch.manual_seed(4)
    first = finish(train_measurer(data, passes=3))
    state = torch.random.get_rng_state()
    torch.manual_seed(4)
    assert torch.equal(state, torch.random.get_rng_state())
    assert finish(train_measurer(data, passes=3)).card.r2 == first.card.r2


def test_a_data_set_that_teaches_nothing_is_refused(tmp_path, data):
    with DatasetWriter(tmp_path / "plain", 16) as writer:
        for picture in discs(20, 0)[0]:
            writer.add(picture, "disc")
        writer.finish("Plain")
    with pytest.raises(VisagistError, match="has no labels"):
        finish(train_measurer(Dataset(tmp_path / "plain")))
    with DatasetWriter(tmp_path / "few", 16, ("place",)) as writer:
        for picture in discs(20, 0)[0]:
            writer.add(picture, "disc", [1.0])
        writer.finish("Few")
    with pytest.raises(VisagistError, match="has 20 pictures; a measurer needs at least 200"):
        finish(train_measurer(Dataset(tmp_path / "few")))
    with pytest.raises(VisagistError, match="0 passes"):
        finish(train_measurer(data, passes=0))
    with DatasetWriter(tmp_path / "blind", 16, ("secret",)) as writer:
        for picture, labels in zip(*discs(300, 0), strict=True):
            writer.add(picture, "disc", labels[2:])
        writer.finish("Blind")
    with pytest.raises(VisagistError, match="none of the labels of Blind can be read off its pictures"):
        finish(train_measurer(Dataset(tmp_path / "blind"), passes=1))
    with DatasetWriter(tmp_path / "broken", 16, ("place",)) as writer:
        for picture in discs(220, 0)[0]:
            writer.add(picture, "disc", [float("nan")])
        writer.finish("Broken")
    with pytest.raises(VisagistError, match="not a finite number"):
        finish(train_measurer(Dataset(tmp_path / "broken")))


def test_a_file_that_is_no_measurer_is_refused(measurer, tmp_path):
    path = tmp_path / "m.safetensors"
    save_tensors(path, {"other": "{}"}, {"a": torch.zeros(1)})
    with pytest.raises(ModelFileError, match="it is not a measurer"):
        load_measurer(path)
    tensors = dict(measurer.reader.state_dict())
    card = msgspec.to_builtins(measurer.card)

    def refused(sentence: str, said: dict, given: dict[str, torch.Tensor]) -> None:
        save_tensors(path, {KEY: msgspec.json.encode(said).decode()}, given)
        with pytest.raises(ModelFileError, match=sentence):
            load_measurer(path)

    refused("it is version 9", card | {"version": 9}, tensors)
    refused("do not fit its labels", card | {"r2": [1.0]}, tensors)
    refused("do not fit its labels", card | {"side": 10**6}, tensors)
    refused("cannot be read", card | {"labels": 3}, tensors)
    refused("not those of a measurer", card, {"a": torch.zeros(1)})
    broken = tensors | {"head.1.bias": torch.full_like(tensors["head.1.bias"], torch.nan)}
    refused("not a finite number", card, broken)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ModelFileError):
        load_measurer(path)
