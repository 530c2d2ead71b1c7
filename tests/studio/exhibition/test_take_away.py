"""Pictures that visitors fetch with a phone: only those, only for a while, whoever else asks."""

from __future__ import annotations

import http.client
import socket

import pytest
from PySide6.QtGui import QColor

from engine.errors import VisagistError
from studio.exhibition import take_away
from studio.exhibition.giving import Giving
from studio.exhibition.health import Health
from studio.exhibition.take_away import KEPT, KEPT_S, Shelf, TakeAway, code_of

JPEG = b"\xff\xd8 a face \xff\xd9"


@pytest.fixture
def served():
    made = TakeAway("127.0.0.1")
    yield made
    made.end()


def ask(served: TakeAway, path: str, method: str = "GET") -> tuple[int, bytes, str]:
    line = http.client.HTTPConnection("127.0.0.1", served.server.server_port, timeout=10)
    line.request(method, path)
    answer = line.getresponse()
    told = answer.status, answer.read(), answer.getheader("Content-Type") or ""
    line.close()
    return told


def test_a_phone_gets_the_picture_that_its_code_names(served):
    address = served.give(JPEG)
    path = address.removeprefix(f"http://127.0.0.1:{served.server.server_port}")
    assert ask(served, path) == (200, JPEG, "image/jpeg")
    assert ask(served, path, "HEAD")[:2] == (200, b"")


@pytest.mark.parametrize("path", ["/", "/face-0.jpg", "/../../etc/passwd", "//face-", "/" + "a" * 5000])
def test_nothing_else_is_given(served, path):
    served.give(JPEG)
    assert ask(served, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent_to_it(served, method):
    assert ask(served, "/", method)[0] == 501


def test_garbage_and_phones_that_go_away_do_not_stop_it(served):
    address = served.give(JPEG)
    for said in (b"\x00\xff" * 200, b"GET / HTTP/9.9\r\n\r\n", b""):
        with socket.create_connection(("127.0.0.1", served.server.server_port)) as line:
            line.sendall(said)
    assert ask(served, "/" + address.rpartition("/")[2])[0] == 200


def test_a_crowd_that_says_nothing_is_turned_away_and_the_rest_is_served_later(served, monkeypatch):
    monkeypatch.setattr(take_away.Handler, "timeout", 0.2)
    crowd = [socket.create_connection(("127.0.0.1", served.server.server_port)) for _ in range(take_away.AT_ONCE * 2)]
    for line in crowd:
        line.settimeout(10)
        assert line.recv(10) == b""  # turned away at once, or after saying nothing for too long
        line.close()
    address = served.give(JPEG)
    assert ask(served, "/" + address.rpartition("/")[2])[0] == 200


def test_no_server_waits_for_a_name_server(monkeypatch):
    def look_up(*words: object) -> str:
        raise AssertionError("a name was looked up, which takes half a minute where nobody answers")

    monkeypatch.setattr(socket, "getfqdn", look_up)
    served, health = TakeAway("127.0.0.1"), Health(0)
    address = served.give(JPEG)
    assert ask(served, "/" + address.rpartition("/")[2])[:2] == (200, JPEG)
    served.end()
    health.end()


def test_the_code_leads_to_the_address_that_this_machine_has_now():
    giving = Giving(None, lambda: None)
    early = giving.serve("127.0.0.1")  # the network was not up yet
    later = giving.serve("localhost")
    assert later is not early
    assert later.give(JPEG).startswith("http://localhost:")
    assert giving.serve("127.0.0.1") is later  # it is away for a moment
    assert giving.serve("localhost") is later
    giving.end()


def test_pictures_whose_time_is_over_take_no_memory():
    now = [0.0]
    shelf = Shelf(lambda: now[0])
    for minute in range(0, 120, 10):
        now[0] = 60.0 * minute
        shelf.put(JPEG)
    assert len(shelf.pictures) == KEPT_S // 600


def test_pictures_go_after_half_an_hour_and_when_there_are_too_many():
    now = [0.0]
    shelf = Shelf(lambda: now[0])
    first = shelf.put(JPEG)
    now[0] = KEPT_S - 1
    assert shelf.get(first) == JPEG
    now[0] = KEPT_S
    assert shelf.get(first) is None
    many = [shelf.put(JPEG) for _ in range(KEPT + 1)]
    assert shelf.get(many[0]) is None
    assert shelf.get(many[1]) == JPEG


def test_a_port_that_is_taken_is_said_in_a_sentence(served):
    with pytest.raises(VisagistError, match=r"choose another port"):
        TakeAway("127.0.0.1", served.server.server_port)


def test_the_code_is_a_qr_code_with_its_quiet_zone():
    image = code_of("http://127.0.0.1:40123/face-AbCdEfGhIjKl.jpg")
    side = image.width()
    assert side == image.height()
    assert (side - 8 - 17) % 4 == 0  # ISO/IEC 18004: 17 + 4 * version modules a side, 4 light ones around
    dark = {(x, y) for x in range(side) for y in range(side) if image.pixelColor(x, y) == QColor("black")}
    assert all(4 <= x < side - 4 and 4 <= y < side - 4 for x, y in dark)
    for left, top in ((4, 4), (side - 11, 4), (4, side - 11)):  # the three finder patterns
        ring = {(left + k, top) for k in range(7)} | {(left, top + k) for k in range(7)}
        assert ring <= dark
        assert (left + 1, top + 1) not in dark
        assert (left + 3, top + 3) in dark
