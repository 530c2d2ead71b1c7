"""The line between a show and its supervisor, over real pipes."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from studio.exhibition import keepsakes
from studio.exhibition.pulse import KEEP_S, SETTLED_S, Pulse
from studio.exhibition.reports import Beat

BEAT = Beat(
    at=1.0, shown=60, dropped=0, pictures=3, age=0.1, waiting=0.0, patience=20.0, restarts=0, faults=0, scene="Walk",
    model="Tiny", size=64, dark=False, visited=False,
)  # fmt: skip


class Runner(QObject):
    """The least that a pulse hears of a runner."""

    beat = Signal(object)
    frame_shown = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.dark = False
        self.engines: list[tuple[int | None, str | None]] = []

    def restart_engine(self, size: int | None = None, device: str | None = None) -> None:
        self.engines.append((size, device))


class Line:
    """A pulse of a runner whose clock is the test's, with both ends of its pipes."""

    def __init__(self, folder) -> None:
        orders, self.tell = os.pipe()
        self.hear, signs = os.pipe()
        self.orders, self.signs = open(orders, "rb"), open(signs, "wb", buffering=0)  # noqa: SIM115
        self.runner, self.now = Runner(), 0.0
        self.pulse = Pulse(self.runner, folder, self.orders, self.signs, clock=lambda: self.now)

    def say(self, text: bytes) -> None:
        os.write(self.tell, text)

    def close(self) -> None:
        if self.tell is not None:
            os.close(self.tell)
        self.pulse.listening.join()
        while not self.pulse.lines.empty():
            os.read(self.hear, 2**16)
        self.pulse.end()
        os.close(self.hear)
        self.pulse.speaking.join()
        self.orders.close()
        self.signs.close()


@pytest.fixture
def line(qtbot, tmp_path):
    line = Line(tmp_path / "keeps")
    yield line
    line.close()


def picture(shade: int) -> QImage:
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(QColor(shade, shade, shade))
    return image


def test_every_beat_is_a_line(line):
    line.runner.beat.emit(BEAT)
    assert json.loads(os.read(line.hear, 4096)) == {"beat": asdict(BEAT)}


def test_a_supervisor_that_does_not_read_holds_nothing_up(line):
    for _ in range(20_000):
        line.runner.beat.emit(BEAT)
    assert line.pulse.lines.full()


def test_orders_are_followed_and_nonsense_is_not(line, qtbot):
    line.say(b'nonsense\n[1]\n{"do": "restart engine", "size": 256, "device": "cpu"}\n{"do": "dance"}\n')
    qtbot.waitUntil(lambda: line.runner.engines == [(256, "cpu")])


def test_the_show_leaves_when_it_is_told_to_or_its_supervisor_is_gone(line, qtbot):
    with qtbot.waitSignal(line.pulse.left):
        line.say(b'{"do": "end"}\n')
    with qtbot.waitSignal(line.pulse.left):
        os.close(line.tell)
        line.tell = None


def test_the_newest_picture_is_kept_now_and_then_and_darkness_is_not(line, tmp_path):
    keeps = tmp_path / "keeps"
    line.runner.beat.emit(BEAT)
    line.pulse.pool.waitForDone()
    assert not keeps.exists()
    line.runner.image = picture(200)
    line.runner.beat.emit(BEAT)
    line.pulse.pool.waitForDone()
    assert keepsakes.last_picture(keeps).pixelColor(3, 3).red() == pytest.approx(200, abs=2)
    line.runner.image = picture(100)
    line.runner.beat.emit(BEAT)
    line.pulse.pool.waitForDone()
    assert keepsakes.last_picture(keeps).pixelColor(3, 3).red() == pytest.approx(200, abs=2)
    line.now = KEEP_S
    line.runner.dark = True
    line.runner.beat.emit(BEAT)
    line.runner.dark = False
    line.runner.beat.emit(BEAT)
    line.pulse.pool.waitForDone()
    assert keepsakes.last_picture(keeps).pixelColor(3, 3).red() == pytest.approx(100, abs=2)


def test_the_first_pictures_become_the_film_once_a_day(line, tmp_path):
    line.now = SETTLED_S
    for shade in range(keepsakes.FRAMES + 5):
        line.runner.image = picture(3 * shade)
        line.runner.beat.emit(BEAT)
        line.pulse.pool.waitForDone()
    frames = keepsakes.film(tmp_path / "keeps")
    assert len(frames) == keepsakes.FRAMES
    assert QImage(str(frames[10])).pixelColor(3, 3).red() == pytest.approx(30, abs=2)
    assert not keepsakes.needs_film(tmp_path / "keeps")
    os.utime(tmp_path / "keeps" / keepsakes.FILM, (0, 0))
    assert keepsakes.needs_film(tmp_path / "keeps")


def test_pictures_do_not_wait_in_memory_for_a_disk_that_hangs(line, monkeypatch):
    hangs, asked = threading.Event(), []

    def write(folder, image) -> None:
        asked.append(image)
        hangs.wait()

    monkeypatch.setattr(keepsakes, "keep_last", write)
    line.runner.image = picture(200)
    for _ in range(50):
        line.now += KEEP_S
        line.runner.beat.emit(BEAT)
    hangs.set()
    line.pulse.pool.waitForDone()
    assert len(asked) == 1
    line.now += KEEP_S
    line.runner.beat.emit(BEAT)
    line.pulse.pool.waitForDone()
    assert len(asked) == 2


def test_a_disk_that_takes_nothing_is_told_once(line, tmp_path, caplog):
    (tmp_path / "keeps").write_text("a file where the folder should be")
    line.runner.image = picture(200)
    for _ in range(3):
        line.now += KEEP_S
        line.runner.beat.emit(BEAT)
        line.pulse.pool.waitForDone()
    assert len([record for record in caplog.records if "could not be kept" in record.message]) == 1
