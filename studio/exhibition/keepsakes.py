"""What a show keeps for bad times, in a folder of its own: its last good picture, and a short film of its pictures."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from engine.paths import cache_dir, make_folder, write_atomically

LAST, FILM, GATHERED = "last.jpg", "film", "film.new"
FRAMES, FRAME_S = 40, 1.0  # of the film, one a beat
QUALITY = 90
STALE_S = 86400.0  # age of a film that is made anew


def folder_of(show: Path) -> Path:
    """Where the keepsakes of a show lie; the same for the same file."""
    whole = hashlib.sha256(os.fsencode(show.resolve())).hexdigest()
    return cache_dir() / "exhibit" / f"{show.stem[:40]}-{whole[:12]}"


def jpeg(image: QImage) -> bytes:
    """A picture for a file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", QUALITY)
    return content.data()


def keep_last(folder: Path, image: QImage) -> None:
    """OSError and VisagistError where the disk does not take it; what was there stays."""
    make_folder(folder)
    write_atomically(folder / LAST, jpeg(image))


def last_picture(folder: Path) -> QImage:
    """A null image where there is none."""
    return QImage(str(folder / LAST))


def needs_film(folder: Path) -> bool:
    """Whether there is none, or it is a day old."""
    try:
        return time.time() - (folder / FILM).stat().st_mtime > STALE_S
    except OSError:
        return True


def keep_frame(folder: Path, number: int, image: QImage) -> None:
    """A frame of the next film; with the last one it takes the place of the old."""
    gathered = folder / GATHERED
    if number == 0:
        shutil.rmtree(gathered, ignore_errors=True)
    make_folder(gathered)
    write_atomically(gathered / f"{number:02}.jpg", jpeg(image))
    if number == FRAMES - 1:
        shutil.rmtree(folder / FILM, ignore_errors=True)
        os.replace(gathered, folder / FILM)


def film(folder: Path) -> list[Path]:
    """The frames of the film, in their order; none where there is no film."""
    return sorted((folder / FILM).glob("*.jpg"))


def film_at(frames: int, seconds: float) -> tuple[int, int, float]:
    """Two frames and the weight of the second, going through the film to and fro for ever."""
    way = max(frames - 1, 1)
    place = (seconds / FRAME_S) % (2 * way)
    place = min(place, 2 * way - place)
    first = min(int(place), frames - 1)
    return first, min(first + 1, frames - 1), place - int(place)
