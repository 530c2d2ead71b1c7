"""Unsaved work: kept by itself, offered after a crash, never taken from a window that lives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from engine.project_file import read_project
from engine.recipe import SeedLatent
from studio.main_window import MainWindow
from studio.projects import recovery_files
from studio.projects.recovery_files import Ticket
from tests.studio.conftest import settle

ROOT = Path(__file__).parents[2]

CRASHING = """
import os, sys
import studio.app
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from studio.main_window import MainWindow
from studio.projects import recovery_files

def work(window):
    tries = []
    def step():
        frame = window.canvas.frame
        if frame is None or frame.draft:
            return
        if len(tries) < 10:
            tries.append(1)
            QTest.keyClick(window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        elif recovery_files.work_of(window.autosave.id).is_file() and not window.session.jobs.running:
            print("ready", flush=True)
            timer.stop()
    timer = QTimer(window, interval=20)
    timer.timeout.connect(step)
    timer.start()

start = MainWindow.start
MainWindow.start = lambda window, files: (start(window, files), work(window))
studio.app.main([])
"""


def toast(window) -> str:
    return window.canvas.toast.label.text()


def edit(window, *seeds: int) -> None:
    for seed in seeds:
        window.document.edit("Seed", latent=SeedLatent(seed))


def idle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.running)


def works(home: Path) -> list[Path]:
    return sorted((home / "recovery").glob("*.visagist"))


def button(card, text: str) -> QPushButton:
    return next(button for button in card.findChildren(QPushButton) if button.text() == text)


@pytest.fixture
def another(qtbot, window, home, tiny_path) -> Iterator:
    """Opens one more window, as the next start would."""
    made = []
    (home / "models").mkdir()
    shutil.copy(tiny_path, home / "models" / "ffhq.safetensors")

    def start() -> MainWindow:
        made.append(MainWindow())
        made[-1].show()
        made[-1].start([])
        settle(qtbot, made[-1])
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_ten_edits_are_kept_without_being_asked(window, qtbot, home):
    edit(window, *range(1, 10))
    assert works(home) == []
    edit(window, 10)
    qtbot.waitUntil(lambda: len(works(home)) == 1)
    project = read_project(works(home)[0])
    assert project.recipe.latent == SeedLatent(10)
    assert project.preview.startswith(b"\xff\xd8")


def test_every_minute_what_changed_is_kept_and_nothing_is_written_where_nothing_did(window, qtbot, home):
    assert window.autosave.timer.interval() == 60_000
    assert window.autosave.timer.isActive()
    window.autosave.timer.timeout.emit()
    idle(qtbot, window)
    assert works(home) == []
    edit(window, 5)
    window.autosave.timer.timeout.emit()
    idle(qtbot, window)
    before = works(home)[0].stat().st_mtime_ns
    window.autosave.timer.timeout.emit()
    idle(qtbot, window)
    assert works(home)[0].stat().st_mtime_ns == before


def test_what_is_saved_or_undone_is_no_longer_kept(window, qtbot, home, tmp_path):
    edit(window, 5)
    window.autosave.keep()
    qtbot.waitUntil(lambda: window.autosave.kept is not None)
    window.projects.write(tmp_path / "anna.visagist")
    qtbot.waitUntil(lambda: works(home) == [])
    edit(window, 6)
    window.autosave.keep()
    qtbot.waitUntil(lambda: len(works(home)) == 1)
    idle(qtbot, window)
    window.document.stack.undo()
    window.autosave.keep()
    assert works(home) == []


def test_closing_asks_nothing_and_the_next_start_offers_what_was_not_saved(window, qtbot, another):
    edit(window, 5)
    made = window.document.recipe
    window.close()
    assert QApplication.activeModalWidget() is None
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    card = again.recovery.card
    picture = next(label for label in card.findChildren(QLabel) if not label.pixmap().isNull())
    assert picture.accessibleName() == "What would come back"
    qtbot.mouseClick(button(card, "Bring back"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.document.recipe == made)
    assert again.recovery.card is None
    assert again.projects.modified


def test_closing_a_window_in_which_nothing_happened_leaves_nothing(window, home):
    window.close()
    assert works(home) == []


def test_a_fault_while_the_window_closes_leaves_no_thread_and_loses_no_work(window, home, monkeypatch):
    def broken() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(window.training, "end", broken)
    edit(window, 5)
    with pytest.raises(RuntimeError, match="a fault"):
        window.close()
    assert window.session.worker.isFinished()
    assert [one.project.recipe.latent for one in recovery_files.find()] == [SeedLatent(5)]


def test_work_that_another_project_replaced_just_before_the_end_is_offered(window, home, slow_threads):
    edit(window, 5)
    window.projects.new()
    window.close()
    assert [read_project(path).recipe.latent for path in works(home)] == [SeedLatent(5)]
    assert [one.project.recipe.latent for one in recovery_files.find()] == [SeedLatent(5)]


def test_not_now_and_escape_keep_it_and_discard_does_not(window, qtbot, home, another):
    edit(window, 5)
    window.close()
    again = another()
    for key in (Qt.Key.Key_Escape, None):
        qtbot.waitUntil(lambda: again.recovery.card is not None)
        card = again.recovery.card
        if key:
            qtbot.keyClick(button(card, "Bring back"), key)
        else:
            qtbot.mouseClick(card.cross, Qt.MouseButton.LeftButton)
        assert again.recovery.card is None
        assert len(works(home)) == 1
        again.actions_by_id["recover"].trigger()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    qtbot.keyClick(button(again.recovery.card, "Discard"), Qt.Key.Key_Space)
    assert works(home) == []
    assert again.recovery.card is None
    again.actions_by_id["recover"].trigger()
    qtbot.waitUntil(lambda: toast(again) == "There is no unsaved work")


def test_several_are_offered_the_newest_first_and_one_discarded_leaves_the_others(window, qtbot, home, another):
    for number in range(3):
        edit(window, 100 + number)
        window.projects.new()
        idle(qtbot, window)
    for age, path in enumerate(sorted(works(home), key=lambda path: -read_project(path).recipe.latent.seed)):
        os.utime(path, (1e9 - age, 1e9 - age))
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    assert [one.project.recipe.latent.seed for one in again.recovery.kept] == [102, 101, 100]
    button(again.recovery.card, "Discard").click()
    assert [one.project.recipe.latent.seed for one in again.recovery.kept] == [101, 100]


def test_the_work_of_a_living_window_is_neither_offered_nor_discarded(window, qtbot, home, another):
    edit(window, *range(1, 11))
    qtbot.waitUntil(lambda: len(works(home)) == 1)
    idle(qtbot, window)
    again = another()
    idle(qtbot, again)
    assert again.recovery.card is None
    again.close()
    assert len(works(home)) == 1


def test_work_that_is_brought_back_goes_on_being_kept_by_the_window_that_has_it(window, qtbot, home, another):
    edit(window, 5)
    window.close()
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    button(again.recovery.card, "Bring back").click()
    qtbot.waitUntil(lambda: again.document.recipe.latent == SeedLatent(5))
    assert [path.stem for path in works(home)] == [again.autosave.id]
    third = another()
    idle(qtbot, third)
    assert third.recovery.card is None
    again.document.edit("Seed", latent=SeedLatent(6))
    again.autosave.keep()
    idle(qtbot, again)
    assert [read_project(path).recipe.latent for path in works(home)] == [SeedLatent(6)]


def test_a_saved_project_that_was_changed_comes_back_under_its_name(window, qtbot, tmp_path, another):
    window.projects.write(tmp_path / "anna.visagist")
    qtbot.waitUntil(lambda: window.projects.path is not None)
    edit(window, 5)
    window.close()
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    button(again.recovery.card, "Bring back").click()
    qtbot.waitUntil(lambda: again.windowTitle() == "anna[*] · Visagist")
    assert again.isWindowModified()
    assert read_project(tmp_path / "anna.visagist").recipe.latent == SeedLatent(0)


def test_a_ticket_of_a_process_that_got_the_number_of_a_dead_one_is_nobodys():
    assert not recovery_files.lives(Ticket(os.getpid(), 1.0))
    assert not recovery_files.lives(Ticket(2**22 + 1, 1.0))


def test_kept_work_that_is_broken_is_left_where_it_is_and_the_rest_is_offered(window, qtbot, home, another, caplog):
    edit(window, 5)
    window.close()
    (home / "recovery" / "half.visagist").write_bytes(b'{"version"')
    (home / "recovery" / "half.ticket").write_bytes(b"?")
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    assert len(again.recovery.kept) == 1
    assert (home / "recovery" / "half.visagist").exists()
    assert "unsaved work cannot be offered" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals of this kind")
def test_after_kill_9_the_next_start_offers_the_work_with_its_picture(window, qtbot, home, another):
    (home / "models").mkdir(exist_ok=True)
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    running = subprocess.Popen(
        [sys.executable, "-c", CRASHING], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "ready\n", running.communicate()[1]
    assert recovery_files.find() == [], "it lives"
    running.kill()
    running.communicate(timeout=60)
    again = another()
    qtbot.waitUntil(lambda: again.recovery.card is not None)
    assert again.recovery.kept[0].project.preview.startswith(b"\xff\xd8")
    qtbot.mouseClick(button(again.recovery.card, "Bring back"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.document.recipe.latent == SeedLatent(10))


@pytest.fixture
def full_disk(home) -> Iterator[Path]:
    """The folder of unsaved work on a disk of a few kilobytes."""
    folder = home / "recovery"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if not sys.platform.startswith("linux") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root on Linux can make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_is_told_once_and_the_older_copy_stays(full_disk, window, qtbot):
    edit(window, 5)
    window.autosave.keep()
    idle(qtbot, window)
    kept = works(full_disk.parent)[0].read_bytes()
    (full_disk / "ballast").write_bytes(bytes(shutil.disk_usage(full_disk).free))
    edit(window, 6)
    window.autosave.keep()
    qtbot.waitUntil(lambda: "Your work cannot be kept by itself" in toast(window))
    assert "the disk is full" in toast(window)
    assert works(full_disk.parent)[0].read_bytes() == kept
    window.messages.note("something else")
    for seed in (7, 8):
        edit(window, seed)
        window.autosave.keep()
        idle(qtbot, window)
        assert toast(window) == "Something else"
    (full_disk / "ballast").unlink()
    window.autosave.keep()
    idle(qtbot, window)
    assert read_project(works(full_disk.parent)[0]).recipe.latent == SeedLatent(8)
