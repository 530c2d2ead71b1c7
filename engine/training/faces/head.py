"""The head of the bundled assets: its mesh, its targets, where hair can root, and landmarks that frame a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.paths import resources
from engine.training.faces.arrays import Array, Bytes, Ints
from engine.training.faces.masks import HEAD_Y, HEAD_Z
from engine.training.faces.mesh import add_rows, combine

SKIN, LEFT_EYE, RIGHT_EYE, LASHES, UPPER_TEETH, LOWER_TEETH, TONGUE, FRAMES = range(8)
CENTRE = np.array([0, 7.15, 0.30])  # the origin of the world, in the resting mesh
SKULL = np.array([0, HEAD_Y, HEAD_Z])
EYES = np.array([0, 7.284, 1.245])  # between the resting eyes
LIPS, LIDS, EARS, INSIDE = range(4)  # layers of the masks
ROOTS_SEED = 7


@dataclass(frozen=True)
class Roots:
    """Places on triangles where strands may grow, in random order: triangles [n, 3], weights [n, 3], resting [n, 3]."""

    triangles: Ints
    weights: Array
    resting: Array

    def on(self, points: Array, chosen: Ints) -> Array:
        """The chosen places on a moved mesh, or its normals there."""
        out: Array = (points[self.triangles[chosen]] * self.weights[chosen][:, :, None]).sum(1)
        return out


@dataclass(frozen=True)
class Head:
    """resting: subdivided vertices [m, 3]; base: before subdivision [n, 3]; triangles with uv and regions."""

    base: Array
    names: dict[str, int]
    targets: tuple[Array, Ints, Ints]
    smoothing: tuple[Array, Ints, Ints]
    resting: Array
    triangles: Ints
    uv: Array
    regions: Ints
    casting: Ints
    masks: Bytes
    lips: Array
    eyes: tuple[Ints, Ints]
    corners: tuple[int, int]
    skin: Ints
    skull: Ints
    lashes: Ints
    scalp: Roots
    beard: Roots
    brows: Roots

    def moved(self, weights: Array) -> Array:
        """The base mesh under targets [t] -> [n, 3]."""
        out = self.base.reshape(-1).copy()
        add_rows(*self.targets, weights, out)
        return out.reshape(-1, 3)

    def smoothed(self, base: Array) -> Array:
        """Subdivided once, [m, 3]."""
        out = np.empty_like(self.resting)
        combine(*self.smoothing, base, out)
        return out


@lru_cache(maxsize=1)
def open_head() -> Head:
    """The head, read once a process."""
    with np.load(resources() / "faces" / "head_assets.npz", allow_pickle=False) as file:
        arrays = {name: np.ascontiguousarray(file[name]) for name in file.files}  # one layout: kernels compile once
    base = arrays["rest"].astype(np.float64)
    triangles, uv, regions = arrays["triangles"], arrays["uv"].astype(np.float64), arrays["regions"]
    smoothing = sparse(arrays, "smooth")
    resting = np.empty((len(smoothing[2]) - 1, 3))
    combine(*smoothing, base, resting)
    quads, quad_regions = arrays["quads"], arrays["quad_regions"]
    solid = quads[quad_regions != LASHES]
    lips = lips_of(resting, triangles, uv, regions, arrays["masks"])
    lip = np.flatnonzero((lips > 0.5) & (resting[:, 2] > 1.1))
    skin = np.unique(triangles[regions == SKIN])
    scalp, beard, brows = root_strands(resting, triangles[regions == SKIN])
    return Head(
        base=base,
        names={str(name): place for place, name in enumerate(arrays["target_names"])},
        targets=sparse(arrays, "target"),
        smoothing=smoothing,
        resting=resting,
        triangles=triangles,
        uv=uv,
        regions=regions,
        casting=np.concatenate([solid[:, [0, 1, 2]], solid[:, [0, 2, 3]]]).astype(np.int32),
        masks=arrays["masks"],
        lips=lips,
        eyes=(np.unique(quads[quad_regions == LEFT_EYE]), np.unique(quads[quad_regions == RIGHT_EYE])),
        corners=(int(lip[resting[lip, 0].argmax()]), int(lip[resting[lip, 0].argmin()])),
        skin=skin,
        skull=skin[resting[skin, 1] > 6.25],
        lashes=np.flatnonzero(regions == LASHES).astype(np.int32),
        scalp=scalp,
        beard=beard,
        brows=brows,
    )


def sparse(arrays: dict[str, np.ndarray], name: str) -> tuple[Array, Ints, Ints]:
    return arrays[f"{name}_values"].astype(np.float64), arrays[f"{name}_columns"], arrays[f"{name}_starts"]


def lips_of(resting: Array, triangles: Ints, uv: Array, regions: Ints, masks: Bytes) -> Array:
    """The mask of the lips at every vertex, 0..1."""
    height, width = masks.shape[:2]
    lips = np.zeros(len(resting))
    for corner in range(3):
        place = uv[regions == SKIN][:, corner]
        across = np.clip((place[:, 0] * width).astype(int), 0, width - 1)
        down = np.clip(((1 - place[:, 1]) * height).astype(int), 0, height - 1)
        np.maximum.at(lips, triangles[regions == SKIN][:, corner], masks[down, across, LIPS] / 255)
    return lips


def root_strands(resting: Array, triangles: Ints) -> tuple[Roots, Roots, Roots]:
    """Candidates for hair of the head, beard and brows, evenly spread over the skin."""
    rng = np.random.default_rng(ROOTS_SEED)
    corners = resting[triangles]  # [t, 3, 3]
    middle = corners.mean(1)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normal, axis=1) / 2

    def spread(where: np.ndarray, count: int) -> Roots:
        share = area * where
        chosen = rng.choice(len(triangles), count, p=share / share.sum())
        u, v = np.sqrt(rng.random(count)), rng.random(count)
        weights = np.stack([1 - u, u * (1 - v), u * v], 1)
        picked = triangles[chosen].astype(np.int32)
        return Roots(picked, weights, (resting[picked] * weights[:, :, None]).sum(1))

    x, y, z = middle.T
    from_skull = middle - SKULL
    elevation = np.arctan2(from_skull[:, 1], np.hypot(from_skull[:, 0], from_skull[:, 2]))
    azimuth = np.abs(np.arctan2(from_skull[:, 0], from_skull[:, 2]))
    outwards = (normal * from_skull).sum(1) > 0
    ear = (np.abs(x) > 0.80) & (np.abs(z - 0.25) < 0.45) & (y < 7.55) & (y > 6.6)
    hairy = (elevation > -0.75) & (y > 6.25) & ((elevation > 0.3) | (azimuth > 1.0))
    return (
        spread(hairy & outwards & ~ear, 22000),
        spread((y < 7.4) & (y > 5.8) & (z > 0) & ~ear, 26000),
        spread((y > 7.3) & (y < 7.8) & (np.abs(x) < 0.75) & (z > 0.8), 6000),
    )
