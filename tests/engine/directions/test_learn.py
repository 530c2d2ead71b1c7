"""Learning from labels: known linear attributes are found, noise is refused, and pinned attributes stay still."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.directions import discover, remeasure
from engine.directions import learn as module
from engine.directions.labels import Labels
from engine.directions.learn import learn
from engine.directions.measures import Functions, pixel_measures
from engine.directions.pack import Direction, load_pack, save_pack, vectors
from engine.directions.pictures import BATCH, label, w_of_seeds
from engine.directions.spaces import channels
from engine.errors import VisagistError
from engine.job import Progress, finish
from engine.latents import Latents, projected
from engine.recipe import DirectionAmount, Recipe, SeedLatent

COUNT = 400


@pytest.fixture(autouse=True)
def _few_faces(monkeypatch) -> None:
    for name, number in (("FACES", 3), ("NATURAL", 12)):
        monkeypatch.setattr(discover, name, number)


@pytest.fixture(scope="module")
def truth(narrow_model) -> torch.Tensor:
    """Three directions of w [3, 40], the second half alike the first."""
    drawn = torch.randn(3, narrow_model.generator.plan.w_dim, generator=torch.Generator().manual_seed(5))
    drawn[1] = 0.5 * drawn[0] + 0.9 * drawn[1]
    return drawn / drawn.norm(dim=1, keepdim=True)


@pytest.fixture(scope="module")
def w(narrow_model) -> torch.Tensor:
    """w of the labelled pictures, at psi 0.7."""
    return torch.lerp(narrow_model.w_mean, finish(w_of_seeds(narrow_model.generator, range(COUNT))), 0.7)


@pytest.fixture(scope="module")
def table(w, truth) -> Labels:
    """A real attribute, a binary one, an ordinal one with every third label missing, and pure noise."""
    chance = np.random.default_rng(0)
    exact = ((w - w.mean(0)) @ truth.T).double().numpy()
    exact /= exact.std(0)
    noisy = exact + 0.3 * chance.standard_normal(exact.shape)
    stars = np.clip(np.rint(noisy[:, 2] + 3), 1, 5)
    stars[::3] = np.nan
    values = np.stack((noisy[:, 0], (noisy[:, 1] > 0.5).astype(float), stars, chance.standard_normal(COUNT)), 1)
    names = ("head_yaw", "glasses", "stars", "noise")
    return Labels(tuple(range(COUNT)), names, values, np.full(COUNT, np.nan))


@pytest.fixture(scope="module")
def lesson(narrow_model, table):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discover, "FACES", 3)
        patch.setattr(discover, "NATURAL", 12)
        steps = []
        made = finish(learn(narrow_model, table, psi=0.7), steps.append)
    assert all(0 <= step.done <= step.total for step in steps)
    return made


def cosine(direction: Direction, truth: torch.Tensor) -> float:
    return float(torch.cosine_similarity(direction.vector, truth, dim=0))


def test_linear_attributes_are_found_from_400_labels(lesson, truth):
    pack = lesson.pack
    assert [direction.name for direction in pack.directions] == ["Head yaw", "Glasses", "Stars"]
    assert [direction.heading for direction in pack.directions] == ["Pose", "Face", "Discovered"]
    for direction, true in zip(pack.directions, truth, strict=True):
        assert cosine(direction, true) > 0.9


def test_one_unit_is_one_standard_deviation_of_the_attribute(lesson, w, truth):
    spread = float((w @ truth[0]).std())
    assert float(lesson.pack.directions[0].vector @ truth[0]) == pytest.approx(spread, rel=0.1)


def test_pure_noise_is_left_out_and_it_is_said_why(lesson):
    noise = lesson.findings[3]
    assert noise.direction is None
    assert noise.score.weak
    assert noise.score.value < 0.04
    assert noise.why.startswith("w tells it hardly better than chance: ")
    assert [finding.kind for finding in lesson.findings] == ["real", "binary", "ordinal", "real"]
    assert [finding.score.name for finding in lesson.findings] == ["R2", "AUC", "R2", "R2"]
    assert lesson.findings[1].score.value > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_nothing_but_noise_is_refused(narrow_model, seed):
    chance = np.random.default_rng(seed)
    values = np.stack((chance.standard_normal(200), (chance.random(200) < 0.4).astype(float)), 1)
    labels = Labels(tuple(range(200)), ("mood", "luck"), values, np.full(200, 0.7))
    with pytest.raises(VisagistError, match="none of the 2 attributes can be told from w better than by chance"):
        finish(learn(narrow_model, labels))


def test_the_same_labels_give_the_same_pack_and_it_can_be_saved(narrow_model, table, lesson, tmp_path):
    again = finish(learn(narrow_model, table, psi=0.7))
    assert [one.id for one in again.pack.directions] == [one.id for one in lesson.pack.directions]
    save_pack(tmp_path / "pack.safetensors", lesson.pack)
    read = load_pack(tmp_path / "pack.safetensors")
    assert read.model == narrow_model.hash
    assert [one.id for one in read.directions] == [one.id for one in lesson.pack.directions]
    assert all(one.low <= 0 <= one.high for one in read.directions)


def test_a_pinned_attribute_stays_still_while_the_pack_keeps_the_raw_vector(narrow_model, lesson):
    yaw, glasses, _ = lesson.pack.directions
    assert abs(float(yaw.vector @ glasses.vector)) > 0.2 * float(yaw.vector.norm() * glasses.vector.norm())
    latents = Latents(narrow_model.generator, narrow_model.w_mean, vectors(lesson.pack))
    styles = {}
    for pins in ((), (yaw.id,)):
        move = DirectionAmount("Glasses", glasses.id, 2.0, glasses.rows, pins)
        styles[pins] = latents.styles(Recipe(latent=SeedLatent(3), directions=(move,)))
    plain = latents.styles(Recipe(latent=SeedLatent(3)))
    row = glasses.rows[0]
    told = yaw.vector / yaw.vector.norm().square()  # the learned predictor of yaw, in its own units
    free, pinned = (float((styles[pins][row] - plain[row]) @ told) for pins in ((), (yaw.id,)))
    assert abs(free) > 0.3
    assert pinned == pytest.approx(0, abs=1e-4)


def test_what_is_left_beside_conditions_is_what_a_float64_twin_leaves(lesson):
    drawn = torch.randn(6, 40, generator=torch.Generator().manual_seed(8))
    drawn[1] = drawn[0] + 0.01 * drawn[1]  # two that are nearly one
    held, rows = torch.linalg.qr(drawn.double().T)[0], drawn[2:4, None] * torch.ones(3, 1)
    for direction in lesson.pack.directions:
        wanted = direction.vector.double() - held @ (held.T @ direction.vector.double())
        torch.testing.assert_close(projected(direction.vector, list(drawn)).double(), wanted, atol=1e-5, rtol=1e-4)
        apart = projected(direction.vector, [*drawn[:2], *rows, *drawn[4:]])  # some with a vector for each row
        torch.testing.assert_close(apart.double(), wanted.expand(3, -1), atol=1e-5, rtol=1e-4)


def test_a_single_style_channel_moves_alone(narrow_model):
    single = channels(narrow_model, (0, 1, 2, 3))
    channel = 30
    step, purity = single.mover(channel)
    row = single.lines[single.rows == single.rows[channel]]
    moved = row @ step
    place = channel - int((single.rows < single.rows[channel]).sum())
    wanted = torch.zeros(len(row))
    wanted[place] = 1
    torch.testing.assert_close(moved, wanted, atol=1e-3, rtol=0)
    assert purity == pytest.approx(1, abs=1e-4)


def test_an_attribute_that_is_one_style_channel_is_learned_as_that_channel(narrow_model, w):
    single = channels(narrow_model, tuple(range(narrow_model.generator.plan.style_rows)))
    channel = 60
    values = ((w - w.mean(0)) @ single.lines[channel]).double().numpy()
    values += 0.3 * values.std() * np.random.default_rng(0).standard_normal(COUNT)
    labels = Labels(tuple(range(COUNT)), ("stripe",), values[:, None], np.full(COUNT, 0.7))
    (direction,) = finish(learn(narrow_model, labels)).pack.directions
    assert (direction.group, direction.rows) == ("channel", (int(single.rows[channel]),))
    moved = single.lines[single.rows == single.rows[channel]] @ direction.vector
    place = channel - int((single.rows < single.rows[channel]).sum())
    assert float(moved[place]) == pytest.approx(values.std(), rel=0.05)


def test_rows_that_are_asked_for_are_the_rows_and_a_unit_is_a_deviation_there_too(narrow_model, w, truth):
    spread = float((w @ truth[0]).double().std())
    values = ((w - w.mean(0)) @ truth[0]).double().numpy() + spread * np.random.default_rng(3).standard_normal(COUNT)
    labels = Labels(tuple(range(COUNT)), ("head_yaw",), values[:, None], np.full(COUNT, 0.7))
    (direction,) = finish(learn(narrow_model, labels, rows=[1, 2])).pack.directions
    assert (direction.rows, direction.group) == ((1, 2), "chosen")
    # what faces that were not labelled differ by along it, least squares in float64
    drawn = finish(w_of_seeds(narrow_model.generator, range(10_000, 12_000)))
    fresh = torch.lerp(narrow_model.w_mean, drawn, 0.7).double()
    along, shown = (fresh @ one.double() - (fresh @ one.double()).mean() for one in (direction.vector, truth[0]))
    slope = float((along * shown).mean() / along.square().mean())
    unit = slope * float(direction.vector.double().square().sum())
    assert unit == pytest.approx(values.std(), rel=0.1), "noise in the labels is part of their deviation"


def test_on_pictures_a_unit_is_measured_again_and_the_pack_can_be_saved(narrow_model, monkeypatch, tmp_path):
    monkeypatch.setattr(remeasure, "FACES", 6)
    monkeypatch.setattr(remeasure, "NATURAL", 60)
    seen = Functions({"red": lambda p: p[..., 0].mean((1, 2)), "blue": lambda p: p[..., 2].mean((1, 2))})
    labels = finish(label(narrow_model, seen, range(200)))
    lesson = finish(learn(narrow_model, labels, measurer=seen))
    save_pack(tmp_path / "pack.safetensors", lesson.pack)
    for direction in load_pack(tmp_path / "pack.safetensors").directions:
        assert direction.statistics["moved"] == pytest.approx(1, abs=0.5)
    assert labels.model == narrow_model.hash


def test_the_rows_that_move_the_least_else_win_on_pictures(narrow_model, monkeypatch):
    monkeypatch.setattr(remeasure, "FACES", 4)
    monkeypatch.setattr(remeasure, "NATURAL", 40)
    steps = []
    ruler = finish(remeasure.remeasure(narrow_model, pixel_measures(), 0.7), steps.append)
    assert len(steps) == 40 // BATCH, "it can be stopped between any two handfuls of pictures"
    axis = torch.randn(40, generator=torch.Generator().manual_seed(2)).double()
    every = tuple(range(narrow_model.generator.plan.style_rows))
    trials = [remeasure.Trial(str(rows), rows, axis / axis.norm(), 0.5, 1.0) for rows in (every, every[:2], every[4:])]
    # whichever way is brighter
    if ruler.change(trials[0], 0.5)[0] < 0:
        trials = [replace(trial, axis=-trial.axis) for trial in trials]
    steps.clear()
    won = finish(ruler.best("brightness", trials, Progress(0, 1, "measuring")), steps.append)
    assert len(steps) == len(trials)
    for trial in trials:
        change = ruler.change(trial, ruler.try_out("brightness", trial).unit)
        if change[0] >= remeasure.LEAST:
            assert won.statistics["others"] <= np.abs(change[1:]).mean() / change[0] + 1e-4


def test_a_closed_job_stops_where_it_is(narrow_model, table):
    job = learn(narrow_model, table)
    assert next(job).total > 0
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def test_what_cannot_be_learned_is_said_in_one_sentence(narrow_model, table):
    rows = narrow_model.generator.plan.style_rows
    with pytest.raises(VisagistError, match=f"rows are 0 to {rows - 1}"):
        finish(learn(narrow_model, table, rows=[rows]))
    with pytest.raises(VisagistError, match="no column 'beard'; it has head_yaw, glasses"):
        finish(learn(narrow_model, table, attributes=["beard"]))
    with pytest.raises(VisagistError, match="psi is 0, where all pictures are the same"):
        finish(learn(narrow_model, table, psi=0))
    with pytest.raises(VisagistError, match="seed"):
        finish(learn(narrow_model, table, seed=-1))
    assert module.PSI == 0.7
