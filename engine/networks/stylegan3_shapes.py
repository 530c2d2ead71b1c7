"""What a StyleGAN3 file must hold, tensors and numbers, before any of them computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.shapes import Shape, check, take, written
from engine.networks.stylegan2_shapes import Hyper, mapping_shapes, number, styled_shapes

LARGEST = 8192  # pixels a side, far beyond any network of the field
FINEST = 16  # factors of the grid on which a layer is activated; published networks have 4


class LayerFacts(Struct, frozen=True):
    """The numbers of a layer that its tensors do not show; padding: x0, x1, y0, y1, negative to crop."""

    name: str
    is_torgb: bool
    up: int
    down: int
    padding: tuple[int, int, int, int]
    clamp: float | None = None


def layers_of(hyper: Hyper) -> list[LayerFacts]:
    """The layers in their order. Raises VisagistError where the numbers make no sense."""
    try:
        layers = msgspec.json.decode(str(hyper.get("layers")).encode(), type=list[LayerFacts])
    except msgspec.DecodeError as error:
        raise VisagistError(f"its list of layers cannot be read ({error})") from error
    if not layers or [layer.is_torgb for layer in layers] != [False] * (len(layers) - 1) + [True]:
        raise VisagistError("its layers should end in the one that makes colours")
    for layer in layers:
        plain = (layer.up, layer.down, *layer.padding) == (1, 1, 0, 0, 0, 0)
        known = layer.down >= 1 and layer.up in range(layer.down, FINEST + 1, layer.down) and not far(layer)
        if not known or (layer.is_torgb and not plain):
            raise VisagistError(f"layer {layer.name} resamples in a way that no known network does")
    return layers


def far(layer: LayerFacts) -> bool:
    """Whether a padding reaches further than any picture."""
    return max(map(abs, layer.padding)) > LARGEST


def input_size(hyper: Hyper) -> tuple[int, int]:
    """Width and height of the input's features."""
    try:
        width, height = msgspec.json.decode(str(hyper.get("input_size")).encode(), type=tuple[int, int])
    except msgspec.DecodeError as error:
        raise VisagistError(f"its input_size cannot be read ({error})") from error
    if not (1 <= width <= LARGEST and 1 <= height <= LARGEST):
        raise VisagistError(f"its input_size is {width} x {height}")
    return width, height


def sizes(weights: Mapping[str, Tensor], hyper: Hyper) -> list[tuple[int, int]]:
    """Height and width of what the input and each layer make. Raises VisagistError where nothing is left."""
    width, height = input_size(hyper)
    found = [(height, width)]
    for layer in layers_of(hyper):
        kernel = take(weights, f"synthesis.{layer.name}.weight", 4).shape[3]
        made = []
        for length, start, end in ((found[-1][0], *layer.padding[2:]), (found[-1][1], *layer.padding[:2])):
            fine = (length + kernel - 1) * layer.up + start + end - taps(weights, layer, "up") + 1
            made.append((fine - taps(weights, layer, "down")) // layer.down + 1)
        if not all(1 <= side <= LARGEST for side in made):
            raise VisagistError(f"layer {layer.name} would make a picture of {made[1]} x {made[0]}")
        found.append((made[0], made[1]))
    return found


def taps(weights: Mapping[str, Tensor], layer: LayerFacts, which: str) -> int:
    """Length of a layer's filter; 1 where it has none."""
    tensor = weights.get(f"synthesis.{layer.name}.{which}_filter")
    return 1 if tensor is None or tensor.dim() == 0 else tensor.shape[0]


def check_stylegan3(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    for name in ("input_sampling_rate", "output_scale"):
        if number(hyper, name) is None:
            raise VisagistError(f"it does not say its {name}")
    if not isinstance(hyper.get("input_bandwidth"), int | float):
        raise VisagistError("it does not say its input_bandwidth")
    number(hyper, "mapping_lr")
    check(weights, shapes(weights, hyper))
    for layer in layers_of(hyper):
        if not float(weights[f"synthesis.{layer.name}.magnitude_ema"]) > 0:
            raise VisagistError(f"tensor synthesis.{layer.name}.magnitude_ema should be greater than 0")
    sizes(weights, hyper)


def shapes(weights: Mapping[str, Tensor], hyper: Hyper) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself."""
    width = take(weights, "synthesis.input.affine.weight", 2).shape[1]
    yield from mapping_shapes(weights, width)
    channels = take(weights, "synthesis.input.weight", 2).shape[0]
    yield "synthesis.input.weight", (channels, channels)
    yield "synthesis.input.freqs", (channels, 2)
    yield "synthesis.input.phases", (channels,)
    yield "synthesis.input.transform", (3, 3)
    yield "synthesis.input.affine.weight", (4, width)
    yield "synthesis.input.affine.bias", (4,)
    for layer in layers_of(hyper):
        name = f"synthesis.{layer.name}"
        weight = take(weights, f"{name}.weight", 4)
        after, kernel = weight.shape[0], weight.shape[3]
        yield f"{name}.weight", (3 if layer.is_torgb else after, channels, kernel, kernel)
        yield f"{name}.magnitude_ema", ()
        yield from styled_shapes(name, channels, after, width)
        for which in ("up", "down"):
            taps = weights.get(f"{name}.{which}_filter")
            if taps is not None and (
                taps.dim() not in ((1,) if which == "up" else (1, 2)) or not 0 < taps.numel() < 1e4
            ):
                raise VisagistError(f"tensor {name}.{which}_filter is {written(tuple(taps.shape))}")
            if taps is not None and len(set(taps.shape)) != 1:
                raise VisagistError(f"tensor {name}.{which}_filter is not square")
        channels = after
