"""How sliders write and read numbers."""

from __future__ import annotations

import pytest

from studio.scale import Scale

PERCENT = Scale(0, 1, factor=100, decimals=0, suffix=" %")
SIGNED = Scale(-3, 3, decimals=1, signed=True)


@pytest.mark.parametrize(
    ("scale", "value", "text"),
    [(PERCENT, 0.45, "45 %"), (SIGNED, 1.1, "+1.1"), (SIGNED, -0.6, "\u22120.6"), (SIGNED, 0.0, "0.0")],
)
def test_what_is_written_is_read_back(scale, value, text):
    assert scale.text(value) == text
    assert scale.read(text) == value


def test_a_comma_a_minus_sign_and_a_missing_suffix_are_understood():
    assert SIGNED.read(" \u22120,5 ") == -0.5
    assert PERCENT.read("7") == 0.07


def test_a_word_may_stand_for_a_value():
    scale = Scale(0, 10, 10, decimals=0, names={10.0: "all rows"})
    assert scale.text(10) == "all rows"
    assert scale.read("All rows") == 10


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1e999"])
def test_what_is_no_finite_number_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        SIGNED.read(text)
