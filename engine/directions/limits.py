"""How far directions of any unit go before pictures break, each way by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from engine.directions.calibrate import DEVIATIONS, FURTHEST, Candidate, Ruler
from engine.directions.discover import make_ruler, seen_at
from engine.directions.looks import Look
from engine.models.model import Model
from engine.networks.generator import Output

FACES = 5  # an odd number, so that there is always a majority
STEP = 0.5  # units


class Limits:
    """Rulers of a model, each made when the first direction needs its output."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.rulers: dict[int, Ruler] = {}

    def of(self, candidate: Candidate, unit: float) -> tuple[float, float]:
        """The lowest and the highest amount, in units of this length in w."""
        output = self.output_for(candidate.rows)
        if output.size not in self.rulers:
            self.rulers[output.size] = make_ruler(self.model, output, self.seed)
        ruler = self.rulers[output.size]
        return -reach(ruler, candidate, -unit), reach(ruler, candidate, unit)

    def output_for(self, rows: tuple[int, ...]) -> Output:
        """A small picture in which the first of the rows takes part: the coarsest rows break pictures first."""
        return seen_at(self.model.generator.plan, rows[:1])


def reach(ruler: Ruler, candidate: Candidate, unit: float) -> float:
    """How many units (of signed length `unit`) go before most faces stray; beyond that they are taken to stray too.

    The majority decides, as a median would: a single face that lies near the edge of the natural range already must
    not end the slider for all others.
    """
    furthest = min(FURTHEST, DEVIATIONS * candidate.spread / abs(unit))
    steps = [STEP * count for count in range(1, int(FURTHEST / STEP) + 1) if STEP * count <= furthest]

    def breaks(step: float) -> bool:
        return most(ruler.strays(*pair) for pair in faces(ruler, candidate, step * unit))

    sound = bisect_left(steps, True, key=breaks)
    return steps[sound - 1] if sound else 0.0


def faces(ruler: Ruler, candidate: Candidate, amount: float) -> Iterator[tuple[Look, Look]]:
    """FACES moved by an amount (a length in w), each with how it was; one is made when it is asked for."""
    for place, base in enumerate(ruler.looks[:FACES]):
        yield ruler.moved_face(place, candidate, amount), base


def most(votes: Iterable[bool]) -> bool:
    """Whether more than half of FACES votes are yes; asks no more once that is settled."""
    yes = no = 0
    for vote in votes:
        yes, no = yes + vote, no + (not vote)
        if 2 * max(yes, no) > FACES:
            break
    return yes > no
