"""The table of mappings and the monitor: they show what is, and every change is an intent that can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from engine.project import Board
from engine.recipe import DirectionAmount
from engine.show.mapping import Mapping
from engine.show.sources import Event
from studio.exhibition.inputs.arrivals import MOST, Arrivals
from studio.exhibition.inputs.mapping_panel import MappingPanel
from studio.exhibition.inputs.monitor import MonitorPanel
from studio.settings import OSC_ALLOWED, OSC_ON, OSC_PORT

PSI = Mapping("midi:1/cc/7", "truncation.psi", -1.0, 1.5)
SEED = Mapping("midi:1/note/60", "latent.seed", 0, 9999, way="step")


@pytest.fixture
def panel(qtbot, empty_window):
    made = MappingPanel(empty_window)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.end()


@pytest.fixture
def monitor(qtbot, empty_window):
    made = MonitorPanel(empty_window)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.end()


def typed(box, text: str) -> None:
    box.setText(text)
    box.finish()


def mappings(window) -> tuple[Mapping, ...]:
    return window.document.board.mappings


def test_the_table_shows_the_projects_mappings_as_they_come_and_go(empty_window, panel):
    assert not panel.none.isHidden()
    empty_window.document.arrange("map", mappings=(PSI, SEED))
    assert [row.source.text() for row in panel.rows] == ["MIDI 1 CC 7", "MIDI 1 note C4"]
    assert [row.control.text() for row in panel.rows] == ["Truncation", "Seed"]
    assert panel.none.isHidden()
    empty_window.document.stack.undo()
    assert panel.rows == []


def test_range_curve_smoothing_and_way_are_changed_in_the_table_and_undone(empty_window, panel):
    empty_window.document.arrange("map", mappings=(PSI,))
    row = panel.rows[0]
    typed(row.low, "0.25")
    typed(row.high, "0,75")
    typed(row.smoothing, "1.5 s")
    row.curve.setCurrentIndex(row.curve.findData("cubic-in"))
    row.curve.activated.emit(row.curve.currentIndex())
    row.takeover.click()
    (made,) = mappings(empty_window)
    assert (made.low, made.high, made.smoothing, made.curve, made.takeover) == (0.25, 0.75, 1.5, "cubic-in", False)
    for _ in range(5):
        empty_window.document.stack.undo()
    assert mappings(empty_window) == (PSI,)
    assert row.high.text() == "1.50"


def test_what_cannot_be_is_told_and_the_field_shows_what_is(empty_window, panel):
    said = []
    empty_window.messages.said.connect(lambda text, level: said.append(text))
    empty_window.document.arrange("map", mappings=(PSI,))
    row = panel.rows[0]
    typed(row.smoothing, "900")
    typed(row.low, "much")
    assert mappings(empty_window) == (PSI,)
    assert len(said) == 2
    assert row.smoothing.text() == "0.00 s"


def test_a_mapping_is_switched_off_and_removed(empty_window, panel):
    empty_window.document.arrange("map", mappings=(PSI, SEED))
    panel.rows[0].on.click()
    assert [one.enabled for one in mappings(empty_window)] == [False, True]
    panel.rows[0].remove.click()
    assert mappings(empty_window) == (SEED,)


def test_only_what_a_mapping_has_is_shown(empty_window, panel):
    mode = Mapping("midi:1/cc/1", "noise.mode")
    empty_window.document.arrange("map", mappings=(PSI, SEED, mode))
    psi, seed, choice = panel.rows
    assert not psi.curve.isHidden()
    assert seed.curve.isHidden()
    assert seed.smoothing.isHidden()
    assert choice.low.isHidden()


def test_another_source_is_chosen_from_the_rows_menu(empty_window, panel):
    empty_window.document.arrange("map", mappings=(PSI,))
    menu = QMenu()
    panel.rows[0].source_asked.emit(menu)
    clock = next(action.menu() for action in menu.actions() if action.text() == "MIDI clock")
    next(action for action in clock.actions() if action.text() == "Bar").trigger()
    assert mappings(empty_window)[0].source == "midi:bar"
    assert not mappings(empty_window)[0].takeover  # nobody holds a clock
    empty_window.inputs.stop()


def test_the_add_menu_lists_every_control_and_waits_for_its_knob(empty_window, panel, monkeypatch):
    asked = []
    monkeypatch.setattr(empty_window.inputs, "learn", asked.append)
    panel.fill_controls()
    groups = {action.text(): action.menu() for action in panel.controls.actions()}
    assert {"Latent", "Truncation", "Noise", "View", "Growth"} <= groups.keys()
    next(action for action in groups["View"].actions() if action.text() == "Zoom").trigger()
    assert asked == ["view.zoom"]


def test_a_row_shows_what_its_source_sends(qtbot, empty_window, panel):
    empty_window.document.arrange("map", mappings=(PSI,))
    empty_window.inputs.take([Event("midi:1/cc/7", 0.75)])
    qtbot.waitUntil(lambda: panel.rows[0].meter.share == 0.75)


def test_a_direction_of_a_closed_pack_keeps_its_name(empty_window, panel):
    move = DirectionAmount("Smile", "abc", 0.0, (0,))
    empty_window.document.arrange("map", mappings=(Mapping("midi:1/cc/1", "direction/Smile", move=move),))
    assert panel.rows[0].control.text() == "Smile"


def test_opening_another_project_brings_its_mappings(empty_window, panel):
    from studio.document import State

    empty_window.document.open(State(empty_window.document.recipe, Board(mappings=(SEED,))))
    assert [row.control.text() for row in panel.rows] == ["Seed"]
    seed = empty_window.document.recipe.latent.seed
    empty_window.inputs.take([Event("midi:1/note/60", 1.0)])
    assert empty_window.document.recipe.latent.seed == seed + 1


def test_the_monitor_lists_what_arrives_by_name(qtbot, empty_window, monitor):
    empty_window.inputs.take([Event("sound:low", 0.5), Event("midi:1/cc/7", 0.25), Event("midi:1/cc/7", 0.5)])
    qtbot.waitUntil(lambda: len(monitor.list.lines) == 2)
    assert monitor.list.accessibleDescription() == "MIDI 1 CC 7 0.500; Sound bass 0.500"
    monitor.clear.click()
    assert monitor.list.lines == []


def test_the_monitor_tells_what_was_refused(qtbot, empty_window, monitor):
    empty_window.inputs.refuse("/visagist/truncation/psi is a finite number, not nan")
    qtbot.waitUntil(lambda: "not nan" in monitor.refused.text())
    monitor.clear.click()
    assert monitor.refused.isHidden()


def test_the_switches_open_and_close_and_say_how_it_is(qtbot, empty_window, monitor):
    empty_window.settings.set(OSC_PORT, 0)
    monitor.ports.osc.switch.click()
    qtbot.waitUntil(lambda: "listens on 127.0.0.1" in monitor.ports.osc.state.text())
    assert empty_window.settings.get(OSC_ON)
    monitor.ports.osc.switch.click()
    assert monitor.ports.osc.state.text() == "off"
    assert not empty_window.settings.get(OSC_ON)


def test_the_settings_of_the_port_are_remembered(empty_window, monitor):
    fields = monitor.ports.fields
    fields.allowed.setText("192.168.1.20")
    fields.allowed.editingFinished.emit()
    assert empty_window.settings.get(OSC_ALLOWED) == "192.168.1.20"
    assert fields.host.currentText() == "This machine alone"


def test_however_many_names_arrive_the_newest_are_kept():
    now = [0.0]
    arrivals = Arrivals(lambda: now[0])
    for number in range(MOST + 50):
        now[0] += 1
        arrivals.note(f"osc:/{number}", 0.5)
    assert len(arrivals.known) == MOST
    assert f"osc:/{MOST + 49}" in arrivals.known
    assert "osc:/0" not in arrivals.known


def test_the_rate_of_a_source_is_values_a_second():
    now = [0.0]
    arrivals = Arrivals(lambda: now[0])
    for _ in range(101):
        arrivals.note("sound:low", 0.5)
        now[0] += 0.02
    assert arrivals.known["sound:low"].rate == pytest.approx(50, rel=0.05)
