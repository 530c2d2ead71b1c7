"""Small files that would grow: what a pickle may copy, share and hide is bounded by what a network needs."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import ModelFileError
from engine.models.reading.opening import open_any
from tests.pickled import RECONSTRUCT, Calls, module_of, pretend, write_persistence


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        open_any(path)
    return str(caught.value)


def name(module: str, item: str) -> bytes:
    return b"".join(b"\x8c" + bytes([len(word)]) + word.encode() for word in (module, item)) + b"\x93"


COPIES = {
    "dicts of one list": (("collections", "OrderedDict"), b"](" + b"K\x01N\x86" * 2000 + b"e", b"h\x01\x85R"),
    "arguments with words": (("tfutil", "Network"), b"(" + b"N" * 2000 + b"t", b"h\x01N\x92"),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_call_that_copies_a_long_list_again_and_again_is_refused(kind, tmp_path):
    """Seven bytes of the file for two thousand values in memory, each time."""
    made_by, kept, again = COPIES[kind]
    start = b"\x80\x04" + name(*made_by) + b"\x94" + kept + b"\x94]("
    (tmp_path / "file.pkl").write_bytes(start + (b"h\x00" + again) * 200 + b"e.")
    assert "copies one value too many" in refusal(tmp_path / "file.pkl")


def test_parts_that_share_a_thousand_tensors_are_refused(tmp_path):
    with pretend(RECONSTRUCT) as (reconstruct,):
        tensor = torch.zeros(1)
        many = {f"t{i}": tensor for i in range(900)}
        tree = module_of(reconstruct, "Leaf", many)
        for _ in range(4):
            tree = module_of(reconstruct, "Node", {}, modules={f"m{i}": tree for i in range(5)})
        (tmp_path / "file.pkl").write_bytes(pickle.dumps({"G_ema": tree}, 4))
    assert "deeper, or are more" in refusal(tmp_path / "file.pkl")


@pytest.mark.parametrize(
    "value",
    [np.array([None]), np.array(["text"]), np.zeros(1, "f4,i4"), np.dtype(object)],
    ids=["objects", "text", "structure", "a bare type"],
)
def test_an_array_of_objects_is_refused_where_no_network_reads_it_too(value, tmp_path):
    path = write_persistence(tmp_path / "file.pkl", {"w": torch.zeros(2)}, unused=value)
    assert "not made of plain numbers" in refusal(path)


def test_an_array_that_begins_large_is_refused_where_no_network_reads_it_too(tmp_path):
    trap = Calls(np.zeros(1).__reduce__()[0], np.ndarray, (2**33,), b"b")
    path = write_persistence(tmp_path / "file.pkl", {"w": torch.zeros(2)}, unused=trap)
    assert "does not begin empty" in refusal(path)
