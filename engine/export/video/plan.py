"""The plan of a render: everything that decides its frames and its file, as JSON beside the finished segments."""

from __future__ import annotations

import math
import shutil
from fractions import Fraction
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.errors import VisagistError
from engine.export.video.encoding import Settings
from engine.export.video.presets import BY_NAME, Codec, Preset, check_quality, find_preset
from engine.export.video.queue import FOLDER
from engine.export.video.segments import SUFFIX, Pictures, read_index
from engine.export.video.shape import Shape
from engine.paths import check_around, check_place, make_folder, plain_words, write_atomically
from engine.recipe_file import read_as

VERSION = 2  # of the plan and of the frames: what another version began is not gone on with
SEGMENT_SECONDS = 2
LOCK = "lock"  # held by the process that renders
LIMIT = 160 * 2**20  # bytes of a plan; a project is at most 128 MB


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """frames: how many; numerator / denominator: frames a second; render: side of the rendered picture in pixels.

    model, device, precision: what renders, so that a render that goes on does so with the same. project: the JSON of
    the project, whose timeline tells the recipe of each frame. private: the finished file does not carry it.
    sound: a file, sound_starts: seconds into the video at which it begins.
    """

    output: str
    preset: str
    quality: str
    frames: int
    numerator: int
    denominator: int
    width: int
    height: int
    crop: bool
    ground: str
    render: int
    model: str
    title: str
    device: str
    precision: str
    threads: int
    project: msgspec.Raw
    hardware: bool = False
    private: bool = False
    sound: str = ""
    sound_starts: float = 0.0
    version: int = VERSION

    @property
    def fps(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    @property
    def form(self) -> Preset:
        return BY_NAME[self.preset]

    @property
    def codec(self) -> Codec | None:
        """The encoder of the segments; None for a folder of pictures."""
        return self.form.hardware if self.hardware else self.form.codec

    @property
    def is_deep(self) -> bool:
        """Whether frames are rendered with 16 bits a colour."""
        return self.codec is not None and self.codec.is_deep

    @property
    def settings(self) -> Settings:
        assert self.codec is not None
        return Settings(self.codec, self.quality, self.width, self.height, self.fps, self.threads)

    @property
    def shape(self) -> Shape:
        return Shape(self.width, self.height, self.crop, self.ground)

    @property
    def segment(self) -> int:
        """Frames of a segment; the last one may be shorter."""
        return max(math.ceil(self.fps * SEGMENT_SECONDS), 1)

    @property
    def segments(self) -> int:
        return -(-self.frames // self.segment)

    @property
    def folder(self) -> Path:
        """Where the finished segments lie until the video is whole."""
        output = Path(self.output)
        return output.with_name(output.name + FOLDER)

    def segment_path(self, index: int) -> Path:
        return self.folder / f"{index:06d}{SUFFIX}"

    def picture_path(self, number: int) -> Path:
        """Of a frame in a folder of pictures."""
        return Path(self.output) / f"{number:06d}{self.form.suffixes[0]}"

    def frames_of(self, index: int) -> range:
        return range(index * self.segment, min((index + 1) * self.segment, self.frames))


def check_fps(fps: Fraction) -> None:
    """VisagistError for a rate that no player shows."""
    if not Fraction(1, 10) <= fps <= 1000:
        raise VisagistError(f"a video has 0.1 to 1000 frames a second, not {float(fps):g}")


def begin(plan: Plan) -> None:
    """Write a new plan; VisagistError where an unfinished render of the same file stands, or it cannot be written."""
    output = Path(plan.output)
    if plan.form.kind == "sequence":
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise VisagistError(f"{output}: a folder of pictures needs a new or an empty folder")
        check_around(output)
    else:
        check_place(output)
    if plan.folder.exists():
        raise VisagistError(
            f"{output}: an unfinished render of it is kept in {plan.folder}; go on with `visagist video --resume -o "
            f"{output}`, or throw it away with `visagist video --discard -o {output}`"
        )
    with plain_words(plan.folder):
        plan.folder.mkdir()
    try:
        write_atomically(plan.folder / "plan.json", msgspec.json.encode(plan))
    except VisagistError:
        shutil.rmtree(plan.folder, ignore_errors=True)  # it would be in the way of the next attempt
        raise
    if plan.form.kind == "sequence":
        make_folder(output)


def read_plan(output: Path) -> Plan:
    """The plan of the unfinished render of a file, wherever its folder was begun.

    VisagistError where there is none or it cannot be followed.
    """
    path = output.with_name(output.name + FOLDER) / "plan.json"
    if not path.is_file():
        raise VisagistError(f"{output}: no unfinished render of it is kept beside it; start one without --resume")
    plan = read_as(path, LIMIT, "plan of a video", plan_from_json)
    find_preset(plan.preset, output)
    return replace(plan, output=str(output.absolute()))


def plan_from_json(text: bytes) -> Plan:
    try:
        plan = msgspec.json.decode(text, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise VisagistError(f"the plan of the video cannot be followed ({error}); discard it and begin anew") from error
    if plan.version != VERSION or plan.preset not in BY_NAME or plan.frames < 1 or plan.denominator < 1:
        raise VisagistError("the plan of the video is of another version of this program; discard it and begin anew")
    check_fps(plan.fps)
    check_quality(plan.quality)
    return plan


def discard(output: Path) -> None:
    """Throw an unfinished render away."""
    folder = output.with_name(output.name + FOLDER)
    if not folder.is_dir():
        raise VisagistError(f"{output}: no unfinished render of it is kept beside it")
    with plain_words(folder):
        shutil.rmtree(folder)


def finished_segments(plan: Plan) -> set[int]:
    """Which segments stand there whole; what a crash left half-written is removed."""
    made: set[int] = set()
    for path in plan.folder.iterdir():
        if path.name.startswith(".visagist-") and path.suffix == ".part":
            path.unlink(missing_ok=True)
        elif path.suffix == SUFFIX and is_whole(plan, path):
            made.add(int(path.stem))
    return made


def is_whole(plan: Plan, path: Path) -> bool:
    """Whether a segment holds the frames that it should."""
    index = int(path.stem) if path.stem.isdecimal() else -1
    if not 0 <= index < plan.segments:
        return False
    frames = plan.frames_of(index)
    try:
        if plan.form.kind == "sequence":
            held = msgspec.json.decode(path.read_bytes(), type=Pictures).frames
            return held == len(frames) and all(plan.picture_path(number).is_file() for number in frames)
        return read_index(path).frames == len(frames)
    except (VisagistError, msgspec.DecodeError):
        return False
