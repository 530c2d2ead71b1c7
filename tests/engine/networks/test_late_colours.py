"""Late colours of drafts: the arithmetic, and that a draft follows the rows its head does not read."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.frame import to_pixels
from engine.networks.families import FAMILIES
from engine.networks.generator import Generator, Inputs, synthesize
from engine.networks.late_colours import colours_of, late_rows, recoloured
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_shapes import check_shapes
from tests.nets import STYLE, tiny_weights


def with_late() -> dict[str, Tensor]:
    """The tiny network with late colours for its 16 px draft: after its head's row 3 come 4, 5, 7, 8, 9."""
    draw = torch.Generator().manual_seed(9)
    late = {"weight": torch.randn(12, 5 * STYLE, generator=draw) / 200, "bias": torch.randn(12, generator=draw) / 10}
    return tiny_weights() | {f"synthesis.heads.16.late.{name}": tensor for name, tensor in late.items()}


@pytest.fixture(params=["torch", "as built for this processor"])
def generator(request) -> Generator:
    if request.param == "torch":
        return MobileStyleGAN(with_late())
    return FAMILIES["mobile_stylegan"].build(with_late(), {}, Target("cpu", "f32"))


def styles() -> Tensor:
    return torch.randn(1, 10, STYLE, generator=torch.Generator().manual_seed(1))


def test_each_pixel_goes_through_one_matrix_and_offset():
    draw = torch.Generator().manual_seed(0)
    picture, late = torch.randn(2, 3, 4, 5, generator=draw), torch.randn(2, 3, 7, generator=draw)
    weight, bias = torch.randn(12, 21, generator=draw), torch.randn(12, generator=draw)
    found = recoloured(picture, colours_of(weight, bias, late))
    for n in range(2):
        numbers = weight @ late[n].flatten() + bias
        matrix = torch.eye(3) + numbers[:9].reshape(3, 3)
        assert torch.allclose(found[n, :, 2, 3], matrix @ picture[n, :, 2, 3] + numbers[9:], atol=1e-4)


def test_a_draft_follows_the_late_rows_that_the_full_picture_reads(generator):
    assert late_rows(generator.plan, generator.plan.output(16)) == (4, 5, 7, 8, 9)
    before = synthesize(generator, styles(), size=16)
    for row, follows in ((4, True), (9, True), (6, False)):
        changed = styles()
        changed[:, row] += 1
        assert torch.equal(synthesize(generator, changed, size=16), before) is not follows


def test_the_other_pictures_are_left_alone(generator):
    plain = MobileStyleGAN(tiny_weights())
    for size in (32, 64):
        drawn, expected = (synthesize(network, styles(), size=size) for network in (generator, plain))
        assert torch.allclose(drawn, expected, atol=1e-3 * float(expected.abs().max()))


def test_display_pixels_are_those_of_the_picture(generator):
    output = generator.plan.output(16)
    given = styles()
    state = None
    for stage in range(output.stage + 1):
        state = generator.run(stage, state, given, Inputs())
    assert state is not None
    shown = generator.pixels(output, state, given).astype(int)
    assert abs(shown - to_pixels(generator.picture(output, state, given)[0]).astype(int)).max() <= 1


def test_every_road_draws_the_same_draft():
    roads = [MobileStyleGAN(with_late()), FAMILIES["mobile_stylegan"].build(with_late(), {}, Target("cpu", "f32"))]
    one, other = (synthesize(road, styles(), size=16) for road in roads)
    assert torch.allclose(one, other, atol=1e-3 * float(one.abs().max()))


@pytest.mark.parametrize("change", [lambda t: t[..., :-1], lambda t: torch.zeros(0), lambda t: t.int()])
@pytest.mark.parametrize("part", ["weight", "bias"])
def test_late_colours_of_another_shape_are_refused_before_they_are_used(part, change):
    check_shapes(with_late())
    name = f"synthesis.heads.16.late.{part}"
    with pytest.raises(VisagistError, match=name):
        check_shapes(with_late() | {name: change(with_late()[name]).contiguous()})


def test_the_full_picture_has_no_late_colours():
    late = {"synthesis.heads.64.late.weight": torch.zeros(12, STYLE), "synthesis.heads.64.late.bias": torch.zeros(12)}
    with pytest.raises(VisagistError, match="has no place in this network"):
        check_shapes(tiny_weights() | late)
