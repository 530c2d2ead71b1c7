"""A network that grew, at any stage of its growth: chosen by the recipe, whatever its file stands at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.devices import Target
from engine.errors import RecipeError
from engine.models.against import read_truth
from engine.models.model import open_model
from engine.networks.generator import PLAIN, Inputs, synthesize
from engine.recipe import ExplicitLatent, Recipe, Truncation
from engine.renderer import Renderer
from tests import reference
from tests.engine.networks.test_progressive import build, hyper_of, relative, styles_of, textbook
from tests.nets import save_tiny

FAMILIES = ("progan", "stylegan1")
CASES = [
    (path, name)
    for path in reference.networks()
    if path.name.startswith(("progan", "tf_sg1"))
    for name in np.load(reference.truth_of(path)).files
    if name.startswith("img") and "_lod" in name
]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path_factory.getbasetemp() / "growth-cache"))


def opened(path: Path, cache_bytes: int = 2**26) -> Renderer:
    return Renderer(open_model(path, Target("cpu", "f32")), cache_bytes=cache_bytes)


def given(rows: torch.Tensor, growth: float | None) -> Recipe:
    latent = ExplicitLatent(len(rows), rows.shape[1], rows.float().numpy().tobytes())
    return Recipe(latent=latent, truncation=Truncation(1.0), growth=growth)


@pytest.mark.parametrize(("path", "name"), CASES, ids=lambda case: getattr(case, "name", case))
def test_a_recipe_grown_so_far_renders_what_the_original_program_drew(path, name):
    truth = read_truth(reference.truth_of(path))
    renderer = opened(path)
    styles = renderer.model.generator.map(truth["z"], truth.get("c"))
    for sample, picture in enumerate(truth[name]):
        found = renderer.picture(given(styles[sample : sample + 1], float(name.rpartition("lod")[2])))
        assert relative(found, picture) < 1e-4


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("fused_from", [None, 8])
@pytest.mark.parametrize("stands_at", [0.0, 1.25])
@pytest.mark.parametrize("growth", [0.0, 0.4, 1.0, 1.75, 2.0])
def test_any_stage_can_be_seen_whatever_the_file_stands_at(family, fused_from, stands_at, growth):
    generator = build(family, hyper_of(family, stands_at, fused_from))
    styles = styles_of(generator)
    truth = textbook(family, hyper_of(family, growth, fused_from), styles)
    assert relative(synthesize(generator, styles, Inputs(growth=growth)), truth) < 1e-5
    assert relative(synthesize(generator, styles[:1], Inputs(growth=growth)), truth[:1]) < 1e-5


@pytest.mark.parametrize("family", FAMILIES)
def test_without_a_wish_the_picture_is_as_its_file_says(family):
    generator = build(family, hyper_of(family, 1.25))
    styles = styles_of(generator)
    assert generator.plan.growth == 1.25
    assert generator.plan.growth_sides == (4, 8, 16)
    assert torch.equal(synthesize(generator, styles), synthesize(generator, styles, Inputs(growth=1.25)))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_colours_of_a_level_can_be_bent_where_they_show(family):
    generator = build(family, hyper_of(family))
    styles = styles_of(generator, 1)
    names = [layer.name for layer in generator.plan.colours]
    assert names == ["b4.torgb", "b8.torgb", "b16.torgb"]
    for growth, shown in ((0.0, {"b16.torgb"}), (0.5, {"b16.torgb", "b8.torgb"}), (2.0, {"b4.torgb"})):
        plain = synthesize(generator, styles, Inputs(growth=growth))
        for name in names:
            bent = synthesize(generator, styles, Inputs(hooks={name: lambda _, x: x + 1}, growth=growth))
            assert torch.equal(bent, plain) is (name not in shown)


def test_a_stage_that_is_kept_is_never_that_of_another_growth():
    path = reference.DATA / "tf" / "tf_sg1_64_fused.pkl"
    warm = opened(path)
    levels = [None, 0.0, 0.25, 0.5, 1.0, 1.5, 4.0, 0.25, None]
    for level in levels:
        recipe = Recipe(growth=level)
        assert torch.equal(warm.picture(recipe), opened(path, 0).picture(recipe))


def test_a_step_of_a_fade_runs_only_the_levels_that_it_touches(monkeypatch):
    renderer = opened(reference.DATA / "tf" / "progan64_fused.pkl")
    renderer.picture(Recipe(growth=0.5))
    ran: list[int] = []
    generator = renderer.model.generator
    run = type(generator).run

    def counted(self, stage, state, styles, inputs=PLAIN):
        ran.append(generator.plan.stages[stage].resolution)
        return run(self, stage, state, styles, inputs)

    monkeypatch.setattr(type(generator), "run", counted)
    renderer.picture(Recipe(growth=0.6))
    assert set(ran) == {32, 64}


def test_a_stage_that_a_model_does_not_have_is_refused_in_a_sentence(tmp_path):
    save_tiny(tmp_path / "tiny.safetensors")
    with pytest.raises(RecipeError, match="level of detail 1; this model has no stages of growth"):
        opened(tmp_path / "tiny.safetensors").picture(Recipe(growth=1.0))
    with pytest.raises(RecipeError, match=r"level of detail 4.5; this model's are 0 to 4"):
        opened(reference.DATA / "tf" / "progan64_fused.pkl").picture(Recipe(growth=4.5))
