"""Exported pictures: every format gives the recipe back, says that it is synthetic, and hostile ones are refused."""

from __future__ import annotations

import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.export import containers
from engine.export.images import FORMATS, read_provenance, save_frame
from engine.export.provenance import provenance_from_json, to_xmp
from engine.recipe import VERSION, DirectionAmount, ExplicitLatent, Mix, Noise, Recipe, SeedLatent, Truncation, View
from engine.renderer import Renderer
from engine.synthetic import SYNTHETIC

TITLE = 'Faces <"&> · 日本'
RECIPE = Recipe(
    latent=SeedLatent(2**64 - 1),
    truncation=Truncation(-0.3, 7),
    mixes=(Mix(SeedLatent(9), (0, 1, 8), 0.1 + 0.2),),
    noise=Noise("random", 5, 0.5),
    view=View(0.1, -0.2, 30.0, 1.5),
)
ODD_NAMES = "Smile <b>&amp;</b> ]]> \x00\x1f\ufffe \U0001f600"


@pytest.fixture
def frame(tiny_model):
    return Renderer(tiny_model).render(RECIPE)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_recipe_and_origin_back(frame, suffix, tmp_path):
    path = tmp_path / f"face{suffix.upper()}"
    save_frame(frame, path, TITLE)
    found = read_provenance(path)
    assert found.recipe == RECIPE
    assert (found.model, found.title, found.size) == (frame.model, TITLE, 64)
    assert (found.device, found.precision) == ("CPU", "f32")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_in_xmp_that_it_is_synthetic(frame, suffix, tmp_path):
    path = tmp_path / f"face{suffix}"
    save_frame(frame, path, TITLE)
    with Image.open(path) as picture:
        xmp = picture.info["xmp"]
    assert SYNTHETIC.encode() in xmp
    assert b"<xmp:CreatorTool>Visagist " in xmp
    assert b"Synthetic picture" in xmp


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_lossless_formats_keep_every_pixel(frame, suffix, tmp_path):
    path = tmp_path / f"face{suffix}"
    save_frame(frame, path)
    with Image.open(path) as picture:
        assert np.array_equal(np.asarray(picture), frame.rgb())


def test_jpeg_looks_the_same(frame, tmp_path):
    path = tmp_path / "face.jpg"
    save_frame(frame, path)
    with Image.open(path) as picture:
        assert np.abs(np.asarray(picture).astype(int) - frame.rgb()).mean() < 6  # a random network's picture is noise


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_recipe_longer_than_a_jpeg_segment_comes_back(tiny_model, suffix, tmp_path):
    values = np.random.default_rng(0).standard_normal((10, 512)).astype("<f4")
    source = ExplicitLatent(10, 512, values.tobytes())
    recipe = Recipe(latent=source, mixes=tuple(Mix(source, (row,)) for row in range(3)))
    assert len(recipe.to_json()) > 65_536
    path = tmp_path / f"face{suffix}"
    save_frame(Renderer(tiny_model).render(recipe), path)
    assert read_provenance(path).recipe == recipe
    with Image.open(path) as picture:
        assert picture.size == (64, 64)


@pytest.mark.parametrize("suffix", FORMATS)
def test_names_that_xml_cannot_hold_come_back(frame, suffix, tmp_path):
    import dataclasses

    move = DirectionAmount(ODD_NAMES, "0" * 16, 1.0, (0,))
    path = tmp_path / f"face{suffix}"
    save_frame(dataclasses.replace(frame, recipe=Recipe(directions=(move,))), path, ODD_NAMES)
    found = read_provenance(path)
    assert found.recipe.directions == (move,)
    assert found.title == ODD_NAMES


