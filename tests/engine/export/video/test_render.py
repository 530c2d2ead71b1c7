"""Rendering a video: it goes on after a kill with the very same frames, memory stays flat, errors are one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import VisagistError
from engine.export.video.finishing import finish_so_far
from engine.export.video.plan import begin, check_fps, discard, finished_segments, read_plan
from engine.export.video.presets import BY_NAME, check_quality, check_sides
from engine.export.video.render import Rendered, clock_of, render_video
from engine.export.video.segments import packets_of
from engine.job import finish
from tests.engine.export.video.films import counting, differences, made, recipe_of, shown

av = pytest.importorskip("av")
ROOT = Path(__file__).parents[4]
pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this PyAV has no encoders")

# a process of its own that comes to a frame and no further, so that it is killed in the middle however quick it is
CHILD = """
import sys, threading
from pathlib import Path
from engine.export.video.plan import read_plan
from engine.export.video.render import render_video
from engine.job import finish
from tests.engine.export.video.films import counting, recipe_of
def render(recipe, size):
    if recipe.latent.seed == int(sys.argv[2]):
        threading.Event().wait()
    return counting(recipe, size)
finish(render_video(read_plan(Path(sys.argv[1])), render, recipe_of))
"""


def kill_at(output: Path, folder: Path, frame: int, segments: int) -> None:
    """Start a render in another process, and end it with SIGKILL at a frame, when so many segments are finished."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(output), str(frame)], cwd=ROOT)
    try:
        while len(list(folder.glob("*.segment"))) < segments:
            assert child.poll() is None, "it ended too early"
            time.sleep(0.005)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("preset", ["h264", "gif", "png"])
def test_after_a_kill_the_video_goes_on_and_is_what_one_run_gives(plan_of, preset):
    whole = plan_of(preset, 200, name="whole")
    plan = plan_of(preset, 200, name="killed")
    kill_at(Path(plan.output), plan.folder, 120, 2)
    before = finished_segments(plan)
    assert before == {0, 1}
    rendered = []

    def render(recipe, size):
        rendered.append(recipe.latent.seed)
        return counting(recipe, size)

    path = made(read_plan(Path(plan.output)), render)
    assert rendered == [
        number for index in range(plan.segments) if index not in before for number in plan.frames_of(index)
    ]
    expected = made(whole)
    if preset == "png":
        for number in range(200):
            assert (path / f"{number:06d}.png").read_bytes() == (expected / f"{number:06d}.png").read_bytes()
        return
    assert len(shown(path)) == 200
    assert differences(expected, path) == {}
    assert not plan.folder.exists()


def test_closing_the_job_keeps_what_is_finished(plan_of):
    plan = plan_of("h264", 200)
    job = render_video(plan, counting, recipe_of)
    for step in job:
        if step.done == 120:
            break
    job.close()
    assert finished_segments(plan) == {0, 1}
    assert not Path(plan.output).exists()
    assert [path.name for path in plan.folder.iterdir() if path.suffix == ".part"] == []
    assert len(shown(made(plan))) == 200


def test_a_render_whose_folder_was_moved_goes_on_where_it_is_now(plan_of, tmp_path):
    plan = plan_of("h264", 100)
    for step in (job := render_video(plan, counting, recipe_of)):
        if step.done == 60:
            break
    job.close()
    moved = tmp_path / "elsewhere" / "out.mp4"
    moved.parent.mkdir()
    plan.folder.rename(moved.with_name("out.mp4.rendering"))
    assert made(read_plan(moved)) == moved
    assert len(shown(moved)) == 100
    assert list(moved.parent.iterdir()) == [moved]


def test_an_unfinished_render_is_not_finished_into_a_file_of_another_kind(plan_of, tmp_path):
    plan = plan_of("h264", 10)
    plan.folder.rename(tmp_path / "out.gif.rendering")
    with pytest.raises(VisagistError, match=r"a h264 video has a name that ends in \.mp4"):
        read_plan(tmp_path / "out.gif")


def test_a_plan_that_could_not_be_written_is_in_nobodys_way(plan_of, monkeypatch):
    def full(path, content):
        raise VisagistError(f"{path}: the disk is full; free some space and try again")

    with monkeypatch.context() as patch:
        patch.setattr("engine.export.video.plan.write_atomically", full)
        with pytest.raises(VisagistError, match="the disk is full"):
            plan_of("h264", 10)
    assert len(shown(made(plan_of("h264", 10)))) == 10


