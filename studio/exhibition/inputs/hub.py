"""The hub of all that comes in: ports that are open, the mapper, and the way to the picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from engine.controls import control_at
from engine.errors import VisagistError
from engine.project import Board
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.show.mapper import Change, Mapper
from engine.show.mapping import Mapping
from engine.show.sources import Event, kind_of
from studio.exhibition.inputs.arrivals import Arrivals
from studio.exhibition.inputs.edits import Edits
from studio.exhibition.inputs.learning import Learning
from studio.exhibition.inputs.midi import MidiPorts
from studio.exhibition.inputs.osc_desk import OscDesk
from studio.exhibition.inputs.osc_plan import OscPlan, plan_of_settings
from studio.exhibition.inputs.osc_port import LOOPBACK, OscPort, Peer
from studio.exhibition.inputs.sinks import DocumentSink, Player, PlayerSink, Sink
from studio.exhibition.inputs.sound_in import SoundIn
from studio.open_model import OpenModel
from studio.seed_box import random_seed
from studio.session import Session
from studio.settings import (
    MIDI_ON,
    OSC_ON,
    OSC_PORT,
    SOUND_DEVICE,
    SOUND_ON,
    Settings,
)

PACE_MS = 8  # between two looks at what came; longer where following it takes longer
GLIDE_MS = 16
SWITCHES = {"osc": OSC_ON, "midi": MIDI_ON, "sound": SOUND_ON}


class Inputs(QObject):
    """OSC, MIDI and sound of one window. Opens nothing before `start`.

    touched: a person moved a knob, sent a message (steady sources such as sound are none).
    changed: a port was opened or closed, or says something else of itself.
    recall: a preset by number from 1 or by name.
    """

    touched = Signal()
    changed = Signal()
    recall = Signal(object)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.document, self.messages, self.settings, self.clock = session.document, session.messages, settings, clock
        self.own = DocumentSink(self.document, self)
        self.sink: Sink = self.own
        self.mapper, self.arrivals = Mapper(self.document.board.mappings), Arrivals(clock)
        self.learning = Learning(self.document, self)
        self.edits = Edits(self.document, self.messages, self)
        self.edits.mapped.connect(self.on_mapped)
        self.learning.learned.connect(self.edits.add)
        self.osc: OscPort | None = None
        self.osc_state = ""
        self.plan: OscPlan | None = None  # as a show says
        self.player: Player | None = None
        self.desk = OscDesk(lambda: self.sink.recipe, self.send, self)
        self.desk.preset.connect(self.recall)
        self.desk.stranger.connect(self.show_stranger)
        self.desk.scene.connect(self.choose_scene)
        self.desk.touch.connect(self.touch)
        self.desk.refused.connect(self.refuse)
        self.midi, self.sound = MidiPorts(self), SoundIn(self)
        for port in (self.midi, self.sound):
            port.arrived.connect(self.look_soon)
            port.said.connect(self.messages.warn)
            port.changed.connect(self.changed)
        self.refused = ""
        self.pace = QTimer(self, singleShot=True, interval=PACE_MS)
        self.pace.timeout.connect(self.look)
        self.glides = QTimer(self, interval=GLIDE_MS)
        self.glides.timeout.connect(lambda: self.take([]))
        self.document.board_changed.connect(self.on_board)
        self.document.mapping_wanted.connect(lambda address: self.learn(address))
        for changed in (self.document.model_changed, self.document.directions_changed):
            changed.connect(self.on_own_model)

    # what is open

    def start(self, *, mapped: bool = False) -> None:
        """Open what the settings say. mapped: and what the mappings of the project listen to."""
        asked = {one.source.partition(":")[0] for one in self.document.board.mappings} if mapped else set()
        self.open_osc(self.is_on("osc") or "osc" in asked or self.plan is not None)
        self.midi.open(self.is_on("midi") or "midi" in asked)
        self.sound.open(self.is_on("sound") or "sound" in asked, self.settings.get(SOUND_DEVICE))

    def is_on(self, kind: str) -> bool:
        """Whether osc, midi or sound is switched on."""
        return bool(self.settings.get(SWITCHES[kind]))

    def stop(self) -> None:
        """Close everything; what was learned stays."""
        self.open_osc(False)
        self.midi.open(False)
        self.sound.open(False)
        for timer in (self.pace, self.glides):
            timer.stop()

    def end(self) -> None:
        """The window closes."""
        self.learning.stop()
        self.stop()

    def switch(self, kind: str, *, on: bool) -> None:
        """Switch osc, midi or sound on or off, and remember it."""
        self.settings.set(SWITCHES[kind], on)
        if kind == "osc":
            self.open_osc(on)
        elif kind == "midi":
            self.midi.open(on)
        else:
            self.sound.open(on, self.settings.get(SOUND_DEVICE))
        self.changed.emit()

    def open_osc(self, on: bool) -> None:
        """Close the port, and open it as the show or the settings say."""
        if self.osc is not None:
            port, self.osc = self.osc, None
            port.end()
            port.deleteLater()
        self.osc_state = ""
        plan = self.planned() if on else None
        self.desk.target(plan.target if plan is not None else None)
        if plan is not None:
            self.osc = OscPort(plan.host, plan.port, plan.allowed, parent=self)
            self.osc.arrived.connect(self.look_soon)
            self.osc.opened.connect(self.on_osc_opened)
            self.osc.failed.connect(self.on_osc_failed)
            self.osc.start()
        self.changed.emit()

    def planned(self) -> OscPlan:
        """Where to listen. What is written wrong is told, and then this machine alone is heard."""
        try:
            return plan_of_settings(self.settings) if self.plan is None else self.plan
        except VisagistError as error:
            self.messages.warn(str(error))
            return OscPlan(LOOPBACK, self.settings.get(OSC_PORT))

    def on_osc_opened(self, port: int) -> None:
        if self.osc is not None:
            self.osc_state = f"listens on {self.osc.host}:{port}"
            self.changed.emit()

    def on_osc_failed(self, words: str) -> None:
        self.osc_state = words
        self.messages.warn(words)
        self.changed.emit()

    def send(self, peer: Peer, packet: bytes) -> None:
        """An answer of the OSC port."""
        if self.osc is not None:
            self.osc.send(peer, packet)

    # what comes in

    def look_soon(self) -> None:
        """Something waits."""
        if not self.pace.isActive():
            self.pace.start()

    def look(self) -> None:
        """Fetch what waits, and follow it."""
        began = time.perf_counter()
        heard = self.desk.take(self.osc.fetch() if self.osc is not None else [])
        self.take([*heard.events, *self.midi.fetch(), *self.sound.fetch()], heard.changes)
        # however much comes, the window has as much time as this takes
        self.pace.setInterval(max(PACE_MS, round(2000 * (time.perf_counter() - began))))

    def take(self, events: Sequence[Event], changes: Iterable[Change] = ()) -> None:
        """Follow events and direct changes; without any, glides go on."""
        direct = list(changes)
        for event in events:
            self.arrivals.note(event.source, event.value)
        for change in direct:
            self.arrivals.note(change.address, change.value if isinstance(change.value, int | float) else 0.0)
        if self.learning.waits:
            self.learning.hear(events)
            events = [event for event in events if kind_of(event.source).steady]
        made = self.mapper.take(events, self.clock(), self.sink.recipe)
        by_hand = bool(direct) or any(not kind_of(event.source).steady for event in events)
        self.sink.take([*direct, *made], by_hand=by_hand)
        if self.mapper.glides != self.glides.isActive():
            self.glides.start() if self.mapper.glides else self.glides.stop()
        if by_hand:
            self.touched.emit()

    def refuse(self, words: str) -> None:
        """Something could not be followed; the monitor tells it."""
        self.refused = words

    @property
    def problem(self) -> str:
        """The last thing that was refused."""
        return self.refused or (self.osc.problem if self.osc is not None else "")

    def forget(self) -> None:
        """What has arrived, and what was refused."""
        self.arrivals.clear()
        self.refused = ""
        if self.osc is not None:
            self.osc.problem, self.osc.counts.refused = "", 0

    # where it goes

    def send_to(self, player: Player | None, model: OpenModel | None = None) -> None:
        """Live controls go to what plays, with its open model; None: into the document again."""
        self.own.rest()
        if self.player is not None and isValid(self.player):
            self.player.opened.disconnect(self.on_model)
        self.player = player
        self.sink = self.own if player is None else PlayerSink(player)
        if player is not None:
            player.opened.connect(self.on_model)
        model = self.document.model if player is None else model
        if model is not None:
            self.on_model(model)

    def put(self, address: str, value: float | int | str) -> None:
        """A live control from elsewhere, such as a sensor; RecipeError where there is none."""
        control = control_at(address)
        self.sink.take([Change(control.address, control.kept(value), self.move_of(control.address))])

    def show_stranger(self, seed: int | None) -> None:
        """A new face."""
        kept = None if seed is None else control_at("latent.seed").kept(seed)
        number = kept if isinstance(kept, int) else None
        if self.player is not None:
            self.player.stranger(number)
        else:
            self.document.edit("Random face", latent=SeedLatent(random_seed() if number is None else number))

    def choose_scene(self, name: str | None) -> None:
        """A scene of the show that plays, or what it says itself."""
        if self.player is None:
            self.refuse("no show plays, so that no scene can be chosen")
        elif name is not None and name not in self.player.scene_names():
            self.refuse(f"the show has no scene '{name[:80]}'; it has {', '.join(self.player.scene_names())}")
        else:
            self.player.set_scene(name)

    def touch(self) -> None:
        """A sensor saw a visitor."""
        if self.player is None:
            self.refuse("no show plays, so that nobody can come to it")
        else:
            self.player.touch()

    # the mappings

    def learn(self, address: str = "", instead: Mapping | None = None) -> None:
        """Wait for a knob that is to move a control; without its address, for the control first.

        instead: a mapping that is to get another knob.
        """
        if not self.is_on("osc") and not self.is_on("midi"):
            self.switch("osc", on=True)
            self.switch("midi", on=True)
        self.learning.begin(address, instead)

    def on_mapped(self, mapping: Mapping) -> None:
        """What it listens to is open from now on, and moves its control at once."""
        kind = mapping.source.partition(":")[0]
        if not self.is_on(kind):
            self.switch(kind, on=True)
        self.mapper.hold(mapping, self.sink.recipe)

    def move_of(self, address: str) -> DirectionAmount | None:
        """What a direction's address means in the packs of the open model."""
        name = address.removeprefix("direction/")
        return next((move for move in self.desk.directions if address != name and move.name == name), None)

    def on_board(self, old: Board, new: Board) -> None:
        if old.mappings != new.mappings:
            self.mapper.use(new.mappings)

    def on_own_model(self, model: OpenModel) -> None:
        if self.player is None:
            self.on_model(model)

    def on_model(self, model: OpenModel) -> None:
        """The directions of what is on show."""
        self.desk.use(DirectionAmount(facts.name, facts.id, 0.0, facts.rows) for facts in model.directions)

    @property
    def recipe(self) -> Recipe:
        """What live controls change, as it is."""
        return self.sink.recipe
