"""What faces measure by their landmarks and pixels, without a network: pose, mouth, eyes, hair, skin and light.

Landmarks are the 68 of the iBUG 300-W scheme (Sagonas et al. 2013): jaw 0-16, brows 17-26, nose 27-35, eyes 36-47,
outer lips 48-59, inner lips 60-67; "left" is the picture's left. All measures are ratios or angles of one face, so
that they hold at any size of picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SRGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = SRGB_TO_XYZ.sum(1)
NARROWEST = 0.4  # distances of the eyes; landmarks with a narrower mouth are off


@dataclass(frozen=True, eq=False)
class Face:
    """One picture uint8 [H, W, 3] and its landmarks [68, 2], x and y as shares of its width and height."""

    picture: NDArray[np.uint8]
    landmarks: Numbers

    def mean(self, first: int, last: int) -> Numbers:
        """Middle of landmarks first to last, [2]."""
        return np.asarray(self.landmarks[first : last + 1].mean(0))

    @cached_property
    def left_eye(self) -> Numbers:
        return self.mean(36, 41)

    @cached_property
    def right_eye(self) -> Numbers:
        return self.mean(42, 47)

    @cached_property
    def across(self) -> Numbers:
        """From the left eye to the right one: the face's own x axis and unit of length."""
        return self.right_eye - self.left_eye

    @cached_property
    def down(self) -> Numbers:
        """The face's own y axis, as long as `across`."""
        return np.array([-self.across[1], self.across[0]])

    @cached_property
    def upright(self) -> Numbers:
        """Landmarks in the face's own axes about the middle of the eyes, in distances of the eyes, [68, 2]."""
        away = self.landmarks - (self.left_eye + self.right_eye) / 2
        return np.asarray(away @ np.stack((self.across, self.down), 1) / (self.across @ self.across))

    def patch(self, left: float, top: float, right: float, bottom: float) -> Numbers:
        """Colours [N, 3] of a box in the face's own axes, as `upright` has them; none where it lies outside."""
        height, width = self.picture.shape[:2]
        x, y = np.meshgrid(np.linspace(left, right, 24), np.linspace(top, bottom, 24))
        middle = (self.left_eye + self.right_eye) / 2
        places = middle + x[..., None] * self.across + y[..., None] * self.down
        at = np.floor(places * (width, height)).astype(int).reshape(-1, 2)
        inside = ((at >= 0) & (at < (width, height))).all(1)
        return lab(self.picture[at[inside, 1], at[inside, 0]])

    @cached_property
    def mouth(self) -> float:
        """Its width; nan where landmarks are off."""
        width = float(self.upright[54, 0] - self.upright[48, 0])
        return width if width > NARROWEST else float("nan")

    @cached_property
    def chin(self) -> float:
        """From the eyes down to the chin."""
        return float(self.upright[8, 1])

    @cached_property
    def cheeks(self) -> tuple[Numbers, Numbers]:
        """Colours below the left and the right eye, between eye and mouth."""
        top, bottom = self.upright[29, 1], self.upright[33, 1]
        left, right = self.upright[[36, 39], 0], self.upright[[42, 45], 0]
        return self.patch(left[0], top, left[1], bottom), self.patch(right[0], top, right[1], bottom)

    @cached_property
    def skin(self) -> Numbers:
        """Colours of both cheeks [N, 3]."""
        return np.concatenate(self.cheeks)

    @cached_property
    def crown(self) -> Numbers:
        """Colours of the band above the forehead, where hair (or a hat, or a bare head) is."""
        brow = float(self.upright[17:27, 1].mean())
        return self.patch(-0.35, brow - 0.72 * self.chin, 0.35, brow - 0.52 * self.chin)


def lab(picture: NDArray[np.uint8]) -> Numbers:
    """sRGB uint8 [..., 3] -> CIELAB (CIE 15:2004, section 8.2.1), D65."""
    share = picture / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    ratio = linear @ SRGB_TO_XYZ.T / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack((116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])), -1)


def likeness(colours: Numbers, sample: Numbers) -> Numbers:
    """How well colours [N, 3] fit the normal distribution of a sample, 1 at its middle: [N]."""
    if len(sample) < 2:
        return np.full(len(colours), np.nan)
    spread = np.cov(sample.T) + np.diag([36.0, 9.0, 9.0])  # even a sample of one colour has light and shade
    away = colours - np.median(sample, 0)
    return np.asarray(np.exp(-0.5 * ((away @ np.linalg.inv(spread)) * away).sum(1)))


def yaw(face: Face) -> float:
    """Where the nose's tip lies across the face, in distances of the eyes; positive looks to the picture's right."""
    points = face.upright
    return float(points[30, 0] - points[48:68, 0].mean() / 2)


