"""The compiled code on disk: reused, never trusted, never needed."""

from __future__ import annotations

import gc

import pytest
import torch

import tests.engine.kernels.kernel_reference as slow
from engine.kernels import FusedSynthesis, compiler
from engine.kernels.compiler import host_vectors


@pytest.fixture
def picture(tmp_path, monkeypatch):
    """The picture of a small network whose kernels are loaded as after a fresh start."""

    def make() -> torch.Tensor:
        compiler.compiled.cache_clear()
        weights = slow.small_network([32, 64])
        styles = torch.ones(22, 24)
        net = FusedSynthesis(weights, "f32", 1, cache=tmp_path / "kernels")
        x = None
        for index in range(net.stages):
            x = net.stage(index, x, styles, None)
        return net.picture(16, x, styles)

    return make


def test_a_second_start_reads_the_code_that_the_first_one_kept(picture, tmp_path, monkeypatch):
    first = picture()
    assert len(list((tmp_path / "kernels").iterdir())) == 1

    def compile_again(*_):
        raise AssertionError("compiled although the code was kept")

    monkeypatch.setattr("engine.kernels.compiler._compile", compile_again)
    assert torch.equal(picture(), first)


@pytest.mark.parametrize("damage", ["empty", "cut", "one bit", "other"])
def test_damaged_code_is_compiled_again_and_mended(picture, tmp_path, damage):
    first = picture()
    (kept,) = (tmp_path / "kernels").iterdir()
    good = kept.read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    kept.write_bytes(
        {"empty": b"", "cut": good[: len(good) // 2], "one bit": bytes(flipped), "other": b"x" * 99}[damage]
    )
    assert torch.equal(picture(), first)
    assert kept.read_bytes() == good
    assert list((tmp_path / "kernels").iterdir()) == [kept]


def test_a_network_outlives_the_table_that_its_code_came_from(tmp_path):
    """It ran into unmapped memory once: nothing but the table held the compiled code."""
    weights, styles = slow.small_network([32, 64]), torch.ones(22, 24)
    net = FusedSynthesis(weights, "f32", 2, cache=tmp_path / "kernels")
    before = net.stage(0, None, styles, None).tensor()
    compiler.compiled.cache_clear()
    gc.collect()
    for cache in ("others", "more"):
        FusedSynthesis(weights, "f32", 1, cache=tmp_path / cache)
        compiler.compiled.cache_clear()
    gc.collect()
    assert torch.equal(net.stage(0, None, styles, None).tensor(), before)


def test_without_a_writable_folder_the_kernels_still_work(picture, tmp_path, caplog):
    (tmp_path / "kernels").write_text("a file stands where the folder should be")
    assert picture().isfinite().all()
    assert "not kept" in caplog.text


def test_bf16_is_refused_where_the_processor_lacks_it(monkeypatch):
    monkeypatch.setattr("engine.kernels.compiler._features", dict)
    with pytest.raises(ValueError, match="AVX512-BF16"):
        host_vectors("bf16")
    assert host_vectors("f32").lanes == 4
