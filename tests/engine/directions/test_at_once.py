"""Directions for a model that nobody has looked at: there in a moment, the same each time, and found again."""

from __future__ import annotations

import pytest
import torch

from engine.directions.at_once import REACH, find_at_once
from engine.directions.pack import packs_for
from engine.job import finish


def test_a_model_without_directions_has_some_from_both_searches_for_every_range_of_rows(narrow_model, home):
    pack = finish(find_at_once(narrow_model))
    assert {one.method for one in pack.directions} == {"sefa", "pca"}
    assert {one.group for one in pack.directions} == {"coarse", "middle", "fine", "all"}
    assert len({one.name for one in pack.directions}) == len(pack.directions)
    assert {(one.low, one.high) for one in pack.directions} == {(-REACH, REACH)}
    again = finish(find_at_once(narrow_model))
    assert [one.id for one in again.directions] == [one.id for one in pack.directions]
    assert [one.id for one in packs_for(narrow_model.hash).directions] == [one.id for one in pack.directions]


def test_a_unit_is_never_shorter_than_what_w_varies_by_along_it(narrow_model, home):
    w = narrow_model.generator.map(torch.randn(2000, 48, generator=torch.Generator().manual_seed(1)))
    for one in finish(find_at_once(narrow_model)).directions:
        along = (w - w.mean(0)) @ (one.vector / one.vector.norm())
        assert float(one.vector.norm()) > 0.9 * float(along.std())
        assert one.statistics["unit"] == pytest.approx(float(one.vector.norm()), rel=1e-5)
