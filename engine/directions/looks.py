"""What a picture looks like to the calibration: blurred colours, and statistics that tell a natural one."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.generator import Generator, Hook, Inputs, Output

SIDE = 64  # pixels a side at which pictures are compared: what one sees at a glance
SCALES = (64, 128, 256)  # pixels a side at which roughness is measured, as far as the picture goes
MEASURED = 32  # activations are measured in layers up to this resolution

# lightness and two colour axes, scaled so that equal numbers look about equally large (Lab's own proportions)
OPPONENTS = torch.tensor([[0.30, 0.59, 0.11], [0.50, -0.42, -0.08], [0.15, 0.28, -0.43]])


@dataclass(frozen=True)
class Look:
    """One picture as it looks.

    colours [3, SIDE, SIDE]: lightness and two colour axes in levels of 255, blurred.
    statistics [S]: brightness, contrast, colourfulness, colour cast (two), clipped share, then how rough light and
    colours are at each scale, then the logarithm of the root mean square and the share of the mean of each measured
    layer.
    """

    colours: Tensor
    statistics: Tensor


class Viewer:
    """Renders styles and looks at them, always at one output."""

    def __init__(self, generator: Generator, output: Output) -> None:
        self.generator = generator
        self.output = output
        stages = generator.plan.stages[: output.stage + 1]
        self.measured = [layer.name for stage in stages for layer in stage.layers if layer.resolution <= MEASURED]

    @torch.no_grad()
    def look(self, styles: Tensor) -> Look:
        """styles [style_rows, w_dim] -> how the picture looks."""
        found: list[Tensor] = []

        def measure(name: str, x: Tensor) -> Tensor:
            size = x.float().square().mean().sqrt()
            found.extend((size.clamp_min(1e-12).log(), x.float().mean() / size.clamp_min(1e-12)))
            return x

        hooks: dict[str, Hook] = dict.fromkeys(self.measured, measure)
        inputs = Inputs(hooks=hooks)
        state = None
        for stage in range(self.output.stage + 1):
            state = self.generator.run(stage, state, styles[None], inputs)
        assert state is not None
        picture = self.generator.picture(self.output, state, styles[None]).cpu()
        levels = shrunk(picture.clamp(-1, 1), max(SCALES)) * 127.5 + 127.5
        colours = torch.einsum("oc,nchw->nohw", OPPONENTS, levels)
        numbers = torch.cat((picture_statistics(levels, colours), torch.stack(found).cpu()))
        return Look(shrunk(colours, SIDE)[0], numbers)


def picture_statistics(levels: Tensor, colours: Tensor) -> Tensor:
    """levels [1, 3, H, W] of 0..255 and their opponent colours [1, 3, H, W] -> six numbers, and four for each scale."""
    light, chroma = colours[0, 0], colours[0, 1:]
    clipped = ((levels < 4) | (levels > 251)).float().mean()
    plain = (light.mean(), light.std(), chroma.square().sum(0).mean().sqrt(), *chroma.mean((1, 2)), clipped)
    scales = [scale for scale in SCALES if scale <= levels.shape[-1]] or [levels.shape[-1]]
    return torch.cat((torch.stack(plain), *(roughness(shrunk(colours, scale)[0]) for scale in scales)))


def roughness(colours: Tensor) -> Tensor:
    """[3, H, W] -> root mean square and 99th percentile of the slopes of light, then of the two colour axes."""
    across, down = colours.diff(dim=2)[:, :-1], colours.diff(dim=1)[:, :, :-1]
    squares = across.square() + down.square()  # [3, H - 1, W - 1]
    steep = torch.stack((squares[0], squares[1:].sum(0))).flatten(1)  # [2, positions]
    # a quantile would sort all of them
    return torch.cat((steep.mean(1), steep.kthvalue(round(0.99 * steep.shape[1]), 1).values)).sqrt()


def shrunk(picture: Tensor, side: int) -> Tensor:
    """Averaged over boxes down to at most `side` pixels: [N, C, H, W] -> [N, C, side, side]."""
    return F.adaptive_avg_pool2d(picture, min(side, picture.shape[-1]))


def visible_change(a: Look, b: Look) -> float:
    """Root mean square of the difference of two looks, in levels of 255 over the three colour axes."""
    return float((a.colours - b.colours).square().sum(0).mean().sqrt())
