"""Where PNG, JPEG, WebP, TIFF and AVIF files keep their descriptions: found without decoding a pixel.

Every length that a file states is checked; a block longer than LIMIT is not read.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import VisagistError

LIMIT = 16 * 2**20  # bytes of one description
BLOCKS = 200_000  # blocks of a file that are looked at
ITXT_KEY = "visagist"
XMP_KEY = "XML:com.adobe.xmp"
JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
JPEG_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
JPEG_SEGMENT = 65_533  # payload bytes
TIFF_XMP = 700


class ContainerError(ValueError):
    """What is wrong with the file, as half a sentence."""


@dataclass(frozen=True)
class Found:
    """json: our own text entry of a PNG; xmp: the packet; extensions: JPEG's further packets by name."""

    json: bytes | None = None
    xmp: bytes | None = None
    extensions: dict[str, bytes] | None = None


def find_descriptions(path: Path) -> Found:
    """The descriptions in a picture file; VisagistError for a file that is none of them or is broken."""
    try:
        with path.open("rb") as file:
            find = FINDERS.get(kind_of(file.read(12)))
            if find is None:
                raise VisagistError(f"{path}: this is not a PNG, JPEG, WebP, TIFF or AVIF picture")
            return find(file)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    except ContainerError as error:
        raise VisagistError(f"{path}: {error}; the file is damaged or cut short") from error


def is_picture(path: Path) -> bool:
    """Whether a file begins like one of the formats."""
    try:
        with path.open("rb") as file:
            return kind_of(file.read(12)) is not None
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error


def kind_of(start: bytes) -> str | None:
    """Format by the first twelve bytes."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if start[:4] == b"RIFF" and start[8:] == b"WEBP":
        return "webp"
    if start[4:12] == b"ftypavif":
        return "avif"
    return "tiff" if start[:4] in (b"II*\0", b"MM\0*") else None


def in_png(file: BinaryIO) -> Found:
    """iTXt chunks (PNG 1.2, section 4.2.3)."""
    texts: dict[str, bytes] = {}
    position = 8
    for _ in range(BLOCKS):
        length, kind = struct.unpack(">I4s", take(file, position, 8))
        if kind == b"IEND":
            break
        if kind == b"iTXt":
            body = take(file, position + 8, length)
            if take(file, position + 8 + length, 4) != struct.pack(">I", zlib.crc32(kind + body)):
                raise ContainerError("a text entry does not match its check sum")
            key, _, rest = body.partition(b"\0")
            texts.setdefault(key.decode("latin-1"), text_of(rest))
        position += 12 + length
    return Found(texts.get(ITXT_KEY), texts.get(XMP_KEY))


def text_of(rest: bytes) -> bytes:
    """The text of an iTXt chunk, what follows its keyword: flag, method, language, translated keyword, text."""
    parts = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(parts) != 3:
        raise ContainerError("a text entry is broken")
    if rest[0] == 0:
        return parts[2]
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(parts[2], LIMIT)
    except zlib.error as error:
        raise ContainerError("a packed text entry is broken") from error
    if unpack.unconsumed_tail:
        raise ContainerError("a packed text entry is too long to be read")
    return text


def in_jpeg(file: BinaryIO) -> Found:
    """APP1 segments: the packet, and its extension in pieces (XMP part 3, section 1.1.3)."""
    xmp: bytes | None = None
    pieces: dict[str, list[tuple[int, bytes]]] = {}
    for marker, body in jpeg_segments(file):
        if marker == 0xE1 and body.startswith(JPEG_XMP) and xmp is None:
            xmp = body[len(JPEG_XMP) :]
        elif marker == 0xE1 and body.startswith(JPEG_EXTENSION):
            rest = body[len(JPEG_EXTENSION) :]
            if len(rest) < 40:
                raise ContainerError("a piece of its description is broken")
            name = rest[:32].decode("latin-1")
            pieces.setdefault(name, []).append((int.from_bytes(rest[36:40], "big"), rest[40:]))
    return Found(None, xmp, {name: joined(name, found) for name, found in pieces.items()})


def jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of the segments before the picture data."""
    position = 2
    for _ in range(BLOCKS):
        mark, marker, length = struct.unpack(">BBH", take(file, position, 4))
        if mark != 0xFF or length < 2:
            raise ContainerError("its segments are broken")
        if marker == 0xDA:
            return
        if marker == 0xE1:
            yield marker, take(file, position + 4, length - 2)
        position += 2 + length


def joined(name: str, pieces: list[tuple[int, bytes]]) -> bytes:
    """An extension put together; its name is the MD5 of its content."""
    content = b"".join(piece for _, piece in sorted(pieces))
    if hashlib.md5(content, usedforsecurity=False).hexdigest().upper() != name.upper():
        raise ContainerError("the pieces of its description do not fit together")
    return content


def in_webp(file: BinaryIO) -> Found:
    """The "XMP " chunk of the RIFF list."""
    end = size_of(file)
    position = 12
    for _ in range(BLOCKS):
        if position + 8 > end:
            break
        kind, length = struct.unpack("<4sI", take(file, position, 8))
        if kind == b"XMP ":
            return Found(xmp=take(file, position + 8, length))
        position += 8 + length + length % 2
    return Found()


