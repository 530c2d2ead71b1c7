"""Lossless segments to GIF, APNG and WebP that loop for ever: what has no packets that could be joined."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.errors import VisagistError
from engine.export.video.encoding import import_av, plain_errors
from engine.export.video.plan import Plan
from engine.export.video.segments import packets_of, read_index
from engine.job import Job, Progress

LOOKED_AT = 64  # frames that the colours of a GIF are chosen from
FASTEST_GIF = 50  # frames a second; players slow faster ones down


def check_loop(preset: str, fps: Fraction) -> None:
    """VisagistError for a rate that the format cannot show."""
    if preset == "gif" and fps > FASTEST_GIF:
        raise VisagistError(
            f"a GIF has at most {FASTEST_GIF} frames a second, not {float(fps):g}; choose fewer, or webp"
        )


def write_loop(plan: Plan, segments: int, part: Path, form: str) -> Job[None]:
    """Encode all frames of the segments into one file."""
    options = plan.form.loop[plan.quality]
    with plain_errors(plan.output):
        if form == "gif":
            yield from write_gif(plan, segments, part, options)
        else:
            codec, pixels = {"apng": ("apng", "rgb24"), "webp": ("libwebp", "bgra")}[form]
            loop = {"apng": {"plays": "0"}, "webp": {"loop": "0"}}[form]
            yield from write_plain(plan, segments, part, form, codec, pixels, options, loop)


def write_plain(
    plan: Plan, segments: int, part: Path, form: str, codec: str, pixels: str, options: dict[str, str],
    loop: dict[str, str],
) -> Job[None]:  # fmt: skip
    """Frames one after the other through an encoder that keeps all colours."""
    av = import_av()
    with av.open(str(part), "w", format=form, options=loop) as container:
        stream = container.add_stream(codec, rate=plan.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, pixels
        stream.time_base = stream.codec_context.time_base = 1 / plan.fps
        for number, frame in enumerate(lossless_frames(plan, segments)):
            yield progress_of(plan, segments, number)
            made = frame.reformat(format=pixels)
            made.pts, made.time_base = number, 1 / plan.fps
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))


def write_gif(plan: Plan, segments: int, part: Path, options: dict[str, str]) -> Job[None]:
    """One palette for the whole, chosen from frames all over it; then every frame in its colours."""
    av = import_av()
    palette = palette_of(plan, segments)
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=plan.width, height=plan.height, format=plan.settings.codec.pixels, time_base=1 / plan.fps
    )
    colours = graph.add_buffer(width=palette.width, height=palette.height, format=palette.format.name,
                               time_base=1 / plan.fps)  # fmt: skip
    use = graph.add("paletteuse", f"dither={options['dither']}")
    sink = graph.add("buffersink")
    source.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    palette.pts, palette.time_base = 0, 1 / plan.fps
    colours.push(palette)
    colours.push(None)
    with av.open(str(part), "w", format="gif", options={"loop": "0"}) as container:
        stream = container.add_stream("gif", rate=plan.fps)
        stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "pal8"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 100)
        for number, frame in enumerate(lossless_frames(plan, segments)):
            yield progress_of(plan, segments, number)
            frame.pts, frame.time_base = number, 1 / plan.fps
            source.push(frame)
            made = sink.pull()
            made.pts, made.time_base = round(number * 100 / plan.fps), Fraction(1, 100)
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))


def palette_of(plan: Plan, segments: int) -> Any:
    """256 colours as a picture, from at most `LOOKED_AT` frames."""
    av = import_av()
    total = plan.frames_of(segments - 1).stop
    chosen = {round(place * (total - 1) / max(min(LOOKED_AT, total) - 1, 1)) for place in range(LOOKED_AT)}
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=plan.width, height=plan.height, format=plan.settings.codec.pixels, time_base=1 / plan.fps
    )
    choose = graph.add("palettegen", "max_colors=256:reserve_transparent=0:stats_mode=full")
    sink = graph.add("buffersink")
    source.link_to(choose)
    choose.link_to(sink)
    graph.configure()
    for number, frame in enumerate(lossless_frames(plan, segments)):
        if number in chosen:
            frame.pts, frame.time_base = number, 1 / plan.fps
            source.push(frame)
    source.push(None)
    return sink.pull()


def lossless_frames(plan: Plan, segments: int) -> Iterator[Any]:
    """The frames of the segments, decoded."""
    av = import_av()
    for index in range(segments):
        path = plan.segment_path(index)
        decoder = av.CodecContext.create(plan.settings.codec.name, "r")
        decoder.width, decoder.height = plan.width, plan.height
        if head := read_index(path).head:
            decoder.extradata = head
        decoder.thread_count = plan.threads
        for packet in packets_of(path):
            yield from decoder.decode(packet)
        yield from decoder.decode(None)


def progress_of(plan: Plan, segments: int, number: int) -> Progress:
    return Progress(number, plan.frames_of(segments - 1).stop, f"writing {Path(plan.output).name}")
