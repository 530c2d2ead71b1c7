"""`visagist models check`: every array that applies, a table, and an exit code that a script can trust."""

from __future__ import annotations

import numpy as np
import pytest

from tests.reference import DATA

SG2, TRUTH = DATA / "pkl" / "sg2ada_c3_map2.pkl", DATA / "npz" / "sg2ada_c3_map2.npz"
ROS = DATA / "rosinality" / "ros_64_s64_mlp8_cm2.pt"


@pytest.fixture
def altered(tmp_path):
    """The reference with one number changed in one array."""

    def write(name: str, value: float = 1e-2):
        with np.load(TRUTH) as file:
            arrays = {key: file[key] for key in file.files}
        arrays[name] = arrays[name].copy()
        arrays[name].flat[0] += value * np.abs(arrays[name]).max()
        np.savez(tmp_path / "other.npz", **arrays)
        return tmp_path / "other.npz"

    return write


@pytest.mark.parametrize("path", [SG2, ROS], ids=lambda path: path.name)
def test_a_network_that_is_read_right_agrees_in_every_array(cli, path):
    result = cli("models", "check", path, "--against", DATA / "npz" / f"{path.stem}.npz")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert len(lines) > 6
    assert all(line.endswith("agrees") for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} of {len(lines) - 1} arrays agree, 0 miss"


@pytest.mark.parametrize("path", [*sorted((DATA / "tf").glob("*.pkl")), SG2], ids=lambda path: path.name)
def test_a_converted_file_agrees_as_the_one_that_it_was_made_from(cli, path, tmp_path):
    assert cli("models", "convert", path, "-o", tmp_path / "own.safetensors").code == 0
    result = cli("models", "check", tmp_path / "own.safetensors", "--against", DATA / "npz" / f"{path.stem}.npz")
    assert (result.code, result.err) == (0, "")
    assert all(line.endswith("agrees") for line in result.out.splitlines()[:-1])


def test_a_reference_without_labels_is_no_miss_for_a_network_that_takes_some(cli, tmp_path):
    with np.load(TRUTH) as file:
        np.savez(tmp_path / "bare.npz", **{name: file[name] for name in ("img_psi1", "d_logits_batch2", "z")})
    result = cli("models", "check", SG2, "--against", tmp_path / "bare.npz")
    assert result.code == 1
    assert result.out.count("left out: the reference has no c, and the network takes labels") == 2


@pytest.mark.parametrize("name", ["img_psi1", "w_psi1", "d_logits_batch2", "img_mix"])
def test_one_wrong_number_is_a_miss_and_the_exit_code_is_1(cli, altered, name):
    result = cli("models", "check", SG2, "--against", altered(name))
    assert result.code == 1
    missed = [line.split()[0] for line in result.out.splitlines() if "MISSES" in line]
    assert name in missed
    assert not {"img_psi1_nonoise", "w_mix"} & set(missed)


def test_a_number_that_is_none_is_a_miss(cli, altered):
    assert cli("models", "check", SG2, "--against", altered("img_mix", float("nan"))).code == 1


def test_what_a_converted_file_does_not_hold_is_left_out(cli, tmp_path):
    own = tmp_path / "own.safetensors"
    cli("models", "convert", ROS, "-o", own)
    result = cli("models", "check", own, "--against", DATA / "npz" / f"{ROS.stem}.npz")
    assert result.code == 0
    assert "d_logits_batch2" in result.out
    assert "MISSES" not in result.out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no npz", "it is not an npz file"), (None, "none of its arrays is an output"), (b"", "it is not an npz file")],
)
def test_a_reference_that_is_none_is_said_to_be_none(cli, tmp_path, content, said):
    path = tmp_path / "other.npz"
    if content is None:
        np.savez(path, something=np.zeros(3))
    else:
        path.write_bytes(content)
    result = cli("models", "check", SG2, "--against", path)
    assert result.code == 2
    assert said in result.err


def test_objects_in_a_reference_are_never_unpickled(cli, tmp_path):
    np.savez(tmp_path / "other.npz", img_psi1=np.array([{"a": 1}], object))
    result = cli("models", "check", SG2, "--against", tmp_path / "other.npz")
    assert result.code == 2
