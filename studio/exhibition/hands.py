"""What people and machines do to what plays: live controls on top, and a visitor who has the wall for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from engine import controls
from engine.controls import Value
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe, SeedLatent


@dataclass(frozen=True)
class Put:
    """A control at a value; move: what a direction's address means."""

    address: str
    value: Value
    move: DirectionAmount | None = None


class Hands:
    """Live controls stay until they are released; a visitor's go with the visitor."""

    def __init__(self) -> None:
        self.live: dict[str, Put] = {}
        self.visitors: dict[str, Put] = {}
        self.face: tuple[Recipe, ...] | None = None  # what a visitor stands before; None: nobody is there
        self.touched = 0.0

    @property
    def visited(self) -> bool:
        """Whether a visitor has the wall."""
        return self.face is not None

    def put(self, put: Put, *, visitor: bool) -> None:
        """Set a control from now on; RecipeError where there is none, or no such value."""
        address = put.address.removeprefix("/")
        control = controls.control_at(address)
        (self.visitors if visitor else self.live)[address] = Put(address, control.kept(put.value), put.move)

    def release(self, address: str | None) -> None:
        """Take a live control away, or all."""
        if address is None:
            self.live.clear()
        else:
            self.live.pop(address.removeprefix("/"), None)

    def begin(self, faces: Sequence[Recipe], at: float) -> None:
        """A visitor came: these faces stand still."""
        self.face, self.touched = tuple(faces), at

    def leave(self) -> None:
        """The visitor is gone, and with them what they did."""
        self.face = None
        self.visitors.clear()

    def meet(self, seeds: Sequence[int]) -> None:
        """Other faces for the visitor: nothing of the old ones stays but how they are made."""
        assert self.face is not None
        self.visitors.clear()
        self.face = tuple(
            replace(face, latent=SeedLatent(seed), mixes=()) for face, seed in zip(self.face, seeds, strict=True)
        )

    def on_top(self, recipe: Recipe) -> Recipe:
        """A recipe with everything that was put; what it does not have is left out."""
        for put in (*self.live.values(), *self.visitors.values()):
            try:
                recipe = controls.put(recipe, put.address, put.value, put.move)
            except RecipeError:  # this face has no such mix, or no plane; the next one may
                continue
        return recipe
