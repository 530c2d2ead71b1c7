"""One picture file, as it may come from anywhere, decoded to upright RGB; what is wrong with it becomes a Refusal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from engine.training.building.kinds import HEAD, Refusal, picture_kind

FILE_LIMIT = 2**28  # bytes of one file
PIXEL_LIMIT = 2**27  # 0.4 GB of RGB
OVERSIZE = 4  # a JPEG is decoded at a lower scale where it still has so many times the side that is wanted
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ONE_PICTURE = ("MPO", "JPEG")  # phones put depth and previews behind the picture itself
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Decoded:
    """image: RGB, upright. size: width and height before any reduction. remarks: what had to be done to it."""

    image: Image.Image
    size: tuple[int, int]
    remarks: tuple[str, ...] = ()


def decode(file: BinaryIO, side: int, background: Colour) -> Decoded:
    """Read and decode one file.

    side: that will be wanted; a much larger JPEG is decoded at a lower scale. background: under transparent pixels.
    Raises Refusal.
    """
    head = file.read(HEAD)
    kind = picture_kind(head)
    content = head + file.read(FILE_LIMIT)
    if len(content) > FILE_LIMIT:
        raise Refusal(f"it has more than {FILE_LIMIT / 2**20:.0f} MB")
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            return decode_opened(image, side, background)
    except Refusal:
        raise
    except UnidentifiedImageError as error:
        raise Refusal(f"it begins like a {kind} picture, but its header is broken") from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Refusal("it unpacks to more pixels than memory should hold") from error
    except Exception as error:
        # Pillow meets broken files with whatever its readers happen to raise, from struct.error to IndexError.
        raise Refusal(f"it is damaged or cut short ({told(error)})") from error


def told(error: Exception) -> str:
    """What an exception says, short and on one line."""
    return " ".join(str(error).split())[:100] or type(error).__name__


def decode_opened(image: ImageFile, side: int, background: Colour) -> Decoded:
    """The pixels of a picture whose header was read."""
    width, height = size = image.size
    if width * height > PIXEL_LIMIT:
        raise Refusal(f"{width} x {height} pixels are more than memory should hold")
    remarks = []
    if getattr(image, "n_frames", 1) > 1 and image.format not in ONE_PICTURE:
        remarks.append("animated: its first frame")
    if any(";16" in str(tile.args) for tile in image.tile) or image.mode.startswith("I"):
        remarks.append("16 bits a channel")
    if image.format == "JPEG":
        image.draft(None, (width * side * OVERSIZE // min(size), height * side * OVERSIZE // min(size)))
    image.load()
    orientation = orientation_of(image)  # some PNG files tell behind their pixels
    upright = to_rgb(image, background, remarks)
    if orientation in UPRIGHT:
        upright = upright.transpose(UPRIGHT[orientation])
        size = (height, width) if orientation >= 5 else size
        remarks.append("turned upright")
    return Decoded(upright, size, tuple(remarks))


def orientation_of(image: Image.Image) -> int:
    """How the camera was held; 1 where broken EXIF does not tell."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # a broken thumbnail or time stamp is no reason to do without the picture
        return 1


def to_rgb(image: Image.Image, background: Colour, remarks: list[str]) -> Image.Image:
    """Any mode as RGB of the web's colour space; remarks grow."""
    if image.mode == "F":
        raise Refusal("its pixels are floating-point numbers of unknown range")
    if image.mode.startswith("I"):
        return eight_bits(image).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        if layer.getchannel("A").getextrema()[0] == 255:
            return layer.convert("RGB")
        remarks.append("transparent: laid over the background")
        ground = Image.new("RGBA", layer.size, background)
        return Image.alpha_composite(ground, layer).convert("RGB")
    if image.mode in ("CMYK", "LAB"):
        remarks.append(f"{image.mode} colours")
    profile = image.info.get("icc_profile")
    transform = to_srgb(profile, image.mode) if isinstance(profile, bytes) else None
    if transform is not None:
        return transform.apply(image)
    return image.convert("RGB")


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8."""
    values = np.asarray(image).astype(np.int64)  # [H, W]
    if values.min() < 0 or values.max() > 65535:
        raise Refusal("its pixels are 32-bit numbers of unknown range")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


@lru_cache(maxsize=16)
def to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a colour profile to sRGB; None where there is nothing to do or the profile is broken."""
    if mode not in ("RGB", "CMYK", "L"):
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None  # a broken or unfitting profile counts as none
