"""The soak: what it measures against known numbers, and once for a few seconds with small networks."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from studio.exhibition.meter import HOUR_S, MB, Darkness, slope


def test_the_slope_of_memory_is_that_of_the_line_through_it():
    times = [20.0 * n for n in range(180)]
    dice = np.random.default_rng(0)
    sizes = [300 * MB + 7 * MB * t / HOUR_S + MB * dice.normal() for t in times]
    found = slope(times, sizes)
    exact = np.polyfit(np.array(times) / HOUR_S, np.array(sizes) / MB, 1)[0]
    assert found.value == pytest.approx(exact)
    assert abs(found.value - 7) < 3 * found.error < 2
    assert math.isnan(slope(times[:5], sizes[:5]).value)


def test_black_is_counted_from_the_first_picture_on(qtbot):
    now = [0.0]
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(60, 60)
    darkness = Darkness(window, lambda: now[0])

    def look(colour: str, until: float) -> None:
        window.setStyleSheet(f"background: {colour}")
        while now[0] < until:
            darkness.look()
            now[0] += 0.1

    look("#000", 3)
    assert darkness.longest == 0  # nothing has been shown yet
    look("#406080", 4)
    look("#020202", 6)
    look("#406080", 7)
    look("#000", 8)
    assert darkness.longest == pytest.approx(1.9, abs=0.11)


def test_a_short_soak_of_a_small_network_ends_well(program, tiny_path, tmp_path):
    ended = program("soak", tiny_path, "--minutes", "0.1", "--seed", "3")
    assert ended.code == 0, ended.out + ended.err
    assert re.search(r"pictures +\d+; \d+ times trouble", ended.out)
    assert "longest black  0.00 s" in ended.out


def test_a_soak_of_no_time_is_refused(cli):
    ended = cli("soak", "--minutes", "0")
    assert ended.code == 2
    assert "must lie between" in ended.err
