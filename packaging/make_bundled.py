"""Makes the bundled model out of a snapshot: half precision, the program's own name, card and licence.

    python packaging/make_bundled.py RUN/snapshots/0001200000.safetensors

It never runs at install. The card, resources/models/faces64.md, is written by hand from the run's log.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import torch

from engine.models.format import content_hash, load_model, save_model
from engine.paths import resources

NAME, TITLE = "faces64", "Rendered faces 64"
PROVENANCE = "trained with Visagist on faces that its own renderer drew; nobody was photographed"
LICENCE = "CC0 1.0: do what you like with the network and its pictures"


def main(snapshot: Path) -> None:
    """Write resources/models/faces64.safetensors."""
    header, tensors = load_model(snapshot)
    small = {
        name: tensor.half() if tensor.dtype == torch.float32 and name != "w_mean" else tensor
        for name, tensor in tensors.items()
    }
    header = msgspec.structs.replace(
        header,
        name=NAME,
        title=TITLE,
        provenance=PROVENANCE,
        licence=LICENCE,
        hash=content_hash(header.family, small),
    )
    save_model(resources() / "models" / f"{NAME}.safetensors", header, small)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
