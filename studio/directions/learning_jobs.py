"""Jobs that find or learn directions, on a copy of the model that they have for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import VisagistError
from engine.job import Job, Progress

if TYPE_CHECKING:
    from engine.directions.columns import Survey
    from engine.directions.learn import Lesson
    from engine.models.model import Model

LABELLED = 1500  # pictures that a run's own labels are read off


def opened(path: Path) -> Job[Model]:
    """The model once more: the window's own is rendering."""
    yield Progress(0, 0, "opening the model")
    from engine.models.model import open_model

    return open_model(path)


def finding_at_once(path: Path) -> Job[int]:
    """SeFa and PCA for a model without directions; how many."""
    from engine.directions.at_once import find_at_once

    pack = yield from find_at_once((yield from opened(path)))
    return len(pack.directions)


def discovering(path: Path) -> Job[int]:
    """SeFa and PCA, measured on pictures, the best kept; how many."""
    from engine.directions.discover import discover
    from engine.directions.pack import save_pack, user_folder
    from engine.paths import make_folder

    model = yield from opened(path)
    pack = yield from discover(model)
    save_pack(make_folder(user_folder()) / f"{path.stem}-{model.hash[:8]}-both-0.safetensors", pack)
    return len(pack.directions)


def surveying(table: Path, model_hash: str) -> Job[Survey]:
    """What can be learned of a table."""
    yield Progress(0, 0, f"reading {table.name}")
    from engine.directions.columns import survey

    return survey(table, model_hash)


def learning_from_table(path: Path, table: Path, names: Mapping[str, str]) -> Job[Lesson]:
    """Directions of what some columns of a table tell; what pixels can measure is measured again on pictures.

    names: column -> what its slider is called.
    """
    yield Progress(0, 0, f"reading {table.name}")
    from engine.directions.labels import read_labels
    from engine.directions.learn import learn
    from engine.directions.measures import pixel_measures

    labels = read_labels(table, tuple(names))
    measurer = pixel_measures()
    seen = set(names) & set(measurer.names)
    model = yield from opened(path)
    return (yield from learn(model, labels, names=names, measurer=measurer if seen else None))


def learning_from_data_set(path: Path, folder: Path) -> Job[Lesson]:
    """Directions of the labels that a network's own data set has: they are learned to be read off pictures first."""
    yield Progress(0, 0, "opening the data set")
    from engine.directions.learn import PSI, learn
    from engine.directions.pictures import label
    from engine.directions.words import is_offered
    from engine.training.dataset import Dataset
    from engine.training.measurer import train_measurer

    measurer = yield from train_measurer(Dataset(folder))
    model = yield from opened(path)
    labels = yield from label(model, measurer, range(LABELLED), PSI)
    names = [name for name in labels.names if is_offered(name)]
    if not names:
        raise VisagistError(f"{folder} has no label that a slider is made of")
    return (yield from learn(model, labels, attributes=names, measurer=measurer))


def learning_from_words(path: Path, phrase: str) -> Job[Lesson]:
    """The direction of a phrase."""
    from engine.directions.phrase import learn_phrase

    model = yield from opened(path)
    return (yield from learn_phrase(model, phrase))


def missing_for_words() -> str:
    """What is missing for learning from words, and how to get it; nothing where all is here."""
    from engine.directions.phrase import how_to_get_it

    return how_to_get_it()


def data_set_of(path: Path) -> Path | None:
    """The data set that a run's snapshot was trained on, where it is still there and has labels."""
    from engine.training.dataset import FACTS, read_facts
    from studio.training.starts import config_of

    config = config_of(path)
    folder = None if config is None else Path(config.dataset)
    return folder if folder is not None and (folder / FACTS).is_file() and read_facts(folder).label_names else None
