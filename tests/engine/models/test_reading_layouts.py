"""Layouts that the reference folder does not have, written here as their makers write them."""

from __future__ import annotations

import pickle
from argparse import Namespace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.errors import ModelFileError
from engine.models.reading.opening import open_any
from tests import pickled


@pytest.fixture
def state():
    return pickled.rosinality_state(16, 4)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "stream"])
def test_rosinality_checkpoints_of_training_are_read_in_both_layouts(state, zipped, tmp_path):
    path = tmp_path / "050000.pt"
    options = Namespace(size=16, latent=6, n_mlp=1, channel_multiplier=1, batch=16)
    content = {
        "g": state,
        "g_ema": state,
        "g_optim": {"step": 3, "lr": (0.1, 0.99)},
        "args": options,
        "ada_aug_p": 0.25,
    }
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    found = open_any(path)
    assert found.generator.family == "stylegan2"
    assert found.generator.hyper["resolution"] == 16
    assert found.generator.hyper["w_avg_missing"] is True
    assert found.facts == {"kimg": 800.0, "batch": 16, "augmentation": 0.25}
    assert {item.name for item in found.imports} >= {"Namespace", "OrderedDict", "FloatStorage"}
    tensors = found.generator.tensors
    assert torch.equal(tensors["synthesis.b16.conv0.weight"], state["convs.2.conv.weight"][0])
    assert torch.equal(tensors["synthesis.b8.conv1.noise_const"], state["noises.noise_2"][0, 0])
    assert tensors["synthesis.b8.conv1.noise_strength"].shape == ()
    assert not any("kernel" in name for name in tensors)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "stream"])
def test_a_converted_rosinality_file_has_its_average(state, zipped, tmp_path):
    path = tmp_path / "faces.pt"
    torch.save({"g_ema": state, "latent_avg": torch.arange(6.0)}, path, _use_new_zipfile_serialization=zipped)
    found = open_any(path)
    assert torch.equal(found.generator.tensors["mapping.w_avg"], torch.arange(6.0))
    assert "w_avg_missing" not in found.generator.hyper
    assert found.facts == {}


def test_a_missing_tensor_is_named(state, tmp_path):
    del state["convs.1.activate.bias"]
    torch.save({"g_ema": state}, tmp_path / "faces.pt")
    with pytest.raises(ModelFileError, match=r"convs\.1\.activate\.bias"):
        open_any(tmp_path / "faces.pt")


@pytest.mark.parametrize("width", [4, 64])
@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_tensorflow_pickle_of_any_protocol_is_the_same(protocol, width, tmp_path):
    """Protocols up to 2 write bytes as text through a codec, the first line by line; protocol 5 names another maker."""
    path = pickled.write_progan(tmp_path / "net.pkl", width=width, protocol=protocol)
    truth = pickled.progan_variables(8, width)
    found = open_any(path).generator
    assert (found.family, found.hyper["z_dim"], found.hyper["fused_from"]) == ("progan", 6, None)
    assert np.array_equal(found.tensors["synthesis.b8.conv0.weight"], truth["8x8/Conv0/weight"].transpose(3, 2, 0, 1))


@pytest.mark.parametrize("width", [4, 64])
def test_a_pickle_of_python_2s_oldest_protocol_is_the_same(width, tmp_path):
    path = pickled.write_quoted_progan(tmp_path / "net.pkl", width=width)
    assert b"S'" in path.read_bytes()
    assert b"_codecs" not in path.read_bytes()
    weight = open_any(path).generator.tensors["synthesis.b8.conv0.weight"]
    truth = pickled.progan_variables(8, width)["8x8/Conv0/weight"]
    assert np.array_equal(weight, truth.transpose(3, 2, 0, 1))


def test_arrays_whose_buffers_lie_outside_the_file_are_refused(tmp_path):
    """Protocol 5 out of band: the numbers are not in the file."""
    buffers: list[pickle.PickleBuffer] = []
    (tmp_path / "net.pkl").write_bytes(pickle.dumps([np.zeros(9)], 5, buffer_callback=buffers.append))
    assert len(buffers) == 1
    with pytest.raises(ModelFileError, match="asks for a buffer outside the file, which no network file does"):
        open_any(tmp_path / "net.pkl")


def test_a_progressive_gan_of_theanos_days_is_refused_by_its_name(tmp_path):
    state = {"build_func_spec": {"func": "G_paper"}, "param_values": [np.zeros(3)], "toplevel_params": {}}
    with pickled.pretend(("network", "Network")) as (network,):
        content = tuple(pickled.Calls(network, state=state) for _ in range(3))
        (tmp_path / "net.pkl").write_bytes(pickle.dumps(content, 2))
    with pytest.raises(ModelFileError, match="a progressive GAN of Theano's days; its TensorFlow version can be read"):
        open_any(tmp_path / "net.pkl")


def test_the_revised_synthesis_keeps_only_its_last_colours(tmp_path):
    synthesis, _ = pickled.revised_variables(16, 4, 6)
    found = open_any(pickled.write_revised(tmp_path / "net.pkl")).generator
    assert found.hyper["architecture"] == "orig"
    assert [name for name in found.tensors if name.endswith("torgb.weight")] == ["synthesis.b16.torgb.weight"]
    ours = found.tensors["synthesis.b16.conv0.weight"].numpy()
    assert np.array_equal(ours, synthesis["16x16/Conv0_up/weight"][::-1, ::-1].transpose(3, 2, 0, 1))
    assert np.array_equal(found.tensors["synthesis.b8.conv1.affine.bias"], synthesis["8x8/Conv1/mod_bias"] + 1)


