"""How the head is held and where the camera stands: turned shoulders, gaze, and a crop about eyes and mouth."""

from __future__ import annotations

import math

import numpy as np

from engine.training.faces.arrays import Array
from engine.training.faces.attributes import Attributes, number
from engine.training.faces.head import CENTRE
from engine.training.faces.mesh import Camera, Pose, pose_points
from engine.training.faces.other_matter import Gaze

NECK_LOW, NECK_HIGH = 5.55, 6.55  # where the turn of the shoulders becomes that of the head
PIVOT = np.array([0, 6.25, 0.10])
SHOULDERS_FOLLOW = 0.45
DISTANCE, HEIGHT = 13.0, 0.1
MARGIN = 1.02
ROLL_LEFT = 0.2  # of a tilted head stays in the crop; FFHQ's crop straightens all of it


def make_pose(attributes: Attributes) -> Pose:
    """The turns that the attributes ask for."""
    yaw, pitch, roll = (math.radians(number(attributes, name)) for name in ("yaw", "pitch", "roll"))
    heights = NECK_LOW - CENTRE[1], NECK_HIGH - CENTRE[1]
    return Pose(turn(yaw, pitch, roll), turn(yaw * SHOULDERS_FOLLOW, 0, 0), PIVOT - CENTRE, *heights)


def turn(yaw: float, pitch: float, roll: float) -> Array:
    """A rotation: roll first, then pitch, then yaw; radians."""
    cy, sy, cx, sx, cz, sz = (f(angle) for angle in (yaw, pitch, roll) for f in (math.cos, math.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    out: Array = about_y @ about_x @ about_z
    return out


def posed(points: Array, pose: Pose) -> Array:
    """A turned copy of points [n, 3]."""
    out = np.array(points)
    pose_points(out, pose)
    return out


def make_gaze(attributes: Attributes, pose: Pose, eyes: Array) -> Gaze:
    """Where the posed eyes [2, 3] look."""
    x, y = math.radians(number(attributes, "gaze_x")), math.radians(number(attributes, "gaze_y"))
    towards = np.array([math.sin(x) * math.cos(y), math.sin(y), math.cos(x) * math.cos(y)])
    return Gaze(eyes, pose.head @ towards, pose.head @ np.array([0, 1.0, 0]))


def aim_camera(eyes: Array, corners: Array, samples: int) -> Camera:
    """The crop of FFHQ (1812.04948, appendix A) about posed eyes and corners of the mouth, [2, 3] each."""

    def seen(points: Array) -> Array:
        depth = DISTANCE - points[:, 2]
        return np.stack([points[:, 0] / depth, -(points[:, 1] - HEIGHT) / depth], 1)

    eye, mouth = seen(eyes), seen(corners).mean(0)
    middle, across = eye.mean(0), eye[0] - eye[1]
    down = mouth - middle
    axis = across + np.array([down[1], -down[0]])
    axis /= np.hypot(*axis)
    reach = max(np.hypot(*across) * 2.0, np.hypot(*down) * 1.8) * MARGIN
    centre = middle + down * 0.12
    scale = samples / 2 / reach
    angle = -math.atan2(axis[1], axis[0]) * (1 - ROLL_LEFT)
    turned = math.cos(angle) * scale, math.sin(angle) * scale
    return Camera(DISTANCE, HEIGHT, float(centre[0]), float(centre[1]), *turned, samples / 2)
