"""Sources of pictures: archives however hostile, folders however untidy, videos."""

from __future__ import annotations

import struct
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.job import finish
from engine.training.building.build import Request, build
from engine.training.building.report import Report
from engine.training.building.settings import Settings
from engine.training.building.video import Pick
from engine.training.dataset import Dataset
from tests.engine.training.building.pictures import drawn, encoded, fill, unusable


def built(source: Path, store: Path, **options: object) -> Report:
    return finish(build(Request(source, store, Settings(side=16), **options)))


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_gives_what_its_folder_gives(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 6)
    (source / "deeper").mkdir()
    for name, (content, _) in unusable().items():
        (source / "deeper" / name).write_bytes(content)
    members = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*") if path.is_file()}
    there = built(source, tmp_path / "a")
    for number, packing in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)):
        archive = zipped(tmp_path / f"{number}.zip", members, packing)
        packed = built(archive, tmp_path / f"set{number}")
        assert packed.left_out == there.left_out
        assert Dataset(tmp_path / f"set{number}").facts.hash == Dataset(tmp_path / "a").facts.hash


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path: Path) -> None:
    names = ["../../outside.png", "/outside.png", "..\\outside.png", "C:\\outside.png", "inside.png"]
    members = {name: encoded(drawn(number)) for number, name in enumerate(names)}
    (tmp_path / "deep" / "er").mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    report = built(zipped(tmp_path / "deep" / "er" / "slip.zip", members), tmp_path / "set")
    assert report.kept == 5
    made = {path for path in set(tmp_path.rglob("*")) - before if path.parent != tmp_path / "set"}
    assert made == {tmp_path / "set", tmp_path / "deep" / "er" / "slip.zip"}
    assert not Path("/outside.png").exists()


def test_members_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    good, harmed = encoded(drawn(1)), encoded(drawn(2))
    path = zipped(tmp_path / "harmed.zip", {"good.png": good, "harmed.png": harmed, "locked.png": good}, 0)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("rare.png", good)
    raw = bytearray(path.read_bytes())
    raw[raw.index(harmed) + 100] ^= 255  # a byte that the check sum knows
    locked = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"locked.png"))
    raw[locked + 8] |= 1  # the flag of encryption, in the directory
    path.write_bytes(raw)
    reasons = {one.name: one.why for one in built(path, tmp_path / "set").left_out}
    assert reasons == {
        "harmed.png": "the zip is damaged there (Bad CRC-32 for file 'harmed.png')",
        "locked.png": "it is encrypted",
        "rare.png": "it is packed in a way that is not read here",
    }


def test_an_archive_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zeros are no picture, whatever their number; a picture's first bytes before them end at the limit."""
    monkeypatch.setattr("engine.training.building.decode.FILE_LIMIT", 2**22)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.png", encoded(drawn(1)))
        for name, start in (("zeros", b"\0"), ("bomb.png", b"\x89PNG\r\n\x1a\n")):
            with archive.open(name, "w") as member:
                member.write(start)
                member.write(bytes(2**24))
    reasons = {one.name: one.why for one in built(path, tmp_path / "set").left_out}
    assert reasons == {"bomb.png": "it has more than 4 MB", "zeros": "it is not a picture"}


@pytest.mark.parametrize("harm", ["cut", "garbled"])
def test_an_archive_without_its_directory_is_told_in_a_sentence(tmp_path: Path, harm: str) -> None:
    raw = zipped(tmp_path / "a.zip", {"a.png": encoded(drawn(1))}).read_bytes()
    directory = raw.rindex(b"PK\x01\x02")
    content = raw[:directory] if harm == "cut" else raw[:directory] + b"\xff" * 20 + raw[directory + 20 :]
    (tmp_path / "harmed.zip").write_bytes(content)
    with pytest.raises(VisagistError, match=r"harmed\.zip (cannot be read as a zip|is no folder, no zip and no video)"):
        built(tmp_path / "harmed.zip", tmp_path / "set")


def test_hidden_files_and_what_systems_leave_behind_are_passed_over(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 2)
    (source / "__MACOSX").mkdir()
    for name in (".hidden.png", "__MACOSX/._000.png", "Thumbs.db", "desktop.ini"):
        (source / name).write_bytes(b"litter")
    report = built(source, tmp_path / "set")
    assert (report.found, report.left_out) == (2, ())


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_names_of_any_bytes_are_taken(tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 0)
    for name in (b"caf\xe9.png", b"line\nfeed.png", "grüß.png".encode()):
        (Path(str(source)) / name.decode("utf-8", "surrogateescape")).write_bytes(encoded(drawn(len(name))))
    built(source, tmp_path / "set")
    assert Dataset(tmp_path / "set").names() == ["caf?.png", "grüß.png", "line feed.png"]


