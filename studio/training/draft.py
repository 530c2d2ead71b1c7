"""A new run while it is thought out: what was chosen, the settings that follow, and the command that begins it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from engine.training.config import Config, check, default_config, shortened
from engine.training.learning_on import Sizes, config_on
from engine.training.schedule import Phase, phases
from studio.training.data_sets import Store

SMALLEST, USUAL_SIDE = 8, 64
LONGEST_NAME = 60


@dataclass(frozen=True)
class Choosable:
    """A word that is chosen, and the sentence that tells what it means."""

    word: str
    sentence: str


ARCHITECTURES = {
    "style": Choosable(
        "Style-based",
        "Styles steer every resolution (2018): mixing, truncation and directions work best with it.",
    ),
    "progan": Choosable(
        "Progressive 2017",
        "The first network that grew from small pictures to large ones: simpler, without styles.",
    ),
}

PRESETS = {
    "quick": Choosable("Quick look", "Shapes and colours: enough to see whether a data set works."),
    "overnight": Choosable("Overnight", "Most of what a small network can learn."),
    "long": Choosable("Long", "For the finest details."),
}


@dataclass(frozen=True)
class Start:
    """A model or snapshot whose networks learn on; it decides their kind and their sizes.

    settings: of the run that a snapshot stands in, as far as another run can have them.
    """

    path: Path
    title: str
    sizes: Sizes
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What was chosen. side: None for one that any machine can train, as far as the pictures reach.

    images: real pictures to show, None for the preset's own number. settings: those that differ from the defaults.
    """

    store: Store
    architecture: str = "style"
    side: int | None = None
    preset: str = "quick"
    images: int | None = None
    start: Start | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def default(self) -> Config:
        """The settings of somebody who changes none."""
        given: dict[str, Any] = {"architecture": self.architecture, "preset": self.preset}
        folder, facts = self.store.folder, self.store.facts
        if self.start is not None:
            given["side"] = self.side or self.start.sizes.side
            return config_on(self.start.sizes, self.start.path, folder, facts, **given)
        return default_config(folder, facts, side=self.side or min(USUAL_SIDE, facts.side), **given)

    @property
    def config(self) -> Config:
        """The settings as they are now."""
        config = self.default
        if self.images is not None:
            config = shortened(config, self.images)
        return msgspec.structs.replace(config, **self.settings)

    def check(self) -> None:
        """Raises ConfigError, or DatasetError, for settings that cannot be."""
        check(self.config, self.store.facts)

    @property
    def plan(self) -> tuple[Phase, ...]:
        """What the run does when."""
        return phases(self.config)

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides that a network can have: powers of two up to the pictures', from that of the model it goes on from."""
        smallest = SMALLEST if self.start is None else self.start.sizes.side
        return tuple(2**power for power in range(smallest.bit_length() - 1, self.store.facts.side.bit_length()))

    def on(self, store: Store) -> Draft:
        """With another data set; what does not fit it any more is dropped."""
        settings = {key: value for key, value in self.settings.items() if key != "levels"}
        if not store.facts.label_names:
            settings.pop("labels", None)
        side = self.side if self.side is not None and self.side <= store.facts.side else None
        return replace(self, store=store, side=side, settings=settings)

    def reshaped(self, **changes: Any) -> Draft:
        """With another network, size or length: phases that were set by hand were for the one before."""
        settings = {key: value for key, value in self.settings.items() if key != "levels"}
        return replace(self, settings=settings, **changes)

    def set(self, key: str, value: Any) -> Draft:
        """With one setting; a value that is the default's is no setting."""
        settings = {name: old for name, old in self.settings.items() if name != key}
        if value != getattr(self.default, key):
            settings[key] = value
        return replace(self, settings=settings)

    def words(self, folder: Path) -> list[str]:
        """What `visagist` is given so that the run begins in this folder."""
        return [*self.settled(), "-o", str(folder)]

    def measuring(self) -> list[str]:
        """What `visagist` is given so that it measures how fast the run would go."""
        return [*self.settled(), "--probe"]

    def settled(self) -> list[str]:
        """The words that tell every setting."""
        config, default = self.config, self.default
        words = ["train", str(self.store.folder), "--architecture", config.architecture]
        words += ["--side", str(config.side), "--preset", self.preset]
        if self.start is not None:
            words += ["--from", str(self.start.path)]
        for key in Config.__struct_fields__:
            value = getattr(config, key)
            if value != getattr(default, key):
                words += ["--set", f"{key}={msgspec.json.encode(value).decode()}"]
        return words


def folder_name(name: str) -> str:
    """A run's name as the name of a folder; empty where nothing of it can be used."""
    return re.sub(r"[^\w.+ -]+", "-", name).strip(" -.")[:LONGEST_NAME].strip(" -.")


def free_name(runs: Path, title: str, side: int, today: date) -> str:
    """A name that no run has yet: the data set, the size, the day, and a number where there are several."""
    base = folder_name(f"{title} {side} px {today.isoformat()}")
    number, name = 1, base
    while (runs / name).exists():
        number += 1
        name = f"{base} {number}"
    return name


def seconds_of(plan: tuple[Phase, ...], rates: Mapping[int, float]) -> float | None:
    """How long a plan takes at so many images a second for each side; None where a side was not measured."""
    if any(not rates.get(phase.side) for phase in plan):
        return None
    return sum((phase.ends - phase.begins) / rates[phase.side] for phase in plan)


def in_words(seconds: float) -> str:
    """A time as a person says it: about 40 s, 25 min, 3 h, 2 days."""
    for unit, word, most in ((1, "s", 90), (60, "min", 90), (3600, "h", 36)):
        if seconds < most * unit:
            count = max(1.0, seconds / unit)
            fine = unit == 3600 and count < 10  # half an hour matters there
            return f"about {f'{count:.2g}' if fine else round(count)} {word}"
    return f"about {seconds / 86400:.2g} days"
