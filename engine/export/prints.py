"""A picture for paper: so many millimetres, so many dots an inch, transparent around it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from engine.errors import VisagistError
from engine.export.images import save_picture
from engine.export.provenance import of_frames
from engine.frame import Frame

INCH = 25.4  # millimetres
PIXELS = 2**29
SUFFIXES = (".png", ".tif", ".tiff")


@dataclass(frozen=True)
class Paper:
    """width, height, margin in millimetres; dpi: dots an inch."""

    width: float
    height: float
    margin: float = 0.0
    dpi: int = 300

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 5000 or not 1 <= self.height <= 5000:
            raise VisagistError(f"a paper has 1 to 5000 mm a side, not {self.width:g} x {self.height:g}")
        if not 1 <= self.dpi <= 2400:
            raise VisagistError(f"a print has 1 to 2400 dots an inch, not {self.dpi}")
        if not 0 <= self.margin < min(self.width, self.height) / 2:
            raise VisagistError(f"a margin of {self.margin:g} mm leaves nothing of {self.width:g} x {self.height:g} mm")
        if self.pixels[0] * self.pixels[1] > PIXELS:
            raise VisagistError(f"{self.pixels[0]} x {self.pixels[1]} px are too many; choose fewer dots an inch")

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return round(self.width / INCH * self.dpi), round(self.height / INCH * self.dpi)

    @property
    def side(self) -> int:
        """Of the square picture on it, in pixels."""
        return max(round((min(self.width, self.height) - 2 * self.margin) / INCH * self.dpi), 1)


def parse_paper(text: str) -> tuple[float, float]:
    """Millimetres written like 100x150."""
    first, cross, last = text.lower().partition("x")
    try:
        if not cross:
            raise ValueError
        return float(first), float(last)
    except ValueError:
        raise VisagistError(f"a paper is written in millimetres like 100x150, not '{text[:40]}'") from None


def check_print(path: Path) -> None:
    """VisagistError for a name whose format keeps neither transparency nor dots an inch."""
    if path.suffix.lower() not in SUFFIXES:
        raise VisagistError(f"{path}: for paper choose {' or '.join(SUFFIXES[:2])}, which keep transparency and size")


def save_print(frame: Frame, paper: Paper, path: Path, title: str = "", *, private: bool = False) -> None:
    """Save a frame in the middle of a paper. private: without its recipe. Raises VisagistError."""
    check_print(path)
    picture = Image.fromarray(frame.rgb()).resize((paper.side, paper.side), Image.Resampling.LANCZOS)
    sheet = Image.new("RGBA", paper.pixels, (0, 0, 0, 0))
    sheet.paste(picture, ((sheet.width - paper.side) // 2, (sheet.height - paper.side) // 2))
    sheet.info["dpi"] = (paper.dpi, paper.dpi)
    save_picture(sheet, of_frames(frame, [] if private else [frame.recipe], title), path)