class TestVideo:
    """Frames of a video that is made here."""

    @pytest.fixture
    def clip(self, tmp_path: Path) -> Path:
        """Two seconds of 10 frames of 64 x 48, each of one grey that tells its number."""
        av = pytest.importorskip("av")
        with av.open(str(tmp_path / "clip.mp4"), "w") as container:
            stream = container.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.bit_rate = 64, 48, 10**6
            for number in range(20):
                pixels = np.full((48, 64, 3), 10 + 12 * number, np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return tmp_path / "clip.mp4"

    def shown(self, store: Path) -> list[int]:
        """The number of each frame, told by its grey."""
        dataset = Dataset(store)
        greys = dataset.pictures(4, np.arange(len(dataset))).astype(float).mean((1, 2, 3))
        return np.rint((greys - 10) / 12).astype(int).tolist()

    def test_a_frame_a_second_is_taken_where_nothing_is_said(self, clip: Path, tmp_path: Path) -> None:
        built(clip, tmp_path / "set")
        assert self.shown(tmp_path / "set") == [0, 10]

    def test_so_many_a_second_or_every_so_many(self, clip: Path, tmp_path: Path) -> None:
        built(clip, tmp_path / "rate", pick=Pick(rate=2.5))
        assert self.shown(tmp_path / "rate") == [0, 4, 8, 12, 16]
        report = built(clip, tmp_path / "every", pick=Pick(every=6))
        assert self.shown(tmp_path / "every") == [0, 6, 12, 18]
        assert report.plan.source == "clip.mp4"
        assert Dataset(tmp_path / "every").names()[1] == "clip.mp4 frame 000006"
        built(clip, tmp_path / "more", pick=Pick(rate=1000))
        assert self.shown(tmp_path / "more") == list(range(20))

    def test_a_build_goes_on_in_the_middle_of_a_video(self, clip: Path, tmp_path: Path) -> None:
        job = build(Request(clip, tmp_path / "set", Settings(side=16), pick=Pick(every=2), workers=1))
        for _ in range(4):
            next(job)
        job.close()
        assert built(clip, tmp_path / "set", pick=Pick(every=2)) == built(clip, tmp_path / "all", pick=Pick(every=2))
        assert Dataset(tmp_path / "set").facts == Dataset(tmp_path / "all").facts

    def test_a_video_that_ends_too_early_gives_what_it_has(self, clip: Path, tmp_path: Path) -> None:
        av = pytest.importorskip("av")
        with av.open(str(clip)) as source, av.open(str(tmp_path / "a.mkv"), "w") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
        raw = (tmp_path / "a.mkv").read_bytes()
        (tmp_path / "cut.mkv").write_bytes(raw[: len(raw) * 2 // 3])
        report = built(tmp_path / "cut.mkv", tmp_path / "set", pick=Pick(every=1))
        assert 5 < report.kept < 20
        assert self.shown(tmp_path / "set") == list(range(report.kept))

    def test_what_is_no_video_or_has_no_frames_is_told(self, tmp_path: Path, clip: Path) -> None:
        av = pytest.importorskip("av")
        (tmp_path / "noise.mp4").write_bytes(b"\0\0\0\x18ftypisom" + struct.pack(">100I", *range(100)))
        with av.open(str(tmp_path / "sound.wav"), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=8000)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
            frame.sample_rate, frame.time_base = 8000, Fraction(1, 8000)
            container.mux(stream.encode(frame))
        for name, wanted in {"noise.mp4": "no video that can be read", "sound.wav": "it holds sound alone"}.items():
            with pytest.raises(VisagistError, match=wanted):
                built(tmp_path / name, tmp_path / "set")
        with pytest.raises(VisagistError, match="labels go with files of pictures"):
            built(clip, tmp_path / "set", labels="folders")

    def test_without_the_package_one_sentence_says_what_to_install(
        self, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "av", None)
        with pytest.raises(
            VisagistError, match=r"need the package av; install it with: pip install 'visagist\[video\]'"
        ):
            built(clip, tmp_path / "set")

    def test_frames_are_chosen_of_videos_alone_and_one_way(self, tmp_path: Path) -> None:
        with pytest.raises(VisagistError, match="is no video, so there are no frames to choose"):
            built(fill(tmp_path / "pictures", 1), tmp_path / "set", pick=Pick(every=2))
        with pytest.raises(VisagistError, match="not both"):
            Pick(every=2, rate=1)
        for wrong in ({"every": -1}, {"rate": -1.0}, {"rate": float("nan")}):
            with pytest.raises(VisagistError, match=r"1 or more, or 0\.001 to 1000 a second"):
                Pick(**wrong)
