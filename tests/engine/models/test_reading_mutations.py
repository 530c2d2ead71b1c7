"""Good files with anything done to them are read or refused in one sentence: nothing else ever happens."""

from __future__ import annotations

import os
import tracemalloc

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from engine.errors import ModelFileError
from engine.models.found import FoundFile
from engine.models.reading.opcodes import ACTS
from engine.models.reading.opening import open_any
from tests import pickled

OPCODES = b"".join(ACTS)
EXAMPLES = int(os.environ.get("VISAGIST_MUTATIONS", "200"))
ROOM, A_BYTE = 4 * 2**20, 100  # of memory: for any file, and for each byte of it
NUMBERS = (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", bytes(8), b"\xff" * 8)

LAYOUTS = (
    "persistence", "progan", "codec", "lines", "buffers", "quoted", "revised", "zip", "stream", "safetensors",
)  # fmt: skip

# what is done, where (of the whole length, in millionths), with which byte
edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "opcode", "cut", "drop", "double", "number", "swap"]),
        st.integers(0, 999_999),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def goods(tmp_path_factory) -> dict[str, bytes]:
    """One small file of each layout, and the room where the changed ones are put."""
    folder = tmp_path_factory.mktemp("goods")
    state = pickled.rosinality_state(8, 2)
    content = {"g_ema": state, "latent_avg": torch.zeros(6)}
    pickled.write_generator(folder / "persistence", pickled.stylegan2_parts(8, 2, 6), 8, 6, copies=2)
    pickled.write_progan(folder / "progan", width=2)
    pickled.write_progan(folder / "codec", width=2, protocol=2)
    pickled.write_progan(folder / "lines", width=2, protocol=0)
    pickled.write_progan(folder / "buffers", width=2, protocol=5)
    pickled.write_quoted_progan(folder / "quoted", width=2)
    pickled.write_revised(folder / "revised", resolution=8, width=2)
    torch.save(content, folder / "zip")
    torch.save(content, folder / "stream", _use_new_zipfile_serialization=False)
    save_file(pickled.stylegan2_parts(8, 2, 6), folder / "safetensors")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def changed(content: bytes, changes: list[tuple[str, int, int]]) -> bytes:
    """The file with every edit made in turn."""
    data = bytearray(content)
    for kind, place, byte in changes:
        if not data:
            break
        at = place * len(data) // 1_000_000
        if kind == "flip":
            data[at] = byte
        elif kind == "opcode":
            data[at] = OPCODES[byte % len(OPCODES)]
        elif kind == "cut":
            del data[at:]
        elif kind == "drop":
            del data[at : at + byte]
        elif kind == "double":
            data[at:at] = data[max(at - byte, 0) : at]
        elif kind == "number":
            number = NUMBERS[byte % len(NUMBERS)]
            data[at : at + len(number)] = number
        else:
            data[at], data[byte % len(data)] = data[byte % len(data)], data[at]
    return bytes(data)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_file_is_read_or_refused_and_takes_no_more_room_than_it_has(layout, goods, tmp_path):
    path = tmp_path / "file.pkl"

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(edits)
    def check(changes: list[tuple[str, int, int]]) -> None:
        content = changed(goods[layout], changes)
        path.write_bytes(content)
        watched = len(content) % 8 == 0  # watching makes it several times slower
        if watched:
            tracemalloc.start()
        try:
            found = open_any(path)
        except ModelFileError as error:
            sentence = str(error)
        else:
            sentence = str(path)
            check_size(found, len(content))
        if watched:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak < ROOM + A_BYTE * len(content)
        assert sentence.startswith(str(path))
        assert len(sentence) < 2000
        assert sentence.isprintable()

    check()


def check_size(found: FoundFile, size: int) -> None:
    """No more numbers than the file can hold."""
    networks = (found.generator, found.raw_generator, found.discriminator)
    assert sum(t.numel() for network in networks if network for t in network.tensors.values()) <= size + 2**18
