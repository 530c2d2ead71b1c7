"""Hidden layers of draft heads: every road draws the same, other pictures have none, odd shapes are refused."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.networks.families import FAMILIES
from engine.networks.generator import synthesize
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_shapes import check_shapes
from tests.nets import STYLE, tiny_weights

HIDDEN, INSIDE = 24, 64
SHAPES = {
    "hidden.depthwise": (INSIDE, 3, 3),
    "hidden.pointwise": (HIDDEN, INSIDE),
    "hidden.bias": (HIDDEN,),
    "hidden.modulation.weight": (INSIDE, STYLE),
    "hidden.modulation.bias": (INSIDE,),
    "modulation.weight": (HIDDEN, STYLE),
    "modulation.bias": (HIDDEN,),
    "weight": (12, HIDDEN),
}


def with_hidden(size: int = 32) -> dict[str, Tensor]:
    """The tiny network with a hidden layer for one of its drafts."""
    draw = torch.Generator().manual_seed(4)
    return tiny_weights() | {
        f"synthesis.heads.{size}.{name}": torch.randn(shape, generator=draw) / (STYLE**0.5 if STYLE in shape else 1)
        for name, shape in SHAPES.items()
    }


def styles() -> Tensor:
    return torch.randn(1, 10, STYLE, generator=torch.Generator().manual_seed(1))


def test_every_road_draws_the_same_draft_and_the_other_pictures_stay():
    plain, network = MobileStyleGAN(tiny_weights()), MobileStyleGAN(with_hidden())
    fused = FAMILIES["mobile_stylegan"].build(with_hidden(), {}, Target("cpu", "f32"))
    for size in (16, 32, 64):
        one, other = (synthesize(road, styles(), size=size) for road in (network, fused))
        assert torch.allclose(one, other, atol=1e-3 * float(one.abs().max()))
        assert torch.equal(one, synthesize(plain, styles(), size=size)) is (size != 32)


@pytest.mark.parametrize("change", [lambda t: t[..., :-1], lambda t: torch.zeros(0), lambda t: t.int(), lambda t: None])
@pytest.mark.parametrize("part", [part for part in SHAPES if part.startswith("hidden")])
def test_a_hidden_layer_of_another_shape_is_refused_before_it_is_used(part, change):
    check_shapes(with_hidden())
    tensors = with_hidden()
    changed = change(tensors.pop(f"synthesis.heads.32.{part}"))
    if changed is not None:
        tensors[f"synthesis.heads.32.{part}"] = changed.contiguous()
    with pytest.raises(VisagistError, match=r"synthesis\.heads\.32\."):
        check_shapes(tensors)


def test_the_full_picture_has_no_hidden_layer():
    with pytest.raises(VisagistError, match=r"synthesis\.heads\.64\."):
        check_shapes(with_hidden(64))
