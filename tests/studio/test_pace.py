"""Draft sizes follow the speed of the machine."""

from __future__ import annotations

from studio.workers.pace import BARRED_S, BUDGET_S, Pace

SIZES = (128, 256, 512, 1024)


def test_the_smallest_draft_comes_first():
    assert Pace().draft(SIZES) == 128


def test_a_fast_machine_is_given_the_full_picture_at_once():
    pace = Pace()
    for _ in SIZES:
        pace.note_draft(pace.draft(SIZES), 0.002)
    assert pace.draft(SIZES) == 1024


def test_a_size_that_was_too_slow_is_left_for_a_while_and_then_tried_again():
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.note_draft(128, 0.01)
    pace.note_draft(256, 2 * BUDGET_S)
    assert pace.draft(SIZES) == 128
    now[0] = BARRED_S + 0.1
    assert pace.draft(SIZES) == 256


def test_a_slow_machine_stays_with_the_smallest():
    pace = Pace()
    for _ in range(5):
        pace.note_draft(pace.draft(SIZES), 1.0)
    assert pace.draft(SIZES) == 128


def test_a_model_without_drafts_shows_its_only_size():
    assert Pace().draft((1024,)) == 1024
