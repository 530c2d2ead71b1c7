"""The job that makes a batch: rendering, encoding and writing overlap; after a crash it goes on behind the manifest."""

from __future__ import annotations

import hashlib
import time
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.devices import is_out_of_memory
from engine.errors import VisagistError
from engine.export.batch.manifest import Manifest, Row, in_order
from engine.export.batch.plan import BatchPlan, Latents, Shard, settle
from engine.export.batch.sizes import BatchSize
from engine.export.batch.stores import Archive, Folders, Store
from engine.export.credentials import signed
from engine.export.images import BY_SUFFIX
from engine.export.provenance import Provenance, describe
from engine.frame import to_pixels
from engine.job import Job, Progress
from engine.lock import held
from engine.networks.generator import synthesize
from engine.paths import make_folder
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer, inputs_of

ENCODERS = 4
RECENT = 24  # batches that the rate is measured over


@dataclass(frozen=True)
class Batched(Progress):
    """rate: pictures a second, lately; left: seconds, None while unknown; at_once: pictures of a batch."""

    rate: float = 0.0
    left: float | None = None
    at_once: int = 1


@dataclass(frozen=True)
class Result:
    """made: pictures that this job rendered; total: that are there now; place: where they lie."""

    made: int
    total: int
    place: Path


def make_batch(
    renderer: Renderer,
    plan: BatchPlan,
    shard: Shard,
    folder: Path,
    latents: Latents | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Job[Result]:
    """Make what is missing of a shard. Raises VisagistError; whatever happens, what the manifest lists is there."""
    make_folder(folder)
    busy = f"{folder}: another process makes this part of the batch; wait for it, or stop it"
    with held(folder / f".lock{shard.label}", busy):
        settle(folder, plan)
        manifest = Manifest(folder / f"manifest{shard.label}.jsonl")
        store: Store = Archive(folder / f"dataset{shard.label}.zip") if plan.archive else Folders(folder)
        indices = plan.indices(shard.index)
        kept = store.begin(in_order(manifest.path, manifest.rows(), indices))
        manifest.keep(kept)
        maker = Maker(renderer, plan, store, manifest, latents)
        try:
            yield from make_rest(maker, indices, kept, clock)
        finally:
            maker.close()
        return Result(len(indices) - kept, len(indices), store.finish(manifest.rows()))


def make_rest(maker: Maker, indices: range, kept: int, clock: Callable[[], float]) -> Job[None]:
    """Batch after batch; their size is found on the way."""
    size = BatchSize(maker.most_at_once)
    times: deque[tuple[float, int]] = deque([(clock(), kept)], RECENT)
    done = kept
    while done < len(indices):
        chosen = indices[done : done + size.size]
        started = clock()
        try:
            pixels = maker.pixels(chosen)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or not size.too_large():
                raise
            maker.renderer.free()
            continue
        size.took(len(chosen), clock() - started)
        maker.keep(chosen, pixels)
        done += len(chosen)
        times.append((clock(), done))
        passed, pictures = times[-1][0] - times[0][0], done - times[0][1]
        rate = pictures / passed if passed > 0 else 0.0
        left = (len(indices) - done) / rate if rate else None
        yield Batched(done, len(indices), told(rate), rate, left, size.size)
    maker.wait()


def told(rate: float) -> str:
    """The rate in words."""
    return f"rendering, {rate:.1f} pictures a second" if rate < 10 else f"rendering, {rate:.0f} pictures a second"


class Maker:
    """Renders on the caller's thread; one batch at a time is encoded and written on others."""

    def __init__(
        self, renderer: Renderer, plan: BatchPlan, store: Store, manifest: Manifest, latents: Latents | None
    ) -> None:
        self.renderer, self.plan, self.store, self.manifest, self.latents = renderer, plan, store, manifest, latents
        self.encoders = ThreadPoolExecutor(ENCODERS, "batch encoder")
        self.keeper = ThreadPoolExecutor(1, "batch keeper")
        self.pending: Future[None] | None = None

    @property
    def most_at_once(self) -> int:
        """The CPU's kernels make one picture with all cores; more at once would only take memory."""
        return 1 if self.renderer.model.target.device == "cpu" else 64

    def pixels(self, chosen: range) -> list[NDArray[np.uint8]]:
        """BGRX [side, side, 4] of each picture."""
        recipes = [self.plan.recipe_of(index, self.latents) for index in chosen]
        if len(recipes) == 1:
            frame = self.renderer.render(recipes[0], self.plan.size)
            if frame.notice:
                raise VisagistError(
                    f"{frame.notice}; the batch stops here so that its pictures stay alike, and the same command goes "
                    "on with it"
                )
            return [frame.pixels]
        return pixels_of(self.renderer, recipes, self.plan.size)

    def keep(self, chosen: range, pixels: Sequence[NDArray[np.uint8]]) -> None:
        """Hand a batch over, once the one before is safe."""
        self.wait()
        self.pending = self.keeper.submit(self.write, chosen, pixels)

    def wait(self) -> None:
        """Until the batch before is safe; raises what went wrong with it."""
        if self.pending is not None:
            self.pending.result()
            self.pending = None

    def write(self, chosen: range, pixels: Sequence[NDArray[np.uint8]]) -> None:
        """Pictures first, then their rows: a row never lists what is not there."""
        recipes = [self.plan.recipe_of(index, self.latents) for index in chosen]
        contents = list(self.encoders.map(self.encoded, recipes, pixels))
        names = [self.plan.name(index) for index in chosen]
        places = self.store.put(list(zip(names, contents, strict=True)))
        self.manifest.append(
            [
                Row(
                    index, name, hashlib.sha256(content).hexdigest(), len(content), zlib.crc32(content), place,
                    recipe.latent.seed if isinstance(recipe.latent, SeedLatent) else None,
                    msgspec.Raw(recipe.to_json()),
                )
                for index, name, content, place, recipe in zip(chosen, names, contents, places, recipes, strict=True)
            ]
        )  # fmt: skip

    def encoded(self, recipe: Recipe, pixels: NDArray[np.uint8]) -> bytes:
        """The file of a picture, which says what it is."""
        target = self.renderer.model.target
        recipes = () if self.plan.private else (recipe,)
        provenance = Provenance(
            recipes, self.plan.model, self.plan.title, target.label, target.precision, int(pixels.shape[0])
        )
        picture = Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1]))
        content = BY_SUFFIX[self.plan.suffix].encode(picture, provenance)
        return signed(content, self.plan.suffix, describe(provenance))

    def close(self) -> None:
        """Let what was handed over be written, and end the threads."""
        self.keeper.shutdown()
        self.encoders.shutdown()


@torch.inference_mode()
def pixels_of(renderer: Renderer, recipes: Sequence[Recipe], size: int) -> list[NDArray[np.uint8]]:
    """Several pictures at once: of recipes that differ in their latents alone."""
    inputs = inputs_of(recipes[0], {})
    styles = torch.stack([renderer.latents.styles(recipe) for recipe in recipes])
    pictures = synthesize(renderer.model.generator, styles, inputs, size)
    return [to_pixels(renderer.viewed(picture[None], recipes[0])[0]) for picture in pictures]
