"""Whether a moved face is still the same person, and what changed beside the face, on pictures aligned as FFHQ's are.

A face recogniser is used where somebody has one as a file; otherwise edges are compared, and named as what they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.directions.measures import Numbers, Pictures, light
from engine.errors import ModelFileError, VisagistError

# where an aligned face lies, as shares of the side (Karras et al. 2019, 1812.04948, appendix A: the square is two
# distances of the eyes wide either way and begins a tenth of eyes to mouth below the eyes)
CENTRE, RADII = (0.5, 0.56), (0.31, 0.40)  # of the oval from the hairline to below the chin
CROP = (
    0.102,
    0.105,
    0.796,
)  # left, top and side of the square in which recognisers want a face (their 112 px template)
CELLS, ANGLES, SIDE = 8, 9, 64


class Descriptor(Protocol):
    """Turns pictures into vectors that are alike where the person is."""

    @property
    def name(self) -> str:
        """What the likeness is called in a table."""

    def __call__(self, pictures: Pictures) -> Numbers:
        """uint8 [N, H, W, 3] -> [N, D]."""


class Edges:
    """Directions of the edges in the face's square (Dalal & Triggs 2005, section 6): no recogniser of persons.

    It falls when features move or change, whether or not a person would be taken for another.
    """

    name = "edges (no face recogniser)"

    def __call__(self, pictures: Pictures) -> Numbers:
        seen = shrunk(cropped(pictures), SIDE)
        grey = light(seen)
        down, across = np.gradient(grey, axis=(1, 2))
        strength, angle = np.hypot(across, down), np.arctan2(down, across) % np.pi
        bins = np.minimum((angle / np.pi * ANGLES).astype(int), ANGLES - 1)
        layers = np.where(bins[..., None] == np.arange(ANGLES), strength[..., None], 0.0)  # [N, SIDE, SIDE, ANGLES]
        size = grey.shape[1] // CELLS
        held = layers[:, : size * CELLS, : size * CELLS]
        cells = held.reshape(len(seen), CELLS, size, CELLS, size, ANGLES).sum((2, 4))
        cells /= np.linalg.norm(cells, axis=-1, keepdims=True) + 1e-3
        return np.asarray(cells.reshape(len(seen), -1))


class Recogniser:
    """A face recogniser in an ONNX file: one input [1 or N, 3, side, side] of -1 to 1, one output of numbers."""

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise VisagistError(
                f"{path} is a face recogniser, which needs onnxruntime: install it (pip install onnxruntime), or leave "
                "the option out, and edges are compared"
            ) from error
        if not path.is_file():
            raise ModelFileError(path, "there is no such file")
        try:
            self.session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has no base class of its own for what can be wrong with a file
            raise ModelFileError(path, f"it cannot be read as ONNX ({error})") from error
        self.input = self.session.get_inputs()[0]
        shape = self.input.shape
        if len(shape) != 4 or shape[1] != 3 or not isinstance(shape[2], int) or shape[2] != shape[3]:
            raise ModelFileError(path, f"it takes {list(shape)}", "a face recogniser takes pictures [N, 3, side, side]")
        self.name = path.stem

    def __call__(self, pictures: Pictures) -> Numbers:
        seen = shrunk(cropped(pictures), self.input.shape[2])
        values = (seen.transpose(0, 3, 1, 2) / 127.5 - 1).astype(np.float32)
        told = [np.ravel(self.session.run(None, {self.input.name: one[None]})[0]) for one in values]
        return np.asarray(told, np.float64)


def cropped(pictures: Pictures) -> Pictures:
    """The square around the face."""
    side = pictures.shape[1]
    left, top, size = (round(share * side) for share in CROP)
    return pictures[:, top : top + size, left : left + size]


def shrunk(pictures: Pictures, side: int) -> Pictures:
    """[N, H, H, 3] -> uint8 [N, side, side, 3], bilinear and smoothed where it becomes smaller."""
    from PIL import Image

    scaled = [Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR) for one in pictures]
    return np.stack([np.asarray(one) for one in scaled])


def outside_face(height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels [H, W] lie outside the oval of an aligned face."""
    y, x = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    return np.asarray(((x - CENTRE[0]) / RADII[0]) ** 2 + ((y - CENTRE[1]) / RADII[1]) ** 2 > 1)


def cosines(a: Numbers, b: Numbers) -> Numbers:
    """Cosine of each pair of rows, [N]."""
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray((a * b).sum(1) / np.maximum(lengths, 1e-12))
