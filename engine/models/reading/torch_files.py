"""Files of torch.save: the zip of today and the stream of old, opened without torch's own loader."""

from __future__ import annotations

import struct
import zipfile

import torch

from engine.models.reading.opcodes import run
from engine.models.reading.source import CUT, Source, Span
from engine.models.reading.tensors import Storage, Tensors, read_stream

LOCAL = struct.Struct("<4s22xHH")  # a member's own header: signature, then the lengths of name and extra
NUMBER, SHORT_NUMBER = struct.Struct("<Q"), struct.Struct("<I")
TABLE_LIMIT = 16 * 2**20  # bytes; a member takes about a hundred, and ten times that in memory
TAIL = 2**16 + 512  # bytes at the end, in which the last records and a comment lie
ZIP_TROUBLE = (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError, EOFError, RuntimeError)


def read_zip(source: Source) -> tuple[object, Tensors]:
    """The object of a torch zip, and the tensors that it refers to.

    Raises ModelFileError, which says what another zip looks like.
    """
    members = members_of(source)
    pickles = [name for name in members if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise source.error("it is a zip archive without a torch file in it", "give the network file inside it")
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}constants.pkl" in members:
        raise source.error("it is a TorchScript program, not a file of weights", "give the weights it was made from")
    order = members.get(f"{folder}byteorder")
    if order is not None and source.read(span_of(source, order))[:16] != b"little":
        raise source.error("its numbers are in the byte order of another machine")
    stored = {
        name.removeprefix(f"{folder}data/"): Storage(span_of(source, info), torch.uint8)
        for name, info in members.items()
        if name.startswith(f"{folder}data/")
    }
    value, _ = run(source, span_of(source, members[pickles[0]]), stored=True)
    return value, Tensors(source, stored)


def members_of(source: Source) -> dict[str, zipfile.ZipInfo]:
    """The zip's table of contents, unless it is so large that reading it would fill the memory."""
    if table_size(source) > TABLE_LIMIT:
        raise source.error(f"its table of contents is larger than {TABLE_LIMIT} bytes", "no network needs that")
    try:
        with zipfile.ZipFile(source.file) as archive:
            return {info.filename: info for info in archive.infolist()}
    except ZIP_TROUBLE as error:
        raise source.error(f"its zip archive cannot be read ({error})", CUT) from error


def table_size(source: Source) -> int:
    """Bytes of the table of contents, by the records at the end of the archive, the later and larger kind first."""
    tail = source.read(Span(max(0, source.size - TAIL), source.size))
    for signature, at, number in ((b"PK\x06\x06", 40, NUMBER), (b"PK\x05\x06", 12, SHORT_NUMBER)):
        start = tail.rfind(signature)
        if start >= 0 and start + at + number.size <= len(tail):
            return int(number.unpack_from(tail, start + at)[0])
    return 0


def span_of(source: Source, info: zipfile.ZipInfo) -> Span:
    """Where a member's bytes lie; torch stores them as they are."""
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or info.file_size != info.compress_size:
        raise source.error(f"its member {info.filename[:80]} is compressed or locked", "torch.save does neither")
    head = Span(info.header_offset, info.header_offset + LOCAL.size)
    signature, name, extra = LOCAL.unpack(source.read(head))
    if signature != b"PK\x03\x04":
        raise source.error(f"its member {info.filename[:80]} is not where the archive says", CUT)
    start = head.end + name + extra
    span = Span(start, start + info.file_size)
    source.check(span)
    return span


def read_old(source: Source) -> tuple[object, Tensors]:
    """The object of torch's old stream, and its tensors."""
    value, stored, _ = read_stream(source, Span(0, source.size))
    return value, Tensors(source, stored)
