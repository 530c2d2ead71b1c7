"""What a finished video carries of its project."""

from __future__ import annotations

import msgspec

from engine.export.video.finishing import carried
from engine.project import Board, ModelReference, Project
from engine.project_file import project_from_json
from engine.recipe import Recipe
from engine.show.pin import hidden
from engine.show.values import Show, Visitors

PROJECT = Project(ModelReference("a" * 64), Recipe(), Board(pins=("x",)))


def test_a_video_never_carries_the_show_with_its_addresses_and_pin():
    kept = hidden("2718")
    show = Show(visitors=Visitors(pin=kept))
    text = carried(msgspec.json.encode(msgspec.structs.replace(PROJECT, board=Board(pins=("x",), show=show))))
    assert kept.encode() not in text
    assert project_from_json(text) == PROJECT


def test_a_project_without_a_show_is_carried_as_it_is():
    assert carried(msgspec.json.encode(PROJECT)) == msgspec.json.encode(PROJECT)
