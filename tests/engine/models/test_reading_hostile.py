"""Hostile files are refused or read; either way nothing of them is run, and nothing outside changes."""

from __future__ import annotations

import io
import json
import os
import pickle
import pickletools
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from argparse import Namespace
from pathlib import Path

import joblib
import pytest
import torch
from sklearn.decomposition import PCA

from engine.errors import ModelFileError
from engine.models.reading.opening import RefusedFileError, open_any
from tests.pickled import Calls, module_of, pretend, write_persistence
from tests.reference import DATA, ROOT, hostile

FILES = hostile()
WARM = [
    *(DATA / "pkl").glob("*.pkl"),
    *(DATA / "tf").glob("*.pkl"),
    *(DATA / "rosinality").glob("*"),
    DATA / "hostile" / "ok_minimal.pkl",
]
MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\x00."


def refusal(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        open_any(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_every_hostile_file_does_as_its_name_says_and_changes_nothing(tmp_path):
    assert len(FILES) >= 12
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = sorted(tmp_path.rglob("*"))
    words = [sys.executable, "-m", "tests.watched", ":".join(map(str, WARM)), *map(str, before)]
    ended = subprocess.run(
        words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False, timeout=500
    )
    assert ended.returncode == 0, ended.stderr.decode()
    reports = [json.loads(line) for line in ended.stdout.decode().splitlines()]
    assert [report["path"] for report in reports] == [str(path) for path in before]
    for report in reports:
        name = Path(report["path"]).name
        assert report["events"] == [], name
        if name.startswith("must_refuse"):
            assert report["error"], name
            assert report["path"] in report["error"]
        if name.startswith(("must_load", "ok_")):
            assert report["error"] is None, name
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("path", [path for path in FILES if "os_global" in path.name or "getattr" in path.name])
def test_a_refused_file_tells_what_it_wanted(path):
    with pytest.raises(RefusedFileError) as caught:
        open_any(path)
    refused = [(item.module, item.name) for item in caught.value.imports if item.refused]
    assert refused in ([("posix", "mkdir")], [("builtins", "getattr")])
    assert ".".join(refused[0]) in str(caught.value)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def inner(*opcodes: bytes) -> bytes:
    """A pickle of protocol 4 of these instructions."""
    return b"\x80\x04" + b"".join(opcodes) + b"."


def text(word: str) -> bytes:
    return b"\x8c" + bytes([len(word)]) + word.encode()


def name(module: str, item: str) -> bytes:
    return text(module) + text(item) + b"\x93"


SCALAR = name("numpy.core.multiarray", "scalar")
TF = name("dnnlib.tflib.network", "Network")


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("an old-style instance", b"(ios\nsystem\n."),
        ("a class of another module", inner(name("collections.OrderedDict", "fromkeys"))),
        ("a name within a name", inner(name("torch", "serialization.load"), b")R")),
        ("state for a class", inner(TF, b"N}\x86b")),
        ("a call of a call", inner(name("collections", "OrderedDict"), b")R)R")),
        ("a call of a string", inner(text("os.system"), b")R")),
        ("a call with a list", inner(TF, b"]R")),
        ("an extension of two bytes", inner(b"\x83\x01\x00")),
        ("an extension of four bytes", inner(b"\x84\x01\x00\x00\x00")),
        ("a buffer from outside", b"\x80\x05\x97."),
        ("a read-only buffer", b"\x80\x05N\x98."),
        ("a protocol of the future", b"\x80\x06N."),
        ("nothing at all", b"\x80\x04."),
        ("only a start", b"\x80"),
        ("a value that was never kept", inner(b"h\x07")),
        ("a mark that is not there", inner(b"]e")),
        ("more than its mark", inner(b"N(0000")),
        ("a name that is a number", inner(b"K\x01K\x02\x93")),
        ("a key that hashes deep", inner(b"}", b")\x85" * 5, b"N\x86" * 200, b"Ns")),
        ("an odd number of items", inner(b"}(Nu")),
        ("a number of 2 GB", b"\x80\x02\x8b\xff\xff\xff\x7f."),
        ("a number of 255 bytes", b"\x80\x02\x8a\xff" + bytes(255) + b"."),
        ("a text of 2**63 bytes", b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f."),
        ("bytes of 2**64 bytes", b"\x80\x04\x8e" + b"\xff" * 8 + b"."),
        ("a text that is not UTF-8", inner(b"\x8c\x02\xff\xfe")),
        ("a line without an end", b"cos" + b"x" * 10_000),
        ("a float that is none", b"Fabc\n."),
        ("a quoted text without quotes", b"(S\nt."),
        ("a quoted text with one quote", b"(S'\nt."),
        ("a quoted text with an escape that is none", b"(S'\\q'\nt."),
        ("a quoted text that ends in an escape", b"(S'\\'\nt."),
        ("a text line without an end", b"(V" + b"x" * 200_000),
        ("a text line with an escape that is none", b"(V\\u12\nt."),
        ("a quoted text line without an end", b"(S'" + b"x" * 200_000),
        ("a whole number that is none", b"I1x\n."),
        ("a key in protocol 0 that is none", b"gabc\n."),
        ("only a number", inner(b"K\x01")),
        ("nested lists", inner(b"]" * 50_000, b"a" * 49_999)),
        ("nested tuples", inner(b")", b"\x85" * 50_000)),
        ("a list within itself", inner(b"]\x94h\x00a")),
        ("an array of objects", inner(TF, b")\x81", b"}", text("variables"), b"]", text("x"))),
        ("a network without state", inner(TF, b")\x81\x94h\x00h\x00\x87")),
    ],
)
def test_a_pickle_with(what, content, tmp_path):
    """Refused in one sentence, whatever it is."""
    refusal(write(tmp_path / "file.pkl", content))


@pytest.mark.parametrize("opcode", [b"}", b"]", b"\x8f", b"(", b")", b"N\x94", b"(t", b"K\x01\x85"])
def test_a_file_full_of_empty_things_does_not_fill_the_memory(opcode, tmp_path, monkeypatch):
    """The number of instructions is bounded, and each takes a few hundred bytes at most."""
    monkeypatch.setattr("engine.models.reading.opcodes.OPCODES_LIMIT", 20_000)
    path = write(tmp_path / "file.pkl", b"\x80\x04" + opcode * 100_000)
    tracemalloc.start()
    assert "one too many" in refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000 * 400


@pytest.mark.parametrize(
    ("shape", "stride", "offset"),
    [
        ((1000, 1000), (1000, 1), 0),
        ((4,), (0,), 0),
        ((2, 2), (-1, 1), 2),
        ((2, 2), (2, 1), 1),
        ((2, 2), (2**62, 2**62), 0),
        ((2**40, 2**40), (0, 0), 0),
        ((2, 2), (2, 1, 1), 0),
        ((True, 2), (1, 1), 0),
        ((2, 2), (2, 1), -1),
        ((2, 2), (2, 1), 2**70),
        ((2.0, 2), (2, 1), 0),
        ([2, 2], (2, 1), 0),
        ((1,) * 9, (1,) * 9, 0),
    ],
)
def test_a_tensor_that_reaches_out_of_its_storage_is_refused_by_name(shape, stride, offset, tmp_path):
    path = tmp_path / "file.pkl"
    storage = torch.zeros(4)._typed_storage()
    lie = Calls(torch._utils._rebuild_tensor_v2, storage, offset, shape, stride, False, {})
    write_persistence(path, {"w": lie})
    assert "w " in refusal(path)


def test_a_tensor_of_channels_last_halves_or_a_window_of_a_storage_is_read_right(tmp_path):
    base = torch.arange(2 * 3 * 4 * 5, dtype=torch.float32).reshape(2, 3, 4, 5)
    tensors = {
        "last": base.to(memory_format=torch.channels_last),
        "half": base.half(),
        "window": base[1:, 1:, 1:3, ::2],
        "empty": torch.zeros(0, 3),
        "single": torch.tensor(3.0),
        "brain": base.bfloat16(),
        "whole": torch.arange(4),
    }
    found = open_any(write_persistence(tmp_path / "file.pkl", tensors)).generator.tensors
    for key, tensor in tensors.items():
        assert torch.equal(found[key], tensor.float()), key
        assert found[key].is_contiguous()


def test_one_storage_shown_a_thousand_times_is_refused(tmp_path):
    base = torch.zeros(200_000)
    with pretend() as _:
        tensors = {f"t{i}": base[i:] for i in range(1000)}
    path = write_persistence(tmp_path / "file.pkl", {"base": base})
    shared = Calls(torch._utils._rebuild_tensor_v2, base._typed_storage(), 0, (200_000,), (1,), False, {})
    again = {f"t{i}": Calls(*shared.parts[:1], *shared.parts[1]) for i in range(len(tensors))}
    assert "more room" in refusal(write_persistence(path, again))


def test_storage_bytes_that_import_something_are_refused(tmp_path):
    evil = MAGIC + b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00echo\x85R.\x80\x02]."
    with pretend(("torch.storage", "_load_from_bytes")) as (load,):
        lie = Calls(torch._utils._rebuild_tensor_v2, Calls(load, evil), 0, (1,), (1,), False, {})
        path = write_persistence(tmp_path / "file.pkl", {"w": lie})
    assert "os" in refusal(path) or "storage" in refusal(path)


