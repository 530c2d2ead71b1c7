"""`visagist video`: walks and projects become videos, unfinished ones go on, and mistakes are one sentence."""

from __future__ import annotations

import os
import signal
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.export.video import queue
from engine.export.video.plan import read_plan
from engine.export.video.render import render_video
from engine.filming import recipes_of
from engine.models.format import read_header
from engine.models.model import open_model
from engine.project import Board, ModelReference, Project
from engine.project_file import read_project, write_project
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.renderer import Renderer
from engine.timeline import recipe_of_frame
from engine.timeline.build import through
from engine.timeline.sound import Sound
from tests.engine.export.video.films import differences, shown
from tests.held import held

av = pytest.importorskip("av")
pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this PyAV has no encoders")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tiny_path, tmp_path) -> Path:
    """A project of the tiny model whose timeline goes through three faces in two seconds."""
    model = read_header(tiny_path).hash
    timeline = through([Recipe(model=model, latent=SeedLatent(seed)) for seed in (1, 5, 9)], 2, 8)
    path = tmp_path / "mine.visagist"
    write_project(path, Project(ModelReference(model), Recipe(model=model), Board(timeline=timeline)))
    return path


def test_a_walk_through_seeds_is_the_renderers_pictures(cli, tiny_path, tiny_model, tmp_path):
    path = tmp_path / "walk.mkv"
    words = ("--model", tiny_path, "--device", "cpu", "--precision", "f32", "--psi", 0.5)
    result = cli("video", "--seeds", "1,5", "--seconds", 1, "--fps", 12, *words, "-o", path)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"{path}: 12 frames, 64 x 64 px, 12 a second, ffv1\n"
    timeline = read_project(path).board.timeline
    assert [key.recipe.truncation.psi for key in timeline.recipes.keys] == [0.5, 0.5]
    renderer = Renderer(tiny_model)
    frames = shown(path)
    assert len(frames) == 12
    for number, frame in enumerate(frames):
        assert np.array_equal(frame, renderer.render(recipe_of_frame(timeline, number)).rgb())
    assert list(tmp_path.iterdir()) == [path]
    assert queue.waiting() == []


def test_a_project_becomes_a_video_and_the_video_the_same_video_again(cli, project, tiny_path, tmp_path):
    first, again = tmp_path / "first.mp4", tmp_path / "again.mp4"
    target = ("--model", tiny_path, "--fps", "23.976")
    assert cli("video", project, *target, "--quality", "draft", "-o", first).code == 0
    assert cli("video", first, *target, "--quality", "draft", "-o", again).code == 0
    assert differences(first, again) == {}
    with av.open(str(first)) as container:
        assert container.streams.video[0].average_rate == Fraction(24000, 1001)
        assert container.streams.video[0].frames == 48


def test_a_loop_has_no_seam_and_no_doubled_frame(cli, tiny_path, tmp_path):
    path = tmp_path / "loop.webp"
    result = cli("video", "--seeds", "1,5", "--seconds", 2, "--fps", 10, "--loop", "--model", tiny_path, "-o", path)
    assert result.code == 0
    frames = [frame.astype(float) for frame in shown(path)]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert min(steps) > 0
    assert steps[-1] < 2 * max(steps[:-1])


def test_a_walk_that_nobody_named_gets_a_name_and_replaces_nothing(cli, tiny_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("video", "--seeds", "3,7,19", "--seconds", 0.3, "--loop", "--model", tiny_path, "--quality", "draft")
    assert [cli(*words).code, cli(*words).code, cli(*words, "--preset", "gif").code] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "walk-3-7-19-2.mp4", "walk-3-7-19.gif", "walk-3-7-19.mp4",
    ]  # fmt: skip


def test_ten_hours_are_planned_at_once_and_what_is_finished_of_them_can_be_played(cli, tiny_path, tmp_path):
    path = tmp_path / "long.mkv"
    words = ("--seeds", "1-9", "--seconds", 36_000, "--fps", 5, "--quality", "draft", "--model", tiny_path)
    assert cli("video", *words, "--later", "-o", path).code == 0
    plan = read_plan(path)
    assert (plan.frames, plan.segments) == (180_000, 18_000)
    renderer = Renderer(open_model(tiny_path))
    job = render_video(plan, renderer.render, recipes_of(plan))
    while len(list(plan.folder.glob("*.segment"))) < 2:
        next(job)
    job.close()
    assert cli("video", "--so-far", "-o", path).code == 0
    assert len(shown(path)) >= 20


def test_a_small_video_is_the_full_picture_scaled_and_a_draft_is_not(cli, tiny_path, tmp_path):
    for quality, side in (("good", 64), ("draft", 32)):
        path = tmp_path / f"{quality}.mp4"
        words = ("--seeds", 1, "--seconds", 0.1, "--size", 32, "--model", tiny_path, "--later")
        assert cli("video", *words, "--quality", quality, "-o", path).code == 0
        assert read_plan(path).render == side


