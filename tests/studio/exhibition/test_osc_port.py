"""The OSC port and the world: garbage, floods, strangers and ports that are taken stop nothing."""

from __future__ import annotations

import random
import socket
import struct

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from studio.exhibition.inputs.osc_plan import allow_list
from studio.exhibition.inputs.osc_port import MOST_ADDRESSES, OscPort
from studio.settings import OSC_ALLOWED, OSC_HOST, OSC_ON, OSC_PORT, OSC_TARGET
from tests.studio.exhibition.controller import connected, until


@pytest.fixture
def client(qtbot, empty_window):
    """A client of a window without a model: everything but pictures."""
    with connected(qtbot, empty_window) as made:
        yield made


GARBAGE = (
    b"", b"\0", b"/", b"hello", b"#bundle\0", b"/visagist/truncation/psi\0\0\0\0,f\0\0",
    b"#bundle\0" + struct.pack(">Q", 1) + struct.pack(">i", -4) * 40,
    b"/visagist/truncation/psi\0\0\0\0,f\0\0" + struct.pack(">f", float("nan")),
    b"/visagist/truncation/psi\0\0\0\0,f\0\0" + struct.pack(">f", float("inf")),
    b"/visagist/truncation/psi\0\0\0\0,s\0\0" + b"much\0\0\0\0",
    b"/visagist/*\0,f\0\0" + struct.pack(">f", float("nan")),
    b"/visagist/" + b"[" * 100 + b"\0\0\0\0",
    b"/visagist/" + b"*a" * 50 + b"\0\0\0\0",
    b"/" + b"a" * 60_000,
    b"/visagist/preset\0\0\0\0,b\0\0" + struct.pack(">i", 2**31 - 1),
    b"/visagist/subscribe\0,i\0\0" + struct.pack(">i", -7),
    b"/visagist/list\0\0,s\0\0[\0\0\0",
)  # fmt: skip


def test_garbage_of_every_kind_changes_nothing_and_the_port_works_on(qtbot, empty_window, client):
    document, dice = empty_window.document, random.Random(7)
    before = document.recipe
    for _ in range(20):
        for packet in GARBAGE:
            client.raw(packet)
            broken = bytearray(packet[:512])
            for _ in range(dice.randrange(1, 6)):
                if broken:
                    broken[dice.randrange(len(broken))] = dice.randrange(256)
            if not broken.startswith(b"/visagist"):
                client.raw(bytes(broken))
    client.ask("/visagist/truncation/psi")
    until(qtbot, lambda: "/visagist/truncation/psi" in client.listen())
    assert document.recipe == before
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: document.recipe.truncation.psi == 0.5)
    assert empty_window.inputs.osc.counts.refused > 0


def landed(window, client) -> bool:
    """Whether psi got through; it is sent again, since the system drops what its buffer has no room for."""
    client.send_message("/visagist/truncation/psi", 0.5)
    return window.document.recipe.truncation.psi == 0.5


def test_a_flood_leaves_the_window_its_time_and_the_last_value_wins(qtbot, empty_window, client):
    """What is sent in one go is read as the newest value of each address, whatever came in between."""
    document = empty_window.document
    builder = OscMessageBuilder("/visagist/view/x")
    builder.add_arg(0.125)
    flood, done = builder.build().dgram, []
    empty_window.document.recipe_changed.connect(lambda *changed: done.append(changed))
    for _ in range(100_000):
        client.raw(flood)
    client.ask("/visagist/list")  # behind all of it
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: document.recipe.view.x == 0.125)
    until(qtbot, lambda: landed(empty_window, client))
    assert len(done) < 20
    assert len(empty_window.inputs.osc.waiting) <= MOST_ADDRESSES


def test_a_flood_of_a_thousand_names_is_bounded(qtbot, empty_window, client):
    for number in range(3000):
        client.send_message(f"/name/{number}", 1.0)
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: empty_window.inputs.arrivals.known)
    until(qtbot, lambda: landed(empty_window, client))
    assert len(empty_window.inputs.arrivals.known) <= 200


def test_who_is_not_on_the_list_is_not_heard(qtbot):
    port = OscPort(allowed=allow_list("192.168.1.20, 10.0.0.0/24 fd00::/8"))
    assert [port.may((host, 1)) for host in ("127.0.0.1", "192.168.1.20", "10.0.0.99", "fd00::1", "::1")] == [True] * 5
    assert [port.may((host, 1)) for host in ("192.168.1.21", "10.0.1.1", "8.8.8.8", "fe80::1%eth0", "x")] == [False] * 5
    port.end()


def test_the_port_listens_on_this_machine_alone_unless_told_otherwise(empty_window):
    assert empty_window.settings.get(OSC_HOST) == "127.0.0.1"
    assert empty_window.settings.get(OSC_ALLOWED) == ""
    assert not empty_window.settings.get(OSC_ON)


def test_a_port_that_is_taken_is_told_once_and_opened_when_it_is_free(qtbot, empty_window, monkeypatch):
    monkeypatch.setattr("studio.exhibition.inputs.osc_port.RETRY_S", 0.05)
    said = []
    empty_window.messages.said.connect(lambda text, level: said.append(text))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        empty_window.settings.set(OSC_ON, True)
        empty_window.settings.set(OSC_PORT, taken.getsockname()[1])
        empty_window.inputs.start()
        until(qtbot, lambda: said)
    until(qtbot, lambda: empty_window.inputs.osc_state.startswith("listens"))
    assert len(said) == 1
    assert "choose another port" in said[0]


@pytest.mark.parametrize("option", [OSC_ALLOWED, OSC_TARGET])
def test_an_address_in_the_settings_that_is_none_is_told_and_the_port_opens(qtbot, empty_window, option):
    said = []
    empty_window.messages.said.connect(lambda text, level: said.append(text))
    empty_window.settings.set(option, "everybody")
    with connected(qtbot, empty_window):
        assert len(said) == 1
    assert "everybody" in said[0]


def test_closing_the_port_lets_another_open_it_at_once(qtbot, empty_window, client):
    empty_window.inputs.switch("osc", on=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", client.port))
