"""The two networks, their optimizers, and what every contest between them needs."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.progressive import DTYPES
from engine.training.config import Config
from engine.training.dice import Dice
from engine.training.networks.protocol import Forger, Inspector
from engine.training.networks.shape import Grown, Shape
from engine.training.together import Together

BETAS = (0.0, 0.99)
SMALLEST_SCALE = 1.0  # of a loss in fp16; gradients that are too large for it are no longer numbers at all

Augment = Callable[[Tensor], Tensor]  # pictures [N, 3, H, W] -> the same shape


@dataclass(frozen=True)
class Shown:
    """What one step saw: numbers that the curves are made of. Logits are means over the batch.

    penalty: R1 or the gradient penalty, None in a step without one; sign: mean sign of the logits of real pictures;
    spread: standard deviation of generated pixels between pictures.
    """

    loss_g: float
    loss_d: float
    real: float
    fake: float
    penalty: float | None
    sign: float
    grad_g: float
    grad_d: float
    spread: float


class Learner(ABC):
    """Generator, discriminator, the generator's running average, and Adam for both.

    config, shape: what to build; device, precision: where and in what it computes.
    """

    generator: Forger
    discriminator: Inspector
    average: Forger

    @abstractmethod
    def build(self) -> tuple[Forger, Inspector]:
        """Both networks, with random weights."""

    @abstractmethod
    def step(
        self,
        real: Tensor,
        label: Tensor | None,
        grown: Grown,
        dice: Dice,
        *,
        step: int,
        images: int,
        augment: Augment,
    ) -> Shown:
        """One step of both networks.

        real [N, 3, side, side] in [-1, 1] and label [N, L]: this process' share of the batch; images: shown before;
        augment: what the discriminator sees of any pictures.
        """

    def __init__(
        self,
        config: Config,
        shape: Shape,
        device: str = "cpu",
        precision: str = "f32",
        together: Together | None = None,
    ) -> None:
        self.config, self.shape, self.device = config, shape, torch.device(device)
        self.together = together or Together()
        self.dtype = DTYPES[precision]
        self.begin()

    def begin(self) -> None:
        """Networks that know nothing, always the same for a seed."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.config.seed)
            generator, discriminator = self.build()
        self.generator, self.discriminator = generator.to(self.device), discriminator.to(self.device)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.networks: dict[str, nn.Module] = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average,
        }
        lr = self.config.levels[0].lr
        self.optimizers = {
            part: torch.optim.Adam(self.networks[part].parameters(), lr * often, (BETAS[0] ** often, BETAS[1] ** often))
            for part, often in self.often.items()
        }
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.dtype == torch.float16)

    @property
    def often(self) -> dict[str, float]:
        """By what a network's learning rate is held back for the steps that it takes beside those of the losses."""
        return {"generator": 1.0, "discriminator": 1.0}

    def set_rate(self, lr: float) -> None:
        """Learning rate of both networks."""
        for part, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = lr * self.often[part]

    def shown(
        self,
        loss_g: Tensor,
        loss_d: Tensor,
        real: Tensor,
        fake: Tensor,
        picture: Tensor,
        penalty: float | None,
        grad_g: float,
        grad_d: float,
    ) -> Shown:
        """Losses, logits [N, 1] and generated pictures [N, 3, H, W] -> numbers, means over all processes."""
        numbers = [loss_g, loss_d, real.mean(), fake.mean(), real.sign().mean(), picture.std(0).mean()]
        means = self.together.mean(torch.stack([number.detach().float() for number in numbers])).tolist()
        sign, spread = means[4:]
        return Shown(means[0], means[1], means[2], means[3], penalty, sign, grad_g, grad_d, spread)

    def ask(self, learning: nn.Module) -> None:
        """Only one of the two learns at a time."""
        self.generator.requires_grad_(learning is self.generator)
        self.discriminator.requires_grad_(learning is self.discriminator)

    def learn(self, part: str, loss: Tensor) -> float:
        """A step of Adam down the gradient; gives the gradient's norm."""
        optimizer = self.optimizers[part]
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(self.scaler.scale(loss))
        gradients = [p.grad for p in self.networks[part].parameters() if p.grad is not None]
        self.together.average(gradients)  # before the scaler looks, so that all processes leave out the same steps
        self.scaler.unscale_(optimizer)
        norm = norm_of(gradients)
        self.scaler.step(optimizer)
        self.scaler.update()
        # in fp16 gradients may be too large for their scale; the scaler has left that step out and takes a smaller one
        left_out = not math.isfinite(norm) and self.scaler.is_enabled() and self.scaler.get_scale() >= SMALLEST_SCALE
        return 0.0 if left_out else norm

    def forget_gradients(self) -> None:
        """Free what a step that failed has left."""
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        if self.scaler.is_enabled():  # it may stand in the middle of the step
            self.scaler = torch.amp.GradScaler(self.device.type, init_scale=self.scaler.get_scale())

    @torch.no_grad()
    def remember(self, images: int, batch: int) -> None:
        """Move the average of the generator (ProGAN, section 4) towards what it is now."""
        half_life = min(self.config.ema_images, max(images * 0.05, batch))
        beta = 0.5 ** (batch / half_life)
        for own, other in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            own.lerp_(other, 1 - beta)
        for kept, present in zip(self.average.buffers(), self.generator.buffers(), strict=True):
            kept.copy_(present)


def faded(real: Tensor, grown: Grown) -> Tensor:
    """Real pictures as sharp as the level that fades in (ProGAN, section 2)."""
    if grown.alpha == 1:
        return real
    soft = F.interpolate(F.avg_pool2d(real, 2), scale_factor=2.0)
    return torch.lerp(soft, real, grown.alpha)


def norm_of(gradients: Iterable[Tensor]) -> float:
    """Length of all gradients together."""
    return float(torch.stack([gradient.float().norm() for gradient in gradients]).norm())
