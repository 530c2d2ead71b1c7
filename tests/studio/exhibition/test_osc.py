"""OSC in and out: a real client on loopback sets, asks, lists and listens; every burst is one step of undo."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.project import Preset
from engine.recipe import Recipe, SeedLatent, Truncation
from engine.show.mapping import Mapping
from engine.show.sources import Event
from studio.settings import MORPH_SECONDS, OSC_TARGET
from tests.clock import Clock
from tests.studio.conftest import settle
from tests.studio.exhibition.controller import Client, connected, until


@pytest.fixture
def client(qtbot, empty_window):
    """A client of a window without a model: everything but pictures."""
    with connected(qtbot, empty_window) as made:
        yield made


def test_a_message_sets_a_control_and_undo_takes_a_whole_burst_back(qtbot, empty_window, client):
    document = empty_window.document
    before = document.recipe
    for step in range(10):
        client.send_message("/visagist/truncation/psi", step / 16)
    client.send_message("/visagist/view/zoom", 1.5)
    until(qtbot, lambda: document.recipe.truncation.psi == 0.5625 and document.recipe.view.zoom == 1.5)
    until(qtbot, lambda: not document.moving)
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.recipe == before


def test_two_bursts_are_two_steps_of_undo(qtbot, empty_window, client):
    document = empty_window.document
    for psi in (0.1, 0.2):
        client.send_message("/visagist/truncation/psi", psi)
        until(qtbot, lambda psi=psi: document.recipe.truncation.psi == pytest.approx(psi))
        until(qtbot, lambda: not document.moving)
    document.stack.undo()
    assert document.recipe.truncation.psi == pytest.approx(0.1)


def test_values_are_kept_within_the_limits_of_their_control(qtbot, empty_window, client):
    client.send_message("/visagist/truncation/psi", 1e30)
    client.send_message("/visagist/latent/seed", -5)
    client.send_message("/visagist/noise/mode", "none")
    recipe = lambda: empty_window.document.recipe  # noqa: E731
    until(qtbot, lambda: recipe().noise.mode == "none")
    assert recipe().truncation.psi == 10.0
    assert recipe().latent == SeedLatent(0)


def test_a_pattern_sets_all_that_it_matches(qtbot, empty_window, client):
    client.send_message("/visagist/view/{x,y}", 0.25)
    until(qtbot, lambda: empty_window.document.recipe.view.y == 0.25)
    assert empty_window.document.recipe.view.x == 0.25


def test_a_bundle_with_a_time_waits_for_it_and_one_without_does_not(qtbot, empty_window, client):
    document, wall = empty_window.document, Clock(time.time())
    empty_window.inputs.osc.wall = wall
    for at, psi in ((wall.now + 30, 0.9), (IMMEDIATELY, 0.1)):
        bundle = OscBundleBuilder(at)
        builder = OscMessageBuilder("/visagist/truncation/psi")
        builder.add_arg(psi)
        bundle.add_content(builder.build())
        client.send(bundle.build())
    until(qtbot, lambda: document.recipe.truncation.psi == pytest.approx(0.1))
    wall.now += 31
    client.ask("/visagist/view/zoom")  # the port looks at the clock
    until(qtbot, lambda: document.recipe.truncation.psi == pytest.approx(0.9))


def test_a_control_that_is_asked_answers_with_its_value(qtbot, empty_window, client):
    empty_window.document.replace("psi", Recipe(truncation=Truncation(psi=0.25)))
    client.ask("/visagist/truncation/psi")
    until(qtbot, lambda: client.listen().get("/visagist/truncation/psi") == [(0.25,)])


def test_the_list_tells_every_control_with_its_kind_its_range_and_its_value(qtbot, empty_window, client):
    client.ask("/visagist/list")
    until(qtbot, lambda: "/visagist/list/end" in client.listen())
    items = {values[0]: values[1:] for values in client.heard["/visagist/list/item"]}
    assert client.heard["/visagist/list/end"] == [(len(items),)]
    assert items["/visagist/truncation/psi"] == ("number", -1.0, 1.5, "Truncation", pytest.approx(0.7))
    assert items["/visagist/noise/mode"][0] == "choice"
    client.ask("/visagist/list", "/visagist/view/*")
    until(qtbot, lambda: client.listen()["/visagist/list/end"][-1] == (4,))


def test_a_subscriber_hears_what_changes_and_nothing_after_it_leaves(qtbot, empty_window, client):
    document = empty_window.document
    client.ask("/visagist/subscribe")
    until(qtbot, lambda: empty_window.inputs.desk.listeners)
    document.edit("psi", truncation=Truncation(psi=0.125))
    until(qtbot, lambda: client.listen().get("/visagist/truncation/psi") == [(0.125,)])
    client.ask("/visagist/unsubscribe")
    until(qtbot, lambda: not empty_window.inputs.desk.listeners)
    document.edit("psi", truncation=Truncation(psi=0.5))
    client.ask("/visagist/list")
    until(qtbot, lambda: "/visagist/list/end" in client.listen())
    assert client.heard["/visagist/truncation/psi"] == [(0.125,)]


def test_the_address_in_the_settings_hears_what_changes_without_asking(qtbot, empty_window):
    with Client(0) as ear:
        empty_window.settings.set(OSC_TARGET, f"127.0.0.1:{ear.own_port}")
        with connected(qtbot, empty_window) as client:
            client.send_message("/visagist/truncation/psi", 0.5)
            until(qtbot, lambda: ear.listen().get("/visagist/truncation/psi") == [(0.5,)])


def test_a_stranger_and_a_preset_can_be_asked_for(qtbot, empty_window, client):
    document = empty_window.document
    document.arrange("presets", presets=(Preset("Anna", Recipe(latent=SeedLatent(123))),))
    client.send_message("/visagist/stranger", 77)
    until(qtbot, lambda: document.recipe.latent == SeedLatent(77))
    client.send_message("/visagist/preset", "Nobody")
    client.send_message("/visagist/preset", 99)
    client.send_message("/visagist/stranger", [])
    until(qtbot, lambda: document.recipe.latent != SeedLatent(77))


def test_a_preset_is_gone_to_by_its_name_and_by_its_number(qtbot, window):
    presets = tuple(Preset(name, Recipe(latent=SeedLatent(seed))) for name, seed in (("Anna", 5), ("Ben", 6)))
    window.actions_by_id["still"].setChecked(True)
    window.document.arrange("presets", presets=presets)
    with connected(qtbot, window) as client:
        client.send_message("/visagist/preset", "Ben")
        until(qtbot, lambda: window.document.recipe.latent == SeedLatent(6))
        client.send_message("/visagist/preset", 1)
        until(qtbot, lambda: window.document.recipe.latent == SeedLatent(5))
    settle(qtbot, window)


def test_any_other_address_is_a_source_for_the_mappings(qtbot, empty_window, client):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("osc:/xy#1", "truncation.psi", 0, 1, takeover=False),))
    client.send_message("/xy", [0.9, 0.3])
    until(qtbot, lambda: document.recipe.truncation.psi == pytest.approx(0.3))
    listed = {one.name for one in empty_window.inputs.arrivals.listed()}
    assert listed == {"osc:/xy", "osc:/xy#1"}


def test_a_mapping_survives_a_preset_and_works_on(qtbot, empty_window, client):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("osc:/k", "truncation.psi", 0, 1, takeover=False),))
    document.replace("Preset", Recipe(latent=SeedLatent(9), truncation=Truncation(psi=-0.5)))
    client.send_message("/k", 0.75)
    until(qtbot, lambda: document.recipe.truncation.psi == 0.75)
    assert document.recipe.latent == SeedLatent(9)


def test_the_hand_goes_before_a_knob_and_the_knobs_newest_value_comes_when_it_rests(qtbot, empty_window, client):
    document, handle = empty_window.document, empty_window.windowHandle()
    track = empty_window.truncation.psi.track
    at = track.mapTo(empty_window, track.rect().center())
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(handle, at + QPoint(20, 0))
    until(qtbot, lambda: document.moving)
    for zoom in (1.1, 1.5):
        client.send_message("/visagist/view/zoom", zoom)
    until(qtbot, lambda: empty_window.inputs.own.waiting)
    client.ask("/visagist/list")
    until(qtbot, lambda: "/visagist/list/end" in client.listen())
    assert document.recipe.view.zoom == 1.0
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(40, 0))
    until(qtbot, lambda: document.recipe.view.zoom == 1.5)
    until(qtbot, lambda: not document.moving)
    assert document.stack.count() == 2


def test_what_the_model_cannot_follow_is_left_out_and_the_rest_comes(qtbot, window):
    with connected(qtbot, window) as client:
        client.send_message("/visagist/growth", 7.0)
        client.send_message("/visagist/truncation/psi", 0.25)
        until(qtbot, lambda: window.document.recipe.truncation.psi == 0.25)
    settle(qtbot, window)
    assert window.document.recipe.growth is None


def test_a_preset_that_is_morphed_to_arrives_though_a_controller_streams(qtbot, window):
    document = window.document
    document.arrange("presets", presets=(Preset("Anna", Recipe(latent=SeedLatent(5))),))
    with connected(qtbot, window) as client:
        client.send_message("/visagist/view/zoom", 1.25)
        until(qtbot, lambda: document.recipe.view.zoom == 1.25)
        window.settings.set(MORPH_SECONDS, 0.3)
        client.send_message("/visagist/preset", 1)
        until(qtbot, lambda: window.history.morph.running)

        def streamed() -> bool:
            client.send_message("/visagist/view/zoom", 1.5)
            return document.recipe.latent == SeedLatent(5) and document.recipe.view.zoom == 1.5

        until(qtbot, streamed)
    settle(qtbot, window)


def test_a_knob_ends_what_moves_by_itself_and_a_sound_waits_for_it(qtbot, window):
    document = window.document
    sound = Mapping("sound:low", "view.zoom", 1.0, 2.0, takeover=False)
    document.arrange("map", mappings=(sound, Mapping("midi:1/cc/7", "truncation.psi", 0, 1, takeover=False)))
    window.noise.toggle_animation()
    until(qtbot, lambda: document.moving)
    window.inputs.take([Event("sound:low", 0.5)])
    assert document.recipe.view.zoom == 1.0
    assert window.noise.animation.is_running
    window.inputs.take([Event("midi:1/cc/7", 1.0)])
    assert document.recipe.truncation.psi == 1.0
    assert not window.noise.animation.is_running
    settle(qtbot, window)
