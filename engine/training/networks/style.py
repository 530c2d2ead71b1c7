"""The style-based generator that grows: StyleGAN2 with image skips (1912.04958), faded in level by level (1710.10196).

Every level adds its colours to the picture so far, so that a level fades in by its colours growing from nothing, and a
network that has grown is the plain one. Parameters are named as in `engine.models.found` under stylegan2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.mapping import normalized
from engine.networks.resample import Doubling, usual_filter
from engine.training.dice import Dice
from engine.training.networks.layers import Linear, ModulatedConvolution, activated, resting
from engine.training.networks.protocol import Forger, Hyper
from engine.training.networks.shape import Grown, Shape

MAPPING_LR = 0.01
W_AVG_BETA = 0.995


class MappingNetwork(nn.Module):
    """z [N, z_dim] and label [N, L] -> w [N, w_dim]; each is normalised by itself."""

    w_avg: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        inside = shape.z_dim
        if shape.label_dim:
            self.embed = Linear(shape.label_dim, shape.w_dim)
            inside += shape.w_dim
        self.depth = shape.mapping_layers
        for i in range(self.depth):
            self.add_module(f"fc{i}", Linear(inside, shape.w_dim, lr=MAPPING_LR))
            inside = shape.w_dim
        self.register_buffer("w_avg", torch.zeros(shape.w_dim))

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Without a label its numbers are 0."""
        x = normalized(z)
        if hasattr(self, "embed"):
            if label is None:
                label = z.new_zeros(len(z), self.embed.weight.shape[1])
            x = torch.cat([x, normalized(self.embed(label))], 1)
        for i in range(self.depth):
            x = activated(self.get_submodule(f"fc{i}")(x))
        return x


class StyledConvolution(ModulatedConvolution):
    """Modulated convolution 3x3, noise, bias, leaky ReLU."""

    noise_const: Tensor

    def __init__(self, inside: int, outside: int, side: int, w_dim: int, *, up: bool = False) -> None:
        super().__init__(inside, outside, 3, w_dim, up=up)
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("noise_const", torch.randn(side, side))

    def styled(self, x: Tensor, w: Tensor, dice: Dice | None) -> Tensor:
        """x [N, in, H, W], w [N, w_dim]; without dice the noise is what the file keeps."""
        y: Tensor = self(x, w)
        noise = self.noise_const if dice is None else dice.normal(len(y), 1, *y.shape[2:])
        y = y + (noise * self.noise_strength).to(y.dtype)
        return activated(y + self.bias.to(y.dtype)[:, None, None])


class Colours(ModulatedConvolution):
    """A modulated 1x1 convolution to colours, float32."""

    def __init__(self, inside: int, w_dim: int) -> None:
        super().__init__(inside, 3, 1, w_dim, demodulated=False)

    def coloured(self, x: Tensor, w: Tensor) -> Tensor:
        """x [N, in, H, W] -> [N, 3, H, W]."""
        colours: Tensor = self(x, w)
        return (colours.float() + self.bias[:, None, None]).contiguous()


