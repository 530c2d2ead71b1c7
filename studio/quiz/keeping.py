"""The jobs about answers: a game's are kept, all of them are read or forgotten, some are saved as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.job import Job, Progress
from engine.paths import plain_words
from engine.quiz.results import keep, kept_answers, read, save
from engine.quiz.scores import Answer


def keeping(answers: Sequence[Answer]) -> Job[None]:
    """Keep the answers of a game."""
    yield Progress(0, 1, "keeping the answers")
    keep(kept_answers(), answers)


def recalling() -> Job[list[Answer]]:
    """All that were kept."""
    yield Progress(0, 1, "reading the answers")
    return read(kept_answers())


def forgetting() -> Job[None]:
    """Keep none of them."""
    yield Progress(0, 1, "forgetting the answers")
    path = kept_answers()
    with plain_words(path):
        path.unlink(missing_ok=True)


def saving(path: Path, answers: Sequence[Answer]) -> Job[Path]:
    """Write answers as a file of a person's own."""
    yield Progress(0, 1, f"saving {path.name}")
    save(path, answers)
    return path
