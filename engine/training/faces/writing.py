"""Faces by the thousand: a job that draws a data set into a folder or an archive, and can be stopped at any time."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import shutil
import signal
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.paths import make_folder, plain_words, write_atomically
from engine.training.faces.face import SEEDS, check_side, face
from engine.training.faces.labels import Label, Made, made_in, name_of, read_label, to_csv, to_json, to_png

MOST = 1_000_000
MOST_PROCESSES = 256
LARGEST_PNG = 2**24  # bytes
LISTING, TABLE = "dataset.json", "labels.csv"
DATED = (2020, 1, 1, 0, 0, 0)  # of archive members: equal faces give equal archives


@dataclass(frozen=True)
class Drawn:
    """pictures in the data set now, and how many of them this job drew."""

    output: Path
    pictures: int
    new: int


def render_faces(
    output: Path, count: int, side: int, seed: int = 0, *, start: int = 0, step: int = 1, processes: int = 1
) -> Job[Drawn]:
    """Draw faces start, start + step ... below count into a folder, or into an archive where output ends in .zip.

    Face i depends on seed and i alone. What is there already is kept, so that a job that was stopped goes on, and
    parts drawn elsewhere (with another start) can be copied together. VisagistError for arguments that cannot be, and
    for an output that holds something else.
    """
    check_arguments(count, side, seed, start, step, processes)
    made = Made(seed, side)
    folder = open_output(output, made)
    wanted = range(start, count, step)
    kept = yield from read_present(folder, made)
    missing = [index for index in wanted if index not in kept]
    yield Progress(len(wanted) - len(missing), len(wanted), "drawing faces")
    for done, (index, content) in enumerate(drawn(missing, made, processes), 1):
        path = folder / name_of(index)
        make_folder(path.parent)
        write_atomically(path, content)
        yield Progress(len(wanted) - len(missing) + done, len(wanted), "drawing faces")
    labels = (yield from read_present(folder, made)) if missing else kept
    in_order = [labels[index] for index in sorted(labels)]
    write_atomically(folder / TABLE, to_csv(in_order))
    write_atomically(folder / LISTING, to_json(in_order, made))
    if folder != output:
        yield Progress(0, 0, "packing the archive")
        write_atomically(output, lambda file: pack(folder, [name_of(label.index) for label in in_order], file))
        shutil.rmtree(folder)
    return Drawn(output, len(in_order), len(missing))


def check_arguments(count: int, side: int, seed: int, start: int, step: int, processes: int) -> None:
    check_side(side)
    if not 1 <= count <= MOST:
        raise VisagistError(f"a data set has 1 to {MOST} faces, not {count}")
    if not 0 <= seed < SEEDS:
        raise VisagistError(f"the seed of a data set is a whole number from 0 to 2^63 - 1, not {seed}")
    if not 0 <= start < count:
        raise VisagistError(f"the first face is one of 0 to {count - 1}, not {start}")
    if step < 1:
        raise VisagistError(f"the step from face to face is 1 or more, not {step}")
    if not 1 <= processes <= MOST_PROCESSES:
        raise VisagistError(f"processes are 1 to {MOST_PROCESSES}, not {processes}")


def open_output(output: Path, made: Made) -> Path:
    """The folder to draw into: the output itself, or one beside an archive that takes its pictures in first."""
    archive = output.suffix.lower() == ".zip"
    folder = output.with_name(output.name + ".parts") if archive else output
    with plain_words(output):
        return prepare(output, folder, made, archive=archive)


def prepare(output: Path, folder: Path, made: Made, *, archive: bool) -> Path:
    if output.exists() and output.is_dir() == archive:
        wrong = "is a folder, so leave .zip off its name" if archive else "is a file, so name a folder or a .zip"
        raise VisagistError(f"{output} {wrong}")
    if archive and output.exists():
        unpack(output, folder)
    make_folder(folder)
    listing = folder / LISTING
    if not listing.exists():
        if any(folder.iterdir()):
            raise VisagistError(f"{output} holds something else than faces of this command; choose another name")
        write_atomically(listing, to_json(None, made))
    there = made_in(listing)
    if there is None:
        raise VisagistError(f"{output} holds another data set; choose another name")
    if there != made:
        raise VisagistError(
            f"{output} holds faces of seed {there.seed} with {there.side} px (renderer {there.renderer}), not of seed "
            f"{made.seed} with {made.side} px (renderer {made.renderer}); choose another name"
        )
    return folder


def unpack(archive: Path, folder: Path) -> None:
    """Take in what an archive of ours holds; members of any other name are left."""
    try:
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                path = folder / member.filename
                ours = member.filename == member_name(member.filename) and member.file_size <= LARGEST_PNG
                if (ours or member.filename == LISTING) and not path.exists():
                    make_folder(path.parent)
                    write_atomically(path, packed.read(member))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise VisagistError(f"{archive} cannot be read ({error}); move it away, or choose another name") from error


def member_name(name: str) -> str:
    """The name that our picture of this number has; '' where no number can be read."""
    digits = name.removesuffix(".png")[-8:]
    return name_of(int(digits)) if digits.isascii() and digits.isdecimal() else ""


def read_present(folder: Path, made: Made) -> Job[dict[int, Label]]:
    """The labels of all whole pictures of this data set in the folder, by their numbers."""
    found: dict[int, Label] = {}
    for path in sorted(folder.glob("?????/img????????.png")):
        label = read_label(path, made)
        if label is not None:
            found[label.index] = label
        yield Progress(len(found), 0, "reading labels")
    return found


def drawn(missing: Sequence[int], made: Made, processes: int) -> Iterator[tuple[int, bytes]]:
    """Pictures as they will lie in files, each when it is done, drawn by so many processes at once."""
    indices = iter(missing)
    # the first one here: kernels are then compiled, once, before any process needs them
    for index in islice(indices, 1 if processes > 1 else None):
        yield index, picture(made, index)
    if processes == 1 or len(missing) < 2:
        return
    with ExitStack() as stack:
        painters = [stack.enter_context(Painter(made)) for _ in range(min(processes, len(missing) - 1))]
        for painter in painters:
            painter.begin(next(indices))
        while painters:
            ready = multiprocessing.connection.wait([painter.line for painter in painters])
            for painter in [painter for painter in painters if painter.line in ready]:
                yield painter.end(processes)
                following = next(indices, None)
                if following is None:
                    painters.remove(painter)
                else:
                    painter.begin(following)


class Painter:
    """A process that draws the faces whose numbers it is told, one at a time.

    It ends when its line does, so also when the one that asked is killed. A pool of the standard library hangs where a
    process of it is killed while another one starts.
    """

    def __init__(self, made: Made) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.line, other = spawn.Pipe()
        self.index = -1
        self.process = spawn.Process(target=paint, args=(made, other), daemon=True)
        with other:
            self.process.start()

    def begin(self, index: int) -> None:
        self.index = index
        with suppress(BrokenPipeError):  # of a process that was ended, which `end` tells
            self.line.send(index)

    def end(self, processes: int) -> tuple[int, bytes]:
        try:
            return self.index, self.line.recv_bytes()
        except (EOFError, ConnectionResetError) as error:
            raise VisagistError(
                f"one of {processes} processes that draw was ended from outside, perhaps for want of memory; "
                "what is drawn is kept, so try again with fewer"
            ) from error

    def __enter__(self) -> Painter:
        return self

    def __exit__(self, *reason: object) -> None:
        self.line.close()
        self.process.terminate()
        self.process.join()


def paint(made: Made, line: Connection) -> None:
    """What such a process does; Ctrl-C is left to the one that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            line.send_bytes(picture(made, line.recv()))


def picture(made: Made, index: int) -> bytes:
    """One face as a PNG with its label."""
    pixels, attributes = face(made.seed, index, made.side)
    return to_png(pixels, Label(made, index, attributes))


def pack(folder: Path, names: Sequence[str], file: BinaryIO) -> None:
    """An archive of the pictures and their labels; pictures are compressed already."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name in (LISTING, TABLE, *names):
            how = zipfile.ZIP_DEFLATED if name in (LISTING, TABLE) else zipfile.ZIP_STORED
            member = zipfile.ZipInfo(name, DATED)
            member.external_attr = 0o644 << 16
            packed.writestr(member, (folder / name).read_bytes(), how)
