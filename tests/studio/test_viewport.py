"""Fit, zoom and pan."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QSizeF

from studio.viewport import LARGEST, MARGIN, Viewport

CANVAS, SIDE = QSizeF(1000, 700), 1024


def under(viewport: Viewport, at: QPointF) -> tuple[float, float]:
    """Which point of the picture lies there, 0 to 1."""
    rect = viewport.rect(CANVAS, SIDE)
    return (at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height()


def test_a_fitted_picture_is_whole_and_in_the_middle():
    rect = Viewport().rect(CANVAS, SIDE)
    assert rect.height() == 700 - 2 * MARGIN
    assert rect.center() == QPointF(500, 350)


@pytest.mark.parametrize("factor", [1.2, 3.0, 0.8])
def test_zooming_keeps_what_is_under_the_pointer(factor):
    at = QPointF(420, 210)
    start = Viewport()
    zoomed = start.zoomed(factor, at, CANVAS, SIDE)
    assert under(zoomed, at) == pytest.approx(under(start, at), abs=2e-3)


def test_zooming_has_an_end():
    viewport = Viewport()
    for _ in range(60):
        viewport = viewport.zoomed(1.5, QPointF(500, 350), CANVAS, SIDE)
    assert viewport.scale == LARGEST


def test_the_picture_cannot_be_lost():
    viewport = Viewport(2.0).panned(QPointF(90_000, -90_000), CANVAS, SIDE)
    assert viewport.rect(CANVAS, SIDE).intersects(Viewport().rect(CANVAS, SIDE))


def test_a_fitted_picture_does_not_pan():
    assert Viewport().panned(QPointF(50, 0), CANVAS, SIDE) == Viewport()
