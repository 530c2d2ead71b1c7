"""The supervisor with real processes that hang, crash and come back, and a real port for its health."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QColor, QImage

from engine.paths import log_dir
from engine.show import watchdog
from engine.show.watchdog import Level
from studio.exhibition import keepsakes
from studio.exhibition.health import Daily, State
from studio.exhibition.show_log import close_log, open_log
from studio.exhibition.supervisor import Supervisor

CHILD = """
import json, sys, threading, time, pathlib
folder = pathlib.Path(sys.argv[1])
(folder / "arguments.jsonl").open("a").write(json.dumps(sys.argv[2:]) + "\\n")
def obey():
    for line in sys.stdin:
        (folder / "orders.jsonl").open("a").write(line)
        if json.loads(line)["do"] == "end":
            import os; os._exit(0)
    import os; os._exit(3)
threading.Thread(target=obey, daemon=True).start()
waiting = 0.1
while True:
    if (folder / "crash").exists():
        (folder / "crash").unlink()
        sys.exit("out of luck")
    waiting = 100.0 if (folder / "stale").exists() else 0.1
    beat = {"waiting": waiting, "pictures": 5, "restarts": 0, "patience": 20.0, "scene": "Walk", "model": "Tiny",
            "size": 64, "age": 0.1, "dropped": 0, "faults": 0, "dark": False}
    print(json.dumps({"beat": beat}), flush=True)
    time.sleep(0.05)
