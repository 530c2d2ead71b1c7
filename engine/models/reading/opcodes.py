"""An interpreter of pickles that calls nothing: what a pickle would import and call becomes plain records.

Bytes stay in the file as spans. Sets become lists, OrderedDict and EasyDict plain dicts. It has no way to a Python
object that the pickle did not spell out itself, so there is nothing for a hostile pickle to take hold of.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from engine.models.reading.machine import NUMBER_LIMIT, QUOTED, Machine
from engine.models.reading.source import Source, Span

OPCODES_LIMIT = 1_000_000  # a StyleGAN pickle has about 30 000; each may take some 200 bytes of memory


def run(source: Source, span: Span, *, stored: bool = False) -> tuple[object, int]:
    """Interpret one pickle that starts a span of the file: its value, and the position after it.

    stored: persistent ids are allowed. Raises ModelFileError, which names the position.
    """
    source.check(span)
    machine = Machine(source, span.start, span.end, stored=stored)
    try:
        return follow(machine), machine.at
    except (struct.error, UnicodeDecodeError, RecursionError, MemoryError, ValueError, TypeError, KeyError) as error:
        raise machine.error(f"cannot be followed ({type(error).__name__})") from error


def follow(machine: Machine) -> object:
    """One instruction after the other, until the one that ends the pickle."""
    for _ in range(OPCODES_LIMIT):
        machine.opcode_at = machine.at
        opcode = machine.take(1)
        if opcode == b".":
            return machine.pop()
        act = ACTS.get(opcode)
        if act is None:
            raise machine.error(DENIED.get(opcode, f"is not one of a pickle (0x{opcode.hex()})"))
        act(machine)
    raise machine.error("is one too many", f"no network needs more than {OPCODES_LIMIT}")


def reduce(machine: Machine) -> None:
    args = machine.pop()
    machine.make(machine.pop(), args)


def new_object_with_words(machine: Machine) -> None:
    words, args = machine.pop(), machine.pop()
    machine.copy(len(args) if isinstance(args, tuple) else 0)
    machine.make(machine.pop(), (*args, words) if isinstance(args, tuple) else args)


def instance(machine: Machine) -> None:
    wanted = machine.name(machine.line(), machine.line())
    machine.make(wanted, tuple(machine.pop_to_mark()))


def old_object(machine: Machine) -> None:
    values = machine.pop_to_mark()
    if not values:
        raise machine.error("calls something that is not a name")
    machine.make(values[0], tuple(values[1:]))


def stack_global(machine: Machine) -> None:
    name = machine.pop()
    machine.push(machine.name(machine.pop(), name))


def long_number(machine: Machine, size: int) -> None:
    if not 0 <= size <= NUMBER_LIMIT:
        raise machine.error(f"is a number of {size} bytes", f"at most {NUMBER_LIMIT} are read")
    machine.push(int.from_bytes(machine.take(size), "little", signed=True))


def text_number(machine: Machine) -> None:
    text = machine.line()
    if len(text) > 3 * NUMBER_LIMIT:
        raise machine.error(f"is a number of {len(text)} digits")
    machine.push({"00": False, "01": True}.get(text) if text in ("00", "01") else int(text.rstrip("L")))


def make_dict(machine: Machine) -> None:
    values = machine.pop_to_mark()
    machine.push({})
    machine.set_items(values)


def set_item(machine: Machine) -> None:
    value = machine.pop()
    machine.set_items([machine.pop(), value])


def protocol(machine: Machine) -> None:
    version = machine.number("B")
    if version > 5:
        raise machine.error(f"says protocol {version}", "protocols up to 5 are known")


def drop(machine: Machine) -> None:
    """Take one value off the stack, or a mark with nothing above it."""
    if machine.marks and machine.marks[-1] == len(machine.stack):
        machine.marks.pop()
    else:
        machine.pop()


# instruction -> what it does; the names of the instructions are those of the standard library's pickletools
ACTS: dict[bytes, Callable[[Machine], object]] = {
    b"\x80": protocol,
    b"\x95": lambda m: m.take(8),  # FRAME: a hint for readers that read ahead
    b"(": lambda m: m.marks.append(len(m.stack)),
    b"0": drop,
    b"1": lambda m: m.pop_to_mark(),
    b"2": lambda m: m.push(m.top()),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"I": text_number,
    b"L": text_number,
    b"F": lambda m: m.push(float(m.line())),
    b"V": lambda m: m.push(m.text_line("raw-unicode-escape")),
    b"S": lambda m: m.push(m.text_line(QUOTED)),
    b"J": lambda m: m.push(m.number("i")),
    b"K": lambda m: m.push(m.number("B")),
    b"M": lambda m: m.push(m.number("H")),
    b"\x8a": lambda m: long_number(m, m.number("B")),
    b"\x8b": lambda m: long_number(m, m.number("i")),
    b"G": lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
    b"X": lambda m: m.push(m.string(m.number("I"))),
    b"\x8c": lambda m: m.push(m.string(m.number("B"))),
    b"\x8d": lambda m: m.push(m.string(m.number("Q"))),
    b"U": lambda m: m.push(m.string(m.number("B"), "latin-1")),
    b"T": lambda m: m.push(m.string(m.number("i"), "latin-1")),
    b"B": lambda m: m.push(m.skip(m.number("I"))),
    b"C": lambda m: m.push(m.skip(m.number("B"))),
    b"\x8e": lambda m: m.push(m.skip(m.number("Q"))),
    b"\x96": lambda m: m.push(m.skip(m.number("Q"))),
    b")": lambda m: m.push(()),
    b"\x85": lambda m: m.pop_tuple(1),
    b"\x86": lambda m: m.pop_tuple(2),
    b"\x87": lambda m: m.pop_tuple(3),
    b"t": lambda m: m.push(tuple(m.pop_to_mark())),
    b"\x91": lambda m: m.push(tuple(m.pop_to_mark())),
    b"]": lambda m: m.push([]),
    b"\x8f": lambda m: m.push([]),
    b"l": lambda m: m.push(m.pop_to_mark()),
    b"a": lambda m: m.extend([m.pop()]),
    b"e": lambda m: m.extend(m.pop_to_mark()),
    b"\x90": lambda m: m.extend(m.pop_to_mark()),
    b"}": lambda m: m.push({}),
    b"d": make_dict,
    b"s": set_item,
    b"u": lambda m: m.set_items(m.pop_to_mark()),
    b"q": lambda m: m.put(m.number("B")),
    b"r": lambda m: m.put(m.number("I")),
    b"p": lambda m: m.put(int(m.line())),
    b"\x94": lambda m: m.put(len(m.memo)),
    b"h": lambda m: m.get(m.number("B")),
    b"j": lambda m: m.get(m.number("I")),
    b"g": lambda m: m.get(int(m.line())),
    b"c": lambda m: m.push(m.name(m.line(), m.line())),
    b"\x93": stack_global,
    b"R": reduce,
    b"\x81": reduce,
    b"\x92": new_object_with_words,
    b"i": instance,
    b"o": old_object,
    b"b": lambda m: m.build(),
    b"P": lambda m: m.refer(m.line()),
    b"Q": lambda m: m.refer(m.pop()),
}

# real instructions that no network file has
DENIED = dict.fromkeys((b"\x82", b"\x83", b"\x84"), "asks for a registered extension, which no network file does") | {
    b"\x97": "asks for a buffer outside the file, which no network file does",
    b"\x98": "asks for a buffer outside the file, which no network file does",
}
