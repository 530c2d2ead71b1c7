"""The frames of a video as pictures. PyAV is an optional extra and imported when a video is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.training.building.decode import PIXEL_LIMIT, Colour, Decoded
from engine.training.building.kinds import Refusal, SourceError
from engine.training.building.sources import Item, Source

if TYPE_CHECKING:
    import av

HIGH = 720  # lines from which untagged video is BT.709 by custom, and BT.601 below
UNTAGGED = 2  # ITU-T H.273, table 4
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class Pick:
    """Which frames: every so many, or so many a second."""

    every: int = 0
    rate: float = 0.0

    def __post_init__(self) -> None:
        if self.every < 0 or not 0 <= self.rate <= 1000:
            raise SourceError("frames are taken every 1 or more, or 0.001 to 1000 a second")
        if self.every and self.rate:
            raise SourceError("take every Nth frame or so many a second, not both")


class Video(Source):
    """A video file; without a choice one frame a second is taken."""

    def __init__(self, path: Path, pick: Pick) -> None:
        try:
            import av
        except ImportError as error:
            raise SourceError(
                f"{path}: frames of a video need the package av; install it with: pip install 'visagist[video]'"
            ) from error
        self.errors: tuple[type[Exception], ...] = (av.FFmpegError, ValueError)
        try:
            self.container = av.open(str(path))
        except (*self.errors, OSError) as error:
            raise SourceError(f"{path} is no folder, no zip and no video that can be read ({error})") from error
        if not self.container.streams.video:
            self.container.close()
            raise SourceError(f"{path} has no pictures in it: it holds sound alone")
        self.stream = self.container.streams.video[0]
        self.stream.codec_context.thread_type = "AUTO"
        self.pick = pick if pick.every else Pick(rate=pick.rate or 1.0)
        self.title = path.name
        self.fingerprint = hashlib.sha256(f"{path.name}\n{path.stat().st_size}\n{self.pick}".encode()).hexdigest()
        self.total = self.estimate()

    def estimate(self) -> int:
        """How many frames will be taken, by what the file says of itself."""
        if self.pick.every:
            return -(-self.stream.frames // self.pick.every)
        length = self.stream.duration and self.stream.time_base and self.stream.duration * self.stream.time_base
        return int(length * Fraction(self.pick.rate)) if length else 0

    def items(self, start: int) -> Iterator[Item]:
        """Frames in the order of their time; a break in the file is one bad item and the end."""
        taken = 0
        number = -1
        try:
            for number, frame in enumerate(self.container.decode(self.stream)):
                if not self.is_due(number, frame, taken):
                    continue
                taken += 1
                if taken > start:
                    yield Item(f"{self.title} frame {number:06d}", loader(frame, self.stream.sample_aspect_ratio))
        except self.errors as error:
            if taken >= start:
                yield Item(
                    f"{self.title} frame {number + 1:06d}", broken(f"the video is damaged from here on ({error})")
                )

    def is_due(self, number: int, frame: av.VideoFrame, taken: int) -> bool:
        """Whether the next picture to take is this frame or lies before it."""
        if self.pick.every:
            return number % self.pick.every == 0
        time = frame.time
        if time is None:
            time = number / float(self.stream.average_rate or 25)
        first = float((self.stream.start_time or 0) * (self.stream.time_base or 0))
        return (time - first) * self.pick.rate >= taken - 1e-6

    def close(self) -> None:
        self.container.close()


def loader(frame: av.VideoFrame, aspect: Fraction | None) -> Callable[[int, Colour], Decoded]:
    """aspect: width of a pixel over its height."""

    def load(side: int, background: Colour) -> Decoded:
        width, height = round(frame.width * (aspect or 1)), frame.height
        if not 0 < width * height <= PIXEL_LIMIT:
            raise Refusal(f"{width} x {height} pixels are more than memory should hold")
        image = Image.fromarray(rgb_of(frame))
        if image.width != width:
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        turn = TURNS.get(frame.rotation % 360)
        if turn is None:
            return Decoded(image, image.size)
        upright = image.transpose(turn)
        return Decoded(upright, upright.size, ("turned upright",))

    return load


def broken(reason: str) -> Callable[[int, Colour], Decoded]:
    def load(side: int, background: Colour) -> Decoded:
        raise Refusal(reason)

    return load


def rgb_of(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """uint8 [H, W, 3]; swscale takes untagged video for BT.601, which is wrong for large ones."""
    from av.video.reformatter import Colorspace, Interpolation

    untagged = int(frame.colorspace) == UNTAGGED
    matrix = Colorspace.ITU709 if untagged and frame.height >= HIGH else None
    exact = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
    picture = frame.reformat(format="rgb24", src_colorspace=matrix, interpolation=exact, threads=1)
    return np.ascontiguousarray(picture.to_ndarray())
