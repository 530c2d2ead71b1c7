"""The inputs of a show that plays without the window: what its project maps and what its connections say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from engine.errors import VisagistError
from engine.project import Project
from engine.show.values import Connections, Show
from studio.document import Document, State
from studio.exhibition.inputs.hub import Inputs
from studio.exhibition.inputs.osc_plan import plan_of_show
from studio.exhibition.inputs.sinks import Player
from studio.messages import Messages
from studio.settings import Settings


@dataclass(frozen=True)
class Holder:
    """What a window's session gives the inputs."""

    document: Document
    messages: Messages


class ShowInputs(QObject):
    """Live controls go to the player; what is to be told goes into the log."""

    def __init__(self, player: Player, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.messages = Document(parent=self), Messages(self)
        self.settings = Settings(self)
        self.inputs = Inputs(Holder(self.document, self.messages), self.settings, self)
        self.inputs.recall.connect(lambda asked: self.inputs.refuse("a show plays scenes: /visagist/scene chooses one"))
        self.inputs.send_to(player)
        self.set_project(project)

    def set_project(self, project: Project) -> None:
        """The mappings and connections of this from now on."""
        self.document.open(State(project.recipe, project.board))
        self.inputs.plan = None
        connections = (project.board.show or Show()).connections
        try:
            self.inputs.plan = plan_of_show(connections) if connections.osc_port else None
        except VisagistError as error:
            self.messages.warn(str(error))
            self.inputs.plan = plan_of_show(Connections(osc_port=connections.osc_port))

    def begin(self) -> None:
        """Open what the settings, the show and its mappings need."""
        self.inputs.start(mapped=True)

    def end(self) -> None:
        """Close everything."""
        self.inputs.end()
