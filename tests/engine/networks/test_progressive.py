"""Progressive GANs and StyleGAN1 against their textbook and the originals, at every stage of growth."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.job import finish
from engine.models.against import check_against
from engine.networks.families import DISCRIMINATORS, FAMILIES
from engine.networks.generator import Inputs, synthesize
from engine.recipe import Noise
from tests import reference
from tests.engine.textbook import progressive

FILES = [path for path in reference.networks() if path.name.startswith(("progan", "tf_sg1"))]
GROWTHS = (0.0, 0.4, 1.0, 1.75, 2.0)
WIDTHS = {4: 8, 8: 8, 16: 6}


def random_weights(family: str, labels: int = 0) -> dict[str, Tensor]:
    """A generator of 16 px with random tensors: z 5, w 7 numbers."""
    random = torch.Generator().manual_seed(3)
    weights: dict[str, Tensor] = {}

    def draw(name: str, *shape: int) -> None:
        weights[name] = torch.randn(*shape, generator=random)

    def layer(name: str, out: int, inside: int, kernel: int = 3) -> None:
        draw(f"{name}.weight", out, inside, kernel, kernel)
        draw(f"{name}.bias", out)

    def style(name: str, channels: int, side: int) -> None:
        draw(f"{name}.affine.weight", 2 * channels, 7)
        draw(f"{name}.affine.bias", 2 * channels)
        draw(f"{name}.noise_weight", channels)
        draw(f"{name}.noise_const", side, side)

    if family == "progan":
        draw("synthesis.b4.fc.weight", 16 * 8, 5 + labels)
        draw("synthesis.b4.fc.bias", 8)
    else:
        draw("synthesis.b4.const", 8, 4, 4)
        draw("synthesis.b4.conv0.bias", 8)
        draw("mapping.fc0.weight", 7, 5 + (5 if labels else 0))
        draw("mapping.fc0.bias", 7)
        if labels:
            draw("mapping.embed.weight", 5, labels)
    before = 8
    for side, width in WIDTHS.items():
        if side > 4:
            layer(f"synthesis.b{side}.conv0", width, before)
        layer(f"synthesis.b{side}.conv1", width, width if side > 4 else before)
        layer(f"synthesis.b{side}.torgb", 3, width, 1)
        if family == "stylegan1":
            style(f"synthesis.b{side}.conv0", width, side)
            style(f"synthesis.b{side}.conv1", width, side)
        before = width
    return weights


def hyper_of(family: str, lod: float = 0.0, fused_from: int | None = None, labels: int = 0) -> dict:
    own = {"wscale": True} if family == "progan" else {"mapping_lr": 0.01, "wscale": True}
    return own | {"resolution": 16, "z_dim": 5, "c_dim": labels, "lod": lod, "fused_from": fused_from}


def build(family: str, hyper: dict, precision: str = "f32", labels: int = 0):
    return FAMILIES[family].build(random_weights(family, labels), hyper, Target("cpu", precision))


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found.double() - truth.double()).norm() / truth.double().norm())


def styles_of(generator, count: int = 2) -> Tensor:
    random = torch.Generator().manual_seed(4)
    return torch.randn(count, generator.plan.style_rows, generator.plan.w_dim, generator=random)


def textbook(family: str, hyper: dict, styles: Tensor) -> Tensor:
    weights = random_weights(family)
    if family == "progan":
        return progressive.progan(weights, hyper, styles[:, 0].double(), torch.zeros(len(styles), 0), hyper["lod"])
    return progressive.stylegan1(weights, hyper, styles.double(), hyper["lod"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_every_array_of_the_original_program_is_computed_again(path):
    verdicts = finish(check_against(path, reference.truth_of(path)))
    assert {verdict.name for verdict in verdicts} & {"img", "img_psi1"}
    assert [verdict for verdict in verdicts if verdict.missed or verdict.left_out] == []


@pytest.mark.parametrize("family", ["progan", "stylegan1"])
@pytest.mark.parametrize("fused_from", [None, 8, 16])
@pytest.mark.parametrize("lod", GROWTHS)
def test_it_computes_what_the_textbook_says_at_every_stage_of_growth(family, fused_from, lod):
    hyper = hyper_of(family, lod, fused_from)
    generator = build(family, hyper)
    styles = styles_of(generator)
    truth = textbook(family, hyper, styles)
    assert truth.shape == (2, 3, 16, 16)
    assert relative(synthesize(generator, styles), truth) < 1e-5
    assert relative(synthesize(generator, styles[:1]), truth[:1]) < 1e-5


@pytest.mark.parametrize("family", ["progan", "stylegan1"])
def test_half_precision_is_close(family):
    generator = build(family, hyper_of(family), "bf16")
    styles = styles_of(generator)
    assert relative(synthesize(generator, styles), textbook(family, hyper_of(family), styles)) < 0.05


@pytest.mark.parametrize("family", ["progan", "stylegan1"])
def test_a_stage_leaves_the_state_before_it_and_the_styles_alone(family):
    generator = build(family, hyper_of(family, 0.5))
    styles = styles_of(generator, 1)
    kept, state = styles.clone(), None
    for stage in range(len(generator.plan.stages)):
        after = generator.run(stage, state, styles, Inputs())
        again = generator.run(stage, state, styles, Inputs())
        assert torch.equal(after.x, again.x)
        state = after
    assert torch.equal(styles, kept)


@pytest.mark.parametrize("family", ["progan", "stylegan1"])
def test_a_hook_sees_every_named_layer_and_may_change_it(family):
    generator = build(family, hyper_of(family))
    seen: list[str] = []

    def look(name: str, x: Tensor) -> Tensor:
        seen.append(name)
        return x * 0 if name == "b16.conv1" else x

    names = [layer.name for stage in generator.plan.stages for layer in stage.layers]
    picture = synthesize(generator, styles_of(generator, 1), Inputs(hooks=dict.fromkeys(names, look)))
    assert seen == names
    bias = random_weights(family)["synthesis.b16.torgb.bias"]
    assert torch.allclose(picture, bias[None, :, None, None].expand_as(picture))


def test_labels_of_a_progressive_gan_stand_behind_z():
    hyper = hyper_of("progan", labels=3)
    generator = build("progan", hyper, labels=3)
    z, label = torch.randn(2, 5), torch.eye(3)[:2]
    styles = generator.map(z, label)[:, None]
    truth = progressive.progan(random_weights("progan", 3), hyper, z.double(), label.double())
    assert relative(synthesize(generator, styles), truth) < 1e-5
    assert torch.equal(generator.map(z), generator.map(z, torch.zeros(2, 3)))


def test_labels_of_stylegan_are_joined_with_z_before_its_one_norm():
    generator = build("stylegan1", hyper_of("stylegan1", labels=3), labels=3)
    weights = random_weights("stylegan1", 3)
    z, label = torch.randn(2, 5), torch.eye(3)[:2]
    x = torch.cat([z, label @ weights["mapping.embed.weight"].T], 1)
    x = x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()
    x = x @ weights["mapping.fc0.weight"].T * (math.sqrt(2) / math.sqrt(10) * 0.01) + weights["mapping.fc0.bias"] * 0.01
    assert relative(generator.map(z, label), torch.nn.functional.leaky_relu(x, 0.2)) < 1e-5


def test_stylegans_noise_can_be_left_out_or_drawn():
    generator = build("stylegan1", hyper_of("stylegan1"))
    styles = styles_of(generator)
    truth = progressive.stylegan1(random_weights("stylegan1"), hyper_of("stylegan1"), styles.double(), noise=False)
    assert relative(synthesize(generator, styles, Inputs(Noise("none"))), truth) < 1e-5
    first, second = (synthesize(generator, styles, Inputs(Noise("random", seed))) for seed in (1, 2))
    assert not torch.equal(first, second)


@pytest.mark.parametrize(
    ("family", "change", "said"),
    [
        ("progan", {"synthesis.b8.conv0.weight": torch.zeros(8, 7, 3, 3)}, "synthesis.b8.conv0.weight"),
        ("progan", {"synthesis.b4.fc.weight": torch.zeros(100, 5)}, "synthesis.b4.fc.weight"),
        ("progan", {"synthesis.b16.torgb.bias": torch.zeros(4)}, "synthesis.b16.torgb.bias"),
        ("stylegan1", {"synthesis.b8.conv1.affine.weight": torch.zeros(8, 7)}, "synthesis.b8.conv1.affine.weight"),
        ("stylegan1", {"mapping.fc0.weight": torch.zeros(6, 5)}, "mapping"),
        ("stylegan1", {"synthesis.b4.conv0.noise_weight": torch.zeros(3)}, "noise_weight"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named_before_anything_computes(family, change, said):
    with pytest.raises(VisagistError, match=said):
        FAMILIES[family].build(random_weights(family) | change, hyper_of(family), Target("cpu", "f32"))


@pytest.mark.parametrize("lod", [-1.0, 2.5, float("nan"), "much"])
@pytest.mark.parametrize("family", ["progan", "stylegan1"])
def test_a_stage_of_growth_that_there_is_not_is_refused(family, lod):
    with pytest.raises(VisagistError, match="level of detail"):
        build(family, hyper_of(family, lod))


def test_the_discriminator_lets_gradients_through():
    weights = {"b8.fromrgb.weight": torch.randn(4, 3, 1, 1), "b4.fromrgb.weight": torch.randn(4, 3, 1, 1)}
    weights |= {"b8.conv0.weight": torch.randn(4, 4, 3, 3), "b8.conv1.weight": torch.randn(4, 4, 3, 3)}
    weights |= {"b4.conv.weight": torch.randn(4, 5, 3, 3), "b4.fc.weight": torch.randn(4, 64)}
    weights["b4.out.weight"] = torch.randn(1, 4)
    weights |= {name.replace("weight", "bias"): torch.zeros(len(tensor)) for name, tensor in weights.items()}
    hyper = {"lod": 0.0, "fused_from": None, "mbstd_group": 4, "mbstd_features": 1, "label": "dot", "blur": True}
    picture = torch.randn(2, 3, 8, 8, requires_grad=True)
    DISCRIMINATORS["stylegan1_d"](weights, hyper, torch.device("cpu"))(picture, None).sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().sum() > 0


def test_a_progressive_gan_renders_from_its_file(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))
    path = reference.DATA / "tf" / "progan64_fused.pkl"
    assert cli("render", "--model", path, "--seed", 3, "--psi", 0.7, "-o", tmp_path / "face.png").code == 0
