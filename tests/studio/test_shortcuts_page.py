"""The page of all shortcuts, and the one line for somebody who is here for the first time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from studio.action_table import ACTIONS
from studio.main_window import MainWindow
from studio.settings import HINT_SEEN
from tests.studio.conftest import settle


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_the_page_lists_every_shortcut_of_the_table(window, qtbot, key):
    qtbot.keyClick(window, key)
    page = QApplication.activeModalWidget()
    told = {label.text() for label in page.findChildren(QLabel)}
    assert {keys for spec in ACTIONS for keys in spec.shortcuts} <= told
    assert "Zoom to the pointer" in told
    page.close()


def test_typing_leaves_what_holds_every_word(window, qtbot):
    window.shortcuts_page()
    page = QApplication.activeModalWidget()
    qtbot.keyClicks(page.field, "save proj")
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert [text for text in shown if text.startswith("Save")] == ["Save project", "Save project as"]
    qtbot.keyClicks(page.field, "xyz")
    assert page.none.isVisible()
    page.close()


def test_the_hint_is_there_on_the_first_start_and_never_after_the_first_click(window, qtbot):
    assert window.first_hint.isVisible()
    assert window.first_hint.geometry().center().x() == pytest.approx(window.canvas.rect().center().x(), abs=1)
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton)
    assert not window.first_hint.isVisible()
    assert window.settings.get(HINT_SEEN) is True


def test_a_second_start_shows_no_hint(window, qtbot, tiny_path):
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    window.close()
    again = MainWindow()
    again.show()
    again.start([tiny_path])
    settle(qtbot, again)
    assert not again.first_hint.isVisible()
    again.close()
