"""How far directions of any unit go before pictures break, each way by itself."""

from __future__ import annotations

from bisect import bisect_left

from engine.directions.calibrate import DEVIATIONS, FURTHEST, Candidate, Ruler
from engine.directions.discover import DRAFT, make_ruler, row_groups, seen_at
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
        """A small picture where coarse rows act, which break pictures first; else the smallest that shows all rows."""
        plan = self.model.generator.plan
        coarse = row_groups(plan.style_rows).get("coarse", (0,))
        return plan.output(DRAFT) if rows[0] <= coarse[-1] else seen_at(plan, rows)


def reach(ruler: Ruler, candidate: Candidate, unit: float) -> float:
    """How many units (of signed length `unit`) go before most faces stray; beyond that they are taken to stray too.

    The majority decides, as a median would: a single face that lies near the edge of the natural range already must
    not end the slider for all others.
    """
    furthest = min(FURTHEST, DEVIATIONS * candidate.spread / abs(unit))
    steps = [STEP * count for count in range(1, int(FURTHEST / STEP) + 1) if STEP * count <= furthest]

    def breaks(step: float) -> bool:
        looks = ruler.moved(candidate, step * unit, FACES)
        strays = sum(ruler.strays(look, base) for look, base in zip(looks, ruler.looks, strict=False))
        return 2 * strays > len(looks)

    sound = bisect_left(steps, True, key=breaks)
    return steps[sound - 1] if sound else 0.0
