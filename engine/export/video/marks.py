"""What a finished video says of itself: that it is synthetic, by which program, and the project that it was made of.

One XMP packet says it all; where it lies differs: a box of MP4 and MOV, a tag of Matroska and WebM, an extension of
GIF, a chunk of WebP and APNG. Reading needs no decoder.
"""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.errors import VisagistError
from engine.export import containers
from engine.export.containers import ContainerError, take
from engine.export.provenance import project_of

XMP_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")  # XMP part 3, section 2.2.1
TAG = "VISAGIST_XMP"
EBML, SEGMENT, TAGS, TAG_ID, SIMPLE, NAME, TEXT = (
    b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x12\x54\xc3\x67", b"\x73\x73", b"\x67\xc8", b"\x45\xa3", b"\x44\x87",
)  # fmt: skip
GIF_XMP = b"\x21\xff\x0bXMP DataXMP"
# what a reader that takes the packet for sub-blocks runs into: every length leads to the end (XMP part 3, 1.1.2)
GIF_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
BLOCKS = 200_000


def append_xmp(path: Path, container: str, xmp: bytes) -> None:
    """Put the packet into a file that was just written; Matroska has got it as a tag already."""
    if container in ("mp4", "mov"):
        with path.open("ab") as file:
            file.write(struct.pack(">I4s", 24 + len(xmp), b"uuid") + XMP_BOX + xmp)
    elif container == "gif":
        with path.open("rb") as file:
            start = gif_blocks(file)
        insert(path, start, GIF_XMP + xmp + GIF_TRAILER)
    elif container == "apng":
        body = containers.XMP_KEY.encode() + b"\0\0\0\0\0" + xmp
        insert(path, 33, struct.pack(">I4s", len(body), b"iTXt") + body + struct.pack(">I", zlib.crc32(b"iTXt" + body)))
    elif container == "webp":
        append_to_webp(path, xmp)


def append_to_webp(path: Path, xmp: bytes) -> None:
    """The chunk at the end, its flag in the header, and the new length (RIFF)."""
    with path.open("r+b") as file:
        head = take(file, 0, 30)
        if head[12:16] != b"VP8X":
            raise ContainerError("its header has no place for a description")
        file.seek(20)
        file.write(bytes([head[20] | 4]))
        end = file.seek(0, os.SEEK_END)
        file.write(b"XMP " + struct.pack("<I", len(xmp)) + xmp + b"\0" * (len(xmp) % 2))
        length = end + 8 + len(xmp) + len(xmp) % 2 - 8
        file.seek(4)
        file.write(struct.pack("<I", length))


def insert(path: Path, place: int, content: bytes) -> None:
    """Put bytes into the middle of a file that nobody else reads yet."""
    moved = path.with_name(path.name + ".marked")
    try:
        with path.open("rb") as old, moved.open("xb") as new:
            new.write(old.read(place) + content)
            shutil.copyfileobj(old, new, 2**20)
        os.replace(moved, path)
    finally:
        moved.unlink(missing_ok=True)


def find_project(path: Path) -> str | None:
    """The JSON of the project that a video or a moving picture carries; None where it carries none.

    Raises VisagistError for a damaged file or one that cannot be read.
    """
    try:
        with path.open("rb") as file:
            xmp = find_xmp(file)
            return None if xmp is None else project_of(xmp)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    except (ContainerError, VisagistError) as error:
        raise VisagistError(f"{path}: {error}; the file is damaged or cut short") from error


def find_xmp(file: BinaryIO) -> bytes | None:
    """The packet of a file of any kind that this program writes videos in."""
    start = file.read(12)
    if start[4:8] == b"ftyp" and start[8:12] != b"avif":
        return in_boxes(file)
    if start.startswith(EBML):
        return in_matroska(file)
    if start[:4] == b"GIF8":
        return in_gif(file)
    find = containers.FINDERS.get(containers.kind_of(start))
    return None if find is None else find(file).xmp


def in_boxes(file: BinaryIO) -> bytes | None:
    """The box of XMP at the end of MP4 and MOV (XMP part 3, section 2.2.1)."""
    position, end = 0, containers.size_of(file)
    while (found := containers.box_in(file, b"uuid", position, end)) is not None:
        start, position = found
        if position - start >= 16 and take(file, start, 16) == XMP_BOX:
            return take(file, start + 16, position - start - 16)
    return None


def in_matroska(file: BinaryIO) -> bytes | None:
    """The tag of Matroska and WebM (RFC 9559, section 5.1.8)."""
    end = containers.size_of(file)
    for kind, place, size in elements(file, 0, end):
        if kind == SEGMENT:
            for inner, at, length in elements(file, place, min(place + size, end)):
                if inner == TAGS and (found := in_tags(file, at, length)) is not None:
                    return found
    return None


def in_tags(file: BinaryIO, place: int, size: int) -> bytes | None:
    for _, at, length in within(file, TAG_ID, place, size):
        for _, inner, inner_length in within(file, SIMPLE, at, length):
            parts = {kind: (start, long) for kind, start, long in elements(file, inner, inner + inner_length)}
            if NAME in parts and TEXT in parts and take(file, *parts[NAME]).rstrip(b"\0") == TAG.encode():
                return take(file, *parts[TEXT])
    return None


def within(file: BinaryIO, kind: bytes, place: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The elements of one kind inside another element."""
    return (found for found in elements(file, place, place + size) if found[0] == kind)


def elements(file: BinaryIO, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place of the content and its length of EBML elements (RFC 8794, sections 4 to 6)."""
    for _ in range(BLOCKS):
        if position + 2 > end:
            return
        head = take(file, position, min(12, end - position))
        name = 9 - head[0].bit_length()
        if name > 4 or len(head) <= name:
            raise ContainerError("its elements are broken")
        size = 9 - head[name].bit_length()
        if size > 8 or len(head) < name + size:
            raise ContainerError("its elements are broken")
        value = int.from_bytes(head[name : name + size], "big") & ((1 << 7 * size) - 1)
        start = position + name + size
        if value == (1 << 7 * size) - 1:  # of unknown length: to the end
            value = end - start
        yield head[:name], start, value
        position = start + value


def in_gif(file: BinaryIO) -> bytes | None:
    """The application extension, which stands before the pictures, maybe behind others (GIF89a, section 26)."""
    start = gif_blocks(file)
    for _ in range(BLOCKS):
        if take(file, start, 2) != GIF_XMP[:2]:
            return None
        if take(file, start, len(GIF_XMP)) == GIF_XMP:
            break
        start = end_of_blocks(file, start + 2)
    place = start + len(GIF_XMP)
    text = take(file, place, min(containers.LIMIT, containers.size_of(file) - place))
    end = text.find(GIF_TRAILER)
    if end < 0:
        raise ContainerError("its description does not end")
    return text[:end]


def end_of_blocks(file: BinaryIO, place: int) -> int:
    """Behind a row of sub-blocks, each led by its length, the last of length 0."""
    for _ in range(BLOCKS):
        length = take(file, place, 1)[0]
        place += 1 + length
        if not length:
            return place
    raise ContainerError("its blocks do not end")


def gif_blocks(file: BinaryIO) -> int:
    """Where the blocks of a GIF begin: behind its header and its colour table."""
    flags = take(file, 10, 1)[0]
    return 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
