"""Text can be read on every ground it stands on."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor

from studio import theme


def luminance(name: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(name).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *itertools.product((theme.TEXT, theme.MUTED), (theme.GROUND, theme.PANEL, theme.RAISED)),
        (theme.GROUND, theme.ACCENT),
        (theme.SECOND, theme.PANEL),
    ],
)
def test_contrast_is_at_least_four_and_a_half(ink, ground):
    assert contrast(ink, ground) >= 4.5
