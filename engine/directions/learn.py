"""Directions learned from labels: linear predictors of attributes in w (InterFaceGAN, 1907.10786, section 3).

A direction is the normal of the predictor's hyperplane. Labels tell where attributes lie in w; on pictures it is seen
which rows of styles move them, and where pictures break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.checks import check_number, check_seed
from engine.directions.calibrate import Candidate
from engine.directions.columns import check_labels
from engine.directions.contest import Answer, Question, contest, questions_of
from engine.directions.discover import chosen_groups, row_groups
from engine.directions.labels import Labels
from engine.directions.limits import Limits
from engine.directions.measures import Measurer
from engine.directions.pack import Direction, DirectionPack, check_name, free_name
from engine.directions.pictures import w_of_seeds
from engine.directions.remeasure import Trial, remeasure
from engine.directions.scores import Score
from engine.directions.spaces import Channels, channels, spaces
from engine.directions.words import heading_of, title_of
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.model import Model

PSI = 0.7
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, eq=False)
class Finding:
    """What was learned of one attribute. direction: None where nothing was, for the reason in `why`."""

    attribute: str
    kind: str
    labels: int
    score: Score
    direction: Direction | None
    why: str = ""


@dataclass(frozen=True, eq=False)
class Lesson:
    """The pack, in the order of the table, and what is to be said of every attribute, also of those left out."""

    pack: DirectionPack
    findings: tuple[Finding, ...]


def learn(
    model: Model,
    labels: Labels,
    *,
    attributes: Sequence[str] = (),
    names: Mapping[str, str] = NOTHING,
    rows: Sequence[int] | None = None,
    psi: float = PSI,
    seed: int = 0,
    measurer: Measurer | None = None,
) -> Job[Lesson]:
    """One direction for each attribute that w tells better than chance does.

    attributes: of the table, all otherwise. names: attribute -> what its slider is called; the attribute's own name in
    plain words otherwise. rows: style rows to act on; None lets the contest choose. psi: of the
    pictures that were labelled, where the table does not say. measurer: re-measures each direction on pictures where
    it knows the attribute, which sets its unit and its rows. One unit is one standard deviation of the attribute.
    Equal arguments give equal packs on one device. Raises VisagistError for labels that nothing can be learned from.
    """
    check_seed(seed)
    check_number("psi", psi, -2, 2)
    if psi == 0:
        raise VisagistError(
            "psi is 0, where all pictures are the same; give the psi of the pictures that were labelled"
        )
    asked_for = labels.chosen(attributes) if attributes else labels
    check_labels(asked_for, model.hash)
    for name in asked_for.names:
        check_name(names.get(name) or title_of(name))
    plan = model.generator.plan
    groups = row_groups(plan.style_rows) if rows is None else chosen_groups(plan, rows)
    home = groups.pop("all" if rows is None else "chosen")
    places = spaces(model, {"all" if rows is None else "chosen": home} | groups)
    single = channels(model, places[0].rows)
    questions = questions_of(asked_for, seed)

    w = yield from w_of_seeds(model.generator, labels.seeds)
    share = torch.from_numpy(labels.psi).float().nan_to_num(psi)[:, None]
    x = model.w_mean + share * (w - model.w_mean)
    x = x - x.mean(0)
    scale = float(x.square().mean().sqrt().clamp_min(1e-12))
    answers = yield from contest(x / scale, questions, places, single)

    told = [place for place, answer in enumerate(answers) if not answer.score.weak and answer.slope > 0]
    if not told:
        best = max((answer.score for answer in answers), key=lambda score: score.value - score.least)
        raise VisagistError(
            f"none of the {len(answers)} attributes can be told from w better than by chance (the best has "
            f"{said(best)} on held-out labels); label more pictures, or something that can be seen in them"
        )
    trials = {place: trial_of(answers[place], x, scale, single) for place in told}
    if measurer is not None:
        trials = yield from remeasured(model, measurer, questions, trials, groups, psi)
    limits = Limits(model, seed)
    directions: dict[int, Direction] = {}
    for done, place in enumerate(told):
        yield Progress(done, len(told), f"looking how far {questions[place].name} goes")
        directions[place] = calibrated(
            questions[place], answers[place], trials[place], limits, names.get(questions[place].name, "")
        )
    return lesson(model, questions, answers, directions)


def trial_of(answer: Answer, x: Tensor, scale: float, single: Channels | None) -> Trial:
    """A predictor as a move: the step in w that is one standard deviation of the attribute, as the labels have it."""
    gain = answer.slope / scale  # standard deviations of the attribute for one of the score, in units of w
    if answer.channel is not None and single is not None:
        vector, _ = single.mover(answer.channel)
        line = single.lines[answer.channel]
        # normal = line * k, so a channel that rises by one moves the attribute by k * gain
        by_channel = float(answer.normal @ line / line.square().sum()) * gain
        step = (vector / by_channel).double()
        rows = (int(single.rows[answer.channel]),)
        # how often a unit goes into the channel's own standard deviation
        room = float((x @ line).std() * abs(by_channel))
        return Trial("channel", rows, step / step.norm(), float(step.norm()), float(step.norm()) * room)
    normal = answer.normal.double()
    axis = normal / normal.norm()
    spread = float((x.double() @ axis).std())
    return Trial(answer.space.name, answer.space.rows, axis, 1 / (gain * float(normal.norm())), spread)


def remeasured(
    model: Model,
    measurer: Measurer,
    questions: Sequence[Question],
    trials: dict[int, Trial],
    groups: Mapping[str, tuple[int, ...]],
    psi: float,
) -> Job[dict[int, Trial]]:
    """Every move whose attribute the measurer knows, as pictures show it: the best of its rows and these groups."""
    ruler = yield from remeasure(model, measurer, psi)
    found = dict(trials)
    for done, (place, trial) in enumerate(trials.items()):
        where = Progress(done, len(trials), f"measuring {questions[place].name} on pictures")
        yield where
        if questions[place].name in measurer.names:
            others = {} if trial.group == "channel" else groups
            tried = [trial, *(replace(trial, group=name, rows=rows) for name, rows in others.items())]
            once = list({one.rows: one for one in tried}.values())
            found[place] = yield from ruler.best(questions[place].name, once, where)
    return found


def calibrated(question: Question, answer: Answer, trial: Trial, limits: Limits, called: str = "") -> Direction:
    """The direction of an attribute with its unit and its limits. called: its name, where somebody gave it one."""
    candidate = Candidate(trial.axis, trial.rows, trial.group, answer.method, 0, trial.spread)
    low, high = limits.of(candidate, trial.unit)
    name = called or title_of(question.name)
    return Direction(
        name=name,
        vector=(trial.unit * trial.axis).float(),
        rows=trial.rows,
        low=low,
        high=high,
        group=trial.group,
        method=answer.method,
        statistics={
            answer.score.name.casefold(): round(answer.score.value, 4),
            "error": round(answer.score.error, 4),
            "labels": float(question.known.sum()),
            "unit": trial.unit,
            "deviations": trial.unit / max(trial.spread, 1e-12),
        }
        | trial.statistics,
        heading=heading_of(f"{called} {question.name}"),
    )


def lesson(
    model: Model, questions: Sequence[Question], answers: Sequence[Answer], directions: dict[int, Direction]
) -> Lesson:
    """The pack of what is worth having, and a finding for every attribute."""
    findings: list[Finding] = []
    kept: list[Direction] = []
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for place, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        direction = directions.get(place)
        why = why_not(answer, direction, ids)
        if direction is not None and not why:
            direction = replace(direction, name=free_name(direction.name, taken))
            taken.add(direction.name.casefold())
            ids[direction.id] = direction.name
            kept.append(direction)
        given = None if why else direction
        findings.append(Finding(question.name, question.kind, int(question.known.sum()), answer.score, given, why))
    return Lesson(DirectionPack(model.hash, tuple(kept)), tuple(findings))


def why_not(answer: Answer, direction: Direction | None, ids: Mapping[str, str]) -> str:
    """Why an attribute gets no direction, or nothing. ids: those in the pack, with their names."""
    if direction is None:
        return f"w tells it hardly better than chance: {said(answer.score)} on held-out labels"
    if direction.low == direction.high == 0:
        return "pictures break before it can be seen"
    return f"it is the same direction as {ids[direction.id]}" if direction.id in ids else ""


def said(score: Score) -> str:
    """A score in words: 0.53 AUC."""
    return f"{score.value:.2f} {score.name}"
