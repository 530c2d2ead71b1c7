"""Discovery as a job: what it finds, that it finds it again, that it can be stopped, and what it refuses."""

from __future__ import annotations

import pytest
import torch

from engine.directions import discover as module
from engine.directions.discover import chosen_groups, discover, row_groups, seen_at
from engine.directions.pack import load_pack, save_pack
from engine.errors import VisagistError
from engine.job import finish


@pytest.fixture(autouse=True)
def _few_candidates(monkeypatch) -> None:
    """Three candidates of each kind and few faces: enough to choose from, and quick."""
    for name, number in (("SOUGHT", 3), ("FACES", 3), ("NATURAL", 12), ("SAMPLES_OF_W", 2000)):
        monkeypatch.setattr(module, name, number)


def test_the_same_discovery_finds_the_same_directions_and_they_can_be_saved(small_model, tmp_path):
    steps = []
    first = finish(discover(small_model, rows=[0, 1, 2], method="sefa", count=3), steps.append)
    again = finish(discover(small_model, rows=[0, 1, 2], method="sefa", count=3))
    assert first.model == small_model.hash
    assert [d.id for d in first.directions] == [d.id for d in again.directions]
    assert 1 <= len(first.directions) <= 3
    for place, direction in enumerate(first.directions, 1):
        assert direction.name == f"chosen {place}"
        assert direction.rows == (0, 1, 2)
        assert direction.low < 0 < direction.high
    assert {step.what.split()[0] for step in steps} == {"sampling", "measuring"}
    assert all(step.done <= step.total for step in steps)
    path = tmp_path / "pack.safetensors"
    save_pack(path, first)
    assert [d.id for d in load_pack(path).directions] == [d.id for d in first.directions]


def test_directions_of_a_pack_look_different_from_each_other(small_model):
    pack = finish(discover(small_model, rows=[0, 1], method="pca", count=4))
    units = torch.stack([d.vector / d.vector.norm() for d in pack.directions])
    assert float((units @ units.T - torch.eye(len(units))).abs().max()) < 0.9


def test_a_closed_job_stops_where_it_is(small_model):
    job = discover(small_model)
    assert next(job).total > 0
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def test_what_cannot_be_sought_is_said_in_one_sentence(small_model):
    with pytest.raises(VisagistError, match="rows are 0 to 9"):
        finish(discover(small_model, rows=[8, 10]))
    with pytest.raises(VisagistError, match="names no style row"):
        finish(discover(small_model, rows=[]))
    with pytest.raises(VisagistError, match="choose one of both, sefa, pca"):
        finish(discover(small_model, method="magic"))
    with pytest.raises(VisagistError, match="at least one"):
        finish(discover(small_model, count=0))
    with pytest.raises(VisagistError, match="seed"):
        finish(discover(small_model, seed=-1))


def test_row_groups_cover_the_rows_once_and_follow_the_published_shares():
    assert row_groups(22) == {
        "coarse": tuple(range(5)),
        "middle": tuple(range(5, 9)),
        "fine": tuple(range(9, 22)),
        "all": tuple(range(22)),
    }
    groups = row_groups(18)
    assert groups["coarse"] + groups["middle"] + groups["fine"] == groups["all"]


def test_rows_are_measured_where_they_are_seen(small_model):
    plan = small_model.generator.plan
    assert chosen_groups(plan, [1, 2]) == {"chosen": (1, 2)}
    assert seen_at(plan, (9,)).size == 64
