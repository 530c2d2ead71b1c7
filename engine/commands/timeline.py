"""visagist timeline: what is on a project's timeline, and one picture of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands.progress import busy, note
from engine.commands.recipes import Start, add_model_options, check_size, open_renderer
from engine.errors import VisagistError
from engine.project_file import read_project
from engine.timeline import Timeline, frames, recipe_at
from engine.timeline.reading import within


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "timeline",
        help="show a project's timeline, or one picture of it",
        description="Say what is on the timeline of a project; with --at and -o, render its picture at that time.",
    )
    parser.add_argument("project", metavar="PROJECT", type=Path, help="a .visagist file")
    parser.add_argument("--at", metavar="SECONDS", type=float, help="which moment")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where its picture goes: .png, .jpg, ...")
    parser.add_argument(
        "--size", metavar="PX", type=int, help="side in pixels: a draft size, or the full one (default)"
    )
    add_model_options(parser)
    # the timeline alone says what the picture is
    parser.set_defaults(run=run_timeline, noise_level=[], growth=None, direction=[], pin=[])


def run_timeline(args: argparse.Namespace) -> int:
    """A list of what there is, or a picture."""
    timeline = read_project(args.project).board.timeline
    if timeline is None:
        raise VisagistError(f"{args.project}: this project has no timeline; put keyframes on it first")
    if (args.at is None) != (args.output is None):
        raise VisagistError("a picture of the timeline needs both its time and its file: --at SECONDS -o FILE")
    if args.at is None:
        print("\n".join(described(timeline)))
        return 0
    recipe = recipe_at(timeline, args.at)
    from engine.export.images import check_target, save_frame

    check_target(args.output)
    renderer, recipe = open_renderer(args, Start(recipe))
    check_size(renderer, args.size)
    with busy("rendering"):
        frame = renderer.render(recipe, args.size)
    if frame.notice:
        note(frame.notice)
    save_frame(frame, args.output, renderer.model.header.title)
    print(f"{args.output}: {within(timeline, args.at):g} s, {frame.size} px")
    return 0


def described(timeline: Timeline) -> list[str]:
    """A line for each part."""
    track, sound = timeline.recipes, timeline.sound
    loop = "" if timeline.loop == "none" else f", {timeline.loop}"
    part = (
        ""
        if (timeline.start, timeline.stop) == (0, timeline.duration)
        else (f", from {timeline.start:g} to {timeline.stop:g} s")
    )
    what = f"a random walk, {track.walk.every:g} s a face" if track.walk else counted(len(track.keys), "keyframe")
    return [
        f"{timeline.duration:g} s at {float(timeline.fps):.6g} frames a second{part}{loop}: {frames(timeline)} frames",
        f"{what}, {track.path}" + (", at constant speed" if track.even else ""),
        *(
            f"{one.address}: {counted(len(one.keys), 'key')}" + ("" if one.enabled else ", off")
            for one in timeline.tracks
        ),
        *(f"marker at {marker.t:g} s: {marker.name}" for marker in timeline.markers),
        *([f"sound: {sound.path}, {sound.tempo:g} beats a minute"] if sound else []),
    ]


def counted(number: int, what: str) -> str:
    """So many of something."""
    return f"{number} {what}" + ("" if number == 1 else "s")
