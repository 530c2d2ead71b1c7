"""Jobs of learning by eye, on a copy of the model that they have for themselves: the window's own is rendering."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.answers import Answers
from engine.job import Job, Progress

if TYPE_CHECKING:
    from engine.directions.by_eye import Study
    from engine.directions.learn import Finding


def studying(path: Path) -> Job[Study]:
    """Open the model once more, and map the faces that can be asked about."""
    yield Progress(0, 0, "opening the model")
    from engine.directions.by_eye import study
    from engine.models.model import open_model

    return (yield from study(open_model(path)))


def asking(there: Study, answers: Answers, count: int, page: int) -> Job[tuple[int, ...]]:
    """Seeds of the next faces. page: how many pages there were, so that another one is dealt otherwise."""
    yield Progress(0, 0, "choosing faces")
    from engine.directions.asking import next_faces

    known = {answer.seed: float(answer.stars) for answer in answers.answers if answer.seed < len(there.w)}
    return tuple(next_faces(there.x, known, count, seed=page))


def learning(there: Study, answers: Answers) -> Job[Finding]:
    """The direction of the answers."""
    yield Progress(0, 0, "learning")
    from engine.directions.by_eye import learn_by_eye

    return (yield from learn_by_eye(there, answers))


def exporting_answers(answers: Answers, path: Path) -> Job[int]:
    """Write the answers as a table of labels; how many."""
    yield Progress(0, 1, f"saving {path.name}")
    from engine.directions.by_eye import labels_of
    from engine.directions.labels import write_labels

    write_labels(path, labels_of(answers))
    return len(answers.answers)
