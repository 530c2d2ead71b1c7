"""Reading the Inception weights of FID from a file that the user has, without running anything that is in it.

Two kinds of file: the state dict that PyTorch ports of FID use (pt_inception-2015-12-05, saved by torch or as
safetensors, names as in SHAPES with "conv.weight" and "bn.*" behind), and our own form of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.models.format import KEY, Header, content_hash, load_model, read_metadata, save_model
from engine.models.reading.machine import DICTS
from engine.models.reading.opening import MAGIC_PICKLE, SETS, TORCH, imports_of, limits
from engine.models.reading.source import Source, Span, open_source
from engine.models.reading.tensors import is_tensor
from engine.models.reading.torch_files import read_old, read_zip
from engine.models.reading.weights_files import load
from engine.training.metrics.inception import SHAPES, Inception

FAMILY = "inception_fid"
EPSILON = 1e-3  # of the batch normalisation
CLASSES = 1008  # of the graph of 2015-12-05; the networks trained on ImageNet alone have 1000
ADVICE = "give the weights that PyTorch ports of FID use (pt_inception-2015-12-05)"


def read_inception(path: Path, device: torch.device | None = None) -> Inception:
    """The network of a file; ModelFileError, in one sentence, for any other file."""
    with open_source(path) as source, limits(source):
        head = source.read(Span(0, min(16, source.size)))
        if head[8:9] == b"{" and KEY in read_metadata(path):
            return Inception(own_weights(source), device)
        return Inception(folded(source, tensors_of(source, head)), device)


def save_inception(path: Path, inception: Inception) -> None:
    """Write the network in our own form: safetensors with a header and a hash."""
    weights = {name: tensor.cpu() for name, tensor in inception.weights.items()}
    header = Header(
        family=FAMILY,
        name="inception-fid",
        title="Inception v3 of FID",
        provenance="the Inception graph of 2015-12-05, normalisation folded into its weights",
        licence="Apache 2.0, as its makers published it",
        hash=content_hash(FAMILY, weights),
    )
    save_model(path, header, weights)


def own_weights(source: Source) -> dict[str, Tensor]:
    """Of our own form, checked against its hash."""
    header, tensors = load_model(source.path)
    if header.family != FAMILY:
        raise source.error(f"it is a model of the family {header.family}, not an Inception network", ADVICE)
    for name, shape in SHAPES.items():
        expect(source, tensors, f"{name}.weight", shape)
        expect(source, tensors, f"{name}.bias", shape[:1])
    return tensors


def tensors_of(source: Source, head: bytes) -> dict[str, Tensor]:
    """The tensors of a state dict, float32; only those that the network needs are read from a file of torch's."""
    if head[8:9] == b"{" and head[4:8] == bytes(4):
        return load(source)
    if head.startswith(b"PK\x03\x04"):
        value, tensors = read_zip(source)
    elif head.startswith(MAGIC_PICKLE):
        value, tensors = read_old(source)
    else:
        raise source.error("it is neither a file of torch nor safetensors", ADVICE)
    imports_of(source, TORCH | DICTS | SETS)
    if not isinstance(value, dict):
        raise source.error("it holds no state dict", ADVICE)
    wanted = {f"{name}.{part}" for name in SHAPES for part in ("conv.weight", *(f"bn.{part}" for part in BN))}
    names = [name for name in value if name in wanted | {"fc.bias"} and is_tensor(value[name])]
    return {name: tensors.read(value[name], name) for name in names}


BN = ("weight", "bias", "running_mean", "running_var")


def folded(source: Source, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Each convolution with its normalisation (gain, bias, mean, variance) worked into one weight and one bias."""
    weights: dict[str, Tensor] = {}
    for name, shape in SHAPES.items():
        weight = expect(source, tensors, f"{name}.conv.weight", shape).double()
        gain, bias, mean, variance = (expect(source, tensors, f"{name}.bn.{part}", shape[:1]).double() for part in BN)
        if (variance < 0).any():
            raise source.error(f"the tensor {name}.bn.running_var is negative somewhere", ADVICE)
        scale = gain / (variance + EPSILON).sqrt()
        weights[f"{name}.weight"] = (weight * scale[:, None, None, None]).float()
        weights[f"{name}.bias"] = (bias - mean * scale).float()
    # Networks of the same layers exist that were trained otherwise: through them every number would be another one
    expect(source, tensors, "fc.bias", (CLASSES,))
    return weights


def expect(source: Source, tensors: Mapping[str, Tensor], name: str, shape: tuple[int, ...]) -> Tensor:
    """A tensor of one shape, every number of it finite."""
    tensor = tensors.get(name)
    if tensor is None:
        raise source.error(f"it lacks the tensor {name} of FID's Inception network", ADVICE)
    if tuple(tensor.shape) != tuple(shape):
        raise source.error(f"the tensor {name} is {list(tensor.shape)} and should be {list(shape)}", ADVICE)
    if not tensor.isfinite().all():
        raise source.error(f"the tensor {name} holds numbers that are not finite", "the file is damaged")
    return tensor
