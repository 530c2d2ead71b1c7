"""Calibration and choice of directions: units, ranges, duplicates."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.directions.calibrate import DEVIATIONS, FURTHEST, Calibrated, Candidate, Ruler, select
from engine.directions.looks import Viewer, picture_statistics, visible_change
from engine.networks.generator import synthesize


@pytest.fixture(scope="module")
def ruler(small_model) -> Ruler:
    generator = small_model.generator
    w = generator.map(torch.randn(12, 512, generator=torch.Generator().manual_seed(0)))
    styles = 0.7 * w[:, None].expand(-1, generator.plan.style_rows, -1)
    return Ruler(Viewer(generator, generator.plan.outputs[0]), styles[:4], styles[4:])


def candidate(seed: int, length: float = 1.0) -> Candidate:
    axis = torch.randn(512, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return Candidate(axis / axis.norm(), (0, 1, 2), "coarse", "pca", seed, length)


def calibrated(effect: list[float], low: float = -2, high: float = 2, group: str = "coarse") -> Calibrated:
    return Calibrated(
        replace(candidate(0), group=group), 1.0, low, high, 8.0, torch.tensor(effect, dtype=torch.float32)
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_unit_of_any_direction_changes_pictures_equally_wherever_the_search_starts(ruler, seed):
    near, far = ruler.calibrate(candidate(seed)), ruler.calibrate(candidate(seed, length=8.0))
    assert near is not None
    assert far is not None
    assert near.change == pytest.approx(ruler.target, rel=0.25)
    assert near.unit == pytest.approx(far.unit, rel=0.2)


def test_a_longer_move_changes_more_and_the_range_is_bounded(ruler):
    found = ruler.calibrate(candidate(1))
    assert found is not None
    assert -FURTHEST <= found.low <= 0 <= found.high <= FURTHEST
    looks = [ruler.moved(found.candidate, share * found.unit) for share in (0.25, 0.5, 1.0)]
    changes = [sum(visible_change(a, b) for a, b in zip(moved, ruler.looks, strict=True)) for moved in looks]
    assert changes == sorted(changes)


def test_no_offered_amount_leaves_the_natural_range_on_more_faces_than_allowed(ruler):
    found = ruler.calibrate(candidate(2))
    assert found is not None
    for end in (found.low, found.high):
        looks = ruler.moved(found.candidate, end * found.unit)
        assert sum(ruler.strays(look, base) for look, base in zip(looks, ruler.looks, strict=True)) <= len(looks) / 8


def test_a_direction_without_effect_is_not_calibrated(ruler):
    """Row 6 belongs to the head for 32 px, which the smallest picture does not read."""
    idle = Candidate(candidate(1).axis, (6,), "chosen", "pca", 0, 1.0)
    assert ruler.calibrate(idle) is None


def test_a_grey_and_a_clipped_picture_stray_from_natural_ones(ruler):
    base = ruler.looks[0]
    for level in (128.0, 255.0):
        flat = picture_statistics(torch.full((1, 3, 16, 16), level), torch.zeros(1, 3, 16, 16))
        numbers = base.statistics.clone()
        numbers[: len(flat)] = flat
        assert ruler.strays(type(base)(base.colours, numbers), base)
    assert not ruler.strays(base, base)


def test_looking_shows_the_picture_that_synthesis_makes(small_model):
    generator = small_model.generator
    styles = torch.zeros(generator.plan.style_rows, 512)
    look = Viewer(generator, generator.plan.outputs[0]).look(styles)
    levels = synthesize(generator, styles[None], size=16)[0].clamp(-1, 1) * 127.5 + 127.5
    light = (levels * torch.tensor([0.30, 0.59, 0.11])[:, None, None]).sum(0)
    assert torch.allclose(look.colours[0], light, atol=1e-2)
    assert float(look.statistics[0]) == pytest.approx(float(light.mean()), abs=1e-2)


def test_duplicates_and_broken_ones_are_dropped_and_the_widest_comes_first():
    wide, twin = calibrated([1, 0, 0], -3, 3), calibrated([-1, 0.1, 0])
    other, one_sided, narrow = calibrated([0, 1, 0]), calibrated([0, 0, 1], 0, 4), calibrated([0, 0, 1], -0.5, 0.5)
    assert select([narrow, twin, other, one_sided, wide], 10) == [wide, other]
    assert select([wide, other], 1) == [wide]


def test_the_groups_take_turns():
    coarse = [calibrated([1, 0, 0, 0], -4, 4), calibrated([0, 1, 0, 0], -3, 3)]
    fine = [calibrated([0, 0, 1, 0], -1, 1, "fine"), calibrated([0, 0, 1, 0.1], -1, 1, "fine")]
    assert select([*coarse, *fine], 10) == [coarse[0], fine[0], coarse[1]]


def test_effects_on_fewer_faces_are_compared_on_those():
    wide, twin, other = calibrated([1, 0, 0, 1], -3, 3), calibrated([2, 0.1]), calibrated([0, 5])
    assert select([wide, twin, other], 3) == [wide, other]


def test_the_range_ends_where_w_itself_ends(ruler):
    near = ruler.calibrate(candidate(1))
    assert near is not None
    short = ruler.calibrate(replace(candidate(1), spread=near.unit / 4))
    assert short is not None
    assert short.high * short.unit <= DEVIATIONS * near.unit / 4
