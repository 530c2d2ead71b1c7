"""Times are written as film people write them, and read back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from studio.animate.timecode import frame_of, read_timecode, time_of, timecode

FILM = Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("t", "fps", "text"),
    [
        (0, Fraction(30), "00:00.00"),
        (4.5, Fraction(30), "00:04.15"),
        (61, Fraction(25), "01:01.00"),
        (36_000, Fraction(60), "10:00:00.00"),
        (3600 + 0.5, Fraction(120), "1:00:00.060"),
        (0.25, Fraction(1, 2), "00:00.00"),
    ],
)
def test_a_time_is_told_in_minutes_seconds_and_frames(t, fps, text):
    assert timecode(t, fps) == text


def test_every_frame_of_film_has_a_timecode_of_its_own_and_comes_back():
    texts = [timecode(time_of(frame, FILM), FILM) for frame in range(2000)]
    assert len(set(texts)) == 2000
    assert [frame_of(read_timecode(text, FILM), FILM) for text in texts] == list(range(2000))


@pytest.mark.parametrize(
    ("text", "seconds"), [("12", 12), ("2,5", 2.5), ("1:30", 90), ("1:00:00", 3600), ("0:01.15", 1.5)]
)
def test_a_typed_time_is_read(text, seconds):
    assert read_timecode(text, Fraction(30)) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "-3", "1:2:3:4", "nan", "inf", "1:x"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is no time"):
        read_timecode(text, Fraction(30))