class Block(nn.Module):
    """One resolution: conv0 doubles the side (4 has the constant instead), conv1, colours."""

    const: nn.Parameter
    conv0: StyledConvolution

    def __init__(self, shape: Shape, side: int) -> None:
        super().__init__()
        channels = shape.channels(side)
        if side == 4:
            self.const = nn.Parameter(torch.randn(channels, 4, 4))
        else:
            self.conv0 = StyledConvolution(shape.channels(side // 2), channels, side, shape.w_dim, up=True)
        self.conv1 = StyledConvolution(channels, channels, side, shape.w_dim)
        self.torgb = Colours(channels, shape.w_dim)


class StyleGenerator(Forger):
    """The generator.

    dtype: what activations compute in; mixing: chance of style mixing (StyleGAN, section 3.1).
    """

    family = "stylegan2"

    def __init__(self, shape: Shape, dtype: torch.dtype = torch.float32, mixing: float = 0.0) -> None:
        super().__init__()
        self.shape, self.dtype, self.mixing = shape, dtype, mixing
        self.mapping = MappingNetwork(shape)
        self.synthesis = nn.ModuleDict({f"b{side}": Block(shape, side) for side in shape.sides})
        self.doubling = Doubling(usual_filter(), 3, "cpu", torch.float32)

    @property
    def style_rows(self) -> int:
        """Rows of w+: one a convolution and one for the last colours."""
        return 2 * len(self.shape.sides)

    def hyper(self, grown: Grown) -> Hyper:
        return {
            "z_dim": self.shape.z_dim,
            "w_dim": self.shape.w_dim,
            "c_dim": self.shape.label_dim,
            "architecture": "skip",
            "conv_clamp": None,
            "mapping_lr": MAPPING_LR,
            "activation": "lrelu",
            "use_noise": True,
            "label_norm": "separate",
        }

    def forward(self, z: Tensor, label: Tensor | None, grown: Grown, dice: Dice | None = None) -> tuple[Tensor, Tensor]:
        w: Tensor = self.mapping(z, label)
        rows = w[:, None].expand(-1, self.style_rows, -1)
        if self.mixing and dice is not None:
            rows = self.mixed(rows, label, grown, dice)
        return self.synthesize(rows, grown, dice), w

    def mixed(self, rows: Tensor, label: Tensor | None, grown: Grown, dice: Dice) -> Tensor:
        """Some samples take their rows from a random one on from another latent: [N, rows, w_dim]."""
        n, count, _ = rows.shape
        other: Tensor = self.mapping(dice.normal(n, self.shape.z_dim), label)
        used = 2 * (grown.side.bit_length() - 2)
        cut = 1 + (dice.uniform(n, 1) * (used - 1)).floor()
        cut = torch.where(dice.uniform(n, 1) < self.mixing, cut, count)
        own = torch.arange(count, device=rows.device) < cut  # [N, rows]
        return torch.where(own[:, :, None], rows, other[:, None])

    def centre(self) -> Tensor:
        return self.mapping.w_avg

    @torch.no_grad()
    def track(self, w: Tensor) -> None:
        self.mapping.w_avg.lerp_(w, 1 - W_AVG_BETA)

    def synthesize(self, styles: Tensor, grown: Grown, dice: Dice | None = None) -> Tensor:
        """styles [N, rows, w_dim] -> [N, 3, side, side] float32."""
        rows = styles.unbind(1)
        picture: Tensor | None = None
        x = styles.new_zeros(0)
        row = 0
        for side in self.shape.sides[: self.shape.sides.index(grown.side) + 1]:
            block = self.block(side)
            if side == 4:
                x = resting(block.const.to(self.dtype).expand(len(styles), -1, -1, -1))
            else:
                x = block.conv0.styled(x, rows[row], dice)
                row += 1
            x = block.conv1.styled(x, rows[row], dice)
            row += 1
            colours = block.torgb.coloured(x, rows[row])
            if side == grown.side and grown.alpha < 1:
                colours = colours * grown.alpha
            picture = colours if picture is None else self.doubled(picture) + colours
        assert picture is not None
        return picture

    def block(self, side: int) -> Block:
        """The layers of a resolution."""
        block = self.synthesis[f"b{side}"]
        assert isinstance(block, Block)
        return block

    def doubled(self, picture: Tensor) -> Tensor:
        """[N, 3, R, R] -> [N, 3, 2R, 2R]."""
        self.doubling.kernel = self.doubling.kernel.to(picture)
        return self.doubling(picture)

    def grown_tensors(self, grown: Grown) -> dict[str, Tensor]:
        kept = {f"b{side}" for side in self.shape.sides if side <= grown.side}
        tensors = {}
        for name, tensor in self.state_dict().items():
            part, block, *_ = name.split(".")
            if part == "synthesis" and block not in kept:
                continue
            shrinks = name.startswith(f"synthesis.b{grown.side}.torgb.") and ".affine." not in name
            tensors[name] = tensor * grown.alpha if shrinks else tensor
        return tensors
