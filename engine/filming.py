"""From a project to the plan of its video, and to what renders it: what the window and the command line share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace
from torch import Tensor

from engine.devices import LABELS, Target, choose
from engine.directions.pack import fitting, packs_for, vectors
from engine.errors import VisagistError
from engine.export.pace import measure_pace
from engine.export.video.encoding import open_encoder
from engine.export.video.loops import check_loop
from engine.export.video.plan import Plan
from engine.export.video.presets import Preset, check_quality, check_sides, find_preset
from engine.export.video.shape import BLACK, shape_for
from engine.export.video.sound import check_sound
from engine.frame import Frame
from engine.job import Job, Progress
from engine.models.model import Model, open_model
from engine.project import ModelReference, Project
from engine.project_file import project_from_json
from engine.recipe import Recipe
from engine.renderer import Renderer
from engine.timeline import Timeline, frames, recipe_at, recipe_of_frame
from engine.timeline.playing import moments
from engine.timeline.rate import Rate

MOST_THREADS = 16


@dataclass(frozen=True)
class Wish:
    """What a person wants of a video. preset, rate: None for the usual one of the file's ending, the timeline's own.

    size: like 1080 or 1920x1080, None for the picture's own pixels; shape: like 16:9. sound: None for the timeline's;
    silent: none at all. private: the file does not carry the project.
    """

    output: Path
    preset: str | None = None
    quality: str = "good"
    rate: Rate | None = None
    size: str | None = None
    shape: str | None = None
    crop: bool = False
    ground: str = BLACK
    sound: Path | None = None
    silent: bool = False
    hardware: bool = False
    private: bool = False


def check_wish(wish: Wish) -> Preset:
    """What can be told before a model is opened; VisagistError with one sentence."""
    check_quality(wish.quality)
    preset = find_preset(wish.preset, wish.output)
    if wish.hardware and preset.hardware is None:
        raise VisagistError(f"no GPU encodes {preset.name}; choose another preset, or encode without the GPU")
    if wish.sound is not None and not preset.sounds:
        raise VisagistError(f"{preset.name} has no sound; leave it out, or choose h264")
    return preset


def plan_video(wish: Wish, project: Project, renderer: Renderer) -> Job[Plan]:
    """The plan of a project's video. Everything that can be wrong is told before a frame is rendered.

    Raises VisagistError. What the renderer is asked for, it is asked for on this thread.
    """
    preset = check_wish(wish)
    codec = preset.hardware if wish.hardware else preset.codec
    timeline = timeline_of(project)
    if wish.rate is not None:
        timeline = replace(timeline, rate=wish.rate)
    count = frames(timeline)
    sides = renderer.sizes
    shape = shape_for(sides[-1], wish.size, wish.shape, crop=wish.crop, ground=wish.ground)
    if codec is not None:
        check_sides(codec, shape.width, shape.height)
    check_loop(preset.name, timeline.fps)
    sound, starts = sound_of(wish, timeline) if preset.sounds else (None, 0.0)
    if sound is not None:
        yield Progress(0, 1, "reading the sound")
        check_sound(sound)
    yield Progress(0, 1, "rendering the first frame")
    for t in moments(timeline):  # the model can follow the project to its end
        renderer.check(recipe_at(timeline, t))
    renderer.render(recipe_of_frame(timeline, 0), sides[0])
    if timeline.recipes.even and timeline.recipes.pace is None:
        timeline = yield from measure_pace(renderer, timeline)
    model = renderer.model
    plan = Plan(
        output=str(wish.output.absolute()),
        preset=preset.name,
        quality=wish.quality,
        frames=count,
        numerator=timeline.rate.numerator,
        denominator=timeline.rate.denominator,
        width=shape.width,
        height=shape.height,
        crop=shape.crop,
        ground=shape.ground,
        render=side_of(model, shape.side, wish.quality),
        model=model.hash,
        title=model.header.title,
        device=model.target.label,
        precision=model.generator.precision,
        threads=min(os.cpu_count() or 1, MOST_THREADS),
        project=msgspec.Raw(msgspec.json.encode(with_timeline(project, timeline))),
        hardware=wish.hardware,
        private=wish.private,
        sound="" if sound is None else str(sound.absolute()),
        sound_starts=starts,
    )
    if codec is not None:
        open_encoder(plan.settings)
    return plan


def timeline_of(project: Project) -> Timeline:
    """The project's timeline; VisagistError where it has none."""
    if project.board.timeline is None:
        raise VisagistError("this project has no timeline yet; put keyframes on it in Animate")
    return project.board.timeline


def with_timeline(project: Project, timeline: Timeline) -> Project:
    """The project with another timeline."""
    return replace(project, board=replace(project.board, timeline=timeline))


def sound_of(wish: Wish, timeline: Timeline) -> tuple[Path | None, float]:
    """The sound track, and where it begins in the video."""
    if wish.sound is not None:
        return wish.sound, 0.0
    if timeline.sound is None or wish.silent:
        return None, 0.0
    return Path(timeline.sound.path), timeline.sound.starts - timeline.start


def side_of(model: Model, needed: int, quality: str) -> int:
    """The side that is rendered: the full picture, then scaled down, for a network's own small pictures are rough."""
    plan = model.generator.plan
    return plan.output(needed).size if quality == "draft" else plan.resolution


def recipes_of(plan: Plan) -> Callable[[int], Recipe]:
    """The recipe of each frame of a plan."""
    timeline = project_from_json(bytes(plan.project)).board.timeline
    if timeline is None:
        raise VisagistError(f"{plan.output}: the plan of this video has no timeline; discard it and begin anew")
    return lambda number: recipe_of_frame(timeline, number)


def frames_of(plan: Plan, renderer: Renderer) -> Callable[[Recipe, int], Frame]:
    """What renders the frames of a plan, as deep as its codec holds them."""
    return renderer.render_deep if plan.is_deep else renderer.render


def renderer_for(path: Path, model: ModelReference, device: str | None, precision: str | None) -> Renderer:
    """What renders the project of a model, with all directions that are known for it; VisagistError for another."""
    opened = open_model(path, choose(device, precision))
    if opened.hash != model.hash:
        raise VisagistError(
            f"the project was made with model {model.hash[:12]} ({model.title}) and {path} is {opened.hash[:12]}; "
            "open the model it was made with"
        )
    return Renderer(opened, directions_of(opened))


def directions_of(model: Model) -> dict[str, Tensor]:
    """All directions that are known for a model."""
    plan = model.generator.plan
    return vectors(fitting(packs_for(model.hash), plan.style_rows, plan.w_dim))


def renderer_of(plan: Plan, path: Path) -> Renderer:
    """What a render began with; VisagistError where this machine has it not."""
    device = {label: device for device, label in LABELS.items()}.get(plan.device)
    try:
        return renderer_for(path, ModelReference(plan.model, plan.title), device, plan.precision)
    except VisagistError as error:
        raise VisagistError(f"{plan.output}: it was begun on {plan.device} in {plan.precision}: {error}") from error


def renders(model: Model, plan: Plan) -> bool:
    """Whether an open model is the very one that a render began with."""
    target: Target = model.target
    return (model.hash, target.label, model.generator.precision) == (plan.model, plan.device, plan.precision)
