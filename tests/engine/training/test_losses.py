"""Losses and penalties against twins in float64 that are written down as the papers have them."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.stylegan2_discriminator import with_deviation
from engine.training import losses
from engine.training.augment import Augmentation, AugmentSettings
from engine.training.dice import Dice
from engine.training.networks.discriminator import StyleDiscriminator
from engine.training.networks.progan_discriminator import ProganDiscriminator
from engine.training.networks.shape import Grown, Shape
from tests.engine.textbook import progressive

SHAPE = Shape(8, widest=8, base=64, z_dim=4, w_dim=4, mapping_layers=1)
SHARE = torch.tensor([0.0, 0.2, 0.7, 1.0], dtype=torch.float64).reshape(4, 1, 1, 1)


def pictures(seed: int, count: int = 4, side: int = 8, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(seed), dtype=dtype) * 2 - 1


def small_judge(side: int = 4) -> tuple[list[Tensor], losses.Judge]:
    """Weights in float64 and a judge with a bend, which looks at every picture by itself."""
    random = torch.Generator().manual_seed(2)
    sizes = (6, 3, 3, 3), (2, 6, side, side), (1, 2)
    weights = [torch.randn(*size, generator=random, dtype=torch.float64).mul(0.4).requires_grad_() for size in sizes]

    def judge(x: Tensor) -> Tensor:
        return F.linear(
            F.conv2d(F.softplus(F.conv2d(x, weights[0], padding=1)), weights[1]).flatten(1).sin(), weights[2]
        )

    return weights, judge


def slopes_by_differences(judge: losses.Judge, x: Tensor, step: float = 1e-5) -> Tensor:
    """d judge / d x of every picture's own logit, pixel by pixel."""
    x, flat = x.detach(), torch.zeros(x.shape, dtype=torch.float64).flatten(1)
    for pixel in range(flat.shape[1]):
        nudge = torch.zeros_like(flat)
        nudge[:, pixel] = step
        nudge = nudge.view_as(x)
        with torch.no_grad():
            flat[:, pixel] = (judge(x + nudge) - judge(x - nudge))[:, 0] / (2 * step)
    return flat


def test_r1_is_half_the_mean_squared_slope_that_differences_find():
    _, judge = small_judge()
    real = pictures(1, side=4).requires_grad_()
    truth = slopes_by_differences(judge, real).square().sum(1).mean() / 2
    assert float(losses.r1_penalty(judge(real), real).detach()) == pytest.approx(float(truth), rel=1e-7)


@pytest.mark.parametrize("target", [1.0, 750.0])
def test_the_gradient_penalty_is_what_differences_find_between_real_and_generated(target):
    _, judge = small_judge()
    real, fake = pictures(1, side=4), pictures(2, side=4)
    between = real * (1 - SHARE) + fake * SHARE
    truth = torch.stack([(slope.norm() - target) ** 2 / target**2 for slope in slopes_by_differences(judge, between)])
    found = losses.gradient_penalty(judge, real, fake, SHARE, target)
    assert float(found.detach()) == pytest.approx(float(truth.mean()), rel=1e-7)


def test_the_penalties_teach_the_weights_what_differences_find():
    weights, judge = small_judge()
    real, fake = pictures(1, side=4), pictures(2, side=4)

    def r1(*_: Tensor) -> Tensor:
        x = real.clone().requires_grad_()
        return losses.r1_penalty(judge(x), x)

    def wgan_gp(*_: Tensor) -> Tensor:
        return losses.gradient_penalty(judge, real, fake, SHARE)

    assert torch.autograd.gradcheck(r1, weights)
    assert torch.autograd.gradcheck(wgan_gp, weights)


def test_r1_through_the_augmentation_teaches_what_differences_find():
    weights, judge = small_judge()
    augmentation, real = Augmentation(AugmentSettings()), pictures(1, side=4)

    def r1(*_: Tensor) -> Tensor:
        x = real.clone().requires_grad_()
        return losses.r1_penalty(judge(augmentation(x, 0.9, Dice(1, 1))), x)

    assert torch.autograd.gradcheck(r1, weights)


def test_a_judge_that_slopes_nowhere_leaves_the_gradient_penalty_and_its_gradient_finite():
    weight = torch.zeros(1, 48, requires_grad=True)
    real, fake = pictures(1, side=4).float(), pictures(2, side=4).float()
    penalty = losses.gradient_penalty(
        lambda x: F.linear(x.flatten(1), weight), real, fake, torch.full((4, 1, 1, 1), 0.5)
    )
    penalty.backward()
    assert penalty == 1.0
    assert weight.grad is not None
    assert weight.grad.isfinite().all()


