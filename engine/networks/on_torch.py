"""What every generator that computes in plain torch does alike."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.frame import to_pixels
from engine.networks.generator import PLAIN, Inputs, Output, State


class OnTorch(ABC):
    """A network on a torch device."""

    device: torch.device

    def road(self, inputs: Inputs = PLAIN) -> str:
        """What computes the pictures."""
        return "torch"

    @abstractmethod
    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """State after `output.stage` -> [N, 3, size, size] float32 in about [-1, 1]."""

    def pixels(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> np.ndarray:
        """As `picture` for one sample, as display pixels."""
        return to_pixels(self.picture(output, state, styles, inputs)[0])

    def trim(self) -> None:
        """Give torch's idle memory back to the device."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def recorded(*tensors: Tensor) -> bool:
    """Whether torch records gradients through one of these: then nothing that they need may be written over."""
    return torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)


def refuse_gradients(*tensors: Tensor) -> None:
    """For what computes without torch; RuntimeError where torch would record gradients through one of these."""
    if recorded(*tensors):
        raise RuntimeError(
            "the quick kernels of this network have no gradients; `engine.networks.families.plain` builds one that has"
        )


def activated(x: Tensor, clamp: float | None = None) -> Tensor:
    """Leaky ReLU 0.2, and clamp where there is one; in place where nobody needs x any more."""
    if recorded(x):
        x = F.leaky_relu(x, 0.2)
        return x if clamp is None else x.clamp(-clamp, clamp)
    x = F.leaky_relu_(x, 0.2)
    return x if clamp is None else x.clamp_(-clamp, clamp)
