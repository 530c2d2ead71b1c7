"""The board of a project: ranges and rows of directions come back from JSON, and broken ones are refused."""

from __future__ import annotations

import msgspec
import pytest

from engine.errors import RecipeError
from engine.project import Board


def test_ranges_and_rows_come_back_from_json():
    board = Board(pins=("a",), ranges={"a": (-1.5, 2.0)}, rows={"a": (0, 3, 4)})
    assert msgspec.json.decode(msgspec.json.encode(board), type=Board) == board


@pytest.mark.parametrize(
    ("json", "said"),
    [
        (b'{"ranges": {"a": [2, 1]}}', "must lie between 2 and 100"),
        (b'{"ranges": {"a": [1, 1]}}', "its ends must differ"),
        (b'{"ranges": {"a": [-1000, 1]}}', "must lie between -100 and 100"),
        (b'{"rows": {"a": []}}', "names no style row"),
        (b'{"rows": {"a": [3, 1]}}', "ascending"),
    ],
)
def test_a_board_that_no_slider_could_show_is_refused(json, said):
    with pytest.raises(RecipeError, match=said):
        msgspec.json.decode(json, type=Board)
