"""The recipe: everything that decides one picture of one model, and its JSON. No tensors live here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from engine.checks import check_number, check_rows, check_seed
from engine.errors import RecipeError

VERSION = 1

# version n -> n + 1, each on plain JSON values; the list grows, old steps never change
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class SeedLatent(Struct, frozen=True, forbid_unknown_fields=True, tag="seed"):
    """z drawn from a seed, as the StyleGAN programs draw it; 0 <= seed < 2^64."""

    seed: int

    def __post_init__(self) -> None:
        check_seed(self.seed)


class PlaneLatent(Struct, frozen=True, forbid_unknown_fields=True, tag="plane"):
    """A point on the plane through three seeds: the first at (0, 0), the others at (1, 0) and (0, 1).

    space "z" walks on the sphere that z lives on, "w" in a straight line.
    """

    seeds: tuple[int, int, int]
    x: float = 0.0
    y: float = 0.0
    space: Literal["z", "w"] = "w"

    def __post_init__(self) -> None:
        for seed in self.seeds:
            check_seed(seed)
        check_number("the plane's x", self.x, -100, 100)
        check_number("the plane's y", self.y, -100, 100)


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


Latent = SeedLatent | PlaneLatent | ExplicitLatent


class Truncation(Struct, frozen=True, forbid_unknown_fields=True):
    """Pull of w towards its mean (StyleGAN, 1812.04948, appendix B).

    psi: 1 leaves w alone, 0 is the mean face, negative the anti-face.
    cutoff: style rows from this one on are left alone; None means all rows are pulled.
    """

    psi: float = 0.7
    cutoff: int | None = None

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
    """

    name: str
    id: str
    amount: float
    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        check_rows(f"direction '{self.name}'", self.rows)
        check_number(f"the amount of direction '{self.name}'", self.amount, -100, 100)


class Noise(Struct, frozen=True, forbid_unknown_fields=True):
    """The per-pixel noise inputs: the network's own constants, maps drawn from a seed, or none.

    strength multiplies what the network learned; 1 is the published behaviour.
    """

    mode: Literal["const", "random", "none"] = "const"
    seed: int = 0
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number("the noise strength", self.strength, -100, 100)


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

    def __post_init__(self) -> None:
        for value in self.label:
            check_number("the label", value, -1000, 1000)
        names = [move.id for move in self.directions]
        if len(set(names)) != len(names):
            raise RecipeError("the recipe names one direction twice; each may stand there once")

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
    raw["version"] = VERSION
    try:
        return msgspec.convert(raw, Recipe)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RecipeError(f"the recipe cannot be followed: {error}") from error
