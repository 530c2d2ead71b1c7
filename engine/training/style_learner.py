"""The contest of style-based networks: non-saturating loss, lazy R1, style mixing (1912.04958, section 4)."""

from __future__ import annotations

from torch import Tensor

from engine.training import losses
from engine.training.dice import Dice
from engine.training.learner import Augment, Learner, Shown, faded
from engine.training.networks.discriminator import StyleDiscriminator
from engine.training.networks.protocol import Forger, Inspector
from engine.training.networks.shape import Grown
from engine.training.networks.style import StyleGenerator

R1_PER_PIXEL = 5e-4  # weight of R1 by pixels over batch; StyleGAN2-ADA (2006.06676, appendix) scales it so


class StyleLearner(Learner):
    """One step of it reads top to bottom like the paper."""

    def build(self) -> tuple[Forger, Inspector]:
        return StyleGenerator(self.shape, self.dtype, self.config.mixing), StyleDiscriminator(self.shape, self.dtype)

    @property
    def often(self) -> dict[str, float]:
        """The extra step of R1 counts (appendix B)."""
        return {"generator": 1.0, "discriminator": self.config.r1_every / (self.config.r1_every + 1)}

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
        n = len(real)
        real = faded(real, grown)
        picture, w = self.generator(dice.normal(n, self.shape.z_dim).to(self.device), label, grown, dice)
        # the inspector learns to tell the two apart
        self.ask(self.discriminator)
        real_logits = self.discriminator(augment(real), label, grown)
        fake_logits = self.discriminator(augment(picture.detach()), label, grown)
        loss_d = losses.discriminator_loss(real_logits, fake_logits)
        grad_d = self.learn("discriminator", loss_d)
        penalty = None
        if step % self.config.r1_every == 0:
            penalty = self.smooth(real, label, grown, augment)
        # the forger learns to be taken for real; the same pictures serve both
        self.ask(self.generator)
        judged = self.discriminator(augment(picture), label, grown)
        loss_g = losses.generator_loss(judged)
        grad_g = self.learn("generator", loss_g)
        self.generator.track(self.together.mean(w.detach().mean(0)))
        self.remember(images, n * self.together.world)
        return self.shown(loss_g, loss_d, real_logits, fake_logits, picture, penalty, grad_g, grad_d)

    def smooth(self, real: Tensor, label: Tensor | None, grown: Grown, augment: Augment) -> float:
        """Lazy R1 (1912.04958, section 4): rarely, and so much the stronger. Gives the penalty without its weight."""
        pictures = real.detach().requires_grad_()
        penalty = losses.r1_penalty(self.discriminator(augment(pictures), label, grown), pictures)
        gamma = self.config.r1_gamma
        if gamma is None:
            gamma = R1_PER_PIXEL * grown.side**2 / (len(real) * self.together.world)
        self.learn("discriminator", penalty * (gamma * self.config.r1_every))
        return float(self.together.mean(penalty.detach()))
