"""The stack, marks and memo of a pickle that is followed, and the plain records that stand for what it would make."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from engine.errors import ModelFileError
from engine.models.reading.source import CUT, Source, Span

TEXT_LIMIT = 64 * 2**20  # bytes of all strings together
LONG_TEXT = 2**16  # a longer string stays in the file: nothing that a network needs is one
QUOTED = "quoted"  # how Python 2's oldest protocol writes bytes: as its repr does
ESCAPE = re.compile(rb"\\(x[0-9a-f]{2}|.?)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\", b"'": b"'", b'"': b'"'}
NUMBER_LIMIT = 16  # bytes of a whole number; torch's magic number has 10
NAME_LIMIT = 512  # characters of a module or name
COPIES_LIMIT = 100_000  # values that calls copy out of kept ones: a short call may copy a long list, again and again
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


class Machine:
    """Stack, marks and memo of one pickle."""

    def __init__(self, source: Source, start: int, end: int, *, stored: bool) -> None:
        self.source, self.at, self.end, self.stored = source, start, end, stored
        self.opcode_at = start
        self.stack: list[object] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}
        self.text, self.copies = TEXT_LIMIT, COPIES_LIMIT
        source.file.seek(start)

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

    def text_line(self, encoding: str) -> object:
        """The rest of a line as text; a long one stays in the file."""
        start, content = self.at, b""
        while not content.endswith(b"\n"):
            content = self.source.file.readline(min(LONG_TEXT, self.end - self.at))
            self.at += len(content)
            if not content:
                raise self.error("has a line without an end", CUT)
        end, self.at = self.at - 1, start
        self.source.file.seek(start)
        text = self.string(end - start, encoding)
        self.take(1)
        return text

    def line(self) -> str:
        content = self.source.file.readline(min(NAME_LIMIT, self.end - self.at))
        self.at += len(content)
        if not content.endswith(b"\n"):
            raise self.error("has a line without an end")
        return content[:-1].rstrip(b"\r").decode()

    def skip(self, size: int, encoding: str = "") -> Span:
        """The next bytes as a span."""
        if size < 0 or size > self.end - self.at:
            raise self.error(f"reaches {self.at + size - self.end} bytes past the end", CUT)
        span = Span(self.at, self.at + size, encoding)
        self.at = span.end
        self.source.file.seek(self.at)
        return span

    def string(self, size: int, encoding: str = "utf-8") -> object:
        if size >= LONG_TEXT:
            return self.skip(size, "" if encoding == "latin-1" else encoding)
        self.text -= max(size, 0)
        if self.text < 0:
            raise self.error(f"is text past the limit of {TEXT_LIMIT} bytes")
        return decoded(self.take(size), encoding)

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
            record = Record(made_by, args)
            self.source.made.append(record)
            self.push(record)

    def copy(self, count: int) -> None:
        """Take values that a call copies out of what is left of the limit."""
        self.copies -= count
        if self.copies < 0:
            raise self.error(f"copies one value too many (at most {COPIES_LIMIT})", "no network's file does")

    def dict_of(self, args: tuple[object, ...]) -> dict[object, object]:
        """An OrderedDict is made empty and filled later; Python 2 gives its items as a list of pairs."""
        pairs = args[0] if len(args) == 1 else []
        if len(args) > 1 or not isinstance(pairs, list):
            raise self.error("makes a dict of something else than pairs")
        self.copy(len(pairs))
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


def decoded(content: bytes, encoding: str) -> str:
    """Text of a pickle: "utf-8", "latin-1", "raw-unicode-escape", or QUOTED; ValueError where it is none."""
    if encoding == "utf-8":
        return content.decode(encoding, "surrogatepass")
    if encoding != QUOTED:
        return content.decode(encoding)
    if len(content) < 2 or content[:1] not in (b"'", b'"') or content[-1:] != content[:1]:
        raise ValueError("a text without quotes")
    return ESCAPE.sub(unescaped, content[1:-1]).decode("latin-1")


def unescaped(match: re.Match[bytes]) -> bytes:
    """What an escape of Python 2's repr stands for."""
    said = match[1]
    return bytes([int(said[1:], 16)]) if said[:1] == b"x" else ESCAPES[said]
