"""One picture of a face: attributes, geometry, strands, camera, light, and a tone curve."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.errors import VisagistError
from engine.training.faces import shape
from engine.training.faces.arrays import Array, Bytes, Ints, srgb
from engine.training.faces.attributes import Attributes, Value, check_attributes, draw_attributes, number
from engine.training.faces.background import make_background
from engine.training.faces.glasses import make_glasses
from engine.training.faces.hair_styles import make_style
from engine.training.faces.head import CENTRE, EYES, FRAMES, LASHES, Head, open_head
from engine.training.faces.light import cast_shadows, make_lights
from engine.training.faces.material import NOTHING, RESTING_EYE_X
from engine.training.faces.mesh import Camera, find_normals, pose_points, project
from engine.training.faces.pose import aim_camera, make_gaze, make_pose, posed
from engine.training.faces.raster import Buffers, clear_buffers, draw_strands, draw_triangles
from engine.training.faces.shade import Layers, Mesh, clear_layers, scatter, shade
from engine.training.faces.skin import Person, hair_colour, make_person
from engine.training.faces.skin_matter import depths_below_collar
from engine.training.faces.strands import Surface, grow_all

SMALLEST, LARGEST = 16, 1024
SEEDS = 2**63
FEWEST_SAMPLES = 192  # across a picture: below this hair turns into noise
SCATTER = (0.023, 0.010, 0.006)  # decimetres in skin: red, green, blue
SHOULDER = 0.55  # of the tone curve: brighter light is rolled off


def face(
    seed: int, index: int, side: int, attributes: Mapping[str, Value] | None = None
) -> tuple[Bytes, Attributes]:  # fmt: skip
    """Face `index` of a data set with this seed: pixels [side, side, 3], and every attribute with its value.

    attributes: values that replace those drawn; all the others, and whatever is random, stay as they are.
    VisagistError for a side, a name or a value that cannot be.
    """
    check_side(side)
    if not 0 <= seed < SEEDS or not 0 <= index < SEEDS:
        raise VisagistError(f"seed and index of a face are whole numbers from 0 to 2^63 - 1, not {seed} and {index}")
    drawn = draw_attributes(np.random.default_rng([seed, index]))
    return render(drawn | check_attributes(attributes or {}), side)


def check_side(side: int) -> None:
    """VisagistError unless a face can have this side."""
    if not SMALLEST <= side <= LARGEST:
        raise VisagistError(f"a face is {SMALLEST} to {LARGEST} px wide, not {side}")


def render(attributes: Attributes, side: int) -> tuple[Bytes, Attributes]:
    """The picture that complete attributes describe, and the attributes with what follows from them."""
    head = open_head()
    own = int(number(attributes, "seed"))
    streams = dict(zip(PARTS, (np.random.default_rng([own, part]) for part in range(len(PARTS))), strict=True))
    hair = hair_colour(attributes, streams["hair colour"])
    person = make_person(attributes, hair, streams["skin"])
    style = make_style(attributes, streams["cut"])
    resting_base, moving_base = bend_head(head, attributes, streams["features"], streams["expression"])
    resting, moving = surface_of(head, resting_base), surface_of(head, moving_base)
    strands = grow_all(head, resting, moving, attributes, person, style, hair, streams["strands"])

    per_pixel = max(3 if side <= 128 else 2, math.ceil(FEWEST_SAMPLES / side))
    samples = side * per_pixel
    pose = make_pose(attributes)
    points, triangles, regions, uv = dress(head, moving, resting, attributes, person, streams["glasses"])
    pose_points(points, pose)
    pose_points(strands.points.reshape(-1, 3), pose)
    mesh = Mesh(points, np.zeros_like(points), on_rest(head, len(points)), triangles, uv, regions, head.masks)
    find_normals(mesh.points, triangles, mesh.normals)
    corners = posed(resting.points[list(head.corners)], pose)
    camera = aim_camera(posed(eyes_of(head, resting_base), pose), corners, samples)
    buffers = draw(head, mesh, strands.points, camera, person)

    lights = make_lights(attributes, streams["light"])
    posed_base = posed(moving_base, pose)
    cast_shadows(lights, posed_base, head.casting, strands.points)
    layers = clear_layers(samples)
    gaze = make_gaze(attributes, pose, eyes_of(head, posed_base))
    stand = np.array([0, camera.up, camera.distance])
    shade(buffers, mesh, strands, lights, person, gaze, stand, layers)
    background = make_background(samples, streams["background"])
    pixels = develop(layers, camera, background, number(attributes, "exposure"), side)
    return pixels, attributes | consequences(hair, person, style.length, style.cut.fringe)


# each part of a picture draws from a stream of its own, so that moving an attribute moves that part alone
PARTS = (
    "hair colour", "features", "expression", "skin", "cut", "strands", "glasses", "light", "background"
)  # fmt: skip


def bend_head(
    head: Head, attributes: Attributes, features: np.random.Generator, moment: np.random.Generator
) -> tuple[Array, Array]:
    """The base mesh [n, 3] at rest and with its expression, the resting eyes at their place about the centre."""
    resting = shape.identity(attributes, features)
    moving = resting | shape.expression(attributes, moment)
    still, bent = (head.moved(shape.as_vector(weights, head.names)) for weights in (resting, moving))
    shift = EYES - CENTRE - eyes_of(head, still).mean(0)
    return still + shift, bent + shift


def eyes_of(head: Head, base: Array) -> Array:
    """The middles of the eyeballs, [2, 3]."""
    return np.stack([base[eye].mean(0) for eye in head.eyes])


def surface_of(head: Head, base: Array) -> Surface:
    points = head.smoothed(base)
    normals = np.empty_like(points)
    find_normals(points, head.triangles, normals)
    return Surface(points, normals)


def dress(
    head: Head, moving: Surface, resting: Surface, attributes: Attributes, person: Person, rng: np.random.Generator
) -> tuple[Array, Ints, Ints, Array]:
    """Vertices, triangles, regions and uv of the head with its cloth pushed out, and with glasses."""
    points = np.array(moving.points)
    skin = head.skin
    below = np.clip(depths_below_collar(head.resting[skin], person.cloth) / 0.06, 0, 1)
    points[skin] += moving.normals[skin] * (0.07 * below * below * (3 - 2 * below))[:, None]
    if number(attributes, "glasses") < 0.5:
        return points, head.triangles, head.regions, head.uv
    eyes = np.array([[RESTING_EYE_X, 0, 0], [-RESTING_EYE_X, 0, 0]]) + EYES - CENTRE
    frames, faces = make_glasses(head, resting.points, eyes, rng)
    return (
        np.concatenate([points, frames]),
        np.concatenate([head.triangles, faces + np.int32(len(points))]),
        np.concatenate([head.regions, np.full(len(faces), FRAMES, np.int32)]),
        np.concatenate([head.uv, np.zeros((len(faces), 3, 2))]),
    )


def on_rest(head: Head, count: int) -> Array:
    """Resting places of all vertices; those of glasses have none and never ask for one."""
    out = np.zeros((count, 3))
    out[: len(head.resting)] = head.resting
    return out


def draw(head: Head, mesh: Mesh, strands: Array, camera: Camera, person: Person) -> Buffers:
    """What is seen at every sample."""
    buffers = clear_buffers(int(camera.half * 2))
    seen = np.empty_like(mesh.points)
    project(mesh.points, camera, seen)
    solid = np.flatnonzero(mesh.regions != LASHES).astype(np.int32)
    draw_triangles(seen, mesh.triangles, solid, buffers)
    draw_lashes(head, mesh, seen, person, buffers)
    flying = np.empty_like(strands)
    project(strands.reshape(-1, 3), camera, flying.reshape(-1, 3))
    per_decimetre = math.hypot(camera.cosine, camera.sine) / camera.distance
    draw_strands(flying, max(1.0, per_decimetre * 0.0100), len(mesh.triangles), 0.012, buffers)
    return buffers


def draw_lashes(head: Head, mesh: Mesh, seen: Array, person: Person, buffers: Buffers) -> None:
    """Only the rows of lashes at the lids' edges: the outer ones are too long for a face at rest."""
    middle = head.resting[head.triangles[head.lashes]].mean(1)
    eye = np.where(middle[:, :1] > 0, 1.0, -1.0) * np.array([RESTING_EYE_X, 0, 0]) + EYES
    off = np.linalg.norm(middle - eye, axis=1)
    upper = (middle[:, 1] > 7.26) & (off < 0.172 + 0.04 * person.eye.lashes)
    lower = off < 0.160 + 0.02 * person.eye.lashes
    draw_triangles(seen, mesh.triangles, head.lashes[upper | lower], buffers)


