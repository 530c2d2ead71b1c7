"""OSC through the port: a real client on loopback sets, asks, lists and listens; garbage and floods stop nothing."""

from __future__ import annotations

import random
import socket
import struct
import time

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from engine.project import Preset
from engine.recipe import Recipe, SeedLatent, Truncation
from engine.show.mapping import Mapping
from engine.show.osc import read
from studio.exhibition.inputs.osc_port import MOST_ADDRESSES, OscPort, allow_list
from studio.settings import OSC_ALLOWED, OSC_HOST, OSC_ON, OSC_PORT, OSC_TARGET
from tests.studio.conftest import settle


class Client(SimpleUDPClient):
    """A controller on this machine, with ears."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind(("127.0.0.1", 0))
        self.ear.setblocking(False)
        self.port, self.heard = port, {}

    @property
    def own_port(self) -> int:
        return self.ear.getsockname()[1]

    def ask(self, address: str, *values) -> None:
        """Send from where the answer is heard."""
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self.raw(builder.build().dgram)

    def raw(self, packet: bytes) -> None:
        self.ear.sendto(packet, ("127.0.0.1", self.port))

    def listen(self) -> dict:
        """All that was said so far, the newest values of each address."""
        while True:
            try:
                packet = self.ear.recv(65_536)
            except BlockingIOError:
                return self.heard
            (message,) = read(packet)
            self.heard.setdefault(message.address, []).append(message.values)


def open_port(qtbot, window) -> Client:
    """Switch OSC on, at any free port."""
    inputs = window.inputs
    window.settings.set(OSC_ON, True)
    window.settings.set(OSC_PORT, 0)
    inputs.start()
    qtbot.waitUntil(lambda: inputs.osc_state.startswith("listens"), timeout=10_000)
    return Client(int(inputs.osc_state.rpartition(":")[2]))


@pytest.fixture
def client(qtbot, empty_window):
    """A client of a window without a model: everything but pictures."""
    made = open_port(qtbot, empty_window)
    yield made
    made.ear.close()
    made._sock.close()


def until(qtbot, condition) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=10_000)


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
    for at, psi in ((time.time() + 0.4, 0.9), (IMMEDIATELY, 0.1)):
        bundle = OscBundleBuilder(at)
        builder = OscMessageBuilder("/visagist/truncation/psi")
        builder.add_arg(psi)
        bundle.add_content(builder.build())
        client.send(bundle.build())
    values = []
    empty_window.document.recipe_changed.connect(lambda old, new, rests: values.append(round(new.truncation.psi, 6)))
    until(qtbot, lambda: 0.9 in values)
    assert values.index(0.1) < values.index(0.9)


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
    ear = Client(0)
    empty_window.settings.set(OSC_TARGET, f"127.0.0.1:{ear.own_port}")
    client = open_port(qtbot, empty_window)
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: ear.listen().get("/visagist/truncation/psi") == [(0.5,)])
    for one in (ear, client):
        one.ear.close()
        one._sock.close()


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
    client = open_port(qtbot, window)
    recipes = {"Anna": 5, "Ben": 6}
    window.actions_by_id["still"].setChecked(True)
    window.document.arrange(
        "presets", presets=tuple(Preset(name, Recipe(latent=SeedLatent(seed))) for name, seed in recipes.items())
    )
    client.send_message("/visagist/preset", "Ben")
    until(qtbot, lambda: window.document.recipe.latent == SeedLatent(6))
    client.send_message("/visagist/preset", 1)
    until(qtbot, lambda: window.document.recipe.latent == SeedLatent(5))
    settle(qtbot, window)
    client.ear.close()
    client._sock.close()


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
    document = empty_window.document
    document.edit("psi", moving="psi", truncation=Truncation(psi=0.2))
    for zoom in (1.1, 1.5):
        client.send_message("/visagist/view/zoom", zoom)
    until(qtbot, lambda: empty_window.inputs.own.waiting)
    client.ask("/visagist/list")
    until(qtbot, lambda: "/visagist/list/end" in client.listen())
    assert document.recipe.view.zoom == 1.0
    document.edit("psi", moving="psi", truncation=Truncation(psi=0.3))
    document.rest()
    until(qtbot, lambda: document.recipe.view.zoom == 1.5)
    until(qtbot, lambda: not document.moving)
    assert document.stack.count() == 2


def test_what_the_model_cannot_follow_is_left_out_and_the_rest_comes(qtbot, window):
    client = open_port(qtbot, window)
    client.send_message("/visagist/growth", 7.0)
    client.send_message("/visagist/truncation/psi", 0.25)
    until(qtbot, lambda: window.document.recipe.truncation.psi == 0.25)
    settle(qtbot, window)
    assert window.document.recipe.growth is None
    client.ear.close()
    client._sock.close()


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
    if document.recipe.truncation.psi != 0.5:  # the kernel drops what nobody could read
        client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: document.recipe.truncation.psi == 0.5)
    assert len(done) < 20
    assert len(empty_window.inputs.osc.waiting) <= MOST_ADDRESSES


def test_a_flood_of_a_thousand_names_is_bounded(qtbot, empty_window, client):
    for number in range(3000):
        client.send_message(f"/name/{number}", 1.0)
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: empty_window.inputs.arrivals.known)
    client.send_message("/visagist/truncation/psi", 0.5)
    until(qtbot, lambda: empty_window.document.recipe.truncation.psi == 0.5)
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
    client = open_port(qtbot, empty_window)
    assert len(said) == 1
    assert "everybody" in said[0]
    client.ear.close()
    client._sock.close()


def test_closing_the_port_lets_another_open_it_at_once(qtbot, empty_window, client):
    empty_window.inputs.switch("osc", on=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", client.port))