def in_tiff(file: BinaryIO) -> Found:
    """Tag 700 of the first directory."""
    order = "<" if take(file, 0, 1) == b"I" else ">"
    (directory,) = struct.unpack(f"{order}I", take(file, 4, 4))
    (count,) = struct.unpack(f"{order}H", take(file, directory, 2))
    entries = take(file, directory + 2, 12 * count)
    for tag, kind, length, offset in struct.iter_unpack(f"{order}HHII", entries):
        if tag == TIFF_XMP and kind in (1, 7) and length > 4:
            return Found(xmp=take(file, offset, length))
    return Found()


def in_avif(file: BinaryIO) -> Found:
    """The item of type application/rdf+xml (ISO 14496-12, section 8.11; MIAF)."""
    meta = box_in(file, b"meta", 0, size_of(file))
    if meta is None:
        raise ContainerError("it has no list of its items")
    start, end = meta[0] + 4, meta[1]
    items, places = box_in(file, b"iinf", start, end), box_in(file, b"iloc", start, end)
    if items is None or places is None:
        raise ContainerError("it has no list of its items")
    number = xmp_item(take(file, items[0], items[1] - items[0]))
    if number is None:
        return Found()
    place, length = extent_of(take(file, places[0], places[1] - places[0]), number)
    return Found(xmp=take(file, place, length))


def box_in(file: BinaryIO, kind: bytes, position: int, end: int) -> tuple[int, int] | None:
    """Begin and end of a box's content (ISO 14496-12, section 4.2)."""
    for _ in range(BLOCKS):
        if position + 8 > end:
            break
        length, name = struct.unpack(">I4s", take(file, position, 8))
        head = 8
        if length == 1:
            (length,) = struct.unpack(">Q", take(file, position + 8, 8))
            head = 16
        elif length == 0:
            length = end - position
        if length < head:
            raise ContainerError("its boxes are broken")
        if name == kind:
            return position + head, min(position + length, end)
        position += length
    return None


def xmp_item(items: bytes) -> int | None:
    """The number of the XMP packet among the entries of an iinf box."""
    position = 6 if items[:1] == b"\0" else 8
    while position + 8 <= len(items):
        (length,) = struct.unpack_from(">I", items, position)
        entry = items[position : position + length]
        wide = 4 if entry[8:9] == b"\3" else 2
        if entry[4:8] == b"infe" and entry[14 + wide : 18 + wide] == b"mime" and b"application/rdf+xml" in entry:
            return int.from_bytes(entry[12 : 12 + wide], "big")
        if length < 8:
            raise ContainerError("the list of its items is broken")
        position += length
    return None


def extent_of(places: bytes, number: int) -> tuple[int, int]:
    """Place and length of an item that lies in one piece, from an iloc box."""
    reader = io.BytesIO(places)

    def read(width: int) -> int:
        found = reader.read(width)
        if len(found) != width:
            raise ContainerError("the list of places is broken")
        return int.from_bytes(found, "big")

    version = read(1)
    read(3)
    sizes, bases = read(1), read(1)
    wide = 4 if version == 2 else 2
    for _ in range(min(read(wide), BLOCKS)):
        found = read(wide)
        read(2 if version else 0)
        read(2)
        base = read(bases >> 4)
        pieces = []
        for _ in range(read(2)):
            read(bases & 15 if version else 0)
            pieces.append((read(sizes >> 4), read(sizes & 15)))
        if found == number:
            if len(pieces) != 1:
                raise ContainerError("its description lies in several pieces")
            return base + pieces[0][0], pieces[0][1]
    raise ContainerError("the place of its description is missing")


FINDERS: dict[str | None, Callable[[BinaryIO], Found]] = {
    "png": in_png,
    "jpeg": in_jpeg,
    "webp": in_webp,
    "tiff": in_tiff,
    "avif": in_avif,
}


def take(file: BinaryIO, position: int, length: int) -> bytes:
    """Exactly so many bytes from a place in the file."""
    if length > LIMIT:
        raise ContainerError(f"a description of {length} bytes is too long to be read")
    file.seek(position)
    data = file.read(length)
    if len(data) != length:
        raise ContainerError(f"it ends at byte {size_of(file)} and should go on")
    return data


def size_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def with_jpeg_segments(jpeg: bytes, payloads: list[bytes]) -> bytes:
    """Put APP1 segments behind the JFIF header that begins every JPEG that Pillow writes."""
    start = 4 + int.from_bytes(jpeg[4:6], "big")
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload for payload in payloads)
    return jpeg[:start] + segments + jpeg[start:]


def jpeg_extension(content: bytes) -> tuple[str, list[bytes]]:
    """A long packet as a name and the payloads of its segments."""
    name = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    head = JPEG_EXTENSION + name.encode() + struct.pack(">I", len(content))
    step = JPEG_SEGMENT - len(head) - 4
    return name, [
        head + struct.pack(">I", offset) + content[offset : offset + step] for offset in range(0, len(content), step)
    ]
