"""The Inception network of FID: read from files without running them, and computed as its second writing here."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from engine.errors import ModelFileError
from engine.training.metrics.inception import SHAPES, Inception, resized
from engine.training.metrics.inception_file import read_inception, save_inception
from tests.engine.training.metrics.sets import clouds

State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def state() -> State:
    """Random weights under the names of the ports, scaled so that no layer dies."""
    random = torch.Generator().manual_seed(0)
    made: State = {}
    for name, shape in SHAPES.items():
        fan_in = shape.inputs * shape.high * shape.wide
        made[f"{name}.conv.weight"] = torch.randn(*shape, generator=random) * (2 / fan_in) ** 0.5
        made[f"{name}.bn.weight"] = torch.rand(shape.outputs, generator=random) + 0.5
        made[f"{name}.bn.bias"] = torch.randn(shape.outputs, generator=random) * 0.1
        made[f"{name}.bn.running_mean"] = torch.randn(shape.outputs, generator=random) * 0.1
        made[f"{name}.bn.running_var"] = torch.rand(shape.outputs, generator=random) + 0.5
        made[f"{name}.bn.num_batches_tracked"] = torch.tensor(0)
    made["fc.weight"], made["fc.bias"] = torch.zeros(1008, 2048), torch.zeros(1008)
    return made


@pytest.fixture(scope="module")
def path(state, tmp_path_factory) -> Iterator[Path]:
    """The file as torch saves it today; 90 MB that need not stay."""
    path = tmp_path_factory.mktemp("inception") / "pt_inception.pth"
    torch.save(state, path)
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def inception(path) -> Inception:
    return read_inception(path)


class Plain:
    """The network again, layer by layer with its normalisation apart, in float64."""

    def __init__(self, state: State) -> None:
        self.state = {name: tensor.double() for name, tensor in state.items()}

    def unit(self, x, name, stride=1, padding=0):
        part = self.state
        x = F.conv2d(x, part[f"{name}.conv.weight"], None, stride, padding)
        norm = (part[f"{name}.bn.{what}"] for what in ("running_mean", "running_var", "weight", "bias"))
        return F.relu(F.batch_norm(x, *norm, training=False, eps=0.001))

    def first(self, x, m):
        a = self.unit(x, f"{m}.branch1x1")
        b = self.unit(self.unit(x, f"{m}.branch5x5_1"), f"{m}.branch5x5_2", 1, 2)
        c = self.unit(self.unit(x, f"{m}.branch3x3dbl_1"), f"{m}.branch3x3dbl_2", 1, 1)
        c = self.unit(c, f"{m}.branch3x3dbl_3", 1, 1)
        return torch.cat([a, b, c, self.unit(inner_mean(x), f"{m}.branch_pool")], 1)

    def second(self, x, m):
        wide, tall = (0, 3), (3, 0)
        a = self.unit(x, f"{m}.branch1x1")
        b = self.unit(self.unit(x, f"{m}.branch7x7_1"), f"{m}.branch7x7_2", 1, wide)
        b = self.unit(b, f"{m}.branch7x7_3", 1, tall)
        c = self.unit(self.unit(x, f"{m}.branch7x7dbl_1"), f"{m}.branch7x7dbl_2", 1, tall)
        c = self.unit(self.unit(c, f"{m}.branch7x7dbl_3", 1, wide), f"{m}.branch7x7dbl_4", 1, tall)
        c = self.unit(c, f"{m}.branch7x7dbl_5", 1, wide)
        return torch.cat([a, b, c, self.unit(inner_mean(x), f"{m}.branch_pool")], 1)

    def third(self, x, m, pool):
        wide, tall = (0, 1), (1, 0)
        a = self.unit(x, f"{m}.branch1x1")
        b = self.unit(x, f"{m}.branch3x3_1")
        b = torch.cat([self.unit(b, f"{m}.branch3x3_2a", 1, wide), self.unit(b, f"{m}.branch3x3_2b", 1, tall)], 1)
        c = self.unit(self.unit(x, f"{m}.branch3x3dbl_1"), f"{m}.branch3x3dbl_2", 1, 1)
        c = torch.cat([self.unit(c, f"{m}.branch3x3dbl_3a", 1, wide), self.unit(c, f"{m}.branch3x3dbl_3b", 1, tall)], 1)
        return torch.cat([a, b, c, self.unit(pool, f"{m}.branch_pool")], 1)

    def features(self, x):
        x = self.unit(x, "Conv2d_1a_3x3", 2)
        x = self.unit(self.unit(x, "Conv2d_2a_3x3"), "Conv2d_2b_3x3", 1, 1)
        x = self.unit(self.unit(F.max_pool2d(x, 3, 2), "Conv2d_3b_1x1"), "Conv2d_4a_3x3")
        x = F.max_pool2d(x, 3, 2)
        for name in "bcd":
            x = self.first(x, f"Mixed_5{name}")
        m = "Mixed_6a"
        b = self.unit(self.unit(x, f"{m}.branch3x3dbl_1"), f"{m}.branch3x3dbl_2", 1, 1)
        b = self.unit(b, f"{m}.branch3x3dbl_3", 2)
        x = torch.cat([self.unit(x, f"{m}.branch3x3", 2), b, F.max_pool2d(x, 3, 2)], 1)
        for name in "bcde":
            x = self.second(x, f"Mixed_6{name}")
        m = "Mixed_7a"
        a = self.unit(self.unit(x, f"{m}.branch3x3_1"), f"{m}.branch3x3_2", 2)
        b = self.unit(self.unit(x, f"{m}.branch7x7x3_1"), f"{m}.branch7x7x3_2", 1, (0, 3))
        b = self.unit(self.unit(b, f"{m}.branch7x7x3_3", 1, (3, 0)), f"{m}.branch7x7x3_4", 2)
        x = torch.cat([a, b, F.max_pool2d(x, 3, 2)], 1)
        x = self.third(x, "Mixed_7b", inner_mean(x))
        x = self.third(x, "Mixed_7c", nn.MaxPool2d(3, 1, 1)(x))
        return x.mean((2, 3))


def inner_mean(x):
    """The mean of a 3 x 3 neighbourhood without what lies outside."""
    ones = torch.ones_like(x)
    return F.avg_pool2d(x, 3, 1, 1) / F.avg_pool2d(ones, 3, 1, 1)


def test_features_are_those_of_a_second_writing_in_float64(state, inception):
    picture = clouds(1, 64)
    x = resized(torch.from_numpy(picture).double().permute(0, 3, 1, 2) / 128 - 1)
    wanted = Plain(state).features(x)[0]
    found = inception.features(picture)[0].double()
    assert found.shape == (2048,)
    assert (found - wanted).abs().max() < 1e-4 * wanted.abs().max()


def test_pictures_are_resized_as_tensorflow_1_does():
    """Pixel i is read at i H / 299, between its two neighbours; the last pixel has none beyond it."""
    picture = np.random.default_rng(0).normal(size=(5, 5))
    wanted = np.zeros((299, 299))
    for row in range(299):
        for column in range(299):
            y, x = row * 5 / 299, column * 5 / 299
            top, left = int(y), int(x)
            bottom, right = min(top + 1, 4), min(left + 1, 4)
            upper = picture[top, left] * (1 - x + left) + picture[top, right] * (x - left)
            lower = picture[bottom, left] * (1 - x + left) + picture[bottom, right] * (x - left)
            wanted[row, column] = upper * (1 - y + top) + lower * (y - top)
    assert resized(torch.from_numpy(picture)[None, None])[0, 0].numpy() == pytest.approx(wanted)
    assert resized(torch.zeros(1, 3, 1024, 1024)).shape == (1, 3, 299, 299)


def test_every_form_of_the_file_gives_the_same_network(state, path, inception, tmp_path):
    torch.save(state, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    save_file(state, tmp_path / "ported.safetensors")
    save_inception(tmp_path / "own.safetensors", inception)
    for name in ("old.pth", "ported.safetensors", "own.safetensors"):
        weights = read_inception(tmp_path / name).weights
        assert weights.keys() == inception.weights.keys()
        assert all(torch.equal(weights[key], inception.weights[key]) for key in weights)
        (tmp_path / name).unlink()


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        read_inception(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def small(state: State) -> State:
    """The first few layers: enough for what goes wrong there."""
    return {name: tensor for name, tensor in state.items() if name.startswith("Conv2d_1a")}


def test_wrong_files_are_refused_in_a_sentence(state, tmp_path, tiny_path):
    path = tmp_path / "file.pth"
    path.write_bytes(b"")
    assert "neither a file of torch nor safetensors" in refusal(path)
    path.write_bytes(b"PK\x03\x04 and nothing behind")
    refusal(path)
    torch.save([1, 2], path)
    assert "no state dict" in refusal(path)
    torch.save(small(state), path)
    assert "lacks the tensor Conv2d_2a_3x3.conv.weight" in refusal(path)
    torch.save({"Conv2d_1a_3x3.conv.weight": torch.zeros(32, 3, 5, 5)}, path)
    assert "is [32, 3, 5, 5] and should be [32, 3, 3, 3]" in refusal(path)
    torch.save({"Conv2d_1a_3x3.conv.weight": torch.full((32, 3, 3, 3), torch.nan)}, path)
    assert "not finite" in refusal(path)
    torch.save(small(state) | {"Conv2d_1a_3x3.bn.running_var": torch.full((32,), -1.0)}, path)
    assert "running_var is negative" in refusal(path)
    assert "family mobile_stylegan" in refusal(tiny_path)
    assert "cannot be read" in refusal(tmp_path / "missing.pth")


def test_the_network_of_imagenet_alone_is_not_taken_for_fids(state, tmp_path):
    path = tmp_path / "imagenet.safetensors"
    save_file(state | {"fc.bias": torch.zeros(1000)}, path)
    assert "fc.bias is [1000] and should be [1008]" in refusal(path)
    path.unlink()


def test_a_program_of_torchscript_is_refused_and_never_run(tmp_path):
    with zipfile.ZipFile(tmp_path / "scripted.pt", "w") as archive:  # what tells such a file apart
        archive.writestr("inception/data.pkl", b"\x80\x02N.")
        archive.writestr("inception/constants.pkl", b"\x80\x02).")
    assert "TorchScript program" in refusal(tmp_path / "scripted.pt")


def test_a_pickle_that_would_import_something_else_is_refused(tmp_path):
    class Runs:
        def __reduce__(self):
            return print, ("it ran",)

    torch.save({"Conv2d_1a_3x3.conv.weight": Runs()}, tmp_path / "hostile.pth")
    assert "print" in refusal(tmp_path / "hostile.pth")
