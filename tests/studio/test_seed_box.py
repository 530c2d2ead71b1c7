"""The field for seeds of 64 bits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from studio.seed_box import SeedBox


@pytest.fixture
def box(qtbot, look) -> SeedBox:
    made = SeedBox("Seed")
    qtbot.addWidget(made)
    made.show_seed(7)
    made.show()
    return made


def type_in(box: SeedBox, qtbot, text: str) -> None:
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize("seed", [0, 2**32, 2**64 - 1])
def test_every_seed_of_64_bits_is_taken(box, qtbot, seed):
    with qtbot.waitSignal(box.changed) as told:
        type_in(box, qtbot, str(seed))
    assert told.args == [seed]


@pytest.mark.parametrize("text", [str(2**64), "-1"])
def test_a_number_beyond_is_refused_with_a_sentence(box, qtbot, text):
    with qtbot.assertNotEmitted(box.changed), qtbot.waitSignal(box.refused) as told:
        type_in(box, qtbot, text)
    assert told.args == [f"seed {text} does not fit; a seed is a whole number from 0 to 2^64 - 1"]
    assert box.text() == "7"


def test_words_are_refused_with_a_sentence(box, qtbot):
    with qtbot.waitSignal(box.refused) as told:
        type_in(box, qtbot, "anna")
    assert told.args == ["'anna' is not a seed; a seed is a whole number from 0 to 2^64 - 1"]


def test_arrow_keys_step_and_stop_at_the_ends(box, qtbot):
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.seed == 8
    box.show_seed(2**64 - 1)
    with qtbot.assertNotEmitted(box.changed):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    box.show_seed(0)
    with qtbot.assertNotEmitted(box.changed):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def test_escape_brings_the_seed_back(box, qtbot):
    box.selectAll()
    qtbot.keyClicks(box, "99")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), box.seed) == ("7", 7)
