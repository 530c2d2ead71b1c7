"""Centres of w: k-means agrees with its definition, is the same each time, and is kept per model."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.latents import Latents
from engine.models import centres
from engine.models.centres import centres_of, cluster, find_centres, kept_at, save_centres
from engine.paths import resources
from engine.recipe import PlaneLatent, Recipe, SeedLatent, Truncation
from engine.renderer import Renderer

MANY = 200  # samples are as good as ten thousand for a random network


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """No centres from earlier tests, and quickly found ones."""
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path))
    monkeypatch.setattr(centres, "find_centres", lambda generator: find_centres(generator, 8, MANY))


def test_k_means_finds_the_middles_of_separate_clouds():
    draw = np.random.RandomState(3)
    middles = 20 * draw.standard_normal((5, 16))
    points = np.concatenate([middle + draw.standard_normal((40, 16)) for middle in middles])
    found = cluster(points, 5)
    exact = np.stack([points[40 * i : 40 * i + 40].mean(0) for i in range(5)])
    order = [int(np.abs(found - one).sum(1).argmin()) for one in exact]
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert np.allclose(found[order], exact, atol=1e-12)


def test_every_centre_is_the_mean_of_the_points_that_are_nearest_to_it():
    points = np.random.RandomState(4).standard_normal((300, 3))
    found = cluster(points, 6)
    of = np.array([min(range(6), key=lambda k: ((point - found[k]) ** 2).sum()) for point in points])
    for k in range(6):
        assert np.allclose(found[k], points[of == k].mean(0), atol=1e-12)


def test_points_in_one_place_have_one_centre():
    assert cluster(np.ones((50, 4)), 8).tolist() == [[1.0, 1.0, 1.0, 1.0]]


def test_centres_are_the_same_each_time(tiny_model):
    first = find_centres(tiny_model.generator, 8, MANY)
    assert first.shape == (8, 512)
    assert torch.equal(first, find_centres(tiny_model.generator, 8, MANY))


def test_the_nearest_centre_agrees_with_float64(tiny_model):
    several = find_centres(tiny_model.generator, 8, MANY)
    latents = Latents(tiny_model.generator, tiny_model.w_mean, centres=lambda: several)
    plane = PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.4, 0.3)
    for latent in (*map(SeedLatent, range(20)), plane):
        w = latents.rows_of(latent, ()).double().mean(0).numpy()
        exact = min(several.double().numpy(), key=lambda centre: float(np.linalg.norm(centre - w)))
        for psi in (0.0, 0.6):
            styles = latents.styles(Recipe(latent=latent, truncation=Truncation(psi, None, "nearest")))
            assert np.allclose(styles[4].double().numpy(), exact + psi * (w - exact), atol=1e-6)


def test_centres_are_found_when_a_recipe_first_asks_for_them_and_kept_on_disk(own_cache, tiny_model, monkeypatch):
    renderer = Renderer(tiny_model)
    renderer.render(Recipe(), 16)
    assert not kept_at(tiny_model).exists()
    before = renderer.render(Recipe(truncation=Truncation(0.0, None, "nearest")), 16)
    assert kept_at(tiny_model).is_file()
    monkeypatch.setattr(centres, "find_centres", lambda generator: pytest.fail("they are on disk"))
    again = Renderer(tiny_model).render(Recipe(truncation=Truncation(0.0, None, "nearest")), 16)
    assert np.array_equal(again.pixels, before.pixels)


@pytest.mark.parametrize("content", [b"", b"not a file of ours", b"\xff" * 100])
def test_a_broken_file_of_centres_is_made_anew(own_cache, tiny_model, content, caplog):
    kept_at(tiny_model).parent.mkdir()
    kept_at(tiny_model).write_bytes(content)
    found = centres_of(tiny_model)
    assert "cannot be read and are found again" in caplog.text
    caplog.clear()
    assert torch.equal(centres_of(tiny_model), found)
    assert caplog.text == ""


def test_the_centres_of_another_model_are_not_taken(own_cache, tiny_model, model):
    kept_at(tiny_model).parent.mkdir()
    save_centres(kept_at(tiny_model), model, torch.zeros(1, 512))
    assert centres_of(tiny_model).shape == (8, 512)


def test_a_cache_that_cannot_be_written_costs_only_the_memory(own_cache, tiny_model, caplog, tmp_path):
    (tmp_path / "centres").write_text("a file where the folder should be")
    assert centres_of(tiny_model).shape == (8, 512)
    assert "found again next time" in caplog.text


def test_the_face_generator_brings_different_centres_along(model):
    shipped = centres_of(model)
    assert shipped.shape == (32, 512)
    assert not kept_at(model).exists()
    assert (resources() / "models" / "ffhq.centres.safetensors").stat().st_size < 100_000
    apart = torch.cdist(shipped, shipped) + torch.eye(32) * 1e9
    spread = (shipped - model.w_mean).norm(dim=1)
    assert float(apart.min()) > 0.2 * float(spread.mean())
