"""Pictures of 16 bits a colour, as PNG and TIFF: from the network's own numbers, not from what a screen shows."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import VisagistError
from engine.export import containers
from engine.export.credentials import signed
from engine.export.images import check_target
from engine.export.provenance import Provenance, describe, of_frames, to_xmp
from engine.frame import Frame
from engine.paths import write_atomically

DEPTHS = (8, 16)
Picture = NDArray[np.uint16]


def check_depth(depth: int, path: Path) -> None:
    """VisagistError for a depth that there is not, or that a format cannot hold."""
    if depth not in DEPTHS:
        raise VisagistError(f"a picture has 8 or 16 bits a colour, not {depth}")
    if depth == 16 and path.suffix.lower() not in ENCODERS:
        raise VisagistError(f"{path}: 16 bits a colour need PNG or TIFF; choose the ending .png or .tif")


def save_deep(frame: Frame, picture: Tensor, path: Path, title: str = "", *, private: bool = False) -> None:
    """Save the numbers of a frame's picture, [3, S, S] in about [-1, 1], with its provenance. Raises VisagistError."""
    check_target(path)
    check_depth(16, path)
    provenance = of_frames(frame, [] if private else [frame.recipe], title)
    content = ENCODERS[path.suffix.lower()](to_words(picture), provenance)
    write_atomically(path, signed(content, path.suffix, describe(provenance)))


def to_words(picture: Tensor) -> Picture:
    """[3, H, W] in about [-1, 1] -> uint16 [H, W, 3]; values outside are clamped."""
    words = picture.double().add(1).mul(65535 / 2).round().clamp(0, 65535).permute(1, 2, 0)
    return np.ascontiguousarray(words.cpu().numpy().astype(np.uint16))


def encode_png(words: Picture, provenance: Provenance) -> bytes:
    """PNG of colour type 2, every row as its difference to the one above (PNG 1.2, section 6)."""
    height, width = words.shape[:2]
    rows = words.astype(">u2").view(np.uint8).reshape(height, width * 6)
    filtered = np.full((height, width * 6 + 1), 2, np.uint8)
    filtered[0, 1:] = rows[0]
    filtered[1:, 1:] = rows[1:] - rows[:-1]
    texts = [(containers.XMP_KEY, to_xmp(provenance))]
    if provenance.recipes:
        texts.insert(0, (containers.ITXT_KEY, provenance.to_json().encode()))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)),
            *(chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text) for key, text in texts),
            chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)),
            chunk(b"IEND", b""),
        ]
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def encode_tiff(words: Picture, provenance: Provenance) -> bytes:
    """TIFF 6 of one packed strip, each row as differences to the left (sections 8 and 14)."""
    height, width = words.shape[:2]
    steps = words.copy()
    steps[:, 1:] -= words[:, :-1]
    strip = zlib.compress(steps.astype("<u2").tobytes(), 6)
    xmp = to_xmp(provenance)
    strip_at = 8 + 2 + 12 * 13 + 4 + 6
    xmp_at = strip_at + len(strip) + len(strip) % 2
    short, long, byte = 3, 4, 1
    entries = [
        (256, long, 1, width), (257, long, 1, height), (258, short, 3, strip_at - 6), (259, short, 1, 8),
        (262, short, 1, 2), (273, long, 1, strip_at), (274, short, 1, 1), (277, short, 1, 3), (278, long, 1, height),
        (279, long, 1, len(strip)), (284, short, 1, 1), (317, short, 1, 2),
        (containers.TIFF_XMP, byte, len(xmp), xmp_at),
    ]  # fmt: skip
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + struct.pack("<HHH", 16, 16, 16)
    return head + strip + b"\0" * (len(strip) % 2) + xmp


ENCODERS = {".png": encode_png, ".tif": encode_tiff, ".tiff": encode_tiff}
