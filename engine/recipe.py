"""The recipe: everything that decides one picture of one model, and its JSON. No tensors live here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from engine.checks import SEED_LIMIT, check_number, check_rows, check_seed
from engine.errors import RecipeError

VERSION = 4
MOST_HALVINGS = 16  # of a side of 2^18 px
MOST_LEAVES = 48  # latents that a plane of planes may stand on; a child of a child of a child


def corners_for_seeds(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 1 -> 2: a plane goes through any three latents, where it went through three seeds."""

    def moved(latent: Any) -> Any:
        if isinstance(latent, dict) and isinstance(latent.get("seeds"), list):
            rest = {key: value for key, value in latent.items() if key != "seeds"}
            return rest | {"corners": [{"type": "seed", "seed": seed} for seed in latent["seeds"]]}
        return latent

    raw = dict(raw)
    if "latent" in raw:
        raw["latent"] = moved(raw["latent"])
    if isinstance(raw.get("mixes"), list):
        raw["mixes"] = [
            mix | {"source": moved(mix.get("source"))} if isinstance(mix, dict) else mix for mix in raw["mixes"]
        ]
    return raw


def grown_as_the_file_says(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 2 -> 3: a stage of growth can be chosen; none was, which is the default."""
    return raw


def noise_within_a_quarter(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 3 -> 4: the phase of noise goes all round the circle; its first quarter is what it was."""
    return raw


# version n -> n + 1, each on plain JSON values; the list grows, old steps never change
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: corners_for_seeds,
    2: grown_as_the_file_says,
    3: noise_within_a_quarter,
}


class SeedLatent(Struct, frozen=True, forbid_unknown_fields=True, tag="seed"):
    """z drawn from a seed, as the StyleGAN programs draw it; 0 <= seed < 2^64."""

    seed: int

    def __post_init__(self) -> None:
        check_seed(self.seed)


class ExplicitLatent(Struct, frozen=True, forbid_unknown_fields=True, tag="w"):
    """A latent given by its values: w (rows 1) or w+ (rows = the model's style rows).

    values: rows * width little-endian float32, base64 in JSON.
    """

    rows: int
    width: int
    values: bytes

    def __post_init__(self) -> None:
        if self.rows < 1 or self.width < 1 or len(self.values) != 4 * self.rows * self.width:
            raise RecipeError(
                f"the explicit latent says {self.rows} rows of {self.width} numbers but holds {len(self.values)} "
                "bytes; it must hold 4 bytes for each number"
            )
        # NaN and infinity have all exponent bits set; looked at as text so that this file needs no numpy
        if any(b & 0x7F == 0x7F and a & 0x80 for a, b in zip(self.values[2::4], self.values[3::4], strict=True)):
            raise RecipeError("the explicit latent holds a value that is not a finite number")


class PlaneLatent(Struct, frozen=True, forbid_unknown_fields=True, tag="plane"):
    """A point on the plane through three latents: the first at (0, 0), the others at (1, 0) and (0, 1).

    space "z" walks on the sphere that z lives on, so that every corner must have a z (`has_z`); "w" in a straight line.
    """

    corners: tuple[Latent, Latent, Latent]
    x: float = 0.0
    y: float = 0.0
    space: Literal["z", "w"] = "w"

    def __post_init__(self) -> None:
        check_number("the plane's x", self.x, -100, 100)
        check_number("the plane's y", self.y, -100, 100)
        if leaves(self) > MOST_LEAVES:
            raise RecipeError(f"the latent stands on {leaves(self)} others, and a plane on at most {MOST_LEAVES}")
        if self.space == "z" and not all(map(has_z, self.corners)):
            raise RecipeError("a walk in z needs corners that have a z: seeds, or points between seeds walked to in z")


Latent = SeedLatent | PlaneLatent | ExplicitLatent


def leaves(latent: Latent) -> int:
    """How many seeds and given values a latent stands on in the end."""
    return sum(map(leaves, latent.corners)) if isinstance(latent, PlaneLatent) else 1


def has_z(latent: Latent) -> bool:
    """Whether a latent is a point on the sphere of z, not only in w."""
    return isinstance(latent, SeedLatent) or (isinstance(latent, PlaneLatent) and latent.space == "z")


class Truncation(Struct, frozen=True, forbid_unknown_fields=True):
    """Pull of w towards its centre (StyleGAN, 1812.04948, appendix B).

    psi: 1 leaves w alone, 0 is the centre, negative its opposite.
    cutoff: style rows from this one on are left alone; None means all rows are pulled.
    centre: the mean of all w, or the one of several cluster centres that is nearest to the recipe's latent
    (multi-modal truncation; Mokady et al. 2022, 2202.12211, section 4).
    """

    psi: float = 0.7
    cutoff: int | None = None
    centre: Literal["mean", "nearest"] = "mean"

    def __post_init__(self) -> None:
        check_number("psi", self.psi, -10, 10)
        if self.cutoff is not None and self.cutoff < 0:
            raise RecipeError(f"cutoff is {self.cutoff}; it must be a style row, 0 or more")


class Mix(Struct, frozen=True, forbid_unknown_fields=True):
    """Style rows taken from another latent (StyleGAN, 1812.04948, section 3.1).

    amount: 0 keeps the recipe's own rows, 1 takes the source's; between, a straight line in w.
    """

    source: Latent
    rows: tuple[int, ...]
    amount: float = 1.0

    def __post_init__(self) -> None:
        check_rows("a style mix", self.rows)
        check_number("the amount of a style mix", self.amount, -10, 10)


