"""`dev.py test`: every check runs, in order, and the last line counts them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Checkout

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is there on Linux only")


@linux
def test_every_check_runs_in_order_and_the_last_line_counts_them(ready: Checkout) -> None:
    answer = ready.dev("test")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    called = [line.partition(" called:")[0] for line in answer.stdout.splitlines() if " called:" in line]
    assert called == ["ruff", "ruff", "mypy", "lint-imports", "pytest", "pytest-windows"]
    assert answer.stdout.splitlines()[-1] == "checks: 6 passed, 0 failed"


@linux
def test_an_early_failure_stops_no_later_check(ready: Checkout) -> None:
    answer = ready.dev("test", FAIL="ruff=1 pytest=1")
    assert answer.returncode == 1
    assert answer.stdout.count(" called:") == 6
    assert answer.stdout.splitlines()[-1] == "checks: 3 passed, 3 failed"


@linux
def test_a_run_without_a_windows_test_is_counted_as_skipped_not_as_passed(ready: Checkout) -> None:
    answer = ready.dev("test", FAIL="pytest-windows=5")
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[-1] == "checks: 5 passed, 0 failed, 1 skipped"


def test_pytest_that_finds_no_test_at_all_has_failed(ready: Checkout) -> None:
    assert ready.dev("test", FAIL="pytest=5").returncode == 1


@linux
def test_windows_are_tested_on_a_display_of_their_own_and_the_rest_without(ready: Checkout) -> None:
    answer = ready.dev("test", DISPLAY=":4711")
    spread = r"(-n \d+ --dist loadfile )?"
    assert re.search(rf"^pytest called: {spread}-m not xvfb \| offscreen *$", answer.stdout, re.MULTILINE)
    shown = re.search(r"^pytest-windows called: -m xvfb \| xcb (:\d+)$", answer.stdout, re.MULTILINE)
    assert shown
    assert shown[1] != ":4711"


def test_arguments_reach_pytest_and_a_marker_narrows_ours(ready: Checkout) -> None:
    answer = ready.dev("test", "-m", "cuda or slow", "tests/engine")
    assert "-m (cuda or slow) and not xvfb tests/engine" in answer.stdout
    assert "-m (cuda or slow) and xvfb tests/engine" in answer.stdout
