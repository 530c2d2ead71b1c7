"""Pixels to packets: encoders of libavcodec, set up alike every time. PyAV is an optional extra, imported late."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import VisagistError
from engine.export.video.presets import Codec

BT709, SRGB, RGB = 1, 13, 0  # ITU-T H.273: primaries and matrix; transfer; matrix
LIMITED, FULL = 1, 2  # libavutil's colour ranges


@dataclass(frozen=True)
class Settings:
    """What an encoder is set up with: equal settings give equal headers, so that packets of several can be joined."""

    codec: Codec
    quality: str
    width: int
    height: int
    fps: Fraction
    threads: int


def import_av() -> ModuleType:
    """PyAV; VisagistError where it is not installed."""
    os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder writes its settings to stderr otherwise
    try:
        import av
    except ImportError as error:
        raise VisagistError("videos need the package av; install it with: pip install 'visagist[video]'") from error
    module: ModuleType = av
    return module


@contextmanager
def plain_errors(output: str | Path, what: str = "file") -> Iterator[None]:
    """libav's errors while a file is put together: OSError where the system is to blame, VisagistError for the rest."""
    av = import_av()
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno and error.errno < 1000:  # libav's own codes lie beyond
            raise OSError(error.errno, error.strerror) from error
        raise VisagistError(f"{output}: the {what} cannot be put together ({error})") from error


def set_up(context: Any, settings: Settings) -> None:
    """Give a codec context all it needs but for being opened."""
    from av.codec.context import Flags

    codec = settings.codec
    context.width, context.height, context.pix_fmt = settings.width, settings.height, codec.pixels
    context.time_base, context.framerate = 1 / settings.fps, settings.fps
    context.thread_count = settings.threads
    context.gop_size = 10_000  # a segment begins with a key frame, and needs no other
    context.options = codec.options[settings.quality]
    context.flags |= Flags.global_header
    if codec.tag:
        context.codec_tag = codec.tag
    if codec.is_yuv:
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED
    else:
        context.colorspace, context.color_primaries, context.color_trc = RGB, BT709, SRGB
        context.color_range = FULL


def open_encoder(settings: Settings) -> Any:
    """An open codec context; VisagistError where this build or machine has it not."""
    av = import_av()
    name = settings.codec.name
    try:
        context = av.CodecContext.create(name, "w")
        set_up(context, settings)
        context.open()
    except (av.FFmpegError, ValueError) as error:
        why = "an NVIDIA GPU with an encoder is needed" if name.endswith("nvenc") else str(error)
        raise VisagistError(
            f"the encoder {name} does not work here ({why}); choose another preset, or leave out --hardware"
        ) from error
    return context


def to_video_frame(pixels: NDArray[Any], codec: Codec, reformatter: Any = None) -> Any:
    """BGRX [H, W, 4], or RGBX of 16 bits, as a frame in the codec's format: BT.709 of limited range where it is YUV.

    reformatter: of av, for many frames of one size; it keeps its tables from one to the next.
    """
    av = import_av()
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    reformatter = reformatter or av.video.reformatter.VideoReformatter()
    exact = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
    form = "rgba64le" if pixels.dtype == np.uint16 else "bgra"
    frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format=form)
    if not codec.is_yuv:
        return reformatter.reformat(frame, format=codec.pixels, interpolation=exact, threads=1)
    frame = reformatter.reformat(
        frame,
        format=codec.pixels,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=exact,
        threads=1,  # more would take the cores from the renderer, and give nothing back
    )
    frame.colorspace = frame.color_primaries = frame.color_trc = BT709
    frame.color_range = LIMITED
    return frame
