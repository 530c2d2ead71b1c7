"""Training processes: real ones, apart from the window, whose last words are kept."""

from __future__ import annotations

import os
import sys

import pytest

from engine.errors import VisagistError
from studio.workers.training import LOG, TrainingProcesses, environment, last_words


@pytest.fixture
def processes(qapp) -> TrainingProcesses:
    return TrainingProcesses()


def ended(qtbot, processes, words, folder):
    """Run a command to its end."""
    with qtbot.waitSignal(processes.ended) as told:
        processes.start(words, folder)
    return told.args[0]


def test_a_process_that_ends_is_told_of_once_and_watched_no_more(qtbot, processes, tmp_path):
    one = ended(qtbot, processes, ["version"], tmp_path / "run")
    assert one.folder == tmp_path / "run"
    assert one.process.returncode == 0
    assert processes.watched == []
    assert not processes.timer.isActive()
    assert last_words(one) == ""


def test_what_a_failing_process_said_last_is_its_sentence(qtbot, processes, tmp_path):
    (tmp_path / LOG).write_text("visagist: words of an earlier process\n")
    one = ended(qtbot, processes, ["no-such-command"], tmp_path)
    assert last_words(one).startswith("there is no command or file 'no-such-command'")
    assert (tmp_path / LOG).read_text().startswith("visagist: words of an earlier process"), "logs are added to"
    quiet = ended(qtbot, processes, ["version"], tmp_path)
    assert last_words(quiet) == "", "an earlier process' words are not this one's"


def test_a_process_has_a_session_of_its_own(qtbot, processes, tmp_path):
    processes.start(["version"], tmp_path)
    assert os.getsid(processes.watched[0].process.pid) != os.getsid(0)
    qtbot.waitUntil(lambda: not processes.watched)


def test_letting_go_leaves_the_process_alone(processes, tmp_path):
    processes.start(["version"], tmp_path)
    pid = processes.watched[0].process.pid
    processes.let_go()
    assert os.waitpid(pid, 0)[1] == 0, "it ended by itself, and well"


def test_a_module_in_the_run_folder_is_not_what_runs(qtbot, processes, tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('the wrong engine')")
    assert last_words(ended(qtbot, processes, ["version"], tmp_path)) == ""


def test_a_program_that_cannot_be_started_is_said_in_a_sentence(processes, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(VisagistError, match="could not be started"):
        processes.start(["version"], tmp_path)


def test_the_engine_comes_before_what_was_set(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    here, elsewhere = environment()["PYTHONPATH"].split(os.pathsep)
    assert elsewhere == "/elsewhere"
    assert os.path.isfile(os.path.join(here, "engine", "__init__.py"))