def test_an_even_walk_is_measured_once_and_carried(cli, tiny_path, tmp_path):
    path = tmp_path / "even.gif"
    words = ("--seeds", "1,5", "--seconds", 1, "--fps", 5, "--even", "--path", "line", "--model", tiny_path)
    assert cli("video", *words, "-o", path).code == 0
    assert read_project(path).board.timeline.recipes.pace is not None
    assert len(shown(path)) == 5


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (("--size", 32), (32, 32)),
        (("--size", "96x54"), (96, 54)),
        (("--shape", "16:9"), (114, 64)),
        (("--shape", "16:9", "--crop"), (64, 36)),
        (("--shape", "9:16", "--size", 36), (36, 64)),
        (("--size", "33x31", "--preset", "ffv1"), (33, 31)),
    ],
)
def test_any_size_by_padding_or_cropping(cli, tiny_path, tmp_path, words, size):
    path = tmp_path / "a.mkv"
    made = ("--seeds", 1, "--seconds", 0.1, "--ground", "#102030", "--model", tiny_path)
    assert cli("video", *made, *words, "-o", path).code == 0
    frame = shown(path)[0]
    assert frame.shape[1::-1] == size
    square = size[0] == size[1]
    if not square and "--crop" not in words:
        assert frame[0, 0].tolist() == [16, 32, 48] or frame[-1, -1].tolist() == [16, 32, 48]
    else:
        assert frame[0, 0].tolist() != [16, 32, 48]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_render_goes_on_and_gives_the_same_frames(cli, program, tiny_path, tmp_path, home):
    words = ["--seeds", "1-3", "--seconds", "20", "--fps", "10", "--model", str(tiny_path), "--device", "cpu"]
    killed, whole = tmp_path / "killed.mp4", tmp_path / "whole.mp4"
    child = held(50, "video", *words, "-o", killed)
    folder = tmp_path / "killed.mp4.rendering"
    try:
        while len(list(folder.glob("*.segment"))) < 2:
            assert child.poll() is None, "it ended too early"
            time.sleep(0.005)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not killed.exists()
    listed = cli("video", "--list").out
    assert listed == f"{killed}: 40 of 200 frames, h264\n"
    so_far = cli("video", "--so-far", "-o", killed)
    assert so_far.code == 0
    assert len(shown(killed)) == 40, "what is finished can be played"
    assert cli("video", "--resume", "--model", tiny_path).code == 0
    assert cli("video", "--list").out == ""
    assert cli("video", *words, "-o", whole).code == 0
    assert len(shown(killed)) == 200
    assert differences(whole, killed) == {}


def test_renders_wait_in_the_queue_until_they_are_asked_for(cli, tiny_path, tmp_path):
    for name in ("b.gif", "a.gif"):
        words = ("--seeds", 1, "--seconds", 0.2, "--model", tiny_path, "--later", "-o", tmp_path / name)
        assert cli("video", *words).code == 0
    assert queue.waiting() == [tmp_path / "b.gif", tmp_path / "a.gif"]
    queue.move(tmp_path / "a.gif", first=True)
    assert queue.waiting() == [tmp_path / "a.gif", tmp_path / "b.gif"]
    assert cli("video", "--discard", "-o", tmp_path / "b.gif").code == 0
    assert cli("video", "--resume", "--model", tiny_path).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif"]
    assert cli("video", "--resume").out == "no render waits\n"


def test_one_render_that_cannot_go_on_keeps_no_other_from_it(cli, tiny_path, tmp_path):
    for name in ("a.gif", "b.gif"):
        words = ("--seeds", 1, "--seconds", 0.2, "--model", tiny_path, "--later", "-o", tmp_path / name)
        assert cli("video", *words).code == 0
    (tmp_path / "a.gif.rendering" / "plan.json").write_text("{}")
    listed = cli("video", "--list")
    assert listed.code == 0
    assert listed.out.splitlines()[1] == f"{tmp_path / 'b.gif'}: 0 of 6 frames, gif"
    result = cli("video", "--resume", "--model", tiny_path)
    assert result.code == 2
    assert "1 of 2 renders could not be finished" in result.err
    assert len(shown(tmp_path / "b.gif")) == 6


def test_a_project_with_a_sound_can_be_made_silent(cli, project, tiny_path, tmp_path):
    read = read_project(project)
    timeline = replace(read.board.timeline, sound=Sound("/nowhere/song.wav", "ab" * 32, 2.0))
    write_project(project, replace(read, board=Board(timeline=timeline)))
    words = ("video", project, "--model", tiny_path, "--quality", "draft", "-o", tmp_path / "a.mp4")
    assert "song.wav: its sound cannot be read" in cli(*words).err
    assert "silent or has the sound of --audio" in cli(*words, "--silent", "--audio", "a.wav").err
    assert cli(*words, "--silent").code == 0
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert len(container.streams.audio) == 0


