"""Offers to go on with videos that an earlier start left unfinished: a card on the canvas, after unsaved work."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from studio.animate.queue import Render, RenderQueue
from studio.card import Card
from studio.projects.recovery import Recovery

NAMED = 3


class UnfinishedVideos(QObject):
    """Asked once a start. Whoever puts it off finds them in the queue."""

    def __init__(self, queue: RenderQueue, recovery: Recovery, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.queue, self.recovery, self.canvas = queue, recovery, canvas
        self.card: Card | None = None
        self.due = False
        queue.found.connect(self.on_found)
        # queued, for one card of unsaved work may take the place of another
        recovery.quiet.connect(self.offer, Qt.ConnectionType.QueuedConnection)

    def on_found(self, count: int) -> None:
        self.due = True
        self.offer()

    def offer(self) -> None:
        """Show the card, where there is something to offer and room for it."""
        stopped = [render for render in self.queue.renders if render.state == "stopped"]
        if not self.due or self.recovery.card is not None or not stopped:
            return
        self.due = False
        heading = "Go on with your video?" if len(stopped) == 1 else f"Go on with {len(stopped)} videos?"
        self.card = card = Card(self.canvas, heading, sentence_of(stopped))
        card.add_button("Go on", self.go_on, default=True)
        card.left.connect(self.drop_card)
        card.appear()

    def go_on(self) -> None:
        """Render the rest of all."""
        self.queue.resume_all()
        if self.card is not None:
            self.card.leave()

    def drop_card(self) -> None:
        """It was answered or put off."""
        self.card = None


def sentence_of(renders: list[Render]) -> str:
    """What there is."""
    told = [f"{render.output.name} ({100 * render.share:.0f} % rendered)" for render in renders[:NAMED]]
    more = f" and {len(renders) - NAMED} more" if len(renders) > NAMED else ""
    was = "was" if len(renders) == 1 else "were"
    return f"{', '.join(told)}{more} {was} not finished. Rendered frames are kept; the rest can wait in Animate."
