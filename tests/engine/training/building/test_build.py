"""Building a data set: every bad file is listed, and an interrupted build ends as one that was never interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.job import finish
from engine.lock import held
from engine.training.building.build import Request, build
from engine.training.building.check import check
from engine.training.building.report import Report, read_report, summary
from engine.training.building.settings import Crop, Resize, Settings
from engine.training.dataset import Dataset
from tests.engine.training.building.pictures import drawn, fill, marked, put, strange_entries, unusable, unusual

ROOT = Path(__file__).parents[4]


def built(source: Path, store: Path, side: int = 16, **options: object) -> Report:
    """A data set of the source; options: of the settings and the request."""
    kinds = {name: options.pop(name) for name in list(options) if name in Settings.__struct_fields__}
    return finish(build(Request(source, store, Settings(side=side, **kinds), **options)))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_bad_file_is_listed_and_every_other_is_packed(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 3)
    put(source / "bad", unusable())
    put(source / "odd", unusual())
    links = strange_entries(source)
    report = built(source, tmp_path / "set")
    reasons = {one.name: one.why for one in report.left_out}
    assert set(reasons) == {f"bad/{name}" for name in unusable()} | set(links)
    for name, (_, reason) in unusable().items():
        assert reason in reasons[f"bad/{name}"]
    assert {name: reasons[name] for name in links} == links
    remarked = {(name, remark) for remark, names in report.remarks.items() for name in names}
    assert remarked == {(f"odd/{name}", remark) for name, (_, remark) in unusual().items() if remark}
    names = Dataset(tmp_path / "set").names()
    assert names == sorted(["000.png", "001.png", "002.png", *(f"odd/{name}" for name in unusual())])
    assert finish(check(tmp_path / "set")) == []
    assert read_report(tmp_path / "set") == report
    assert "left out (2), it is not a picture: bad/letter.jpg, bad/letter.txt" in summary(report)


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 30)
    put(source, unusable())
    built(source, tmp_path / "one", workers=1)
    built(source, tmp_path / "many", workers=7)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "many")


def test_a_centred_square_a_top_one_and_margins(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    tall = Image.new("RGB", (16, 32), "red")
    tall.paste("blue", (0, 16, 16, 32))
    tall.save(tmp_path / "pictures" / "tall.png")
    red, blue, grey = (255, 0, 0), (0, 0, 255), (128, 128, 128)
    shown = {}
    for crop in Crop:
        built(tmp_path / "pictures", tmp_path / crop.value, crop=crop, resize=Resize.AREA, background="#808080")
        picture = Dataset(tmp_path / crop.value).pictures(16, np.array([0]))[0]
        shown[crop] = [tuple(picture[y, x].tolist()) for y, x in ((0, 8), (15, 8), (8, 0))]
    assert shown == {Crop.CENTRE: [red, blue, blue], Crop.TOP: [red, red, red], Crop.PAD: [red, blue, grey]}


def test_area_is_the_mean_of_the_pixels_under_one(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 2)
    built(source, tmp_path / "set", side=16, resize=Resize.AREA)
    means = np.asarray(drawn(1)).reshape(16, 3, 16, 3, 3).astype(np.float64).mean((1, 3))
    assert np.abs(Dataset(tmp_path / "set").pictures(16, np.array([1]))[0] - means).max() <= 1, (
        "rows and columns are rounded"
    )


def test_a_mirror_image_follows_each_picture_and_its_labels_turn(tmp_path: Path) -> None:
    source = tmp_path / "pictures"
    source.mkdir()
    marked().save(source / "a.png")
    drawn(2).save(source / "b.png")
    told = {"labels": [["a.png", [5.0, 1.0]], ["b.png", [-3.0, 2.0]]], "names": ["yaw", "smile"]}
    (source / "dataset.json").write_text(json.dumps(told | {"mirror_negates": ["yaw"]}))
    report = built(source, tmp_path / "set", mirror=True)
    dataset = Dataset(tmp_path / "set")
    pictures = dataset.pictures(16, np.arange(4))
    assert np.array_equal(pictures[1], pictures[0][:, ::-1])
    assert np.array_equal(pictures[3], pictures[2][:, ::-1])
    assert dataset.labels(np.arange(4)).tolist() == [[5, 1], [-5, 1], [-3, 2], [3, 2]]
    assert dataset.names() == ["a.png", "a.png mirrored", "b.png", "b.png mirrored"]
    assert dataset.facts.mirror_negates == ("yaw",)
    assert (report.kept, report.pictures) == (2, 4)
    assert finish(check(tmp_path / "set")) == []


def test_near_duplicates_are_found_and_left_out_when_asked(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 12)
    drawn(3).save(source / "zz-poor.jpg", quality=40)
    drawn(4).resize((200, 200), Image.Resampling.BICUBIC).save(source / "zz-large.webp")
    drawn(5).point([min(int(value * 1.1 + 8), 255) for value in range(256)] * 3).save(source / "zz-bright.png")
    pairs = {("zz-poor.jpg", "003.png"), ("zz-large.webp", "004.png"), ("zz-bright.png", "005.png")}
    kept = built(source, tmp_path / "kept", side=32)
    assert {(one.name, one.like) for one in kept.duplicates} == pairs
    assert kept.kept == 15
    dropped = built(source, tmp_path / "dropped", side=32, drop_duplicates=True, mirror=True)
    assert {(one.name, one.like) for one in dropped.duplicates} == pairs
    assert Dataset(tmp_path / "dropped").names()[::2] == [f"{number:03d}.png" for number in range(12)]


def test_blurred_and_enlarged_pictures_are_named(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 5)
    for number in range(9):
        noise = np.random.default_rng(number).integers(0, 256, (64, 64, 3), np.uint8)
        Image.fromarray(noise).save(source / f"sharp{number}.png")
    drawn(9, 20, 40).save(source / "small.png")
    report = built(source, tmp_path / "set", side=64)
    assert {one.name for one in report.blurred} == {*(f"{number:03d}.png" for number in range(5)), "small.png"}
    assert {(one.name, one.value) for one in report.enlarged if one.value < 48} == {("small.png", 20)}
    least = built(source, tmp_path / "least", side=64, smallest=48)
    assert [(one.name, one.why) for one in least.left_out] == [
        ("small.png", "it has 20 x 40 pixels, and at least 48 are wanted")
    ]


def test_mixed_sizes_are_fine_and_few_pictures_are_remarked(tmp_path: Path) -> None:
    source = tmp_path / "pictures"
    source.mkdir()
    for number, size in enumerate(((20, 30), (300, 100), (64, 64))):
        drawn(number, *size).save(source / f"{number}.png")
    report = built(source, tmp_path / "set")
    assert report.pictures == 3
    assert report.notes == ("3 pictures are few: a network would learn them by heart; it wants 1000 at the least",)


def test_a_build_that_was_closed_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 25)
    put(source, unusable())
    request = Request(source, tmp_path / "set", Settings(side=16, mirror=True, drop_duplicates=True), workers=2)
    for stop in (1, 4, 9):
        job = build(request)
        for _ in range(stop):
            next(job)
        job.close()
        assert not (tmp_path / "set" / "dataset.json").exists()
        assert not (tmp_path / "set" / "lock").exists()
    report = finish(build(request))
    assert report == built(source, tmp_path / "whole", mirror=True, drop_duplicates=True)
    assert files_of(tmp_path / "set") == files_of(tmp_path / "whole")


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.job import finish
from engine.training.building import build
from engine.training.building.settings import Settings

flushed, fsync = 0, os.fsync

def count(handle):
    global flushed
    flushed += 1
    if flushed == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(handle)

os.fsync = count
build.PAUSE = 0.0  # a commit a picture
finish(build.build(build.Request(Path(sys.argv[1]), Path(sys.argv[2]), Settings(side=16, mirror=True))))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_build_that_is_killed_at_any_moment_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the first files, some in the middle, the report and the last file of all are being flushed."""
    source = fill(tmp_path / "pictures", 20)
    put(source, unusable())
    flushed = []
    with monkeypatch.context() as patch:
        patch.setattr("engine.training.building.build.PAUSE", 0.0)
        patch.setattr("os.fsync", flushed.append)
        built(source, tmp_path / "whole", mirror=True)
    for moment in (1, 4, len(flushed) // 2, len(flushed) - 7, len(flushed) - 1):
        store = tmp_path / f"killed-{moment}"
        words = [sys.executable, "-c", KILLED, str(source), str(store), str(moment)]
        assert subprocess.run(words, cwd=ROOT, check=False).returncode == -signal.SIGKILL
        built(source, store, mirror=True)
        assert files_of(store) == files_of(tmp_path / "whole"), moment


@pytest.mark.parametrize("torn", [0, 5, 200, -1, -7])
def test_a_journal_that_is_torn_anywhere_is_gone_on_from(tmp_path: Path, torn: int) -> None:
    source = fill(tmp_path / "pictures", 10)
    job = build(Request(source, tmp_path / "set", Settings(side=16)))
    for _ in range(8):
        next(job)
    job.close()
    journal = tmp_path / "set" / "build.jsonl"
    journal.write_bytes(journal.read_bytes()[:torn])
    with (tmp_path / "set" / "level-8.u8").open("ab") as file:
        file.write(b"half a picture that no line speaks of")
    built(source, tmp_path / "set")
    built(source, tmp_path / "whole")
    assert files_of(tmp_path / "set") == files_of(tmp_path / "whole")


def test_a_build_stopped_between_its_last_two_steps_is_finished(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 4)
    report = built(source, tmp_path / "set")
    whole = files_of(tmp_path / "set")
    (tmp_path / "set" / "build.jsonl").write_bytes(b"left over")
    assert built(source, tmp_path / "set") == report
    assert files_of(tmp_path / "set") == whole


def test_what_is_built_already_is_not_built_again_and_never_overwritten_unasked(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 4)
    report = built(source, tmp_path / "set")
    before = (tmp_path / "set" / "level-16.u8").stat().st_mtime_ns
    assert built(source, tmp_path / "set") == report
    assert (tmp_path / "set" / "level-16.u8").stat().st_mtime_ns == before
    with pytest.raises(VisagistError, match="holds the data set 'pictures' already; choose another folder, or --anew"):
        built(source, tmp_path / "set", side=8)
    assert built(source, tmp_path / "set", side=8, anew=True).pictures == 4
    assert not (tmp_path / "set" / "level-16.u8").exists()


def test_an_unfinished_build_goes_on_with_the_same_settings_alone(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 9)
    job = build(Request(source, tmp_path / "set", Settings(side=16)))
    next(job)
    job.close()
    with pytest.raises(VisagistError, match="unfinished build with another crop; give what was given then"):
        built(source, tmp_path / "set", crop=Crop.TOP)
    drawn(77).save(source / "one more.png")
    with pytest.raises(VisagistError, match="unfinished build with another content of the source"):
        built(source, tmp_path / "set")
    assert built(source, tmp_path / "set", anew=True).pictures == 10


def test_a_source_that_goes_away_stops_the_build_until_it_is_back(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 40)
    job = build(Request(source, tmp_path / "set", Settings(side=16), workers=1))
    next(job)
    source.rename(tmp_path / "away")
    with pytest.raises(VisagistError, match="has gone from pictures since the build began; bring it back"):
        finish(job)
    (tmp_path / "away").rename(source)
    assert next(build(Request(source, tmp_path / "set", Settings(side=16)))).what == "reading what is there"
    assert built(source, tmp_path / "set") == built(source, tmp_path / "whole")
    assert files_of(tmp_path / "set") == files_of(tmp_path / "whole")


def test_two_builds_into_one_folder_are_one_too_many(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 9)
    job = build(Request(source, tmp_path / "set", Settings(side=16)))
    next(job)
    with pytest.raises(VisagistError, match="set is being built by another process; wait for it"):
        built(source, tmp_path / "set")
    finish(job)
    assert built(source, tmp_path / "set").pictures == 9


def test_a_lock_outlives_neither_its_holder_nor_its_file(tmp_path: Path) -> None:
    with held(tmp_path / "lock", "busy") as file:
        file.write(b"4711")
        file.flush()
        assert (tmp_path / "lock").read_bytes() == b"4711"
        with pytest.raises(VisagistError, match="busy"), held(tmp_path / "lock", "busy"):
            pass
    with held(tmp_path / "lock", "busy"):
        pass
    with pytest.raises(VisagistError, match="its folder does not exist"), held(tmp_path / "no" / "lock", "busy"):
        pass


def test_a_full_disk_is_told_and_the_build_goes_on_when_there_is_room(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 40)
    store = tmp_path / "small"
    store.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(store)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("engine.training.building.build.check_room", lambda *_: None)
            patch.setattr("engine.training.building.build.PAUSE", 0.0)
            with pytest.raises(VisagistError, match="the disk is full; free some space and give the same command"):
                built(source, store, side=64)
        done = (store / "build.jsonl").read_bytes().count(b"\n") - 1
        assert 5 < done < 25
        with pytest.raises(VisagistError, match=r"the data set needs 0\.\d MB more and the disk has 0\.\d MB free"):
            built(source, store, side=64)
        subprocess.run(["mount", "-o", "remount,size=4m", str(store)], check=True)
        built(source, store, side=64)
        built(source, tmp_path / "whole", side=64)
        assert files_of(store) == files_of(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(store)], check=True)


