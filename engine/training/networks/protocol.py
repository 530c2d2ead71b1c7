"""What the trainer asks of a pair of networks, whatever their architecture."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn

from engine.training.dice import Dice
from engine.training.networks.shape import Grown, Shape

Hyper = dict[str, float | int | str | bool | None]


class Growing(nn.Module, ABC):
    """A network that grows. family: its key in the tables of model files."""

    family: str
    shape: Shape

    @abstractmethod
    def hyper(self, grown: Grown) -> Hyper:
        """What a model file says beside `grown_tensors`."""

    @abstractmethod
    def grown_tensors(self, grown: Grown) -> dict[str, Tensor]:
        """The tensors of the plain network that computes the same as this one grown so far."""


class Forger(Growing):
    """A generator."""

    @abstractmethod
    def forward(self, z: Tensor, label: Tensor | None, grown: Grown, dice: Dice | None = None) -> tuple[Tensor, Tensor]:
        """z [N, z_dim], label [N, L] -> pictures [N, 3, side, side] float32 of the side grown to, and w [N, w_dim].

        dice: chance for fresh noise and for mixing; without it pictures are those of the file, unmixed.
        """

    @abstractmethod
    def centre(self) -> Tensor:
        """The centre of truncation [w_dim]."""

    def track(self, w: Tensor) -> None:
        """Move the centre of truncation towards w [w_dim], the mean of a batch."""


class Inspector(Growing):
    """A discriminator."""

    @abstractmethod
    def forward(self, picture: Tensor, label: Tensor | None, grown: Grown) -> Tensor:
        """picture [N, 3, side, side] of the side grown to, label [N, L] -> logits [N, 1] float32."""
