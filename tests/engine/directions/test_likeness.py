"""Whether a face stays the same person: edges where there is no recogniser, a recogniser where there is a file."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from engine.directions.likeness import Edges, Recogniser, cosines, cropped, outside_face
from engine.errors import ModelFileError, VisagistError


@pytest.fixture
def faces() -> np.ndarray:
    """Two pictures of smooth patches, [2, 128, 128, 3]."""
    coarse = np.random.default_rng(0).integers(0, 255, (2, 8, 8, 3)).astype(np.uint8)
    return coarse.repeat(16, 1).repeat(16, 2)


def test_edges_know_a_face_in_another_light_and_not_another_face(faces):
    tells = Edges()
    same, lit = tells(faces), tells((faces * 0.6 + 40).astype(np.uint8))
    assert cosines(same, same) == pytest.approx([1, 1])
    assert (cosines(same, lit) > 0.97).all()
    assert cosines(same[:1], same[1:])[0] < 0.9
    assert "no face recogniser" in tells.name


def test_what_changes_behind_the_head_is_no_other_person(faces):
    behind = faces.copy()
    behind[:, :12] = 255 - behind[:, :12]
    assert cosines(Edges()(faces), Edges()(behind)) == pytest.approx([1, 1])


def test_the_oval_is_where_the_face_of_an_aligned_picture_lies():
    outside = outside_face(100, 100)
    assert not outside[48, 38], "the left eye"
    assert not outside[48, 62], "the right eye"
    assert not outside[74, 50], "the mouth"
    assert outside[5, 5]
    assert outside[50, 5]
    assert outside[10, 50], "hair above the forehead"
    assert np.array_equal(outside, outside[:, ::-1])
    assert 0.5 < outside.mean() < 0.7


def test_without_onnxruntime_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(VisagistError, match="needs onnxruntime: install it"):
        Recogniser(tmp_path / "faces.onnx")


class Session:
    """A recogniser that tells the mean colour of what it sees."""

    shape = ("N", 3, 112, 112)

    def __init__(self, path, providers):
        if "broken" in path:
            raise RuntimeError("bad protobuf")

    def get_inputs(self):
        return [SimpleNamespace(name="data", shape=self.shape)]

    def run(self, wanted, given):
        return [given["data"].mean((2, 3))]


@pytest.fixture
def onnx(monkeypatch, tmp_path):
    """onnxruntime, as far as it is used, and a file."""
    made = ModuleType("onnxruntime")
    made.InferenceSession = Session
    monkeypatch.setitem(sys.modules, "onnxruntime", made)
    for name in ("faces", "broken"):
        (tmp_path / f"{name}.onnx").write_bytes(b"onnx")
    return tmp_path


def test_a_recogniser_sees_the_square_of_the_face_from_minus_one_to_one(onnx, faces):
    tells = Recogniser(onnx / "faces.onnx")
    assert tells.name == "faces"
    wanted = cropped(faces).mean((1, 2)) / 127.5 - 1
    np.testing.assert_allclose(tells(faces), wanted, atol=0.02)


def test_a_file_that_is_no_recogniser_is_refused_in_one_sentence(onnx, monkeypatch):
    with pytest.raises(ModelFileError, match="it cannot be read as ONNX"):
        Recogniser(onnx / "broken.onnx")
    with pytest.raises(ModelFileError, match="there is no such file"):
        Recogniser(onnx / "none.onnx")
    monkeypatch.setattr(Session, "shape", ("N", 1, 28, 28))
    with pytest.raises(ModelFileError, match=r"takes pictures \[N, 3, side, side\]"):
        Recogniser(onnx / "faces.onnx")
