"""CUDA: full frames by precision, with and without graphs, and the memory they take."""

from __future__ import annotations

import statistics
import time

import torch

from engine.bench.report import Measurement
from engine.devices import PRECISIONS
from engine.job import Job, Progress
from engine.models.format import load_model
from engine.models.model import Model
from engine.networks.cuda_graphs import GraphedGenerator
from engine.networks.generator import Generator, synthesize
from engine.networks.mobile_stylegan import MobileStyleGAN


def measure_cuda(model: Model, repeats: int) -> Job[list[Measurement]]:
    """One precision after the other; with and without graphs in turns."""
    _, weights = load_model(model.path)
    measurements = []
    for done, precision in enumerate(PRECISIONS):
        yield Progress(done, len(PRECISIONS), f"CUDA {precision}")
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        plain = MobileStyleGAN(weights, "cuda", precision)
        graphed = GraphedGenerator(plain)
        styles = model.w_mean.expand(1, plain.plan.style_rows, -1).contiguous()
        seconds: dict[str, list[float]] = {"": [], ", graphs": []}
        peaks: dict[str, float] = {}
        for name, generator in (("", plain), (", graphs", graphed)):
            frame_seconds(generator, styles)  # compiles, chooses algorithms, captures
            peaks[name] = torch.cuda.max_memory_allocated() / 2**20
        for _ in range(repeats):
            for name, generator in (("", plain), (", graphs", graphed)):
                seconds[name].append(frame_seconds(generator, styles))
        for name, times in seconds.items():
            measurements.append(
                Measurement(f"CUDA {precision}{name}, full frame", statistics.median(times), "s", repeats)
            )
            measurements.append(Measurement(f"CUDA {precision}{name}, peak memory", peaks[name], "MB"))
    return measurements


def frame_seconds(generator: Generator, styles: torch.Tensor) -> float:
    """One frame, until the device has finished it."""
    torch.cuda.synchronize()
    started = time.perf_counter()
    synthesize(generator, styles)
    torch.cuda.synchronize()
    return time.perf_counter() - started
