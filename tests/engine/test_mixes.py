"""Style mixes row by row: nothing is lost on the way there and back, and a touched row is the only one that changes."""

from __future__ import annotations

import random

import pytest
import torch

from engine.blend import breed
from engine.mixes import amount_of, crossed, mixes_of, rows_of, source_of, with_rows
from engine.mixing_table import MixingTable
from engine.recipe import Mix, PlaneLatent, Recipe, SeedLatent
from engine.renderer import Renderer

A, B, C = SeedLatent(1), SeedLatent(2), SeedLatent(3)
ROWS = 10  # of the tiny model


@pytest.fixture
def styles(tiny_model):
    return Renderer(tiny_model).latents.styles


def any_mixes(draw: random.Random) -> tuple[Mix, ...]:
    return tuple(
        Mix(
            SeedLatent(draw.randrange(4)), tuple(sorted(draw.sample(range(ROWS), draw.randint(1, ROWS)))), draw.random()
        )
        for _ in range(draw.randrange(5))
    )


@pytest.mark.parametrize("number", range(20))
def test_mixes_split_into_rows_and_back_give_the_same_styles(styles, number):
    mixes = any_mixes(random.Random(number))
    again = mixes_of(rows_of(mixes, ROWS))
    assert torch.equal(styles(Recipe(mixes=mixes)), styles(Recipe(mixes=again)))
    assert mixes_of(rows_of(again, ROWS)) == again


@pytest.mark.parametrize("number", range(10))
def test_touching_a_row_changes_that_row_alone(styles, number):
    mixes = any_mixes(random.Random(number))
    row = number % ROWS
    touched = styles(Recipe(mixes=with_rows(mixes, ROWS, {row: (C, 0.25)})))
    before = styles(Recipe(mixes=mixes))
    others = [other for other in range(ROWS) if other != row]
    assert torch.equal(touched[others], before[others])
    assert torch.equal(touched[row], styles(Recipe(mixes=(Mix(C, (row,), 0.25),)))[row])


def test_rows_that_take_the_same_stand_in_one_mix():
    assert with_rows((), ROWS, dict.fromkeys((7, 2, 3), (A, 0.5))) == (Mix(A, (2, 3, 7), 0.5),)
    assert with_rows((Mix(A, (2, 3), 0.5),), ROWS, {4: (A, 0.5)}) == (Mix(A, (2, 3, 4), 0.5),)


def test_the_chains_of_a_child_survive_a_touched_row(styles):
    child = breed(Recipe(latent=A, mixes=(Mix(C, (0, 1, 2)),)), Recipe(latent=B), [0.2] * 5 + [0.7] * 5)
    touched = Recipe(latent=child.latent, mixes=with_rows(child.mixes, ROWS, {9: (C, 1.0)}))
    assert torch.equal(styles(touched)[:9], styles(child)[:9])


def test_how_much_of_a_row_is_another_face():
    assert amount_of(()) == 0
    assert amount_of(((A, 0.3),)) == 0.3
    assert amount_of(((A, 0.5), (B, 0.5))) == 0.75
    assert source_of(()) is None
    assert source_of(((A, 0.9), (B, 0.2))) == A, "0.72 of A, 0.2 of B"
    assert source_of(((A, 0.9), (B, 1.0))) == B


def test_an_amount_beyond_what_a_mix_holds_is_kept_within():
    assert with_rows((), 1, {0: (A, 99.0)}) == (Mix(A, (0,), 10.0),)


def test_a_cell_of_the_table_is_its_destination_with_rows_of_its_source(styles):
    source = Recipe(latent=A, mixes=(Mix(C, (1, 6), 0.5),))
    destination = Recipe(latent=PlaneLatent((A, B, C), 0.2, 0.3), mixes=(Mix(B, (0, 1), 0.4), Mix(C, (1, 2), 0.5)))
    cell = styles(crossed(destination, source, (0, 1, 2), ROWS))
    assert torch.equal(cell[3:], styles(destination)[3:])
    assert torch.allclose(cell[:3], styles(source)[:3], atol=1e-6)


def test_a_table_stands_in_reading_order_with_an_empty_corner():
    faces = [Recipe(latent=SeedLatent(seed)) for seed in range(5)]
    table = MixingTable(tuple(faces[:3]), tuple(faces[3:]), (0, 1), ROWS)
    assert [len(line) for line in table.lines] == [4, 4, 4]
    assert table.lines[0] == [None, *faces[:3]]
    assert table.lines[2][2] == Recipe(latent=SeedLatent(4), mixes=(Mix(SeedLatent(1), (0, 1)),))
    assert len(table.recipes) == 3 + 2 * 4
