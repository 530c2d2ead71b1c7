"""Everything that decides a training run, as one readable file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.checks import check_number, check_seed
from engine.errors import VisagistError
from engine.paths import write_atomically
from engine.training.dataset import Facts, check_side, sides_to
from engine.training.events import MOST_ACROSS
from engine.training.networks.shape import GROUP, Shape

FORMAT_VERSION = 1
FIRST_SIDE = 8
FEWEST_PICTURES = 16
Architecture = Literal["style", "progan"]
Preset = Literal["quick", "overnight", "long"]
Precision = Literal["auto", "f32", "bf16", "fp16"]


class ConfigError(VisagistError):
    """Settings that cannot be."""


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One resolution of the schedule.

    fade, stabilise: images shown while it fades in, and then while it stands; batch: images a step, of all processes;
    lr: learning rate of both networks.
    """

    side: int
    fade: int
    stabilise: int
    batch: int
    lr: float


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a run. "images" are real pictures shown to the discriminator.

    dataset: folder of the packed data set; levels: ascending, the first does not fade in; labels: whether the networks
    are told them; mirror: whether pictures are mirrored at random.
    widest, base: a resolution R has min(widest, base / R) channels; widths: channels at 4, 8 ... side, instead.
    start: a model file whose networks learn on, instead of new ones.
    r1_gamma: weight of R1, None: 0.0005 R^2 / batch; r1_every: steps between two; gp_weight: lambda of WGAN-GP;
    critic_steps: of the discriminator a step of the generator (progan).
    metric_images, metric_pictures, metric_share: images from one evaluation to the next, pictures generated for it, and
    its share of the time; inception: file of the Inception network, for FID and KID.
    ema_images: half-life of the averaged generator; augment_target: where adaptive augmentation holds the sign of
    the logits of real pictures.
    """

    dataset: str
    architecture: Architecture
    side: int
    levels: tuple[Level, ...]
    version: int = FORMAT_VERSION
    seed: int = 0
    labels: bool = False
    mirror: bool = False
    precision: Precision = "auto"
    z_dim: int = 128
    w_dim: int = 128
    mapping_layers: int = 4
    widest: int = 192
    base: int = 3072
    widths: tuple[int, ...] = ()
    start: str = ""
    mixing: float = 0.9
    r1_gamma: float | None = None
    r1_every: int = 16
    gp_weight: float = 10.0
    ema_images: int = 5_000
    augment: Literal["none", "ada"] = "none"
    augment_target: float = 0.6
    tick_images: int = 2_000
    checkpoint_ticks: int = 2
    snapshot_ticks: int = 5
    keep_snapshots: int = 200
    metric_images: int = 20_000
    metric_pictures: int = 1_000
    metric_share: float = 0.1
    inception: str = ""
    sample_columns: int = 8
    sample_rows: int = 5

    @property
    def images(self) -> int:
        """Images of the whole run."""
        return sum(level.fade + level.stabilise for level in self.levels)

    def shape(self, label_dim: int) -> Shape:
        """Sizes of the networks; label_dim: numbers in a label of the data set."""
        return Shape(
            self.side,
            self.widest,
            self.base,
            self.z_dim,
            self.z_dim if self.architecture == "progan" else self.w_dim,
            self.mapping_layers,
            label_dim if self.labels else 0,
            self.widths,
        )


# preset -> images at each level that fades in, while fading and while standing; at the first level; at the last one
IMAGES: dict[str, tuple[int, int, int, int]] = {
    "quick": (3_000, 5_000, 5_000, 20_000),
    "overnight": (20_000, 40_000, 20_000, 400_000),
    "long": (100_000, 200_000, 100_000, 3_000_000),
}
# side -> widest and base of the channels, z and w, mapping layers
SIZES = {
    64: (192, 3072, 128, 4),
    128: (256, 4096, 256, 6),
    256: (384, 8192, 384, 8),
    4096: (512, 32768, 512, 8),
}
# settings that are whole numbers from 1 on
MOST = {
    "z_dim": 2**14,
    "w_dim": 2**14,
    "mapping_layers": 64,
    "widest": 2**14,
    "base": 2**24,
    "tick_images": 10**9,
    "checkpoint_ticks": 10**9,
    "snapshot_ticks": 10**9,
    "r1_every": 10**9,
    "ema_images": 10**9,
    "sample_columns": MOST_ACROSS,
    "sample_rows": MOST_ACROSS,
    "metric_images": 10**9,
    "metric_pictures": 10**6,
    "keep_snapshots": 10**9,
}
BATCHES = {16: 16, 64: 16, 128: 16, 256: 16, 512: 8, 4096: 4}
LR = 2e-3


def default_config(
    dataset: Path,
    facts: Facts,
    *,
    architecture: Architecture = "style",
    side: int | None = None,
    preset: Preset = "quick",
) -> Config:
    """Sensible settings for a data set: side None is that of its pictures."""
    chosen = facts.side if side is None else side
    check_side(chosen)
    fade, stand, first, last = IMAGES[preset]
    widest, base, latent, layers = next(size for largest, size in SIZES.items() if chosen <= largest)
    sides = [2**power for power in range(FIRST_SIDE.bit_length() - 1, chosen.bit_length())] or [chosen]
    levels = []
    for at in sides:
        batch = next(batch for largest, batch in BATCHES.items() if at <= largest)
        stands = last if at == chosen else first if at == sides[0] else stand
        levels.append(
            Level(at, 0 if at == sides[0] else fade, stands, batch, LR if architecture == "style" else LR / 2)
        )
    config = Config(
        str(dataset.absolute()),
        architecture,
        chosen,
        tuple(levels),
        widest=widest,
        base=base,
        z_dim=latent,
        w_dim=latent,
        mapping_layers=layers,
    )
    check(config, facts)
    return config


def check(config: Config, facts: Facts) -> None:
    """Raises ConfigError for settings that contradict themselves or the data set."""
    check_side(config.side)
    check_seed(config.seed)
    if config.side < 8:
        raise ConfigError("the smallest network has a side of 8 pixels")
    if facts.count < FEWEST_PICTURES:
        raise ConfigError(f"{facts.title} has {facts.count} pictures; a network needs {FEWEST_PICTURES} at the least")
    if config.side > facts.side:
        raise ConfigError(
            f"the pictures of {facts.title} have {facts.side} pixels; choose a side of at most that, not {config.side}"
        )
    sides = [level.side for level in config.levels]
    if not sides or sides[-1] != config.side or any(after != 2 * at for at, after in pairwise(sides)):
        raise ConfigError(f"the levels have sides {sides}; each should double the one before, up to {config.side}")
    for level in config.levels:
        check_side(level.side)
        name = f"of level {level.side}"
        check_number(f"the batch {name}", level.batch, 1, 4096)
        check_groups(level, 1)
        check_number(f"the learning rate {name}", level.lr, 1e-8, 1)
        check_number(f"the images {name}", min(level.fade, level.stabilise), 0, 10**12)
    if config.images < 1:
        raise ConfigError("the levels show no pictures at all")
    if config.widths and (len(config.widths) != len(sides_to(config.side)) or min(config.widths) < 1):
        raise ConfigError(f"widths names {len(config.widths)} sizes; the sides up to {config.side} need one each")
    if config.labels and not facts.label_names:
        raise ConfigError(f"{facts.title} has no labels")
    for name, most in MOST.items():
        check_number(name, getattr(config, name), 1, most)
    for name in ("mixing", "augment_target", "metric_share"):
        check_number(name, getattr(config, name), 0, 1)
    check_number("gp_weight", config.gp_weight, 0, 1e6)
    if config.r1_gamma is not None:
        check_number("r1_gamma", config.r1_gamma, 0, 1e6)


def check_groups(level: Level, processes: int) -> None:
    """Raises ConfigError for a batch that the discriminator cannot compare in groups in each of so many processes."""
    each, rest = divmod(level.batch, processes)
    if rest or each < 1 or (each > GROUP and each % GROUP):
        multiple = GROUP * processes
        raise ConfigError(
            f"the batch of level {level.side} is {level.batch} and should be a multiple of {multiple}"
            + (f" for {processes} processes" if processes > 1 else f", or less than {GROUP}")
        )


def smaller_batch(batch: int) -> int:
    """About half, still in whole groups."""
    return max(batch // 2 // GROUP * GROUP, GROUP) if batch > GROUP else batch // 2


def read_config(path: Path) -> Config:
    """The settings in a file; ConfigError where they cannot be read."""
    try:
        config = msgspec.json.decode(path.read_bytes(), type=Config)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror or error})") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not the settings of a run ({error})") from error
    if config.version > FORMAT_VERSION:
        raise ConfigError(f"{path} is format {config.version} and this program reads up to {FORMAT_VERSION}")
    return config


def write_config(path: Path, config: Config) -> None:
    """Write the settings as indented JSON."""
    write_atomically(path, msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")


def changed(config: Config, settings: Sequence[str]) -> Config:
    """The settings with some set as key=value, value in JSON or plain text; ConfigError for what is not known."""
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or key not in Config.__struct_fields__:
            known = ", ".join(Config.__struct_fields__)
            raise ConfigError(f"'{setting}' is not a setting; write key=value with one of {known}")
        try:
            value = msgspec.json.decode(text.encode())
        except msgspec.DecodeError:
            value = text
        whole = msgspec.to_builtins(config) | {key: value}
        try:
            config = msgspec.convert(whole, Config)
        except msgspec.ValidationError as error:
            raise ConfigError(f"{setting}: {error}") from error
    return config


def shortened(config: Config, images: int) -> Config:
    """The same run in another number of images: every phase by the same factor."""
    if config.images < 1:
        raise ConfigError("the levels show no pictures at all")
    factor = images / config.images
    levels = [
        replace(level, fade=round(level.fade * factor), stabilise=round(level.stabilise * factor))
        for level in config.levels
    ]
    return replace(config, levels=tuple(levels))
