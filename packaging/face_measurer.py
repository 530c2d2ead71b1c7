"""What programs measure on pictures of faces: face-api's networks, landmarks and pixels, under the table's names."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from face_api import FaceApi, fetched
from face_table import NAMES, measure
from make_labels import SIDE

FOREHEAD = 0.35  # of the height from brows to chin


@dataclass(frozen=True, eq=False)
class Measured:
    """One picture: values by NAMES, and the descriptor [128] of the person; all nan where no face was found.

    box: left, top, right, bottom of the face with its forehead, in pixels.
    """

    values: dict[str, float]
    descriptor: NDArray[np.float64]
    box: tuple[int, int, int, int] | None


class FaceMeasurer:
    """A measurer of single pictures [SIDE, SIDE, 3]; use it in a `with`."""

    def __init__(self, folder: Path, readers: int = 2) -> None:
        modules = fetched(folder / "npm")
        self.readers = [FaceApi(modules, SIDE, described=True) for _ in range(readers)]

    def __enter__(self) -> FaceMeasurer:
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self.readers:
            reader.close()

    def all(self, pictures: Iterable[NDArray[np.uint8]]) -> Iterator[Measured]:
        """All numbers of each picture; the next ones are drawn while some are read."""
        waiting: deque[tuple[NDArray[np.uint8], FaceApi]] = deque()
        for picture, reader in zip(pictures, cycle(self.readers), strict=False):
            reader.send(picture)
            waiting.append((picture, reader))
            if len(waiting) > 2 * len(self.readers):
                yield told(*waiting.popleft())
        while waiting:
            yield told(*waiting.popleft())


def told(picture: NDArray[np.uint8], reader: FaceApi) -> Measured:
    """The numbers of the picture that a reader was sent first."""
    face = reader.take()
    values = dict(zip(NAMES, measure(picture, face), strict=True))
    descriptor = np.array(face.get("descriptor", [np.nan] * 128))
    return Measured(values, descriptor, box_of(np.array(face["landmarks"]).reshape(-1, 2)) if face else None)


def box_of(landmarks: NDArray[np.float64]) -> tuple[int, int, int, int]:
    """The box of the landmarks, higher by the forehead, which they leave out."""
    (left, top), (right, bottom) = landmarks.min(0), landmarks.max(0)
    edges = np.array((left, top - FOREHEAD * (bottom - top), right, bottom))
    left, top, right, bottom = np.clip(np.rint(edges * SIDE), 0, SIDE).astype(int).tolist()
    return left, top, right, bottom
