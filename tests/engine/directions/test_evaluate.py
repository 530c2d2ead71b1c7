"""Measures of pixels, labels made by them, and the re-scoring of directions."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch

from engine.directions.evaluate import evaluate, write_rescoring
from engine.directions.likeness import outside_face
from engine.directions.measures import PIXELS, Functions, Together, pixel_measures
from engine.directions.pack import Direction, DirectionPack
from engine.directions.pictures import label, pictures_of, styles_of, w_of_seeds
from engine.errors import VisagistError
from engine.job import finish
from engine.latents import Latents
from engine.networks.generator import synthesize
from engine.recipe import Recipe, SeedLatent, Truncation

RED = Functions({"red": lambda pictures: pictures[..., 0].mean((1, 2))})


def measure(name: str, picture: np.ndarray) -> float:
    return float(PIXELS[name](picture[None].astype(np.uint8))[0])


def test_measures_of_plain_pictures_are_what_they_say():
    grey, red = np.full((16, 16, 3), 51), np.zeros((16, 16, 3))
    red[..., 0] = 255
    assert measure("brightness", grey) == pytest.approx(0.2)
    assert measure("brightness", red) == pytest.approx(0.2126)
    assert [measure(name, grey) for name in ("contrast", "warmth", "colourfulness", "light_side")] == pytest.approx(
        [0, 0, 0, 0], abs=1e-9
    )
    assert (measure("warmth", red), measure("warmth", red[..., ::-1])) == (1, -1)
    assert measure("colourfulness", red) == pytest.approx(0.3 * np.hypot(255, 127.5))


def test_sides_have_their_signs_and_the_background_is_behind_the_head():
    lit = np.zeros((32, 32, 3))
    lit[:, 16:] = 200
    assert measure("light_side", lit) == pytest.approx(1)
    assert measure("light_side", lit[:, ::-1]) == pytest.approx(-1)
    assert measure("light_height", lit.transpose(1, 0, 2)[::-1]) == pytest.approx(1)
    head = np.full((32, 32, 3), 255)
    head[:, 6:26] = 0
    assert measure("background", head) > 0.9
    assert measure("detail", head) > measure("detail", lit / 4) > measure("detail", np.zeros((8, 8, 3)))


def test_of_two_measurers_with_one_name_the_first_counts():
    both = Together([RED, Functions({"red": lambda p: np.zeros(len(p)), "green": lambda p: p[..., 1].mean((1, 2))})])
    pictures = np.full((2, 4, 4, 3), 7, np.uint8)
    assert both.names == ("red", "green")
    np.testing.assert_array_equal(both(pictures), np.full((2, 2), 7))


def test_labels_are_those_of_the_pictures_that_recipes_make(narrow_model):
    labels = finish(label(narrow_model, RED, [3, 2**63], psi=0.8))
    latents = Latents(narrow_model.generator, narrow_model.w_mean)
    for seed, told in zip(labels.seeds, labels.values[:, 0], strict=True):
        styles = latents.styles(Recipe(latent=SeedLatent(seed), truncation=Truncation(0.8)))
        picture = synthesize(narrow_model.generator, styles[None])[0]
        wanted = (picture[0] * 127.5 + 127.5).round().clamp(0, 255).mean()
        assert told == pytest.approx(float(wanted), abs=0.1)
    assert (labels.model, labels.psi.tolist()) == (narrow_model.hash, [0.8, 0.8])


@pytest.fixture(scope="module")
def pack(narrow_model):
    """A direction that moves styles, and one of no length."""
    w_dim = narrow_model.generator.plan.w_dim
    push = torch.randn(w_dim, generator=torch.Generator().manual_seed(1)) * 0.3
    return DirectionPack(
        narrow_model.hash,
        (
            Direction("Red", push, (0, 1, 2), -2, 2, "all", "ridge"),
            Direction("Nothing", torch.zeros(w_dim), (0,), -2, 2, "all", "ridge"),
        ),
    )


def test_rescoring_tells_mean_changes_in_deviations(narrow_model, pack, tmp_path):
    seeds = range(20)
    steps = []
    measurer = Together([RED, pixel_measures()])
    table = finish(evaluate(narrow_model, pack, measurer, seeds, psi=0.7, amounts=(-1, 1)), steps.append)
    assert steps[-1].total == 20 * 5
    assert all(step.done < step.total for step in steps)

    w = torch.lerp(narrow_model.w_mean, finish(w_of_seeds(narrow_model.generator, seeds)), 0.7)
    before = RED(pictures_of(narrow_model.generator, styles_of(narrow_model, w)))[:, 0]
    styles = styles_of(narrow_model, w).clone()
    styles[:, :3] += pack.directions[0].vector
    after = RED(pictures_of(narrow_model.generator, styles))[:, 0]
    assert table.change("Red", "red", 1) == pytest.approx(float((after - before).mean() / before.std()), abs=1e-6)
    assert table.moves(0) == pytest.approx(table.change("Red", "red", 1) - table.change("Red", "red", -1))
    assert table.picture_changes[0].min() > 1
    assert not table.changes[1].any()
    assert not table.picture_changes[1].any()
    assert (table.own(1), table.moves(1)) == (None, None)
    pictures = pictures_of(narrow_model.generator, styles_of(narrow_model, w)).astype(float)
    moved = pictures_of(narrow_model.generator, styles).astype(float)
    beside = outside_face(*pictures.shape[1:3])
    wanted = np.sqrt(np.square(moved - pictures)[:, beside].mean())
    assert table.outside[0, 1] == pytest.approx(wanted, rel=1e-6)
    assert table.likeness[1] == pytest.approx([1, 1])
    assert table.strangers < table.likeness[0].min() < 1
    assert table.descriptor == "edges (no face recogniser)"

    write_rescoring(tmp_path / "table.csv", table)
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text("utf-8").splitlines()))
    assert [(row["direction"], row["amount"]) for row in rows[:2]] == [("Red", "-1"), ("Red", "1")]
    assert float(rows[1]["red"]) == pytest.approx(table.change("Red", "red", 1), abs=1e-3)


def test_what_cannot_be_evaluated_is_said_in_one_sentence(narrow_model, pack):
    with pytest.raises(VisagistError, match="made for another model"):
        finish(evaluate(narrow_model, DirectionPack("ab" * 32, pack.directions), RED, range(20)))
    with pytest.raises(VisagistError, match="measure at least 10"):
        finish(evaluate(narrow_model, pack, RED, range(3)))
    with pytest.raises(VisagistError, match="no amount"):
        finish(evaluate(narrow_model, pack, RED, range(20), amounts=()))
    with pytest.raises(VisagistError, match="no seed"):
        finish(label(narrow_model, RED, []))
