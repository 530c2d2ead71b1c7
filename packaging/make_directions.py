"""Make the direction pack that ships with the face generator.

    python packaging/make_directions.py      # after `visagist models add ffhq`

Discovery names directions after their group; the table below gives names to those that were looked at, on several
faces, and found to do mostly one thing. A name is tied to the method, the rows and the component, not to the
vector's bytes, which another machine may round differently.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.directions.discover import discover  # noqa: E402
from engine.directions.pack import Direction, DirectionPack, save_pack  # noqa: E402
from engine.job import Progress, finish  # noqa: E402
from engine.models.model import open_model  # noqa: E402
from engine.paths import models_dir, resources  # noqa: E402

COUNT = 24

# method, group, component -> name, heading, and which way is more of it; the order is that of the window
NAMES: dict[tuple[str, str, int], tuple[str, str, int]] = {
    ("sefa", "coarse", 1): ("Turn", "Pose", 1),  # the head from its right to its left
    ("sefa", "coarse", 0): ("Nod", "Pose", 1),  # chin up and forehead free -> head bowed, fringe
    ("pca", "all", 7): ("Smile", "Face", 1),
    ("sefa", "middle", 7): ("Age", "Face", 1),
    ("pca", "all", 0): ("Feminine", "Face", 1),  # short hair, stubble -> long hair, soft face
    ("pca", "coarse", 3): ("Hair", "Hair", -1),  # short, on some faces with glasses -> long, younger
    ("sefa", "fine", 3): ("Light", "Light", -1),
    ("sefa", "fine", 5): ("Warmth", "Light", -1),  # pale and bluish -> tanned
    ("pca", "middle", 1): ("Beard", "Hair", 1),
    ("sefa", "middle", 2): ("Moustache", "Hair", 1),
}


def main() -> int:
    model = open_model(models_dir() / "ffhq.safetensors")
    pack = finish(discover(model, count=COUNT), tell)
    for direction in pack.directions:
        print(key(direction), direction.name, f"{direction.low:g}..{direction.high:g}", direction.statistics)
    save_pack(resources() / "directions" / "ffhq.safetensors", named(pack))
    return 0


def tell(progress: Progress) -> None:
    print(f"{progress.done} / {progress.total} {progress.what}", file=sys.stderr)


def key(direction: Direction) -> tuple[str, str, int]:
    """What found a direction."""
    return direction.method, direction.group, int(direction.statistics["component"])


def named(pack: DirectionPack) -> DirectionPack:
    """The named ones first, in the table's order; the others keep their name."""
    found = {key(direction): direction for direction in pack.directions}
    missing = [name for one, (name, _, _) in NAMES.items() if one not in found]
    if missing:
        raise SystemExit(f"discovery no longer finds {', '.join(missing)}: look at the pack and mend the table")
    first = [
        turned(replace(found[one], name=name, heading=heading), sign) for one, (name, heading, sign) in NAMES.items()
    ]
    return DirectionPack(pack.model, (*first, *(d for one, d in found.items() if one not in NAMES)))


def turned(direction: Direction, sign: int) -> Direction:
    """The same direction, or the opposite one for sign -1."""
    if sign > 0:
        return direction
    return replace(direction, vector=-direction.vector, low=-direction.high, high=-direction.low)


if __name__ == "__main__":
    raise SystemExit(main())