"""


@pytest.fixture
def supervise(qtbot, tmp_path):
    """Begins a supervisor of the small program above; rehearsing, so that no screen is covered."""
    made = []
    keeps = tmp_path / "keepsakes"

    def begin(program: str = CHILD, port: int | None = None, closed=lambda: False) -> Supervisor:
        command = [sys.executable, "-c", program, str(tmp_path)]
        supervisor = Supervisor(command, keeps, "wall.visagist", port=port, rehearses=True, closed=closed)
        made.append(supervisor)
        supervisor.begin()
        return supervisor

    yield begin
    for supervisor in made:
        supervisor.end()


def plays(supervisor: Supervisor) -> bool:
    return supervisor.state().state == "playing"


def picture(colour: str) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def test_a_killed_show_is_started_again_over_its_last_good_picture(supervise, qtbot, tmp_path):
    keepsakes.keep_last(tmp_path / "keepsakes", picture("#c08040"))
    supervisor = supervise()
    assert supervisor.backdrop.now.pixelColor(5, 5).red() == pytest.approx(0xC0, abs=3)
    qtbot.waitUntil(lambda: plays(supervisor))
    first = supervisor.process.processId()
    keepsakes.keep_last(tmp_path / "keepsakes", picture("#4080c0"))
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts == 1)
    assert supervisor.backdrop.now.pixelColor(5, 5).blue() == pytest.approx(0xC0, abs=3)
    qtbot.waitUntil(lambda: plays(supervisor))
    assert supervisor.process.processId() != first
    assert supervisor.watchdog.reason == "it crashed"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_a_show_that_hangs_is_killed_and_started_again(supervise, qtbot, monkeypatch):
    monkeypatch.setattr(watchdog, "SILENCE_S", 1.0)
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    hung = supervisor.process.processId()
    os.kill(hung, signal.SIGSTOP)
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts == 1)
    assert not psutil.pid_exists(hung)
    qtbot.waitUntil(lambda: plays(supervisor))
    assert "no sign of life" in supervisor.watchdog.reason


def test_an_engine_that_gives_no_picture_is_begun_again_before_the_process_is(supervise, qtbot, tmp_path):
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    (tmp_path / "stale").touch()
    orders = tmp_path / "orders.jsonl"
    qtbot.waitUntil(lambda: orders.exists() and orders.read_text().endswith("\n"))
    (tmp_path / "stale").unlink()
    order = json.loads(orders.read_text())
    assert order == {"do": "restart engine", "size": None, "device": None}
    assert (supervisor.watchdog.restarts, supervisor.watchdog.engine_restarts) == (0, 1)


def test_what_the_show_says_before_it_dies_stands_in_the_log(supervise, qtbot, tmp_path):
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    (tmp_path / "crash").touch()
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts == 1)
    text = (log_dir() / "exhibit.log").read_text()
    assert "show: out of luck" in text
    assert "the show is gone: it ended with code 1; again in 0.5 s" in text


def test_a_line_that_a_library_says_again_and_again_stands_in_the_log_once_a_minute(supervise, qtbot):
    chatter = "import sys\nfor number in range(500): print('ALSA lib: no card', file=sys.stderr)\nsys.exit('then this')"
    supervisor = supervise(chatter)
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts == 1)
    text = (log_dir() / "exhibit.log").read_text()
    assert text.count("no card") == 1
    assert "then this" in text


def test_at_a_lower_level_the_show_is_started_smaller_and_without_the_graphics_card(supervise, qtbot, tmp_path):
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    supervisor.watchdog.level = Level.CPU
    (tmp_path / "crash").touch()
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts == 1 and plays(supervisor))
    lines = (tmp_path / "arguments.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [[], ["--size", "256", "--device", "cpu"]]


def test_a_show_that_cannot_even_start_is_tried_and_at_last_the_film_plays(supervise, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(watchdog, "LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr(watchdog, "FIRST_PAUSE_S", 0.05)
    for number in range(keepsakes.FRAMES):
        keepsakes.keep_frame(tmp_path / "keepsakes", number, picture("#203040" if number % 2 else "#c0b0a0"))
    supervisor = supervise("import sys; sys.exit(5)")
    supervisor.watchdog.pause = 0.05
    qtbot.waitUntil(lambda: supervisor.watchdog.level is Level.FILM)
    qtbot.waitUntil(lambda: supervisor.backdrop.before is not None)
    assert supervisor.state().state == "film"
    assert supervisor.backdrop.isVisible()
    assert len(supervisor.backdrop.loaded) <= 2


def test_behind_the_show_nothing_is_seen_while_the_house_is_closed(supervise, qtbot, tmp_path):
    for number in range(keepsakes.FRAMES):
        keepsakes.keep_frame(tmp_path / "keepsakes", number, picture("#c0b0a0"))
    hours = {"closed": True}
    supervisor = supervise("import sys; sys.exit(5)", closed=lambda: hours["closed"])
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts >= 1)
    supervisor.watchdog.level = Level.FILM
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts >= 2)
    assert supervisor.backdrop.now.isNull()
    hours["closed"] = False
    qtbot.waitUntil(lambda: not supervisor.backdrop.now.isNull())
    hours["closed"] = True
    qtbot.waitUntil(lambda: supervisor.backdrop.now.isNull())


def test_a_program_that_is_not_there_is_a_failure_and_no_end(supervise, qtbot):
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    supervisor.command = ["/nowhere/visagist"]
    supervisor.process.kill()
    qtbot.waitUntil(lambda: supervisor.watchdog.restarts >= 2)
    assert supervisor.watchdog.reason == "it crashed"


def test_a_show_that_was_left_ends_the_supervisor(supervise, qtbot):
    supervisor = supervise("import sys; sys.exit(0)")
    with qtbot.waitSignal(supervisor.ended):
        pass
    assert supervisor.watchdog.restarts == 0


def test_noise_on_the_line_is_no_sign_of_life_and_harms_nothing(supervise, qtbot):
    noise = "import os, sys, time\nwhile True: os.write(1, os.urandom(65536) + b'\\n{\"beat\": 3}\\n'); time.sleep(.01)"
    supervisor = supervise(noise)
    qtbot.wait(1500)
    assert not supervisor.watchdog.beating
    assert supervisor.watchdog.restarts == 0
    assert len(supervisor.rest) <= 2**20


def test_the_end_of_the_supervisor_is_the_end_of_the_show(supervise, qtbot, tmp_path):
    supervisor = supervise()
    qtbot.waitUntil(lambda: plays(supervisor))
    show = psutil.Process(supervisor.process.processId())
    supervisor.end()
    assert not show.is_running()
    assert json.loads((tmp_path / "orders.jsonl").read_text()) == {"do": "end"}


def get(port: int, path: str = "/health") -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_health_page_tells_how_it_is_to_this_machine(supervise, qtbot, tmp_path):
    supervisor = supervise(port=0)
    port = supervisor.health.port
    qtbot.waitUntil(lambda: get(port)[0] == 200)
    _, told = get(port)
    assert (told["state"], told["level"], told["scene"], told["restarts"]) == ("playing", "full", "Walk", 0)
    assert told["memory"] > 2**20
    assert get(port, "/etc/passwd")[0] == 404
    supervisor.process.kill()
    qtbot.waitUntil(lambda: get(port)[1]["restarts"] == 1)
    again = Supervisor(["x"], tmp_path, port=port, rehearses=True)
    assert again.health is None
    again.end()


def test_every_day_has_its_line():
    days = [date(2026, 3, 28)]
    daily = Daily(lambda: days[0])
    state = State("playing", "full", 10.0, 0, 0, 0.1, "", "wall", memory=500 * 2**20)
    assert daily.line(state) == ""
    days[0] = date(2026, 3, 29)
    after = State("playing", "full", 86400.0, 1, 2, 0.1, "it crashed", "wall", memory=510 * 2**20)
    assert daily.line(after) == (
        "2026-03-28: 1 start anew, 2 restarts of the engine, up for 1.0 days, level full, 510 MB; "
        "last trouble: it crashed"
    )
    assert daily.line(after) == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_log_disk_costs_lines_and_nothing_else(tmp_path, capsys):
    log = open_log(tmp_path)
    try:
        log.info("before")
        [handler] = log.handlers
        good = handler.stream
        with suppress(OSError), open("/dev/full", "w", encoding="utf-8") as full:
            handler.stream = full
            log.info("lost")
            log.info("lost too")
        handler.stream = good
        log.info("after")
        text = (tmp_path / "exhibit.log").read_text()
        assert "lost" not in text
        assert "2 lines could not be written before this one" in text
        assert "after" in text
        assert capsys.readouterr().err == ""
    finally:
        close_log()
        logging.getLogger("visagist.exhibit").setLevel(logging.NOTSET)


def test_the_film_goes_to_and_fro_without_a_jump():
    frames = 5
    places = []
    for number in range(200):
        first, second, weight = keepsakes.film_at(frames, number * 0.1)
        assert 0 <= first <= second < frames
        places.append(first + weight * (second - first))
    steps = [abs(b - a) for a, b in pairwise(places)]
    assert max(steps) <= 0.1 / keepsakes.FRAME_S + 1e-9
    assert (min(places), max(places)) == (0.0, pytest.approx(4.0))
