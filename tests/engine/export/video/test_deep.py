"""Codecs of more than 8 bits are given the network's own numbers, not what a screen shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.export.video.plan import read_plan
from engine.export.video.presets import BY_NAME
from engine.export.video.shape import Shape, placed
from engine.frame import Frame, to_deep_pixels
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from tests.engine.export.video.films import MODEL, counting, made, shown

av = pytest.importorskip("av")
pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this PyAV has no encoders")


def ramp(recipe: Recipe, size: int) -> Frame:
    """Grey from 0.4 to 0.5, in steps that 8 bits do not have."""
    line = np.linspace(0.4 * 65535, 0.5 * 65535, size).round().astype(np.uint16)
    pixels = np.full((size, size, 4), 65535, np.uint16)
    pixels[..., :3] = line[None, :, None]
    return Frame(pixels, recipe, MODEL, "CPU", "f32", False, 0.0)


@pytest.mark.parametrize("preset", ["prores", "prores4444", "av1"])
def test_a_gentle_ramp_has_more_steps_than_a_screen_shows(plan_of, preset):
    path = made(plan_of(preset, 2, quality="best", width=256, height=256, render=256), ramp)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        luma = np.frombuffer(frame.planes[0], np.uint16).reshape(256, -1)[:, :256].mean(0)
        luma = luma / 2 ** (frame.format.components[0].bits - 10)  # 4444 is decoded with 12
    told = 64 + 876 * np.linspace(0.4, 0.5, 256)  # ITU-R BT.709, 10 bits
    assert np.abs(luma - told).max() < 3, "less than a step of 8 bits"
    assert len(np.unique(luma.round())) > 60, "8 bits have 26 steps there"


def test_deep_pixels_are_those_of_the_screen_with_more_digits(tiny_model):
    renderer = Renderer(tiny_model)
    recipe = Recipe(latent=SeedLatent(3))
    deep, plain = renderer.render_deep(recipe), renderer.render(recipe)
    assert np.array_equal(deep.pixels, to_deep_pixels(renderer.picture(recipe)))
    difference = deep.pixels[..., 2::-1].astype(float) / 257 - plain.pixels[..., :3]
    assert np.abs(difference).max() <= 0.51


SHAPES = [Shape(96, 54), Shape(96, 54, crop=True), Shape(33, 33), Shape(54, 96, ground="#102030")]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_is_as_with_8_bits(shape):
    plain = np.random.default_rng(0).integers(40, 200, (64, 64, 4), dtype=np.uint8)
    small = np.asarray(Image.fromarray(plain[..., :3]).resize((8, 8)).resize((64, 64), Image.Resampling.BICUBIC))
    plain[..., :3] = small
    plain[..., 3] = 255
    deep = plain.astype(np.uint16)[..., [2, 1, 0, 3]] * 257
    found = placed(deep, shape)[..., [2, 1, 0]] / 257
    assert np.abs(found - placed(plain, shape)[..., :3]).max() <= 1.5


def test_the_command_renders_deep_and_progress_shows_what_a_screen_can(cli, tiny_path, tmp_path):
    from engine.export.video.render import small

    path = tmp_path / "a.mov"
    words = ("--seeds", "1,5", "--seconds", 0.3, "--model", tiny_path, "--quality", "draft", "-o", path)
    assert cli("video", *words, "--later").code == 0
    assert read_plan(path).is_deep
    assert cli("video", "--resume", "--model", tiny_path).code == 0
    assert len(shown(path)) == 9
    frame = replace(counting(Recipe(latent=SeedLatent(5)), 64))
    deep = replace(frame, pixels=frame.pixels[..., [2, 1, 0, 3]].astype(np.uint16) * 257)
    assert np.array_equal(small(deep), small(frame))


def test_what_codecs_hold_is_known():
    deep = {name for name, preset in BY_NAME.items() if preset.codec is not None and preset.codec.is_deep}
    assert deep == {"prores", "prores4444", "av1"}