def test_a_tensorflow_variable_of_a_wrong_shape_is_named(tmp_path):
    variables = pickled.progan_variables(8, 4) | {"8x8/Conv1/weight": np.zeros((3, 3), np.float32)}
    with pickled.pretend(("tfutil", "Network")) as (network,):
        net = pickled.tf_network(network, "G_paper", 2, variables)
        (tmp_path / "net.pkl").write_bytes(pickle.dumps((None, None, net), 4))
    with pytest.raises(ModelFileError, match=r"8x8/Conv1/weight of shape \[3, 3\]"):
        open_any(tmp_path / "net.pkl")


@pytest.mark.parametrize(
    "value",
    [
        np.array(["text"]),
        np.array([None, {}]),
        np.zeros(3, "f4,i4"),
        np.zeros(2, "M8[s]"),
        np.zeros(2, complex),
        "words",
    ],
    ids=["text", "objects", "structure", "dates", "complex", "no array"],
)
def test_an_array_of_anything_but_plain_numbers_is_refused(value, tmp_path):
    with pickled.pretend(("tfutil", "Network")) as (network,):
        net = pickled.tf_network(network, "G_paper", 2, pickled.progan_variables(8, 4) | {"8x8/Conv1/weight": value})
        (tmp_path / "net.pkl").write_bytes(pickle.dumps((None, None, net), 4))
    with pytest.raises(ModelFileError):
        open_any(tmp_path / "net.pkl")


@pytest.mark.parametrize("dtype", [">f4", "<f8", "f2", "i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_other_types_and_orders_give_the_same_numbers(dtype, order, tmp_path):
    weight = np.arange(144).reshape(3, 3, 4, 4).astype(dtype)
    variables = pickled.progan_variables(8, 4) | {"8x8/Conv1/weight": np.asarray(weight, order=order)}
    with pickled.pretend(("tfutil", "Network")) as (network,):
        (tmp_path / "net.pkl").write_bytes(pickle.dumps(pickled.tf_network(network, "G_paper", 2, variables), 4))
    found = open_any(tmp_path / "net.pkl").generator.tensors["synthesis.b8.conv1.weight"]
    assert np.array_equal(found, weight.transpose(3, 2, 0, 1).astype(np.float32))


@pytest.mark.parametrize("name", ["network-snapshot-004200.pkl", "network-snapshot-10-004200.pkl"])
def test_the_length_of_training_is_read_off_a_snapshots_name(name, tmp_path):
    tensors = pickled.stylegan2_parts(16, 4, 8)
    path = pickled.write_generator(tmp_path / name, tensors, 16, 8)
    assert open_any(path).facts["kimg"] == 4200.0


def test_a_gain_other_than_the_usual_is_folded_into_the_weights(tmp_path):
    """The gains are attributes of each layer, so the reader has to honour them."""
    tensors = pickled.stylegan2_parts(16, 4, 8)
    found = open_any(pickled.write_generator(tmp_path / "a.pkl", tensors, 16, 8, gain=3.0)).generator
    assert found.hyper["mapping_lr"] == pytest.approx(0.01)
    assert torch.allclose(found.tensors["mapping.fc1.weight"], tensors["mapping.fc1.weight"] * 3, rtol=1e-5)
    assert torch.equal(found.tensors["synthesis.b16.conv0.weight"], tensors["synthesis.b16.conv0.weight"])


@pytest.mark.parametrize("prefix", ["", "G_ema.", "generator."])
def test_safetensors_of_stylegan2_names_are_a_network(prefix, tmp_path):
    tensors = pickled.stylegan2_parts(16, 4, 8)
    save_file({prefix + name: tensor for name, tensor in tensors.items()}, tmp_path / "net.safetensors")
    found = open_any(tmp_path / "net.safetensors").generator
    assert (found.family, found.hyper["resolution"], found.hyper["w_dim"]) == ("stylegan2", 16, 8)
    assert found.tensors.keys() == tensors.keys()


def test_a_state_dict_saved_by_torch_is_a_network_too(tmp_path):
    torch.save({"G_ema": pickled.stylegan2_parts(16, 4, 8)}, tmp_path / "net.pt")
    assert open_any(tmp_path / "net.pt").generator.family == "stylegan2"


def test_safetensors_of_something_else_have_no_family(tmp_path):
    save_file({"weight": torch.zeros(3)}, tmp_path / "net.safetensors")
    assert open_any(tmp_path / "net.safetensors").generator.family == ""


@pytest.mark.parametrize("width", [2, 40])
@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_pytorch_pickle_of_any_protocol_is_the_same(protocol, width, tmp_path):
    """Protocols up to 2 write the bytes of every storage as text through a codec."""
    tensors = {"a": torch.randn(width, width), "b": torch.arange(3.0), "c": torch.tensor(2.5).half()}
    found = open_any(pickled.write_persistence(tmp_path / "net.pkl", tensors, protocol)).generator.tensors
    assert all(torch.equal(found[name], tensor.float()) for name, tensor in tensors.items())
