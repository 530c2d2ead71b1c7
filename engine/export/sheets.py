"""Contact sheets: one picture after the other in a grid, captioned, on a dark ground."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.errors import VisagistError
from engine.export.images import check_target, save_picture
from engine.export.provenance import of_frames
from engine.frame import Frame
from engine.job import Job, Progress
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer

GROUND = "#131417"
INK = "#A6A9AF"
CELL_SIZES = range(16, 4097)
PIXEL_LIMIT = 2**28  # 0.8 GB of RGB


def save_sheet(
    renderer: Renderer,
    recipes: Sequence[Recipe],
    path: Path,
    *,
    cell: int,
    columns: int | None = None,
    captions: Sequence[str] | None = None,
    private: bool = False,
) -> Job[list[str]]:
    """Render recipes and save them as one picture that carries all of them.

    cell: side of one picture in pixels; it is rendered at the smallest size that is not smaller, and shrunk where that
    is larger. columns: None chooses a wide sheet. captions: None writes the seeds, unless private, which leaves
    the recipes out, too. Gives the renderer's notices, each once. Raises VisagistError.
    """
    frames = (renderer.render(recipe, cell) for recipe in recipes)
    title = renderer.model.header.title
    return save_frames(frames, recipes, path, title, cell=cell, columns=columns, captions=captions, private=private)


def save_frames(
    frames: Iterable[Frame],
    recipes: Sequence[Recipe],
    path: Path,
    title: str,
    *,
    cell: int,
    columns: int | None = None,
    captions: Sequence[str] | None = None,
    private: bool = False,
) -> Job[list[str]]:
    """As `save_sheet`, from the frames of the recipes; title: of their model."""
    check_target(path)
    check_sheet(len(recipes), cell, columns)
    sheet = Sheet(grid_of(len(recipes), cell, columns))
    notices: dict[str, None] = {}
    coming = iter(frames)
    for index, recipe in enumerate(recipes):
        yield Progress(index, len(recipes), "rendering")
        frame = next(coming)
        notices |= {frame.notice: None} if frame.notice else {}
        place = index % sheet.grid.across, index // sheet.grid.across
        sheet.put(frame, *place)
        if captions is not None or not private:
            sheet.write(caption_of(recipe) if captions is None else captions[index], *place)
    yield Progress(len(recipes), len(recipes), "saving")
    save_picture(sheet.picture, of_frames(frame, [] if private else recipes, title), path)
    return list(notices)


def check_sheet(count: int, cell: int, columns: int | None) -> None:
    """VisagistError for a sheet that makes no sense or that no memory would hold."""
    if columns is not None and columns < 1:
        raise VisagistError(f"a sheet needs at least 1 column, not {columns}")
    if cell not in CELL_SIZES:
        raise VisagistError(f"a picture on a sheet has {CELL_SIZES[0]} to {CELL_SIZES[-1]} px, not {cell}")
    grid = grid_of(count, cell, columns)
    if grid.across * grid.down * cell**2 > PIXEL_LIMIT:
        raise VisagistError(f"a sheet of {count} pictures of {cell} px is too large; choose fewer or smaller ones")


@dataclass(frozen=True)
class Grid:
    """Where the pictures of a sheet lie: so many across and down, `cell` pixels a side, a line of text under each."""

    across: int
    down: int
    cell: int

    @property
    def gap(self) -> int:
        """Pixels between the pictures."""
        return max(self.cell // 32, 2)

    @property
    def caption(self) -> int:
        """Height of a line of text in pixels."""
        return max(self.cell // 10, 12)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet in pixels."""
        return self.corner(self.across, self.down)

    def corner(self, column: int, row: int) -> tuple[int, int]:
        """The upper left corner of a picture in pixels."""
        return (
            self.gap + column * (self.cell + self.gap),
            self.gap + row * (self.cell + self.caption + self.gap),
        )


def grid_of(count: int, cell: int, columns: int | None) -> Grid:
    """Columns asked for, or about three to two; never more than there are pictures."""
    across = min(columns or math.ceil(math.sqrt(count * 1.5)), count)
    return Grid(across, math.ceil(count / across), cell)


class Sheet:
    """A sheet while it is made; footer: room for so many more lines of text."""

    def __init__(self, grid: Grid, footer: int = 0) -> None:
        self.grid = grid
        width, height = grid.size
        self.picture = Image.new("RGB", (width, height + footer * (grid.caption + grid.gap)), GROUND)
        self.pen = ImageDraw.Draw(self.picture)
        self.font = ImageFont.load_default(grid.caption * 0.62)

    def put(self, frame: Frame, column: int, row: int) -> None:
        """A picture in its place."""
        self.picture.paste(fitted(frame, self.grid.cell), self.grid.corner(column, row))

    def write(self, text: str, column: int, row: int) -> None:
        """The line of text under a picture."""
        x, y = self.grid.corner(column, row)
        self.pen.text(
            (x + self.grid.cell / 2, y + self.grid.cell + self.grid.caption / 2), text, INK, self.font, anchor="mm"
        )

    def write_footer(self, text: str) -> None:
        """A line below everything."""
        x, y = self.grid.corner(0, self.grid.down)
        self.pen.text((x, y + self.grid.caption / 2), text, INK, self.font, anchor="lm")


def fitted(frame: Frame, cell: int) -> Image.Image:
    """The frame's picture at the side of a cell."""
    picture = Image.fromarray(frame.rgb())
    return picture if frame.size == cell else picture.resize((cell, cell), Image.Resampling.LANCZOS)


def caption_of(recipe: Recipe) -> str:
    """The seed, where there is one."""
    return str(recipe.latent.seed) if isinstance(recipe.latent, SeedLatent) else ""
