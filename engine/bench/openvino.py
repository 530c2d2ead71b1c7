"""The yardstick: the same network as its package runs it, OpenVINO in float32 with the same number of threads."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.bench.pictures import recipes
from engine.bench.report import Measurement, median_ratio, seconds_of
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.fetch import download, read_members, read_wheel
from engine.models.known import FFHQ, RANDOM_FACE
from engine.models.model import Model
from engine.renderer import Renderer

GOAL = ">= 4"


def measure_openvino(model: Model, repeats: int, wheel: Path | None) -> Job[list[Measurement]]:
    """Pairs of frames A B A B, and the median of the ratios of a pair.

    wheel: the package's file where it is at hand. Raises VisagistError where OpenVINO is missing or the model is not
    the one that the package carries.
    """
    try:
        import openvino
    except ImportError as error:
        raise VisagistError(
            "OpenVINO is not installed, and --against needs it; add it with: pip install openvino"
        ) from error
    if model.header.name != FFHQ.name:
        raise VisagistError(f"OpenVINO runs the network of {RANDOM_FACE.name} alone; choose --model {FFHQ.name}")
    with tempfile.TemporaryDirectory(prefix="visagist-") as folder:
        file = wheel or (yield from download(RANDOM_FACE, Path(folder)))
        members = read_members(RANDOM_FACE, read_wheel(RANDOM_FACE, file))
    theirs = compiled(openvino, members, torch.get_num_threads())
    renderer = Renderer(model)
    fresh = recipes()
    renderer.render(next(fresh))
    slow, fast = [], []
    for done in range(repeats):
        yield Progress(done, repeats, "against OpenVINO")
        recipe = next(fresh)
        style = renderer.latents.styles(recipe)[:1].numpy()
        slow.append(seconds_of(theirs, style))
        fast.append(seconds_of(renderer.render, recipe))
    return [
        Measurement("OpenVINO f32, full frame", statistics.median(slow), "s", repeats),
        Measurement("full frame, faster than OpenVINO f32", median_ratio(slow, fast), "x", repeats, GOAL),
    ]


def compiled(openvino: Any, members: dict[str, bytes], threads: int) -> Callable[[np.ndarray], object]:
    """Style [1, 512] -> picture, warmed up."""
    weights = openvino.Tensor(np.frombuffer(members["synthesis.bin"], np.uint8).copy())
    core = openvino.Core()
    network = core.read_model(members["synthesis.xml"], weights)
    options = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    request = core.compile_model(network, "CPU", options).create_infer_request()
    request.infer([np.zeros((1, 512), np.float32)])
    return lambda style: request.infer([style])
