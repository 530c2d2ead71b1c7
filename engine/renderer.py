"""The renderer: Recipe -> Frame, with stage caches, drafts, and an answer to a lack of memory."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping

import msgspec
import numpy as np
import torch
from torch import Tensor

from engine.devices import Target, is_out_of_memory
from engine.errors import RecipeError, VisagistError
from engine.frame import Frame, to_deep_pixels, to_pixels
from engine.latents import Latents
from engine.models.centres import centres_of
from engine.models.model import Model, open_model
from engine.networks.generator import Hook, Inputs, Output, State
from engine.networks.progressive import Growth
from engine.recipe import Recipe, View
from engine.stage_cache import StageCache
from engine.view import looked_at

log = logging.getLogger(__name__)

CACHE_BYTES = 512 * 2**20  # all stages of one 1024 px picture take 150 MB in bf16, 300 in f32


class Interrupted(Exception):
    """Rendering was given up because a newer recipe waits."""


class Renderer:
    """Renders recipes of one model. One thread at a time; equal recipes give bit-equal frames on one target.

    directions: id -> vector of one unit, as a direction pack gives them.
    """

    def __init__(
        self,
        model: Model,
        directions: Mapping[str, Tensor] | None = None,
        cache_bytes: int = CACHE_BYTES,
        reopen: Callable[[Model, Target], Model] = lambda model, target: open_model(model.path, target),
    ) -> None:
        self.model = model
        self.latents = Latents(model.generator, model.w_mean, directions, lambda: centres_of(model))
        self.cache = StageCache(cache_bytes)
        self.reopen = reopen
        self.largest: int | None = None  # set after running out of memory

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sides of the pictures that can be rendered, ascending; the last is the full one."""
        return tuple(output.size for output in self.model.generator.plan.outputs)

    def render(
        self,
        recipe: Recipe,
        size: int | None = None,
        stop: Callable[[], bool] | None = None,
        hooks: Mapping[str, Hook] | None = None,
    ) -> Frame:
        """One picture. size: the smallest output of at least that side; None is the full one.

        stop is asked between stages; when it says so, Interrupted is raised and the finished stages stay cached.
        Raises RecipeError where the model cannot follow the recipe.
        """
        return self.framed(recipe, size, hooks or {}, lambda output: self.pixels(recipe, output, stop, hooks or {}))

    def render_deep(self, recipe: Recipe, size: int | None = None, stop: Callable[[], bool] | None = None) -> Frame:
        """As `render`, with pixels of 16 bits a colour."""
        return self.framed(recipe, size, {}, lambda output: self.deep_pixels(recipe, output, stop))

    def framed(
        self, recipe: Recipe, size: int | None, hooks: Mapping[str, Hook], make: Callable[[Output], np.ndarray]
    ) -> Frame:
        """The pixels that `make` makes, and what made them."""
        started = time.perf_counter()
        pixels, notice = self.with_memory(size, make)
        return Frame(
            pixels=pixels,
            recipe=recipe,
            model=self.model.hash,
            device=self.model.target.label,
            precision=self.model.generator.precision,
            road=self.model.generator.road(inputs_of(recipe, hooks)),
            draft=pixels.shape[0] < self.model.generator.plan.resolution,
            seconds=time.perf_counter() - started,
            notice=notice,
        )

    @torch.inference_mode()
    def picture(self, recipe: Recipe, size: int | None = None, hooks: Mapping[str, Hook] | None = None) -> Tensor:
        """As `render`, as numbers: [3, size, size] float32 in about [-1, 1], not clamped, on the model's device."""
        output = self.model.generator.plan.output(size)
        inputs = inputs_of(recipe, hooks or {})
        styles, state = self.state(recipe, output, None, inputs)
        return self.viewed(self.model.generator.picture(output, state, styles, inputs), recipe)[0]

    @torch.inference_mode()
    def deep_pixels(self, recipe: Recipe, output: Output, stop: Callable[[], bool] | None) -> np.ndarray:
        """As `pixels`, of 16 bits a colour."""
        inputs = inputs_of(recipe, {})
        styles, state = self.state(recipe, output, stop, inputs)
        return to_deep_pixels(self.viewed(self.model.generator.picture(output, state, styles, inputs), recipe)[0])

    @torch.inference_mode()
    def pixels(
        self, recipe: Recipe, output: Output, stop: Callable[[], bool] | None, hooks: Mapping[str, Hook]
    ) -> np.ndarray:
        """Display pixels of a recipe at an output."""
        inputs = inputs_of(recipe, hooks)
        styles, state = self.state(recipe, output, stop, inputs)
        generator = self.model.generator
        if generator.plan.follows_view or recipe.view == View():
            return generator.pixels(output, state, styles, inputs)
        return to_pixels(self.viewed(generator.picture(output, state, styles, inputs), recipe)[0])

    def viewed(self, picture: Tensor, recipe: Recipe) -> Tensor:
        """The recipe's view, where the network has not followed it itself."""
        return picture if self.model.generator.plan.follows_view else looked_at(picture, recipe.view)

    def state(
        self, recipe: Recipe, output: Output, stop: Callable[[], bool] | None, inputs: Inputs
    ) -> tuple[Tensor, State]:
        """Styles [1, rows, w_dim] and the state that the output reads; only stages that changed are run."""
        self.check_model(recipe)
        styles = self.latents.styles(recipe)[None]
        keys = list(self.keys(recipe, styles[0], output))
        # hooks have no value to compare by, so what they touched is not kept
        kept = [] if inputs.hooks else [self.cache.get(key) for key in keys]
        stage = max((index for index, state in enumerate(kept) if state is not None), default=-1)
        state = kept[stage] if stage >= 0 else None
        for index in range(stage + 1, output.stage + 1):
            if stop is not None and stop():
                raise Interrupted
            state = self.model.generator.run(index, state, styles, inputs)
            if not inputs.hooks:
                self.cache.put(keys[index], state)
        assert state is not None
        return styles, state

    def check(self, recipe: Recipe) -> None:
        """RecipeError where the model cannot follow the recipe; nothing is rendered, and any thread may ask."""
        self.check_model(recipe)
        self.latents.check(recipe)

    def check_model(self, recipe: Recipe) -> None:
        """RecipeError where the recipe is another model's."""
        if recipe.model is not None and recipe.model != self.model.hash:
            raise RecipeError(
                f"the recipe was made with model {recipe.model[:12]} and the open model is {self.model.hash[:12]} "
                f"({self.model.header.title}); open the model it was made with"
            )

    def keys(self, recipe: Recipe, styles: Tensor, output: Output) -> Iterator[bytes]:
        """One key a stage: everything that the stage's state depends on."""
        plan = self.model.generator.plan
        digest = hashlib.blake2b(digest_size=16)
        if plan.follows_view:
            digest.update(msgspec.json.encode(recipe.view))
        lod = plan.growth if recipe.growth is None else recipe.growth
        for stage in plan.stages[: output.stage + 1]:
            digest.update(stage.name.encode())  # a stage may read no rows and hear no noise
            digest.update(styles[list(stage.rows)].numpy().tobytes())
            for resolution in stage.resolutions if plan.adds_noise else ():
                digest.update(msgspec.json.encode(recipe.noise.at(resolution)))
            # the level before the last may show; the ones before that are the same at every stage of growth
            if plan.growth_sides and 2 * stage.resolution >= Growth(lod, plan.growth_sides).side:
                digest.update(msgspec.json.encode(lod))
            yield digest.digest()

    def with_memory(self, size: int | None, make: Callable[[Output], np.ndarray]) -> tuple[np.ndarray, str]:
        """Render; out of memory is answered by freeing caches, then by a smaller picture, then by the CPU."""
        wanted = self.model.generator.plan.output(size)
        output = (
            wanted if self.largest is None else min(wanted, self.model.generator.plan.output(self.largest), key=side)
        )
        for attempt in self.attempts(output):
            try:
                return make(attempt), "" if attempt is wanted else (
                    f"memory ran out, so the picture is {attempt.size} px instead of {wanted.size}"
                )
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                log.warning("out of memory at %d px on %s", attempt.size, self.model.target.label)
                self.free()
        if self.model.target.device == "cpu":
            raise VisagistError("there is not enough memory for even the smallest picture; close other programs")
        label = self.model.target.label
        self.model = self.reopen(self.model, Target("cpu", "f32"))
        self.latents.generator = self.model.generator
        self.largest = None
        return make(wanted), f"memory ran out on {label}, so the CPU renders from now on"

    def attempts(self, output: Output) -> Iterator[Output]:
        """The same size again with caches freed, then the smaller ones; what worked is kept as the limit."""
        yield output
        yield output
        for smaller in reversed([o for o in self.model.generator.plan.outputs if o.size < output.size]):
            self.largest = smaller.size
            yield smaller

    def free(self) -> None:
        """Give cached memory back."""
        self.cache.clear()
        self.model.generator.trim()


def inputs_of(recipe: Recipe, hooks: Mapping[str, Hook]) -> Inputs:
    """What synthesis reads besides styles."""
    return Inputs(recipe.noise, recipe.view, hooks, recipe.growth)


def side(output: Output) -> int:
    """Size of an output in pixels."""
    return output.size
