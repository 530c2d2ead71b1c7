"""CUDA graphs around any generator: each stage and output is captured once and then replayed in one launch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.frame import to_pixels
from engine.networks.generator import PLAIN, Generator, Inputs, Output, Plan, State, TensorState
from engine.networks.on_torch import recorded

WARM_UPS = 3  # cuDNN chooses its algorithms, the allocator settles


@dataclass
class Capture:
    """A captured graph with the buffers that it reads and writes."""

    graph: torch.cuda.CUDAGraph
    styles: Tensor
    before: TensorState | None
    after: TensorState | Tensor


class GraphedGenerator:
    """Replays stages of one sample; all else runs uncaptured: batches, gradients, hooks, noise that is not the
    network's own, a view.

    A replayed stage's output is copied out of the graph's own buffer, since caches keep states.
    """

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.captures: dict[tuple[str, int], Capture] = {}

    @property
    def plan(self) -> Plan:
        return self.generator.plan

    @property
    def device(self) -> torch.device:
        return self.generator.device

    @property
    def precision(self) -> str:
        return self.generator.precision

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.generator.map(z, label)

    def trim(self) -> None:
        """Forget the graphs, which hold buffers of their own; they are captured again when needed."""
        self.captures.clear()
        self.generator.trim()

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        if not replays(styles, inputs):
            return self.generator.run(stage, state, styles, inputs)
        assert state is None or isinstance(state, TensorState)

        def compute(static: Tensor, before: TensorState | None) -> TensorState:
            after = self.generator.run(stage, before, static, inputs)
            assert isinstance(after, TensorState)
            return after

        after = self.replay(("stage", stage), state, styles, compute)
        assert isinstance(after, TensorState)
        return copied(after)

    def road(self, inputs: Inputs = PLAIN) -> str:
        inner = self.generator.road(inputs)
        return f"{inner} · CUDA graphs" if inputs == PLAIN else inner

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        if not replays(styles, inputs):
            return self.generator.picture(output, state, styles, inputs)
        assert isinstance(state, TensorState)

        def compute(static: Tensor, before: TensorState | None) -> Tensor:
            assert before is not None
            return self.generator.picture(output, before, static, inputs)

        picture = self.replay(("output", output.size), state, styles, compute)
        assert isinstance(picture, Tensor)
        return picture.clone()

    def pixels(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> np.ndarray:
        return to_pixels(self.picture(output, state, styles, inputs)[0])

    @torch.inference_mode()
    def replay(
        self,
        key: tuple[str, int],
        state: TensorState | None,
        styles: Tensor,
        compute: Callable[[Tensor, TensorState | None], TensorState | Tensor],
    ) -> TensorState | Tensor:
        """Copy the inputs into the graph's buffers and replay it; capture it when it is new."""
        found = self.captures.get(key)
        if found is None:
            found = self.captures[key] = capture(state, styles.to(self.device), compute)
        found.styles.copy_(styles, non_blocking=True)
        if state is not None and found.before is not None:
            found.before.x.copy_(state.x)
            if found.before.image is not None and state.image is not None:
                found.before.image.copy_(state.image)
        found.graph.replay()
        return found.after


def replays(styles: Tensor, inputs: Inputs) -> bool:
    """Whether a graph can compute this."""
    return styles.shape[0] == 1 and inputs == PLAIN and not recorded(styles)


@torch.inference_mode()
def capture(
    state: TensorState | None,
    styles: Tensor,
    compute: Callable[[Tensor, TensorState | None], TensorState | Tensor],
) -> Capture:
    """Warm up on a side stream, as torch asks for, then record one run on buffers of its own."""
    static = styles.clone()
    before = None if state is None else copied(state)
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM_UPS):
            compute(static, before)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        after = compute(static, before)
    return Capture(graph, static, before, after)


def copied(state: TensorState) -> TensorState:
    """The same values in memory of their own, layout kept."""
    return TensorState(state.x.clone(), None if state.image is None else state.image.clone())
