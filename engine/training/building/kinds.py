"""What a file is by its first bytes: a kind of picture that is read here, or the reason why not."""

from __future__ import annotations

from engine.errors import VisagistError

HEAD = 64  # bytes that tell


class Refusal(Exception):
    """Why one picture cannot be used, in a few words; it is listed and never stops a build."""


class SourceError(VisagistError):
    """A source of pictures that cannot be used at all."""


# where, what stands there, the kind as Pillow calls it
PICTURES = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (8, b"WEBP", "WEBP"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"BM", "BMP"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG2000"),
    (0, b"qoif", "QOI"),
    *((0, b"P%d" % digit + space, "PPM") for digit in range(1, 7) for space in (b" ", b"\n", b"\r", b"\t")),
)
VIDEO = "it is a video; name the file itself as the source to take its frames"
HEIC = "it is a HEIC picture, which is not read here; save it as JPEG or PNG"
OTHERS = (
    *((4, b"ftyp" + brand, HEIC) for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")),
    (4, b"ftyp", VIDEO),
    (0, b"\x1a\x45\xdf\xa3", VIDEO),
    (8, b"AVI ", VIDEO),
    (0, b"PK\x03\x04", "it is an archive; name the file itself as the source to take its pictures"),
    (0, b"%PDF", "it is a PDF file, no picture"),
    (0, b"8BPS", "it is a Photoshop file, which is not read here; save it as PNG"),
    (0, b"<svg", "it is a drawing in SVG, which is not read here; save it as PNG"),
)


def picture_kind(head: bytes) -> str:
    """The kind of picture that begins so, as Pillow calls it; Refusal for what is none."""
    if not head:
        raise Refusal("it is empty")
    for start, mark, kind in PICTURES:
        if head[start : start + len(mark)] == mark:
            return kind
    for start, mark, reason in OTHERS:
        if head[start : start + len(mark)] == mark:
            raise Refusal(reason)
    raise Refusal("it is not a picture")
