"""A file whose hash fits but whose tensors do not is refused by name: no kernel reads beyond a tensor."""

from __future__ import annotations

import pytest
import torch

from engine.devices import Target, choose
from engine.errors import ModelFileError, VisagistError
from engine.models.format import Header, content_hash, save_model
from engine.models.model import open_model
from engine.networks.mobile_stylegan_shapes import check_shapes
from tests.nets import tiny_weights

TINY = tiny_weights()
CHANGES = {
    "missing": lambda tensor: None,
    "one number short": lambda tensor: tensor.reshape(-1)[:-1].clone(),
    "a single number": lambda tensor: torch.zeros(()),
    "no number": lambda tensor: torch.zeros(0),
    "one row more": lambda tensor: torch.cat([tensor, tensor[:1]]),
    "whole numbers": lambda tensor: tensor.to(torch.int32),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", TINY)
def test_any_tensor_that_is_not_as_it_should_be_is_noticed(name, change):
    tensors = dict(TINY)
    changed = CHANGES[change](tensors.pop(name))
    with pytest.raises(VisagistError):
        check_shapes(tensors if changed is None else tensors | {name: changed})


@pytest.mark.parametrize("name", ["synthesis.heads.x.weight", "synthesis.heads.128.bias", "extra"])
def test_a_tensor_without_a_place_is_noticed(name):
    with pytest.raises(VisagistError, match=f"tensor {name} has no place"):
        check_shapes(TINY | {name: torch.zeros(1)})


@pytest.mark.parametrize("heads", [1, 2, 3])
@pytest.mark.parametrize("widths", [(64, 64), (64, 32, 16), (4, 8, 4, 12)])
def test_sound_networks_of_many_widths_pass(heads, widths):
    check_shapes(tiny_weights(0, widths, min(heads, len(widths) - 1)))


@pytest.mark.parametrize("precision", sorted({"f32", choose("cpu").precision}))
def test_opening_names_the_file_and_the_tensor(tmp_path, precision):
    tensors = TINY | {"synthesis.conv1.noise": torch.zeros(1)}
    path = tmp_path / "model.safetensors"
    save_model(path, Header("mobile_stylegan", "t", "t", "p", "l", content_hash("mobile_stylegan", tensors)), tensors)
    with pytest.raises(ModelFileError) as caught:
        open_model(path, Target("cpu", precision))
    assert str(caught.value) == f"{path}: tensor synthesis.conv1.noise is 1 and should be 4 x 4"
