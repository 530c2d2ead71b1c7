"""Opening a network file of any maker: which reader takes it is told by its content, never by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import ModelFileError
from engine.models.found import Facts, FoundFile, FoundNetwork, Import
from engine.models.reading import arrays, looks, modules, rosinality, tensors
from engine.models.reading.machine import DICTS
from engine.models.reading.opcodes import run
from engine.models.reading.persistence import read_persistence
from engine.models.reading.source import Source, Span, open_source, printable
from engine.models.reading.tensorflow import read_tensorflow
from engine.models.reading.tensors import Tensors
from engine.models.reading.torch_files import read_old, read_zip
from engine.models.reading.variables import NETWORKS
from engine.models.reading.weights_files import network_by_names, read_weights

Pairs = frozenset[tuple[str, str]]

NUMPY: Pairs = arrays.RECONSTRUCT | arrays.SCALAR | arrays.FROM_BUFFER | {arrays.DTYPE, arrays.NDARRAY, arrays.ENCODE}
STORAGES: Pairs = frozenset(("torch", name) for name in tensors.STORAGES)
TORCH: Pairs = STORAGES | {tensors.REBUILD_TENSOR, tensors.REBUILD_PARAMETER}
SETS: Pairs = frozenset({("builtins", "set"), ("__builtin__", "set")})
MAGIC_PICKLE = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # how torch's old stream starts
PICKLE_STARTS = b"\x80(c]})NIJKGX"

# what the names of snapshots say: NVIDIA's count thousands of images
SNAPSHOT = re.compile(r"network-snapshot-(?:\d+-)?(\d{4,6})\.pkl")
CHECKPOINT = re.compile(r"(\d{4,7})\.pt")


@dataclass(frozen=True)
class Pickled:
    """A kind of pickle: marks, one of which it imports; all that it may import; who reads its value."""

    marks: Pairs
    allowed: Pairs
    read: Callable[[Source, object], FoundFile]


PICKLES = (
    Pickled(
        frozenset({modules.RECONSTRUCT}),
        NUMPY | TORCH | SETS | DICTS | {modules.RECONSTRUCT, tensors.LOAD_BYTES},
        read_persistence,
    ),
    Pickled(NETWORKS, NUMPY | DICTS | NETWORKS, read_tensorflow),
)
CHECKPOINT_NAMES: Pairs = TORCH | DICTS | SETS | {rosinality.NAMESPACE}
EVERY: Pairs = CHECKPOINT_NAMES.union(*(kind.allowed for kind in PICKLES))


class RefusedFileError(ModelFileError):
    """A file that wants to import what no network needs. imports: all that it asked for."""

    def __init__(self, path: Path, wrong: str, right: str, imports: tuple[Import, ...]) -> None:
        super().__init__(path, printable(wrong), printable(right))
        self.imports = imports


def open_any(path: Path) -> FoundFile:
    """Read the networks of a file, whatever program wrote it. Nothing of the file is run or imported.

    Raises ModelFileError, which names the place in the file or the tensor and says what was expected; and
    RefusedFileError, which tells what the file wanted to import.
    """
    with open_source(path) as source, limits(source):
        head = source.read(Span(0, min(16, source.size)))
        for starts, read in READERS:
            if starts(head):
                found = read_or_refuse(source, read)
                return replace(found, facts=facts_of_name(path, found) | found.facts)
    said = looks.start_of(head) if head else "it is empty"
    raise ModelFileError(path, said or "it is no file of a network that this program knows")


def read_or_refuse(source: Source, read: Callable[[Source], FoundFile]) -> FoundFile:
    """Where reading fails on the way, what the file had asked for by then may say better what it is (joblib's, say)."""
    try:
        return read(source)
    except RefusedFileError:
        raise
    except ModelFileError:
        imports_of(source, EVERY)
        raise


@contextmanager
def limits(source: Source) -> Iterator[None]:
    """Turn what a file of absurd size or depth does to Python into an error that names the file."""
    try:
        yield
    except (MemoryError, RecursionError, OverflowError) as error:
        raise source.error(f"it asks for more than this machine has ({type(error).__name__})") from error


def read_pickle(source: Source) -> FoundFile:
    """A plain pickle: its kind is told by what it would import."""
    value, _ = run(source, Span(0, source.size))
    kind = next((kind for kind in PICKLES if kind.marks & source.imports.keys()), None)
    if kind is None:
        imports_of(source, NUMPY | DICTS | SETS)
        raise source.error(f"it is a pickle without a network: {looks.value_of(value)}")
    imports_of(source, kind.allowed)
    arrays.check_arrays(source)
    found = kind.read(source, value)
    return replace(found, imports=imports_of(source, kind.allowed))


def read_checkpoint(opened: Callable[[Source], tuple[object, Tensors]]) -> Callable[[Source], FoundFile]:
    """A reader of what torch.save wrote, given who opens it."""

    def read(source: Source) -> FoundFile:
        value, read_tensors = opened(source)
        imports_of(source, CHECKPOINT_NAMES)
        found = found_in(source, value, read_tensors)
        return replace(found, imports=imports_of(source, CHECKPOINT_NAMES))

    return read


def found_in(source: Source, value: object, read_tensors: Tensors) -> FoundFile:
    """rosinality's checkpoints, or tensors under names of ours."""
    if isinstance(value, dict) and (rosinality.looks_like(value) or "g_ema" in value):
        return rosinality.read_rosinality(source, value, read_tensors)
    inner = value.get("G_ema", value.get("state_dict", value)) if isinstance(value, dict) else None
    if isinstance(inner, dict):
        records = {name: item for name, item in inner.items() if isinstance(name, str) and tensors.is_tensor(item)}
        if "synthesis.b4.const" in records or "synthesis.input.freqs" in records:
            named = {name: read_tensors.read(record, name) for name, record in records.items()}
            found = network_by_names(source, named)
            assert found is not None
            network, facts = found
            return FoundFile("StyleGAN weights (PyTorch)", network, None, None, (), facts)
    raise source.error(f"it is a PyTorch file without a network that this program knows: {looks.value_of(value)}")


def imports_of(source: Source, allowed: Pairs) -> tuple[Import, ...]:
    """All that the file asked for so far; RefusedFileError where something is not allowed."""
    imports = tuple(Import(module, name, (module, name) not in allowed) for module, name in source.imports)
    refused = [item for item in imports if item.refused]
    if refused:
        wrong, right = looks.refusal(refused)
        raise RefusedFileError(source.path, wrong, right, imports)
    return imports


def facts_of_name(path: Path, found: FoundFile) -> Facts:
    """How long the network was trained, where the file's name says so."""
    if match := SNAPSHOT.fullmatch(path.name):
        return {"kimg": float(match[1])}
    batch = found.facts.get("batch")
    if (match := CHECKPOINT.fullmatch(path.name)) and isinstance(batch, int):
        return {"kimg": int(match[1]) * batch / 1000}
    return {}


def generator_of(found: FoundFile, path: Path) -> FoundNetwork:
    """The generator of a file; ModelFileError where its family is not known."""
    if not found.generator.family:
        raise ModelFileError(path, f"its network is of no family that this program knows ({found.kind})")
    return found.generator


# first bytes -> reader, in this order
READERS: tuple[tuple[Callable[[bytes], bool], Callable[[Source], FoundFile]], ...] = (
    (lambda head: head.startswith(b"PK\x03\x04"), read_checkpoint(read_zip)),
    (lambda head: head.startswith(MAGIC_PICKLE), read_checkpoint(read_old)),
    (lambda head: head[8:9] == b"{" and head[4:8] == bytes(4), read_weights),
    (lambda head: head[:1] != b"" and head[0] in PICKLE_STARTS, read_pickle),
)
