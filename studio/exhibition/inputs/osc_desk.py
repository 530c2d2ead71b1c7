"""What OSC messages mean: controls set and asked, lists, subscribers who hear what changes, and a few commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from engine.controls import Value
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.show.mapper import Change
from engine.show.osc import Message, OscError, OscValue, is_pattern
from engine.show.sources import Event, is_source
from engine.show.space import (
    END,
    ITEM,
    LIST,
    PRESET,
    ROOT,
    SCENE,
    STRANGER,
    SUBSCRIBE,
    TOUCH,
    UNSUBSCRIBE,
    Place,
    Space,
)
from studio.exhibition.inputs.osc_port import Arrived, Peer

FEEDBACK_MS = 33
MOST_LISTENERS = 16
MOST_MATCHED = 512
MOST_HARD = 8  # lists and patterns that are followed in one go: each is many messages
LONGEST = 400  # letters of a text that is sent

Send = Callable[[Peer, bytes], None]


@dataclass
class Heard:
    """What a batch of messages asks for."""

    changes: list[Change] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class OscDesk(QObject):
    """Reads messages against the recipe that is on show; answers by `send`.

    preset, stranger, scene: a command with its value, None where it has none; touch: a sensor saw a visitor;
    refused: a sentence for the monitor.
    """

    preset = Signal(object)
    stranger = Signal(object)
    scene = Signal(object)
    touch = Signal()
    refused = Signal(str)

    def __init__(self, recipe: Callable[[], Recipe], send: Send, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recipe, self.send = recipe, send
        self.directions: tuple[DirectionAmount, ...] = ()
        self.made: tuple[object, Space] | None = None
        self.listeners: dict[Peer, dict[str, Value]] = {}  # each with what it was told last
        self.always: Peer | None = None
        self.told: Recipe | None = None
        self.feedback = QTimer(self, interval=FEEDBACK_MS)
        self.feedback.timeout.connect(self.tell)

    def use(self, directions: Iterable[DirectionAmount]) -> None:
        """The directions of the open packs."""
        self.directions = tuple(directions)
        self.made = None

    def target(self, peer: Peer | None) -> None:
        """Who hears what changes without having asked."""
        if self.always is not None:
            self.listeners.pop(self.always, None)
        self.always = peer
        if peer is not None:
            self.listen(peer)
        self.keep_time()

    @property
    def space(self) -> Space:
        """The addresses that there are now."""
        recipe = self.recipe()
        key = (
            type(recipe.latent),
            len(recipe.label),
            len(recipe.mixes),
            tuple(move.id for move in recipe.directions),
            tuple(level.resolution for level in recipe.noise.levels),
        )
        if self.made is None or self.made[0] != key:
            self.made = (key, Space(recipe, self.directions))
        return self.made[1]

    def take(self, arrived: Sequence[Arrived]) -> Heard:
        """Messages in their order."""
        heard, hard = Heard(), 0
        for one in arrived:
            address = one.message.address
            if not address.startswith(ROOT):
                heard.events += events_of(one.message)
                continue
            hard += address == LIST or is_pattern(address)
            if hard > MOST_HARD and (address == LIST or is_pattern(address)):
                self.refused.emit(f"more than {MOST_HARD} lists and patterns at once")
                continue
            try:
                self.command(one, heard)
            except (RecipeError, OscError) as error:
                self.refused.emit(str(error))
        return heard

    def command(self, one: Arrived, heard: Heard) -> None:
        """One message under /visagist/; RecipeError or OscError where it is no use."""
        message, peer = one.message, one.peer
        first = message.values[0] if message.values else None
        if message.address == LIST:
            self.list(peer, first)
        elif message.address in (SUBSCRIBE, UNSUBSCRIBE):
            wanted = (peer[0], port_of(first, peer[1]))
            if message.address == SUBSCRIBE:
                self.listen(wanted)
            elif wanted != self.always:
                self.listeners.pop(wanted, None)
            self.keep_time()
        elif message.address == PRESET:
            if not isinstance(first, int | float | str) or isinstance(first, bool):
                raise RecipeError(f"{PRESET} takes the number of a preset, or its name")
            self.preset.emit(first)
        elif message.address == STRANGER:
            self.stranger.emit(first if isinstance(first, int) and not isinstance(first, bool) else None)
        elif message.address == SCENE:
            self.scene.emit(first if isinstance(first, str) and first else None)
        elif message.address == TOUCH:
            self.touch.emit()
        else:
            self.control(message, peer, heard)

    def control(self, message: Message, peer: Peer, heard: Heard) -> None:
        """Set what an address or a pattern means; without a value, say how it is."""
        places = self.space.matching(message.address)[:MOST_MATCHED]
        if not places:
            raise RecipeError(f"there is no {message.address[:120]}; {LIST} tells what there is")
        if not message.values:
            for place in places:
                self.answer(peer, place)
            return
        wrong: RecipeError | None = None
        for place in places:
            try:
                heard.changes.append(Change(place.control.address, place.value(message.values), place.move))
            except RecipeError as error:  # a pattern also matches what takes no such value
                wrong = error
        if wrong is not None and len(places) == 1:
            raise wrong

    def list(self, peer: Peer, asked: OscValue) -> None:
        """One message for each control, and how many there were."""
        listed = self.space.matching(asked) if isinstance(asked, str) else [*self.space.places.values()]
        for place in listed:
            control = place.control
            values = (place.path, control.kind, control.low, control.high, control.title[:LONGEST], self.value(place))
            self.send(peer, packed(ITEM, values))
        self.send(peer, packed(END, (len(listed),)))

    def answer(self, peer: Peer, place: Place) -> None:
        """How a control stands."""
        self.send(peer, packed(place.path, (self.value(place),)))

    def value(self, place: Place) -> Value:
        """How a control stands; None where the recipe says nothing of it."""
        try:
            return place.control.read(self.recipe())
        except RecipeError:
            return None

    # who hears what changes

    def listen(self, peer: Peer) -> None:
        """Tell somebody what changes from now on; the one who came first goes where there are too many."""
        self.listeners.setdefault(peer, {place.path: self.value(place) for place in self.space.places.values()})
        for other in list(self.listeners)[: -MOST_LISTENERS or None]:
            if len(self.listeners) > MOST_LISTENERS and other != self.always:
                del self.listeners[other]

    def keep_time(self) -> None:
        """Look for changes while somebody listens."""
        if self.listeners and not self.feedback.isActive():
            self.feedback.start()
        elif not self.listeners:
            self.feedback.stop()

    def tell(self) -> None:
        """Send what changed since it was told, the newest value of each control alone."""
        recipe = self.recipe()
        if recipe is self.told:
            return
        self.told = recipe
        values = {place.path: self.value(place) for place in self.space.places.values()}
        for peer, known in self.listeners.items():
            for path, value in values.items():
                if path not in known or known[path] != value:
                    known[path] = value
                    self.send(peer, packed(path, (value,)))


def events_of(message: Message) -> list[Event]:
    """The values of a message that is no command, as sources; without any it is a press and its end."""
    source = f"osc:{message.address}"
    if not is_source(source):
        return []
    if not message.values:
        return [Event(source, 1.0), Event(source, 0.0)]
    numbers = [
        (index, float(value)) for index, value in enumerate(message.values) if isinstance(value, bool | int | float)
    ]
    return [Event(source if index == 0 else f"{source}#{index}", value) for index, value in numbers]


def port_of(value: OscValue, otherwise: int) -> int:
    """A port that somebody wants to be told at; RecipeError where it is none."""
    if value is None:
        return otherwise
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65_536:
        raise RecipeError("a port is a whole number from 1 to 65535")
    return value


def packed(address: str, values: Iterable[Value]) -> bytes:
    """A message as its bytes."""
    from pythonosc.osc_message_builder import OscMessageBuilder  # not needed until somebody speaks to the port

    builder = OscMessageBuilder(address)
    for value in values:
        if value is None:
            builder.add_arg(None, OscMessageBuilder.ARG_TYPE_NIL)
        elif isinstance(value, int):
            # larger than any signed type is a seed that a float tells best
            kind = "i" if abs(value) < 2**31 else "h" if value < 2**63 else "d"
            builder.add_arg(float(value) if kind == "d" else value, kind)
        else:
            builder.add_arg(value, "s" if isinstance(value, str) else "f")
    return builder.build().dgram
