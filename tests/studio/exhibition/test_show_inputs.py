"""Live controls on top of a show: OSC and knobs move what plays, scenes and visitors come by message."""

from __future__ import annotations

import socket

import pytest
from msgspec.structs import replace

from engine.project import Board, ModelReference, Project
from engine.recipe import Recipe, SeedLatent
from engine.show.mapping import Mapping
from engine.show.sources import Event
from engine.show.values import Connections
from studio.exhibition.inputs.show_inputs import ShowInputs
from studio.settings import OSC_ON, OSC_PORT
from tests.studio.exhibition.controller import Client, until
from tests.studio.exhibition.test_runner import SHOW, House

KNOB = Mapping("midi:1/cc/7", "truncation.psi", 0, 1, takeover=False)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


def project(*mappings: Mapping, port: int = 0) -> Project:
    show = replace(SHOW, connections=Connections(osc_port=port))
    return Project(ModelReference("0" * 64), Recipe(), Board(show=show, mappings=mappings))


@pytest.fixture
def house(home, qapp) -> House:
    made = House(SHOW)
    made.play(0.5)
    return made


@pytest.fixture
def playing(house):
    """The inputs of a show with a knob; nothing is opened."""
    made = ShowInputs(house.runner, project(KNOB))
    yield made
    made.end()


def test_a_knob_moves_what_plays_and_the_project_stays_as_it_is(house, playing):
    playing.inputs.take([Event("midi:1/cc/7", 1.0)])
    house.play(0.2)
    assert house.runner.recipe.truncation.psi == 1.0
    assert playing.document.recipe == Recipe()


def test_a_knob_keeps_its_hold_while_the_picture_that_has_its_value_is_made(house):
    made = ShowInputs(house.runner, project(replace(KNOB, takeover=True)))
    psi = house.runner.recipe.truncation.psi
    for step in range(5):  # quicker than any beat
        made.inputs.take([Event("midi:1/cc/7", psi + step / 20)])
    house.play(0.2)
    assert house.runner.recipe.truncation.psi == pytest.approx(psi + 0.2)
    made.end()


def test_the_show_says_where_osc_is_listened_for(qtbot, house):
    port = free_port()
    made = ShowInputs(house.runner, project(port=port))
    made.begin()
    until(qtbot, lambda: made.inputs.osc_state == f"listens on 127.0.0.1:{port}")
    with Client(port) as client:
        client.send_message("/visagist/truncation/psi", 0.25)
        client.ask("/visagist/view/zoom")
        until(qtbot, lambda: "/visagist/view/zoom" in client.listen())
        house.play(0.2)
        assert house.runner.recipe.truncation.psi == 0.25
        client.send_message("/visagist/scene", SHOW.scenes[-1].name)
        until(qtbot, lambda: house.play(0.1) and house.runner.playing == SHOW.scenes[-1].name)
        client.send_message("/visagist/scene", "nothing like it")
        until(qtbot, lambda: "has no scene" in made.inputs.problem)
        client.send_message("/visagist/touch", [])
        until(qtbot, lambda: house.runner.visited)
        client.send_message("/visagist/stranger", 77)
        until(qtbot, lambda: house.play(0.1) and house.runner.recipe.latent == SeedLatent(77))
    made.end()


def test_a_show_without_a_port_opens_none(house, playing):
    playing.begin()
    assert playing.inputs.osc is None
    assert not playing.settings.get(OSC_ON)


def test_what_the_mappings_listen_to_is_opened_with_the_show(qtbot, house):
    made = ShowInputs(house.runner, project(Mapping("osc:/x", "truncation.psi")))
    made.settings.set(OSC_PORT, 0)  # any that is free
    made.begin()
    assert made.inputs.osc is not None
    assert made.inputs.midi.watch is None
    made.end()


def test_another_project_brings_its_mappings_while_it_plays(house, playing):
    playing.set_project(project(replace(KNOB, source="midi:1/cc/9")))
    playing.inputs.take([Event("midi:1/cc/7", 1.0), Event("midi:1/cc/9", 0.5)])
    house.play(0.2)
    assert house.runner.recipe.truncation.psi == 0.5


def test_the_window_sends_its_controls_to_a_show_and_back_to_the_document(qtbot, house, empty_window):
    inputs, document = empty_window.inputs, empty_window.document
    document.arrange("map", mappings=(KNOB,))
    inputs.send_to(house.runner)
    inputs.take([Event("midi:1/cc/7", 1.0)])
    assert document.recipe.truncation.psi != 1.0
    inputs.send_to(None)
    inputs.take([Event("midi:1/cc/7", 0.25)])
    assert document.recipe.truncation.psi == 0.25
    until(qtbot, lambda: not document.moving)


def test_without_a_show_its_commands_are_refused(empty_window):
    inputs = empty_window.inputs
    for command in (lambda: inputs.choose_scene("x"), inputs.touch):
        inputs.refused = ""
        command()
        assert "no show plays" in inputs.refused
