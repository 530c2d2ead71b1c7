"""Segments to the finished file: joined, with sound and marks, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from engine.errors import VisagistError
from engine.export.credentials import sign_file
from engine.export.provenance import PROGRAM, synthetic_xmp
from engine.export.video.encoding import import_av, plain_errors, set_up
from engine.export.video.loops import write_loop
from engine.export.video.marks import TAG, append_xmp
from engine.export.video.plan import Plan, finished_segments, read_plan
from engine.export.video.presets import CONTAINERS, SOUND
from engine.export.video.segments import packets_of, read_index
from engine.export.video.sound import RATE, is_sound, sound_packets
from engine.job import Job, Progress
from engine.paths import whole_file
from engine.synthetic import SYNTHETIC

CARRIED = 12 * 2**20  # bytes of a project inside a file; a longer one leaves its history behind
MUXER_OPTIONS = {
    "mp4": {"movflags": "+faststart"},
    "mov": {"movflags": "+faststart"},
}


def finish_video(plan: Plan, segments: int) -> Job[Path]:
    """Write the file of the first so many segments; gives its path. Raises VisagistError."""
    output = Path(plan.output)
    container = CONTAINERS[output.suffix.lower()]
    xmp = xmp_of(plan)
    with whole_file(output) as part:
        if plan.form.kind == "loop":
            yield from write_loop(plan, segments, part, container)
        else:
            yield from join(plan, segments, part, container, xmp)
        append_xmp(part, container, xmp)
        yield Progress(segments, segments, f"finishing {output.name}")
        sign_file(part, f".{container}", words_of(plan))
    return output


def finish_so_far(output: Path) -> Job[tuple[Plan, int]]:
    """A video of what is finished from the beginning of an unfinished render; its plan, and how many frames.

    The render stays where it is; a sound that is gone meanwhile is left out. Raises VisagistError where nothing can be
    made of it yet.
    """
    plan = read_plan(output)
    made = finished_segments(plan)
    count = next(index for index in range(plan.segments + 1) if index not in made)
    if plan.form.kind == "sequence" or not count:
        raise VisagistError(f"{output}: nothing of it is finished yet that a video could be made of; resume it")
    heard = not plan.sound or is_sound(Path(plan.sound))
    yield from finish_video(plan if heard else replace(plan, sound=""), count)
    return plan, plan.frames_of(count - 1).stop


def xmp_of(plan: Plan) -> bytes:
    """The packet that the file carries."""
    return synthetic_xmp(words_of(plan), None if plan.private else carried(bytes(plan.project)))


def carried(project: bytes) -> bytes:
    """The project as the file carries it; without its show, whose addresses and PIN belong to one house."""
    fields = msgspec.json.decode(project, type=dict[str, Any])
    board = fields.get("board")
    if isinstance(board, dict) and board.get("show") is not None:
        board["show"] = None
        project = msgspec.json.encode(fields)
    if len(project) <= CARRIED:
        return project
    return msgspec.json.encode(fields | {"history": [], "at": -1, "preview": ""})


def words_of(plan: Plan) -> str:
    model = f"the model {plan.title}" if plan.title else "the model"
    return f"Synthetic video, made by {PROGRAM} with {model} ({plan.model[:12]}). It shows nobody who exists."


def join(plan: Plan, segments: int, part: Path, form: str, xmp: bytes) -> Job[None]:
    """Mux the packets of all segments, and the sound."""
    av = import_av()
    frames = plan.frames_of(segments - 1).stop
    with (
        plain_errors(plan.output),
        av.open(str(part), "w", format=form, options=MUXER_OPTIONS.get(form, {})) as container,
    ):
        container.metadata.update(tags_of(plan, form, xmp))
        video = container.add_stream(plan.settings.codec.name, rate=plan.fps)
        set_up(video.codec_context, plan.settings)
        video.time_base = 1 / plan.fps
        sound = None
        if plan.sound:
            sound = container.add_stream(SOUND[form], rate=RATE, layout="stereo")
            sound.codec_context.bit_rate = 192_000
        container.start_encoding()
        delay = check_segments(plan, segments, bytes(video.codec_context.extradata or b""))
        coming: Iterator[Any] = iter(())
        if sound is not None:
            coming = sound_packets(Path(plan.sound), sound, plan.sound_starts, frames / plan.fps)
        waiting = next(coming, None)
        for index in range(segments):
            yield Progress(index, segments, f"writing {Path(plan.output).name}")
            for packet in placed_packets(plan, index, delay):
                while waiting is not None and time_of(waiting) <= packet.dts / plan.fps:
                    container.mux_one(waiting)
                    waiting = next(coming, None)
                packet.stream = video
                container.mux_one(packet)
        while waiting is not None:
            container.mux_one(waiting)
            waiting = next(coming, None)


def placed_packets(plan: Plan, index: int, delay: int) -> Iterator[Any]:
    """The packets of a segment at their place in the video.

    Times of decoding are counted here: some encoders give wrong ones for a segment of one or two frames.
    """
    begin = plan.frames_of(index).start
    for packet in packets_of(plan.segment_path(index)):
        packet.pts += begin
        packet.dts += begin - delay
        packet.time_base = 1 / plan.fps
        yield packet


def check_segments(plan: Plan, segments: int, head: bytes) -> int:
    """The delay of decoding; VisagistError where another encoder made a segment than writes the file's header now."""
    delay = 0
    for index in range(segments):
        path = plan.segment_path(index)
        held = read_index(path)
        if held.head != head:
            raise VisagistError(
                f"{path}: this part was encoded by another version of the encoder; discard the render and begin anew"
            )
        delay = max(delay, held.delay)
    return delay


def time_of(packet: Any) -> Fraction:
    return Fraction((packet.dts if packet.dts is not None else packet.pts) * packet.time_base)


def tags_of(plan: Plan, form: str, xmp: bytes) -> dict[str, str]:
    """What players show."""
    words = words_of(plan)
    tags = {"title": Path(plan.output).stem, "comment": words, "description": words}
    if form in ("matroska", "webm"):
        tags |= {TAG: xmp.decode(), "DIGITAL_SOURCE_TYPE": SYNTHETIC}
    return tags
