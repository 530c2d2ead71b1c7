"""Measures of faces by landmarks: each says what its name says, at any size, and a mirrored face measures alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.directions.face_measures import FACES, lab, measure_face

SIDE = 128
SKIN, HAIR, BACK = (220, 170, 150), (60, 40, 30), (120, 150, 190)
# the picture's left for its right: jaw, brows, nose, eyes, lips
MIRRORED = [
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1), 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
    41, 40, *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), *range(67, 64, -1),
]  # fmt: skip


@pytest.fixture
def landmarks() -> np.ndarray:
    """A calm face that looks at us, as shares of the side."""
    turn = np.linspace(np.pi, 0, 17)
    jaw = np.stack((0.5 + 0.28 * np.cos(turn), 0.48 + 0.4 * np.sin(turn)), 1)
    brows = [(x, 0.42) for x in (0.28, 0.32, 0.36, 0.4, 0.44, 0.56, 0.6, 0.64, 0.68, 0.72)]
    nose = [(0.5, y) for y in (0.48, 0.52, 0.56, 0.6)] + [(x, 0.63) for x in (0.45, 0.475, 0.5, 0.525, 0.55)]
    eye = [(-0.05, 0), (-0.02, -0.015), (0.02, -0.015), (0.05, 0), (0.02, 0.015), (-0.02, 0.015)]
    eyes = [(middle + x, 0.48 + y) for middle in (0.37, 0.63) for x, y in eye]
    outer = [(-0.1, 0), (-0.06, -0.02), (-0.02, -0.03), (0, -0.025), (0.02, -0.03), (0.06, -0.02), (0.1, 0)]
    outer += [(0.06, 0.03), (0.02, 0.035), (0, 0.035), (-0.02, 0.035), (-0.06, 0.03)]
    inner = [(-0.08, 0), (-0.03, 0), (0, 0), (0.03, 0), (0.08, 0), (0.03, 0.002), (0, 0.002), (-0.03, 0.002)]
    lips = [(0.5 + x, 0.72 + y) for x, y in outer + inner]
    return np.concatenate((jaw, brows, nose, eyes, lips))


@pytest.fixture
def picture() -> np.ndarray:
    """Skin in an ellipse, hair in a larger one above, and a plain background."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    made = np.empty((SIDE, SIDE, 3), np.uint8)
    made[:] = BACK
    made[((x - 0.5) / 0.34) ** 2 + ((y - 0.42) / 0.4) ** 2 < 1] = HAIR
    made[((x - 0.5) / 0.28) ** 2 + ((y - 0.55) / 0.35) ** 2 < 1] = SKIN
    return made


def painted(picture: np.ndarray, rows: slice, columns: slice, colour: tuple[int, int, int]) -> np.ndarray:
    """The same with a box of another colour."""
    made = picture.copy()
    made[rows, columns] = colour
    return made


