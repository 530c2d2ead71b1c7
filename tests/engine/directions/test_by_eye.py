"""By one's own eye: the faces that are asked about, and the direction of some thirty answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.answers import Answer, Answers
from engine.directions import by_eye, discover
from engine.directions.asking import next_faces, told
from engine.directions.by_eye import labels_of, learn_by_eye, study
from engine.directions.calibrate import Candidate
from engine.directions.labels import read_labels, write_labels
from engine.errors import VisagistError
from engine.job import finish

NOISY = 8  # a seed of answers by chance that w tells worse than chance


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    """Features of 300 faces, few of which vary much, as w is."""
    drawn = torch.randn(300, 12, generator=torch.Generator().manual_seed(4)) * torch.logspace(0, -2, 12)
    return drawn - drawn.mean(0)


def test_what_answers_tell_is_the_ridge_regression_of_a_float64_twin(x):
    places, answers = [5, 17, 80, 200], np.array([1.0, -1.0, 1.0, 0.5])
    scaled = (x.double() / x.double().square().mean().sqrt()).numpy()
    scaled = np.c_[scaled, np.full(300, np.sqrt(12))]  # the offset is one more number, of variance 1
    inner = scaled[places].T @ scaled[places] + 12 * np.eye(13)  # noise 1 against a kernel over 12 dimensions
    normal = np.linalg.solve(inner, scaled[places].T @ answers)
    np.testing.assert_allclose(told(x, places, answers), scaled @ normal, atol=1e-10)


def test_the_next_faces_lie_nearer_to_the_border_than_others_and_none_is_asked_twice(x):
    answered = {place: float(x[place, 0] > 0) for place in range(0, 100, 4)}
    asked = next_faces(x, answered, 12, seed=1)
    assert len(set(asked)) == 12
    assert not set(asked) & answered.keys()
    away = np.abs(x[:, 0].numpy())
    assert away[asked[:9]].mean() < 0.6 * away.mean(), "the first nine are the unsure ones, the rest is dealt"
    assert next_faces(x, answered, 12, seed=1) == asked
    assert next_faces(x, answered, 12, seed=2) != asked


def test_before_two_kinds_of_answers_the_faces_are_dealt_and_at_last_there_are_none(x):
    assert next_faces(x, {}, 6, seed=3) == next_faces(x, {}, 12, seed=3)[:6]
    assert 9 not in next_faces(x, {9: 1.0}, 300)
    assert next_faces(x, dict.fromkeys(range(300), 1.0), 12) == []


def test_of_a_rare_kind_more_is_asked_about_than_chance_would_deal(x):
    rare = x[:, 0] > 1.2  # one face in nine

    def found(unsure: bool) -> int:
        answered: dict[int, float] = {}
        while len(answered) < 48:
            known = answered if unsure else dict.fromkeys(answered, 0.0)
            answered |= {place: float(rare[place]) for place in next_faces(x, known, 12, seed=7)}
        return int(sum(answered.values()))

    assert found(unsure=True) > 2 * found(unsure=False)


@pytest.fixture(scope="module")
def there(narrow_model):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_eye, "POOL", 200)
        patch.setattr(discover, "FACES", 5)
        patch.setattr(discover, "NATURAL", 10)
        made = finish(study(narrow_model))
        axis = torch.ones(made.w.shape[1], dtype=torch.float64)
        made.limits.of(Candidate(axis / axis.norm(), (0, 1), "all", "by eye", 0, 1.0), 0.1)  # a ruler of few faces
    return made


def meant(there) -> torch.Tensor:
    """What somebody looks for: the axis [w_dim] along which w varies most."""
    return torch.linalg.eigh(there.x.T @ there.x)[1][:, -1]


def answered(there, rule, count: int = 45, word: str = "Friendly") -> Answers:
    """Answers by a rule of how far w goes along that axis."""
    axis = meant(there)
    shown = (there.x @ axis).double().numpy()
    shown /= shown.std()
    return Answers(word, there.model.hash, tuple(Answer(seed, rule(shown[seed])) for seed in range(count)))


def test_forty_five_answers_make_a_direction_that_moves_what_was_meant(there):
    found = finish(learn_by_eye(there, answered(there, lambda shown: 5 if shown > 0 else 1)))
    assert found.direction is not None
    assert float(torch.cosine_similarity(found.direction.vector, meant(there), dim=0)) > 0.6
    assert (found.direction.method, found.direction.name, found.kind) == ("by eye", "Friendly", "binary")
    assert found.direction.low < 0 < found.direction.high
    assert found.score.value > 0.8
    assert found.direction.statistics["deviations"] <= by_eye.LONGEST + 1e-6


def test_a_study_is_used_by_one_job_at_a_time_and_free_again_once_that_was_given_up(there):
    job = learn_by_eye(there, answered(there, lambda shown: 5 if shown > 0 else 1))
    next(job)
    assert there.lock.locked()
    job.close()
    assert not there.lock.locked()


def test_stars_are_learned_as_a_scale(there):
    found = finish(learn_by_eye(there, answered(there, lambda shown: int(np.clip(np.rint(shown + 3), 1, 5)))))
    assert (found.kind, found.score.name) == ("ordinal", "R2")
    assert found.score.value > 0.4


def test_answers_are_written_as_labels_that_learning_reads(there, tmp_path):
    given = answered(there, lambda shown: 5 if shown > 0 else 1, word="Wide, open")
    write_labels(tmp_path / "labels.csv", labels_of(given))
    read = read_labels(tmp_path / "labels.csv")
    assert (read.names, read.model) == (("Wide, open",), there.model.hash)
    assert read.seeds == tuple(answer.seed for answer in given.answers)
    assert read.values[:, 0].tolist() == [float(answer.stars == 5) for answer in given.answers]
    assert set(read.psi) == {0.7}


def test_too_few_one_sided_or_meaningless_answers_are_refused_in_one_sentence(there):
    def refused(given: Answers) -> str:
        with pytest.raises(VisagistError) as error:
            finish(learn_by_eye(there, given))
        return str(error.value)

    assert "your answers: 'Friendly' has 6 labels; at least 20 are needed" in refused(answered(there, lambda _: 5, 6))
    assert "is 1 in every row" in refused(answered(there, lambda _: 5, 30))
    foreign = Answers("Friendly", "cd" * 32, tuple(Answer(seed, 1 + 4 * (seed % 2)) for seed in range(30)))
    assert "was made with another model" in refused(foreign)
    stars = [int(stars) for stars in np.random.default_rng(NOISY).choice([1, 5], 30)]
    luck = Answers("Luck", there.model.hash, tuple(map(Answer, range(30), stars)))
    assert "'Luck' cannot be told yet from 30 answers" in refused(luck)