@pytest.mark.parametrize("grown", [Grown(8), Grown(8, 0.4)], ids=str)
@pytest.mark.parametrize("penalty", ["r1", "wgan_gp"])
def test_the_discriminator_learns_from_penalties_as_its_textbook_in_float64(penalty, grown):
    torch.manual_seed(3)
    network = ProganDiscriminator(SHAPE)
    twins = {name: tensor.double().requires_grad_() for name, tensor in network.grown_tensors(grown).items()}
    numbers = network.hyper(grown) | {"resolution": grown.side}
    real, fake = pictures(1), pictures(2)
    x = real.clone() if penalty == "r1" else real + SHARE * (fake - real)
    x.requires_grad_()
    # the plain way: the whole matrix of all logits by all pixels
    slope = torch.autograd.functional.jacobian(
        lambda x: progressive.discriminator(twins, numbers, x, 1 - grown.alpha).sum(), x, create_graph=True
    )
    lengths = torch.stack([one.norm() for one in slope])
    truth = (lengths**2).mean() / 2 if penalty == "r1" else ((lengths - 1) ** 2).mean()
    truth.backward()

    def judge(x: Tensor) -> Tensor:
        return network(x, None, grown)

    if penalty == "r1":
        given = real.float().requires_grad_()
        found = losses.r1_penalty(judge(given), given)
    else:
        found = losses.gradient_penalty(judge, real.float(), fake.float(), SHARE.float())
    found.backward()
    assert float(found.detach()) == pytest.approx(float(truth.detach()), rel=1e-4)
    for name, parameter in network.named_parameters():
        twin = twins[name].grad
        if twin is None or not twin.any():
            assert parameter.grad is None or not parameter.grad.any(), name
        else:
            assert (parameter.grad - twin).norm() < 1e-3 * twin.norm(), name


def deviation_by_loops(x: Tensor, group: int) -> Tensor:
    """Minibatch standard deviation, sum by sum (ProGAN, section 3): [N, C + 1, H, W]."""
    n, channels, height, width = x.shape
    groups = n // group
    planes = []
    for sample in range(n):
        members = [x[other] for other in range(n) if other % groups == sample % groups]
        mean = sum(members) / group
        variance = sum((member - mean) ** 2 for member in members) / group
        value = (variance + 1e-8).sqrt().sum() / (channels * height * width)
        planes.append(value.expand(1, height, width))
    return torch.cat([x, torch.stack(planes)], 1)


@pytest.mark.parametrize(("count", "group"), [(4, 4), (8, 4), (6, 2)])
def test_minibatch_deviation_is_what_loops_over_the_group_say_and_so_are_its_gradients(count, group):
    x = torch.randn(count, 3, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    found, truth = with_deviation(x, group, 1), deviation_by_loops(x, group)
    assert torch.allclose(found, truth, rtol=1e-12)
    outer = torch.randn(found.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    slopes = [torch.autograd.grad((y.sin() * outer).sum(), x, create_graph=True)[0] for y in (found, truth)]
    assert torch.allclose(*slopes, rtol=1e-10)
    curves = [torch.autograd.grad(slope.square().sum(), x)[0] for slope in slopes]
    assert torch.allclose(*curves, rtol=1e-9)


def test_minibatch_deviation_has_right_gradients_of_both_orders():
    x = torch.randn(4, 2, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: with_deviation(x, 2, 1), (x,))
    assert torch.autograd.gradgradcheck(lambda x: with_deviation(x, 2, 1), (x,))


def test_equal_pictures_have_a_minibatch_deviation_of_nothing_and_a_finite_gradient():
    x = torch.ones(4, 2, 4, 4, requires_grad=True)
    deviation = with_deviation(x, 4, 1)[:, 2]
    deviation.sum().backward()
    assert deviation.max() < 1e-3
    assert x.grad is not None
    assert x.grad.isfinite().all()


def test_the_style_discriminator_lets_the_penalties_through():
    torch.manual_seed(3)
    network = StyleDiscriminator(SHAPE)
    given = pictures(1).float().requires_grad_()
    losses.r1_penalty(network(given, None, Grown(8, 0.5)), given).backward()
    learning = {
        name for name, parameter in network.named_parameters() if parameter.grad is not None and parameter.grad.any()
    }
    assert {"b8.fromrgb.weight", "b4.fromrgb.weight", "b8.skip.weight", "b4.conv.weight", "b4.out.weight"} <= learning


def test_logistic_losses_are_the_logarithms_of_probabilities():
    real, fake = torch.tensor([[0.3], [-2.0]]), torch.tensor([[1.5], [-0.2]])
    probability = [1 / (1 + math.exp(-value)) for value in (0.3, -2.0, 1.5, -0.2)]
    taught = -(math.log(probability[0]) + math.log(probability[1])) / 2
    taught -= (math.log(1 - probability[2]) + math.log(1 - probability[3])) / 2
    forged = -(math.log(probability[2]) + math.log(probability[3])) / 2
    assert float(losses.discriminator_loss(real, fake)) == pytest.approx(taught, rel=1e-6)
    assert float(losses.generator_loss(fake)) == pytest.approx(forged, rel=1e-6)


def test_the_wasserstein_loss_is_the_distance_of_means_and_a_drift():
    real, fake = torch.tensor([[3.0], [1.0]]), torch.tensor([[0.5], [-0.5]])
    assert float(losses.wasserstein_discriminator_loss(real, fake, drift=0.0)) == -2.0
    assert float(losses.wasserstein_discriminator_loss(real, fake, drift=0.1)) == pytest.approx(-2.0 + 0.1 * 5)
    assert float(losses.wasserstein_generator_loss(fake)) == 0.0
