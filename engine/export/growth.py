"""The growth of a network as a moving picture: its sheets of fixed latents one after the other, as MP4, WebP or GIF."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from engine.errors import VisagistError
from engine.export.credentials import signed
from engine.export.provenance import PROGRAM, synthetic_xmp
from engine.job import Job, Progress
from engine.paths import write_atomically

SUFFIXES = {".webp": "WebP", ".gif": "GIF", ".mp4": "MP4"}
FRAME_MS, HOLD_MS = 100, 2500
MOST = 120  # frames
LARGEST = 768  # px of a frame
SMALLEST_TILE = 48
PIXELATED = 32  # smaller tiles are enlarged as the pixels that they are


class SheetFile(Protocol):
    """A picture of `columns` x `rows` tiles of `side` px."""

    @property
    def file(self) -> Path: ...
    @property
    def side(self) -> int: ...
    @property
    def columns(self) -> int: ...
    @property
    def rows(self) -> int: ...


@dataclass(frozen=True)
class Saved:
    """frames: that were written; missing: sheets that could not be read and were left out."""

    frames: int
    missing: int


def save_growth(sheets: Sequence[SheetFile], path: Path, name: str = "") -> Job[Saved]:
    """Save sheets of one run as a moving picture, at most `MOST` of them evenly chosen, the last one held.

    name: of the run. Raises VisagistError for a path that cannot be written, or where fewer than two can be read.
    """
    write = writer_of(path)
    chosen = evenly(sheets, MOST)
    frames: list[Image.Image] = []
    for number, sheet in enumerate(chosen):
        yield Progress(number, len(chosen), "reading sheets")
        picture = read_sheet(sheet)
        if picture is not None:
            frames.append(picture.resize(size_of(sheets[-1]), filter_of(sheet)))
    if len(frames) < 2:
        raise VisagistError(f"of {len(sheets)} sheets {len(frames)} can be read; a moving picture needs two at least")
    yield Progress(len(chosen), len(chosen), f"writing {path.name}")
    said = f"Synthetic pictures: how the network {name or 'of a run'} learned, made by {PROGRAM}. They show nobody."
    write(frames, path, said)
    return Saved(len(frames), len(chosen) - len(frames))


def writer_of(path: Path) -> Callable[[list[Image.Image], Path, str], None]:
    """What writes a file of this name; VisagistError where nothing does."""
    writers = {".webp": write_webp, ".gif": write_gif, ".mp4": write_mp4}
    if path.suffix.lower() not in writers:
        *first, last = SUFFIXES
        raise VisagistError(f"{path}: the name of a moving picture must end in {', '.join(first)} or {last}")
    return writers[path.suffix.lower()]


def evenly(sheets: Sequence[SheetFile], most: int) -> list[SheetFile]:
    """At most so many, the first and the last among them."""
    if len(sheets) <= most:
        return list(sheets)
    return [sheets[round(place * (len(sheets) - 1) / (most - 1))] for place in range(most)]


def read_sheet(sheet: SheetFile) -> Image.Image | None:
    """The picture; None where it is missing, broken, or of another size than told."""
    try:
        with Image.open(sheet.file, formats=("PNG",)) as picture:
            if picture.size != (sheet.columns * sheet.side, sheet.rows * sheet.side):
                return None
            return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError):  # what Pillow says of a broken file
        return None


def size_of(sheet: SheetFile) -> tuple[int, int]:
    """Of every frame: that of the last sheet, where it is neither tiny nor huge."""
    tile = max(sheet.side, SMALLEST_TILE)
    tile = min(tile, max(LARGEST // max(sheet.columns, sheet.rows), 1))
    return sheet.columns * tile, sheet.rows * tile


def filter_of(sheet: SheetFile) -> Image.Resampling:
    """Low resolutions are seen as what they are."""
    return Image.Resampling.NEAREST if sheet.side < PIXELATED else Image.Resampling.LANCZOS


def times(frames: Sequence[Image.Image]) -> list[int]:
    """Milliseconds of each frame."""
    return [*(FRAME_MS for _ in frames[1:]), HOLD_MS]


def write_webp(frames: list[Image.Image], path: Path, said: str) -> None:
    """The file says that the pictures are synthetic, as the others do."""
    file = io.BytesIO()
    frames[0].save(
        file, "WEBP", save_all=True, append_images=frames[1:], duration=times(frames), quality=88, method=2,
        xmp=synthetic_xmp(said),
    )  # fmt: skip
    write_atomically(path, signed(file.getvalue(), path.suffix, said))


def write_gif(frames: list[Image.Image], path: Path, said: str) -> None:
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=times(frames), loop=0, comment=said.encode()
    )
    write_atomically(path, signed(file.getvalue(), path.suffix, said))


def write_mp4(frames: list[Image.Image], path: Path, said: str) -> None:
    from engine.export.growth_film import write_film  # needs an optional package

    write_film(frames, times(frames), path, said)
