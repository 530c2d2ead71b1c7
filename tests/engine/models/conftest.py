"""A package index on this machine: the real pip downloads from a folder, or fails for a real cause."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import socket
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from torch import Tensor

from engine.models import catalogue
from engine.models.format import load_model
from engine.models.known import FFHQ


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """The only place where pip looks, empty at first; temporary files go beside it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (tmp_path / "tmp").mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    return folder


@pytest.fixture
def silent_index(shelf, monkeypatch) -> Iterator[socket.socket]:
    """An index that takes the call and never answers: the socket that is called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(300)
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.getsockname()[1]}/simple")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "127.0.0.1")
        yield server


@pytest.fixture(scope="session")
def wheel(model_path, tmp_path_factory) -> Path:
    """The package as its author published it, in all that matters, written back from the converted model."""
    path = tmp_path_factory.mktemp("wheel") / FFHQ.package.wheel
    _, tensors = load_model(model_path)
    mapping = [(name.replace(".", "_"), t) for name, t in tensors.items() if name.startswith("mapping.")]
    write_wheel(path, {"mapping": mapping, "synthesis": list(synthesis_constants(tensors))})
    return path


@pytest.fixture
def known(wheel, monkeypatch) -> Path:
    """The catalogue knows the wheel by its size and sha256."""
    content = wheel.read_bytes()
    package = dataclasses.replace(FFHQ.package, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(catalogue.ENTRIES, "ffhq", dataclasses.replace(FFHQ, package=package))
    return wheel


def synthesis_constants(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Our tensors under the graph's own names and shapes; what was folded into the graph has lost its name."""
    layers = ["conv1", *(f"blocks.{i}.{conv}" for i in range(7) for conv in ("conv1", "conv2"))]
    yield "m.input.input", tensors["synthesis.input"][None]
    for i in range(7):
        yield from modulation(tensors, f"blocks.{i}.up", f"m.layers.{i}.up")
    yield from modulation(tensors, "heads.1024", "m.layers.6.to_img.conv")
    yield "m.layers.6.to_img.conv.weight", tensors["synthesis.heads.1024.weight"][None, :, :, None, None]
    yield "m.layers.6.to_img.bias", tensors["synthesis.heads.1024.bias"][None, :, None, None]
    for layer in layers:
        theirs = "m." + layer.replace("blocks", "layers")
        yield from modulation(tensors, layer, f"{theirs}.conv")
        yield f"{theirs}.bias", tensors[f"synthesis.{layer}.bias"][None, :, None, None]
        if layer == "conv1":
            yield "folded", tensors["synthesis.conv1.weight"]
        else:
            yield f"{theirs}.conv.weight_dw", tensors[f"synthesis.{layer}.depthwise"][:, None, None]
            yield "folded", tensors[f"synthesis.{layer}.pointwise"][:, :, None, None]
        yield "folded", tensors[f"synthesis.{layer}.noise"][None, None]


def modulation(tensors: Mapping[str, Tensor], ours: str, theirs: str) -> Iterator[tuple[str, Tensor]]:
    for part in ("weight", "bias"):
        yield f"{theirs}.modulation.{part}", tensors[f"synthesis.{ours}.modulation.{part}"]


def write_wheel(path: Path, networks: Mapping[str, list[tuple[str, Tensor]]]) -> None:
    """A wheel that pip accepts, with an XML and a binary file for each network."""
    with zipfile.ZipFile(path, "w") as archive:
        info = f"{FFHQ.package.wheel.split('-py3')[0]}.dist-info"
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: random-face\nVersion: {FFHQ.package.version}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
        for part, constants in networks.items():
            xml, binary = ["<net><layers>"], bytearray()
            for name, tensor in constants:
                values = tensor.numpy().astype("<f4").tobytes()
                shape = ",".join(map(str, tensor.shape))
                xml.append(
                    f'<layer name="{name}" type="Const"><data element_type="f32" shape="{shape}" '
                    f'offset="{len(binary)}" size="{len(values)}"/></layer>'
                )
                binary += values
            archive.writestr(FFHQ.package.members[f"{part}.xml"], "".join([*xml, "</layers></net>"]))
            archive.writestr(FFHQ.package.members[f"{part}.bin"], bytes(binary))