def test_a_packet_that_another_program_rewrote_as_attributes_is_understood(frame, tmp_path):
    path = tmp_path / "face.webp"
    save_frame(frame, path, TITLE)
    json = read_provenance(path).to_json()
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:v="urn:visagist:provenance:1/" v:provenance="'
        + json.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        + '"/></rdf:RDF></x:xmpmeta>'
    )
    Image.fromarray(frame.rgb()).save(path, xmp=packet.encode() + b"  \0")
    assert read_provenance(path).recipe == RECIPE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("face.bmp", "must end in one of .png"),
        ("face", "must end in one of .png"),
        ("missing/face.png", "its folder does not exist"),
        ("folder.png", "this is a folder"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(frame, tmp_path, name, words):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(VisagistError, match=words):
        save_frame(frame, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def refused(path) -> str:
    with pytest.raises(VisagistError) as caught:
        read_provenance(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "face.png"
    assert "cannot be read" in refused(path)
    assert "cannot be read" in refused(tmp_path)
    for content in (b"", b"hello", b"GIF89a" + bytes(100)):
        path.write_bytes(content)
        assert "not a PNG" in refused(path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_picture_from_elsewhere_carries_no_recipe(suffix, tmp_path):
    path = tmp_path / f"photo{suffix}"
    Image.new("RGB", (8, 8)).save(path)
    assert "carries no Visagist recipe" in refused(path)
    Image.new("RGB", (8, 8)).save(path, xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
    assert "carries no Visagist recipe" in refused(path)


def outcome(path) -> str:
    """The sentence that refuses a file, empty where it is read."""
    try:
        read_provenance(path)
    except VisagistError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_damaged_picture_gives_its_recipe_or_one_sentence(frame, suffix, tmp_path):
    path = tmp_path / f"face{suffix}"
    save_frame(frame, path, TITLE)
    whole = path.read_bytes()
    chance = random.Random(0)
    cuts = [whole[: chance.randrange(len(whole))] for _ in range(60)]
    flips = []
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(min(len(content), 4096))] = chance.randrange(256)
        flips.append(bytes(content))
    for content in cuts + flips:
        path.write_bytes(content)
        assert "\n" not in outcome(path)


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in (*chunks, (b"IEND", b"")):
        parts.append(struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(parts)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png_with((b"iTXt", b"visagist\0\1\0\0\0" + zlib.compress(bytes(2**26)))), "too long to be read"),
        (png_with((b"iTXt", b"visagist\0\1\0\0\0nonsense")), "packed text entry is broken"),
        (png_with((b"iTXt", b"visagist\0")), "text entry is broken"),
        (png_with((b"iTXt", b"visagist\0\0\0\0\0{}")), "cannot be read"),
        (png_with((b"iTXt", b"visagist\0\0\0\0\0" + b"[" * 100_000)), "cannot be read"),
        (png_with((b"iTXt", b"visagist\0\0\0\0\0\xff\xfe")), "cannot be read"),
        (png_with((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<a>")), "XML is broken"),
        (
            png_with((b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
            "declares entities",
        ),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 2**31, b"iTXt"), "too long to be read"),
        (b"\xff\xd8\xff\xe1\x00\x01" + bytes(20), "segments are broken"),
        (b"II*\0" + struct.pack("<I", 2**31), "should go on"),
        (b"RIFF\0\0\0\0WEBPXMP " + struct.pack("<I", 2**32 - 1) + bytes(9), "too long to be read"),
    ],
)
def test_hostile_files_are_refused(tmp_path, content, words):
    path = tmp_path / "face.png"
    path.write_bytes(content)
    assert words in refused(path)


def test_a_picture_of_a_newer_version_says_so(frame, tmp_path):
    path = tmp_path / "face.png"
    save_frame(frame, path)
    json = read_provenance(path).to_json()
    newer = json.replace('"format":1', '"format":2').encode()
    path.write_bytes(png_with((b"iTXt", b"visagist\0\0\0\0\0" + newer)))
    assert "a newer Visagist opens it" in refused(path)
    newer = json.replace(f'"version":{VERSION}', '"version":99').encode()
    path.write_bytes(png_with((b"iTXt", b"visagist\0\0\0\0\0" + newer)))
    assert "a newer Visagist opens it" in refused(path)


def test_the_xmp_of_a_png_serves_where_the_text_entry_was_stripped(frame, tmp_path):
    path = tmp_path / "face.png"
    save_frame(frame, path, TITLE)
    packet = to_xmp(read_provenance(path))
    path.write_bytes(png_with((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)))
    assert read_provenance(path).recipe == RECIPE
    assert containers.is_picture(path)


def test_an_empty_list_of_recipes_is_refused():
    with pytest.raises(VisagistError, match="list of recipes inside is empty"):
        provenance_from_json(
            '{"recipes":[],"model":"","title":"","device":"","precision":"","size":1,"program":"","format":1}'
        )
