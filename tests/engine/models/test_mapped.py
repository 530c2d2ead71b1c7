"""Tensors of a safetensors file, mapped by our own hand: what the library reads, and nothing kept from call to call."""

from __future__ import annotations

import gc
import sys

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine.models.mapped import TYPES, map_tensors


@pytest.fixture
def path(tmp_path):
    """A file of a tensor of each type, a number, and one without numbers."""
    torch.manual_seed(0)
    tensors = {f"of.{name}": (torch.randn(3, 5) * 50).to(dtype) for dtype, name in TYPES.items()}
    save_file(tensors | {"one": torch.tensor(2.5), "none": torch.empty(0, 4)}, tmp_path / "a.safetensors")
    return tmp_path / "a.safetensors"


def test_it_is_what_the_library_reads(path):
    expected, found = load_file(path), map_tensors(path)
    assert found.keys() == expected.keys()
    for name, tensor in found.items():
        assert tensor.dtype == expected[name].dtype
        assert tensor.shape == expected[name].shape
        assert torch.equal(tensor, expected[name])


def test_what_is_written_stays_in_this_process(path):
    map_tensors(path)["of.F32"].zero_()
    assert map_tensors(path)["of.F32"].any()


def test_reading_again_and_again_keeps_nothing(path):
    for calls in (10, 200):
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(calls):
            map_tensors(path)
        gc.collect()
    assert sys.getallocatedblocks() - before < 200, "less than one thing a call, of a dozen tensors"


@pytest.mark.parametrize("harm", ["cut", "type"])
def test_a_broken_file_is_refused(path, harm):
    content = path.read_bytes()
    path.write_bytes(content[:-1] if harm == "cut" else content.replace(b'"BOOL"', b'"F8_X"'))
    with pytest.raises(SafetensorError):
        map_tensors(path)


def test_a_type_that_no_model_has_is_named(tmp_path):
    path = tmp_path / "a.safetensors"
    save_file({"small": torch.zeros(4, dtype=torch.float8_e4m3fn)}, path)
    with pytest.raises(SafetensorError, match="small is of the type F8_E4M3"):
        map_tensors(path)
