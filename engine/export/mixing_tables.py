"""Mixing tables as pictures: headers, cells, and which style rows were taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from engine.checks import rows_text
from engine.errors import VisagistError
from engine.export.images import check_target, save_picture
from engine.export.provenance import of_frames
from engine.export.sheets import PIXEL_LIMIT, Grid, Sheet, caption_of
from engine.frame import Frame
from engine.job import Job, Progress
from engine.mixing_table import MixingTable


def check_table(table: MixingTable, cell: int) -> Grid:
    """How large its picture becomes; VisagistError for one that no memory would hold."""
    grid = Grid(len(table.sources) + 1, len(table.destinations) + 1, cell)
    if grid.across * grid.down * cell**2 > PIXEL_LIMIT:
        raise VisagistError(f"a table of this size with pictures of {cell} px is too large; choose smaller ones")
    return grid


def draw_table(table: MixingTable, frames: Sequence[Frame], cell: int, *, captions: bool = True) -> Job[Image.Image]:
    """The table as a picture. frames: of `table.recipes`, in that order; cell: side of one picture in pixels."""
    grid = check_table(table, cell)
    sheet = Sheet(grid, footer=1)
    coming = iter(frames)
    done = 0
    for row, line in enumerate(table.lines):
        for column, recipe in enumerate(line):
            if recipe is None:
                continue
            yield Progress(done, len(frames), "drawing")
            done += 1
            sheet.put(next(coming), column, row)
            if captions and (row == 0 or column == 0):
                sheet.write(caption_of(recipe), column, row)
    sheet.write_footer(f"Style rows {rows_text(table.rows)} of the faces above" if table.rows else "No style rows")
    return sheet.picture


def save_table(
    table: MixingTable, frames: Sequence[Frame], path: Path, title: str, cell: int, *, private: bool = False
) -> Job[None]:
    """Save the table as a picture that carries all its recipes. title: of the model; private: without them.

    Raises VisagistError.
    """
    check_target(path)
    picture = yield from draw_table(table, frames, cell, captions=not private)
    yield Progress(len(frames), len(frames), "saving")
    save_picture(picture, of_frames(frames[0], [] if private else table.recipes, title), path)
