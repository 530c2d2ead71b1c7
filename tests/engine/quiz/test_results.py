"""Answers as CSV: what is kept comes back, what is broken is left out, and nothing is about anybody."""

from __future__ import annotations

import csv

import pytest

from engine.errors import VisagistError
from engine.quiz.results import COLUMNS, keep, kept_answers, read, save, to_csv
from engine.quiz.scores import Answer

ANSWERS = [
    Answer("real", 2, 0, 1, 2.25, 10, "eyes", 0),
    Answer("wild", 1, 1, None, 5.0, 5),
    Answer("models", 2, 1, 1, 0.5),
]


def test_what_is_kept_comes_back_game_after_game(home):
    keep(kept_answers(), ANSWERS)
    keep(kept_answers(), ANSWERS[:1])
    assert read(kept_answers()) == [*ANSWERS, ANSWERS[0]]
    assert kept_answers().read_text().count("contest") == 1


def test_a_table_program_reads_the_same_columns(tmp_path):
    save(tmp_path / "a.csv", ANSWERS)
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
    assert [row["right"] for row in rows] == ["0", "0", "1"]
    assert rows[0] == dict(zip(COLUMNS, ["real", "2", "0", "1", "0", "2.25", "10", "eyes", "0"], strict=True))
    assert rows[1]["given"] == ""


def test_nothing_in_it_is_about_a_person_a_time_or_a_file():
    assert set(COLUMNS) == {"contest", "pictures", "asked", "given", "right", "seconds", "limit", "tell", "inspector"}
    assert "/" not in to_csv(ANSWERS)


def test_a_line_that_was_cut_short_costs_itself_and_nothing_else(home):
    keep(kept_answers(), ANSWERS)
    whole = kept_answers().read_bytes()
    kept_answers().write_bytes(whole + b"real,2,0,")
    assert read(kept_answers()) == ANSWERS
    kept_answers().write_bytes(whole[7:] + b"\xff\xfe\0\nal,2,0,1,0,1.0,0,,\nreal,x,0,1,0,1.0,0,,\n")
    assert read(kept_answers()) == ANSWERS


def test_nothing_kept_is_no_answers_and_a_folder_in_the_way_is_said(tmp_path):
    assert read(tmp_path / "none.csv") == []
    with pytest.raises(VisagistError, match="cannot be read"):
        read(tmp_path)
    with pytest.raises(VisagistError, match="folder"):
        keep(tmp_path, ANSWERS)