def test_a_face_that_the_model_cannot_follow_is_told_before_anything_is_rendered(cli, project, tiny_path, tmp_path):
    read = read_project(project)
    timeline = read.board.timeline
    keys = list(timeline.recipes.keys)
    lost = DirectionAmount("Smile", "ab" * 16, 1.0, (0, 1))
    keys[1] = replace(keys[1], recipe=replace(keys[1].recipe, directions=(lost,)))
    made = replace(timeline, recipes=replace(timeline.recipes, keys=tuple(keys)))
    write_project(project, replace(read, board=Board(timeline=made)))
    result = cli("video", project, "--model", tiny_path, "-o", tmp_path / "a.mp4")
    assert result.code == 2
    assert "direction 'Smile'" in result.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.visagist"]


def test_mistakes_are_one_sentence_and_leave_nothing(cli, tiny_path, tmp_path, project, monkeypatch):
    monkeypatch.chdir(tmp_path)
    empty = tmp_path / "empty.visagist"
    write_project(empty, replace(read_project(project), board=Board()))
    bare = tmp_path / "bare.visagist"
    timeline = read_project(project).board.timeline
    bare_board = Board(timeline=replace(timeline, recipes=replace(timeline.recipes, keys=())))
    write_project(bare, replace(read_project(project), board=bare_board))
    other = tmp_path / "other.visagist"
    write_project(other, replace(read_project(project), model=ModelReference("cd" * 32)))
    (tmp_path / "broken.wav").write_bytes(b"RIFF" + bytes(100))
    before = sorted(tmp_path.iterdir())
    walk = ("--seeds", "1,5", "--model", tiny_path)
    for words, said in (
        ((*walk, "--discard"), "say with -o which video"),
        ((*walk, "--preset", "divx"), "there is no preset 'divx'"),
        ((bare, "--model", tiny_path, "-o", "a.mp4"), "no keyframe"),
        ((*walk, "-o", "a.avi"), "must end in one of .mp4"),
        ((*walk, "-o", "nowhere/a.mp4"), "its folder does not exist"),
        ((*walk, "-o", "a.mp4", "--preset", "divx"), "there is no preset 'divx'"),
        ((*walk, "-o", "a.mp4", "--quality", "ultra"), "quality is draft, good or best"),
        ((*walk, "-o", "a.mp4", "--fps", "0"), "0/1 frames a second cannot be shown"),
        ((*walk, "-o", "a.mp4", "--fps", "x"), "a frame rate is written like 25"),
        ((*walk, "-o", "a.gif", "--fps", "60"), "a GIF has at most 50 frames a second"),
        ((*walk, "-o", "a.mp4", "--size", "33x31"), "33 x 31 has an odd side"),
        ((*walk, "-o", "a.mp4", "--size", "8"), "16 to 16384 px a side, not 8"),
        ((*walk, "-o", "a.mp4", "--size", "big"), "like 1920x1080 or 1080, not 'big'"),
        ((*walk, "-o", "a.mp4", "--shape", "3:1"), "the shape is one of square"),
        ((*walk, "-o", "a.mp4", "--ground", "red"), "a colour is written like #101010"),
        ((*walk, "-o", "a.mp4", "--audio", "broken.wav"), "its sound cannot be read"),
        ((*walk, "-o", "a.gif", "--audio", "broken.wav"), "gif has no sound"),
        ((*walk, "-o", "a.mp4", "--seconds", "0"), "0 s is followed by 0 s"),
        ((*walk, "-o", "a.mp4", "--path", "bent"), "the path is one of spline"),
        ((*walk, "-o", "a.mp4", "--loop", "--ping-pong"), "not both"),
        ((*walk, "-o", "a.mkv", "--hardware"), "no GPU encodes ffv1"),
        (("-o", "a.mp4"), "name a project, or the faces of a walk"),
        ((project, *walk, "-o", "a.mp4"), "name a project or --seeds, not both"),
        ((project, "--seconds", 3, "-o", "a.mp4"), "a project says its own length"),
        ((empty, "--model", tiny_path, "-o", "a.mp4"), "this project has no timeline yet"),
        ((other, "--model", tiny_path, "-o", "a.mp4"), "the project was made with model cdcdcdcdcdcd"),
        (("--resume", "-o", "a.mp4"), "no unfinished render of it"),
        (("--discard", "-o", "a.mp4"), "no unfinished render of it"),
        (("--so-far", "-o", "a.mp4"), "no unfinished render of it"),
    ):
        result = cli("video", *words)
        assert result.code == 2, words
        assert said in result.err
        assert result.err.count("\n") == 1
        assert sorted(tmp_path.iterdir()) == before, words