@pytest.mark.parametrize(
    "identity",
    [
        ("storage", torch.FloatStorage, "0", "cpu", 4, ("view", 0, 2)),
        ("storage", torch.FloatStorage, "0", "cpu", -4, None),
        ("storage", torch.FloatStorage, "0", "cpu", 2**62, None),
        ("storage", torch.FloatStorage, 0, "cpu", 4, None),
        ("storage", "FloatStorage", "0", "cpu", 4, None),
        ("module", torch.FloatStorage, "0", "cpu", 4, None),
        ("storage",),
        "storage",
    ],
)
def test_a_storage_described_otherwise_than_torch_does_is_refused(identity, tmp_path):
    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            return identity if item == "storage here" else None

    def pickled(value: object) -> bytes:
        file = io.BytesIO()
        Pickler(file, 2).dump(value)
        return file.getvalue()

    tensor = Calls(torch._utils._rebuild_tensor_v2, "storage here", 0, (4,), (1,), False, {})
    content = {"g_ema": dict.fromkeys(("input.input", "conv1.conv.weight", "to_rgb1.conv.weight"), tensor)}
    stream = MAGIC + pickled(content) + pickle.dumps(["0"], 2) + struct.pack("<q4f", 4, 1, 2, 3, 4)
    refusal(write(tmp_path / "file.pt", stream))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"readme.txt": b"hello"}, "without a torch file"),
        ({"a/data.pkl": pickle.dumps({"epoch": 3}, 2)}, "the keys epoch"),
        ({"a/data.pkl": pickle.dumps(Namespace(a=1), 2)}, "a Namespace"),
        ({"a/data.pkl": b"\x80\x02cposix\nsystem\n."}, "posix.system"),
        ({"a/data.pkl": b"\x80\x02csklearn.svm\nSVC\n."}, "a scikit-learn model"),
        ({"a/data.pkl": pickle.dumps(1, 2), "a/constants.pkl": b""}, "TorchScript"),
        ({"a/data.pkl": pickle.dumps(1, 2), "b/data.pkl": b""}, "without a torch file"),
        ({"a/data.pkl": pickle.dumps(1, 2), "a/byteorder": b"big"}, "another machine"),
    ],
)
def test_a_zip_of_something_else_says_what_it_is(members, said, tmp_path):
    path = tmp_path / "file.pt"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    assert said in refusal(path)


