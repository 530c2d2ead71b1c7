"""A direction from the answers of one pair of eyes: some thirty of them, about faces that were hard to tell."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import numpy as np
from torch import Tensor

from engine.answers import FEWEST_STARS, MOST_STARS, Answers
from engine.directions.asking import POOL
from engine.directions.columns import check_labels
from engine.directions.contest import contest, questions_of
from engine.directions.labels import Labels
from engine.directions.learn import Finding, calibrated, said, trial_of
from engine.directions.limits import Limits
from engine.directions.pictures import w_of_seeds
from engine.directions.spaces import spaces
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.model import Model

LONGEST = 1.5  # deviations of w along a direction that one unit may be: few answers tell its length badly
METHOD = "by eye"


@dataclass(frozen=True, eq=False)
class Study:
    """A model with w [POOL, w_dim] of the faces that are asked about, limits once they were needed.

    lock: held by who uses the network; a job that was given up may be at work for a while yet.
    """

    model: Model
    w: Tensor
    limits: Limits
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def x(self) -> Tensor:
        """w about the mean of the pool."""
        return self.w - self.w.mean(0)


def study(model: Model, seed: int = 0) -> Job[Study]:
    """Everything that asking and learning need of a model again and again."""
    w = yield from w_of_seeds(model.generator, range(POOL))
    return Study(model, w, Limits(model, seed))


def labels_of(answers: Answers) -> Labels:
    """The answers as a table of labels; minus and plus alone are 0 and 1."""
    stars = np.array([answer.stars for answer in answers.answers], np.float64)
    if set(stars) <= {FEWEST_STARS, MOST_STARS}:
        stars = (stars - FEWEST_STARS) / (MOST_STARS - FEWEST_STARS)
    seeds = tuple(answer.seed for answer in answers.answers)
    source = "your answers"
    return Labels(seeds, (answers.word,), stars[:, None], np.full(len(seeds), answers.psi), answers.model, source)


def learn_by_eye(there: Study, answers: Answers, seed: int = 0) -> Job[Finding]:
    """The direction of a word, from at least as many answers as any direction needs.

    Its score is told however small it is: faces near the border are hard, and the eye judges the pictures. Raises
    VisagistError for answers that nothing can be learned from, or that w does not tell at all.
    """
    check_labels(labels_of(answers), there.model.hash)
    with there.lock:
        return (yield from learned(there, answers, seed))


def learned(there: Study, answers: Answers, seed: int) -> Job[Finding]:
    """As `learn_by_eye`, from answers that something can be learned of."""
    model, labels = there.model, labels_of(answers)
    w = yield from w_of_seeds(model.generator, labels.seeds)
    x = answers.psi * (w - model.w_mean)
    x = x - x.mean(0)
    scale = float(x.square().mean().sqrt().clamp_min(1e-12))
    places = spaces(model, {"all": tuple(range(model.generator.plan.style_rows))})
    questions = questions_of(labels, seed)
    (answer,) = yield from contest(x / scale, questions, places)
    if answer.slope <= 0:
        raise VisagistError(
            f"'{answers.word}' cannot be told yet from {len(labels.seeds)} answers ({said(answer.score)} on those held "
            "out); answer about more faces, or for something that can be seen in them"
        )
    trial = trial_of(answer, x, scale, None)
    # spread as the whole pool has it: those who were asked about lie near the border
    spread = abs(answers.psi) * float((there.x.double() @ trial.axis).std())
    trial = replace(trial, spread=spread, unit=min(trial.unit, LONGEST * spread))
    yield Progress(0, 1, f"looking how far {answers.word} goes")
    direction = replace(calibrated(questions[0], answer, trial, there.limits), method=METHOD)
    if direction.low == direction.high == 0:
        raise VisagistError(f"pictures break before '{answers.word}' can be seen in them; answer about more faces")
    return Finding(answers.word, questions[0].kind, len(labels.seeds), answer.score, direction)
