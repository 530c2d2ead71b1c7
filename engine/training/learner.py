"""The two networks, their optimizers, and one step of their contest; it reads top to bottom like the papers."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training import losses
from engine.training.config import Config
from engine.training.dice import Dice
from engine.training.networks.discriminator import StyleDiscriminator
from engine.training.networks.shape import Grown, Shape
from engine.training.networks.style import StyleGenerator
from engine.training.together import Together

DTYPES = {"f32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
BETAS = (0.0, 0.99)
R1_PER_PIXEL = 5e-4  # weight of R1 by pixels over batch, as StyleGAN2-ADA (2006.06676, appendix) chooses it


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


class Learner:
    """Generator, discriminator, the generator's running average, and Adam for both.

    config, shape: what to build; device, precision: where and in what it computes.
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
            self.generator = StyleGenerator(self.shape, self.dtype, self.config.mixing).to(self.device)
            self.discriminator = StyleDiscriminator(self.shape, self.dtype).to(self.device)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.networks: dict[str, nn.Module] = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average,
        }
        lr = self.config.levels[0].lr
        often = self.config.r1_every / (
            self.config.r1_every + 1
        )  # the extra step of R1 counts (1912.04958, appendix B)
        self.optimizers = {
            "generator": torch.optim.Adam(self.generator.parameters(), lr, BETAS),
            "discriminator": torch.optim.Adam(
                self.discriminator.parameters(), lr * often, (BETAS[0] ** often, BETAS[1] ** often)
            ),
        }
        self.often = often
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.dtype == torch.float16)

    def set_rate(self, lr: float) -> None:
        """Learning rate of both networks."""
        for part, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = lr * (self.often if part == "discriminator" else 1.0)

    def step(self, real: Tensor, label: Tensor | None, grown: Grown, dice: Dice, *, step: int, images: int) -> Shown:
        """One step of both networks.

        real [N, 3, side, side] in [-1, 1] and label [N, L]: this process' share of the batch; images: shown before.
        """
        n = len(real)
        real = faded(real, grown)
        picture, w = self.generator(dice.normal(n, self.shape.z_dim).to(self.device), label, grown, dice)
        # the inspector learns to tell the two apart
        self.ask(self.discriminator)
        real_logits = self.discriminator(real, label, grown)
        fake_logits = self.discriminator(picture.detach(), label, grown)
        loss_d = losses.discriminator_loss(real_logits, fake_logits)
        grad_d = self.learn("discriminator", loss_d)
        penalty = None
        if step % self.config.r1_every == 0:
            penalty = self.smooth(real, label, grown)
        # the forger learns to be taken for real; the same pictures serve both
        self.ask(self.generator)
        judged = self.discriminator(picture, label, grown)
        loss_g = losses.generator_loss(judged)
        grad_g = self.learn("generator", loss_g)
        self.generator.mapping.track(self.together.mean(w.detach().mean(0))[None])
        self.remember(images, n * self.together.world)
        spread = picture.detach().std(0).mean()
        numbers = [loss_g, loss_d, real_logits.mean(), fake_logits.mean(), real_logits.sign().mean(), spread]
        shown = self.together.mean(torch.stack([number.detach().float() for number in numbers])).tolist()
        return Shown(shown[0], shown[1], shown[2], shown[3], penalty, shown[4], grad_g, grad_d, shown[5])

    def smooth(self, real: Tensor, label: Tensor | None, grown: Grown) -> float:
        """Lazy R1 (1912.04958, section 4): rarely, and so much the stronger. Gives the penalty without its weight."""
        pictures = real.detach().requires_grad_()
        penalty = losses.r1_penalty(self.discriminator(pictures, label, grown), pictures)
        gamma = self.config.r1_gamma
        if gamma is None:
            gamma = R1_PER_PIXEL * grown.side**2 / (len(real) * self.together.world)
        self.learn("discriminator", penalty * (gamma * self.config.r1_every))
        return float(self.together.mean(penalty.detach()))

    def ask(self, learning: nn.Module) -> None:
        """Only one of the two learns at a time."""
        self.generator.requires_grad_(learning is self.generator)
        self.discriminator.requires_grad_(learning is self.discriminator)

    def learn(self, part: str, loss: Tensor) -> float:
        """A step of Adam down the gradient; gives the gradient's norm."""
        optimizer = self.optimizers[part]
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(self.scaler.scale(loss))
        self.scaler.unscale_(optimizer)
        gradients = [p.grad for p in self.networks[part].parameters() if p.grad is not None]
        self.together.average(gradients)
        norm = norm_of(gradients)
        self.scaler.step(optimizer)
        self.scaler.update()
        return norm

    def forget_gradients(self) -> None:
        """Free what a step that failed has left."""
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none=True)

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
