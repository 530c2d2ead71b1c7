"""Plans of small videos, pictures of plain colours, and the frames of a file as a player shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageSequence

from engine.export.video.plan import Plan, begin
from engine.export.video.presets import BY_NAME
from engine.export.video.render import render_video
from engine.frame import Frame
from engine.job import finish
from engine.project import ModelReference, Project
from engine.recipe import Recipe, SeedLatent

MODEL = "ab" * 32
PROJECT = Project(ModelReference(MODEL, "Tiny"), Recipe(latent=SeedLatent(7)))
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
COLOURS = [RED, GREEN, BLUE, (255, 255, 255), (0, 0, 0), (128, 128, 128), (240, 190, 160), (60, 40, 90)]


def recipe_of(number: int) -> Recipe:
    return Recipe(latent=SeedLatent(number))


def card(colour: tuple[int, int, int]) -> Callable[[Recipe, int], Frame]:
    """Renders everything as one colour."""

    def render(recipe: Recipe, size: int) -> Frame:
        pixels = np.full((size, size, 4), 255, np.uint8)
        pixels[..., :3] = colour[::-1]
        return Frame(pixels, recipe, MODEL, "CPU", "f32", False, 0.0)

    return render


def counting(recipe: Recipe, size: int) -> Frame:
    """Renders a frame's number as a grey of 8 steps and a white bar that moves."""
    number = recipe.latent.seed
    pixels = np.full((size, size, 4), 8 * (number % 24), np.uint8)
    pixels[:, number * 4 % size : number * 4 % size + 4] = 255
    return Frame(pixels, recipe, MODEL, "CPU", "f32", False, 0.0)


def plan_in(folder: Path, preset: str, frames: int = 5, name: str = "out", **changes: object) -> Plan:
    """A plan that was begun; what is not said is small and plain."""
    form = BY_NAME[preset]
    output = folder / (name + ("" if form.kind == "sequence" else form.suffixes[0]))
    fields = {
        "output": str(output), "preset": preset, "quality": "good", "frames": frames, "numerator": 24000,
        "denominator": 1001, "width": 64, "height": 64, "crop": False, "ground": "#000000", "render": 64,
        "model": MODEL, "title": "Tiny", "device": "CPU", "precision": "f32", "threads": 1,
        "project": msgspec.Raw(msgspec.json.encode(PROJECT)),
    }  # fmt: skip
    plan = Plan(**(fields | changes))
    begin(plan)
    return plan


def made(plan: Plan, render=counting) -> Path:
    return finish(render_video(plan, render, recipe_of))


def shown(path: Path) -> list[np.ndarray]:
    """Every frame as RGB, by the colour tags that the file has."""
    if path.suffix == ".webp":
        with Image.open(path) as picture:
            return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)]
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def differences(one: Path, other: Path) -> dict[int, int]:
    """The frames of two videos that are not the same, by their numbers: how far they are apart at most."""
    frames = [shown(path) for path in (one, other)]
    assert len(frames[0]) == len(frames[1])
    apart = [int(np.abs(a.astype(int) - b).max()) for a, b in zip(*frames, strict=True)]
    return {number: most for number, most in enumerate(apart) if most}
