"""The benchmark of training steps, on small networks: every number is there, and what is compared has equal shapes."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.bench import training
from engine.job import finish

SMALL = replace(training.USUAL, side=16, batch=4, widest=16, base=128, latent=12, layers=2)
PEER = {
    "__init__": "",
    "losses": """
class WganGP:
    def dis_loss(self, judge, real, fake, depth, alpha):
        return judge(fake, depth, alpha).mean() - judge(real, depth, alpha).mean()
    def gen_loss(self, judge, real, fake, depth, alpha):
        return -judge(fake, depth, alpha).mean()
""",
    "custom_layers": """
def update_average(average, network, beta):
    for own, other in zip(average.parameters(), network.parameters(), strict=True):
        own.data.lerp_(other.data, 1 - beta)
""",
    "networks": """
import torch
BUILT = []
def nf(stage):
    return 512
class Old(torch.nn.ConvTranspose2d):
    def forward(self, x):
        assert self._output_padding(x, None, 1, 0, 4) == (0, 0)
        return super().forward(x)
class Generator(torch.nn.Module):
    def __init__(self, depth, num_channels=3, latent_size=512):
        super().__init__()
        self.widths = [nf(stage) for stage in range(1, depth)]
        self.layers = torch.nn.ModuleList([torch.nn.Module()])
        self.layers[0].conv_1 = Old(latent_size, 3, 4)
        self.depth = depth
        BUILT.append(self)
    def forward(self, z, depth, alpha):
        return self.layers[0].conv_1(z[:, :, None, None]).repeat(1, 1, 2 ** (depth - 2), 2 ** (depth - 2))
class Discriminator(torch.nn.Module):
    def __init__(self, depth, num_channels=3, latent_size=512):
        super().__init__()
        self.out = torch.nn.Linear(3, 1, bias=False)
        self.latent_size = latent_size
        BUILT.append(self)
    def forward(self, x, depth, alpha):
        return self.out(x.mean((2, 3)))
""",
}


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package with the names that the real one has and next to nothing in it."""
    folder = tmp_path / training.PEER_MODULE
    folder.mkdir()
    for name, text in PEER.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.startswith(training.PEER_MODULE)]:
        del sys.modules[name]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(training.measure_training, "__defaults__", (SMALL,))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("peer", "small")
def test_bench_of_training_writes_a_table_and_json(cli, tmp_path):
    result = cli("bench", "--training", "--quick", "--threads", 1, "--json", tmp_path / "bench.json")
    assert (result.code, result.err) == (0, "")
    report = json.loads((tmp_path / "bench.json").read_bytes())
    found = {item["name"]: item for item in report["measurements"]}
    what = "training at 16 px, batch 4"
    assert found[f"{what}: ProGAN, f32, faster than pro-gan-pth"]["goal"] == ">= 1.5"
    assert {found[f"{what}: {name}, f32"]["unit"] for name in ("pro-gan-pth", "ProGAN", "style")} == {"img/s"}
    assert all(item["value"] > 0 and f"| {name} " in result.out for name, item in found.items())
    assert report["machine"]["threads"] == 1


@pytest.mark.usefixtures("small")
def test_without_the_package_ours_are_measured_and_the_table_says_how_to_get_it(cli, monkeypatch):
    monkeypatch.setattr(training, "PEER_MODULE", "a_package_that_nobody_has")
    result = cli("bench", "--training", "--quick", "--threads", 1)
    assert (result.code, result.err) == (0, "")
    assert "pip install --no-deps pro-gan-pth" in result.out
    assert "ProGAN, f32" in result.out
    assert "faster" not in result.out


@pytest.mark.usefixtures("peer")
def test_the_package_builds_networks_of_our_widths_and_its_step_teaches_both():
    step = training.peer_step(SMALL)
    networks = sys.modules[f"{training.PEER_MODULE}.networks"]
    generator, discriminator = networks.BUILT
    shape = SMALL.config("progan").shape(0)
    assert generator.widths == [shape.channels(side) for side in (4, 8, 16)]
    assert discriminator.latent_size == generator.widths[0]
    assert networks.nf(1) == 512, "the package is as it was"
    before = [parameter.detach().clone() for network in networks.BUILT for parameter in network.parameters()]
    step()
    after = [parameter for network in networks.BUILT for parameter in network.parameters()]
    moved = [not torch.equal(one, other) for one, other in zip(before, after, strict=True)]
    assert all(moved)


@pytest.mark.parametrize("architecture", ["progan", "style"])
def test_a_step_of_ours_is_one_of_the_trainers_in_size_and_takes_the_penalty_only_where_it_is_asked(architecture):
    shown = [training.own_step(architecture, "f32", SMALL, penalty=penalty)() for penalty in (True, False)]
    assert shown[0].penalty is not None
    assert (shown[1].penalty is None) == (architecture == "style")


@pytest.mark.usefixtures("peer")
def test_rates_are_pictures_by_the_second_and_ratios_those_of_neighbours_in_time(monkeypatch):
    ticks = iter(range(10**6))
    monkeypatch.setattr(training.time, "perf_counter", lambda: float(next(ticks)))
    found = {item.name: item for item in finish(training.measure_training(2, SMALL))}
    rates = [item.value for item in found.values() if item.unit == "img/s"]
    assert rates == [pytest.approx(SMALL.batch)] * len(rates), "every step takes one tick of this clock"
    ratios = [item.value for item in found.values() if item.unit == "x"]
    assert ratios == [pytest.approx(1.0)] * len(ratios)
