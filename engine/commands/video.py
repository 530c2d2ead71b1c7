"""visagist video: a project's timeline, or a walk through faces, as a video; and going on with unfinished ones."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from engine.commands.parsing import parse_seeds
from engine.commands.progress import busy, follow, note
from engine.commands.recipes import Start, add_model_options, add_recipe_options, model_path, open_renderer, read_start
from engine.errors import VisagistError
from engine.export.video.presets import QUALITIES, TABLE, check_quality, check_sides, find_preset
from engine.project import ModelReference, Project
from engine.project_file import read_project
from engine.recipe import Recipe, SeedLatent

if TYPE_CHECKING:
    from engine.export.video.plan import Plan
    from engine.renderer import Renderer
    from engine.timeline import Timeline

SECONDS = 10.0
MOST_THREADS = 16
PATHS = ("spline", "line", "sphere")


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "video",
        help="render a video",
        description="Render a project's timeline, or a walk through the faces of --seeds, as a video. What is finished "
        "survives a crash: `visagist video --resume` goes on from there, and the result is what one run gives.",
        epilog="presets: " + "; ".join(f"{preset.name} ({preset.title})" for preset in TABLE),
    )
    parser.add_argument(
        "project", metavar="PROJECT", nargs="?", type=Path, help="a project, or a video that Visagist made of one"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to; its ending tells the usual preset")
    add_work_options(parser.add_argument_group("work"))
    walk = parser.add_argument_group("walk")
    walk.add_argument("--seeds", metavar="LIST", help="faces to go through, like 1,5,9 or 1-8, instead of a project")
    walk.add_argument("--seconds", metavar="S", type=float, help=f"length (default {SECONDS:g})")
    walk.add_argument("--loop", action="store_true", help="come back to the first face; the seam is not seen")
    walk.add_argument("--ping-pong", action="store_true", help="there and back again")
    walk.add_argument("--path", metavar="HOW", default="spline", help=f"{', '.join(PATHS)} (default spline: smooth)")
    walk.add_argument("--even", action="store_true", help="at constant speed, as drafts of the pictures tell it")
    form = parser.add_argument_group("form")
    form.add_argument("--preset", metavar="NAME", help=", ".join(preset.name for preset in TABLE))
    form.add_argument("--quality", metavar="WORD", default="good", help=f"{', '.join(QUALITIES)} (default good)")
    form.add_argument("--fps", metavar="N", help="frames a second, like 25, 23.976 or 24000/1001 (default 30)")
    form.add_argument("--size", metavar="PX|WxH", help="like 1080 or 1920x1080 (default: as the network makes them)")
    form.add_argument("--shape", metavar="SHAPE", help="square, 16:9, 9:16, 4:3, 4:5 or 2:1")
    form.add_argument("--crop", action="store_true", help="fill the shape and cut off what juts out")
    form.add_argument("--ground", metavar="COLOUR", default="#000000", help="behind the picture, like #101010")
    form.add_argument("--audio", metavar="FILE", type=Path, help="a sound track (default: the project's)")
    form.add_argument("--hardware", action="store_true", help="encode on an NVIDIA GPU")
    form.add_argument(
        "--private", action="store_true", help="leave the project out; it still says that it is synthetic"
    )
    add_recipe_options(parser, seeded=False)
    add_model_options(parser)
    parser.set_defaults(run=run_video)


def add_work_options(group: Any) -> None:
    group.add_argument("--resume", action="store_true", help="go on with the render of -o, or with all that wait")
    group.add_argument("--later", action="store_true", help="only put it into the queue, for --resume")
    group.add_argument("--list", action="store_true", help="say which renders wait or were interrupted")
    group.add_argument(
        "--so-far", action="store_true", help="make a video of what is finished of -o, and leave it there"
    )
    group.add_argument("--discard", action="store_true", help="throw the unfinished render of -o away")


def run_video(args: argparse.Namespace) -> int:
    """A new render, or something with those that are there."""
    if args.list:
        return list_waiting()
    if args.resume:
        return resume_all(args)
    if args.output is None:
        raise VisagistError("say with -o where the video goes, like -o face.mp4")
    if args.discard:
        return discard_one(args.output)
    if args.so_far:
        return finish_so_far(args.output)
    plan, renderer = new_plan(args)
    from engine.export.video import queue
    from engine.export.video.plan import begin

    begin(plan)
    queue.add(Path(plan.output))
    if args.later:
        print(f"{args.output}: it waits; `visagist video --resume` renders all that wait")
        return 0
    return render(plan, renderer)


def new_plan(args: argparse.Namespace) -> tuple[Plan, Renderer]:
    """Everything that can be wrong is told before a frame is rendered."""
    check_quality(args.quality)
    preset = find_preset(args.preset, args.output)
    codec = preset.hardware if args.hardware else preset.codec
    if args.hardware and codec is None:
        raise VisagistError(f"no GPU encodes {preset.name}; leave out --hardware")
    if args.audio is not None and not preset.sounds:
        raise VisagistError(f"{preset.name} has no sound; leave out --audio, or choose h264")
    project, renderer = project_of_file(args) if args.seeds is None else project_of_seeds(args)
    timeline = timeline_of(args, project)
    if timeline.recipes.even and timeline.recipes.pace is None:
        from engine.export.pace import measure_pace

        timeline = follow(measure_pace(renderer, timeline))

    from engine.export.video.encoding import open_encoder
    from engine.export.video.loops import check_loop
    from engine.export.video.plan import Plan
    from engine.export.video.shape import shape_for
    from engine.export.video.sound import check_sound
    from engine.timeline import frames, recipe_of_frame

    shape = shape_for(renderer.sizes[-1], args.size, args.shape, crop=args.crop, ground=args.ground)
    if codec is not None:
        check_sides(codec, shape.width, shape.height)
    check_loop(preset.name, timeline.fps)
    sound, starts = sound_of(args, timeline) if preset.sounds else (None, 0.0)
    if sound is not None:
        check_sound(sound)
    renderer.render(recipe_of_frame(timeline, 0), renderer.sizes[0])  # the model can follow the project
    plan = Plan(
        output=str(args.output.absolute()),
        preset=preset.name,
        quality=args.quality,
        frames=frames(timeline),
        numerator=timeline.rate.numerator,
        denominator=timeline.rate.denominator,
        width=shape.width,
        height=shape.height,
        crop=shape.crop,
        ground=shape.ground,
        render=side_of(renderer, shape.side, args.quality),
        model=renderer.model.hash,
        title=renderer.model.header.title,
        device=renderer.model.target.label,
        precision=renderer.model.generator.precision,
        threads=min(os.cpu_count() or 1, MOST_THREADS),
        project=msgspec.Raw(msgspec.json.encode(with_timeline(project, timeline))),
        hardware=args.hardware,
        private=args.private,
        sound="" if sound is None else str(sound.absolute()),
        sound_starts=starts,
    )
    if codec is not None:
        open_encoder(plan.settings)
    return plan, renderer


def side_of(renderer: Renderer, needed: int, quality: str) -> int:
    """The side that is rendered: the full picture, then scaled down, for a network's own small pictures are rough."""
    plan = renderer.model.generator.plan
    return plan.output(needed).size if quality == "draft" else plan.resolution


