"""The growth of a network as a film that every editor opens: H.264 in MP4, at a steady rate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from engine.export.credentials import sign_file
from engine.export.provenance import synthetic_xmp
from engine.export.video.encoding import Settings, import_av, plain_errors, set_up, to_video_frame
from engine.export.video.marks import append_xmp
from engine.export.video.presets import find_preset
from engine.paths import whole_file

FPS = 30


def write_film(frames: Sequence[Image.Image], times: Sequence[int], path: Path, said: str) -> None:
    """Write frames of one size, each for so many milliseconds. VisagistError where the encoder is missing."""
    av = import_av()
    codec = find_preset("h264", path).codec
    assert codec is not None
    width, height = (side + side % codec.step for side in frames[0].size)
    settings = Settings(codec, "best", width, height, Fraction(FPS), os.cpu_count() or 1)
    with plain_errors(path, "film"), whole_file(path) as part:
        with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata.update({"title": path.stem, "comment": said, "description": said})
            stream = container.add_stream(codec.name, rate=settings.fps)
            set_up(stream.codec_context, settings)
            number = 0
            for picture, time in zip(frames, times, strict=True):
                frame = to_video_frame(pixels_of(picture.resize((width, height))), codec)
                for _ in range(max(1, round(time * FPS / 1000))):
                    frame.pts, frame.time_base = number, 1 / settings.fps
                    container.mux(stream.encode(frame))
                    number += 1
            container.mux(stream.encode(None))
        append_xmp(part, "mp4", synthetic_xmp(said))
        sign_file(part, path.suffix, said)


def pixels_of(picture: Image.Image) -> np.ndarray:
    """BGRX uint8 [H, W, 4]."""
    return np.dstack([np.asarray(picture)[..., ::-1], np.full(picture.size[::-1], 255, np.uint8)]).copy()
