"""The directions of a model in a menu under their headings, those that are chosen with a tick."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QMenu

from engine.directions.headings import HEADINGS
from engine.show.values import VisitorSlider
from studio.exhibition.sliders import slider_of
from studio.open_model import OpenModel


def add_directions(
    menu: QMenu, model: OpenModel | None, chosen: Collection[str], toggle: Callable[[VisitorSlider, bool], None]
) -> None:
    """A submenu for each heading that the model has; chosen: addresses. Without a model there is nothing to add."""
    for name in HEADINGS if model is not None else ():
        under = [(one, slider_of(one)) for one in model.directions if one.heading == name]
        listed = [slider for one, slider in under if not one.passed or slider.address in chosen]
        if listed:
            part = menu.addMenu(name)
            for slider in listed:
                action = part.addAction(slider.title)
                action.setCheckable(True)
                action.setChecked(slider.address in chosen)
                action.triggered.connect(lambda on, slider=slider: toggle(slider, on))
