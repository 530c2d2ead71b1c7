"""Cross-validation: which predictor, of which styles, tells an attribute best on labels that it did not see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.directions.labels import Kind, Labels
from engine.directions.linear import Fit, Method, fit
from engine.directions.scores import FOLDS, Score, Vector, folds_of, score_of
from engine.directions.spaces import Channels, Space
from engine.job import Job, Progress

PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0)  # against features whose mean variance is 1
PUREST = 0.5  # share of what a single channel's vector changes that must be that channel


@dataclass(frozen=True, eq=False)
class Question:
    """One attribute. labels [N] in its standard deviations about its mean, nan where missing; folds [N]."""

    name: str
    kind: Kind
    labels: Vector
    folds: NDArray[np.int64]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which labels there are."""
        return np.isfinite(self.labels)


@dataclass(frozen=True, eq=False)
class Answer:
    """What won, and its predictor of the attribute.

    normal [D]: what the score grows by for each unit of a feature; slope: standard deviations of the attribute for one
    of the score, by least squares on held-out labels. channel: the style channel that is the whole predictor.
    """

    method: Method
    space: Space
    penalty: float
    score: Score
    slope: float
    normal: Tensor
    channel: int | None = None


@dataclass(frozen=True, eq=False)
class Entrant:
    """A predictor in the contest: how it is made and how it did on held-out labels."""

    method: Method
    space: Space
    penalty: float
    score: Score
    slope: float
    channel: int | None = None


def questions_of(labels: Labels, seed: int) -> list[Question]:
    """Every attribute of a table in its own standard deviations, its labels dealt into folds."""
    asked = []
    for name in labels.names:
        column = labels.column(name)
        known = np.isfinite(column)
        folds = np.full(len(column), -1)
        folds[known] = folds_of(column[known], seed)
        scaled = (column - column[known].mean()) / column[known].std()
        asked.append(Question(name, labels.kind(name), scaled, folds))
    return asked


def contest(
    x: Tensor, asked: Sequence[Question], places: Sequence[Space], single: Channels | None = None
) -> Job[list[Answer]]:
    """The best predictor for each attribute.

    x [N, D]: w about its mean, of mean variance 1. The first place is home: it is left for another only where that
    does better by a standard error, since labels alone hardly tell rows apart. A single channel wins where it does as
    well within a standard error (Breiman et al. 1984, section 3.4.3: the simplest within one).
    """
    home, *others = places
    binary = [place for place, question in enumerate(asked) if question.kind == "binary"]
    everyone = list(range(len(asked)))
    rounds: list[tuple[Method, list[int]]] = [("ridge", everyone), ("logistic", binary), ("svm", binary)]
    total = len(PENALTIES) * (3 if binary else 1) + len(others) + 1
    done = 0
    best: dict[int, Entrant] = {}
    features = x @ home.root
    for method, columns in rounds:
        for penalty in PENALTIES if columns else ():
            said = f"learning by {method}"
            tried = yield from held_out(features, asked, columns, method, penalty, home, Progress(done, total, said))
            best |= {k: one for k, one in tried.items() if k not in best or one.score.value > best[k].score.value}
            done += 1
    for space in others:
        features = x @ space.root
        at_home = dict(best)
        for method, penalty, columns in alike(at_home):
            said = f"trying {space.name} rows"
            tried = yield from held_out(features, asked, columns, method, penalty, space, Progress(done, total, said))
            for k, one in tried.items():
                if one.score.value > max(at_home[k].score.value + at_home[k].score.error, best[k].score.value):
                    best[k] = one
        done += 1
    if single is not None:
        spread = spread_of(x, single.lines)
        for k in everyone:
            yield Progress(done, total, "trying single style channels")
            alone = best_channel(x, asked[k], single, spread, home)
            good = alone.score.value >= best[k].score.value - best[k].score.error
            if good and alone.channel is not None and single.mover(alone.channel)[1] >= PUREST:
                best[k] = alone
    return (yield from final(x, asked, best, single))


def held_out(
    features: Tensor,
    asked: Sequence[Question],
    columns: Sequence[int],
    method: Method,
    penalty: float,
    space: Space,
    where: Progress,
) -> Job[dict[int, Entrant]]:
    """How one kind of predictor does on held-out labels: all attributes and all folds are columns of one fit."""
    targets = torch.stack([target_of(asked[k], method) for k in columns for _ in range(FOLDS)], 1)
    shown = [asked[k].known & (asked[k].folds != fold) for k in columns for fold in range(FOLDS)]
    weights = torch.from_numpy(np.stack(shown, 1)).float()
    fitted = yield from watched(fit(features, targets, weights, method, penalty), where)
    scores = fitted.scores(features).double().numpy().reshape(len(features), len(columns), FOLDS)
    found = {}
    for place, k in enumerate(columns):
        known = asked[k].known
        unseen = scores[known, place, asked[k].folds[known]]
        found[k] = entrant(asked[k], unseen, method, space, penalty)
    return found


