"""The menus of tracks: which control gets one, and how one moves: path, random walk, the sound."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from msgspec.structs import replace
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.controls import control_at
from engine.directions.headings import HEADINGS
from engine.recipe import DirectionAmount
from engine.timeline.sound import Band, Drive
from engine.timeline.values import ControlTrack, Wander
from studio.animate.ask import Number, NumbersDialog, show
from studio.animate.commands import Commands
from studio.animate.curve import usual
from studio.directions.commands import rows_of
from studio.open_model import DirectionFacts
from studio.scale import Scale
from studio.seed_box import random_seed

BANDS: dict[Band, str] = {
    "all": "Loudness",
    "low": "Low: drums, bass",
    "mid": "Middle: voices",
    "high": "High: cymbals",
    "onset": "Onsets: every beginning",
}
FAMILIES = {"View": "view.", "Noise": "noise", "Style mix": "mix/", "Labels": "label/"}
TIMES = Scale(0.0, 2.0, step=0.01, limits=(0.0, 60.0), suffix=" s")


class TrackMenu:
    """Fills menus about tracks; the dialogues that they need open over `parent`."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        self.commands, self.tracks, self.animation = commands, commands.tracks, commands.animation
        self.parent = parent

    def fill_new(self, menu: QMenu) -> None:
        """Every control that could have a track."""
        groups: dict[str, QMenu] = {}
        self.fill_directions(menu)
        for address, title in self.tracks.addresses():
            family = next((name for name, start in FAMILIES.items() if address.startswith(start)), "")
            into = menu
            if family:
                into = groups[family] = groups.get(family) or QMenu(family, menu)
            into.addAction(title, partial(self.tracks.add_track, address))
        menu.addSeparator()
        for group in groups.values():
            menu.addMenu(group)

    def fill_directions(self, menu: QMenu) -> None:
        """The model's directions under their headings."""
        model = self.animation.document.model
        known = {track.move.id for track in self.animation.shown.tracks if track.move is not None}
        facts = [] if model is None else [one for one in model.offered if one.id not in known]
        facts.sort(key=lambda one: place_of(one.heading))
        for heading, some in groupby(facts, key=lambda one: one.heading):
            into = menu.addMenu(heading)
            for one in some:
                into.addAction(one.name.replace("&", "&&"), partial(self.add_direction, one))
        if facts:
            menu.addSeparator()

    def add_direction(self, facts: DirectionFacts) -> None:
        """A track of a direction of the model."""
        document = self.animation.document
        rows = rows_of(document.recipe, document.board, facts)
        self.tracks.add_track(f"direction/{facts.name}", DirectionAmount(facts.name, facts.id, 0.0, rows))

    def fill(self, menu: QMenu, track: ControlTrack, t: float) -> None:
        """For one track, at a time."""
        address, tracks = track.address, self.tracks
        moves = control_at(address).kind in ("number", "whole")
        menu.addAction("Add key here", partial(tracks.key_on_curve, address, t))
        if moves:
            smooth = QAction("Smooth through all keys", menu, checkable=True, checked=track.path == "spline")
            smooth.triggered.connect(lambda on: tracks.set_path(address, "spline" if on else "line"))
            menu.addAction(smooth)
            menu.addSeparator()
            menu.addAction("Random walk…", partial(self.ask_wander, track))
            if track.wander is not None:
                menu.addAction("No random walk", partial(tracks.set_wander, address, None))
            self.fill_drive(menu.addMenu("Driven by the sound"), track)
        menu.addSeparator()
        on = QAction("On", menu, checkable=True, checked=track.enabled)
        on.triggered.connect(lambda _checked: tracks.toggle(address))
        menu.addAction(on)
        menu.addAction("Remove track", partial(tracks.remove, address))

    def fill_drive(self, menu: QMenu, track: ControlTrack) -> None:
        """Which band of the sound moves it, and how much."""
        if self.animation.shown.sound is None:
            menu.addAction("Add sound…", partial(self.commands.sounds.ask, self.parent))
            return
        for band, words in BANDS.items():
            now = track.drive is not None and track.drive.band == band
            action = QAction(words, menu, checkable=True, checked=now)
            action.triggered.connect(lambda _checked, band=band: self.set_band(track, band))
            menu.addAction(action)
        if track.drive is not None:
            menu.addSeparator()
            menu.addAction("How much…", partial(self.ask_drive, track, track.drive))
            menu.addAction("Not at all", partial(self.tracks.set_drive, track.address, None))

    def set_band(self, track: ControlTrack, band: Band) -> None:
        """Another band, or the first one: a third of the control's range at the loudest."""
        low, high = usual(track, self.animation.document.model)
        first = Drive(high=round((high - low) / 3, 3))
        self.tracks.set_drive(track.address, replace(track.drive or first, band=band))

    def ask_drive(self, track: ControlTrack, drive: Drive) -> None:
        """All numbers of a drive."""
        scale = amounts(track, self.animation.document.model)
        numbers = {
            "low": Number("in silence", scale, drive.low, "What is added while nothing is heard"),
            "high": Number("at the loudest", scale, drive.high, "What is added at the loudest moment"),
            "attack": Number("rises in", TIMES, drive.attack, "How quickly it follows a sound that begins"),
            "release": Number("falls in", TIMES, drive.release, "How quickly it goes back when a sound ends"),
            "bend": Number("bend", Scale(0.1, 4.0, 1.0, 1.0, 0.05, limits=(0.1, 10.0)), drive.bend, BEND),
            "delay": Number(
                "later by", Scale(-1.0, 1.0, 0.0, 0.0, 0.01, limits=(-60.0, 60.0), suffix=" s"), drive.delay
            ),
        }
        dialog = NumbersDialog("Driven by the sound", "", numbers, self.parent)
        show(dialog, lambda made: self.tracks.set_drive(track.address, replace(drive, **made)))  # type: ignore[arg-type]

    def ask_wander(self, track: ControlTrack) -> None:
        """How far, how quickly, which seed."""
        low, high = usual(track, self.animation.document.model)
        span = round((high - low) / 6, 3)
        now = track.wander or Wander(-span, span, seed=random_seed() % 10_000)
        scale = amounts(track, self.animation.document.model)
        numbers = {
            "low": Number("lowest", scale, now.low, "What is added at the lowest"),
            "high": Number("highest", scale, now.high, "What is added at the highest"),
            "every": Number(
                "a step takes", Scale(0.1, 10.0, 2.0, step=0.1, limits=(0.01, 86_400.0), suffix=" s"), now.every
            ),
        }
        dialog = NumbersDialog(
            f"Random walk of {track.move.name if track.move else control_at(track.address).title}",
            "Smooth and endless, added to the keys. The same seed gives the same walk.",
            numbers,
            self.parent,
            seed=now.seed,
        )

        def take(made: dict[str, float]) -> None:
            ends = sorted((made["low"], made["high"]))
            self.tracks.set_wander(track.address, Wander(*ends, seed=int(made["seed"]), every=made["every"]))

        show(dialog, take)  # type: ignore[arg-type]


def place_of(heading: str) -> int:
    """The headings of faces first, what was discovered last."""
    return HEADINGS.index(heading) if heading in HEADINGS else len(HEADINGS)


def amounts(track: ControlTrack, model: object) -> Scale:
    """What may be added to a control."""
    low, high = usual(track, model)  # type: ignore[arg-type]
    span = high - low
    return Scale(-span, span, 0.0, 0.0, span / 50, limits=(-1e6, 1e6), signed=True)


BEND = "Below 1 lifts quiet moments, above 1 keeps to the loud ones"
