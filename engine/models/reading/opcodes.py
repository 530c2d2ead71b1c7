"""An interpreter of pickles that calls nothing: what a pickle would import and call becomes plain records.

Bytes stay in the file as spans. Sets become lists, OrderedDict and EasyDict plain dicts. It has no way to a Python
object that the pickle did not spell out itself, so there is nothing for a hostile pickle to take hold of.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.errors import ModelFileError
from engine.models.reading.source import CUT, Source, Span

OPCODES_LIMIT = 1_000_000  # a StyleGAN pickle has about 30 000; each may take some 200 bytes of memory
TEXT_LIMIT = 64 * 2**20  # bytes of all strings together
LONG_TEXT = 2**16  # a longer string stays in the file: nothing that a network needs is one
NUMBER_LIMIT = 16  # bytes of a whole number; torch's magic number has 10
NAME_LIMIT = 512  # characters of a module or name
KEYS = frozenset({str, int, float, bool, type(None)})  # what may be a key: nothing that hashes deep or slowly

DICTS = frozenset({("collections", "OrderedDict"), ("dnnlib.util", "EasyDict"), ("dnnlib", "EasyDict")})


@dataclass(frozen=True)
class Global:
    """A name that a pickle wants imported. It never is."""

    module: str
    name: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.module, self.name


@dataclass(eq=False)
class Record:
    """What a pickle wants made: call `made_by` with args, then set its state and its items."""

    made_by: Global
    args: tuple[object, ...]
    state: object = None
    items: list[object] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Stored:
    """A persistent id: a reference to something that lies beside the pickle."""

    id: object


def run(source: Source, span: Span, *, stored: bool = False) -> tuple[object, int]:
    """Interpret one pickle that starts a span of the file: its value, and the position after it.

    stored: persistent ids are allowed. Raises ModelFileError, which names the position.
    """
    source.check(span)
    machine = Machine(source, span.start, span.end, stored=stored)
    try:
        return machine.run(), machine.at
    except (struct.error, UnicodeDecodeError, RecursionError, MemoryError, ValueError, TypeError) as error:
        raise machine.error(f"cannot be followed ({type(error).__name__})") from error


class Machine:
    """Stack, marks and memo of one pickle."""

    def __init__(self, source: Source, start: int, end: int, *, stored: bool) -> None:
        self.source, self.at, self.end, self.stored = source, start, end, stored
        self.opcode_at = start
        self.stack: list[object] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}
        self.text = TEXT_LIMIT
        source.file.seek(start)

    def run(self) -> object:
        for _ in range(OPCODES_LIMIT):
            self.opcode_at = self.at
            opcode = self.take(1)
            if opcode == b".":
                return self.pop()
            act = ACTS.get(opcode)
            if act is None:
                raise self.error(DENIED.get(opcode, f"is not one of a pickle (0x{opcode.hex()})"))
            act(self)
        raise self.error("is one too many", f"no network needs more than {OPCODES_LIMIT}")

    def error(self, wrong: str, right: str = "") -> ModelFileError:
        return self.source.error(f"the pickle's instruction at byte {self.opcode_at} {wrong}", right)

    # bytes of the file

    def take(self, size: int) -> bytes:
        if size > self.end - self.at:
            raise self.source.error(f"it ends inside the pickle's instruction at byte {self.opcode_at}", CUT)
        content = self.source.file.read(size)
        if len(content) != size:
            raise self.source.error(f"it ends inside the pickle's instruction at byte {self.opcode_at}", CUT)
        self.at += size
        return content

    def number(self, code: str) -> int:
        return int(struct.unpack(f"<{code}", self.take(struct.calcsize(code)))[0])

    def line(self) -> str:
        content = self.source.file.readline(min(NAME_LIMIT, self.end - self.at))
        self.at += len(content)
        if not content.endswith(b"\n"):
            raise self.error("has a line without an end")
        return content[:-1].rstrip(b"\r").decode()

    def skip(self, size: int, *, text: bool = False) -> Span:
        """The next bytes as a span."""
        if size < 0 or size > self.end - self.at:
            raise self.error(f"reaches {self.at + size - self.end} bytes past the end", CUT)
        span = Span(self.at, self.at + size, text)
        self.at = span.end
        self.source.file.seek(self.at)
        return span

    def string(self, size: int, encoding: str = "utf-8") -> object:
        if size >= LONG_TEXT:
            return self.skip(size, text=encoding == "utf-8")
        self.text -= max(size, 0)
        if self.text < 0:
            raise self.error(f"is text past the limit of {TEXT_LIMIT} bytes")
        return self.take(size).decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")

    # the stack

    def push(self, value: object) -> None:
        self.stack.append(value)

    def pop(self) -> object:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise self.error("finds nothing on the stack")
        return self.stack.pop()

    def top(self) -> object:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise self.error("finds nothing on the stack")
        return self.stack[-1]

    def pop_to_mark(self) -> list[object]:
        if not self.marks:
            raise self.error("finds no mark on the stack")
        mark = self.marks.pop()
        values = self.stack[mark:]
        del self.stack[mark:]
        return values

    def pop_tuple(self, size: int) -> None:
        values = [self.pop() for _ in range(size)]
        self.push(tuple(reversed(values)))

    # the memo

    def put(self, index: int) -> None:
        self.memo[index] = self.top()

    def get(self, index: int) -> None:
        if index not in self.memo:
            raise self.error(f"recalls value {index}, which was never kept")
        self.push(self.memo[index])

    # containers

    def extend(self, values: list[object]) -> None:
        target = self.top()
        if isinstance(target, Record):
            target = target.items
        if not isinstance(target, list):
            raise self.error("appends to something that is not a list")
        target.extend(values)

    def set_items(self, values: list[object]) -> None:
        target = self.top()
        if len(values) % 2:
            raise self.error("has a key without a value")
        if isinstance(target, Record):
            target.items.extend(values)
        elif isinstance(target, dict):
            for key, value in zip(values[::2], values[1::2], strict=True):
                target[self.key(key)] = value
        else:
            raise self.error("sets an item of something that is not a dict")

    def key(self, value: object) -> object:
        if type(value) not in KEYS or (isinstance(value, int) and not -(2**63) <= value < 2**63):
            raise self.error(f"has a {type(value).__name__} as a key")
        return value

    # names and calls

    def name(self, module: object, name: object) -> Global:
        if not isinstance(module, str) or not isinstance(name, str) or max(len(module), len(name)) > NAME_LIMIT:
            raise self.error("imports something without a name")
        wanted = Global(module, name)
        self.source.imports[wanted.pair] = None
        return wanted

    def make(self, made_by: object, args: object) -> None:
        if not isinstance(made_by, Global) or not isinstance(args, tuple):
            raise self.error("calls something that is not a name")
        if made_by.pair in DICTS:
            self.push(self.dict_of(args))
        else:
            self.push(Record(made_by, args))

    def dict_of(self, args: tuple[object, ...]) -> dict[object, object]:
        """An OrderedDict is made empty and filled later; Python 2 gives its items as a list of pairs."""
        pairs = args[0] if len(args) == 1 else []
        if len(args) > 1 or not isinstance(pairs, list):
            raise self.error("makes a dict of something else than pairs")
        made: dict[object, object] = {}
        for pair in pairs:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise self.error("makes a dict of something else than pairs")
            made[self.key(pair[0])] = pair[1]
        return made

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if isinstance(target, Record):
            target.state = state
        elif not isinstance(target, dict):  # attributes of an OrderedDict, which no network needs
            raise self.error("sets the state of something that has none")

    def refer(self, id: object) -> None:
        if not self.stored:
            raise self.error("refers to an object outside the file (a persistent id)", "no network file does")
        self.push(Stored(id))


def reduce(machine: Machine) -> None:
    args = machine.pop()
    machine.make(machine.pop(), args)


def new_object_with_words(machine: Machine) -> None:
    words, args = machine.pop(), machine.pop()
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
    b"V": lambda m: m.push(m.line().encode("ascii").decode("raw-unicode-escape")),
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
    b"S": "is text of Python 2's oldest protocol, which no network file is written in",
}
