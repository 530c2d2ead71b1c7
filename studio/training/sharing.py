"""How much of the machine the training has: as a person set it, and nothing while somebody works with the pictures."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.document import Document
from studio.settings import TRAINING_SHARE, TRAINING_YIELDS, Settings

REST_S = 6.0  # how long a training rests after somebody did something
LEAST = 0.05


class Sharing(QObject):
    """share_changed: a person set it; rests: the training should rest until this time (unix seconds).

    A rest ends by itself, so that a window that crashes holds no training up. While somebody goes on working it is
    made longer every now and then.
    """

    share_changed = Signal(float)
    rests = Signal(float)

    def __init__(
        self,
        document: Document,
        settings: Settings,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self.settings, self.clock = settings, clock
        self.share: float = min(max(settings.get(TRAINING_SHARE), LEAST), 1.0)
        self.yields: bool = settings.get(TRAINING_YIELDS)
        self.until = 0.0
        for done in (document.recipe_changed, document.board_changed, document.model_changed):
            done.connect(self.on_work)

    def set_share(self, share: float) -> None:
        """The hand moves the share."""
        if share != self.share:
            self.share = share
            self.settings.set(TRAINING_SHARE, share)
            self.share_changed.emit(share)

    def set_yields(self, yields: bool) -> None:
        """Whether the training rests while somebody works."""
        self.yields = yields
        self.settings.set(TRAINING_YIELDS, yields)
        if not yields and self.until:
            self.until = 0.0
            self.rests.emit(self.until)

    def on_work(self) -> None:
        """Somebody did something: said again only when half of the rest is over."""
        now = self.clock()
        if self.yields and self.until - now < REST_S / 2:
            self.until = now + REST_S
            self.rests.emit(self.until)
