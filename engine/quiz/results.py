"""Answers as CSV: written for a person, kept from game to game, and read back. Nothing in it is about anybody."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine.errors import VisagistError
from engine.paths import data_dir, make_folder, plain_words, write_atomically
from engine.quiz.scores import Answer
from engine.quiz.setup import CONTESTS

COLUMNS = ("contest", "pictures", "asked", "given", "right", "seconds", "limit", "tell", "inspector")
MOST_READ = 200_000  # the newest answers that a view looks at
LINE_BYTES = 64  # of an answer, at the most likely


def kept_answers() -> Path:
    """Where the answers of every game on this machine are kept."""
    return data_dir() / "quiz" / "answers.csv"


def to_csv(answers: Sequence[Answer], *, heading: bool = True) -> str:
    """A line an answer, in the order they were given."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if heading:
        writer.writerow(COLUMNS)
    for answer in answers:
        cells = msgspec.structs.asdict(answer) | {"right": int(answer.right), "seconds": f"{answer.seconds:.2f}"}
        writer.writerow(["" if cells[name] is None else cells[name] for name in COLUMNS])
    return text.getvalue()


def save(path: Path, answers: Sequence[Answer]) -> None:
    """Write a CSV file of one game or of all; VisagistError where it cannot be written."""
    write_atomically(path, to_csv(answers).encode())


def keep(path: Path, answers: Sequence[Answer]) -> None:
    """Append a game to what is kept, in one write; VisagistError where it cannot be written."""
    make_folder(path.parent)
    with plain_words(path), path.open("ab") as file:
        file.write(to_csv(answers, heading=file.tell() == 0).encode())
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Answer]:
    """The newest answers of a kept file, none where there is none; a line that was cut short is left out.

    VisagistError for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_READ * LINE_BYTES))
            text = file.read(MOST_READ * LINE_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise VisagistError(f"{path} cannot be read ({error.strerror or error})") from error
    lines = [line.split(",") for line in text.split("\n")]
    return [answer for cells in lines if (answer := answer_of(cells)) is not None]


def answer_of(cells: list[str]) -> Answer | None:
    """One line; None for a heading, for half a line, and for what somebody else wrote."""
    if len(cells) != len(COLUMNS) or cells[0] not in {contest.id for contest in CONTESTS}:
        return None
    found: dict[str, str | None] = dict(zip(COLUMNS, cells, strict=True))
    found.pop("right")
    for name in ("given", "inspector"):
        found[name] = found[name] or None
    try:
        return msgspec.convert(found, Answer, strict=False)
    except msgspec.ValidationError:
        return None
