"""The skin of the face as a kernel: blood, freckles, folds, stubble, brows, make-up and lips, laid over one tone.

Places are those of the resting mesh in decimetres, so that every mark moves with the face.
"""

from __future__ import annotations

import math

import numpy as np

from engine.training.faces.arrays import RGB, Array
from engine.training.faces.compiled import kernel
from engine.training.faces.masks import beard_mask, brow_mask, scalp_mask
from engine.training.faces.material import (
    DULL_MATTER,
    RESTING_EYE_X,
    RESTING_EYE_Y,
    RESTING_EYE_Z,
    SKIN_MATTER,
    Matter,
    absorbed,
    mixed,
    scaled,
)
from engine.training.faces.noise import bump, noise, smoothstep
from engine.training.faces.skin import Cloth, Person, Skin


@kernel
def skin_matter(
    x: float, y: float, z: float, normal: RGB, lips: float, lids: float, ears: float, inside: float, person: Person
) -> Matter:  # fmt: skip
    """The skin at a place; lips, lids, ears and inside (of the mouth) are masks 0..1."""
    skin = person.skin
    if inside > 0.1:
        return Matter(SKIN_MATTER, (0.20, 0.035, 0.03), normal, 0.3, 0.028, 0.3)
    coarse = noise(x * 9, y * 9, z * 9)
    fine = noise(x * 26, y * 26, z * 26 + skin.grain)
    colour = tone_of(x, y, z, lids, ears, coarse, fine, skin)
    if skin.wrinkles > 0:
        colour, normal = wrinkle(x, y, z, colour, normal, skin)
    normal = (
        normal[0] + 0.035 * noise(x * 45 + skin.grain, y * 45, z * 45),
        normal[1] + 0.035 * noise(x * 45, y * 45 + skin.grain, z * 45),
        normal[2],
    )
    if skin.stubble > 0:
        share = beard_mask(x, y, z, lips) * skin.stubble * (0.8 + 0.2 * coarse + 0.25 * fine)
        colour = mixed(colour, skin.stubble_colour, min(0.9, max(0.0, share)))
    scalp = scalp_mask(x, y, z, person.hairline) * skin.scalp
    if scalp > 0:
        scalp *= 0.95 + 0.05 * fine
        colour = mixed(colour, skin.scalp_colour, min(1.0, scalp))
    if z > 0.6:
        colour = mixed(colour, skin.brow_colour, brow_mask(x, y, person.brow) * skin.brow * (0.75 + 0.25 * fine))
    colour = paint_lids(x, y, z, colour, lids, person)
    rough = 0.45
    if lips > 0:
        shade = 1 + 0.10 * noise(x * 40, y * 8, z * 8)
        colour = mixed(colour, scaled(skin.lip, shade), lips * skin.lip_strength)
        rough -= 0.13 * lips
        normal = (normal[0] + 0.12 * lips * noise(x * 50, y * 10, z * 10), normal[1], normal[2])
    shiny = bump(x, y, z, 0, 7.7, 1.5, 0.35, 0.35, 0.8) + bump(x, y, z, 0, 6.98, 1.75, 0.14, 0.2, 0.4)
    rough -= 0.10 * skin.oil * min(1.0, shiny)
    # under dense hair no light glows through the skin
    kind = DULL_MATTER if scalp > 0.6 else SKIN_MATTER
    return Matter(kind, colour, normal, rough if scalp < 0.6 else 0.8, 0.028, 0.75 + 0.5 * skin.oil)


