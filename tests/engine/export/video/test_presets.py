"""Every preset: colours come back, times are right, the file says what it is and opens as its project."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.export.video.encoding import open_encoder
from engine.export.video.marks import find_project, find_xmp
from engine.export.video.presets import BY_NAME, QUALITIES, TABLE, find_preset
from engine.file_kind import Kind, kind_of
from engine.project_file import read_project
from engine.synthetic import SYNTHETIC
from tests.engine.export.video.films import COLOURS, MODEL, PROJECT, card, counting, made, recipe_of, shown

av = pytest.importorskip("av")
FILES = [preset.name for preset in TABLE if preset.kind != "sequence"]


def has(name: str) -> bool:
    return name in av.codecs_available


pytestmark = pytest.mark.skipif(not has("libx264"), reason="this PyAV was built without its encoders")


@pytest.mark.parametrize("preset", FILES)
@pytest.mark.parametrize("quality", QUALITIES)
def test_a_red_card_comes_back_red(plan_of, preset, quality):
    frames = shown(made(plan_of(preset, 3, quality=quality), card(COLOURS[0])))
    assert len(frames) == 3
    for frame in frames:
        assert np.abs(frame.astype(int) - COLOURS[0]).max() <= 2


@pytest.mark.parametrize("preset", FILES)
@pytest.mark.parametrize("colour", COLOURS[1:])
def test_every_colour_comes_back(plan_of, preset, colour):
    frames = shown(made(plan_of(preset, 2, quality="good"), card(colour)))
    assert np.abs(frames[1].astype(int) - colour).max() <= 3


@pytest.mark.parametrize("preset", [name for name in FILES if BY_NAME[name].kind == "stream" and name != "ffv1"])
def test_yuv_says_that_it_is_bt709_of_limited_range(plan_of, preset):
    with av.open(str(made(plan_of(preset)))) as container:
        context = container.streams.video[0].codec_context
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
    assert tags == (1, 1, 1, 1)


@pytest.mark.parametrize("preset", FILES)
def test_frames_come_in_order_at_their_time(plan_of, preset):
    plan = plan_of(preset, 53)
    path = made(plan)
    frames = shown(path)
    assert len(frames) == 53
    for number, frame in enumerate(frames):
        bright = frame.astype(int).sum((0, 2))
        assert abs(int(bright.argmax()) - number * 4 % 64) < 4, "the bar stands where this frame has it"
    if preset == "webp":
        with Image.open(path) as picture:
            assert (picture.n_frames, picture.info["loop"]) == (53, 0)
        return
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    coarse = {"gif": 0.0051, "vp9": 0.00051, "ffv1": 0.00051}.get(preset, 1e-4)
    for number, time in enumerate(times):
        assert abs(time - number * 1001 / 24000) <= coarse


@pytest.mark.parametrize("preset", FILES)
def test_a_video_opens_as_its_project_and_says_that_it_is_synthetic(plan_of, preset):
    path = made(plan_of(preset, 2))
    assert kind_of(path) is Kind.PROJECT
    assert read_project(path) == PROJECT
    with path.open("rb") as file:
        xmp = find_xmp(file)
    assert SYNTHETIC.encode() in xmp
    assert MODEL[:12].encode() in xmp


@pytest.mark.parametrize("preset", FILES)
def test_a_private_video_keeps_its_project_to_itself_and_stays_synthetic(plan_of, preset):
    path = made(plan_of(preset, 2, private=True))
    assert find_project(path) is None
    assert kind_of(path) is not Kind.PROJECT
    with path.open("rb") as file:
        assert SYNTHETIC.encode() in find_xmp(file)


@pytest.mark.parametrize("preset", FILES)
def test_a_damaged_video_gives_its_project_or_one_sentence(plan_of, preset):
    path = made(plan_of(preset, 2))
    whole = path.read_bytes()
    chance = np.random.default_rng(0)
    for _ in range(60):
        content = bytearray(whole[: chance.integers(len(whole))])
        for place in chance.integers(len(content) or 1, size=4):
            if content:
                content[place] = chance.integers(256)
        path.write_bytes(content)
        assert "\n" not in outcome(path)


def outcome(path) -> str:
    """The sentence that refuses a file, empty where it is read."""
    try:
        find_project(path)
    except VisagistError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("preset", ["png", "tiff"])
def test_a_folder_of_pictures_holds_every_frame_with_its_recipe(plan_of, preset):
    from engine.export.images import read_provenance

    folder = made(plan_of(preset, 50))
    pictures = sorted(path for path in folder.iterdir() if path.suffix != ".visagist")
    assert len(pictures) == 50
    assert read_provenance(pictures[7]).recipe.latent.seed == 7
    with Image.open(pictures[7]) as picture:
        assert np.array_equal(np.asarray(picture), counting(read_provenance(pictures[7]).recipe, 64).rgb())
    assert read_project(folder / "out.visagist") == PROJECT


def test_a_lossless_master_is_the_frames_to_the_bit(plan_of):
    frames = shown(made(plan_of("ffv1", 50)))
    for number, frame in enumerate(frames):
        assert np.array_equal(frame, counting(recipe_of(number), 64).rgb())


def test_mp4_can_be_played_before_it_is_loaded_whole(plan_of):
    content = made(plan_of("h264")).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_ending_tells_the_preset(tmp_path):
    assert find_preset(None, tmp_path / "a.MP4").name == "h264"
    assert find_preset("av1", tmp_path / "a.webm").name == "av1"
    for name, path, words in (
        (None, "a.avi", "must end in one of .mp4"),
        ("divx", "a.mp4", "there is no preset 'divx'; choose one of h264"),
        ("prores", "a.mp4", "a prores video has a name that ends in .mov"),
    ):
        with pytest.raises(VisagistError, match=words):
            find_preset(name, tmp_path / path)


def test_an_encoder_that_is_not_there_is_named(plan_of):
    plan = plan_of("h264", numerator=24, denominator=1)
    import dataclasses

    codec = dataclasses.replace(plan.settings.codec, name="no_such_encoder")
    with pytest.raises(VisagistError, match="no_such_encoder does not work here"):
        open_encoder(dataclasses.replace(plan.settings, codec=codec))
    assert plan.fps == Fraction(24)
