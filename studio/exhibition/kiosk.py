"""Visitors at the wall: a touch brings the scene for them, stillness takes it away, and only a PIN lets one leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QRect, QSize, QTimer, Signal

from engine.errors import VisagistError
from engine.recipe import DirectionAmount
from engine.show.values import Visitors
from studio.exhibition.gamepad import GamePads
from studio.exhibition.output import OutputWindow
from studio.exhibition.overlay import Overlay
from studio.exhibition.pin_pad import Lock, PinPad
from studio.exhibition.scene import VisitorScene, beside, room_for
from studio.exhibition.senses import Senses
from studio.exhibition.sliders import sliders_for
from studio.exhibition.take_away import code_of
from studio.exhibition.visitors import Visit
from studio.open_model import OpenModel

if TYPE_CHECKING:
    from studio.exhibition.full_scene import FullScene

FOLLOW_MS = 250  # how often sliders look where the show stands
LEAN = 0.02  # of a slider, for every beat that a stick leans
STEP_S = 0.25  # from slider to slider while a stick leans
BUTTON_ANOTHER, BUTTON_BACK, BUTTON_TAKE = 0, 1, 3

Give = Callable[[Callable[[str], None], Callable[[VisagistError], None]], None]


class Host(Protocol):
    """What plays the show, as far as visitors reach. touch: whether the wall is theirs now; a dark one is nobody's."""

    def touch(self) -> bool: ...
    def leave(self) -> None: ...
    def stranger(self) -> object: ...
    def put(
        self, address: str, value: float, move: DirectionAmount | None = None, *, visitor: bool = False
    ) -> object: ...
    def value_of(self, address: str) -> object: ...


