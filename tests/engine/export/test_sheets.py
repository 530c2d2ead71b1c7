"""Contact sheets: the right pictures in the right places, and all of their recipes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.export.images import read_provenance
from engine.export.mixing_tables import check_table, save_table
from engine.export.sheets import GROUND, check_sheet, save_sheet
from engine.job import finish
from engine.mixing_table import MixingTable
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer

RECIPES = [Recipe(latent=SeedLatent(seed)) for seed in (3, 1, 2**64 - 1, 4, 5)]


def test_a_sheet_shows_every_recipe_in_reading_order(tiny_model, tmp_path):
    renderer = Renderer(tiny_model)
    path = tmp_path / "sheet.png"
    steps = []
    finish(save_sheet(renderer, RECIPES, path, cell=64, columns=3), lambda step: steps.append((step.done, step.total)))
    assert steps == [(done, 5) for done in range(6)]
    with Image.open(path) as picture:
        sheet = np.asarray(picture)
    gap, caption = 2, 12
    assert sheet.shape == (gap + 2 * (64 + caption + gap), gap + 3 * (64 + gap), 3)
    for index, recipe in enumerate(RECIPES):
        y, x = gap + index // 3 * (64 + caption + gap), gap + index % 3 * (64 + gap)
        assert np.array_equal(sheet[y : y + 64, x : x + 64], renderer.render(recipe).rgb())
        assert sheet[y + 64 : y + 64 + caption, x : x + 64].max() > 100  # the caption's ink
    assert tuple(sheet[0, 0]) == tuple(bytes.fromhex(GROUND[1:]))
    assert read_provenance(path).recipes == tuple(RECIPES)
    with pytest.raises(VisagistError, match="contact sheet of 5 pictures"):
        _ = read_provenance(path).recipe


def test_cells_between_the_networks_sizes_are_shrunk(tiny_model, tmp_path):
    finish(save_sheet(Renderer(tiny_model), RECIPES[:1], tmp_path / "sheet.png", cell=20))
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size == (24, 36)


@pytest.mark.parametrize(
    ("count", "cell", "columns", "words"),
    [(4, 64, 0, "at least 1 column"), (4, 8, None, "16 to 4096 px"), (10_000, 1024, None, "too large")],
)
def test_a_senseless_sheet_is_refused(count, cell, columns, words):
    with pytest.raises(VisagistError, match=words):
        check_sheet(count, cell, columns)


def test_a_sheet_that_is_given_up_leaves_no_file(tiny_model, tmp_path):
    job = save_sheet(Renderer(tiny_model), RECIPES, tmp_path / "sheet.png", cell=64)
    next(job)
    next(job)
    job.close()
    assert not list(tmp_path.iterdir())


def test_a_mixing_table_shows_headers_and_cells_and_carries_all_their_recipes(tiny_model, tmp_path):
    renderer = Renderer(tiny_model)
    table = MixingTable(tuple(RECIPES[:3]), tuple(RECIPES[3:]), (0, 1, 5), 10)
    frames = [renderer.render(recipe, 32) for recipe in table.recipes]
    finish(save_table(table, frames, tmp_path / "table.png", "tiny", 32))
    with Image.open(tmp_path / "table.png") as picture:
        sheet = np.asarray(picture)
    gap, caption = 2, 12
    assert sheet.shape == (gap + 3 * (32 + caption + gap) + caption + gap, gap + 4 * (32 + gap), 3)
    corner = sheet[: 32 + caption, : 32 + gap]
    assert (corner == corner[0, 0]).all(), "the corner is empty"
    y, x = gap + 2 * (32 + caption + gap), gap + 3 * (32 + gap)
    assert np.array_equal(sheet[y : y + 32, x : x + 32], renderer.render(table.cell(1, 2), 32).rgb())
    assert sheet[-caption - gap :].max() > 100  # which rows, in words
    assert read_provenance(tmp_path / "table.png").recipes == tuple(table.recipes)


def test_a_mixing_table_that_no_memory_would_hold_is_refused():
    faces = tuple(RECIPES[:1] * 30)
    with pytest.raises(VisagistError, match="too large"):
        check_table(MixingTable(faces, faces, (0,), 10), 1024)
