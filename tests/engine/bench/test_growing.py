"""The benchmark of growing, on small discs: the runs are those of the trainer, and the numbers follow from curves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from PIL import Image

from engine.bench import growing
from engine.bench.curves import decades, draw, stride
from engine.bench.growing import FULL, PROGRESSIVE, Curve, Point
from engine.training.config import default_config
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.evaluation import Frozen
from engine.training.networks.shape import Grown
from engine.training.networks.style import StyleGenerator
from engine.training.probe import Speed
from engine.training.schedule import phases


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """64 pictures of 16 px."""
    path = tmp_path_factory.mktemp("data") / "noise"
    chance = np.random.default_rng(1)
    with DatasetWriter(path, 16) as writer:
        for number in range(64):
            writer.add(chance.integers(0, 256, (16, 16, 3), np.uint8), f"{number}.png")
        writer.finish("Noise", "made here", "CC0 1.0")
    return path


def curve(name: str, *points: tuple[float, float]) -> Curve:
    return Curve(name, tuple(Point(seconds, 0, 64, swd) for seconds, swd in points))


def test_both_runs_go_on_for_the_time_given_and_are_written_as_curves(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(growing, "POINTS", 2)
    monkeypatch.setattr(growing, "PICTURES", 16)
    monkeypatch.setattr("engine.training.config.SIZES", {4096: (16, 128, 16, 2)})
    monkeypatch.setattr("engine.training.probe.LONGEST_S", 0.1)
    numbers, picture = tmp_path / "bench.json", tmp_path / "curves.png"
    asked = ("--growing", folder, "--minutes", 0.02, "--json", numbers, "--picture", picture)
    result = cli("bench", *asked)
    assert (result.code, result.err) == (0, "")
    report = json.loads(numbers.read_bytes())
    assert [one["name"] for one in report["curves"]] == [PROGRESSIVE, FULL]
    for one in report["curves"]:
        assert [point["seconds"] >= 0.6 * number for number, point in enumerate(one["points"], 1)] == [True, True]
        assert one["points"][-1]["images"] % 16 == 0
    assert [point["side"] for point in report["curves"][1]["points"]] == [16, 16]
    assert report["measurements"][-1]["goal"] == ">= 2"
    assert f"{PROGRESSIVE}, faster than {FULL}" in result.out
    with Image.open(picture) as image:
        assert image.size == (1200, 675)


def test_the_growing_plan_has_its_share_of_the_time_at_every_level_and_the_other_only_the_last(folder):
    config = default_config(folder, replace(Dataset(folder).facts, side=64))
    speeds = [Speed(side, rate, 16) for side, rate in ((8, 400.0), (16, 200.0), (32, 100.0), (64, 50.0))]
    plan = phases(growing.growing_settings(config, speeds, 1000.0))
    seconds = dict.fromkeys((8, 16, 32), 0.0)
    for phase in plan[:-2]:
        seconds[phase.side] += (phase.ends - phase.begins) / next(s.rate for s in speeds if s.side == phase.side)
    assert sum(seconds.values()) == pytest.approx(400, rel=0.01)
    assert seconds[32] == pytest.approx(2 * seconds[16], rel=0.01)
    assert seconds[16] == pytest.approx(2 * seconds[8], rel=0.01)
    assert (plan[-2].side, plan[-2].kind, plan[-1].kind) == (64, "fade", "stabilise")
    full = growing.full_settings(config)
    assert [(phase.side, phase.kind) for phase in phases(full)] == [(64, "stabilise")]
    assert replace(full, levels=config.levels) == config, "nothing else differs"


def test_times_are_compared_at_the_distance_that_the_slower_run_came_to():
    quick = curve(PROGRESSIVE, (10, 90), (20, 40), (30, 20))
    slow = curve(FULL, (10, 100), (20, 80), (30, 60))
    *_, at, slowly, ratio = growing.measurements(quick, slow)
    assert at.name == "to an SWD of 60.0: progressive"
    assert (at.value, slowly.value) == (pytest.approx(16), 30)  # 60 lies 30 / 50 of the way from 90 to 40
    assert ratio.value == pytest.approx(30 / 16)
    *_, ratio = growing.measurements(slow, quick)
    assert ratio.value == pytest.approx(16 / 30), "it is not hidden when growing loses"


def test_a_curve_that_never_came_so_near_says_so():
    assert curve("one", (10, 90), (20, 40)).reached(39) is None
    assert curve("one", (10, 90), (20, 40)).reached(95) == 10


def test_a_network_that_has_not_grown_yet_is_compared_in_repeated_pixels(folder, monkeypatch):
    monkeypatch.setattr(growing, "PICTURES", 2)
    dataset = Dataset(folder)
    config = growing.plain_settings(default_config(folder, dataset.facts))
    frozen = Frozen(StyleGenerator(config.shape(0)), Grown(8), config, dataset)
    (pictures,) = growing.enlarged(frozen, 16)
    assert np.array_equal(pictures[:, ::2, ::2], frozen(0, 2))
    assert np.array_equal(pictures[:, 1::2, ::2], pictures[:, ::2, 1::2])


def test_the_picture_has_both_curves_in_colours_of_their_own(tmp_path):
    draw(tmp_path / "curves.png", [curve("one", (60, 300), (120, 20)), curve("two", (60, 300), (120, 90))])
    with Image.open(tmp_path / "curves.png") as image:
        colours = {colour for _, colour in image.getcolors(2**16)}
    assert {(0xF2, 0xA6, 0x5A), (0x6A, 0xA9, 0xE9)} <= colours


def test_lines_stand_at_round_numbers():
    assert [number for number in decades(3, 80) if 3 <= number <= 80] == [5, 10, 20, 50]
    assert [stride(whole) for whole in (0.03, 7, 30, 90)] == [pytest.approx(step) for step in (0.005, 1, 5, 10)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--growing", "none", "--training"), "one at a time"),
        (("--growing", "none", "--model", "ffhq"), "leave other measurements"),
        (("--training", "--minutes", 3), "--minutes is an option of --growing"),
        (("--growing", "none"), "is not a data set"),
    ],
)
def test_what_cannot_be_measured_is_told(cli, asked, told):
    result = cli("bench", *asked)
    assert result.code == 2
    assert told in result.err


def test_a_time_that_cannot_be_is_told(cli, folder):
    result = cli("bench", "--growing", folder, "--minutes", 0)
    assert result.code == 2
    assert "the minutes" in result.err