class DirectionAmount(Struct, frozen=True, forbid_unknown_fields=True):
    """So many calibrated units along a named direction, on some style rows.

    id: content hash of the direction's vector, so that another pack's "Smile" is not taken for this one.
    orthogonal_to: ids of directions that this move leaves alone (InterFaceGAN, 2005.09635, section 3.3): it goes
    along what is left of the vector at right angles to theirs.
    """

    name: str
    id: str
    amount: float
    rows: tuple[int, ...]
    orthogonal_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_rows(f"direction '{self.name}'", self.rows)
        check_number(f"the amount of direction '{self.name}'", self.amount, -100, 100)


class NoiseLevel(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the noise the layers of one resolution (side in pixels) get: a factor of the noise's strength."""

    resolution: int
    strength: float

    def __post_init__(self) -> None:
        check_number("the resolution of a noise level", self.resolution, 1, 65536)
        check_number(f"the noise strength at {self.resolution} px", self.strength, -100, 100)


class Noise(Struct, frozen=True, forbid_unknown_fields=True):
    """The per-pixel noise inputs: the network's own constants, maps drawn from a seed, or none.

    strength multiplies what the network learned; 1 is the published behaviour. levels: ascending by resolution; one
    that a model has no layers for does nothing there.
    phase: of random noise, from the maps of the seed (0) to those of the next one (1), on a circle, so that the
    noise is as strong all the way; on to the opposite of both (2, 3), and back where it began (4).
    """

    mode: Literal["const", "random", "none"] = "const"
    seed: int = 0
    strength: float = 1.0
    levels: tuple[NoiseLevel, ...] = ()
    phase: float = 0.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the noise strength", self.strength, -100, 100)
        check_number("the noise phase", self.phase, 0, 4)
        listed = [level.resolution for level in self.levels]
        if listed != sorted(set(listed)):
            raise RecipeError("the resolutions of the noise levels must be ascending, each once")

    def level(self, resolution: int) -> float:
        """The factor at a resolution; 1 where none is set."""
        return next((level.strength for level in self.levels if level.resolution == resolution), 1.0)

    def at(self, resolution: int) -> Noise:
        """What the layers of a resolution hear: equal values are equal maps."""
        strength = self.strength * self.level(resolution)
        if self.mode == "none" or strength == 0:
            return Noise("none")
        if self.mode == "const":
            return Noise("const", 0, clipped(strength))
        seed, phase = ((self.seed + 1) % SEED_LIMIT, 0.0) if self.phase == 1 else (self.seed, self.phase % 4)
        return Noise("random", seed, clipped(strength), (), phase)


def clipped(strength: float) -> float:
    """A product of two strengths within the bounds of one."""
    return min(max(strength, -100.0), 100.0)


class View(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the picture plane is looked at: x, y in picture widths, rotation in degrees, zoom as a factor."""

    x: float = 0.0
    y: float = 0.0
    rotation: float = 0.0
    zoom: float = 1.0

    def __post_init__(self) -> None:
        check_number("the view's x", self.x, -10, 10)
        check_number("the view's y", self.y, -10, 10)
        check_number("the view's rotation", self.rotation, -3600, 3600)
        check_number("the view's zoom", self.zoom, 0.01, 100)


class Recipe(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides one picture of one model. Equal recipes give equal pictures on one device.

    model: content hash of the model it was made for; None fits any (a recipe written by hand).
    label: class weights of a conditional model; empty for an unconditional one.
    growth: level of detail of a network that grew (progressive GANs, 1710.10196, section 2): the doublings of its side
    that are still to come, 0 for the full picture; its fraction is how much the level before still shows. None is as
    the model's file says.
    """

    version: int = VERSION
    model: str | None = None
    latent: Latent = SeedLatent(0)
    label: tuple[float, ...] = ()
    truncation: Truncation = Truncation()
    mixes: tuple[Mix, ...] = ()
    directions: tuple[DirectionAmount, ...] = ()
    noise: Noise = Noise()
    view: View = View()
    growth: float | None = None

    def __post_init__(self) -> None:
        if self.growth is not None:
            check_number("the growth", self.growth, 0, MOST_HALVINGS)
        for value in self.label:
            check_number("the label", value, -1000, 1000)
        moves = [(move.id, move.orthogonal_to) for move in self.directions]
        if len(set(moves)) != len(moves):
            raise RecipeError("the recipe names one direction twice; each may stand there once for each set of pins")

    def to_json(self) -> bytes:
        """Compact JSON (UTF-8) in a fixed field order: equal recipes give equal bytes."""
        return msgspec.json.encode(self)


def from_json(text: bytes | str) -> Recipe:
    """Read a recipe; an older version is migrated.

    Raises RecipeError with one sentence for anything that is not a recipe this version can follow.
    """
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecipeError(f"the recipe is not JSON ({error})") from error
    raw = migrated(raw)
    try:
        return msgspec.convert(raw, Recipe)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RecipeError(f"the recipe cannot be followed: {error}") from error


def migrated(raw: object) -> dict[str, Any]:
    """The plain JSON values of a recipe of any version as those of this one; RecipeError for a newer one."""
    if not isinstance(raw, dict):
        raise RecipeError("the recipe must be a JSON object")
    version = raw.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RecipeError(f"the recipe's version is {version!r}; it must be a whole number from 1")
    if version > VERSION:
        raise RecipeError(
            f"the recipe is version {version} and this program reads up to {VERSION}; a newer Visagist opens it"
        )
    for step in range(version, VERSION):
        raw = MIGRATIONS[step](raw)
    return raw | {"version": VERSION}