def entrant(
    question: Question, unseen: Vector, method: Method, space: Space, penalty: float, channel: int | None = None
) -> Entrant:
    """A predictor by its scores of held-out pictures."""
    labels = question.labels[question.known]
    spread = float(unseen.var())
    slope = float(((unseen - unseen.mean()) * labels).mean()) / spread if spread > 0 else 0.0
    return Entrant(method, space, penalty, score_of(question.kind, labels, unseen), slope, channel)


def target_of(question: Question, method: Method) -> Tensor:
    """Labels [N] as a method wants them; missing ones are 0, which weigh nothing."""
    filled = np.nan_to_num(question.labels)
    if method != "ridge":
        filled = np.where(filled > 0, 1.0, -1.0)
    return torch.from_numpy(filled).float()


def alike(best: dict[int, Entrant]) -> Iterator[tuple[Method, float, list[int]]]:
    """The attributes that were won by the same method and penalty, together."""
    groups: dict[tuple[Method, float], list[int]] = {}
    for k, one in best.items():
        groups.setdefault((one.method, one.penalty), []).append(k)
    for (method, penalty), columns in groups.items():
        yield method, penalty, columns


def best_channel(x: Tensor, question: Question, single: Channels, spread: Tensor, home: Space) -> Entrant:
    """The style channel that tells an attribute best; chosen anew in each fold, from the labels shown there."""
    known = question.known
    labels, folds = torch.from_numpy(question.labels[known]).float(), torch.from_numpy(question.folds[known])
    seen = x[torch.from_numpy(known)]
    unseen = torch.zeros(len(labels))
    for fold in range(FOLDS):
        shown = folds != fold
        channel, slope = closest(seen[shown], labels[shown], single.lines, spread)
        unseen[~shown] = seen[~shown] @ single.lines[channel] * slope
    channel, slope = closest(seen, labels, single.lines, spread)
    return entrant(question, unseen.double().numpy(), "ridge", home, slope, channel)


def spread_of(x: Tensor, lines: Tensor) -> Tensor:
    """Variance [C] of the channels over x [N, D]."""
    return ((lines @ (x.T @ x / len(x))) * lines).sum(1).clamp_min(1e-12)


def closest(x: Tensor, labels: Tensor, lines: Tensor, spread: Tensor) -> tuple[int, float]:
    """The channel of the largest correlation with the labels, and the labels' slope on it."""
    shared = lines @ (x.T @ (labels - labels.mean()) / len(x))  # covariance with each channel, [C]
    channel = int((shared.square() / spread).argmax())
    return channel, float(shared[channel] / (x @ lines[channel]).var(correction=0).clamp_min(1e-12))


def final(x: Tensor, asked: Sequence[Question], best: dict[int, Entrant], single: Channels | None) -> Job[list[Answer]]:
    """The winners once more, from all labels."""
    answers: dict[int, Answer] = {}
    for k, one in best.items():
        if one.channel is not None and single is not None:
            normal = single.lines[one.channel] * one.penalty
            answers[k] = Answer("ridge", one.space, 0.0, one.score, one.slope, normal, one.channel)
    rest = {k: one for k, one in best.items() if one.channel is None}
    for space in {id(one.space): one.space for one in rest.values()}.values():
        features = x @ space.root
        for method, penalty, columns in alike({k: one for k, one in rest.items() if one.space is space}):
            targets = torch.stack([target_of(asked[k], method) for k in columns], 1)
            weights = torch.from_numpy(np.stack([asked[k].known for k in columns], 1)).float()
            where = Progress(len(answers), len(asked), "learning from all labels")
            fitted = yield from watched(fit(features, targets, weights, method, penalty), where)
            for place, k in enumerate(columns):
                normal = space.root @ fitted.normals[:, place]
                answers[k] = Answer(method, space, penalty, best[k].score, best[k].slope, normal)
    return [answers[k] for k in range(len(asked))]


def watched(fitting: Iterator[Fit], where: Progress) -> Job[Fit]:
    """The end of a fit, which can be stopped on its way."""
    yield where
    last = next(fitting)
    for better in fitting:
        yield where
        last = better
    return last
