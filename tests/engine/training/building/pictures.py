"""Pictures, sound and broken in every way that can be made, for data sets to be built from."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

ORIENTATION = 0x0112
turned = Image.Exif()
turned[ORIENTATION] = 6
EXIF = turned.tobytes()  # Pillow's AVIF writer takes the orientation out of an Exif that it is given


def drawn(number: int, width: int = 48, height: int = 48) -> Image.Image:
    """A picture with large shapes, another for each number."""
    noise = np.random.default_rng(number).integers(0, 256, (6, 6, 3), np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def fill(folder: Path, count: int, kind: str = "png") -> Path:
    """A folder of sound pictures 000.png, 001.png ..."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        drawn(number).save(folder / f"{number:03d}.{kind}")
    return folder


def marked(side: int = 64) -> Image.Image:
    """Red in the upper left quarter, green in the upper right, blue below."""
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[: side // 2, : side // 2] = 255, 0, 0
    pixels[: side // 2, side // 2 :] = 0, 255, 0
    pixels[side // 2 :] = 0, 0, 255
    return Image.fromarray(pixels)


def lying(image: Image.Image) -> Image.Image:
    """As a camera held upright stores it: turned, with orientation 6 beside."""
    return image.transpose(Image.Transpose.ROTATE_90)


def animated(kind: str) -> bytes:
    return encoded(drawn(1), kind, save_all=True, append_images=[drawn(2), drawn(3)], duration=40)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(2**20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def broken_exif() -> bytes:
    body = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12"
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    plain = encoded(drawn(5), "JPEG")
    return plain[:2] + segment + plain[2:]


def unusable() -> dict[str, tuple[bytes, str]]:
    """Files that can be no part of a data set, and a part of the reason that is to be given."""
    jpeg, png = encoded(drawn(1), "JPEG"), encoded(drawn(2))
    return {
        "cut.jpg": (jpeg[: len(jpeg) // 2], "cut short"),
        "cut.png": (png[: len(png) // 2], "cut short"),
        "header.png": (png[:20], "cut short"),
        "zeros.png": (png[:8] + bytes(90), "header is broken"),
        "car.bmp": (b"BMW is a maker of cars and of motorcycles", "damaged"),
        "flipped.png": (png[:60] + bytes(byte ^ 255 for byte in png[60:200]) + png[200:], "damaged"),
        "dot.png": (encoded(drawn(1, 1, 1)), "it has 1 x 1 pixels, and at least 4 are wanted"),
        "bomb.png": (bomb(50_000, 50_000), "more pixels than memory should hold"),
        "large.png": (bomb(12_000, 12_000), "12000 x 12000 pixels are more than memory should hold"),
        "empty.png": (b"", "it is empty"),
        "letter.txt": (b"Dear Sir or Madam", "it is not a picture"),
        "letter.jpg": (b"Dear Sir or Madam", "it is not a picture"),
        "paper.pdf": (b"%PDF-1.7 and so on", "it is a PDF file"),
        "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(80), "HEIC"),
        "clip.mp4": (b"\0\0\0\x18ftypisom\0\0\0\0" + bytes(80), "it is a video"),
        "more.zip": (b"PK\x03\x04" + bytes(80), "it is an archive"),
        "float.tif": (encoded(Image.fromarray(np.ones((8, 8), np.float32)), "TIFF"), "floating-point"),
        "deep.tif": (encoded(Image.fromarray(np.full((8, 8), 2**20, np.int32)), "TIFF"), "32-bit"),
    }


def unusual() -> dict[str, tuple[bytes, str]]:
    """Files that are taken, and what is remarked of them."""
    grey16 = Image.fromarray(np.asarray(drawn(11).convert("L")).astype(np.uint16) * 257)
    clear = drawn(12).convert("RGBA")
    clear.putalpha(drawn(13).convert("L"))
    palette = drawn(14).quantize(16)
    palette.info["transparency"] = 3
    return {
        "cmyk.jpg": (encoded(drawn(10).convert("CMYK"), "JPEG"), "CMYK colours"),
        "deep.png": (encoded(grey16), "16 bits a channel"),
        "deep.pgm": (encoded(grey16, "PPM"), "16 bits a channel"),
        "turned.jpg": (encoded(lying(drawn(15)), "JPEG", exif=EXIF), "turned upright"),
        "turned.png": (encoded(lying(drawn(16)), "PNG", exif=EXIF), "turned upright"),
        "turned.webp": (encoded(lying(drawn(17)), "WEBP", exif=EXIF), "turned upright"),
        "dance.gif": (animated("GIF"), "animated: its first frame"),
        "dance.webp": (animated("WEBP"), "animated: its first frame"),
        "dance.png": (animated("PNG"), "animated: its first frame"),
        "pages.tif": (animated("TIFF"), "animated: its first frame"),
        "clear.png": (encoded(clear), "transparent: laid over the background"),
        "clear.webp": (encoded(clear, "WEBP"), "transparent: laid over the background"),
        "palette.png": (encoded(palette), "transparent: laid over the background"),
        "palette.gif": (encoded(drawn(18).quantize(8), "GIF"), ""),
        "grey.jpg": (encoded(drawn(19).convert("L"), "JPEG"), ""),
        "bits.png": (encoded(drawn(20).convert("1")), ""),
        "exif.jpg": (broken_exif(), ""),
        "wrong-suffix.txt": (encoded(drawn(21), "JPEG"), ""),
        "no-suffix": (encoded(drawn(22), "BMP"), ""),
        "new.avif": (encoded(drawn(23), "AVIF"), ""),
        "new.jp2": (encoded(drawn(24), "JPEG2000"), ""),
        "old.tif": (encoded(drawn(25), "TIFF", compression="tiff_lzw"), ""),
        "small.ppm": (encoded(drawn(26), "PPM"), ""),
        "quite.qoi": (encoded(drawn(27), "QOI"), ""),
    }


def put(folder: Path, files: dict[str, tuple[bytes, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)


def strange_entries(folder: Path) -> dict[str, str]:
    """What a folder can hold beside files; opening the pipe would wait for ever."""
    (folder / "nowhere.png").symlink_to(folder / "gone.png")
    (folder / "circle").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.png")
    return {
        "nowhere.png": "a link to nothing",
        "circle": "a link to a folder is not followed",
        "pipe.png": "neither a file nor a folder",
    }
