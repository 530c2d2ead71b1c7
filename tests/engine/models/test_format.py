"""Our own model file: opened whole and unharmed, or refused in one sentence."""

from __future__ import annotations

import json
import struct

import pytest
import torch
from safetensors.torch import save_file

from engine.devices import Target
from engine.errors import ModelFileError
from engine.models.format import KEY, content_hash, load_model, read_header
from engine.models.model import open_model
from tests.nets import save_tiny, tiny_weights


@pytest.fixture
def path(tmp_path):
    save_tiny(tmp_path / "tiny.safetensors")
    return tmp_path / "tiny.safetensors"


def test_what_was_saved_is_what_is_loaded(path):
    header, tensors = load_model(path)
    truth = tiny_weights()
    assert header == read_header(path)
    assert header.hash == content_hash("mobile_stylegan", truth)
    assert all(torch.equal(tensors[name], truth[name]) for name in truth)
    assert open_model(path, Target("cpu", "f32")).generator.plan.resolution == 64


def test_the_hash_sees_names_types_shapes_and_values():
    base = {"a": torch.zeros(2, 3)}
    others = [
        {"b": torch.zeros(2, 3)},
        {"a": torch.zeros(3, 2)},
        {"a": torch.zeros(2, 3, dtype=torch.int32)},
        {"a": torch.tensor([[0.0, 0, 0], [0, 0, 1e-30]])},
    ]
    hashes = {content_hash("f", tensors) for tensors in [base, *others]} | {content_hash("g", base)}
    assert len(hashes) == 6


def refused(path) -> str:
    """The sentence of the reader of our format, or else of what opens a model; the latter refuses in any case."""
    with pytest.raises(ModelFileError) as opened:
        open_model(path, Target("cpu", "f32"))
    text = str(opened.value)
    try:
        load_model(path)
    except ModelFileError as error:
        text = str(error)
    for sentence in (text, str(opened.value)):
        assert str(path) in sentence
        assert "\n" not in sentence
    return text


@pytest.mark.parametrize("keep", [0, 4, 8, 100, 5_000, -1, -100_000])
def test_a_file_cut_short_anywhere_is_refused(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    assert "cut short" in refused(path) or "header" in refused(path)


def test_one_flipped_bit_is_noticed(path):
    content = bytearray(path.read_bytes())
    content[-1000] ^= 4
    path.write_bytes(content)
    assert "does not match its hash" in refused(path)


def test_a_missing_file_and_a_folder_are_refused(path, tmp_path):
    assert "cannot be read" in refused(tmp_path / "nothing.safetensors")
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello, I am a text file", "not a safetensors file"),
        (struct.pack("<Q", 2**62) + b"{}", "not a safetensors file"),
        (struct.pack("<Q", 4) + b"[1] ", "not a JSON object"),
        (struct.pack("<Q", 4) + b"{ab}", "not JSON"),
        (struct.pack("<Q", 100_000) + b"[" * 100_000, "not JSON"),
        (struct.pack("<Q", 2) + b"{}", "without a Visagist header"),
    ],
)
def test_other_content_is_refused(path, content, words):
    path.write_bytes(content)
    assert words in refused(path)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("{", "header cannot be read"),
        ("[]", "header cannot be read"),
        ('{"format": 2}', "reads up to 1"),
        ('{"format": 1}', "header cannot be read"),
        ("[" * 100_000, "header cannot be read"),
        (None, "without a Visagist header"),
    ],
)
def test_a_header_that_is_not_ours_is_refused(path, header, words):
    save_file({"a": torch.zeros(1)}, path, metadata=None if header is None else {KEY: header})
    assert words in refused(path)


def test_tensors_that_overlap_or_reach_past_the_end_are_refused(path):
    header = json.dumps(
        {
            "__metadata__": {KEY: json.dumps({"family": "mobile_stylegan"})},
            "a": {"dtype": "F32", "shape": [1000], "data_offsets": [0, 4000]},
        }
    ).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    assert "cut short" in refused(path)


def test_an_unknown_family_and_a_missing_tensor_are_named(path, tmp_path):
    save_tiny(path, family="stylegan9", hash=content_hash("stylegan9", tiny_weights()))
    assert "stylegan9" in refused(path)
    from engine.models.format import Header, save_model

    tensors = tiny_weights()
    del tensors["synthesis.conv1.weight"]
    save_model(path, Header("mobile_stylegan", "t", "t", "p", "l", content_hash("mobile_stylegan", tensors)), tensors)
    assert "lacks the tensor synthesis.conv1.weight" in refused(path)


def test_a_header_of_half_a_character_is_refused(path):
    header = json.dumps({"__metadata__": {KEY: "\ud800"}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    assert "header cannot be read" in refused(path)
