"""Compiled kernels that the tests of this folder share."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.kernels import best_precision, supported
from engine.kernels.emitter import Vectors

HERE = [Vectors("f32", 16, 8), Vectors("f32", 8, 4), Vectors("f32", 4, 8), Vectors("f32", 4, 4)]
BF16 = Vectors("bf16", 16, 8)


@pytest.fixture(scope="session", autouse=True)
def kernels_work():
    """On a machine without the kernels the torch network is used, and these tests have nothing to hold."""
    if (why := supported()) is not None:
        pytest.skip(why)


@pytest.fixture(scope="session")
def code_folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(params=[*HERE, BF16], ids=lambda v: f"{v.precision}-{v.lanes}x{v.tile}")
def vectors(request) -> Vectors:
    """Every kind of vector; LLVM splits those that this processor lacks, but it cannot make up bf16 products."""
    if request.param.precision == "bf16" and best_precision() != "bf16":
        pytest.skip("this processor has no bf16 products")
    return request.param
