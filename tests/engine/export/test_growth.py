"""The growth of a network as a moving picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.export.growth import HOLD_MS, MOST, save_growth
from engine.job import finish
from engine.synthetic import SYNTHETIC


@dataclass(frozen=True)
class Sheet:
    file: Path
    side: int
    columns: int = 3
    rows: int = 2


def sheet(folder: Path, number: int, side: int) -> Sheet:
    """A sheet of one shade."""
    path = folder / f"{number}.png"
    Image.fromarray(np.full((2 * side, 3 * side, 3), 20 * number, np.uint8)).save(path)
    return Sheet(path, side)


@pytest.fixture
def sheets(tmp_path) -> list[Sheet]:
    return [sheet(tmp_path, number, side) for number, side in enumerate((4, 4, 8, 64))]


@pytest.mark.parametrize("name", ["growth.webp", "growth.gif"])
def test_all_sheets_stand_in_the_picture_at_the_size_of_the_last(sheets, tmp_path, name):
    saved = finish(save_growth(sheets, tmp_path / name, "faces"))
    assert (saved.frames, saved.missing) == (4, 0)
    with Image.open(tmp_path / name) as picture:
        assert picture.n_frames == 4
        assert picture.size == (3 * 64, 2 * 64)
        for number in range(4):
            picture.seek(number)
            assert picture.convert("RGB").getpixel((50, 50)) == pytest.approx((20 * number,) * 3, abs=4)


def test_a_film_shows_each_sheet_in_its_colours_for_its_time_and_holds_the_last(sheets, tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "growth.mp4"
    assert finish(save_growth(sheets, path, "faces")).frames == 4
    with av.open(str(path)) as film:
        shades = [frame.to_ndarray(format="rgb24")[50, 50] for frame in film.decode(video=0)]
        assert film.streams.video[0].average_rate == 30
        assert "Synthetic" in film.metadata["comment"]
    assert len(shades) == 3 * 3 + HOLD_MS * 30 // 1000
    for number, shade in enumerate([shades[0], shades[3], shades[6], shades[-1]]):
        assert shade.tolist() == pytest.approx([20 * number] * 3, abs=3)
    content = path.read_bytes()
    assert SYNTHETIC.encode() in content
    assert content.index(b"moov") < content.index(b"mdat"), "players can begin before they have all of it"


def test_the_last_frame_is_held(sheets, tmp_path):
    finish(save_growth(sheets, tmp_path / "growth.gif"))
    with Image.open(tmp_path / "growth.gif") as picture:
        picture.seek(3)
        assert picture.info["duration"] == HOLD_MS


def test_the_picture_says_that_it_is_synthetic(sheets, tmp_path):
    finish(save_growth(sheets, tmp_path / "growth.webp", "my <run>"))
    assert SYNTHETIC.encode() in (tmp_path / "growth.webp").read_bytes()
    assert b"my &lt;run&gt;" in (tmp_path / "growth.webp").read_bytes()
    finish(save_growth(sheets, tmp_path / "growth.gif"))
    assert b"Synthetic pictures" in (tmp_path / "growth.gif").read_bytes()


def test_a_long_run_is_shortened_and_keeps_its_ends(sheets, tmp_path):
    many = [sheets[0], *(sheets[1 + number % 2] for number in range(3 * MOST)), sheets[3]]
    saved = finish(save_growth(many, tmp_path / "growth.gif"))
    assert saved.frames == MOST
    with Image.open(tmp_path / "growth.gif") as picture:
        assert picture.convert("RGB").getpixel((50, 50)) == (0, 0, 0)
        picture.seek(picture.n_frames - 1)
        assert picture.convert("RGB").getpixel((50, 50)) == pytest.approx((60, 60, 60), abs=4)


def test_sheets_that_are_gone_or_broken_are_left_out_and_counted(sheets, tmp_path):
    sheets[1].file.unlink()
    sheets[2].file.write_bytes(sheets[2].file.read_bytes()[:60])
    saved = finish(save_growth(sheets, tmp_path / "growth.webp"))
    assert (saved.frames, saved.missing) == (2, 2)
    sheets[3].file.unlink()
    with pytest.raises(VisagistError, match="of 4 sheets 1 can be read"):
        finish(save_growth(sheets, tmp_path / "growth.webp"))


def test_another_ending_is_refused(sheets, tmp_path):
    with pytest.raises(VisagistError, match=r"must end in \.webp, \.gif or \.mp4"):
        finish(save_growth(sheets, tmp_path / "growth.avi"))
