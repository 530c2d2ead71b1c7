"""`visagist exhibit` in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from engine.models.model import open_model
from engine.project import Board, ModelReference, Project
from engine.project_file import write_project
from engine.recipe import Recipe
from engine.show.scenes import StrangersScene
from engine.show.values import Show
from studio.exhibition import keepsakes

ROOT = Path(__file__).parents[3]
TELL = """
import sys
import studio.exhibition.app as app
from studio.exhibition.exhibition import Exhibition
begin = Exhibition.begin
def told(self):
    begin(self)
    print("began", self.output.now.width(), file=sys.__stdout__, flush=True)
    def shown(at):
        if self.output.now.width() == 64:
            print("shown", self.output.host, file=sys.__stdout__, flush=True)
    self.runner.frame_shown.connect(shown)
Exhibition.begin = told
from engine.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def show(tmp_path, tiny_path) -> Path:
    model = open_model(tiny_path)
    path = tmp_path / "night.visagist"
    board = Board(show=Show(scenes=(StrangersScene(name="Strangers"),)))
    write_project(path, Project(ModelReference(model.hash, "Tiny", str(tiny_path)), Recipe(model=model.hash), board))
    return path


def test_a_file_that_is_none_and_a_screen_that_is_not_there_are_said(program, show, tmp_path):
    screens = {"QT_QPA_PLATFORM": f"offscreen:configfile={Path(__file__).with_name('two_screens.json')}"}
    missing = program("exhibit", tmp_path / "none.visagist", **screens)
    assert missing.code == 2
    assert "none.visagist" in missing.err
    wrong = program("exhibit", show, "--screen", 7, **screens)
    assert wrong.code == 2
    assert "there is no screen 7 here; there are: 1 · desk, 1366 × 768; 2 · wall, 1080 × 1920" in wrong.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals of this kind")
@pytest.mark.parametrize(
    ("words", "first", "code"),
    [
        (["--screen", "2"], 0, 0),
        # whoever watches over it waits for a screen that sleeps, and begins it again when no person has left it
        (["--screen", "7", "--supervised"], 40, 143),
    ],
)
def test_a_show_goes_to_its_screen_plays_and_ends_when_it_is_told_to(show, home, words, first, code):
    last = QImage(40, 40, QImage.Format.Format_RGB32)
    last.fill(QColor("red"))
    keepsakes.keep_last(keepsakes.folder_of(show), last)
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={Path(__file__).with_name('two_screens.json')}"}
    running = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", TELL, "exhibit", str(show), *words],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # a supervised one began before, and covers its last good picture with the same and not with black
    assert next(line for line in running.stdout if line.startswith("began")) == f"began {first}\n"
    assert next(line for line in running.stdout if line.startswith("shown")) == "shown wall\n"
    running.send_signal(signal.SIGTERM)
    running.wait(60)  # before its line is closed, which ends it, too
    _, err = running.communicate()
    assert running.returncode == code, err
    assert "Traceback" not in err
    assert "QThread" not in err
    shutil.rmtree(keepsakes.folder_of(show))
