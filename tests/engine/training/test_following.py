"""A run is known from its folder alone, while it is written, after a kill, and where somebody meddled with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.training.following import Run, RunFollower
from engine.training.glance import glance, runs_in
from engine.training.series import Growing
from tests.runs import WrittenRun


@pytest.fixture
def written(tmp_path):
    """A run that has just begun, with its lock held."""
    made = WrittenRun(tmp_path / "run")
    made.hold()
    made.start()
    yield made
    made.release()


def read_all(follower: RunFollower) -> Run:
    while follower.read():
        pass
    return follower.run


def followed(written: WrittenRun) -> Run:
    return read_all(RunFollower(written.folder))


def test_a_run_without_events_is_waited_for(tmp_path):
    (tmp_path / "run").mkdir()
    follower = RunFollower(tmp_path / "run")
    assert follower.read() is False
    assert follower.run.state == "waiting"


def test_ticks_become_series_by_their_names(written):
    for images in (500, 1000, 1500):
        written.tick(images, real=images / 1000)
    run = followed(written)
    assert run.series["real"].images.tolist() == [500, 1000, 1500]
    assert run.series["real"].values.tolist() == [0.5, 1.0, 1.5]
    assert run.last("rate") == 100.0
    assert (run.images, run.total, run.left) == (1500, 4000, 60.0)


def test_a_number_that_was_not_measured_is_left_out(written):
    written.tick(500, penalty=None)
    written.tick(1000, penalty=0.25)
    run = followed(written)
    assert run.series["penalty"].images.tolist() == [1000]


def test_the_phase_and_what_comes_next_follow_from_the_plan(written):
    written.tick(1250)
    run = followed(written)
    assert (run.phase.side, run.phase.kind, run.side, run.alpha) == (8, "fade", 8, 0.25)
    assert (run.next_phase.kind, run.next_phase.begins) == ("stabilise", 2000)
    written.tick(4000)
    assert followed(written).next_phase is None


def test_the_beginning_of_a_line_waits_for_its_end(written):
    follower = RunFollower(written.folder)
    read_all(follower)
    record = {"event": "tick", "time": 1.0, "images": 500, "step": 1, "side": 8, "gap": 1.5}
    line = json.dumps(record).encode() + b"\n"
    written.write(line[:30])
    assert read_all(follower).images == 0
    assert follower.run.torn == 0
    written.write(line[30:])
    assert read_all(follower).last("gap") == 1.5


def test_slices_of_any_size_give_the_same(written):
    for images in range(16, 1600, 16):
        written.tick(images, real=images / 7)
    whole = followed(written)
    follower = RunFollower(written.folder)
    while follower.read(700):
        pass
    assert np.array_equal(follower.run.series["real"].values, whole.series["real"].values)


@pytest.mark.parametrize(
    "line",
    [
        b"no json at all",
        b'{"event":"tick","images":-5,"side":8}',
        b'{"event":"tick","images":"many","side":8}',
        b'{"event":"unheard of","images":3}',
        b'{"event":"tick","images":3,"side":8,"gap":NaN}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"x" * 3_000_000,
        b'{"event":"samples","images":3,"file":"a.png","side":8,"columns":0,"rows":1}',
        b'{"event":"samples","images":3,"file":"a.png","side":1,"columns":4096,"rows":4096}',
        b'{"event":"metric","images":3,"swd":{%s}}' % b",".join(b'"%d":1' % level for level in range(999)),
    ],
)
def test_a_line_that_is_no_event_is_counted_and_left_out(written, line):
    written.tick(500)
    written.write(line + b"\n")
    written.tick(1000)
    run = followed(written)
    assert run.series["gap"].images.tolist() == [500, 1000]
    assert run.torn == (0 if len(line) > 2**20 else 1)


def test_what_was_written_behind_a_torn_line_is_found(written):
    written.tick(500)
    written.write(b'{"event":"tick","ima')
    written.start(resumed_from=500)
    written.tick(600)
    run = followed(written)
    assert run.series["gap"].images.tolist() == [500, 600]


def test_after_a_resumption_only_what_came_before_the_checkpoint_stays(written):
    for images in (500, 1000, 1500, 2000):
        written.tick(images, real=1.0)
        written.sheet(images)
        written.snapshot(images)
    written.start(resumed_from=1000)
    written.tick(1200, real=2.0)
    run = followed(written)
    assert run.series["real"].images.tolist() == [500, 1000, 1200]
    assert run.series["real"].values.tolist() == [1.0, 1.0, 2.0]
    assert [sheet.images for sheet in run.sheets] == [500, 1000]
    assert [kept.images for kept in run.snapshots] == [500, 1000]
    assert any("goes on from 1 000" in note.text for note in run.notes)


def test_a_run_that_went_back_by_itself_overwrites_its_numbers(written):
    for images in (500, 1000, 1500, 700):
        written.tick(images, real=images / 1000)
        written.sheet(images)
    run = followed(written)
    assert run.series["real"].images.tolist() == [500, 700]
    assert [sheet.images for sheet in run.sheets] == [500, 700]


def test_what_was_given_before_does_not_change_when_the_run_goes_back(written):
    follower = RunFollower(written.folder)
    for images in (500, 1000, 1500):
        written.tick(images, real=1.0)
    before = read_all(follower).series["real"]
    written.start(resumed_from=500)
    written.tick(600, real=9.0)
    assert read_all(follower).series["real"].values.tolist() == [1.0, 9.0]
    assert before.values.tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        before.values[0] = 5


def test_a_file_that_was_written_anew_is_read_from_its_beginning(written):
    follower = RunFollower(written.folder)
    for images in (500, 1000):
        written.tick(images)
    read_all(follower)
    (written.folder / "events.jsonl").write_bytes(b"")
    written.start()
    written.tick(250)
    assert read_all(follower).series["gap"].images.tolist() == [250]


def test_a_process_that_is_gone_without_a_word_interrupted_the_run(written):
    written.tick(500)
    follower = RunFollower(written.folder, clock=lambda: written.time + 60)
    assert read_all(follower).state == "running"
    written.release()
    assert follower.run.state == "interrupted"
    written.put("state", 500, state="stopped", why="asked to")
    run = read_all(follower)
    assert (run.state, run.why) == ("stopped", "asked to")


def test_a_run_of_which_more_waits_is_being_read_and_nothing_else(written):
    for images in range(16, 3200, 16):
        written.tick(images)
    written.put("state", 3200, state="finished", why="")
    written.release()
    follower = RunFollower(written.folder, clock=lambda: written.time + 60)
    assert follower.read(8000) is True
    assert follower.run.state == "reading"
    assert read_all(follower).state == "finished"


def test_looking_at_a_lock_takes_it_from_nobody(written):
    written.release()
    read_all(RunFollower(written.folder))
    written.hold()


def test_metrics_are_series_of_each_level_the_finest_first(written):
    written.put("metric", 500, swd={"8": 20.0, "4": 10.0}, swd_mean=15.0, ms_ssim=None, fid=None, kid=None, side=8)
    run = followed(written)
    assert run.levels == (8, 4)
    assert run.last("swd/8") == 20.0
    assert run.last("ms_ssim") is None


def test_a_metric_of_an_earlier_moment_does_not_take_the_run_back(written):
    written.tick(1500)
    written.put("metric", 1000, swd={"4": 10.0}, swd_mean=10.0, ms_ssim=0.2, fid=None, kid=None, side=4)
    run = followed(written)
    assert run.images == 1500
    assert run.series["gap"].images.tolist() == [1500]
    assert run.series["swd/4"].images.tolist() == [1000]


@pytest.mark.parametrize("name", ["../other.png", "/etc/passwd", "samples/../../x.png", "C:\\x.png", ""])
def test_a_file_outside_of_the_run_is_not_looked_at(written, name):
    written.put("samples", 500, file=name, side=8, alpha=1.0, columns=2, rows=2)
    written.put("snapshot", 500, file=name, side=8, alpha=1.0)
    run = followed(written)
    assert not run.sheets
    assert not run.snapshots


def test_notes_tell_phases_warnings_and_the_end(written):
    written.put("phase", 1000, side=8, kind="fade", begins=1000, ends=2000, batch=16)
    written.put("note", 1200, level="warning", text="the gradient was not a number")
    written.put("state", 1300, state="failed", why="the disk is full")
    levels = {note.text: note.level for note in followed(written).notes}
    assert levels["8 px begins to fade in, batch 16"] == "info"
    assert levels["the gradient was not a number"] == "warning"
    assert levels["failed: the disk is full"] == "error"


def test_a_glance_at_a_long_run_knows_its_total_and_its_newest(written):
    for images in range(2, 3000, 2):
        written.tick(images)
    written.sheet(2998)
    run = glance(written.folder)
    assert (run.total, run.images, run.state) == (4000, 2998, "running")
    assert run.sheets[-1].images == 2998
    assert run.lines < 300, "only the end was read"


def test_runs_of_a_folder_are_found_and_nothing_else(tmp_path):
    WrittenRun(tmp_path / "one").start()
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "a model").mkdir()
    (tmp_path / "a model" / "config.json").write_text("{}")
    assert [path.name for path in runs_in(tmp_path)] == ["one"]
    assert runs_in(tmp_path / "nowhere") == []


def test_a_series_grows_past_its_first_room():
    growing = Growing()
    for count in range(1000):
        growing.add(count, count / 2)
    assert np.array_equal(growing.view().values, np.arange(1000) / 2)


def test_following_brings_neither_torch_nor_qt(tmp_path: Path):
    import subprocess
    import sys

    code = "import sys, engine.training.following; print('torch' in sys.modules, 'PySide6' in sys.modules)"
    root = Path(__file__).parents[3]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False False"
