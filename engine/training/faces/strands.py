"""Every hair of a picture: of the head, a bun, the beard and the brows, as strands with colour and sheen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import Array, linear
from engine.training.faces.attributes import Attributes, number, word
from engine.training.faces.growing import LOCKS, Body, gather, grow, inside_hairline, measure_skull
from engine.training.faces.hair_styles import Style
from engine.training.faces.head import CENTRE, SKULL, Head
from engine.training.faces.masks import BROW_SPAN, BROW_START, beard_masks, brow_masks, scalp_masks
from engine.training.faces.skin import Person

AZIMUTHS, ELEVATIONS = 72, 36
FROM_CENTRE = SKULL - CENTRE
MOST_BEARD, MOST_BROW, BUN = 12000, 700, 2200
STUBBLE = 0.38  # a beard below this is painted


class Strands(NamedTuple):
    """points [n, k, 3] about the centre, linear colours [n, 3], and looks [n, 2]: its shadow's softness, and gloss."""

    points: Array
    colours: Array
    looks: Array


class Surface(NamedTuple):
    """A moved head: vertices about the centre and their normals, [m, 3]."""

    points: Array
    normals: Array


def grow_all(
    head: Head, resting: Surface, moving: Surface, attributes: Attributes, person: Person, style: Style, hair: Array,
    rng: np.random.Generator,
) -> Strands:  # fmt: skip
    """Hair of the head on the neutral face, so that no smile moves it; beard and brows on the moving one."""
    streams = rng.spawn(3)
    parts: list[Strands] = []
    if style.count:
        parts += grow_scalp(head, resting, attributes, person, style, hair, streams[0])
    if word(attributes, "beard_style") != "none" and number(attributes, "beard") > STUBBLE:
        parts.append(grow_beard(head, moving, attributes, style.knots, hair, streams[1]))
    # last, as the sheen of a strand follows its place: brows may come and go without a change to the hair
    parts.append(grow_brows(head, moving, person, style.knots, streams[2]))
    points, colours, looks = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Strands(np.ascontiguousarray(points), np.clip(colours, 0.002, 0.95), np.ascontiguousarray(looks))


def grow_scalp(
    head: Head, resting: Surface, attributes: Attributes, person: Person, style: Style, hair: Array,
    rng: np.random.Generator,
) -> list[Strands]:  # fmt: skip
    roots = head.scalp
    mask = scalp_masks(roots.resting, person.hairline)
    older = max(0.0, (number(attributes, "age") - 50) / 35)
    chosen = np.flatnonzero(mask * (1 - 0.35 * older) > rng.random(len(mask)))[: style.count].astype(np.int32)
    places = roots.resting[chosen] - SKULL
    points = np.zeros((len(chosen), style.knots, 3))
    locks = np.zeros(len(chosen), np.int32)
    grow(
        chosen, roots.on(resting.points, chosen) - FROM_CENTRE, roots.on(resting.normals, chosen), places,
        inside_hairline(places, person.hairline), style.cut, person.hairline, body_of(head, resting), points, locks,
    )  # fmt: skip
    if style.cut.lock:
        gather(points, locks, style.cut.lock)
    # drawn for all roots, so that more or less hair leaves the rest as it was
    shades = rng.normal(0, 0.13, (len(mask), 1))[chosen] + rng.normal(0, 0.12, LOCKS)[locks][:, None]
    colours = hair * np.exp(shades) * (1 + rng.normal(0, 0.03, (len(mask), 3))[chosen])
    turned = rng.random((len(mask), 1))[chosen] < (number(attributes, "age") - 36) / 90
    if word(attributes, "hair_colour") not in ("grey", "white"):
        colours = np.where(turned, colours * 0.45 + linear((150, 148, 145)) * 0.45, colours)
    out = [Strands(points + FROM_CENTRE, colours, looks_of(points, style.soft, style.gloss))]
    if word(attributes, "hair_style") == "top bun":
        out.append(wind_bun(head, resting, attributes, style, hair, rng))
    return out


def body_of(head: Head, resting: Surface) -> Body:
    """The skull without its ears, which must not push the hair out; neck and shoulders."""
    skull = measure_skull(resting.points[head.skull] - FROM_CENTRE, AZIMUTHS, ELEVATIONS)
    smooth = skull
    for _ in range(2):
        around = sum(np.roll(smooth, turn, 0) for turn in (1, -1, 2, -2)) / 4
        smooth = np.minimum(smooth, around + 0.02)
    azimuth = np.abs((np.arange(AZIMUTHS) + 0.5) / AZIMUTHS * 360 - 180)
    skull = np.where(((azimuth > 66) & (azimuth < 135))[:, None], smooth, skull + 0.01)
    places = head.resting[head.skin]
    neck = head.skin[(np.abs(places[:, 1] - 6.0) < 0.2) & (places[:, 2] > -0.9)]
    shoulders = head.skin[(np.abs(np.abs(places[:, 0]) - 0.75) < 0.12) & (places[:, 1] < 6.0)]
    return Body(
        np.ascontiguousarray(skull),
        float(np.abs(resting.points[neck, 0]).max() * 0.93),
        float((resting.points[shoulders, 1] - FROM_CENTRE[1]).max()),
    )


