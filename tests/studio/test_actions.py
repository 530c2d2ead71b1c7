"""The table of actions is whole, and the window shows all of it."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from engine.paths import resources
from engine.project import Preset, Star
from engine.recipe import Mix, Noise, SeedLatent, View
from studio.action_table import ACTIONS, BAR
from studio.settings import MORPH_SECONDS
from studio.workspaces import WORKSPACES, is_at_home


def test_every_action_has_a_text_a_tip_a_handler_and_stands_in_a_menu(empty_window):
    menus = {menu.text(): menu.menu() for menu in empty_window.top_bar.menus.actions()}
    for spec in ACTIONS:
        action = empty_window.actions_by_id[spec.id]
        assert action.text(), spec.id
        assert action.toolTip(), spec.id
        assert callable(attrgetter(spec.handler)(empty_window)), spec.id
        assert action in menus[spec.menu].actions(), spec.id
        assert not spec.icon or (resources() / "icons" / f"{spec.icon}.svg").is_file(), spec.id


def test_no_two_actions_share_a_shortcut_in_one_workspace_or_an_id():
    for workspace in WORKSPACES:
        here = [spec for spec in ACTIONS if is_at_home(spec, workspace.id)]
        shortcuts = Counter(keys for spec in here for keys in spec.shortcuts)
        assert [keys for keys, count in shortcuts.items() if count > 1] == [], workspace.id
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)


def test_the_tooltip_names_the_shortcut(empty_window):
    assert "Ctrl+S" in empty_window.actions_by_id["save"].toolTip()


def test_the_bar_shows_known_actions():
    assert set(BAR) <= {spec.id for spec in ACTIONS}


COMPARING = ("compare", "set_a", "swap")
APART = ("play", "discover_directions", "add_track")  # they go on by themselves, or wait for an answer


@pytest.fixture
def busy(window):
    """Stars, a preset, mixes, noise, an A and two keyframes: something for every action to change."""
    faces = [replace(window.document.recipe, latent=SeedLatent(seed)) for seed in (3, 4)]
    look = {"mixes": (Mix(SeedLatent(9), (1,)),), "noise": Noise("random", 5), "view": View(zoom=2.0)}
    window.document.replace("x", replace(faces[0], **look))
    board = {"stars": tuple(map(Star, faces)), "presets": (Preset("Anna", faces[1]),), "compared": faces[1]}
    window.document.arrange("x", **board, pins=("ab",))
    window.animate.add_key()
    window.animate.choose_all()
    window.settings.set(MORPH_SECONDS, 0.0)
    return window


@pytest.mark.parametrize("workspace", ["explore", "animate"])
def test_whatever_an_action_changes_has_a_name_and_undo_brings_it_back(busy, workspace):
    busy.workspaces.show(workspace)
    document, stack = busy.document, busy.document.stack
    menus = next(one.menus for one in WORKSPACES if one.id == workspace)
    changing = set()
    for spec in ACTIONS:
        action = busy.actions_by_id[spec.id]
        if (spec.menu in menus or spec.id in COMPARING) and spec.id not in APART and action.isVisible():
            before = document.state
            action.trigger()
            for asking in filter(None, (QApplication.activeModalWidget(), QApplication.activePopupWidget())):
                asking.close()
            if document.state != before:
                changing.add(spec.id)
                assert stack.undoText(), spec.id
                stack.undo()
                assert document.state == before, spec.id
    some = {"explore": {"random", "star", "unmix", "compare", "preset_1"}, "animate": {"mark", "append_key"}}
    assert some[workspace] <= changing
