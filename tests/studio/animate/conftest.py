"""Fixtures for the Animate workspace: a window that shows it, with three faces on its timeline if wanted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from engine.recipe import Recipe, SeedLatent
from studio.animate.workspace import AnimateWorkspace
from studio.main_window import MainWindow


def face(window: MainWindow, seed: int) -> Recipe:
    return Recipe(model=window.document.model.hash, latent=SeedLatent(seed))


def timeline_of(window: MainWindow):
    return window.document.board.timeline


def key_times(window: MainWindow) -> list[float]:
    return [key.t for key in timeline_of(window).recipes.keys]


def picture(qtbot, window: MainWindow, recipe: Recipe) -> None:
    """Wait until the final of a recipe stands on the stage."""
    canvas = window.workspaces.animate.stage.canvas

    def there() -> bool:
        return canvas.frame is not None and not canvas.frame.draft and canvas.frame.recipe == recipe

    qtbot.waitUntil(there)


def middle(page: AnimateWorkspace, t: float, lane: int = 0) -> QPointF:
    """A place on the timeline: a time, in the middle of a lane."""
    where = page.area.lanes[lane]
    return QPointF(page.area.axis.x(t), where.top + where.height / 2)


@pytest.fixture
def page(window) -> AnimateWorkspace:
    """The workspace on show, with nothing animated yet."""
    window.workspaces.show("animate")
    return window.workspaces.animate


@pytest.fixture
def film(window, page) -> MainWindow:
    """The window with three faces at 0, 2 and 4 s of a timeline of 10 s."""
    for seed in (3, 7, 19):
        window.animate.append_face(face(window, seed))
    window.animate.animation.choose(())
    window.animate.steps.home()
    return window
