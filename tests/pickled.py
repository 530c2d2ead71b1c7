"""Writes network files as their makers do, from small parts: for cases that the reference folder does not have."""

from __future__ import annotations

import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

RECONSTRUCT = ("torch_utils.persistence", "_reconstruct_persistent_obj")
NETWORK = ("dnnlib.tflib.network", "Network")


class Calls:
    """Pickles as a call of a name with arguments, then a state."""

    def __init__(self, made_by: Callable[..., Any], *args: object, state: object = None) -> None:
        self.parts = (made_by, args) if state is None else (made_by, args, state)

    def __reduce__(self) -> Any:
        return self.parts


@contextmanager
def pretend(*names: tuple[str, str]) -> Iterator[list[Callable[..., Any]]]:
    """Functions that pickle by names which no module here has, as long as the context lasts."""
    before = dict(sys.modules)
    made = []
    for module, name in names:

        def function(*args: object) -> None:
            raise AssertionError("a name of a pickle was called")

        function.__module__, function.__qualname__, function.__name__ = module, name, name
        for end in range(1, module.count(".") + 1):
            parent = ".".join(module.split(".")[:end])
            sys.modules.setdefault(parent, types.ModuleType(parent))
        home = sys.modules.setdefault(module, types.ModuleType(module))
        home.__dict__.setdefault(name, function)
        made.append(home.__dict__[name])
    try:
        yield made
    finally:
        for module in set(sys.modules) - set(before):
            del sys.modules[module]


def module_of(
    reconstruct: Callable[..., Any], class_name: str, tensors: Mapping[str, Tensor | None], **rest: Any
) -> Any:
    """A persistent module; children are given among the attributes as modules={name: module}."""
    children = rest.pop("modules", {})
    state = {
        "training": False,
        "_parameters": OrderedDict(tensors),
        "_buffers": OrderedDict(),
        "_modules": OrderedDict(children),
        **rest,
    }
    meta = {
        "type": "class",
        "version": 6,
        "module_src": "raise AssertionError",
        "class_name": class_name,
        "state": state,
    }
    return Calls(reconstruct, meta)


def write_persistence(path: Path, tensors: Mapping[str, Tensor], protocol: int = 4, **attributes: Any) -> Path:
    """A pickle with a lone generator of one module that holds the given tensors."""
    with pretend(RECONSTRUCT) as (reconstruct,):
        content = {"G_ema": module_of(reconstruct, "Anything", tensors, **attributes), "G": None, "D": None}
        path.write_bytes(pickle.dumps(content, protocol))
    return path


def stylegan2_parts(resolution: int, width: int, wide: int = 512) -> dict[str, Tensor]:
    """Random tensors of a StyleGAN2 skip generator, by our names: width channels, wide numbers of w."""
    random = torch.Generator().manual_seed(0)
    tensors: dict[str, Tensor] = {}

    def draw(name: str, *shape: int) -> None:
        tensors[name] = torch.randn(*shape, generator=random)

    def layer(name: str, out: int, into: int, kernel: int, side: int = 0) -> None:
        draw(f"{name}.weight", out, into, kernel, kernel)
        draw(f"{name}.bias", out)
        draw(f"{name}.affine.weight", into, wide)
        draw(f"{name}.affine.bias", into)
        if side:
            draw(f"{name}.noise_const", side, side)
            tensors[f"{name}.noise_strength"] = torch.tensor(0.5)

    draw("synthesis.b4.const", width, 4, 4)
    for level in range(2, resolution.bit_length()):
        side = 2**level
        if side > 4:
            layer(f"synthesis.b{side}.conv0", width, width, 3, side)
        layer(f"synthesis.b{side}.conv1", width, width, 3, side)
        layer(f"synthesis.b{side}.torgb", 3, width, 1)
    for i in range(2):
        draw(f"mapping.fc{i}.weight", wide, wide)
        draw(f"mapping.fc{i}.bias", wide)
    draw("mapping.w_avg", wide)
    return tensors


