"""Recipe -> styles: seeds to z, z to w, planes, mixes, truncation, directions. All on the CPU in float32."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from engine.errors import RecipeError
from engine.networks.generator import Generator
from engine.recipe import DirectionAmount, ExplicitLatent, Latent, PlaneLatent, Recipe, SeedLatent

CACHED_LATENTS = 4096


def draw_z(seed: int, width: int) -> Tensor:
    """z [width] float32 of a seed; below 2^32 the numbers that NVIDIA's programs draw for the same seed.

    The legacy generator of NumPy is used because its stream is promised never to change.
    """
    state = np.random.RandomState(seed if seed < 2**32 else [seed & 0xFFFFFFFF, seed >> 32])
    return torch.from_numpy(state.standard_normal(width).astype(np.float32))


def spherical_blend(points: Tensor, weights: Sequence[float], steps: int = 12) -> Tensor:
    """Weighted mean of points [K, D] on the sphere (Buss & Fillmore 2001), length blended linearly -> [D].

    For two points and weights (1 - t, t) this is slerp.
    """
    share = torch.tensor(weights, dtype=torch.float64)
    lengths = points.double().norm(dim=1)
    units = points.double() / lengths[:, None]
    mean = units[int(share.argmax())]
    for _ in range(steps):
        cosine = (units @ mean).clamp(-1, 1)
        tangent = units - cosine[:, None] * mean  # [K, D], at right angles to the mean
        angle = torch.arccos(cosine)
        step = (share[:, None] * tangent * (angle / tangent.norm(dim=1).clamp_min(1e-12))[:, None]).sum(0)
        length = step.norm()
        mean = mean * torch.cos(length) + step * torch.sinc(length / torch.pi)
        mean = mean / mean.norm()
    blended: Tensor = mean * (share * lengths).sum()
    return blended.float()


def weights_on(plane: PlaneLatent) -> tuple[float, float, float]:
    """The shares of a plane's corners in a point of it."""
    return (1 - plane.x - plane.y, plane.x, plane.y)


def is_w(latent: Latent) -> bool:
    """Whether a latent is one w for all style rows."""
    if isinstance(latent, PlaneLatent):
        return all(map(is_w, latent.corners))
    return isinstance(latent, SeedLatent) or latent.rows == 1


def orthonormal(vectors: Sequence[Tensor]) -> list[Tensor]:
    """Gram-Schmidt along the last dimension, in the order given; what is left of nothing is nothing.

    Vectors [w_dim] and [style_rows, w_dim] may stand together: each style row is treated by itself.
    """
    made: list[Tensor] = []
    for vector in vectors:
        rest = vector
        for other in made:
            rest = rest - (rest * other).sum(-1, keepdim=True) * other
        length = rest.norm(dim=-1, keepdim=True)
        whole = vector.norm(dim=-1, keepdim=True)
        made.append(torch.where(length > 1e-4 * whole, rest / length.clamp_min(1e-20), torch.zeros_like(rest)))
    return made


def ground(latent: Latent) -> Iterator[SeedLatent | ExplicitLatent]:
    """The latents that a latent stands on in the end."""
    if isinstance(latent, PlaneLatent):
        for corner in latent.corners:
            yield from ground(corner)
    else:
        yield latent


def projected(vector: Tensor, others: Sequence[Tensor]) -> Tensor:
    """A vector on the orthogonal complement of the span of others (InterFaceGAN, 1907.10786, section 3.3).

    Each is [w_dim] or [style_rows, w_dim]. For one other n2 of length 1 this is n1 - (n1 . n2) n2.
    """
    for other in orthonormal(others):
        vector = vector - (vector * other).sum(-1, keepdim=True) * other
    return vector