@kernel
def tone_of(
    x: float, y: float, z: float, lids: float, ears: float, coarse: float, fine: float, skin: Skin
) -> RGB:  # fmt: skip
    """The tone with its blood, thin and pale places, freckles and spots, and the dark of creases."""
    side = abs(x)
    patches = noise(x * 3 + skin.grain, y * 3, z * 3)
    red = 0.18 + 0.75 * bump(side, y, z, 0.50, 6.92, 1.2, 0.20, 0.16, 0.5) + 0.7 * ears
    red += 0.85 * bump(x, y, z, 0, 6.93, 1.75, 0.16, 0.13, 0.3) + 0.30 * bump(x, y, z, 0, 6.25, 1.4, 0.3, 0.12, 0.4)
    red = skin.red * red + skin.blotches * 0.5 * (patches + coarse)
    thin = bump(side, y, z, 0.31, 7.20, 1.35, 0.19, 0.10, 0.3)
    under = skin.under_eyes * bump(side, y, z, 0.29, 7.10, 1.4, 0.15, 0.055, 0.3)
    colour = absorbed(skin.colour, 0.06 * red, 0.42 * red, 0.40 * red)
    colour = absorbed(
        colour,
        0.12 * thin + 0.28 * under + 0.10 * lids,
        0.20 * thin + 0.38 * under + 0.18 * lids,
        0.14 * thin + 0.30 * under + 0.12 * lids,
    )
    colour = absorbed(colour, 0.0, 0.0, 0.08 * bump(x, y, z, 0, 7.85, 1.2, 0.6, 0.25, 0.6))
    colour = scaled(colour, 1 + 0.05 * (coarse + fine))
    if skin.freckles > 0:
        marks = smoothstep(0.22, 0.5, noise(x * 34, y * 34, z * 34 + skin.grain))
        marks *= skin.freckles * bump(side, y, z, 0.35, 6.98, 1.3, 0.4, 0.22, 0.6)
        colour = absorbed(colour, 0.30 * marks, 0.48 * marks, 0.58 * marks)
    if skin.spots > 0:
        marks = skin.spots * smoothstep(0.40, 0.62, noise(x * 11 + 5, y * 11, z * 11 + skin.grain))
        colour = absorbed(colour, 0.11 * marks, 0.17 * marks, 0.20 * marks)
    crease = 0.55 * bump(side, y, z, 0.105, 6.865, 1.68, 0.045, 0.030, 0.12)  # nostrils
    crease += 0.30 * bump(side, y, z, 0.255, 6.615, 1.43, 0.035, 0.03, 0.1)  # corners of the mouth
    crease += 0.22 * bump(side, y, z, 0.165, 7.27, 1.40, 0.035, 0.05, 0.12)  # inner corners of the eyes
    crease += 0.20 * bump(side, y, z, 0.20, 6.92, 1.55, 0.035, 0.06, 0.12)  # wings of the nose
    return absorbed(colour, 0.8 * crease, crease, crease)


@kernel
def wrinkle(x: float, y: float, z: float, colour: RGB, normal: RGB, skin: Skin) -> tuple[RGB, RGB]:
    """Lines of the forehead, crow's feet, folds beside nose and mouth, bags, and a coarser grain."""
    amount, side = skin.wrinkles, abs(x)
    nx, ny, nz = normal
    toward = 1.0 if x > 0 else -1.0
    wave = (y + 0.05 * noise(x * 4, y * 3 + skin.grain, 1.0) - 0.10 * x * x) * 52
    forehead = amount * bump(x, y, z, 0, 7.83, 1.4, 0.42, 0.14, 0.5)
    ny += 0.24 * forehead * math.cos(wave)
    dark = 0.18 * forehead * max(0.0, -math.sin(wave))
    if side > 0.50:
        angle = math.atan2(y - 7.27, side - 0.47)
        feet = amount * bump(side, y, z, 0.62, 7.25, 1.1, 0.10, 0.13, 0.4)
        dark += 0.18 * feet * max(0.0, math.sin(angle * 13 + 2 * noise(x * 9, y * 9, z * 9)))
    # the fold from the wing of the nose to the corner of the mouth, and the one below it
    t = (7.02 - y) / 0.40
    if -0.1 < t < 1.15:
        off = (side - (0.205 + 0.20 * t + 0.04 * math.sin(t * 3))) / 0.032
        fold = math.exp(-off * off) * smoothstep(-0.1, 0.15, t) * smoothstep(1.15, 0.8, t) * smoothstep(0.6, 1.1, z)
        dark += (0.32 * amount + 0.02) * fold
        nx += 0.24 * amount * fold * off * toward
    t = (6.62 - y) / 0.30
    if -0.1 < t < 1.1:
        off = (side - (0.285 + 0.06 * t)) / 0.028
        fold = math.exp(-off * off) * smoothstep(-0.1, 0.2, t) * smoothstep(1.1, 0.6, t) * smoothstep(0.6, 1.1, z)
        dark += 0.22 * amount * fold
        nx += 0.18 * amount * fold * off * toward
    # the lower edge of the bag under the eye
    t = (side - 0.31) / 0.17
    if -1 < t < 1 and z > 0.8:
        off = (y - (7.085 + 0.05 * t * t)) / 0.018
        fold = math.exp(-off * off) * (1 - t * t)
        dark += 0.16 * amount * fold
        ny += 0.22 * amount * fold * off
    ny += 0.12 * amount * noise(x * 14, y * 40, z * 14)
    nx += 0.12 * amount * noise(x * 40, y * 14, z * 14 + 3)
    dark = min(0.6, dark)
    return absorbed(colour, 0.8 * dark, dark, dark), (nx, ny, nz)