def write_generator(
    path: Path,
    tensors: Mapping[str, Tensor],
    resolution: int,
    wide: int,
    copies: int = 1,
    gain: float = 1.0,
    critic: Mapping[str, Tensor] | None = None,
) -> Path:
    """A StyleGAN2 pickle with the tensors put where their names say.

    copies: G_ema, and G and D of the same shape; gain: of the mapping's weights, times the usual one; critic: D's own
    tensors.
    """

    def built(
        reconstruct: Callable[..., Any], tensors: Mapping[str, Tensor], prefix: str, extra: dict[str, Any]
    ) -> Any:
        own = {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}
        children = {name.split(".")[0] for name in own if "." in name}
        modules = {child: built(reconstruct, tensors, f"{prefix}{child}.", {}) for child in sorted(children)}
        mine = {name: torch.nn.Parameter(t.clone()) for name, t in own.items() if "." not in name}
        if prefix.startswith("mapping.fc"):
            extra = {"weight_gain": gain * 0.01 / wide**0.5, "bias_gain": 0.01}
        return module_of(reconstruct, "Part", mine, modules=modules, **extra)

    top = {"z_dim": wide, "w_dim": wide, "c_dim": 0, "img_resolution": resolution}
    with pretend(RECONSTRUCT) as (reconstruct,):
        names = ("G_ema", "G", "D")[:copies]
        with path.open("wb") as file:
            content = {
                name: built(reconstruct, critic or tensors if name == "D" else tensors, "", top) for name in names
            }
            pickle.dump(content, file, 4)
    return path


def tf_network(network: Callable[..., Any], build: str, version: int, variables: Mapping[str, Any], **rest: Any) -> Any:
    """A TensorFlow network; components={name: network} and options={...} are taken from the rest."""
    state = {
        "version": version,
        "name": rest.get("name", "Gs"),
        "static_kwargs": rest.get("options", {}),
        "components": rest.get("components", {}),
        "build_module_src": "raise AssertionError",
        "build_func_name": build,
        "variables": list(variables.items()),
    }
    return Calls(network, state=state)


def progan_variables(resolution: int, width: int, z: int = 6) -> dict[str, Any]:
    """Random variables of a progressive GAN's generator, not fused."""
    random = np.random.default_rng(0)
    variables: dict[str, Any] = {"lod": np.float32(0)}

    def layer(name: str, *shape: int, bias: int = width) -> None:
        variables[f"{name}/weight"] = random.standard_normal(shape).astype(np.float32)
        variables[f"{name}/bias"] = random.standard_normal(bias).astype(np.float32)

    layer("4x4/Dense", z, 16 * width)
    layer("4x4/Conv", 3, 3, width, width)
    last = resolution.bit_length() - 1
    for level in range(2, last + 1):
        if level > 2:
            layer(f"{2**level}x{2**level}/Conv0", 3, 3, width, width)
            layer(f"{2**level}x{2**level}/Conv1", 3, 3, width, width)
        layer(f"ToRGB_lod{last - level}", 1, 1, width, 3, bias=3)
    return variables


def write_progan(path: Path, resolution: int = 8, width: int = 4, protocol: int = 4) -> Path:
    """A progressive GAN's pickle with the same generator three times."""
    with pretend(("tfutil", "Network")) as (network,):
        nets = [tf_network(network, "G_paper", 2, progan_variables(resolution, width)) for _ in range(3)]
        path.write_bytes(pickle.dumps((nets[0], nets[1], nets[2]), protocol))
    return path


def write_quoted_progan(path: Path, resolution: int = 8, width: int = 4) -> Path:
    """As `write_progan`, as Python 2 does it at protocol 0: bytes and text alike as its repr writes them."""

    class Pickler(pickle._Pickler):  # type: ignore[name-defined]
        dispatch: ClassVar = dict(pickle._Pickler.dispatch)  # type: ignore[attr-defined]

        def quoted(self, value: str | bytes) -> None:
            content = value.encode("latin-1") if isinstance(value, str) else value
            self.write(b"S" + repr(content)[1:].encode("ascii") + b"\n")
            self.memoize(value)

        dispatch[str] = dispatch[bytes] = quoted

    with pretend(("tfutil", "Network")) as (network,):
        variables = progan_variables(resolution, width)
        nets = [tf_network(network, name, 2, variables) for name in ("G_paper", "D_paper", "G_paper")]
        with path.open("wb") as file:
            Pickler(file, 0).dump(tuple(nets))
    return path