def project_of_file(args: argparse.Namespace) -> tuple[Project, Renderer]:
    """The project that was named, and what renders it."""
    if args.project is None:
        raise VisagistError("name a project, or the faces of a walk with --seeds, like --seeds 1,5,9")
    if args.seconds is not None or args.loop or args.ping_pong or args.even:
        raise VisagistError(
            "a project says its own length, loop and speed; --seconds, --loop, --ping-pong and --even go with --seeds"
        )
    project = read_project(args.project)
    if project.board.timeline is None:
        raise VisagistError(f"{args.project}: this project has no timeline yet; put keyframes on it in Animate")
    return project, renderer_for(args.model, project.model, args.device, args.precision)


def renderer_for(named: str | None, model: ModelReference, device: str | None, precision: str | None) -> Renderer:
    """What renders the project of a model, with all directions that are known for it."""
    path = model_path(named, Start(Recipe(model=model.hash)))
    with busy("opening the model"):
        from engine.devices import choose
        from engine.directions.pack import fitting, packs_for, vectors
        from engine.models.model import open_model
        from engine.renderer import Renderer

        opened = open_model(path, choose(device, precision))
    if opened.hash != model.hash:
        raise VisagistError(
            f"the project was made with model {model.hash[:12]} ({model.title}) and {path} is {opened.hash[:12]}; "
            "open the model it was made with"
        )
    plan = opened.generator.plan
    return Renderer(opened, vectors(fitting(packs_for(opened.hash), plan.style_rows, plan.w_dim)))


