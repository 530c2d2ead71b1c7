"""What the window needs of the Qt binding, and one release of it lacked."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_calls_that_return_nothing_keep_the_count_of_none():
    """PySide6 6.12.0 on Python 3.11 loses a reference to None with each such call, and kills the program in minutes."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 100