def test_progress_tells_rate_time_left_and_the_picture(plan_of):
    ticks = iter(range(1000))
    job = render_video(plan_of("h264", 6), counting, recipe_of, clock=lambda: next(ticks) / 2)
    steps = [step for step in job if isinstance(step, Rendered)]
    assert [(step.done, step.total, step.rate, step.left) for step in steps] == [
        (number, 6, 2.0, (6 - number) / 2) for number in range(1, 7)
    ]
    assert steps[2].what == "rendering, 2.0 frames a second, 0:02 left"
    assert steps[2].picture.shape == (64, 64, 4)
    assert clock_of(3723) == "1:02:03"


def test_no_more_than_a_few_frames_are_ever_waiting(plan_of):
    frames: list[weakref.ref] = []
    most = 0

    def render(recipe, size):
        nonlocal most
        frame = counting(recipe, size)
        frames.append(weakref.ref(frame))
        most = max(most, sum(1 for one in frames if one() is not None))
        return frame

    finish(render_video(plan_of("ffv1", 150), render, recipe_of))
    assert most <= 8


def test_an_error_of_the_renderer_keeps_what_is_finished(plan_of):
    plan = plan_of("h264", 150)

    def render(recipe, size):
        if recipe.latent.seed == 100:
            raise VisagistError("the model went away")
        return counting(recipe, size)

    with pytest.raises(VisagistError, match="the model went away"):
        made(plan, render)
    assert 0 in finished_segments(plan)
    assert len(shown(made(plan))) == 150


def test_an_error_of_the_encoder_reaches_the_person(plan_of, monkeypatch):
    plan = plan_of("h264", 100)
    plan.segment_path(0).mkdir()
    with pytest.raises(VisagistError, match=r"000000\.segment: this is a folder"):
        made(plan)


def test_a_damaged_segment_is_found(plan_of):
    plan = plan_of("h264", 100)
    job = render_video(plan, counting, recipe_of)
    for step in job:
        if step.done == 99:
            break
    job.close()
    path = plan.segment_path(0)
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    with pytest.raises(VisagistError, match="this part of the video is damaged; delete it and resume"):
        list(packets_of(path))
    path.write_bytes(content[:-20])
    assert 0 not in finished_segments(plan), "one that was cut short is rendered again"


def test_what_is_finished_can_be_played_when_the_sound_is_gone(plan_of, tmp_path):
    plan = plan_of("h264", 100, sound=str(tmp_path / "gone.wav"))
    for step in (job := render_video(plan, counting, recipe_of)):
        if step.done == 99:
            break
    job.close()
    with pytest.raises(VisagistError, match=r"gone\.wav: its sound cannot be read"):
        made(plan)
    finish(finish_so_far(Path(plan.output)))
    assert len(shown(Path(plan.output))) >= 48


def test_two_processes_do_not_render_the_same_video(plan_of):
    plan = plan_of("h264", 10)
    job = render_video(plan, counting, recipe_of)
    next(job)
    with pytest.raises(VisagistError, match="another process renders it"):
        made(plan)
    job.close()


def test_an_unfinished_render_is_not_thrown_away_by_a_new_one(plan_of):
    plan = plan_of("h264", 10)
    with pytest.raises(VisagistError, match="an unfinished render of it is kept"):
        begin(plan)
    discard(Path(plan.output))
    begin(plan)
    with pytest.raises(VisagistError, match="no unfinished render of it"):
        discard(Path("nothing.mp4"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check_fps(Fraction(0)), "0.1 to 1000 frames a second, not 0"),
        (lambda: check_quality("ultra"), "quality is draft, good or best, not 'ultra'"),
        (lambda: check_sides(BY_NAME["h264"].codec, 1023, 1023), "1023 x 1023 has an odd side.*choose 1022 x 1022"),
        (lambda: check_sides(BY_NAME["prores"].codec, 63, 63), "choose 62 x 63"),
    ],
)
def test_settings_that_make_no_sense_are_told_in_one_sentence(call, words):
    with pytest.raises(VisagistError, match=words):
        call()


def test_without_the_package_it_says_how_to_install_it(plan_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(VisagistError, match=r"videos need the package av; install it with: pip install"):
        made(plan_of("h264"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(plan_of, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(VisagistError, match="it may not be written there"):
        plan_of("h264")


@pytest.mark.skipif(os.name == "nt", reason="limits of this kind are POSIX")
def test_a_disk_that_is_full_is_told_and_what_is_finished_stays(plan_of):
    """A limit on the size of files does what a full disk does: writing fails in the middle of the finished file."""
    plan = plan_of("ffv1", 200, width=256, height=256, render=256)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
    ended = subprocess.run(
        [sys.executable, "-c", limited + CHILD, plan.output, "-1"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    error = ended.stderr.decode().strip().splitlines()[-1]
    assert "larger than this disk takes" in error
    assert not Path(plan.output).exists()
    assert len(shown(made(plan))) == 200
