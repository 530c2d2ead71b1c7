"""What was opened last: in the File menu and under the model's name."""

from __future__ import annotations

import json
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from engine.recipe import Recipe, SeedLatent
from studio.recent import MOST
from studio.settings import RECENT_FILES
from tests.nets import save_tiny


@pytest.fixture
def recipes(tmp_path):
    paths = [tmp_path / f"{seed}.json" for seed in range(MOST + 3)]
    for seed, path in enumerate(paths):
        path.write_bytes(Recipe(latent=SeedLatent(seed)).to_json())
    return paths


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator() and action.isVisible()]


def press(qtbot, menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_the_newest_come_first_and_what_is_gone_is_not_listed(window, qtbot, recipes):
    for path in recipes[1:4]:
        window.opener.open([path])
        qtbot.waitUntil(lambda path=path: window.recent.files()[:1] == [path])
    recipes[2].unlink()
    window.recent_menu.pop_up()
    assert texts(window.recent_menu) == ["3.json", "1.json", "Clear this list"]
    press(qtbot, window.recent_menu, "1.json")
    qtbot.waitUntil(lambda: window.document.recipe.latent == SeedLatent(1))
    qtbot.waitUntil(lambda: window.recent.files() == [recipes[1], recipes[3]])


def test_the_list_stands_in_the_file_menu_and_can_be_cleared(window, qtbot, recipes):
    window.recent.add(recipes[1])
    file = next(menu.menu() for menu in window.top_bar.menus.actions() if menu.text() == "File")
    entry = next(action for action in file.actions() if action.text() == "Open recent")
    menu = entry.menu()
    menu.popup(window.pos())
    press(qtbot, menu, "Clear this list")
    menu.popup(window.pos())
    assert texts(menu) == ["Nothing yet"]
    menu.close()


def test_a_file_that_the_system_refuses_to_look_for_is_not_listed(window, recipes):
    window.settings.set(RECENT_FILES, json.dumps([f"/{'x' * 300}.json", "nul\0.json", str(recipes[1])]))
    assert window.recent.files() == [recipes[1]]


def test_only_so_many_are_kept_and_a_spoiled_list_is_an_empty_one(window, recipes):
    for path in recipes:
        window.recent.add(path)
    assert window.recent.files() == recipes[: -MOST - 1 : -1]
    window.settings.set(RECENT_FILES, '{"not": "a list"}')
    assert window.recent.files() == []


def test_the_models_name_opens_a_menu_of_the_models_of_this_machine(window, qtbot, home, tiny_path):
    (home / "models").mkdir()
    other = save_tiny(home / "models" / "other.safetensors", 1, title="Another & one")
    (home / "models" / "broken.safetensors").write_bytes(b"nothing")
    qtbot.mouseClick(window.top_bar.model, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    wanted = [
        "A tiny random network",
        "Another && one",
        "Rendered faces 64",  # it ships
        "Fetch the face generator",
        "Open model…",
        "About this model",
    ]
    qtbot.waitUntil(lambda: texts(menu) == wanted)
    assert menu.actions()[0].isChecked()
    press(qtbot, menu, "Another && one")
    qtbot.waitUntil(lambda: window.document.model.hash == other.hash)
    assert window.top_bar.model.text() == "Another & one ▾"
    assert window.recent.models() == [home / "models" / "other.safetensors", tiny_path]


def test_a_model_that_was_moved_away_is_no_longer_listed(window, qtbot, tmp_path, tiny_path):
    shutil.copy(tiny_path, tmp_path / "copy.safetensors")
    window.opener.open([tmp_path / "copy.safetensors"])
    qtbot.waitUntil(lambda: window.recent.models() == [tmp_path / "copy.safetensors", tiny_path])
    (tmp_path / "copy.safetensors").unlink()
    assert window.recent.models() == [tiny_path]
