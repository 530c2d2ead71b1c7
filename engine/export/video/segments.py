"""Segments: a few seconds of encoded video as a file of packets, written whole, so that a render can go on from it.

A segment begins with a key frame and refers to no other, so that the packets of all, one after the other, are the
video.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from engine.errors import VisagistError
from engine.export.video.encoding import Settings, import_av, open_encoder, to_video_frame
from engine.paths import whole_file

MAGIC = b"visagist segment 1\n"
TAIL = struct.Struct("<Q")  # where the index begins
SUFFIX = ".segment"


class PacketEntry(Struct, frozen=True, array_like=True):
    """A packet, in the order of decoding. pts: the number of its frame in the segment."""

    pts: int
    key: bool
    size: int


class Index(Struct, frozen=True):
    """What stands at the end of a segment. head: the codec's extradata; check: CRC-32 of all packets."""

    frames: int
    codec: str
    head: bytes
    packets: tuple[PacketEntry, ...]
    check: int

    @property
    def delay(self) -> int:
        """Frames that a decoder runs ahead, because it needs some before those that are shown before them."""
        return max(number - entry.pts for number, entry in enumerate(self.packets))


class Pictures(Struct, frozen=True):
    """What stands for a segment of a folder of pictures: that so many are there."""

    frames: int


class SegmentWriter:
    """Encodes the frames of one segment into an open file."""

    def __init__(self, file: BinaryIO, settings: Settings) -> None:
        self.file, self.settings = file, settings
        self.context = open_encoder(settings)
        self.reformatter = import_av().video.reformatter.VideoReformatter()
        self.entries: list[PacketEntry] = []
        self.frames = self.check = 0
        file.write(MAGIC)

    def write(self, pixels: Any) -> None:
        """One frame: BGRX [H, W, 4]."""
        frame = to_video_frame(pixels, self.settings.codec, self.reformatter)
        frame.pts, frame.time_base = self.frames, self.context.time_base
        self.frames += 1
        self.keep(self.context.encode(frame))

    def keep(self, packets: Any) -> None:
        for packet in packets:
            payload = bytes(packet)
            self.entries.append(PacketEntry(packet.pts, packet.is_keyframe, len(payload)))
            self.check = zlib.crc32(payload, self.check)
            self.file.write(payload)

    def close(self) -> None:
        """What the encoder still holds back, and the index."""
        self.keep(self.context.encode(None))
        head = bytes(self.context.extradata or b"")
        index = Index(self.frames, self.settings.codec.name, head, tuple(self.entries), self.check)
        place = self.file.tell()
        self.file.write(msgspec.json.encode(index) + TAIL.pack(place))


def write_segment(path: Path, settings: Settings, frames: Iterator[Any]) -> None:
    """Encode frames, BGRX [H, W, 4] each, into a file that is there whole or not at all."""
    with whole_file(path) as part, part.open("xb") as file:
        writer = SegmentWriter(file, settings)
        for pixels in frames:
            writer.write(pixels)
        writer.close()


def read_index(path: Path) -> Index:
    """What a segment holds; VisagistError where it is no whole segment."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise VisagistError(broken(path))
            end = file.seek(-TAIL.size, os.SEEK_END)
            (place,) = TAIL.unpack(file.read())
            if not len(MAGIC) <= place < end:
                raise VisagistError(broken(path))
            file.seek(place)
            index = msgspec.json.decode(file.read(end - place), type=Index)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    except msgspec.DecodeError as error:
        raise VisagistError(broken(path)) from error
    if sum(entry.size for entry in index.packets) != place - len(MAGIC):
        raise VisagistError(broken(path))
    return index


def packets_of(path: Path) -> Iterator[Any]:
    """The packets of a segment, numbered from 0; VisagistError at the end where they are not what was written."""
    av = import_av()
    index = read_index(path)
    check = 0
    with path.open("rb") as file:
        file.seek(len(MAGIC))
        for number, entry in enumerate(index.packets):
            payload = file.read(entry.size)
            check = zlib.crc32(payload, check)
            packet = av.Packet(payload)
            packet.pts, packet.dts, packet.duration, packet.is_keyframe = entry.pts, number, 1, entry.key
            yield packet
    if check != index.check:
        raise VisagistError(broken(path))


def broken(path: Path) -> str:
    return f"{path}: this part of the video is damaged; delete it and resume, and it is rendered again"
