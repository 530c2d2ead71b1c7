"""The FFHQ face generator of the random-face package -> our tensor names (MobileStyleGAN, 1024 px)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor

from engine.errors import ModelFileError
from engine.models.openvino_ir import Constant

BLOCKS = 7


def name_tensors(mapping: Sequence[Constant], synthesis: Sequence[Constant]) -> dict[str, Tensor]:
    """Constants of the two networks -> named tensors, float32.

    "mapping.fc{i}.weight|bias"; "synthesis.input" [512, 4, 4]; "synthesis.conv1.*" with the dense "weight";
    "synthesis.blocks.{i}.up.modulation.*"; "synthesis.blocks.{i}.conv1|conv2.*" with "depthwise" [C, 3, 3] and
    "pointwise" [C', C]; "synthesis.heads.1024.*". Layers have "modulation.weight|bias", "bias" and "noise" [R, R].
    The IR keeps learned names for some constants; folded ones are taken in order of computation.
    """
    named = {constant.name: constant.tensor for constant in synthesis}
    folded = Folded(synthesis)
    tensors = dict(mapping_tensors(mapping))

    def take(ours: str, theirs: str, *shape: int) -> None:
        if theirs not in named:
            raise ModelFileError("the synthesis network", f"it lacks the constant {theirs}")
        tensors[f"synthesis.{ours}"] = named[theirs].reshape(shape)

    def take_modulation(ours: str, theirs: str, channels: int) -> None:
        take(f"{ours}.modulation.weight", f"{theirs}.modulation.weight", channels, -1)
        take(f"{ours}.modulation.bias", f"{theirs}.modulation.bias", channels)

    take("input", "m.input.input", 512, 4, 4)
    take_modulation("conv1", "m.conv1.conv", 512)
    tensors["synthesis.conv1.weight"] = folded.next_kernel(3)
    tensors["synthesis.conv1.noise"] = folded.next_noise(4)
    take("conv1.bias", "m.conv1.bias", 512)
    wide = 512
    for i in range(BLOCKS):
        take_modulation(f"blocks.{i}.up", f"m.layers.{i}.up", wide)
        inside = wide // 4
        for conv in ("conv1", "conv2"):
            ours, theirs = f"blocks.{i}.{conv}", f"m.layers.{i}.{conv}"
            take_modulation(ours, f"{theirs}.conv", inside)
            take(f"{ours}.depthwise", f"{theirs}.conv.weight_dw", inside, 3, 3)
            pointwise = folded.next_kernel(1)
            tensors[f"synthesis.{ours}.pointwise"] = pointwise[:, :, 0, 0]
            tensors[f"synthesis.{ours}.noise"] = folded.next_noise(8 << i)
            take(f"{ours}.bias", f"{theirs}.bias", pointwise.shape[0])
            inside = pointwise.shape[0]
        wide = inside
    take_modulation("heads.1024", "m.layers.6.to_img.conv", wide)
    take("heads.1024.weight", "m.layers.6.to_img.conv.weight", 12, wide)
    take("heads.1024.bias", "m.layers.6.to_img.bias", 12)
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


class Folded:
    """The constants that lost their names to folding, in order: convolution kernels and noise maps."""

    def __init__(self, constants: Sequence[Constant]) -> None:
        unnamed = [c.tensor for c in constants if not c.name.startswith("m.") and c.tensor.dim() == 4]
        self.kernels: Iterator[Tensor] = iter([t for t in unnamed if t.shape[1] > 1])
        self.noises: Iterator[Tensor] = iter([t for t in unnamed if t.shape[:2] == (1, 1) and t.shape[2] > 1])

    def next_kernel(self, side: int) -> Tensor:
        """The next kernel [out, in, side, side]."""
        return self.expect(next(self.kernels, None), "a convolution kernel", side)

    def next_noise(self, side: int) -> Tensor:
        """The next noise map [side, side]."""
        return self.expect(next(self.noises, None), "a noise map", side)[0, 0]

    def expect(self, tensor: Tensor | None, what: str, side: int) -> Tensor:
        if tensor is None or tensor.shape[2:] != (side, side):
            found = "none is left" if tensor is None else f"the next one is {tuple(tensor.shape)}"
            raise ModelFileError("the synthesis network", f"{what} of {side} x {side} was expected and {found}")
        return tensor


def mapping_tensors(constants: Sequence[Constant]) -> Iterator[tuple[str, Tensor]]:
    """The eight fully connected layers, in order."""
    weights = [c.tensor for c in constants if c.tensor.shape == (512, 512)]
    biases = [c.tensor for c in constants if c.tensor.shape == (512,)]
    if len(weights) != 8 or len(biases) != 8:
        raise ModelFileError(
            "the mapping network",
            f"8 layers of 512 x 512 were expected and {len(weights)} weights, {len(biases)} biases found",
        )
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        yield f"mapping.fc{i}.weight", weight
        yield f"mapping.fc{i}.bias", bias
