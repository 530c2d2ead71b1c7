"""Where attributes are sought: whole w, the styles of a range of rows, and single style channels (StyleSpace)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.format import load_model
from engine.models.model import Model
from engine.networks.families import FAMILIES

FAINT = 1e-3  # of the mean gain: styles that answer less are taken to answer this much
SMALLEST_SINGULAR = 1e-2  # of the largest; what a row's styles answer less is not asked of w


@dataclass(frozen=True, eq=False)
class Space:
    """A metric of w: learning takes place in w @ root, where w counts as much as the styles of these rows answer it.

    name: the group's name in the pack; rows: style rows that its directions are added to; root [w_dim, w_dim].
    """

    name: str
    rows: tuple[int, ...]
    root: Tensor


@dataclass(frozen=True, eq=False)
class Channels:
    """All style channels: lines [C, w_dim] float32 that turn w into them, and the style row [C] of each."""

    lines: Tensor
    rows: Tensor

    def mover(self, channel: int) -> tuple[Tensor, float]:
        """What to add to its style row to move one channel by one, and which share of the change is that channel's.

        The least-norm answer of its row alone, which has w_dim numbers and feeds a layer or two: where there are no
        more channels than that, and they are independent, no other moves. So a channel needs only a vector in w.
        """
        row = self.lines[self.rows == self.rows[channel]].double()
        place = int((self.rows[:channel] == self.rows[channel]).sum())
        answer = torch.linalg.pinv(row, rtol=SMALLEST_SINGULAR)[:, place]
        moved = row @ answer
        purity = float(moved[place].square() / moved.square().sum())
        return (answer / moved[place]).float(), purity


def spaces(model: Model, groups: Mapping[str, tuple[int, ...]]) -> list[Space]:
    """The metric of each group of rows; of all rows, and in a family without styles, that of w itself."""
    plan = model.generator.plan
    modulations = FAMILIES[model.header.family].modulations
    weights = load_model(model.path)[1] if modulations else {}
    made = []
    for name, rows in groups.items():
        root = torch.eye(plan.w_dim)
        layers = modulations(weights, model.header.hyper, rows) if modulations else []
        if layers and len(rows) < plan.style_rows:
            root = root_of([weight for weight, _ in layers])
        made.append(Space(name, rows, root))
    return made


def root_of(layers: list[Tensor]) -> Tensor:
    """Square root of the mean of A'A over layers of modulation weights A [C, w_dim], scaled to a mean gain of 1."""
    total = torch.zeros(layers[0].shape[1], layers[0].shape[1], dtype=torch.float64)
    for layer in layers:
        a = layer.double()
        total += a.T @ a / a.square().sum().clamp_min(1e-20)
    values, axes = torch.linalg.eigh(total)
    gains = (values / values.mean()).clamp_min(FAINT).sqrt()
    root: Tensor = (axes * gains @ axes.T).float()
    return root


def channels(model: Model, rows: tuple[int, ...]) -> Channels | None:
    """The style channels that these rows feed; None in a family without styles."""
    modulations = FAMILIES[model.header.family].modulations
    if modulations is None:
        return None
    weights = load_model(model.path)[1]
    found = {
        row: torch.cat([weight for weight, _ in layers]).float()
        for row in rows
        if (layers := modulations(weights, model.header.hyper, (row,)))
    }
    if not found:
        return None
    counts = torch.tensor([len(lines) for lines in found.values()])
    return Channels(torch.cat(list(found.values())), torch.tensor(list(found)).repeat_interleave(counts))
