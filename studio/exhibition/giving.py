"""The picture on the wall as a file for a phone: a JPEG that says what it is, and the address where it waits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QImage

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.recipe import Recipe
from studio.exhibition import take_away
from studio.exhibition.take_away import TakeAway
from studio.open_model import OpenModel
from studio.workers.jobs import Jobs


class Giving:
    """Gives away what is on the wall just now. look: the picture, its recipe and its model; None while there is none.

    The server begins with the first picture, and anew when this machine got another address in its network.
    """

    def __init__(self, jobs: Jobs, look: Callable[[], tuple[QImage, Recipe, OpenModel] | None]) -> None:
        self.jobs, self.look = jobs, look
        self.served: TakeAway | None = None

    def give(self, done: Callable[[str], None], failed: Callable[[VisagistError], None]) -> None:
        """Make the picture ready, then tell its address."""
        seen = self.look()
        if seen is None:
            failed(VisagistError("there is no picture on the wall yet"))
            return
        try:
            served = self.serve(take_away.own_address())
        except VisagistError as error:
            failed(error)
            return

        def failing(error: BaseException) -> None:
            failed(VisagistError(f"the picture could not be made ready for a phone ({error})"))

        self.jobs.start(jpeg_of(*seen), lambda jpeg: done(served.give(jpeg)), failing)

    def serve(self, host: str) -> TakeAway:
        """At the address of now; one that a network gave us stays while there is none. VisagistError for no port."""
        if self.served is not None and host not in (self.served.host, take_away.LOOPBACK):
            self.end()
        self.served = self.served or TakeAway(host)
        return self.served

    def end(self) -> None:
        """No more pictures."""
        if self.served is not None:
            self.served.end()
            self.served = None


def jpeg_of(image: QImage, recipe: Recipe, model: OpenModel) -> Job[bytes]:
    """A JPEG that carries how it came about, and that it is synthetic."""
    from PIL import Image  # with torch in its wake, for which no window waits

    from engine.export.images import encode_jpeg
    from engine.export.provenance import Provenance

    yield Progress(0, 1, "Making the picture ready")
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    pixels = rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3)
    provenance = Provenance((recipe,), model.hash, model.title, model.device, model.precision, plain.height())
    return encode_jpeg(Image.fromarray(pixels.copy()), provenance)