def test_a_zip_with_more_members_than_any_network_is_refused_before_they_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.models.reading.torch_files.TABLE_LIMIT", 5_000)
    path = tmp_path / "file.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", pickle.dumps(1, 2))
        for i in range(100):
            archive.writestr(f"a/data/{i}", b"")
    assert "table of contents" in refusal(path)


def test_tensors_that_each_reach_over_a_whole_storage_are_refused(tmp_path):
    """Two numbers each, and a reading of the whole storage for every one of them."""
    storage = torch.zeros(200_000)._typed_storage()
    lies = {
        f"t{i}": Calls(torch._utils._rebuild_tensor_v2, storage, 0, (2,), (199_999,), False, {}) for i in range(900)
    }
    assert "more room" in refusal(write_persistence(tmp_path / "file.pkl", lies))


def test_networks_that_share_a_thousand_parts_are_refused(tmp_path):
    """A small file whose tree of modules grows like 9 ** depth."""
    with pretend(("torch_utils.persistence", "_reconstruct_persistent_obj")) as (reconstruct,):
        tree = module_of(reconstruct, "Leaf", {})
        for _ in range(10):
            tree = module_of(reconstruct, "Node", {}, modules={f"m{i}": tree for i in range(9)})
        path = write(tmp_path / "file.pkl", pickle.dumps({"G_ema": tree}, 4))
    assert "deeper, or are more" in refusal(path)


