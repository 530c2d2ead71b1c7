"""The benchmark of other makers' networks, on small ones: every number is there, and a missing textbook is told."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
import torch

from engine.bench import networks, opening
from engine.bench.textbook import textbook
from engine.errors import VisagistError
from engine.models.reading.opening import open_any
from engine.networks.families import DISCRIMINATORS
from tests import pickled
from tests.engine.textbook import networks as styled
from tests.engine.textbook import progressive, random_nets

STYLED = {"resolution": 16, "most": 8, "base": 128, "w_dim": 8, "z_dim": 8}
SMALL = {
    "stylegan2": {**STYLED, "layers": 3},
    "stylegan3": {**STYLED, "resolution": 32},
    "progan": {"resolution": 16, "most": 8, "base": 64, "z_dim": 8},
}


@pytest.fixture
def small(monkeypatch) -> None:
    monkeypatch.setattr(networks, "CASES", tuple(replace(case, sizes=SMALL[case.family]) for case in networks.CASES))
    monkeypatch.setattr(opening, "SIZES", SMALL["stylegan2"])


def test_bench_of_networks_writes_a_table_and_json(cli, small, tmp_path):
    numbers = tmp_path / "bench.json"
    result = cli("bench", "--networks", "--quick", "--json", numbers)
    assert (result.code, result.err) == (0, "")
    report = json.loads(numbers.read_bytes())
    found = {item["name"]: item for item in report["measurements"]}
    goals = {"StyleGAN2 config-f, 1024 px": ">= 2", "StyleGAN3-T, 256 px": ">= 20", "ProGAN, 1024 px": ">= 2"}
    for title, goal in goals.items():
        assert found[f"{title}: f32, faster than the textbook"]["goal"] == goal
        assert {found[f"{title}: {name}"]["unit"] for name in ("textbook f32", "f32")} == {"s"}
    assert {item["goal"] for name, item in found.items() if " pickle of " in name} == {"< 3 s", "< 2.2", "< 1 s"}
    assert all(item["value"] > 0 and f"| {name} " in result.out for name, item in found.items())
    assert report["machine"]["device"] == "CPU"


@pytest.mark.parametrize(
    "option",
    [
        ("--model", "ffhq"),
        ("--window",),
        ("--feel",),
        ("--device", "cpu"),
        ("--precision", "f32"),
        ("--against", "openvino"),
    ],
)
def test_networks_are_measured_alone(cli, option):
    result = cli("bench", "--networks", *option)
    assert result.code == 2
    assert "leave other measurements and options of the model out" in result.err


def test_outside_a_checkout_the_textbook_is_said_to_be_missing(cli, monkeypatch, tmp_path):
    monkeypatch.setattr("engine.bench.textbook.CHECKOUT", tmp_path)
    result = cli("bench", "--networks")
    assert result.code == 2
    assert "run it in a checkout" in result.err


def test_the_textbook_is_that_of_the_tests():
    book = textbook()
    assert (book.styled, book.progressive, book.random, book.pickled) == (styled, progressive, random_nets, pickled)


@pytest.mark.parametrize("case", networks.CASES, ids=lambda case: case.family)
def test_both_sides_make_the_same_picture(case, small):
    own = replace(case, sizes=SMALL[case.family])
    plain, frames = networks.prepared(textbook(), own, ["f32"])
    truth, found = plain(), frames["f32"]()
    assert truth.shape == found.shape
    assert float((found - truth).norm() / truth.norm()) < 1e-4


def test_an_opening_that_fails_is_told_in_its_own_words(tmp_path):
    with pytest.raises(VisagistError, match=r"could not be measured: .*none\.pkl"):
        opening.opened_apart(tmp_path / "none.pkl", dict(os.environ))


def test_the_pickle_that_is_opened_holds_a_whole_discriminator(tmp_path):
    net, critic = (
        random_nets.stylegan2(**SMALL["stylegan2"])[0],
        random_nets.stylegan2_discriminator(16, most=8, base=128),
    )
    path = pickled.write_generator(tmp_path / "net.pkl", net, 16, 8, copies=3, critic=critic[0])
    found = open_any(path).discriminator
    assert found is not None
    assert found.hyper["architecture"] == "resnet"
    score = DISCRIMINATORS[found.family](found.tensors, found.hyper, torch.device("cpu"))
    assert score(torch.zeros(4, 3, 16, 16), None).shape == (4, 1)