def test_a_mirrored_face_measures_the_same_but_for_its_sides(picture, landmarks):
    picture[:, : SIDE // 2] = picture[:, : SIDE // 2] * 0.8  # lit from the right
    landmarks[30, 0] += 0.03  # and looking there
    found = measure_face(picture, landmarks)
    mirrored = measure_face(picture[:, ::-1], np.array((1, 0)) + landmarks[MIRRORED] * (-1, 1))
    assert found["light_side"] > 0.03
    assert found["yaw"] > 0.05
    for name in FACES:
        sign = -1 if name in ("yaw", "light_side") else 1
        assert mirrored[name] == pytest.approx(sign * found[name], abs=0.03 * (1 + abs(found[name]))), name


def test_the_size_of_the_picture_does_not_matter(picture, landmarks):
    twice = measure_face(picture.repeat(2, 0).repeat(2, 1), landmarks)
    assert twice == pytest.approx(measure_face(picture, landmarks), abs=0.02, rel=0.02)


def test_a_head_that_leans_measures_the_same_face(picture, landmarks):
    turn = math.radians(8)
    matrix = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    leaning = measure_face(picture, 0.5 + (landmarks - 0.5) @ matrix)
    upright = measure_face(picture, landmarks)
    for name in ("yaw", "pitch", "mouth_open", "smile", "eyes_open", "brows_raised", "face_width"):
        assert leaning[name] == pytest.approx(upright[name], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "points", "shift"),
    [
        ("mouth_open", [65, 66, 67], (0, 0.03)),
        ("smile", [48, 54], (0, -0.02)),
        ("eyes_open", [37, 38, 43, 44], (0, -0.01)),
        ("brows_raised", list(range(17, 27)), (0, -0.03)),
        ("pitch", [30], (0, -0.03)),
        ("yaw", [30], (0.03, 0)),
    ],
)
def test_moved_landmarks_are_measured(picture, landmarks, name, points, shift):
    moved = landmarks.copy()
    moved[points] += shift
    assert measure_face(picture, moved)[name] > measure_face(picture, landmarks)[name] + 0.02


def test_a_wider_jaw_is_a_wider_face(picture, landmarks):
    wide = landmarks.copy()
    wide[:17, 0] = 0.5 + 1.2 * (wide[:17, 0] - 0.5)
    assert measure_face(picture, wide)["face_width"] > 1.1 * measure_face(picture, landmarks)["face_width"]


def test_hair_over_the_brows_leaves_less_forehead(picture, landmarks):
    fringe = painted(picture, slice(0, 52), slice(20, 108), HAIR)
    assert measure_face(fringe, landmarks)["forehead"] < measure_face(picture, landmarks)["forehead"] - 0.2


def test_hair_beside_the_face_is_long_and_a_background_is_not(picture, landmarks):
    long = painted(painted(picture, slice(20, 128), slice(12, 30), HAIR), slice(20, 128), slice(98, 116), HAIR)
    assert measure_face(long, landmarks)["hair_length"] > measure_face(picture, landmarks)["hair_length"] + 0.2


def test_lighter_skin_and_hair_are_told_apart(picture, landmarks):
    plain = measure_face(picture, landmarks)
    skin = np.where((picture == SKIN).all(2, keepdims=True), (140, 90, 70), picture).astype(np.uint8)
    hair = np.where((picture == HAIR).all(2, keepdims=True), (200, 180, 120), picture).astype(np.uint8)
    darker, blond = measure_face(skin, landmarks), measure_face(hair, landmarks)
    assert darker["skin_lightness"] < plain["skin_lightness"] - 10
    assert darker["face_brightness"] < plain["face_brightness"] - 10
    assert darker["hair_lightness"] == pytest.approx(plain["hair_lightness"], abs=4)
    assert blond["hair_lightness"] > plain["hair_lightness"] + 20
    assert blond["skin_lightness"] == pytest.approx(plain["skin_lightness"])


def test_hair_that_lies_outside_of_the_picture_is_not_measured(picture, landmarks):
    found = measure_face(picture[SIDE // 2 - 20 :], (landmarks - (0, 0.5 - 20 / SIDE)) / (1, 0.5 + 20 / SIDE))
    assert math.isnan(found["hair_lightness"])
    assert math.isfinite(found["smile"])


def test_colours_are_those_of_the_standard():
    found = lab(np.array([(255, 255, 255), (255, 0, 0), (0, 0, 0)], np.uint8))
    assert found == pytest.approx(np.array([(100, 0, 0), (53.24, 80.09, 67.20), (0, 0, 0)]), abs=0.05)


def test_a_mouth_of_no_width_is_not_measured(picture, landmarks):
    landmarks[48:, 0] = 0.5
    found = measure_face(picture, landmarks)
    assert math.isnan(found["smile"])
    assert math.isnan(found["mouth_open"])
    assert math.isfinite(found["eyes_open"])
