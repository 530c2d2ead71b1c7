"""What is told of a model beside its card: family, sizes, training, and the foreign file that it was converted from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from safetensors import safe_open

from engine.growth import growth_text
from engine.models.format import Header
from engine.models.model import Model
from engine.networks import mobile_stylegan, progan, stylegan1, stylegan2, stylegan3

FAMILIES = {
    mobile_stylegan.FAMILY: "MobileStyleGAN",
    stylegan3.FAMILY: "StyleGAN3",
    stylegan2.FAMILY: "StyleGAN2",
    stylegan1.FAMILY: "StyleGAN",
    progan.FAMILY: "Progressive GAN",
}


def report(model: Model) -> dict[str, str]:
    """Facts about an open model, in the order in which a person reads them."""
    plan = model.generator.plan
    facts = {
        "family": FAMILIES.get(plan.family, plan.family),
        "picture": f"{plan.resolution} x {plan.resolution} px",
        "widths": f"z {plan.z_dim}" + (f", w {plan.w_dim}" if plan.has_w else ", there is no w"),
        "style rows": str(plan.style_rows) if plan.has_w else "none",
        "labels": str(plan.label_dim or "none"),
        "tensors": count(model),
    }
    if plan.growth_sides:
        facts["growth"] = told_of_growth(plan.growth, plan.growth_sides)
    kimg = model.header.hyper.get("kimg")
    if isinstance(kimg, int | float):
        facts["trained with"] = f"{kimg:,g} thousand images"
    return facts | told_of_origin(model.header)


def told_of_growth(lod: float, sides: Sequence[int]) -> str:
    """At which sides a network that grew can be seen."""
    return f"from {sides[0]} to {sides[-1]} px; the file stands at {growth_text(lod, sides)}"


def told_of_origin(header: Header) -> dict[str, str]:
    """What is known of the foreign file; nothing for a model that comes from none."""
    origin = header.origin
    if origin is None:
        return {}
    listed = ", ".join(origin.imports) + (f" and {origin.more} more" if origin.more else "")
    return {
        **{name: value for name, value in origin.facts.items() if name != "kimg"},
        "wanted to import": f"{listed} (nothing was, and nothing of it was run)" if listed else "nothing",
    }


def count(model: Model) -> str:
    """How many tensors and numbers its file holds."""
    with safe_open(model.path, "pt") as file:
        sizes = [math.prod(file.get_slice(name).get_shape()) for name in file.keys()]  # noqa: SIM118
    return f"{len(sizes)} with {sum(sizes):,} numbers"
