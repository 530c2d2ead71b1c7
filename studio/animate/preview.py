"""The picture of the workspace: what the timeline shows at the playhead, by the session's one road."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.errors import VisagistError
from studio.animate.animation import Animation
from studio.canvas import Canvas
from studio.session import Session
from studio.workers.render_worker import Result


class Preview(QObject):
    """While it is on, the window's pictures are the timeline's: drafts while something moves, the final at rest."""

    def __init__(self, session: Session, animation: Animation, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.animation, self.canvas = session, animation, canvas
        self.on = False
        animation.moved.connect(self.ask)
        animation.changed.connect(self.ask)

    def begin(self) -> None:
        """The workspace came on show."""
        if not self.on:
            self.on = True
            self.session.lend(self.take)
            if self.canvas.frame is None and self.session.renderer is None:
                self.canvas.empty.show_sentence("No model is open yet", "Its first face will stand here.")
            self.ask()

    def end(self) -> None:
        """It went away; Explore shows its own face again."""
        if self.on:
            self.on = False
            self.session.give_back()

    def ask(self) -> None:
        """Ask for the picture at the playhead."""
        if not self.on:
            return
        try:
            recipe = self.animation.recipe()
        except VisagistError as error:
            self.session.messages.warn(str(error))
            return
        moving = not self.animation.resting or self.animation.document.moving
        self.session.show_other(recipe, moving=moving)

    def take(self, result: Result) -> None:
        """A picture came."""
        if result.frame is None:
            self.session.messages.fail("rendering", result.error)
            return
        sizes = result.work.renderer.sizes
        self.canvas.show_frame(result.frame, sizes[-1], fading=False, final_in=result.final_in)
        self.canvas.readout.show_frame(result.frame, result.waited)
