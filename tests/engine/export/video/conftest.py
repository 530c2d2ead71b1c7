"""A fixture that all tests of video share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from engine.export.video.plan import Plan
from tests.engine.export.video.films import plan_in


@pytest.fixture
def plan_of(tmp_path) -> Callable[..., Plan]:
    """Begins a plan of a preset."""
    return partial(plan_in, tmp_path)