def develop(layers: Layers, camera: Camera, background: Array, exposure: float, side: int) -> Bytes:
    """Scatter light in skin, lay it over the background, expose, average the samples, and curve the tones."""
    per_decimetre = math.hypot(camera.cosine, camera.sine) / camera.distance
    spread = np.array(SCATTER) * per_decimetre
    passed = np.empty_like(layers.irradiance)
    scatter(layers.irradiance, layers.kind, layers.depth, spread, 0.12, False, passed)
    scatter(passed, layers.kind, layers.depth, spread, 0.12, True, layers.irradiance)
    light = layers.albedo * layers.irradiance + layers.sheen
    light = np.where((layers.kind == NOTHING)[..., None], background, light) * 2.0 ** (exposure - 0.08)
    per_pixel = len(light) // side
    light = light.reshape(side, per_pixel, side, per_pixel, 3).mean((1, 3))
    room = 1 - SHOULDER
    bright = SHOULDER + room * (1 - np.exp(-(np.maximum(light, SHOULDER) - SHOULDER) / room))
    return (srgb(np.where(light < SHOULDER, light, bright)) * 255 + 0.5).astype(np.uint8)


def consequences(hair: Array, person: Person, length: float, fringe: float) -> Attributes:
    """What follows from the attributes: values to learn from, not to ask for."""
    out: Attributes = {"wrinkles": round(person.skin.wrinkles, 4), "hair_length": length, "bangs": round(fringe, 4)}
    for part, colour in (("hair", hair), ("skin", np.array(person.skin.colour))):
        for channel, value in zip("rgb", srgb(colour), strict=True):
            out[f"{part}_{channel}"] = float(round(float(value) * 255))
    return out
