"""Faces read by programs: the networks of the npm package face-api in a Node process, pictures in, labels out.

The package and its weights are fetched with the user's own npm into a folder outside the project; Node 20 and npm must
be installed. Nothing of it is part of Visagist, and nothing of it runs at install.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent / "face_labels"
Pictures = NDArray[np.uint8]  # [N, side, side, 3]


def fetched(folder: Path) -> Path:
    """The node_modules folder with the packages that package.json pins, fetched where they are not there yet."""
    modules = folder / "node_modules"
    if not (modules / "@vladmandic" / "face-api").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", folder / "package.json")
        npm = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
        subprocess.run(npm, cwd=folder, check=True)
    return modules


class FaceApi:
    """A Node process that labels pictures of one side. Close it, or use it in a `with`.

    described: whether a label has the face's descriptor, too, whose cosine tells likeness of persons.
    """

    def __init__(self, modules: Path, side: int, described: bool = False) -> None:
        self.side = side
        command = ["node", str(HERE / "label.js"), str(modules), str(side), *(["descriptor"] if described else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.sent = 0

    def __enter__(self) -> FaceApi:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def send(self, picture: NDArray[np.uint8]) -> None:
        """One picture [side, side, 3], whose label is not waited for."""
        if picture.shape != (self.side, self.side, 3) or picture.dtype != np.uint8:
            raise ValueError(f"a picture must be uint8 [{self.side}, {self.side}, 3], not {picture.shape}")
        assert self.process.stdin is not None
        self.process.stdin.write(picture.tobytes())
        self.process.stdin.flush()
        self.sent += 1

    def take(self) -> dict[str, Any]:
        """The label of the oldest picture sent and not taken; {} where no face was found in it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"Node ended with {self.process.wait()} while it labelled; see its words above")
        self.sent -= 1
        return dict(json.loads(line))

    def __call__(self, pictures: Pictures) -> list[dict[str, Any]]:
        """Pictures [N, side, side, 3] -> their labels."""
        found = []
        for picture in pictures:
            self.send(picture)
            if self.sent > 1:  # the next picture is on its way while one is read
                found.append(self.take())
        while self.sent:
            found.append(self.take())
        return found
