"""The face generator against the numbers of the original program (f32, OpenVINO), on every road of this machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.devices import choose
from engine.kernels import supported
from engine.models.format import load_model
from engine.networks.cuda_graphs import GraphedGenerator
from engine.networks.generator import Generator, Inputs, synthesize
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_fused import FusedMobileStyleGAN
from engine.recipe import Noise, NoiseLevel
from tests.nets import tiny_weights

REFERENCE = Path(__file__).parents[2] / "data" / "mobilestylegan_ffhq.npz"
ROADS = ["torch f32", "fused f32", "fused bf16", "cuda f32", "cuda fp16", "cuda bf16"]
LEVELS = Noise("random", 4, 0.5, (NoiseLevel(8, 0.0), NoiseLevel(32, 2.0)), 0.3)
TOLERANCE = {"f32": 1e-4, "fp16": 2e-2, "bf16": 2e-2}


def build(road: str, weights: dict[str, torch.Tensor]) -> Generator:
    kind, precision = road.split()
    if kind == "torch":
        return MobileStyleGAN(weights, "cpu", precision)
    if kind == "fused":
        if supported() is not None:
            pytest.skip(f"no fused kernels here: {supported()}")
        if precision == "bf16" and choose("cpu").precision != "bf16":
            pytest.skip("this processor does not multiply bf16")
        return FusedMobileStyleGAN(weights, precision)
    if not torch.cuda.is_available():
        pytest.skip("no CUDA here")
    return GraphedGenerator(MobileStyleGAN(weights, "cuda", precision))


def relative(value: np.ndarray, truth: np.ndarray) -> float:
    return float(np.linalg.norm(value - truth) / np.linalg.norm(truth))


@pytest.fixture(scope="module")
def reference() -> dict[str, np.ndarray]:
    with np.load(REFERENCE) as data:
        return dict(data)


@pytest.fixture(scope="module")
def face_weights(model_path) -> dict[str, torch.Tensor]:
    return load_model(model_path)[1]


@pytest.mark.parametrize("road", ROADS)
def test_the_face_generator_matches_the_original_program(road, face_weights, reference):
    generator = build(road, face_weights)
    w = generator.map(torch.from_numpy(reference["z"]))
    assert relative(w.numpy(), reference["w_raw"]) < 1e-4
    for sample in range(2):
        styles = torch.from_numpy(reference["w_styled"][sample]).expand(1, 22, 512).contiguous()
        picture = synthesize(generator, styles)[0].cpu()
        boxes = picture.reshape(3, 128, 8, 128, 8).mean((2, 4)).numpy()
        crop = picture[:, 448:576, 448:576].numpy()
        assert relative(boxes, reference["img_mean8"][sample]) < TOLERANCE[generator.precision]
        assert relative(crop, reference["img_crop_448_576"][sample]) < TOLERANCE[generator.precision]


def test_truncation_towards_the_models_own_mean_is_what_the_reference_did(model, reference):
    styled = torch.lerp(model.w_mean, torch.from_numpy(reference["w_raw"]), float(reference["psi"]))
    # two means of thousands of samples, drawn from different seeds
    assert relative(styled.numpy(), reference["w_styled"]) < 0.05


@pytest.mark.parametrize("road", ROADS)
def test_every_road_agrees_with_float64_torch_on_a_random_network(road):
    weights = tiny_weights(3)
    generator = build(road, weights)
    truth = MobileStyleGAN(weights, "cpu", "f32")
    truth.weights = {name: tensor.double() for name, tensor in truth.weights.items()}
    styles = torch.randn(1, 10, 512, generator=torch.Generator().manual_seed(1)) * 0.5
    for noise in (Noise(), Noise("none"), Noise("random", 4, 0.5), LEVELS):
        for size in (16, 32, 64):
            exact = synthesize(truth, styles.double(), Inputs(noise), size)
            found = synthesize(generator, styles, Inputs(noise), size).cpu().double()
            assert relative(found.numpy(), exact.numpy()) < TOLERANCE[generator.precision]


@pytest.mark.parametrize("road", ROADS)
def test_display_pixels_are_the_picture_rounded(road):
    generator = build(road, tiny_weights(3))
    styles = torch.randn(1, 10, 512, generator=torch.Generator().manual_seed(1)) * 0.3
    output = generator.plan.outputs[-1]
    state = None
    for stage in range(output.stage + 1):
        state = generator.run(stage, state, styles, Inputs())
    picture = generator.picture(output, state, styles)[0].cpu()
    pixels = generator.pixels(output, state, styles)
    expected = ((picture + 1) * 127.5).round().clamp(0, 255).permute(1, 2, 0).numpy()
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert np.abs(pixels[..., 2::-1].astype(float) - expected).max() <= 1
    assert (pixels[..., 3] == 255).all()


@pytest.mark.parametrize("road", ROADS)
def test_a_hook_that_changes_nothing_changes_nothing_and_sees_every_named_layer(road):
    generator = build(road, tiny_weights(3))
    styles = torch.randn(1, 10, 512, generator=torch.Generator().manual_seed(1)) * 0.5
    seen = {}

    def look(name, x):
        seen[name] = tuple(x.shape)
        return x

    layers = [layer for stage in generator.plan.stages for layer in stage.layers]
    plain = synthesize(generator, styles)
    hooked = synthesize(generator, styles, Inputs(hooks={layer.name: look for layer in layers}))
    assert torch.equal(plain, hooked)
    assert seen == {layer.name: (1, layer.channels, layer.resolution, layer.resolution) for layer in layers}


@pytest.mark.parametrize("road", ROADS)
def test_a_hook_sees_the_same_activations_on_every_road(road):
    weights = tiny_weights(3)
    styles = torch.randn(1, 10, 512, generator=torch.Generator().manual_seed(1)) * 0.5
    seen: list[dict[str, torch.Tensor]] = []
    for generator in (build("torch f32", weights), build(road, weights)):
        layers = [layer.name for stage in generator.plan.stages for layer in stage.layers]
        found: dict[str, torch.Tensor] = {}

        def look(name, x, found=found):
            found[name] = x.float().cpu().clone()
            return x

        synthesize(generator, styles, Inputs(hooks=dict.fromkeys(layers, look)))
        seen.append(found)
    for name, truth in seen[0].items():
        assert relative(seen[1][name].numpy(), truth.numpy()) < TOLERANCE[road.split()[1]], name


def test_the_torch_network_renders_a_batch_as_it_renders_each_sample():
    generator = MobileStyleGAN(tiny_weights(3))
    styles = torch.randn(3, 10, 512) * 0.5
    batch = synthesize(generator, styles)
    for sample in range(3):
        assert torch.allclose(batch[sample], synthesize(generator, styles[sample : sample + 1])[0], atol=1e-5)
