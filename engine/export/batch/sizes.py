"""How many pictures the network makes at once: found by trying, and made smaller where memory runs out."""

from __future__ import annotations

LARGEST = 64
WORTH = 0.95  # of the time a picture takes: less gain than this is none


class BatchSize:
    """Doubles while pictures come faster. Each size is tried twice, for the first time has much to set up."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.size, self.largest = 1, largest
        self.tries = 0
        self.best: float | None = None  # seconds a picture of the size before
        self.settled = largest == 1

    def took(self, pictures: int, seconds: float) -> None:
        """Tell how long a batch took; one of another size says nothing."""
        if self.settled or pictures != self.size:
            return
        self.tries += 1
        if self.tries < 2:
            return
        each = seconds / pictures
        if self.best is not None and each > self.best * WORTH:
            self.size //= 2
            self.settled = True
        elif self.size * 2 > self.largest:
            self.settled = True
        else:
            self.best, self.size, self.tries = each, self.size * 2, 0

    def too_large(self) -> bool:
        """Memory ran out: half of it from now on. False where it cannot be less."""
        if self.size == 1:
            return False
        self.size //= 2
        self.settled = True
        return True