def wind_bun(
    head: Head, resting: Surface, attributes: Attributes, style: Style, hair: Array, rng: np.random.Generator
) -> Strands:
    """A ball of hair on the crown."""
    centre = np.array([0, resting.points[head.skull, 1].max() + 0.18, -0.25 - CENTRE[2]])
    start = unit_rows(rng.normal(size=(BUN, 3)))
    along = unit_rows(np.cross(start, rng.normal(size=(BUN, 3))))
    turn = np.linspace(0, 1.3, style.knots)[None, :, None]
    radius = (0.30 + 0.10 * number(attributes, "hair_volume")) * (0.85 + 0.15 * rng.random((BUN, 1, 1)))
    arcs = start[:, None] * np.cos(turn) + along[:, None] * np.sin(turn)
    points = centre + radius * arcs * np.array([1.1, 0.9, 1.0])
    return Strands(points, shaded(hair, 0.15, BUN, rng), looks_of(points, style.soft, style.gloss))


def grow_beard(
    head: Head, moving: Surface, attributes: Attributes, knots: int, hair: Array, rng: np.random.Generator
) -> Strands:
    roots, kind = head.beard, word(attributes, "beard_style")
    across, up = np.abs(roots.resting[:, 0]), roots.resting[:, 1]
    mask = beard_masks(roots.resting, head.lips[roots.triangles].max(1))
    if kind == "goatee":
        mask = mask * ((across < 0.40) & (roots.resting[:, 2] > 1.0))
    elif kind == "moustache":
        mask = mask * ((across < 0.36) & (up > 6.70))
    full = (number(attributes, "beard") - STUBBLE) / (1 - STUBBLE)
    chosen = np.flatnonzero(mask * (0.75 + 0.25 * full) > rng.random(len(mask)))[:MOST_BEARD].astype(np.int32)
    places, normals = roots.on(moving.points, chosen), roots.on(moving.normals, chosen)
    resting, count = roots.resting[chosen], len(chosen)
    length = (0.035 + 0.06 * full + 0.18 * full * full) * (0.7 + 0.6 * rng.random(count))
    lip = (resting[:, 1] > 6.72) & (np.abs(resting[:, 0]) < 0.42)
    length = np.where(lip, np.minimum(length, 0.10), length)[:, None, None]
    aside = np.zeros((count, 3))
    aside[:, 0] = np.sign(resting[:, 0]) * 0.8 * lip
    direction = unit_rows(normals * 0.55 + np.array([0, -1.0, 0.12]) + aside + rng.normal(0, 0.28, (count, 3)))
    f = np.linspace(0, 1, knots)[None, :, None]
    points = places[:, None] + direction[:, None] * length * f + np.array([0, -0.072, 0]) * length * f * f
    points = points + rng.normal(0, 0.012, (count, 1, 3)) * f
    fair = word(attributes, "hair_colour") in ("blond", "platinum")
    return Strands(points, shaded(hair * (0.7 if fair else 0.9), 0.18, count, rng), looks_of(points, 0.16, 0.18))


def grow_brows(head: Head, moving: Surface, person: Person, knots: int, rng: np.random.Generator) -> Strands:
    """Fine short hairs over the painted brows: upright inside, lying outside."""
    roots = head.brows
    mask = brow_masks(roots.resting, person.brow)
    chosen = np.flatnonzero(mask * person.skin.brow * 0.5 > rng.random(len(mask)))[:MOST_BROW].astype(np.int32)
    places, normals = roots.on(moving.points, chosen), roots.on(moving.normals, chosen)
    resting, count = roots.resting[chosen], len(chosen)
    t = np.clip((np.abs(resting[:, 0]) - BROW_START) / BROW_SPAN, 0, 1)
    direction = np.stack([np.sign(resting[:, 0]) * (0.55 + 0.5 * t), 0.38 - 0.75 * t, np.zeros(count)], 1)
    direction = unit_rows(direction + normals * 0.06 + rng.normal(0, 0.08, (count, 3)))
    f = np.linspace(0, 1, knots)[None, :, None]
    length = (0.040 * (0.7 + 0.6 * rng.random(count)))[:, None, None]
    points = places[:, None] + direction[:, None] * length * f + normals[:, None] * 0.014
    colour = np.array(person.skin.brow_colour) * 0.7 + np.array(person.skin.colour) * 0.24
    return Strands(points, shaded(colour, 0.12, count, rng), looks_of(points, 0.3, 0.08))


def shaded(colour: Array, spread: float, count: int, rng: np.random.Generator) -> Array:
    out: Array = colour * np.exp(rng.normal(0, spread, (count, 1)))
    return out


def looks_of(points: Array, soft: float, gloss: float) -> Array:
    return np.tile([soft, gloss], (len(points), 1))


def unit_rows(vectors: Array) -> Array:
    out: Array = vectors / (np.linalg.norm(vectors, axis=1)[:, None] + 1e-9)
    return out
