"""visagist video: a project's timeline, or a walk through faces, as a video; and going on with unfinished ones."""

from __future__ import annotations

import argparse
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from engine.commands.parsing import parse_seeds
from engine.commands.progress import busy, follow, note
from engine.commands.recipes import Start, add_model_options, add_recipe_options, model_path, open_renderer, read_start
from engine.errors import VisagistError
from engine.export.video.presets import BY_NAME, QUALITIES, TABLE, check_quality, find_preset
from engine.export.video.queue import FOLDER
from engine.project import ModelReference, Project
from engine.project_file import read_project
from engine.recipe import Recipe, SeedLatent

if TYPE_CHECKING:
    from engine.export.video.plan import Plan
    from engine.renderer import Renderer

SECONDS = 10.0
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
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="where to; its ending tells the usual preset (default: an .mp4 here)",
    )
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
    form.add_argument("--silent", action="store_true", help="no sound track, whatever the project has")
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
    if args.output is None and not (args.discard or args.so_far):
        args.output = usual_name(args)
    if args.output is None:
        raise VisagistError("say with -o which video, like -o face.mp4")
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


def usual_name(args: argparse.Namespace) -> Path:
    """Where a video goes that nobody named: here, after the project or the seeds, in place of nothing."""
    named = f"walk-{args.seeds}" if args.project is None else args.project.stem
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in named)[:60]
    suffix = ".mp4" if args.preset is None else suffix_of(args.preset)
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    return next(Path(name) for name in names if not Path(name).exists() and not Path(name + FOLDER).exists())


def suffix_of(preset: str) -> str:
    """The usual ending of a kind of video; none of a folder. VisagistError for a kind that there is not."""
    found = BY_NAME.get(preset)
    if found is None:
        raise VisagistError(f"there is no preset '{preset}'; choose one of {', '.join(BY_NAME)}")
    return "" if found.kind == "sequence" else found.suffixes[0]


def new_plan(args: argparse.Namespace) -> tuple[Plan, Renderer]:
    """Everything that can be wrong is told before a frame is rendered."""
    check_quality(args.quality)
    find_preset(args.preset, args.output)
    from engine.filming import Wish, check_wish, plan_video
    from engine.timeline.rate import parse_rate

    if args.silent and args.audio is not None:
        raise VisagistError("a video is silent or has the sound of --audio, not both")
    wish = Wish(
        output=args.output,
        preset=args.preset,
        quality=args.quality,
        rate=None if args.fps is None else parse_rate(args.fps),
        size=args.size,
        shape=args.shape,
        crop=args.crop,
        ground=args.ground,
        sound=args.audio,
        silent=args.silent,
        hardware=args.hardware,
        private=args.private,
    )
    check_wish(wish)
    project, renderer = project_of_file(args) if args.seeds is None else project_of_seeds(args)
    return follow(plan_video(wish, project, renderer)), renderer


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
    path = model_path(args.model, Start(Recipe(model=project.model.hash)))
    with busy("opening the model"):
        from engine.filming import renderer_for

        return project, renderer_for(path, project.model, args.device, args.precision)


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
    from engine.filming import with_timeline

    return with_timeline(project, timeline), renderer


def render(plan: Plan, renderer: Renderer) -> int:
    """Do what a plan says; what is finished survives Ctrl-C."""
    from engine.export.video import queue
    from engine.export.video.render import render_video
    from engine.filming import frames_of, recipes_of

    try:
        path = follow(render_video(plan, frames_of(plan, renderer), recipes_of(plan)))
    except KeyboardInterrupt:
        note(f"what is finished is kept; go on with `visagist video --resume -o {plan.output}`")
        raise
    queue.remove(path)
    rate = f"{plan.numerator}/{plan.denominator}" if plan.denominator > 1 else str(plan.numerator)
    print(f"{path}: {plan.frames} frames, {plan.width} x {plan.height} px, {rate} a second, {plan.preset}")
    return 0


def resume_all(args: argparse.Namespace) -> int:
    """Go on with one render, or with all, oldest first; one that cannot be gone on with is in nobody's way."""
    from engine.export.video import queue

    if args.output is not None:
        return resume(args.output, args)
    outputs = queue.waiting()
    if not outputs:
        print("no render waits")
    left = 0
    for output in outputs:
        try:
            resume(output, args)
        except VisagistError as error:
            note(str(error))
            left += 1
    if left:
        raise VisagistError(f"{left} of {len(outputs)} renders could not be finished; what is finished of them is kept")
    return 0


def resume(output: Path, args: argparse.Namespace) -> int:
    """Go on with one render."""
    from engine.export.video.plan import read_plan
    from engine.filming import renderer_of

    plan = read_plan(output)
    path = model_path(args.model, Start(Recipe(model=plan.model)))
    with busy("opening the model"):
        renderer = renderer_of(plan, path)
    return render(plan, renderer)


def list_waiting() -> int:
    """One line a render."""
    from engine.export.video import queue
    from engine.export.video.plan import finished_segments, read_plan

    for output in queue.waiting():
        try:
            plan = read_plan(output)
        except VisagistError as error:
            print(error)
            continue
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
    from engine.export.video import finishing

    plan, frames = follow(finishing.finish_so_far(output))
    print(f"{plan.output}: the first {frames} of {plan.frames} frames")
    return 0
