"""Whether a data set is what it says: sizes, counts, every resolution, labels and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.job import Job, Progress
from engine.training.building.journal import JOURNAL
from engine.training.dataset import (
    FACTS,
    LABELS,
    NAMES,
    Dataset,
    DatasetError,
    Facts,
    level_name,
    lines_of,
    pyramid,
    read_facts,
    sides_to,
)

SHOWN = 3  # pictures named for one fault


def check(folder: Path) -> Job[list[str]]:
    """Read all of a data set; gives a sentence for each fault, none for a sound one.

    Raises DatasetError for a folder that is no data set or was not finished.
    """
    facts = facts_of(folder)
    faults = list(wrong_sizes(folder, facts))
    if faults:
        return faults
    faults += wrong_names(folder, facts)
    dataset = Dataset(folder)
    digest = hashlib.sha256()
    unlike: dict[int, list[int]] = {side: [] for side in dataset.sides}
    for number in range(facts.count):
        which = np.array([number])
        picture = dataset.pictures(facts.side, which)[0]
        digest.update(picture.tobytes() + dataset.labels(which).astype("<f4").tobytes())
        for level in pyramid(picture)[1:]:
            if not np.array_equal(level, dataset.pictures(level.shape[0], which)[0]):
                unlike[level.shape[0]].append(number)
        yield Progress(number + 1, facts.count, "checking")
    faults += [
        f"{level_name(side)} is not the mean of the largest resolution in {len(numbers)} of {facts.count} pictures, "
        f"the first of them number {', '.join(map(str, numbers[:SHOWN]))}"
        for side, numbers in unlike.items()
        if numbers
    ]
    if not np.isfinite(dataset.labels(np.arange(facts.count))).all():
        faults.append(f"{LABELS} has labels that are no finite numbers")
    if digest.hexdigest() != facts.hash:
        faults.append(f"the pictures or labels are not those that were packed: the hash in {FACTS} is another")
    return faults


def facts_of(folder: Path) -> Facts:
    """What a finished data set says of itself."""
    if not (folder / FACTS).exists() and (folder / JOURNAL).exists():
        raise DatasetError(f"{folder} was not finished; give the same `visagist dataset build` again to go on")
    return read_facts(folder)


def wrong_sizes(folder: Path, facts: Facts) -> Iterator[str]:
    sizes = {level_name(side): facts.count * 3 * side**2 for side in sides_to(facts.side)}
    if facts.label_names:
        sizes[LABELS] = facts.count * 4 * len(facts.label_names)
    for name, wanted in sizes.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != wanted:
            yield f"{name} has {path.stat().st_size} bytes and should have {wanted}"


def wrong_names(folder: Path, facts: Facts) -> Iterator[str]:
    try:
        count = len(lines_of(folder / NAMES))
    except DatasetError as error:
        yield str(error)
        return
    if count != facts.count:
        yield f"{NAMES} has {count} names for {facts.count} pictures"