def revised_variables(resolution: int, width: int, wide: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Random variables of the "revised" StyleGAN2 synthesis (configs B to D), and of its mapping."""
    random = np.random.default_rng(1)

    def draw(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(np.float32)

    synthesis: dict[str, Any] = {"4x4/Const/const": draw(1, width, 4, 4)}

    def layer(name: str, kernel: int, out: int, noise: int | None = None, side: int = 0) -> None:
        synthesis[f"{name}/weight"] = draw(kernel, kernel, width, out)
        synthesis[f"{name}/mod_weight"], synthesis[f"{name}/mod_bias"] = draw(wide, width), draw(width)
        synthesis[f"{name}/bias"] = draw(out)
        if noise is not None:
            synthesis[f"{name}/noise_strength"] = np.float32(0.3)
            synthesis[f"noise{noise}"] = draw(1, 1, side, side)

    last = resolution.bit_length() - 1
    for level in range(2, last + 1):
        side = 2**level
        if level == 2:
            layer("4x4/Conv", 3, width, 0, 4)
        else:
            layer(f"{side}x{side}/Conv0_up", 3, width, 2 * level - 5, side)
            layer(f"{side}x{side}/Conv1", 3, width, 2 * level - 4, side)
        layer(f"ToRGB_lod{last - level}", 1, 3)
    mapping = {"Dense0/weight": draw(wide, wide), "Dense0/bias": draw(wide)}
    return synthesis, mapping


def write_revised(path: Path, resolution: int = 16, width: int = 4, wide: int = 6) -> Path:
    """A pickle of the "revised" StyleGAN2."""
    synthesis, mapping = revised_variables(resolution, width, wide)
    with pretend(NETWORK) as (network,):
        parts = {
            "synthesis": tf_network(network, "G_synthesis_stylegan_revised", 4, synthesis, name="G_synthesis"),
            "mapping": tf_network(network, "G_mapping", 4, mapping, name="G_mapping"),
        }
        own = {"lod": np.float32(0), "dlatent_avg": np.zeros(wide, np.float32)}
        averaged = tf_network(network, "G_main", 4, own, components=parts)
        path.write_bytes(pickle.dumps((None, None, averaged), 4))
    return path


def rosinality_state(resolution: int, width: int, wide: int = 6) -> OrderedDict[str, Tensor]:
    """Random tensors of a generator under rosinality's names."""
    random = torch.Generator().manual_seed(2)
    state: OrderedDict[str, Tensor] = OrderedDict()

    def draw(name: str, *shape: int) -> None:
        state[name] = torch.randn(*shape, generator=random)

    def modulated(name: str, out: int, kernel: int) -> None:
        draw(f"{name}.conv.weight", 1, out, width, kernel, kernel)
        draw(f"{name}.conv.modulation.weight", width, wide)
        draw(f"{name}.conv.modulation.bias", width)

    def layer(name: str, number: int, side: int) -> None:
        modulated(name, width, 3)
        draw(f"{name}.noise.weight", 1)
        draw(f"{name}.activate.bias", width)
        draw(f"noises.noise_{number}", 1, 1, side, side)

    def colour(name: str) -> None:
        modulated(name, 3, 1)
        draw(f"{name}.bias", 1, 3, 1, 1)

    draw("style.1.weight", wide, wide)
    draw("style.1.bias", wide)
    draw("input.input", 1, width, 4, 4)
    layer("conv1", 0, 4)
    colour("to_rgb1")
    for level in range(resolution.bit_length() - 3):
        layer(f"convs.{2 * level}", 2 * level + 1, 8 * 2**level)
        layer(f"convs.{2 * level + 1}", 2 * level + 2, 8 * 2**level)
        colour(f"to_rgbs.{level}")
    state["convs.0.conv.blur.kernel"] = torch.ones(4, 4)
    return state
