"""A show that is on: what plays it, the window on the wall, and the visitors before it, joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine.project import Project
from engine.recipe import Recipe
from engine.show.values import Screen, Send, Show, Visitors
from studio.exhibition.giving import Giving
from studio.exhibition.kiosk import Kiosk
from studio.exhibition.output import OutputWindow
from studio.exhibition.runner import Runner
from studio.exhibition.sends import Camera, open_sends
from studio.messages import sentence
from studio.open_model import OpenModel

if TYPE_CHECKING:
    from studio.exhibition.full_scene import FullScene


class Exhibition(QObject):
    """left: who may leave, leaves; whoever made this calls `end`. said: a sentence for the log and the control window.

    control: the window that the show must not cover. rehearses: in an ordinary window. quiz: makes the quiz, for a show
    whose visitors find it.
    """

    left = Signal()
    said = Signal(str)

    def __init__(
        self,
        project: Project,
        control: QWidget | None = None,
        *,
        rehearses: bool = False,
        begun: float | None = None,
        quiz: Callable[[], FullScene] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.quiz = quiz
        self.runner = Runner(project, parent=self, begun=begun)
        self.output = OutputWindow(self.show.screen, control, rehearses=rehearses)
        self.cameras: list[Camera] = []
        self.giving = Giving(self.runner.engine.jobs, self.on_the_wall)
        self.kiosk = self.new_kiosk(self.show.visitors)
        self.runner.attach(self.output)
        for changed in (self.runner.opened, self.runner.scene_changed, self.runner.visited_changed):
            changed.connect(self.suit_kiosk)
        self.runner.fault.connect(lambda sentence, error: self.said.emit(sentence))
        self.runner.visited_changed.connect(self.on_visited)
        self.runner.touched.connect(lambda: self.kiosk.visit.touched())
        self.output.rate_changed.connect(self.runner.set_rate)

    @property
    def show(self) -> Show:
        """What is played."""
        return self.runner.show

    @property
    def model(self) -> OpenModel | None:
        """The facts of the model on the wall."""
        return None if self.runner.current is None else self.runner.engine.facts(self.runner.current)

    # its life

    def begin(self) -> None:
        """On the wall."""
        self.output.begin()
        self.runner.set_rate(self.output.rate)
        self.send(self.show.connections.sends)
        self.runner.start()

    def end(self) -> bool:
        """Off again, and every thread ended. Whether all did: one that hangs ends only with the process."""
        self.kiosk.end()
        self.send(())
        self.output.end()
        self.giving.end()
        ended = self.runner.end()
        self.output.deleteLater()
        return ended

    def set_project(self, project: Project) -> None:
        """Play this from now on; what is common goes on."""
        before = self.show
        self.runner.set_project(project)
        self.output.set_look(self.show.screen)
        if before.connections.sends != self.show.connections.sends:
            self.send(self.show.connections.sends)
        if (before.visitors, turned(before.screen)) != (self.show.visitors, turned(self.show.screen)):
            self.kiosk.end()
            self.kiosk = self.new_kiosk(self.show.visitors)

    def send(self, sends: Sequence[Send]) -> None:
        """Show the pictures there, too; instead of where they went before."""
        for camera in self.cameras:
            self.runner.detach(camera)
            camera.close()
        self.cameras = open_sends(sends, lambda error: self.said.emit(sentence(str(error))))
        for camera in self.cameras:
            self.runner.attach(camera)

    # visitors

    def new_kiosk(self, visitors: Visitors) -> Kiosk:
        """What stands before the wall."""
        full = self.quiz if visitors.scene == "quiz" else None
        made = Kiosk(self.output, self.runner, visitors, self.model, self.giving.give, full)
        made.left.connect(self.left)
        made.said.connect(self.said)
        return made

    def suit_kiosk(self) -> None:
        """Its sliders are those of the model on the wall; a visitor keeps what they have."""
        if not self.kiosk.visit.present:
            self.kiosk.use(self.model)

    def on_visited(self, visited: bool) -> None:
        """By a sensor or a controller, which know the runner only; or the runner's own patience is at its end."""
        if visited:
            self.kiosk.visit.touched()
        else:
            self.kiosk.visit.go()

    def on_the_wall(self) -> tuple[QImage, Recipe, OpenModel] | None:
        """For a phone."""
        image, recipe, model = self.runner.image, self.runner.recipe, self.model
        return None if image is None or recipe is None or model is None else (image, recipe, model)


def turned(screen: Screen) -> int:
    """What of the screen the scene for visitors depends on."""
    return screen.rotation
