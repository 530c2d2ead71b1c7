"""Small pictures of seeds, made by the render thread in quiet moments and kept for a while."""

from __future__ import annotations

import logging
from collections import OrderedDict

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

from engine.recipe import Recipe, SeedLatent
from studio import theme
from studio.images import to_image
from studio.open_model import OpenModel
from studio.workers.render_worker import Result

log = logging.getLogger(__name__)

KEPT = 512
LARGEST_DRAFT = 256  # a larger one is not a thing to make by the way
SIDE = 64


class Thumbnails(QObject):
    """Asks for the thumbnails that someone shows.

    wanted: please render this; ready: the thumbnail of this seed can be had now.
    """

    wanted = Signal(object, object, int)  # key, Recipe, size
    ready = Signal(object)  # seed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model: OpenModel | None = None
        self.made: OrderedDict[int, QPixmap] = OrderedDict()
        self.asked: set[int] = set()

    def use(self, model: OpenModel) -> None:
        """Another model: the old pictures are not its own."""
        self.model = model
        self.made.clear()
        self.asked.clear()

    def of(self, seed: int) -> QPixmap | None:
        """The thumbnail, or None while it is being made, or for good where small pictures cost too much."""
        if seed in self.made:
            self.made.move_to_end(seed)
            return self.made[seed]
        if self.model is not None and self.model.sizes[0] <= LARGEST_DRAFT and seed not in self.asked:
            self.asked.add(seed)
            self.wanted.emit(("thumbnail", seed), Recipe(latent=SeedLatent(seed)), self.model.sizes[0])
        return None

    def take(self, result: Result) -> None:
        """A picture came back."""
        _, seed = result.work.key
        if result.frame is None:
            # it stays asked for, so that a picture that cannot be made is not tried again and again
            log.error("the thumbnail of seed %d failed", seed, exc_info=result.error)
            return
        self.asked.discard(seed)
        self.made[seed] = rounded(QPixmap.fromImage(to_image(result.frame)))
        while len(self.made) > KEPT:
            self.made.popitem(last=False)
        self.ready.emit(seed)


def rounded(picture: QPixmap) -> QPixmap:
    """SIDE pixels with the house's corners."""
    small = picture.scaled(
        QSize(SIDE, SIDE), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    result = QPixmap(SIDE, SIDE)
    result.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addRoundedRect(0, 0, SIDE, SIDE, 2 * theme.RADIUS, 2 * theme.RADIUS)
    with QPainter(result) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setClipPath(path)
        p.drawPixmap(0, 0, small)
    return result
