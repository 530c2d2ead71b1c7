"""The virtual camera, with a driver of the test's own; and a sentence on how to get what is not there."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from engine.errors import VisagistError
from engine.project import Board, ModelReference, Project
from engine.recipe import Recipe
from engine.show.values import Connections, Show
from studio.exhibition.exhibition import Exhibition
from studio.exhibition.sends import WAYS, Camera, open_sends


class Driver:
    def __init__(self, width: int, height: int, fps: float) -> None:
        self.asked, self.sent, self.open = (width, height, fps), [], True

    def send(self, frame) -> None:
        self.sent.append(frame)

    def close(self) -> None:
        self.open = False


@pytest.fixture
def driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvirtualcam", SimpleNamespace(Camera=Driver))


def grey(width: int, height: int, level: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF000000 + level * 0x010101)
    return image


def test_a_virtual_camera_sends_the_whole_blend_in_a_black_frame_thirty_times_a_second(qapp, driver):
    now = [1000.0]
    camera = Camera(QSize(30, 20), clock=lambda: now[0])
    for _ in range(61):
        camera.show_pictures(grey(8, 8, 200), grey(8, 8, 100), 0.5)
        now[0] += 1 / 60
    frames = camera.device.sent
    assert 30 <= len(frames) <= 32
    assert frames[0].shape == (20, 30, 3)
    assert frames[0].dtype == np.uint8
    assert abs(int(frames[0][10, 15, 0]) - 150) <= 1
    assert frames[0][10, 0].tolist() == [0, 0, 0]
    camera.close()
    assert not camera.device.open


def test_how_to_get_what_is_not_there_is_told_in_one_sentence_each(qapp, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    told = []
    assert open_sends(("camera", "ndi", "spout", "syphon"), told.append) == []
    assert [str(error) for error in told] == [way.how for way in WAYS.values()]


def test_a_driver_that_is_missing_is_told_with_its_reason(qapp, monkeypatch):
    def broken(*words):
        raise RuntimeError("no camera registered")

    monkeypatch.setitem(sys.modules, "pyvirtualcam", SimpleNamespace(Camera=broken))
    with pytest.raises(VisagistError, match=r"does not open \(no camera registered\); a virtual camera needs"):
        Camera()


def test_a_driver_that_is_there_is_opened(qapp, driver):
    told = []
    cameras = open_sends(("camera",), told.append)
    assert [camera.device.asked for camera in cameras] == [(1280, 720, 30.0)]
    assert told == []


def test_a_camera_that_goes_does_not_stop_the_wall(qapp, driver, caplog):
    now = [0.0]
    camera = Camera(QSize(30, 20), clock=lambda: now[0])

    def gone(frame):
        raise RuntimeError("the device is gone")

    camera.device.send = gone
    for _ in range(10):
        now[0] += 1
        camera.show_pictures(grey(8, 8, 200), None, 1.0)
    assert [record.getMessage() for record in caplog.records] == [
        "the virtual camera is gone (the device is gone); begin the show again to have it back"
    ]
    camera.close()


def test_a_show_that_wishes_a_camera_is_seen_there_until_it_ends(qtbot, driver, tiny_path):
    model = ModelReference("", "tiny", str(tiny_path))
    show = Show(connections=Connections(sends=("camera", "ndi")))
    exhibition = Exhibition(Project(model, Recipe(), Board(show=show)), rehearses=True)
    said: list[str] = []
    exhibition.said.connect(said.append)
    exhibition.begin()
    camera = exhibition.cameras[0]
    qtbot.waitUntil(lambda: bool(camera.device.sent))
    assert said[:1] == [WAYS["ndi"].how]
    assert exhibition.end()
    assert not camera.device.open
