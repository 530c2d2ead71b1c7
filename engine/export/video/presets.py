"""The kinds of video that can be made: one table for the window, the command line and the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.errors import VisagistError

QUALITIES = ("draft", "good", "best")
Options = dict[str, str]


@dataclass(frozen=True)
class Codec:
    """An encoder of libavcodec. pixels: the format it is given; options: of every quality; tag: four letters in MP4."""

    name: str
    pixels: str
    options: dict[str, Options]
    tag: str = ""

    @property
    def is_yuv(self) -> bool:
        """Whether colours are turned into BT.709."""
        return self.pixels.startswith("yuv")

    @property
    def step(self) -> int:
        """Width and height must be multiples of this."""
        return 2 if "420" in self.pixels else 1

    @property
    def step_across(self) -> int:
        """Width must be a multiple of this."""
        return 2 if "420" in self.pixels or "422" in self.pixels else 1


@dataclass(frozen=True)
class Preset:
    """A kind of video.

    Where a processor both renders and encodes, what an encoder takes is taken from the renderer, so that quick settings
    at a lower factor are chosen: measured on faces of 1024 px, H.264 "superfast" looks better than "medium" at the same
    factor (45.5 dB against 45.1) in a fifth of its time and 1.4 of its size.

    kind: "stream" joins the packets of the segments; "loop" keeps lossless segments and makes the file of them in the
    end; "sequence" is a folder of pictures. suffixes: of the file's name, the usual one first, or of each picture.
    hardware: the encoder of an NVIDIA GPU for the same.
    """

    name: str
    title: str
    kind: Literal["stream", "loop", "sequence"]
    suffixes: tuple[str, ...]
    codec: Codec | None
    hardware: Codec | None = None
    loop: dict[str, Options] = field(default_factory=dict)

    @property
    def sounds(self) -> bool:
        """Whether it can have a sound track."""
        return self.kind == "stream"


def by_quality(draft: Options, good: Options, best: Options, **common: str) -> dict[str, Options]:
    return dict(zip(QUALITIES, (draft | common, good | common, best | common), strict=True))


def crf(*pairs: tuple[str, str], **common: str) -> dict[str, Options]:
    """Options of x264 and x265: speed and constant rate factor."""
    draft, good, best = ({"preset": speed, "crf": factor} for speed, factor in pairs)
    return by_quality(draft, good, best, **common)


def nvenc(name: str, tag: str = "") -> Codec:
    draft, good, best = (
        {"preset": speed, "cq": factor} for speed, factor in (("p3", "28"), ("p5", "20"), ("p7", "14"))
    )
    return Codec(name, "yuv420p", by_quality(draft, good, best, rc="vbr", b="0", tune="hq", bf="0"), tag)


def prores(profile: str, pixels: str) -> Codec:
    """At a fixed quantiser: searching one for every slice takes five times as long and gives less."""
    draft, good, best = ({"global_quality": str(QP2LAMBDA * quantiser)} for quantiser in (4, 2, 1))
    return Codec("prores_ks", pixels, by_quality(draft, good, best, flags="+qscale", profile=profile, vendor="apl0"))


QP2LAMBDA = 118  # libavutil's unit of quality
X265 = "log-level=error:open-gop=0:info=0"
# every frame stands alone, and each slice has a check sum
MASTER = Codec("ffv1", "bgr0", by_quality({}, {}, {}, level="3", g="1", slicecrc="1", coder="0", context="0"))
LOSSLESS = Codec("magicyuv", "gbrp", by_quality({}, {}, {}))  # what loops are made of: a tenth of FFV1's time

TABLE = (
    Preset(
        "h264", "H.264: plays everywhere", "stream", (".mp4", ".mov", ".mkv"),
        Codec("libx264", "yuv420p", crf(("superfast", "26"), ("superfast", "18"), ("superfast", "10"))),
        nvenc("h264_nvenc"),
    ),
    Preset(
        "h265", "H.265: smaller, for newer machines", "stream", (".mp4", ".mov", ".mkv"),
        Codec(
            "libx265", "yuv420p",
            crf(("ultrafast", "24"), ("superfast", "19"), ("fast", "14"), **{"x265-params": X265}), "hvc1",
        ),
        nvenc("hevc_nvenc", "hvc1"),
    ),
    Preset("prores", "ProRes 422 HQ: for editors", "stream", (".mov",), prores("hq", "yuv422p10le")),
    Preset("prores4444", "ProRes 4444: for editors, full colour", "stream", (".mov",), prores("4444", "yuv444p10le")),
    Preset(
        "vp9", "VP9: for web pages", "stream", (".webm", ".mkv", ".mp4"),
        Codec("libvpx-vp9", "yuv420p", by_quality(
            {"crf": "38", "cpu-used": "8"}, {"crf": "22", "cpu-used": "7"}, {"crf": "10", "cpu-used": "6"},
            b="0", deadline="realtime", **{"row-mt": "1"},
        )),
    ),
    Preset(
        "av1", "AV1: the smallest, slow to make", "stream", (".mp4", ".webm", ".mkv"),
        Codec("libsvtav1", "yuv420p10le", by_quality(
            {"crf": "34", "preset": "12"}, {"crf": "26", "preset": "10"}, {"crf": "16", "preset": "8"},
        )),
        nvenc("av1_nvenc"),
    ),
    Preset("ffv1", "FFV1: a lossless master", "stream", (".mkv",), MASTER),
    Preset(
        "gif", "GIF: 256 colours, loops", "loop", (".gif",), LOSSLESS,
        loop=by_quality({"dither": "bayer:bayer_scale=3"}, {"dither": "sierra2_4a"}, {"dither": "floyd_steinberg"}),
    ),
    Preset(
        "apng", "APNG: lossless, loops", "loop", (".apng", ".png"), LOSSLESS,
        loop=by_quality({"pred": "up"}, {"pred": "paeth"}, {"pred": "mixed"}),
    ),
    Preset(
        "webp", "WebP: small, loops", "loop", (".webp",), LOSSLESS,
        loop=by_quality(
            {"quality": "88", "compression_level": "2"}, {"quality": "95"}, {"lossless": "1", "compression_level": "3"}
        ),
    ),
    Preset("png", "a folder of PNG pictures", "sequence", (".png",), None),
    Preset("tiff", "a folder of TIFF pictures", "sequence", (".tif",), None),
)  # fmt: skip
BY_NAME = {preset.name: preset for preset in TABLE}
# what a name alone says
USUAL = {
    ".mp4": "h264", ".mov": "prores", ".mkv": "ffv1", ".webm": "vp9", ".gif": "gif", ".apng": "apng", ".webp": "webp",
}  # fmt: skip
CONTAINERS = {
    ".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm", ".gif": "gif", ".apng": "apng", ".png": "apng",
    ".webp": "webp",
}  # fmt: skip
SOUND = {"mp4": "aac", "mov": "pcm_s16le", "matroska": "pcm_s16le", "webm": "libopus"}


def find_preset(name: str | None, path: Path) -> Preset:
    """The preset of a name, or the usual one of a file's ending; VisagistError where they do not go together."""
    suffix = path.suffix.lower()
    if name is None:
        if suffix not in USUAL:
            raise VisagistError(
                f"{path}: the name must end in one of {', '.join(USUAL)}; for a folder of pictures say --preset png"
            )
        return BY_NAME[USUAL[suffix]]
    if name not in BY_NAME:
        raise VisagistError(f"there is no preset '{name}'; choose one of {', '.join(BY_NAME)}")
    preset = BY_NAME[name]
    if preset.kind != "sequence" and suffix not in preset.suffixes:
        raise VisagistError(f"{path}: a {name} video has a name that ends in {' or '.join(preset.suffixes)}")
    return preset


def check_quality(quality: str) -> None:
    """VisagistError for a word that is none of them."""
    if quality not in QUALITIES:
        raise VisagistError(f"quality is {', '.join(QUALITIES[:-1])} or {QUALITIES[-1]}, not '{quality}'")


def check_sides(codec: Codec, width: int, height: int) -> None:
    """VisagistError for a size that the codec's colour planes cannot be halved at."""
    if width % codec.step_across or height % codec.step:
        even = width - width % codec.step_across, height - height % codec.step
        raise VisagistError(
            f"{width} x {height} has an odd side, and this codec halves its colours; choose {even[0]} x {even[1]}, or "
            "the preset prores4444 or ffv1"
        )
