"""The inspector: the discriminator that a model file carries, asked what the visitor is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.models.found import parted
from engine.models.own_copy import load_any
from engine.networks.families import DISCRIMINATORS, Discriminator
from engine.quiz.fairness import Pixels, fair


class Inspector:
    """Says how real pictures look to a network that learned nothing else. side: of the pictures that it knows."""

    def __init__(self, network: Discriminator, side: int) -> None:
        self.network, self.side = network, side

    @torch.inference_mode()
    def logits(self, pictures: Sequence[Pixels]) -> list[float]:
        """Greater for more real, 0 where the network cannot tell (1406.2661); pictures uint8 [H, W, 3] of any size.

        All stand in one batch: a logit depends on how much the pictures beside it vary.
        """
        batch = np.stack([fair(picture, self.side) for picture in pictures])  # [N, side, side, 3]
        numbers = torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 127.5 - 1
        return [float(logit) for logit in self.network(numbers, None)[:, 0]]


def verdict(real: float, generated: float, answer: int, *, pictures: int) -> int:
    """What the inspector answers to a round, 0 or 1 as `Round.answer`, by the logits of its two pictures.

    Of two it takes the one that looks more real; of one (`answer` says which kind it is) the sign of its logit tells.
    """
    if pictures == 2:
        return answer if real > generated else 1 - answer
    return int((generated if answer else real) <= 0)


def open_inspector(path: Path, side: int) -> Inspector | None:
    """The discriminator of a model file, for pictures of the generator's side; None where the file has none.

    One that wants labels and can say nothing without them counts as none. ModelFileError for a broken file.
    """
    _, header, tensors = load_any(path)
    _, found = parted(header.family, header.hyper, tensors)
    if found is None or found.family not in DISCRIMINATORS:
        return None
    outputs = found.tensors["b4.out.weight"].shape[0] if "b4.out.weight" in found.tensors else 0
    if outputs != 1 and found.hyper.get("label") == "dot":
        return None
    network = DISCRIMINATORS[found.family](found.tensors, found.hyper, torch.device("cpu"))
    return Inspector(network, side)