class Kiosk(QObject):
    """left: who may leave, leaves. said: a sentence for the log and the control window, never for the wall.

    full: makes a scene that takes the whole wall, in the place of the sliders.
    give: makes the picture of now ready for phones and tells its address, where the show gives pictures away.
    """

    left = Signal()
    said = Signal(str)

    def __init__(
        self,
        output: OutputWindow,
        host: Host,
        visitors: Visitors,
        model: OpenModel | None = None,
        give: Give | None = None,
        full: Callable[[], FullScene] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(output)
        self.output, self.host, self.visitors, self.give, self.clock = output, host, visitors, give, clock
        self.visit = Visit(visitors.idle, self, clock)
        self.senses = Senses(output, self, clock)
        self.pads = GamePads(self)
        self.make_full, self.full = full, None
        self.overlay: Overlay | None = None
        self.pin: Overlay | None = None
        self.lock = Lock(visitors.pin, clock)
        self.stepped = 0.0
        self.moves = {slider.address: slider.move for slider in visitors.sliders}
        self.model: OpenModel | None = None
        self.use(model)
        self.follow = QTimer(self, interval=FOLLOW_MS)
        self.follow.timeout.connect(self.show_values)
        self.senses.felt.connect(self.on_felt)
        self.senses.cornered.connect(self.ask_pin)
        self.pads.pressed.connect(self.on_button)
        self.pads.leaned.connect(self.on_lean)
        self.visit.came.connect(self.on_came)
        self.visit.left.connect(self.on_left)
        self.visit.waning.connect(self.on_waning)
        output.left.connect(self.left)
        output.resized.connect(self.place)
        output.set_locked(bool(visitors.pin))
        if visitors.welcome:
            self.pads.begin()

    def use(self, model: OpenModel | None) -> None:
        """The sliders of the model on the wall."""
        if self.model is not None and model is not None and model.hash == self.model.hash:
            return
        self.model = model
        sliders = sliders_for(self.visitors, model)
        self.moves = {slider.address: slider.move for slider in sliders}
        self.scene = VisitorScene(
            sliders,
            self.visitors.heading,
            stranger=self.visitors.stranger,
            take_away=self.visitors.take_away and self.give is not None,
        )
        self.scene.moved.connect(self.on_moved)
        self.scene.stranger.connect(self.host.stranger)
        self.scene.wished.connect(self.on_wished)
        if self.full is None:
            self.drop_overlay()

    def end(self) -> None:
        """No visitors any more."""
        self.visit.go()
        self.pads.end()
        if self.full is not None:
            self.full.end()
        self.drop_overlay()
        if self.pin is not None:
            self.close_pin()
        self.output.set_locked(False)
        self.output.removeEventFilter(self.senses)
        self.deleteLater()

    # who is there

    def on_felt(self, by_mouse: bool) -> None:
        """Someone did something at the window."""
        if self.pin is not None:
            return
        self.touched()
        if by_mouse and self.visit.present:
            self.output.show_pointer(True)

    def touched(self) -> None:
        """Someone did something."""
        if self.visitors.welcome and self.host.touch():
            self.visit.touched()

    def on_came(self) -> None:
        if self.full is None and self.make_full is not None:
            self.full = self.make_full()
            self.full.left.connect(self.visit.go)
        if self.overlay is None:
            self.overlay = Overlay(self.scene if self.full is None else self.full.widget, self.output)
            self.senses.watch(self.overlay)
            self.senses.watch(self.overlay.viewport())
        self.place()
        if self.full is not None:
            self.full.invite()
            self.overlay.appear()
            return
        self.show_values()
        self.scene.show_sliders()
        self.overlay.appear()
        self.follow.start()

    def on_left(self) -> None:
        self.follow.stop()
        self.output.show_pointer(False)
        self.scene.show_waning(1.0)
        if self.full is not None:
            self.full.stop()
        if self.overlay is not None:
            self.overlay.hide()
        self.output.make_room(room_for(QSize(0, 0)))
        self.output.setFocus()
        self.host.leave()

    def on_waning(self, share: float) -> None:
        self.scene.show_waning(share)

    def place(self) -> None:
        """Where the screen is as it is now."""
        canvas = self.output.canvas
        if self.overlay is not None and self.visit.present and self.full is not None:
            self.overlay.place(QRect(0, 0, canvas.width(), canvas.height()))
        elif self.overlay is not None and self.visit.present:
            rect = beside(canvas)
            ratio = self.output.devicePixelRatioF()
            self.scene.suit(rect.size() / ratio, self.unit)
            self.overlay.place(rect)
            self.output.make_room(room_for(canvas))
        if self.pin is not None:
            self.place_pin()

    @property
    def unit(self) -> float:
        """1 on a canvas whose shorter side is 1080 of Qt's pixels."""
        canvas = self.output.canvas / self.output.devicePixelRatioF()
        return min(canvas.width(), canvas.height()) / 1080

    # what they do

    def on_moved(self, address: str, value: float) -> None:
        self.touched()
        try:
            self.host.put(address, value, self.moves.get(address), visitor=True)
        except VisagistError as error:
            self.said.emit(str(error))

    def on_button(self, number: int) -> None:
        """Of a game pad."""
        was_there = self.visit.present
        self.touched()
        if not was_there or self.full is not None:
            return
        if number == BUTTON_ANOTHER and self.visitors.stranger:
            self.host.stranger()
        elif number == BUTTON_TAKE and self.scene.take in self.scene.offered:
            self.scene.ask()
        elif number == BUTTON_BACK:
            self.scene.show_sliders()

    def on_lean(self, across: float, down: float) -> None:
        """A stick: down goes to the next slider, across moves it."""
        self.touched()
        sliders = list(self.scene.sliders.values())
        if not sliders or self.full is not None:
            return
        at = self.scene.focusWidget()
        focused = sliders.index(at) if at in sliders else 0
        if abs(down) > abs(across):
            if self.clock() - self.stepped > STEP_S:
                self.stepped = self.clock()
                sliders[(focused + (1 if down > 0 else -1)) % len(sliders)].setFocus()
        else:
            sliders[focused].setFocus()
            sliders[focused].step(LEAN * across)

    def show_values(self) -> None:
        """The sliders stand where the show stands."""
        for address in self.scene.sliders:
            try:
                value = self.host.value_of(address)
            except VisagistError:  # what plays just now has no such control
                continue
            if isinstance(value, float | int):
                self.scene.show_value(address, float(value))

    def on_wished(self) -> None:
        """The picture of now, for a phone."""
        assert self.give is not None
        self.give(self.on_given, self.on_refused)

    def on_given(self, address: str) -> None:
        try:
            self.scene.show_code(code_of(address))
        except VisagistError as error:
            self.on_refused(error)

    def on_refused(self, error: VisagistError) -> None:
        self.scene.show_sliders()
        self.said.emit(str(error))

    # leaving

    def ask_pin(self) -> None:
        """The corner was held: the pad for the PIN."""
        if self.pin is None:
            pad = PinPad(self.lock)
            pad.opened.connect(self.on_opened)
            pad.gone.connect(self.close_pin)
            self.pin = Overlay(pad, self.output)
            self.place_pin()
            self.pin.appear()
            pad.begin()

    def place_pin(self) -> None:
        """In the middle of the upright canvas."""
        assert self.pin is not None
        pad = self.pin.widget
        pad.set_unit(self.unit)
        canvas, size = self.output.canvas, pad.sizeHint() * self.output.devicePixelRatioF()
        left, top = (canvas.width() - size.width()) // 2, (canvas.height() - size.height()) // 2
        self.pin.place(QRect(left, top, size.width(), size.height()))
        self.output.show_pointer(True)

    def close_pin(self) -> None:
        """Not now."""
        assert self.pin is not None
        self.pin.end()
        self.pin = None
        self.output.show_pointer(False)
        self.output.setFocus()

    def on_opened(self) -> None:
        self.close_pin()
        self.left.emit()

    def drop_overlay(self) -> None:
        """What lies over the pictures is no longer needed."""
        if self.overlay is not None:
            self.overlay.end()
            self.overlay = None
