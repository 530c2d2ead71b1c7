"""Where a point of a plane lies on the pad, and back: three corners, and a margin beyond them."""

from __future__ import annotations

from dataclasses import dataclass

BEYOND = 0.25  # how far a corner's share may fall below 0
INSET = 8  # pixels that the handle keeps from the pad's edge
SIDE, TOP = 34, 30  # pixels from the pad's edge to the corners

Point = tuple[float, float]


@dataclass(frozen=True)
class Triangle:
    """The corners on a pad of this size in pixels: the first at the left, the second at the right, the third below."""

    width: float
    height: float

    @property
    def corners(self) -> tuple[Point, Point, Point]:
        """Where the corners lie."""
        return (SIDE, TOP), (self.width - SIDE, TOP), (self.width / 2, self.height - TOP)

    def point(self, x: float, y: float) -> Point:
        """Pixels of a point of the plane."""
        (ax, ay), (bx, by), (cx, cy) = self.corners
        return ax + x * (bx - ax) + y * (cx - ax), ay + x * (by - ay) + y * (cy - ay)

    def plane(self, at: Point) -> Point:
        """The point of the plane at some pixels."""
        (ax, ay), (bx, _), (cx, cy) = self.corners
        y = (at[1] - ay) / (cy - ay)
        return (at[0] - ax - y * (cx - ax)) / (bx - ax), y

    def kept(self, x: float, y: float) -> Point:
        """The point itself, or the one that takes its place on the pad and at most a little beyond the triangle."""
        x, y = within(x, y)
        across, down = self.point(x, y)
        at = (min(max(across, INSET), self.width - INSET), min(max(down, INSET), self.height - INSET))
        return (x, y) if at == (across, down) else self.plane(at)

    def nearest(self, at: Point) -> int:
        """The corner that lies nearest to some pixels."""
        apart = [(at[0] - x) ** 2 + (at[1] - y) ** 2 for x, y in self.corners]
        return apart.index(min(apart))


def within(x: float, y: float) -> Point:
    """A point whose corners' shares are at least -BEYOND: shares below are lifted, the others give what it takes."""
    above = [max(share + BEYOND, 0.0) for share in (1 - x - y, x, y)]
    whole = sum(above)
    if min(1 - x - y, x, y) >= -BEYOND:
        return x, y
    factor = (1 + 3 * BEYOND) / whole
    return above[1] * factor - BEYOND, above[2] * factor - BEYOND
