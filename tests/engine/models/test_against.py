"""`visagist models check`: every array that applies, a table, and an exit code that a script can trust."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.devices import Target
from engine.models.model import open_model
from engine.networks.generator import synthesize
from tests.reference import DATA

SG2, TRUTH = DATA / "pkl" / "sg2ada_c3_map2.pkl", DATA / "npz" / "sg2ada_c3_map2.npz"
ROS = DATA / "rosinality" / "ros_64_s64_mlp8_cm2.pt"
FILES = [*sorted((DATA / "tf").glob("*.pkl")), ROS, SG2]
OTHERS = [(path, truth) for path in FILES for truth in sorted((DATA / "npz").glob("*.npz")) if path.stem != truth.stem]


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


@pytest.mark.parametrize(("name", "row"), [("act_mean_std", 5), ("act_first8", 5)])
def test_the_first_layer_that_goes_wrong_is_named(cli, tmp_path, name, row):
    with np.load(TRUTH) as file:
        arrays = {key: file[key] for key in file.files}
    arrays[name] = arrays[name].copy()
    arrays[name][row:] += 0.01
    np.savez(tmp_path / "other.npz", **arrays)
    result = cli("models", "check", SG2, "--against", tmp_path / "other.npz")
    assert result.code == 1
    missed = [line for line in result.out.splitlines() if "MISSES" in line]
    assert len(missed) == 1
    assert missed[0].startswith(name)
    assert missed[0].endswith(f"MISSES 0.0001, first in {arrays['act_names'][row]}")


@pytest.mark.parametrize(("path", "truth"), OTHERS, ids=lambda path: path.name)
def test_the_reference_of_another_network_is_told_apart_without_an_accident(cli, path, truth):
    result = cli("models", "check", path, "--against", truth)
    assert (result.code, result.err) == (1, "")
    assert "agree" in result.out.splitlines()[-1]


@pytest.mark.parametrize("broken", ["img_psi1", "z", "c", "mix_crossover", "act_first8"])
def test_a_reference_of_odd_shapes_is_no_accident_either(cli, tmp_path, broken):
    with np.load(TRUTH) as file:
        arrays = {key: file[key] for key in file.files}
    for odd in (np.zeros((0, 3)), np.zeros((1, 1)) if broken == "mix_crossover" else np.float64(1)):
        np.savez(tmp_path / "other.npz", **arrays | {broken: odd})
        result = cli("models", "check", SG2, "--against", tmp_path / "other.npz")
        assert result.err == ""
        assert "left out: " in result.out


def test_a_file_without_its_average_w_is_pulled_towards_the_references(cli, tmp_path):
    """Checkpoints of training have none; an average that is drawn anew is another."""
    state = torch.load(ROS, weights_only=True)
    torch.save({"g_ema": state["g_ema"]}, tmp_path / "050000.pt")
    with np.load(DATA / "npz" / f"{ROS.stem}.npz") as file:
        w, average = file["w"][:, None].repeat(10, 1), file["latent_avg"]
        np.savez(tmp_path / "mean.npz", z=file["z"], latent_avg=average, w_psi07=average + 0.7 * (w - average))
        np.savez(tmp_path / "bare.npz", z=file["z"], w_psi07=w, w_psi1=w)
    result = cli("models", "check", tmp_path / "050000.pt", "--against", tmp_path / "mean.npz")
    assert (result.code, result.err) == (0, "")
    told = {line.split()[0]: line for line in result.out.splitlines()}
    assert told["latent_avg"].endswith("left out: the file does not tell its average w")
    assert told["w_psi07"].endswith("agrees")
    result = cli("models", "check", tmp_path / "050000.pt", "--against", tmp_path / "bare.npz")
    assert "left out: neither the file nor the reference tells the average w" in result.out
    assert "1 of 2 arrays agree" in result.out


def test_parts_of_a_picture_and_a_styled_w_are_compared_too(cli, tiny_path, tmp_path):
    """As the reference of the 1024 px face generator keeps them."""
    generator = open_model(tiny_path, Target("cpu", "f32")).generator
    z, mean = np.random.RandomState(0).standard_normal((2, 512)).astype(np.float32), np.full(512, 0.1, np.float32)
    w = generator.map(torch.from_numpy(z)).numpy()
    styled = (mean + 0.6 * (w - mean)).astype(np.float32)
    rows = torch.from_numpy(styled)[:, None].repeat(1, generator.plan.style_rows, 1)
    picture = torch.cat([synthesize(generator, one[None]) for one in rows]).numpy()
    arrays = {"z": z, "w_raw": w, "w_styled": styled, "psi": np.float32(0.6), "w_mean4096": mean}
    arrays["img_mean8"] = picture.reshape(2, 3, 8, 8, 8, 8).mean((3, 5))
    arrays["img_crop_16_48"] = picture[:, :, 16:48, 16:48]
    np.savez(tmp_path / "other.npz", **arrays)
    result = cli("models", "check", tiny_path, "--against", tmp_path / "other.npz")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("4 of 4 arrays agree, 0 miss\n")
    np.savez(tmp_path / "other.npz", **arrays | {"img_crop_15_47": arrays["img_crop_16_48"], "img_mean7": picture})
    result = cli("models", "check", tiny_path, "--against", tmp_path / "other.npz")
    assert result.code == 1
    assert "left out: a picture of 64 px has no boxes of 7 px" in result.out
    assert "4 of 6 arrays agree, 1 miss, 1 left out" in result.out


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
