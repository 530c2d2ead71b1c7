"""True sliders for a network trained here: directions learned from the labels of the data set that it learned from.

Labels belong to real pictures, so a small network learns to read them off pictures first, and then labels generated
ones.
"""

from __future__ import annotations

from pathlib import Path

from engine.directions.labels import Labels
from engine.directions.learn import Lesson, learn
from engine.directions.pack import save_pack, user_folder
from engine.directions.pictures import label
from engine.directions.words import is_offered
from engine.errors import VisagistError
from engine.job import Job
from engine.models.model import Model, open_model
from engine.paths import make_folder
from engine.training.config import read_config
from engine.training.dataset import Dataset
from engine.training.measurer import NetworkMeasurer, load_measurer, save_measurer, train_measurer
from engine.training.run import CONFIG

MEASURER = "measurer.safetensors"  # in the run folder, so that it is trained once
COUNT = 2000  # generated pictures that are labelled
PSI = 0.7


def learn_sliders(run: Path, path: Path, count: int = COUNT) -> Job[Lesson | None]:
    """Learn directions of a model that a run brought, and keep them as its pack; None for a data set without labels.

    run: the run folder; path: the model's file; count: generated pictures to label. Raises VisagistError for labels
    that nothing can be learned from.
    """
    dataset = Dataset(Path(read_config(run / CONFIG).dataset))
    if not dataset.facts.label_names:
        return None
    measurer = yield from measurer_of(run, dataset)
    model = open_model(path)
    labels = yield from label(model, measurer, range(1, count + 1), PSI)
    lesson = yield from learn(model, labels, attributes=offered(labels), psi=PSI)
    keep(model, lesson)
    return lesson


def measurer_of(run: Path, dataset: Dataset) -> Job[NetworkMeasurer]:
    """The measurer of the run's data set: the one that is kept beside the run, or a new one."""
    kept = run / MEASURER
    if kept.is_file():
        measurer = load_measurer(kept)
        if measurer.card.dataset == dataset.facts.hash:
            return measurer
    measurer = yield from train_measurer(dataset)
    save_measurer(kept, measurer)
    return measurer


def offered(labels: Labels) -> list[str]:
    """The attributes that sliders are made of."""
    names = [name for name in labels.names if is_offered(name)]
    if not names:
        raise VisagistError("none of the labels of the data set can be read off its pictures, so there are no sliders")
    return names


def keep(model: Model, lesson: Lesson) -> None:
    """Among the person's packs, where it is found whenever the model is opened."""
    save_pack(make_folder(user_folder()) / f"{model.header.name}-labels.safetensors", lesson.pack)
