"""The program in a process of its own: its start and its end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BEFORE_TORCH = """
import sys
from studio.main_window import MainWindow
import studio.app
seen = []
start = MainWindow.start
def watched(window, files):
    seen.append(("torch" in sys.modules, window.isVisible()))
    window.close()
MainWindow.start = watched
studio.app.main([])
print(seen)
"""


@pytest.fixture
def process(home):
    """Starts Python in the checkout, offscreen, with the test's own home; warnings are errors."""

    def start(*words: str, **environment: str) -> subprocess.Popen:
        env = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment
        command = [sys.executable, "-W", "error", *words]
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def test_the_window_is_shown_before_torch_is_imported(process):
    out, err = process("-c", BEFORE_TORCH).communicate(timeout=120)
    assert out.strip() == "[(False, True)]", err


def test_measuring_prints_one_line_of_json_and_ends(process, home, tiny_path):
    (home / "models").mkdir()
    shutil.copy(tiny_path, home / "models" / "ffhq.safetensors")
    running = process("-m", "studio", VISAGIST_MEASURE="start")
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    measured = json.loads(out)
    assert 0 < measured["window_s"] < measured["first_face_s"]


def test_measuring_where_nothing_was_fetched_takes_the_model_that_ships(process):
    running = process("-m", "studio", VISAGIST_MEASURE="start")
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert json.loads(out)["first_face_s"] > 0


def test_measuring_without_a_model_ends_with_a_sentence(process, home):
    (home / "models").mkdir()
    (home / "models" / "ffhq.safetensors").write_bytes(b"nothing")
    running = process("-m", "studio", VISAGIST_MEASURE="start")
    _, err = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "it is no file of a network that this program knows" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals of this kind")
def test_ctrl_c_closes_the_window_cleanly(process, home, tiny_path):
    (home / "models").mkdir()
    shutil.copy(tiny_path, home / "models" / "ffhq.safetensors")
    tell = (
        "import studio.app, studio.session as s;"
        "old = s.Session.on_opened;"
        "s.Session.on_opened = lambda self, opened: (old(self, opened), print('open', flush=True))[0];"
        "raise SystemExit(studio.app.main([]))"
    )
    running = process("-c", tell)
    assert running.stdout.readline() == "open\n"
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in err
    assert "QThread" not in err
