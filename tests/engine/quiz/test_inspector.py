"""The inspector: the discriminator of a model file, asked what the visitor is asked."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.format import load_model
from engine.models.found import parted
from engine.networks.families import DISCRIMINATORS
from engine.quiz.inspector import open_inspector, verdict
from tests.studio.training.steered import make_snapshot, make_store

SIDE = 16


@pytest.fixture(scope="module", params=["style", "progan"])
def snapshot(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspector")
    make_snapshot(folder / "s.safetensors", make_store(folder / "store", side=SIDE), SIDE, request.param)
    return folder / "s.safetensors"


def test_a_snapshot_of_a_run_has_an_inspector_that_says_what_its_discriminator_says(snapshot):
    inspector = open_inspector(snapshot, SIDE)
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8) for _ in range(2)]
    header, tensors = load_model(snapshot)
    _, found = parted(header.family, header.hyper, tensors)
    network = DISCRIMINATORS[found.family](found.tensors, found.hyper, torch.device("cpu"))
    batch = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        assert inspector.logits(pictures) == pytest.approx(network(batch, None)[:, 0].tolist(), abs=1e-5)


def test_pictures_of_any_size_are_brought_to_the_one_it_knows(snapshot):
    inspector = open_inspector(snapshot, SIDE)
    small = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    large = small.repeat(4, 0).repeat(4, 1)
    both = inspector.logits([small, large])
    assert both[0] == pytest.approx(both[1], abs=1e-5)


def test_a_model_without_a_discriminator_has_none(tiny_path):
    assert open_inspector(tiny_path, 64) is None


@pytest.mark.parametrize("answer", [0, 1])
def test_of_two_pictures_it_takes_the_one_that_looks_more_real(answer):
    assert verdict(2.0, -1.0, answer, pictures=2) == answer
    assert verdict(-2.0, -1.0, answer, pictures=2) == 1 - answer


def test_of_one_picture_the_sign_of_its_logit_tells():
    assert verdict(2.0, -9.0, 0, pictures=1) == 0  # a real picture was shown, and it looks real
    assert verdict(-2.0, 9.0, 0, pictures=1) == 1
    assert verdict(-9.0, -2.0, 1, pictures=1) == 1  # a generated one, and it does not
    assert verdict(-9.0, 2.0, 1, pictures=1) == 0
