"""OSC packets read from bytes that nobody vouches for, and address patterns (Open Sound Control 1.0, Wright 2002).

Read here and not by python-osc, whose reader goes round for ever on a bundle with a negative size, and needs a time
that grows with the square of a packet's length.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import lru_cache

OscValue = int | float | str | bytes | bool | None

LARGEST = 16_384  # bytes of a packet
DEEPEST = 8  # bundles in bundles
MOST_MESSAGES = 512  # in a packet
MOST_VALUES = 32  # of a message
LONGEST_TEXT = 512  # bytes of an address or a text
LONGEST_PATTERN = 128
MOST_CHOICES = 4  # {one,other} in a pattern: each further one can double the time of a match
BUNDLE = b"#bundle\0"
NOW = 1  # the time tag of a bundle that is due at once
EPOCH = 2_208_988_800  # seconds from 1900, where time tags begin, to 1970
NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q", "c": ">I", "r": ">I", "m": ">I"}
CONSTANTS: dict[str, OscValue] = {"T": True, "F": False, "N": None, "I": 1}
SPECIAL = frozenset("*?[]{}")


class OscError(ValueError):
    """A packet that is none, with what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Message:
    """at: when it is due, in seconds since 1970; None: now."""

    address: str
    values: tuple[OscValue, ...] = ()
    at: float | None = None


def read(packet: bytes) -> list[Message]:
    """The messages of a packet in their order; OscError where it is broken or larger than anyone needs."""
    if len(packet) > LARGEST:
        raise OscError(f"a packet of more than {LARGEST:,} bytes")
    messages: list[Message] = []
    read_element(memoryview(packet), None, 0, messages)
    return messages


def read_element(data: memoryview, at: float | None, depth: int, messages: list[Message]) -> None:
    """A message, or a bundle of elements."""
    if data[:8] == BUNDLE:
        read_bundle(data, depth + 1, messages)
        return
    address, place = text(data, 0)
    if not address.startswith("/"):
        raise OscError("an address that does not begin with /")
    if len(messages) >= MOST_MESSAGES:
        raise OscError(f"more than {MOST_MESSAGES} messages in a packet")
    messages.append(Message(address, arguments(data, place), at))


def read_bundle(data: memoryview, depth: int, messages: list[Message]) -> None:
    """Each element with its size before it."""
    if depth > DEEPEST:
        raise OscError(f"bundles in bundles, more than {DEEPEST} deep")
    (tag,) = unpacked(">Q", data, 8)
    at = None if tag == NOW else tag / 2**32 - EPOCH
    place = 16
    while place < len(data):
        size = length(data, place)
        if not 0 < size <= len(data) - place - 4:
            raise OscError("a bundle whose sizes do not fit")
        read_element(data[place + 4 : place + 4 + size], at, depth, messages)
        place += 4 + size


def arguments(data: memoryview, place: int) -> tuple[OscValue, ...]:
    """The values of a message; arrays are read as their members."""
    if place >= len(data):
        return ()
    tags, place = text(data, place)
    if not tags.startswith(","):
        raise OscError("values without their types")
    if len(tags) > 2 * MOST_VALUES:
        raise OscError(f"more than {MOST_VALUES} values in a message")
    values: list[OscValue] = []
    for tag in tags[1:]:
        if tag in NUMBERS:
            (value,) = unpacked(NUMBERS[tag], data, place)
            place += struct.calcsize(NUMBERS[tag])
            values.append(value)
        elif tag in "sS":
            word, place = text(data, place)
            values.append(word)
        elif tag == "b":
            size = length(data, place)
            if not 0 <= size <= len(data) - place - 4:
                raise OscError("a blob whose size does not fit")
            values.append(bytes(data[place + 4 : place + 4 + size]))
            place += 4 + -(-size // 4) * 4
        elif tag in CONSTANTS:
            values.append(CONSTANTS[tag])
        elif tag not in "[]":
            raise OscError(f"a value of the unknown type {tag!r}")
    return tuple(values)


def text(data: memoryview, place: int) -> tuple[str, int]:
    """A text that ends with a 0 and is filled up to a multiple of 4 bytes; and where the next thing stands."""
    window = bytes(data[place : place + LONGEST_TEXT + 1])
    end = window.find(0)
    if end < 0:
        raise OscError("a text without an end" if len(window) <= LONGEST_TEXT else f"more than {LONGEST_TEXT} letters")
    try:
        return window[:end].decode("utf-8"), place + end // 4 * 4 + 4
    except UnicodeDecodeError as error:
        raise OscError("a text that is not UTF-8") from error


def length(data: memoryview, place: int) -> int:
    """The bytes that what follows says it has."""
    return int(unpacked(">i", data, place)[0])


def unpacked(form: str, data: memoryview, place: int) -> tuple[int | float, ...]:
    """Numbers at a place."""
    try:
        return struct.unpack_from(form, data, place)
    except struct.error as error:
        raise OscError("a packet that is cut short") from error


def is_pattern(address: str) -> bool:
    """Whether an address stands for many."""
    return not SPECIAL.isdisjoint(address)


@lru_cache(maxsize=256)
def pattern(address: str) -> re.Pattern[str]:
    """An address pattern (section "OSC Message Dispatching"): ? and * within a part, [a-z], [!a], {one,other}.

    Each star is matched once and never gone back into, so that no pattern takes long. OscError for a broken one.
    """
    if len(address) > LONGEST_PATTERN:
        raise OscError(f"an address pattern of more than {LONGEST_PATTERN} letters")
    if address.count("{") > MOST_CHOICES:
        raise OscError(f"an address pattern with more than {MOST_CHOICES} choices")
    pieces = [""]
    place = 0
    while place < len(address):
        letter = address[place]
        if letter == "*":
            pieces.append("")
        elif letter == "?":
            pieces[-1] += "[^/]"
        elif letter in "[{":
            end = address.find("]" if letter == "[" else "}", place)
            if end < 0:
                raise OscError("an address pattern without its closing bracket")
            inside = address[place + 1 : end]
            pieces[-1] += letters(inside) if letter == "[" else f"(?:{'|'.join(map(re.escape, inside.split(',')))})"
            place = end
        else:
            pieces[-1] += re.escape(letter)
        place += 1
    first, *rest = pieces
    # a star is as short as what follows it allows; the last one takes what is left
    stars = "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1]) + (f"[^/]*{rest[-1]}" if rest else "")
    return re.compile(first + stars)


def letters(inside: str) -> str:
    """One letter of a list or a range."""
    away, members = ("^/", inside[1:]) if inside.startswith("!") else ("", inside)
    if not members:
        raise OscError("an address pattern with empty brackets")
    ranges = ""
    place = 0
    while place < len(members):
        if members[place + 1 : place + 2] == "-" and place + 2 < len(members):
            low, high = sorted((members[place], members[place + 2]))
            ranges += f"{re.escape(low)}-{re.escape(high)}"
            place += 3
        else:
            ranges += re.escape(members[place])
            place += 1
    return f"[{away}{ranges}]"
