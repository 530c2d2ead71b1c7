"""StyleGAN3's sampling plan out of its tensors' names and shapes, for files that do not tell it (2106.12423)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from torch import Tensor

from engine.models.found import Hyper
from engine.models.reading.source import Source

TAPS = 6  # of a filter, for each factor that it scales by
LAST_SCALE = 2**0.3  # the last stopband relative to the resolution's half
FIRST_CUTOFF, FIRST_STOPBAND = 2.0, 2**2.1
CRITICAL = 2  # layers at the end that are critically sampled
MARGIN = 10  # px around the picture


def stylegan3_hyper(source: Source, tensors: Mapping[str, Tensor]) -> Hyper:
    """resolution, layers and input, as found.py names them; clamp and scale are the usual ones.

    Cutoffs and stopbands grow geometrically from layer to layer; sampling rates are the powers of two above them.
    """
    matches = [re.fullmatch(r"synthesis\.(L(\d{1,2})_(\d{1,5})_(\d{1,5}))\.weight", name) for name in tensors]
    found = sorted((int(match[2]), match[1], int(match[3])) for match in matches if match)
    if len(found) <= CRITICAL + 1 or [number for number, _, _ in found] != list(range(len(found))):
        raise source.error("it lacks some of StyleGAN3's layers (L0, L1 …)")
    resolution = found[-1][2]
    if resolution < 16 or resolution & (resolution - 1):
        raise source.error(f"its last layer has {resolution} px", "a power of two is read")
    count = len(found) - 1
    rates = [rate_of(resolution, number, count) for number in range(count + 1)]
    sizes = [rates[0] + 2 * MARGIN, *(size for _, _, size in found)]
    layers = []
    for number, name, size in found:
        into, out = rates[max(number - 1, 0)], rates[number]
        last = number == count
        middle = max(into, out) * (1 if last else 2)
        weight = tensors[f"synthesis.{name}.weight"]
        if weight.dim() != 4 or not weight.shape[-1]:
            raise source.error(f"the tensor synthesis.{name}.weight of shape {list(weight.shape)} is no convolution")
        up, down = middle // into, middle // out
        layers.append(
            {
                "name": name,
                "is_torgb": last,
                "up": up,
                "down": down,
                "padding": padding(sizes[number], size, weight.shape[-1], up, down),
                "clamp": 256.0,
                "up_filter": f"synthesis.{name}.up_filter" in tensors,
                "down_filter": f"synthesis.{name}.down_filter" in tensors,
            }
        )
    return {
        "resolution": resolution,
        "output_scale": 0.25,
        "input_size": json.dumps([sizes[0], sizes[0]]),
        "input_sampling_rate": float(rates[0]),
        "input_bandwidth": FIRST_CUTOFF,
        "layers": json.dumps(layers),
    }


def rate_of(resolution: int, number: int, count: int) -> int:
    """Sampling rate after a layer: the power of two that holds its stopband."""
    exponent = min(number / (count - CRITICAL), 1)
    last_stopband = resolution / 2 * LAST_SCALE
    stopband = FIRST_STOPBAND * (last_stopband / FIRST_STOPBAND) ** exponent
    return int(2 ** math.ceil(math.log2(min(2 * stopband, resolution))))


def padding(size_in: int, size_out: int, kernel: int, up: int, down: int) -> list[int]:
    """Left, right, top, bottom: what brings the full convolution of the zero-inserted input to the size asked for."""
    taps = (TAPS * up if up > 1 else 1) + (TAPS * down if down > 1 else 1)
    total = (size_out - 1) * down + 1 - (size_in + kernel - 1) * up + taps - 2
    before = (total + up) // 2
    return [before, total - before] * 2
