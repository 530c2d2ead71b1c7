"""Steering a run: what is pressed becomes a wish in its folder, and the buttons show what can be done."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from engine.models.format import read_header
from engine.paths import models_dir, runs_dir
from engine.recipe import SeedLatent
from studio.training.controls import RunControls
from studio.training.share_row import ShareRow
from tests.studio.training.steered import make_run, wishes


@pytest.fixture
def run(store):
    """A run that is at work, as far as its folder tells."""
    made = make_run(runs_dir() / "one", store, snapshots=(1000, 2000))
    yield made
    made.release()


@pytest.fixture
def controls(qtbot, training, run) -> RunControls:
    """The buttons, with that run on show."""
    made = RunControls(training)
    qtbot.addWidget(made)
    made.show()
    training.show_run(run.path)
    training.show_state("running")
    return made


def press(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def wish_of(run) -> str:
    return wishes(run.path).wish


def test_pause_and_resume_are_wishes_in_the_run_folder(qtbot, controls, training, run):
    press(qtbot, controls.pause)
    assert controls.pause.text() == "Pausing…"
    assert not controls.pause.isEnabled(), "until the run has heard of it"
    qtbot.waitUntil(lambda: wish_of(run) == "pause")
    training.show_state("paused")
    assert controls.pause.text() == "Resume"
    press(qtbot, controls.pause)
    qtbot.waitUntil(lambda: wish_of(run) == "run")
    training.show_state("running")
    assert controls.pause.text() == "Pause"


def test_stop_is_a_wish_and_a_stopped_run_goes_on_by_a_new_process(qtbot, controls, training, run, commands):
    press(qtbot, controls.stop)
    qtbot.waitUntil(lambda: wish_of(run) == "stop")
    training.show_state("stopped")
    assert not controls.stop.isVisible()
    with qtbot.waitSignal(training.started) as told:
        press(qtbot, controls.pause)
    assert told.args == [run.path]
    assert commands == [["train", "--resume", str(run.path)]]
    assert wish_of(run) == "run", "the wish to stop would end it again at once"


@pytest.mark.parametrize("state", ["interrupted", "failed"])
def test_a_run_that_was_cut_off_can_be_resumed(qtbot, controls, training, commands, state):
    training.show_state(state)
    assert controls.pause.text() == "Resume"
    with qtbot.waitSignal(training.started):
        press(qtbot, controls.pause)
    assert len(commands) == 1


def test_a_finished_run_is_offered_to_the_models_and_nothing_else(controls, training):
    training.show_state("finished")
    assert controls.add.isVisible()
    assert not controls.pause.isVisible()
    assert not controls.stop.isVisible()


def test_without_a_run_there_is_nothing_to_press(controls, training):
    training.show_run(None)
    assert not controls.isVisible()
    training.pause_or_resume()
    training.stop()
    training.open_folder()
    training.publish()


def test_add_to_my_models_puts_the_newest_snapshot_there_with_a_card(qtbot, controls, training, place):
    training.show_state("finished")
    press(qtbot, controls.add)
    qtbot.waitUntil(lambda: "One is among your models now" in place.said)
    assert read_header(models_dir() / "one.safetensors").name == "one"
    assert "CC0 1.0" in (models_dir() / "one.md").read_text()


def test_a_run_without_a_snapshot_says_so(qtbot, training, place, store):
    bare = make_run(runs_dir() / "bare", store)
    bare.release()
    training.show_run(bare.path)
    training.publish()
    qtbot.waitUntil(lambda: any("no snapshot yet" in text for text in place.said))
    training.fork_newest()
    assert "Bare has kept no snapshot yet" in place.said


def test_a_new_run_can_go_on_from_the_newest_snapshot_or_the_open_model(qtbot, training, run, place, tiny_path):
    wanted = []
    training.new_run_wanted.connect(wanted.append)
    training.show_run(run.path)
    training.fork_newest()
    training.fine_tune()
    assert "No model is open yet" in place.said[-1]
    place.session.model_path = tiny_path
    training.fine_tune()
    training.new_run()
    assert wanted == [run.path / "snapshots" / "0000002000.safetensors", tiny_path, None]


def test_the_folder_opens_in_the_systems_own_way(controls, training, run, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    training.open_folder()
    assert opened == [str(run.path)]


def test_the_share_is_told_to_the_run_and_its_other_wishes_stay(qtbot, controls, training, run, place):
    training.ask(run.path, wish="pause")
    row = ShareRow(training)
    qtbot.addWidget(row)
    row.show()
    row.slider.track.setFocus()
    for _ in range(3):
        qtbot.keyClick(row.slider.track, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: wishes(run.path).share == pytest.approx(0.85))
    assert wish_of(run) == "pause"


def test_a_training_rests_while_somebody_explores(qtbot, controls, training, run, place):
    place.session.document.edit("Seed", latent=SeedLatent(5))
    qtbot.waitUntil(lambda: wishes(run.path).rest_until > 0)
    row = ShareRow(training)
    qtbot.addWidget(row)
    row.show()
    assert row.rests.isChecked()
    press(qtbot, row.rests)
    qtbot.waitUntil(lambda: wishes(run.path).rest_until == 0.0)


def test_a_run_on_another_machine_is_not_asked_to_rest(qtbot, controls, training, run, place):
    (run.path / "lock").write_text(str(2**22 + 5))  # more than Linux counts processes
    training.ask(run.path, rest_until=5e9, share=0.5)
    qtbot.waitUntil(lambda: wishes(run.path).share == 0.5)
    assert wishes(run.path).rest_until == 0


def test_many_wishes_in_a_row_end_with_the_newest(qtbot, controls, training, run):
    for share in range(1, 60):
        training.ask(run.path, share=share / 100)
    training.ask(run.path, wish="stop")
    qtbot.waitUntil(lambda: not training.written)
    assert wishes(run.path).share == pytest.approx(0.59)
    assert wish_of(run) == "stop"


def test_a_wish_just_before_the_window_closes_is_told(controls, training, run, place):
    training.stop()
    place.session.jobs.end()
    training.end()
    assert wish_of(run) == "stop"


def test_a_run_that_cannot_be_steered_says_why_and_is_no_longer_waited_for(qtbot, controls, training, run, place):
    qtbot.waitUntil(lambda: not training.written)
    (run.path / "control.json").unlink(missing_ok=True)
    (run.path / "control.json").mkdir()
    press(qtbot, controls.pause)
    qtbot.waitUntil(lambda: any("this is a folder" in text for text in place.said))
    assert controls.pause.isEnabled()


def test_a_process_that_fails_is_told_in_its_own_words(qtbot, training, place):
    folder = runs_dir() / "two"
    with qtbot.waitSignal(training.failed) as told:
        training.begin(folder, ["train", str(folder / "nothing"), "-o", str(folder)])
    assert told.args[0] == folder
    assert "nothing" in told.args[1]
    assert any(text.startswith("Two: ") for text in place.said)


def test_a_run_that_cannot_go_on_says_why_and_can_be_tried_again(qtbot, controls, training, store, place):
    gone = make_run(runs_dir() / "gone", store, state="stopped")
    gone.release()
    shutil.rmtree(store)
    training.show_run(gone.path)
    training.show_state("stopped")
    with qtbot.waitSignal(training.failed) as told:
        press(qtbot, controls.pause)
    assert str(store) in told.args[1]
    assert not any("it can go on from where it was" in text for text in place.said)
    assert controls.pause.text() == "Resume"
    assert controls.pause.isEnabled()


def test_a_run_that_is_begun_twice_in_a_moment_is_begun_once(qtbot, training, commands):
    with qtbot.waitSignal(training.started):
        training.begin(runs_dir() / "new", ["train"])
        training.begin(runs_dir() / "new", ["train"])
    assert commands == [["train"]]


def test_two_runs_cannot_have_one_folder(qtbot, training, run, place, commands):
    training.begin(run.path, ["train"])
    qtbot.waitUntil(lambda: "There is a run one already; give the new one another name" in place.said)
    assert commands == []


def test_the_menus_of_the_run_offer_what_can_be_done(qtbot, controls, training, run):
    labels = [action.text() for action in controls.menu.actions() if action.isVisible()]
    assert labels == ["Add to my models", "New run from its newest snapshot…", "Open run folder"]
    for button in (controls.pause, controls.stop, controls.add, controls.more):
        assert button.accessibleName() or button.text()
        assert button.toolTip()
