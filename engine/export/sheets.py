"""Contact sheets: one recipe after the other in a grid, captioned, on a dark ground."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def check_sheet(count: int, cell: int, columns: int | None) -> None:
    """VisagistError for a sheet that makes no sense or that no memory would hold."""
    if columns is not None and columns < 1:
        raise VisagistError(f"a sheet needs at least 1 column, not {columns}")
    if cell not in CELL_SIZES:
        raise VisagistError(f"a picture on a sheet has {CELL_SIZES[0]} to {CELL_SIZES[-1]} px, not {cell}")
    across = columns_of(count, columns)
    if across * math.ceil(count / across) * cell**2 > PIXEL_LIMIT:
        raise VisagistError(f"a sheet of {count} pictures of {cell} px is too large; choose fewer or smaller ones")


def save_sheet(
    renderer: Renderer, recipes: Sequence[Recipe], path: Path, *, cell: int, columns: int | None = None
) -> Job[list[str]]:
    """Render recipes and save them as one picture that carries all of them.

    cell: side of one picture in pixels; it is rendered at the smallest size that is not smaller, and shrunk where that
    is larger. columns: None chooses a wide sheet. Gives the renderer's notices, each once. Raises VisagistError.
    """
    check_target(path)
    check_sheet(len(recipes), cell, columns)
    across = columns_of(len(recipes), columns)
    gap, caption = max(cell // 32, 2), max(cell // 10, 12)
    rows = math.ceil(len(recipes) / across)
    sheet = Image.new("RGB", (gap + across * (cell + gap), gap + rows * (cell + caption + gap)), GROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(caption * 0.62)
    notices: dict[str, None] = {}
    for index, recipe in enumerate(recipes):
        yield Progress(index, len(recipes), "rendering")
        frame = renderer.render(recipe, cell)
        notices |= {frame.notice: None} if frame.notice else {}
        x = gap + index % across * (cell + gap)
        y = gap + index // across * (cell + caption + gap)
        sheet.paste(fitted(frame, cell), (x, y))
        pen.text((x + cell / 2, y + cell + caption / 2), caption_of(recipe), INK, font, anchor="mm")
    yield Progress(len(recipes), len(recipes), "saving")
    save_picture(sheet, of_frames(frame, recipes, renderer.model.header.title), path)
    return list(notices)


def columns_of(count: int, columns: int | None) -> int:
    """Columns asked for, or about three to two; never more than there are pictures."""
    return min(columns or math.ceil(math.sqrt(count * 1.5)), count)


def fitted(frame: Frame, cell: int) -> Image.Image:
    """The frame's picture at the side of a cell."""
    picture = Image.fromarray(frame.rgb())
    return picture if frame.size == cell else picture.resize((cell, cell), Image.Resampling.LANCZOS)


def caption_of(recipe: Recipe) -> str:
    """The seed, where there is one."""
    return str(recipe.latent.seed) if isinstance(recipe.latent, SeedLatent) else ""
