"""Networks of TensorFlow pickles as plain values: their variables by name, and what they were built with."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.reading.arrays import SCALAR, finite, is_array, numbers_of, tensor_of
from engine.models.reading.machine import Record
from engine.models.reading.source import Source

NETWORKS = frozenset({("dnnlib.tflib.network", "Network"), ("tfutil", "Network"), ("network", "Network")})
DEPTH = 2  # of networks within networks; StyleGAN has 1
COMPONENTS = 4  # of one network; StyleGAN has 2
VARIABLES = 5_000  # of one network; StyleGAN has about 100

WORD = re.compile(r"-?\d{1,9}(\.\d{1,9})?(e-?\d{1,2})?")  # a number as `options_of` writes it
UNREAD = "something that is no number"  # an option's value

Option = float | int | str | bool | None


@dataclass(frozen=True, eq=False)
class Variables:
    """One network: variables of its own (records), the networks it is made of, and its options.

    has_code: whether it brings the source text that builds it along, which is never looked at.
    """

    source: Source
    name: str
    version: int
    build: str
    options: dict[str, Option]
    records: dict[str, object]
    parts: dict[str, Variables]
    has_code: bool

    def __contains__(self, name: str) -> bool:
        return name in self.records

    def take(self, name: str, dimensions: int) -> Tensor:
        """A variable as float32; ModelFileError where it is missing or has other dimensions."""
        if name not in self.records:
            raise self.source.error(f"its network {self.name} lacks the variable {name}")
        tensor = tensor_of(self.source, self.records[name], f"{self.name}/{name}")
        if tensor.dim() != dimensions:
            raise self.source.error(
                f"the variable {self.name}/{name} of shape {list(tensor.shape)} should have {dimensions} dimensions"
            )
        return tensor

    def convolution(self, name: str) -> Tensor:
        """[k, k, I, O] -> [O, I, k, k]."""
        return self.take(name, 4).permute(3, 2, 0, 1).contiguous()

    def linear(self, name: str) -> Tensor:
        """[in, out] -> [out, in]."""
        return self.take(name, 2).T.contiguous()

    def layer(self, ours: str, theirs: str, *, dense: bool = False) -> dict[str, Tensor]:
        """Weight and bias of a plain layer."""
        weight = self.linear(f"{theirs}/weight") if dense else self.convolution(f"{theirs}/weight")
        return {f"{ours}.weight": weight, f"{ours}.bias": self.take(f"{theirs}/bias", 1)}

    def noise(self, number: int) -> Tensor:
        """[1, 1, R, R] -> [R, R]."""
        noise = self.take(f"noise{number}", 4)
        if noise.shape[:2] != (1, 1):
            raise self.source.error(f"the variable {self.name}/noise{number} has shape {list(noise.shape)}")
        return noise[0, 0].contiguous()

    def numbered(self, pattern: str) -> list[int]:
        """The numbers of variables whose names match a pattern with one group, in order."""
        found = {int(match[1]) for name in self.records if (match := re.fullmatch(pattern, name))}
        return sorted(found)

    def number(self, name: str, usual: float | int | None) -> float | int | None:
        """A numeric option, or what it usually is."""
        value = self.options.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return finite(self.source, value, f"{self.name}'s {name}")

    def expect(self, **usual: Option) -> None:
        """Raises ModelFileError where an option that changes the arithmetic has another value than the one known."""
        for name, value in usual.items():
            said = self.options.get(name, value)
            if said != value:
                raise self.source.error(
                    f"its network {self.name} was built with {name} = {said}", f"only {name} = {value} is read"
                )

    def resolution(self) -> int:
        """The largest RxR of the names: a power of two."""
        found = self.numbered(r"(\d{1,5})x\d{1,5}/.*")
        largest = found[-1] if found else 0
        if largest < 8 or largest & (largest - 1):
            raise self.source.error(f"its network {self.name} has layers up to {largest} px", "a power of two is read")
        return largest

    def unknown(self) -> dict[str, Tensor]:
        """All variables under their own names, for a network of no known family."""
        own = {name: tensor_of(self.source, record, name) for name, record in self.records.items()}
        return own | {f"{key}/{name}": t for key, part in self.parts.items() for name, t in part.unknown().items()}


def is_network(value: object) -> bool:
    return isinstance(value, Record) and value.made_by.pair in NETWORKS


def variables_of(
    source: Source, value: object, depth: int = 0, inherited: Mapping[str, Option] | None = None
) -> Variables:
    """The network of a record, and those it is made of. inherited: options of the network that it is a part of."""
    state = value.state if isinstance(value, Record) and is_network(value) else None
    if not isinstance(state, dict) or depth > DEPTH:
        raise source.error("one of its networks has no state")
    if "param_values" in state or "build_func_spec" in state:
        raise source.error("it is a progressive GAN of Theano's days", "its TensorFlow version can be read")
    version, name, build = state.get("version"), state.get("name"), state.get("build_func_name")
    if not isinstance(version, int) or not isinstance(name, str) or len(name) > 100:
        raise source.error("one of its networks has no name or version")
    listed, parts = state.get("variables"), state.get("components", {})
    options = {**(inherited or {}), **options_of(source, state.get("static_kwargs"))}
    if not isinstance(listed, list) or not isinstance(parts, dict) or len(parts) > COMPONENTS:
        raise source.error(f"its network {name} has no variables")
    return Variables(
        source,
        name,
        version,
        build if isinstance(build, str) else "",
        options,
        records_of(source, name, listed),
        {str(key): variables_of(source, part, depth + 1, options) for key, part in parts.items()},
        state.get("build_module_src") not in (None, ""),
    )


def options_of(source: Source, value: object) -> dict[str, Option]:
    """A network's options; a list of numbers becomes text, and what is nothing plain is told as UNREAD."""
    found: dict[str, Option] = {}
    for key, option in value.items() if isinstance(value, dict) else ():
        if not isinstance(key, str):
            continue
        listed = isinstance(option, list | tuple) and all(isinstance(one, int | float) for one in option)
        if option is None or isinstance(option, str | int | float):
            found[key] = option
        elif isinstance(option, Record) and option.made_by.pair in SCALAR:
            found[key] = finite(source, option, key)
        elif listed or is_array(option):
            found[key] = " ".join(f"{number:g}" for number in numbers_of(source, option, key))
        else:
            found[key] = UNREAD
    return found


def records_of(source: Source, name: str, listed: list[object]) -> dict[str, object]:
    """Name -> record out of a list of pairs."""
    found: dict[str, object] = {}
    if len(listed) > VARIABLES:
        raise source.error(f"its network {name} has {len(listed)} variables", f"at most {VARIABLES} are read")
    for pair in listed:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str) or len(pair[0]) > 200:
            raise source.error(f"a variable of its network {name} is not a name with a value")
        found[pair[0]] = pair[1]
    return found


def filters_of(network: Variables, names: Iterable[str]) -> dict[str, Tensor]:
    """The resampling filter [n, n] of each layer, where a network has another than the usual [1, 3, 3, 1]."""
    said = network.options.get("resample_kernel", "1 3 3 1")
    if said == "1 3 3 1":
        return {}
    words = "1 1" if said is None else str(said)  # none: the mean of two neighbours
    line = torch.tensor([float(word) if WORD.fullmatch(word) else math.nan for word in words.split()])
    total = float(line.sum())
    if not math.isfinite(total) or not total:
        raise network.source.error(f"its network {network.name} was built with resample_kernel = {words}")
    return {f"{name}.resample_filter": torch.outer(line, line) / total**2 for name in names}
