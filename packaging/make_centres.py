"""Make the centres of multi-modal truncation that ship with the face generator.

    python packaging/make_centres.py      # after `visagist models add ffhq`

They are found in float32 on the CPU, and shipped so that a recipe means the same face on every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.devices import Target  # noqa: E402
from engine.models.centres import find_centres, save_centres  # noqa: E402
from engine.models.model import open_model  # noqa: E402
from engine.paths import models_dir, resources  # noqa: E402


def main() -> int:
    model = open_model(models_dir() / "ffhq.safetensors", Target("cpu", "f32"))
    save_centres(resources() / "models" / "ffhq.centres.safetensors", model, find_centres(model.generator))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