def pitch(face: Face) -> float:
    """How high the nose's tip lies between mouth and eyes; larger looks up."""
    points = face.upright
    return float(1 - points[30, 1] / points[48:60, 1].mean())


def mouth_open(face: Face) -> float:
    """The gap between the inner lips over the mouth's width."""
    points = face.upright
    gap = points[[65, 66, 67], 1].mean() - points[[61, 62, 63], 1].mean()
    return float(gap / face.mouth)


def smile(face: Face) -> float:
    """How far the corners of the mouth lie above its middle, over its width."""
    points = face.upright
    corners, middle = points[[48, 54], 1].mean(), points[[51, 57, 62, 66], 1].mean()
    return float((middle - corners) / face.mouth)


def eyes_open(face: Face) -> float:
    """The gap between the lids over the eyes' width, both eyes."""
    points = face.upright
    gaps = [points[[a, b], 1].mean() - points[[c, d], 1].mean() for a, b, c, d in ((40, 41, 37, 38), (46, 47, 43, 44))]
    widths = points[[39, 45], 0] - points[[36, 42], 0]
    return float(np.mean(gaps / widths))


def brows_raised(face: Face) -> float:
    """How far the brows lie above the eyes, in distances of the eyes."""
    points = face.upright
    return float(points[36:48, 1].mean() - points[17:27, 1].mean())


def face_width(face: Face) -> float:
    """The face's width at the mouth over its height from brows to chin."""
    points = face.upright
    width = np.linalg.norm(points[12:15] - points[2:5][::-1], axis=1).mean()
    return float(width / (points[8, 1] - points[17:27, 1].mean()))


def forehead(face: Face) -> float:
    """The share of skin above the brows, as high as half of the way from brows to chin: little under a fringe."""
    brow = float(face.upright[17:27, 1].mean())
    height = face.chin - brow
    return float(likeness(face.patch(-0.55, brow - 0.42 * height, 0.55, brow - 0.12 * height), face.skin).mean())


def hair_lightness(face: Face) -> float:
    """L* of the band above the forehead, less skin; nan where nothing of it is in the picture."""
    if not len(face.crown):
        return float("nan")
    hair = 1 - likeness(face.crown, face.skin) + 1e-3
    return float((hair * face.crown[:, 0]).sum() / hair.sum())


def hair_length(face: Face) -> float:
    """The share of hair's colour beside the face, from nose to chin, against skin and the upper corners."""
    points = face.upright
    width, top, bottom = points[16, 0] - points[0, 0], points[30, 1], 1.1 * face.chin
    sides = np.concatenate(
        (
            face.patch(points[3, 0] - 0.16 * width, top, points[3, 0] - 0.02 * width, bottom),
            face.patch(points[13, 0] + 0.02 * width, top, points[13, 0] + 0.16 * width, bottom),
        )
    )
    if not len(sides) or not len(face.crown):
        return float("nan")
    side = max(1, face.picture.shape[1] // 10)
    corners = lab(face.picture[: 2 * side : 2, [*range(0, side, 2), *range(-side, 0, 2)]].reshape(-1, 3))
    hair, back, skin = (likeness(sides, sample) + 1e-3 for sample in (face.crown, corners, face.skin))
    return float((hair / (hair + back + skin)).mean())


def skin_lightness(face: Face) -> float:
    """The individual typology angle of the cheeks in degrees (Chardon et al. 1991): larger is lighter skin."""
    light, _, yellow = np.median(face.skin, 0)
    return float(np.degrees(np.arctan2(light - 50, max(yellow, 1.0))))


def light_side(face: Face) -> float:
    """L* of the right cheek less that of the left, over their sum: positive is lit from the picture's right."""
    left, right = (float(np.median(cheek[:, 0])) if len(cheek) else np.nan for cheek in face.cheeks)
    return (right - left) / max(right + left, 1e-6)


def face_brightness(face: Face) -> float:
    """L* of the cheeks."""
    return float(np.median(face.skin[:, 0]))


FACES: dict[str, Callable[[Face], float]] = {
    "yaw": yaw,
    "pitch": pitch,
    "mouth_open": mouth_open,
    "smile": smile,
    "eyes_open": eyes_open,
    "brows_raised": brows_raised,
    "face_width": face_width,
    "forehead": forehead,
    "hair_lightness": hair_lightness,
    "hair_length": hair_length,
    "skin_lightness": skin_lightness,
    "light_side": light_side,
    "face_brightness": face_brightness,
}


def measure_face(picture: NDArray[np.uint8], landmarks: Numbers) -> dict[str, float]:
    """All measures of one face; nan for those whose part of it lies outside of the picture."""
    face = Face(picture, landmarks)
    return {name: measure(face) for name, measure in FACES.items()}
