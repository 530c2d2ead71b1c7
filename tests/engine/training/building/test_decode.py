"""One picture file: everything that people have is read as it was meant, and everything broken is told why."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from engine.training.building.decode import Decoded, decode
from engine.training.building.kinds import Refusal
from tests.engine.training.building.pictures import EXIF, drawn, encoded, lying, marked, unusable, unusual

pytestmark = pytest.mark.filterwarnings("ignore::Warning:PIL")
WHITE = (255, 255, 255)


def read(content: bytes, side: int = 1024, background: tuple[int, int, int] = WHITE) -> Decoded:
    return decode(io.BytesIO(content), side, background)


def difference(image: Image.Image, wanted: Image.Image) -> float:
    """Mean over pixels and channels, of 255."""
    return float(np.abs(np.asarray(image, np.float64) - np.asarray(wanted, np.float64)).mean())


@pytest.mark.parametrize("name", sorted(unusable().keys() - {"dot.png"}))
def test_a_file_that_is_of_no_use_is_told_why(name: str) -> None:
    content, reason = unusable()[name]
    with pytest.raises(Refusal, match=reason):
        read(content)


@pytest.mark.parametrize("name", sorted(unusual()))
def test_an_unusual_file_becomes_rgb_and_is_remarked(name: str) -> None:
    content, remark = unusual()[name]
    decoded = read(content)
    assert decoded.image.mode == "RGB"
    assert decoded.image.size == decoded.size == (48, 48)
    assert decoded.remarks == ((remark,) if remark else ())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_picture_that_was_held_upright_comes_out_upright(kind: str) -> None:
    image = drawn(1, 32, 64)
    options = {"quality": 100} if kind in ("JPEG", "WEBP", "AVIF") else {}
    decoded = read(encoded(lying(image), kind, exif=EXIF, **options))
    assert decoded.size == decoded.image.size == (32, 64)
    assert difference(decoded.image, image) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_way_to_hold_a_camera_is_known(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = encoded(drawn(3, 40, 24), exif=exif)
    with Image.open(io.BytesIO(stored)) as image:
        wanted = ImageOps.exif_transpose(image)
    assert difference(read(stored).image, wanted) == 0


def test_transparency_lets_the_background_through() -> None:
    image = marked().convert("RGBA")
    image.putalpha(Image.fromarray(np.tile(np.array([[0, 255]], np.uint8).repeat(32, 1), (64, 1))))
    pixels = np.asarray(read(encoded(image), background=(10, 20, 30)).image)
    assert (pixels[:, :32] == (10, 20, 30)).all()
    assert (pixels[:32, 32:] == (0, 255, 0)).all()


def test_sixteen_bits_become_the_nearest_of_eight() -> None:
    values = np.array([[0, 128, 129, 257, 32768, 65535]], np.uint16).repeat(6, 0)
    pixels = np.asarray(read(encoded(Image.fromarray(values))).image)
    assert pixels[0, :, 0].tolist() == np.rint(values[0] / 257).tolist()


def test_cmyk_keeps_its_colours() -> None:
    image = marked()
    decoded = read(encoded(image.convert("CMYK"), "JPEG", quality=100, subsampling=0))
    assert difference(decoded.image, image) < 4


def test_a_colour_profile_is_followed() -> None:
    """A profile whose red and green are exchanged must exchange them."""
    decoded = read(encoded(marked(), icc_profile=exchanged_profile()))
    pixels = np.asarray(decoded.image)
    assert pixels[8, 8].argmax() == 1
    assert pixels[8, 56].argmax() == 0
    assert pixels[56, 8].argmax() == 2


def test_a_broken_profile_counts_as_none() -> None:
    assert difference(read(encoded(marked(), icc_profile=b"no profile at all")).image, marked()) == 0


def test_a_large_jpeg_is_decoded_small_and_its_size_is_still_told() -> None:
    decoded = read(encoded(drawn(4, 2048, 1024), "JPEG"), side=32)
    assert decoded.size == (2048, 1024)
    assert decoded.image.size == (256, 128)


def exchanged_profile() -> bytes:
    """sRGB with the primaries of red and green exchanged: the tags rXYZ and gXYZ of the file."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    profile[places[b"rXYZ"] : places[b"rXYZ"] + 4], profile[places[b"gXYZ"] : places[b"gXYZ"] + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile).replace(b"s\0R\0G\0B", b"s\0W\0A\0P")
