"""The probe: real steps of every size, timed by a clock, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.devices import Target
from engine.training.config import Level
from engine.training.dataset import Dataset
from engine.training.probe import rates


class Ticking:
    """A clock on which every look takes a quarter of a second."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


@pytest.mark.parametrize("architecture", ["style", "progan"])
def test_every_size_of_a_run_is_measured_in_images_a_second(config, dataset: Dataset, architecture):
    levels = (Level(8, 0, 128, 8, 2e-3), Level(16, 128, 128, 4, 2e-3))
    wanted = replace(config, architecture=architecture, levels=levels)
    found = list(rates(wanted, dataset, Target("cpu", "f32"), Ticking()))
    # each step takes a quarter of a second, whatever it computes
    assert [(one.side, one.rate) for one in found] == [(8, pytest.approx(32)), (16, pytest.approx(16))]


def test_the_command_prints_a_line_for_each_size_and_writes_nothing(cli, dataset: Dataset, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["--set", "widest=8", "--set", "base=64", "--set", "z_dim=8", "--set", "w_dim=8"]
    ended = cli("train", dataset.folder, "--probe", "--side", 16, *small)
    assert ended.code == 0, ended.err
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["side"] for line in lines] == [8, 16]
    assert all(line["rate"] > 0 for line in lines)
    assert "pictures would take about" in ended.err
    assert list(tmp_path.iterdir()) == []
