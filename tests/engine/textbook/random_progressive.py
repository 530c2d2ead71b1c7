"""Random networks of StyleGAN1 and discriminators of networks that grew, of any size, with nothing left at zero."""

from __future__ import annotations

from tests.engine.textbook.random_nets import Drawn, Hyper, Net


def stylegan1(
    resolution: int = 16, *, width: int = 5, w_dim: int = 7, z_dim: int = 6, labels: int = 0, noise: bool = True
) -> Net:
    """A generator with two layers that map; labels are embedded as wide as z."""
    net = Drawn(5)
    if labels:
        net.draw("mapping.embed.weight", z_dim, labels)
    for i, inside in enumerate((z_dim * (2 if labels else 1), w_dim)):
        net.draw(f"mapping.fc{i}.weight", w_dim, inside, scale=100)
        net.draw(f"mapping.fc{i}.bias", w_dim, scale=10)
    net.draw("mapping.w_avg", w_dim)
    net.draw("synthesis.b4.const", width, 4, 4)
    side = 4
    while side <= resolution:
        for conv in ("conv0", "conv1"):
            name = f"synthesis.b{side}.{conv}"
            if (side, conv) != (4, "conv0"):
                net.draw(f"{name}.weight", width, width, 3, 3)
            net.draw(f"{name}.bias", width)
            net.draw(f"{name}.affine.weight", 2 * width, w_dim)
            net.draw(f"{name}.affine.bias", 2 * width)
            if noise:
                net.draw(f"{name}.noise_weight", width)
                net.draw(f"{name}.noise_const", side, side)
        net.draw(f"synthesis.b{side}.torgb.weight", 3, width, 1, 1)
        net.draw(f"synthesis.b{side}.torgb.bias", 3)
        side *= 2
    return dict(net), {"resolution": resolution, "z_dim": z_dim, "w_dim": w_dim, "c_dim": labels}


def discriminator(resolution: int = 16, *, width: int = 5, outputs: int = 1, features: int = 1) -> Net:
    """Its hyper-parameters are the reader's to find."""
    net = Drawn(6)
    side = resolution
    while side >= 4:
        net.draw(f"b{side}.fromrgb.weight", width, 3, 1, 1)
        net.draw(f"b{side}.fromrgb.bias", width)
        for conv in ("conv0", "conv1") if side > 4 else ():
            net.draw(f"b{side}.{conv}.weight", width, width, 3, 3)
            net.draw(f"b{side}.{conv}.bias", width)
        side //= 2
    for name, shape in (
        ("conv", (width, width + features, 3, 3)),
        ("fc", (width, 16 * width)),
        ("out", (outputs, width)),
    ):
        net.draw(f"b4.{name}.weight", *shape)
        net.draw(f"b4.{name}.bias", shape[0])
    hyper: Hyper = {"resolution": resolution}
    return dict(net), hyper
