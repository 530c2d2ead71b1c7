"""What decides how pictures are packed; equal settings and an equal source give equal bytes."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct
from PIL import Image, ImageColor

from engine.training.building.decode import Colour
from engine.training.dataset import DatasetError, check_side


class Crop(Enum):
    """Which square of a picture is taken."""

    CENTRE = "centre"
    TOP = "top"
    PAD = "pad"


class Resize(Enum):
    """How a square is brought to the side: a sharp filter, or the mean of the area under each pixel."""

    LANCZOS = "lanczos"
    AREA = "area"


FILTERS = {Resize.LANCZOS: Image.Resampling.LANCZOS, Resize.AREA: Image.Resampling.BOX}


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """How pictures are packed.

    side: a power of two. crop: the largest square in the middle or at the top, or the whole picture with margins.
    background: under transparent pixels and in margins, a CSS colour. mirror: add a mirror image of each.
    smallest: pictures whose square has fewer pixels a side are left out; 0 keeps all.
    """

    side: int
    crop: Crop = Crop.CENTRE
    resize: Resize = Resize.LANCZOS
    background: str = "white"
    mirror: bool = False
    drop_duplicates: bool = False
    smallest: int = 0

    def check(self) -> None:
        """Raises DatasetError for what cannot be."""
        check_side(self.side)
        if self.smallest < 0:
            raise DatasetError(f"the smallest picture to take has 0 pixels or more, not {self.smallest}")
        self.colour()

    def colour(self) -> Colour:
        """The background as numbers from 0 to 255."""
        try:
            red, green, blue, *_ = ImageColor.getrgb(self.background)
        except ValueError as error:
            raise DatasetError(f"'{self.background}' is no colour; write one like white or #808080") from error
        return red, green, blue
