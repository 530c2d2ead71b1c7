"""Small pictures of recipes, made by the render thread in quiet moments and kept for a while."""

from __future__ import annotations

from collections import OrderedDict

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from engine.recipe import Recipe, SeedLatent
from studio import theme
from studio.images import to_image
from studio.open_model import OpenModel
from studio.workers.render_worker import Result

KEPT = 1024  # pictures; 64 MB where a draft has 128 px
WAITING = 256  # wishes; what nobody asked for again since so many others is no longer looked at
SMALLEST, LARGEST = 96, 256  # sides in pixels: smaller ones are blurred, larger ones cost as much as the full picture
COSTLY_S, PAGE = 1.5, 48  # where a picture takes more seconds, only so many wishes stand: what can be seen now
UNDER_WAY = 2  # the render thread never waits for the window's answer between two
SIDE = 66  # that a thumbnail is usually shown at; its corners are rounded for it


class Thumbnails(QObject):
    """Asks for the thumbnails that someone shows: the newest wishes first, in the order in which they were said.

    A widget calls `of` whenever it paints, so that what is visible is wanted last and made first.
    kind: what its errands are called; smallest: side in pixels that will do; kept: how many pictures are;
    side: that they are usually shown at.
    wanted: please render this; ready: the thumbnail of this recipe can be had now.
    """

    wanted = Signal(object, object, object)  # key, Recipe, size
    ready = Signal(object)  # Recipe, as it was asked for
    broke = Signal(object)  # the error that came in the place of a thumbnail

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        kind: str = "thumbnail",
        smallest: int = SMALLEST,
        kept: int = KEPT,
        side: int = SIDE,
    ) -> None:
        super().__init__(parent)
        self.kind, self.smallest, self.kept, self.side = kind, smallest, kept, side
        self.model: OpenModel | None = None
        self.made: OrderedDict[Recipe, QPixmap] = OrderedDict()
        self.waiting: dict[Recipe, int] = {}  # and the turn of the event loop in which it was asked for last
        self.under_way: set[Recipe] = set()
        self.failed: set[Recipe] = set()
        self.seconds = 0.0  # that the last one took
        self.turn = 0
        self.next_turn = QTimer(self, singleShot=True, interval=0)
        self.next_turn.timeout.connect(self.end_turn)

    def use(self, model: OpenModel) -> None:
        """Another model: the old pictures are not its own."""
        self.model = model
        self.seconds = 0.0
        for kept in (self.made, self.waiting, self.under_way, self.failed):
            kept.clear()

    def face(self, seed: int) -> QPixmap | None:
        """The thumbnail of a seed."""
        return self.of(Recipe(latent=SeedLatent(seed)))

    def of(self, recipe: Recipe) -> QPixmap | None:
        """The thumbnail, or None while it is being made, or for good where it cannot be made."""
        if self.model is None or recipe.model not in (None, self.model.hash):
            return None
        key = self.key(recipe)
        if key in self.made:
            self.made.move_to_end(key)
            return self.made[key]
        if key not in self.under_way and key not in self.failed:
            if self.waiting.get(key) != self.turn:
                self.waiting.pop(key, None)
                self.waiting[key] = self.turn
            if not self.next_turn.isActive():
                self.next_turn.start()
        return None

    def has_failed(self, recipe: Recipe) -> bool:
        """Whether its picture could not be made."""
        return self.key(recipe) in self.failed

    @property
    def size(self) -> int | None:
        """Side in pixels at which thumbnails are rendered; None where they are made from the full picture."""
        if self.model is None or self.model.sizes[0] > LARGEST:
            return None
        small = [size for size in self.model.sizes if size <= LARGEST]
        return next((size for size in small if size >= self.smallest), small[-1])

    @property
    def costly(self) -> bool:
        """Whether thumbnails take so long that only those which are to be seen should be asked for."""
        return self.seconds > COSTLY_S

    def key(self, recipe: Recipe) -> Recipe:
        """A recipe for any model is one for the open model."""
        return recipe if recipe.model is not None or self.model is None else replace(recipe, model=self.model.hash)

    def end_turn(self) -> None:
        """Everything that is visible has been asked for; send for the first."""
        self.turn += 1
        while len(self.waiting) > (PAGE if self.costly else WAITING):
            del self.waiting[min(self.waiting, key=lambda recipe: self.waiting[recipe])]
        while self.waiting and len(self.under_way) < UNDER_WAY:
            first = max(self.waiting, key=lambda recipe: self.waiting[recipe])
            del self.waiting[first]
            self.under_way.add(first)
            self.wanted.emit((self.kind, first), first, self.size)

    def take(self, result: Result) -> None:
        """A picture came back."""
        _, recipe = result.work.key
        self.under_way.discard(recipe)
        if result.frame is None:
            self.failed.add(recipe)
            self.broke.emit(result.error)
        else:
            self.seconds = result.frame.seconds
            self.made[recipe] = rounded(QPixmap.fromImage(self.small(to_image(result.frame))), self.side)
            while len(self.made) > self.kept:
                self.made.popitem(last=False)
        self.ready.emit(recipe)
        self.next_turn.start()

    def small(self, picture: QImage) -> QImage:
        """A full picture is scaled down at once; it is as sharp as a draft of twice the side that it is shown at."""
        if picture.width() <= LARGEST:
            return picture
        side, smooth = 2 * self.side, Qt.TransformationMode.SmoothTransformation
        return picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def rounded(picture: QPixmap, side: int = SIDE) -> QPixmap:
    """The picture with the house's corners, as they look when it is shown at this side in pixels."""
    result = QPixmap(picture.size())
    result.fill("transparent")
    radius = theme.RADIUS * picture.width() / side
    path = QPainterPath()
    path.addRoundedRect(result.rect(), radius, radius)
    with QPainter(result) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setClipPath(path)
        p.drawPixmap(0, 0, picture)
    return result