@kernel
def paint_lids(x: float, y: float, z: float, colour: RGB, lids: float, person: Person) -> RGB:
    """The dark line of the lashes' roots, and eyeshadow."""
    ex, ey, ez = abs(x) - RESTING_EYE_X, y - RESTING_EYE_Y, z - RESTING_EYE_Z
    off = math.sqrt(ex * ex + ey * ey + ez * ez)
    if off < 0.24:
        upper = 0.55 + 0.42 * person.eye.lashes if y > 7.268 else 0.12 + 0.35 * person.eye.lashes
        line = min(0.95, smoothstep(0.200, 0.158, off) * upper)
        colour = absorbed(colour, 0.93 * line, 0.96 * line, 0.97 * line)
    if person.skin.lid_strength > 0:
        share = person.skin.lid_strength * max(lids, bump(abs(x), y, z, 0.33, 7.38, 1.4, 0.16, 0.05, 0.4))
        colour = mixed(colour, person.skin.lid, share)
    return colour


@kernel
def collar_height(x: float, z: float, cloth: Cloth) -> float:
    """Below this height the neck and shoulders wear cloth."""
    side = abs(x)
    high = cloth.neckline + 0.34 * smoothstep(0.1, 1.1, side) + 0.35 * smoothstep(0.9, -0.2, z)
    return high - cloth.v * max(0.0, 0.55 - side) * 1.2


@kernel
def depths_below_collar(places: Array, cloth: Cloth) -> Array:
    """How far below the collar resting places [n, 3] lie, [n]; negative above it."""
    out = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        out[i] = collar_height(places[i, 0], places[i, 2], cloth) - places[i, 1]
    return out


@kernel
def cloth_matter(x: float, y: float, z: float, normal: RGB, depth: float, grain: float, cloth: Cloth) -> Matter:
    """Cloth, at a depth below its collar."""
    patterned = False
    if 0.5 < cloth.pattern < 1.5:
        patterned = y * 5 - math.floor(y * 5) < 0.5
    elif cloth.pattern > 1.5:
        patterned = x * 6 - math.floor(x * 6) < 0.3 or y * 6 - math.floor(y * 6) < 0.3
    colour = cloth.second if patterned else cloth.colour
    hem = 0.6 + 0.4 * smoothstep(0.0, 0.05, depth)
    colour = scaled(colour, hem * (1 + 0.10 * noise(x * 9, y * 9, z * 9 + grain)))
    folded = (
        normal[0] + 0.25 * noise(x * 4 + grain, y * 3, z * 4),
        normal[1] + 0.25 * noise(x * 4, y * 3 + grain, z * 4),
        normal[2],
    )
    return Matter(DULL_MATTER, colour, folded, 0.9, 0.02, 1.0)
