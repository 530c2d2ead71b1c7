"""The table of actions is whole, and the window shows all of it."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from engine.paths import resources
from studio.action_table import ACTIONS, BAR
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
