"""Scenes for visitors that take the whole wall: the quiz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from engine.show.values import Visitors
from studio.canvas import Canvas
from studio.messages import Messages
from studio.quiz.scene import QuizScene
from studio.session import Session
from studio.settings import Settings


@dataclass(frozen=True)
class FullScene:
    """invite: its clean state; stop: whatever it does; end: it is no longer needed. left: its visitor is gone."""

    widget: QWidget
    left: SignalInstance
    invite: Callable[[], None]
    stop: Callable[[], None]
    end: Callable[[], None]


def quiz(session: Session, settings: Settings, visitors: Visitors, end: Callable[[], None] = lambda: None) -> FullScene:
    """The quiz as the show sets it up, with the pictures of a session."""
    scene = QuizScene(session, settings, wall=True, idle=visitors.idle)

    def leave() -> None:
        scene.stop()
        scene.invitation.samples.forget()
        end()

    return FullScene(scene, scene.left, lambda: scene.invite(visitors.quiz), scene.stop, leave)


def quiz_alone(model: Path | None, visitors: Visitors) -> FullScene:
    """The quiz where no window has a session: with one of its own, of a model file or the model to begin with."""
    settings = Settings()
    session = Session(Canvas(settings), Messages())
    session.open_model(model)
    return quiz(session, settings, visitors, session.end)