def test_a_zip_that_unpacks_to_much_more_is_refused(tmp_path):
    path = tmp_path / "file.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(50_000_000))
    assert "compressed" in refusal(path)


@pytest.mark.parametrize(
    ("imported", "said"),
    [
        (("sklearn.linear_model._base", "LinearRegression"), "a scikit-learn model"),
        (("torch.nn.modules.linear", "Linear"), "a whole PyTorch module"),
        (("pandas.core.frame", "DataFrame"), "a pandas table"),
        (("nobody.knows", "This"), "a pickle of something else: it imports nobody.knows.This"),
        (("builtins", "eval"), "builtins.eval, which no network needs"),
        (("os", "system"), "os.system, which no network needs"),
    ],
)
def test_a_pickle_of_something_else_says_what_it_looks_like(imported, said, tmp_path):
    assert said in refusal(write(tmp_path / "file.pkl", inner(name(*imported), b")R")))


def test_what_scikit_learn_and_joblib_save_is_said_to_be_just_that(tmp_path):
    """joblib lays arrays between a pickle's instructions, where no reader of pickles finds its way."""
    model = PCA(2).fit(torch.eye(5).numpy())
    for protocol in range(6):
        path = write(tmp_path / "faces.pkl", pickle.dumps(model, protocol))
        assert "it looks like a scikit-learn model" in refusal(path)
    joblib.dump(model, tmp_path / "faces.joblib")
    assert "it looks like a scikit-learn model" in refusal(tmp_path / "faces.joblib")
    joblib.dump({"w": torch.eye(100).numpy()}, tmp_path / "array.joblib")
    assert "it looks like a joblib file" in refusal(tmp_path / "array.joblib")
    joblib.dump(model, tmp_path / "small.joblib", compress=3)
    assert "compressed with zlib, as joblib files are" in refusal(tmp_path / "small.joblib")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_whole_module_saved_by_torch_is_said_to_be_one(zipped, tmp_path):
    torch.save(torch.nn.Linear(3, 3), tmp_path / "file.pt", _use_new_zipfile_serialization=zipped)
    assert "a whole PyTorch module" in refusal(tmp_path / "file.pt")


@pytest.mark.parametrize(
    ("value", "said"),
    [([1, 2], "a list"), ({"a": 1, "b": 2}, "the keys a, b"), ("text", "a str"), ({}, "an empty dict")],
)
def test_a_pickle_of_plain_values_says_what_it_holds(value, said, tmp_path):
    assert said in refusal(write(tmp_path / "file.pkl", pickle.dumps(value)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a PNG picture"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x1f\x8b\x08" + bytes(20), "a gzip archive"),
        (b"version https:" + b"//git-lfs", "a Git LFS pointer"),
        (bytes(100), "no file of a network"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
    ],
)
def test_any_other_file_says_what_it_is(content, said, tmp_path):
    assert said in refusal(write(tmp_path / "network-snapshot-000100.pkl", content))


def test_a_folder_or_a_missing_file_is_said_to_be_one(tmp_path):
    assert "not a file" in refusal(tmp_path)
    assert "No such file" in refusal(tmp_path / "none.pkl")


def test_the_hostile_files_still_are_what_they_were():
    """A file that a tool has mended by chance would prove nothing."""
    text = (DATA / "hostile" / "must_refuse_os_global.pkl").read_bytes()
    assert any(arg == "mkdir" for _, arg, _ in pickletools.genops(text))
