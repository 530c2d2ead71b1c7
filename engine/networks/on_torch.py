"""What every generator that computes in plain torch does alike."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor

from engine.frame import to_pixels
from engine.networks.generator import Output, State


class OnTorch(ABC):
    """A network on a torch device."""

    device: torch.device

    @abstractmethod
    def picture(self, output: Output, state: State, styles: Tensor) -> Tensor:
        """State after `output.stage` -> [N, 3, size, size] float32 in about [-1, 1]."""

    def pixels(self, output: Output, state: State, styles: Tensor) -> np.ndarray:
        """As `picture` for one sample, as display pixels."""
        return to_pixels(self.picture(output, state, styles)[0])

    def trim(self) -> None:
        """Give torch's idle memory back to the device."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
