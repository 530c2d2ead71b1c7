"""What a StyleGAN2 file must hold: every tensor by name and shape, before any of them computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor

from engine.errors import VisagistError
from engine.networks.shapes import Shape, check, take

Hyper = Mapping[str, float | int | str | bool | None]
ARCHITECTURES = ("skip", "resnet", "orig")


def number(hyper: Hyper, name: str) -> float | None:
    """A number of the hyper-parameters, or None where it is not set."""
    value = hyper.get(name)
    if value is not None and (isinstance(value, str | bool) or not 0 < value < 1e9):
        raise VisagistError(f"its {name} is {value!r} and should be a number greater than 0")
    return value


def resolutions(weights: Mapping[str, Tensor]) -> list[int]:
    """Sides of the blocks, ascending, without a gap: 4, 8, 16 ..."""
    sides = [4]
    while f"synthesis.b{2 * sides[-1]}.conv0.weight" in weights:
        sides.append(2 * sides[-1])
    return sides


def check_stylegan2(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    if hyper.get("architecture") not in ARCHITECTURES:
        raise VisagistError(f"its architecture is {hyper.get('architecture')!r}; known are {', '.join(ARCHITECTURES)}")
    if hyper.get("activation", "lrelu") != "lrelu":
        raise VisagistError(f"its activation is {hyper['activation']!r} and only lrelu is known here")
    number(hyper, "conv_clamp")
    number(hyper, "mapping_lr")
    check(weights, shapes(weights, hyper))


def shapes(weights: Mapping[str, Tensor], hyper: Hyper) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself."""
    width = take(weights, "synthesis.b4.conv1.affine.weight", 2).shape[1]
    yield from mapping_shapes(weights, width)
    channels = take(weights, "synthesis.b4.const", 3).shape[0]
    yield "synthesis.b4.const", (channels, 4, 4)
    sides = resolutions(weights)
    if len(sides) < 2:
        raise VisagistError("it lacks the tensor synthesis.b8.conv0.weight")
    for side in sides:
        block = f"synthesis.b{side}"
        before = channels
        for conv in ("conv1",) if side == 4 else ("conv0", "conv1"):
            name = f"{block}.{conv}"
            after = take(weights, f"{name}.weight", 4).shape[0]
            yield f"{name}.weight", (after, channels, 3, 3)
            yield from styled_shapes(name, channels, after, width)
            if f"{name}.noise_const" in weights:
                yield f"{name}.noise_const", (side, side)
                yield f"{name}.noise_strength", ()
            channels = after
        if hyper["architecture"] == "resnet" and side > 4:
            yield f"{block}.skip.weight", (channels, before, 1, 1)
        if hyper["architecture"] == "skip" or side == sides[-1]:
            yield f"{block}.torgb.weight", (3, channels, 1, 1)
            yield from styled_shapes(f"{block}.torgb", channels, 3, width)


def styled_shapes(name: str, inside: int, outside: int, width: int) -> Iterator[tuple[str, Shape]]:
    """What every modulated convolution has beside its weight."""
    yield f"{name}.bias", (outside,)
    yield f"{name}.affine.weight", (inside, width)
    yield f"{name}.affine.bias", (inside,)


def mapping_shapes(weights: Mapping[str, Tensor], width: int) -> Iterator[tuple[str, Shape]]:
    """The mapping network, which ends in so many numbers; that of a discriminator may be an embedded label alone."""
    embedded = 0
    if "mapping.embed.weight" in weights:
        embedded, labels = take(weights, "mapping.embed.weight", 2).shape
        yield "mapping.embed.weight", (embedded, labels)
        if "mapping.embed.bias" in weights:
            yield "mapping.embed.bias", (embedded,)
    count = sum(name.startswith("mapping.fc") and name.endswith(".weight") for name in weights)
    inside = take(weights, "mapping.fc0.weight", 2).shape[1] if count or not embedded else embedded
    if embedded > inside:
        raise VisagistError(f"tensor mapping.embed.weight has {embedded} rows and mapping.fc0 takes {inside}")
    for i in range(count):
        outside = take(weights, f"mapping.fc{i}.weight", 2).shape[0]
        yield f"mapping.fc{i}.weight", (outside, inside)
        yield f"mapping.fc{i}.bias", (outside,)
        inside = outside
    if inside != width:
        raise VisagistError(f"its mapping makes {inside} numbers where {width} are read")