def test_what_cannot_be_a_source_or_a_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 2)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(40) + b"PK\x05\x06" + b"\xff" * 18)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    (tmp_path / "useless").mkdir()
    (tmp_path / "useless" / "letter.txt").write_text("dear")
    store = tmp_path / "set"
    for wanted, request in {
        "does not exist; name a folder": Request(tmp_path / "nothing", store, Settings(side=16)),
        "is empty; put pictures into it": Request(tmp_path / "empty", store, Settings(side=16)),
        "is a device or a pipe": Request(Path(os.devnull), store, Settings(side=16)),
        "is a single picture; name the folder": Request(source / "000.png", store, Settings(side=16)),
        "cannot be read as a zip|is no folder, no zip": Request(tmp_path / "broken.zip", store, Settings(side=16)),
        "has no picture that can be used; letter.txt: it is not a picture": Request(
            tmp_path / "useless", store, Settings(side=16)
        ),
        "a side of 48 pixels is not a power of two": Request(source, store, Settings(side=48)),
        "'ultra' is no colour": Request(source, store, Settings(side=16, background="ultra")),
        "has 0 pixels or more, not -1": Request(source, store, Settings(side=16, smallest=-1)),
        "lies in .*; choose a folder outside": Request(source, source / "set", Settings(side=16)),
        "holds letter.txt and no data set": Request(source, tmp_path / "home", Settings(side=16)),
        "is a file; name a folder": Request(source, tmp_path / "text", Settings(side=16)),
    }.items():
        with pytest.raises(VisagistError, match=wanted) as raised:
            finish(build(request))
        assert "\n" not in str(raised.value)
    assert not store.exists() or not list(store.iterdir())
    assert list((tmp_path / "home").iterdir()) == [tmp_path / "home" / "letter.txt"]
    built(source, store)
    with pytest.raises(VisagistError, match="is a data set that was built already; train on it"):
        built(store, tmp_path / "other")
