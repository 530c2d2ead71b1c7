"""The contest of progressive GANs: Wasserstein loss with gradient penalty and drift (1710.10196, appendix A.1)."""

from __future__ import annotations

from torch import Tensor

from engine.training import losses
from engine.training.dice import Dice
from engine.training.learner import Augment, Learner, Shown, faded
from engine.training.networks.progan import ProganGenerator
from engine.training.networks.progan_discriminator import ProganDiscriminator
from engine.training.networks.protocol import Forger, Inspector
from engine.training.networks.shape import Grown


class ProganLearner(Learner):
    """One step of it reads top to bottom like the paper."""

    def build(self) -> tuple[Forger, Inspector]:
        return ProganGenerator(self.shape, self.dtype), ProganDiscriminator(self.shape, self.dtype)

    def step(
        self, real: Tensor, label: Tensor | None, grown: Grown, dice: Dice, *, step: int, images: int, augment: Augment
    ) -> Shown:
        n = len(real)
        real = faded(real, grown)
        picture, _ = self.generator(dice.normal(n, self.shape.z_dim), label, grown, dice)

        def judge(pictures: Tensor) -> Tensor:
            logits: Tensor = self.discriminator(augment(pictures), label, grown)
            return logits

        # the inspector learns to tell the two apart
        self.ask(self.discriminator)
        fake = picture.detach()
        real_logits, fake_logits = judge(real), judge(fake)
        penalty = losses.gradient_penalty(judge, real, fake, dice.uniform(n, 1, 1, 1))
        loss_d = losses.wasserstein_discriminator_loss(real_logits, fake_logits)
        grad_d = self.learn("discriminator", loss_d + self.config.gp_weight * penalty)
        # the forger learns to be taken for real; the same pictures serve both
        self.ask(self.generator)
        loss_g = losses.wasserstein_generator_loss(judge(picture))
        grad_g = self.learn("generator", loss_g)
        self.remember(images, n * self.together.world)
        return self.shown(
            loss_g,
            loss_d,
            real_logits,
            fake_logits,
            picture,
            float(self.together.mean(penalty.detach())),
            grad_g,
            grad_d,
        )