def project_of_seeds(args: argparse.Namespace) -> tuple[Project, Renderer]:
    """A project with a walk through faces."""
    if args.project is not None:
        raise VisagistError("name a project or --seeds, not both")
    if args.loop and args.ping_pong:
        raise VisagistError("a walk comes back with --loop or with --ping-pong, not both")
    if args.path not in PATHS:
        raise VisagistError(f"the path is one of {', '.join(PATHS)}, not '{args.path}'")
    seeds = parse_seeds(args.seeds)
    renderer, recipe = open_renderer(args, read_start(args))
    from engine.timeline.build import through

    recipes = [replace(recipe, latent=SeedLatent(seed)) for seed in seeds]
    timeline = through(
        recipes,
        SECONDS if args.seconds is None else args.seconds,
        renderer.model.generator.plan.style_rows,
        path=args.path,
        loop="loop" if args.loop else "ping-pong" if args.ping_pong else "none",
        even=args.even,
    )
    header = renderer.model.header
    project = Project(ModelReference(renderer.model.hash, header.title, str(renderer.model.path)), recipes[0])
    return with_timeline(project, timeline), renderer


def timeline_of(args: argparse.Namespace, project: Project) -> Timeline:
    """The project's timeline at the rate that was asked for."""
    from engine.timeline.rate import parse_rate

    timeline = project.board.timeline
    assert timeline is not None
    return timeline if args.fps is None else replace(timeline, rate=parse_rate(args.fps))


def with_timeline(project: Project, timeline: Timeline) -> Project:
    return replace(project, board=replace(project.board, timeline=timeline))


def sound_of(args: argparse.Namespace, timeline: Timeline) -> tuple[Path | None, float]:
    """The sound track, and where it begins in the video."""
    if args.audio is not None:
        return args.audio, 0.0
    if timeline.sound is None:
        return None, 0.0
    return Path(timeline.sound.path), timeline.sound.starts - timeline.start


def render(plan: Plan, renderer: Renderer) -> int:
    """Do what a plan says; what is finished survives Ctrl-C."""
    from engine.export.video import queue
    from engine.export.video.render import render_video
    from engine.project_file import project_from_json
    from engine.timeline import recipe_of_frame

    timeline = project_from_json(bytes(plan.project)).board.timeline
    if timeline is None:
        raise VisagistError(f"{plan.output}: the plan of this video has no timeline; discard it and begin anew")
    try:
        path = follow(render_video(plan, renderer.render, lambda number: recipe_of_frame(timeline, number)))
    except KeyboardInterrupt:
        note(f"what is finished is kept; go on with `visagist video --resume -o {plan.output}`")
        raise
    queue.remove(path)
    rate = f"{plan.numerator}/{plan.denominator}" if plan.denominator > 1 else str(plan.numerator)
    print(f"{path}: {plan.frames} frames, {plan.width} x {plan.height} px, {rate} a second, {plan.preset}")
    return 0


def resume_all(args: argparse.Namespace) -> int:
    """Go on with one render, or with all, oldest first."""
    from engine.export.video import queue
    from engine.export.video.plan import read_plan

    outputs = queue.waiting() if args.output is None else [args.output]
    if not outputs:
        print("no render waits")
    for output in outputs:
        plan = read_plan(output)
        render(plan, renderer_of(plan, args))
    return 0


def renderer_of(plan: Plan, args: argparse.Namespace) -> Renderer:
    """What a render began with; VisagistError where this machine has it not."""
    from engine.devices import LABELS

    device = {label: device for device, label in LABELS.items()}.get(plan.device)
    try:
        return renderer_for(args.model, ModelReference(plan.model, plan.title), device, plan.precision)
    except VisagistError as error:
        raise VisagistError(f"{plan.output}: it was begun on {plan.device} in {plan.precision}: {error}") from error


def list_waiting() -> int:
    """One line a render."""
    from engine.export.video import queue
    from engine.export.video.plan import finished_segments, read_plan

    for output in queue.waiting():
        plan = read_plan(output)
        done = sum(len(plan.frames_of(index)) for index in finished_segments(plan))
        print(f"{output}: {done} of {plan.frames} frames, {plan.preset}")
    return 0


def discard_one(output: Path) -> int:
    """Throw an unfinished render away."""
    from engine.export.video import queue
    from engine.export.video.plan import discard

    discard(output)
    queue.remove(output)
    print(f"{output}: the unfinished render is gone")
    return 0


def finish_so_far(output: Path) -> int:
    """A video of the segments that are finished from the beginning on."""
    from engine.export.video.finishing import finish_video
    from engine.export.video.plan import finished_segments, read_plan

    plan = read_plan(output)
    made = finished_segments(plan)
    count = next(index for index in range(plan.segments + 1) if index not in made)
    if plan.form.kind == "sequence" or not count:
        raise VisagistError(f"{output}: nothing of it is finished yet that a video could be made of; resume it")
    path = follow(finish_video(plan, count))
    print(f"{path}: the first {plan.frames_of(count - 1).stop} of {plan.frames} frames")
    return 0