class Latents:
    """Recipes -> styles for one generator; w of seeds and planes is kept, so that sliders cost nothing here.

    w_mean [w_dim]: the truncation centre. directions: id -> vector [w_dim] or [style_rows, w_dim], of one unit.
    centres: gives several truncation centres [K, w_dim]; asked once, when a recipe first wants the nearest of them.
    Safe to call from several threads.
    """

    def __init__(
        self,
        generator: Generator,
        w_mean: Tensor,
        directions: Mapping[str, Tensor] | None = None,
        centres: Callable[[], Tensor] | None = None,
    ) -> None:
        self.generator = generator
        self.plan = generator.plan
        self.w_mean = w_mean.float().cpu()
        self.directions = dict(directions or {})
        self.centres = cache(centres or (lambda: self.w_mean[None]))
        self.kept: OrderedDict[tuple[object, ...], Tensor] = OrderedDict()
        self.lock = threading.Lock()

    def learn(self, directions: Mapping[str, Tensor]) -> None:
        """More directions; none is ever forgotten, so that a recipe that once could be followed still can."""
        # another dictionary: the render thread may be reading this one
        self.directions = {**self.directions, **directions}

    def styles(self, recipe: Recipe) -> Tensor:
        """w+ [style_rows, w_dim]: mixes first, then truncation, then directions.

        Raises RecipeError where the model cannot follow the recipe.
        """
        self.check(recipe)
        styles = self.rows_of(recipe.latent, recipe.label).clone()
        for mix in recipe.mixes:
            rows = list(mix.rows)
            styles[rows] = torch.lerp(styles[rows], self.rows_of(mix.source, recipe.label)[rows], mix.amount)
        pulled = styles[: recipe.truncation.cutoff]
        pulled.copy_(torch.lerp(self.centre(recipe).expand_as(pulled), pulled, recipe.truncation.psi))
        for move in recipe.directions:
            rows = list(move.rows)
            vector = self.vector_of(move)
            styles[rows] += move.amount * (vector if vector.dim() == 1 else vector[rows])
        return styles

    def centre(self, recipe: Recipe) -> Tensor:
        """Where truncation pulls to [w_dim]: one place for all style rows, told by the recipe's own latent."""
        if recipe.truncation.centre == "mean":
            return self.w_mean
        w = self.rows_of(recipe.latent, recipe.label).double().mean(0)
        centres = self.centres()
        return centres[int((centres.double() - w).square().sum(1).argmin())]

    def vector_of(self, move: DirectionAmount) -> Tensor:
        """One unit of a move: [w_dim] or [style_rows, w_dim], the directions that it leaves alone projected out."""
        return projected(self.directions[move.id], [self.directions[id] for id in move.orthogonal_to])

    def w_of(self, latent: SeedLatent | PlaneLatent, label: tuple[float, ...] = ()) -> Tensor:
        """w [w_dim] of a seed or a point of a plane (w+ where a corner of it is), before truncation."""
        key = (latent, label)
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        w = (
            self.map_one(draw_z(latent.seed, self.plan.z_dim), label)
            if isinstance(latent, SeedLatent)
            else (self.w_on_plane(latent, label))
        )
        with self.lock:
            self.kept[key] = w
            while len(self.kept) > CACHED_LATENTS:
                self.kept.popitem(last=False)
        return w

    def w_on_plane(self, plane: PlaneLatent, label: tuple[float, ...]) -> Tensor:
        """w [w_dim] of a point on a plane, or w+ [style_rows, w_dim] where a corner is one."""
        if plane.space == "z":
            return self.map_one(self.z_of(plane), label)
        corners = torch.stack([self.rows_of(corner, label) for corner in plane.corners])  # [3, style_rows, w_dim]
        w = torch.einsum("k,krd->rd", torch.tensor(weights_on(plane), dtype=torch.float32), corners)
        return w[0] if all(is_w(corner) for corner in plane.corners) else w

    def z_of(self, latent: Latent) -> Tensor:
        """z [z_dim] of a seed, or of a plane that is walked in z."""
        if isinstance(latent, SeedLatent):
            return draw_z(latent.seed, self.plan.z_dim)
        assert isinstance(latent, PlaneLatent)
        return spherical_blend(torch.stack([self.z_of(corner) for corner in latent.corners]), weights_on(latent))

    def rows_of(self, latent: Latent, label: tuple[float, ...]) -> Tensor:
        """w+ [style_rows, w_dim] of any latent."""
        if isinstance(latent, ExplicitLatent):
            values = np.frombuffer(latent.values, "<f4").astype(np.float32)
            w = torch.from_numpy(values).reshape(latent.rows, latent.width)
        else:
            w = self.w_of(latent, label)
        return w.expand(self.plan.style_rows, -1)

    def map_one(self, z: Tensor, label: tuple[float, ...]) -> Tensor:
        """One z at a time: a batch would round differently, and equal recipes must give equal pictures."""
        given = torch.tensor([label]) if label else None
        return self.generator.map(z[None], given)[0]

    def check(self, recipe: Recipe) -> None:
        """Whether this model can follow the recipe; raises RecipeError with one sentence where not."""
        rows = self.plan.style_rows
        if recipe.label and len(recipe.label) != self.plan.label_dim:
            raise RecipeError(
                f"the recipe gives {len(recipe.label)} label values and this model takes {self.plan.label_dim}"
            )
        for latent in chain(ground(recipe.latent), *(ground(mix.source) for mix in recipe.mixes)):
            if isinstance(latent, ExplicitLatent) and (latent.width != self.plan.w_dim or latent.rows not in (1, rows)):
                raise RecipeError(
                    f"the explicit latent is {latent.rows} x {latent.width}; this model takes 1 or {rows} rows of "
                    f"{self.plan.w_dim}"
                )
        for what, used in (
            *(("a style mix", mix.rows) for mix in recipe.mixes),
            *((f"direction '{move.name}'", move.rows) for move in recipe.directions),
        ):
            if used[-1] >= rows:
                raise RecipeError(f"{what} uses style row {used[-1]}; this model's rows are 0 to {rows - 1}")
        last = len(self.plan.growth_sides) - 1
        if recipe.growth is not None and recipe.growth > last:
            known = f"this model's are 0 to {last}" if last >= 0 else "this model has no stages of growth"
            raise RecipeError(f"the recipe is at level of detail {recipe.growth:g}; {known}")
        if recipe.truncation.cutoff is not None and recipe.truncation.cutoff > rows:
            raise RecipeError(f"cutoff is {recipe.truncation.cutoff}; this model has {rows} style rows")
        for move in recipe.directions:
            for id in (move.id, *move.orthogonal_to):
                if id not in self.directions:
                    raise RecipeError(
                        f"the recipe uses direction '{move.name}' ({id}), which no open direction pack holds; "
                        "open the pack it was made with"
                    )
