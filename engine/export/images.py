"""Pictures as files: the formats, and saving with provenance. Reading gives the provenance back, never the pixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, features
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from engine.errors import RecipeError, VisagistError
from engine.export import containers
from engine.export.credentials import signed
from engine.export.provenance import (
    Provenance,
    describe,
    extension_of,
    from_xmp,
    of_frames,
    provenance_from_json,
    to_extension,
    to_xmp,
)
from engine.frame import Frame
from engine.paths import check_place, write_atomically


@dataclass(frozen=True)
class Format:
    """A picture format. limit: longest side in pixels; encode: picture and provenance -> the file's bytes."""

    suffixes: tuple[str, ...]
    description: str
    limit: int
    encode: Callable[[Image.Image, Provenance], bytes]


def save_frame(frame: Frame, path: Path, model_title: str = "", *, private: bool = False) -> None:
    """Save a frame in the format that the path's ending names, with its provenance; private: without its recipe.

    Raises VisagistError for an unknown ending or a path that cannot be written; nothing half-written stays.
    """
    recipes = [] if private else [frame.recipe]
    save_picture(Image.fromarray(frame.rgb()), of_frames(frame, recipes, model_title), path)


def save_picture(picture: Image.Image, provenance: Provenance, path: Path) -> None:
    """As `save_frame`, for any picture."""
    form = check_target(path)
    if max(picture.size) > form.limit:
        raise VisagistError(
            f"{path}: {form.description} pictures have at most {form.limit} px a side and this one has "
            f"{max(picture.size)}; choose PNG"
        )
    write_atomically(path, signed(form.encode(picture, provenance), path.suffix, describe(provenance)))


def check_target(path: Path) -> Format:
    """The format of a path that is about to be written; VisagistError when it has none or its folder is missing."""
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise VisagistError(f"{path}: the name must end in one of {', '.join(FORMATS)}")
    check_place(path)
    return form


def read_provenance(path: Path) -> Provenance:
    """What an exported picture says of itself.

    Raises VisagistError with one sentence for a file that is no picture, is broken, or carries no recipe.
    """
    found = containers.find_descriptions(path)
    try:
        provenance = None if found.json is None else provenance_from_json(found.json)
        if provenance is None and found.xmp is not None:
            provenance = from_xmp(found.xmp)
            if provenance is None and found.extensions:
                name = extension_of(found.xmp) or ""
                provenance = from_xmp(found.extensions[name]) if name in found.extensions else None
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error
    if provenance is None:
        raise VisagistError(f"{path}: this picture carries no Visagist recipe")
    return provenance


def encode_png(picture: Image.Image, provenance: Provenance) -> bytes:
    """Text entries stand before the pixels, so that they are found at once."""
    texts = PngInfo()
    if provenance.recipes:
        texts.add_itxt(containers.ITXT_KEY, provenance.to_json())
    texts.add_itxt(containers.XMP_KEY, to_xmp(provenance).decode())
    return encoded(picture, "PNG", pnginfo=texts, compress_level=4, **density_of(picture))


def encode_jpeg(picture: Image.Image, provenance: Provenance) -> bytes:
    """Full colour resolution; a recipe too long for one segment goes into an extension."""
    payloads = [containers.JPEG_XMP + to_xmp(provenance)]
    if len(payloads[0]) > containers.JPEG_SEGMENT:
        name, pieces = containers.jpeg_extension(to_extension(provenance))
        payloads = [containers.JPEG_XMP + to_xmp(provenance, extension=name), *pieces]
    return containers.with_jpeg_segments(encoded(picture, "JPEG", quality=95, subsampling=0), payloads)


def encode_webp(picture: Image.Image, provenance: Provenance) -> bytes:
    """Lossless."""
    return encoded(picture, "WEBP", lossless=True, method=3, xmp=to_xmp(provenance))


def encode_tiff(picture: Image.Image, provenance: Provenance) -> bytes:
    """Lossless."""
    tags = ImageFileDirectory_v2()
    tags[containers.TIFF_XMP] = to_xmp(provenance)
    return encoded(picture, "TIFF", compression="tiff_adobe_deflate", tiffinfo=tags, **density_of(picture))


def encode_avif(picture: Image.Image, provenance: Provenance) -> bytes:
    """Full colour resolution."""
    if not features.check("avif"):
        raise VisagistError("this Pillow writes no AVIF; choose WebP or PNG")
    return encoded(picture, "AVIF", quality=92, subsampling="4:4:4", speed=6, xmp=to_xmp(provenance))


def density_of(picture: Image.Image) -> dict[str, object]:
    """Dots an inch, where the picture is meant for paper."""
    return {"dpi": picture.info["dpi"]} if "dpi" in picture.info else {}


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The file's bytes, as Pillow writes them."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


TABLE = (
    Format((".png",), "PNG", 2**31 - 1, encode_png),
    Format((".jpg", ".jpeg"), "JPEG", 65_500, encode_jpeg),
    Format((".webp",), "WebP", 16_383, encode_webp),
    Format((".tif", ".tiff"), "TIFF", 2**31 - 1, encode_tiff),
    Format((".avif",), "AVIF", 16_384, encode_avif),
)
BY_SUFFIX = {suffix: form for form in TABLE for suffix in form.suffixes}
FORMATS = {suffix: form.description for suffix, form in BY_SUFFIX.items()}
