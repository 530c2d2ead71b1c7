"""Where a network runs: the best target, and a sentence for one that is not there."""

from __future__ import annotations

import pytest
import torch

from engine.devices import Target, choose
from engine.errors import VisagistError


def test_the_cpu_can_always_be_asked_for_in_f32():
    assert choose("cpu", "f32") == Target("cpu", "f32")
    assert choose("cpu").precision in ("f32", "bf16")


@pytest.mark.parametrize(
    ("device", "precision", "words"),
    [("tpu", None, "no device 'tpu'"), ("cpu", "fp8", "no precision 'fp8'"), ("cpu", "fp16", "not in fp16")],
)
def test_what_does_not_exist_is_one_sentence(device, precision, words):
    with pytest.raises(VisagistError, match=words):
        choose(device, precision)


def test_cuda_is_asked_for_in_vain_where_there_is_none():
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(VisagistError, match="no CUDA"):
        choose("cuda")
