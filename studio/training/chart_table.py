"""The charts of a run in one table: which numbers each one draws, and what they say to a newcomer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.training.following import Run
from studio import theme
from studio.training import words

LEVEL_COLOURS = (theme.ACCENT, "#c98fa6", theme.SECOND, "#93b98b", "#a99ad0", "#b8b08a", theme.MUTED)


@dataclass(frozen=True)
class Line:
    """A series and how it is drawn."""

    series: str
    name: str
    colour: str


@dataclass(frozen=True)
class ChartSpec:
    """lines: None for one line a level of the pyramid; tip: what is seen here; text: how its values are written."""

    id: str
    title: str
    tip: str
    lines: tuple[Line, ...] | None
    text: Callable[[float], str] = words.number

    def lines_of(self, *runs: Run | None) -> tuple[Line, ...]:
        """The lines that there are numbers for."""
        known = [run for run in runs if run is not None]
        if self.lines is not None:
            return tuple(line for line in self.lines if any(line.series in run.series for run in known))
        levels = sorted({level for run in known for level in run.levels}, reverse=True)
        colours = (*LEVEL_COLOURS, *(theme.MUTED for _ in levels))
        return tuple(
            Line(f"swd/{level}", f"{level} px", colour) for level, colour in zip(levels, colours, strict=False)
        )


CONTEST = ChartSpec(
    "contest",
    "Forger against inspector",
    "The mean score that the inspector gives real pictures and the forger's. "
    "Far apart: it tells them apart easily. Close together: the forgeries are good, or the inspector is confused.",
    (Line("real", "real", theme.SECOND), Line("fake", "made", theme.ACCENT)),
)
DISTANCE = ChartSpec(
    "distance",
    "Distance to the real pictures",
    "Sliced Wasserstein distance between real and made pictures, for each level of detail: lower is closer. "
    "The finest level tells of texture, the coarsest of shapes and colours.",
    None,
)
OTHERS = (
    ChartSpec(
        "losses",
        "Losses",
        "What the forger (G) and the inspector (D) each try to make small; they pull against each other, "
        "so neither falls for ever.",
        (Line("loss_g", "G", theme.ACCENT), Line("loss_d", "D", theme.SECOND)),
    ),
    ChartSpec("gap", "Gap", "The two scores' difference: real minus made.", (Line("gap", "gap", theme.ACCENT),)),
    ChartSpec("variety", "Variety", "Likeness of made pictures to each other (MS-SSIM): lower is more varied.",
              (Line("ms_ssim", "MS-SSIM", theme.ACCENT),)),
    ChartSpec("spread", "Spread", "How much made pictures differ, pixel by pixel: near 0 they all look alike.",
              (Line("spread", "spread", theme.ACCENT),)),
    ChartSpec("fid", "FID, KID", "Distances by an Inception network that you supplied: lower is closer.",
              (Line("fid", "FID", theme.ACCENT), Line("kid", "KID", theme.SECOND))),
    ChartSpec("speed", "Speed", "Real pictures that were learned from, each second.",
              (Line("rate", "img/s", theme.ACCENT),)),
    ChartSpec("memory", "Memory", "What the training process holds.", (Line("memory", "", theme.ACCENT),),
              words.memory),
    ChartSpec("penalty", "Penalty", "The gradient penalty that keeps the inspector smooth (R1 or WGAN-GP).",
              (Line("penalty", "penalty", theme.SECOND),)),
    ChartSpec("gradients", "Gradients", "Norms of the gradients of forger and inspector: a sudden peak is an omen.",
              (Line("grad_g", "G", theme.ACCENT), Line("grad_d", "D", theme.SECOND))),
    ChartSpec("augmentation", "Augmentation", "How often pictures are altered before the inspector sees them (p).",
              (Line("augment_p", "p", theme.ACCENT),)),
    ChartSpec("lr", "Learning rate", "The size of a step.", (Line("lr", "rate", theme.ACCENT),)),
)  # fmt: skip
