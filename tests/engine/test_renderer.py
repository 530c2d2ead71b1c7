"""The renderer: equal recipes, equal frames; only what changed is run; out of memory is answered."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.devices import Target, choose
from engine.errors import RecipeError, VisagistError
from engine.models.model import Model, open_model
from engine.networks.generator import synthesize
from engine.recipe import DirectionAmount, Mix, Noise, NoiseLevel, Recipe, SeedLatent, Truncation, View
from engine.renderer import Interrupted, Renderer
from tests.nets import save_tiny

TARGETS = ["f32", choose().precision] if choose().precision != "f32" else ["f32"]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    save_tiny(path)
    return open_model(path, Target("cpu", "f32"))


class Watched:
    """A generator that counts its stages and can run out of memory, in front of a real one."""

    def __init__(self, generator, fail=lambda what: None):
        self.generator = generator
        self.fail = fail
        self.ran = []
        self.trimmed = 0

    def __getattr__(self, name):
        return getattr(self.generator, name)

    def trim(self):
        self.trimmed += 1
        self.generator.trim()

    def run(self, stage, state, styles, inputs):
        self.fail(stage)
        self.ran.append(stage)
        return self.generator.run(stage, state, styles, inputs)


def watched(model: Model, fail=lambda what: None) -> tuple[Renderer, Watched]:
    generator = Watched(model.generator, fail)
    return Renderer(Model(model.path, model.header, generator, model.w_mean, model.target)), generator


def mixed(row: int) -> Recipe:
    return Recipe(mixes=(Mix(SeedLatent(9), (row,)),))


def test_a_model_in_another_file_gives_the_same_w_to_the_bit(tmp_path):
    found = set()
    for title in ("A model", "A model with a longer title, so that its numbers lie elsewhere", "Another title"):
        path = tmp_path / "model.safetensors"
        save_tiny(path, title=title)
        latents = Renderer(open_model(path, Target("cpu", "f32"))).latents
        found.add(b"".join(latents.w_of(SeedLatent(seed)).numpy().tobytes() for seed in range(8)))
    assert len(found) == 1


@pytest.mark.parametrize("precision", TARGETS)
def test_equal_recipes_give_bit_equal_frames_with_and_without_the_cache(model, precision):
    path = model.path
    warm = Renderer(open_model(path, Target("cpu", precision)))
    recipes = [mixed(8), mixed(4), Recipe(noise=Noise("random", 5)), Recipe(view=View(0.1, 0, 20, 1.5)), mixed(8)]
    frames = [warm.render(recipe) for recipe in recipes]
    for recipe, frame in zip(recipes, frames, strict=True):
        cold = Renderer(open_model(path, Target("cpu", precision)))
        assert np.array_equal(cold.render(recipe).pixels, frame.pixels)
    assert np.array_equal(frames[0].pixels, frames[-1].pixels)


def test_a_change_in_a_fine_row_runs_only_the_later_stages(model):
    renderer, generator = watched(model)
    renderer.render(Recipe())
    assert generator.ran == [0, 1, 2, 3, 4, 5, 6]
    for row, stages in ((8, [6]), (7, [5, 6]), (9, []), (5, [4, 5, 6]), (0, [0, 1, 2, 3, 4, 5, 6])):
        generator.ran.clear()
        renderer.render(mixed(row))
        assert generator.ran == stages, f"row {row}"


def test_going_back_costs_nothing(model):
    renderer, generator = watched(model)
    renderer.render(Recipe())
    renderer.render(mixed(0))
    generator.ran.clear()
    renderer.render(Recipe())
    assert generator.ran == []


def test_the_cache_keeps_within_its_bytes(model):
    renderer = Renderer(model, cache_bytes=200_000)
    for seed in range(20):
        renderer.render(Recipe(latent=SeedLatent(seed)))
        assert renderer.cache.nbytes <= 200_000
        assert renderer.cache.nbytes == sum(state.nbytes for state in renderer.cache.states.values())


def test_moving_a_direction_costs_no_more_than_moving_psi(model):
    """Of stages: a drag of psi runs all of them at each step, a direction those from its first row on."""
    vectors = {"one": torch.randn(512, generator=torch.Generator().manual_seed(3)) * 0.1}
    renderer, generator = watched(model)
    renderer.latents.learn(vectors)
    last = model.generator.plan.style_rows - 1

    def runs(recipes: list[Recipe]) -> list[int]:
        renderer.render(Recipe(truncation=Truncation(0.7)))
        counts = []
        for recipe in recipes:
            generator.ran.clear()
            renderer.render(recipe)
            counts.append(len(generator.ran))
        return counts

    def along(rows: tuple[int, ...]) -> list[Recipe]:
        return [Recipe(directions=(DirectionAmount("One", "one", amount, rows),)) for amount in (0.5, 1.0, 1.5)]

    psi = runs([Recipe(truncation=Truncation(psi)) for psi in (0.5, 0.6, 0.8)])
    everywhere, fine = runs(along(tuple(range(last + 1)))), runs(along((last,)))
    assert psi == [len(model.generator.plan.stages)] * 3
    assert everywhere == psi
    assert all(count < whole for count, whole in zip(fine, psi, strict=True))


def test_a_draft_runs_only_the_early_stages_and_says_so(model):
    renderer, generator = watched(model)
    frame = renderer.render(Recipe(), 16)
    assert generator.ran == [0, 1, 2]
    assert (frame.size, frame.draft) == (16, True)
    full = renderer.render(Recipe())
    assert (full.size, full.draft) == (64, False)
    assert renderer.sizes == (16, 32, 64)


def test_a_size_between_two_outputs_takes_the_larger(model):
    assert Renderer(model).render(Recipe(), 17).size == 32


def test_the_frame_is_the_network_output_as_bytes(model):
    renderer = Renderer(model)
    picture = synthesize(model.generator, renderer.latents.styles(Recipe())[None])[0]
    expected = ((picture.double() + 1) * 127.5).round().clamp(0, 255).byte()
    frame = renderer.render(Recipe())
    assert np.abs(frame.rgb().astype(int) - expected.permute(1, 2, 0).numpy().astype(int)).max() <= 1
    assert (frame.pixels[..., 3] == 255).all()
    assert torch.equal(renderer.picture(Recipe()), picture)


def test_a_newer_intent_interrupts_between_stages_and_loses_nothing(model):
    renderer, generator = watched(model)
    answers = iter([False, False, True])
    with pytest.raises(Interrupted):
        renderer.render(Recipe(), stop=lambda: next(answers))
    assert generator.ran == [0, 1]
    renderer.render(Recipe())
    assert generator.ran == [0, 1, 2, 3, 4, 5, 6]


def test_a_recipe_of_another_model_is_refused(model):
    with pytest.raises(RecipeError, match="open the model it was made with"):
        Renderer(model).render(Recipe(model="0" * 64))
    assert Renderer(model).render(Recipe(model=model.hash)).size == 64


def test_noise_modes_change_the_picture_and_strength_scales_them(model):
    renderer = Renderer(model)
    const = renderer.picture(Recipe())
    none = renderer.picture(Recipe(noise=Noise("none")))
    assert not torch.equal(const, none)
    assert torch.equal(none, renderer.picture(Recipe(noise=Noise("const", 0, 0.0))))
    first = renderer.picture(Recipe(noise=Noise("random", 1)))
    assert torch.equal(first, renderer.picture(Recipe(noise=Noise("random", 1))))
    assert not torch.equal(first, renderer.picture(Recipe(noise=Noise("random", 2))))


def test_only_the_stages_that_hear_a_change_of_the_noise_are_run(model):
    renderer, generator = watched(model)
    renderer.render(Recipe())
    for noise, stages in (
        (Noise(levels=(NoiseLevel(32, 0.5),)), [5, 6]),
        (Noise(levels=(NoiseLevel(16, 0.0), NoiseLevel(32, 0.5))), [3, 4, 5, 6]),
        (Noise(seed=9, phase=0.5, levels=(NoiseLevel(512, 0.5),)), []),
        (Noise("random"), [0, 1, 2, 3, 4, 5, 6]),
    ):
        generator.ran.clear()
        renderer.render(Recipe(noise=noise))
        assert generator.ran == stages


def test_a_hook_bends_its_layer_and_leaves_no_trace(model):
    renderer = Renderer(model)
    before = renderer.picture(Recipe())
    bent = renderer.picture(Recipe(), hooks={"blocks.1.conv2": lambda name, x: -x})
    assert not torch.allclose(before, bent, atol=1e-2)
    assert torch.equal(renderer.picture(Recipe()), before)


def test_directions_given_to_the_renderer_move_the_picture(model):
    renderer = Renderer(model, {"id": torch.full((512,), 0.1)})
    moved = Recipe(directions=(DirectionAmount("Push", "id", 3.0, (0, 1, 2)),))
    assert not np.array_equal(renderer.render(Recipe()).pixels, renderer.render(moved).pixels)


def test_a_view_moves_the_picture_the_way_it_says(model):
    renderer = Renderer(model)
    still = renderer.picture(Recipe())
    right = renderer.picture(Recipe(view=View(x=0.25)))
    assert torch.allclose(right[:, :, 16:], still[:, :, :48], atol=1e-4)
    turned = renderer.picture(Recipe(view=View(rotation=90)))
    assert torch.allclose(turned, torch.rot90(still, 1, (1, 2)), atol=1e-3)
    zoomed = renderer.picture(Recipe(view=View(zoom=2.0)))
    corner = renderer.picture(Recipe(view=View(x=0.25, y=0.25, zoom=2.0)))
    assert torch.allclose(corner[:, 16:, 16:], zoomed[:, :48, :48], atol=1e-3)


def test_out_of_memory_once_is_answered_by_freeing_the_caches(model):
    failures = iter([torch.OutOfMemoryError("CUDA out of memory")])

    def fail(stage):
        if stage == 6:
            for error in failures:
                raise error

    renderer, generator = watched(model, fail)
    frame = renderer.render(Recipe())
    assert (frame.size, frame.notice) == (64, "")
    assert generator.trimmed == 1


def test_out_of_memory_again_gives_a_smaller_picture_and_says_so(model):
    def fail(stage):
        if stage == 6:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    renderer, generator = watched(model, fail)
    frame = renderer.render(Recipe(truncation=Truncation(0.5)))
    assert frame.size == 32
    assert "32 px instead of 64" in frame.notice
    generator.ran.clear()
    assert renderer.render(Recipe()).size == 32
    assert 6 not in generator.ran, "what did not fit is not tried again at each frame"


def test_out_of_memory_for_everything_goes_to_the_cpu(model):
    def fail(stage):
        raise MemoryError

    renderer, _ = watched(model, fail)
    renderer.model = Model(model.path, model.header, renderer.model.generator, model.w_mean, Target("cuda", "fp16"))
    frame = renderer.render(Recipe())
    assert frame.size == 64
    assert frame.device == "CPU"
    assert "the CPU renders from now on" in frame.notice
    assert renderer.render(Recipe()).notice == ""


def test_out_of_memory_on_the_cpu_is_one_sentence(model):
    def fail(stage):
        raise MemoryError

    renderer, _ = watched(model, fail)
    with pytest.raises(VisagistError, match="not enough memory"):
        renderer.render(Recipe())


def test_an_error_that_is_no_lack_of_memory_is_not_swallowed(model):
    def fail(stage):
        raise RuntimeError("shape mismatch")

    renderer, _ = watched(model, fail)
    with pytest.raises(RuntimeError, match="shape mismatch"):
        renderer.render(Recipe())
