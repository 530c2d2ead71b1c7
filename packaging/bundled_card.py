"""What the card of the bundled model shows: the log in short, the curves, and a numbered sheet of its pictures.

python packaging/bundled_card.py RUN     # -> resources/models/faces64/; prints the rows of the log
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.models.catalogue import path_of
from engine.models.known import FACES64
from engine.models.model import open_model
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from engine.training.following import Run, RunFollower

FOLDER = path_of(FACES64.name).with_suffix("")
SEEDS = range(1, 101)
COLUMNS = 10
CURVES = (("loss_g", "#e0a458"), ("loss_d", "#6fa8dc"), ("real", "#8fbf7f"), ("fake", "#d07a7a"))
WIDTH, HEIGHT, EDGE = 720, 220, 36
EVERY = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    follower = RunFollower(parser.parse_args().run)
    while follower.read():
        pass
    FOLDER.mkdir(exist_ok=True)
    curves(follower.run).save(FOLDER / "curves.png", optimize=True)
    sheet().save(FOLDER / "samples.jpg", quality=88)
    print("\n".join(rows_of(follower.run)))
    return 0


def sheet() -> Image.Image:
    """Seeds 1 to 100 at psi 0.7, as the window draws them, each under its number."""
    renderer = Renderer(open_model(path_of(FACES64.name)))
    side = renderer.sizes[-1]
    page = Image.new("RGB", (COLUMNS * (side + 2), len(SEEDS) // COLUMNS * (side + 12)))
    draw = ImageDraw.Draw(page)
    for place, seed in enumerate(SEEDS):
        made = renderer.picture(Recipe(latent=SeedLatent(seed)))
        levels = (made.float() * 127.5 + 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
        x, y = place % COLUMNS * (side + 2), place // COLUMNS * (side + 12)
        page.paste(Image.fromarray(levels), (x, y + 11))
        draw.text((x + 2, y), str(seed), fill="white")
    return page


def curves(run: Run) -> Image.Image:
    """Losses, and what the discriminator says of real pictures and of its own, over thousands of pictures."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "#16181b")
    draw = ImageDraw.Draw(page)
    every = [run.series.get(name) for name, _ in CURVES]
    values = np.concatenate([one.values for one in every if one is not None])
    low, high = float(values.min()), float(values.max())
    last = float(max(one.images[-1] for one in every if one is not None))

    def at(images: float, value: float) -> tuple[float, float]:
        across = EDGE + (WIDTH - 2 * EDGE) * images / last
        return across, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low)

    for thousands in range(0, int(last / 1000) + 1, 20):
        x, y = at(thousands * 1000, low)
        draw.line((x, y, x, y + 4), fill="#777777")
        draw.text((x - 8, y + 8), f"{thousands}k", fill="#999999")
    for value in (low, 0.0, high):
        draw.line((*at(0, value), *at(last, value)), fill="#333333")
        draw.text((2, at(0, value)[1] - 5), f"{value:.1f}", fill="#999999")
    for number, ((name, colour), one) in enumerate(zip(CURVES, every, strict=True)):
        if one is not None:
            draw.line([at(*point) for point in zip(one.images, one.values, strict=True)], fill=colour, width=2)
        draw.text((EDGE + 80 * number, 10), name, fill=colour)
    return page


def rows_of(run: Run) -> Sequence[str]:
    """The log at every ten thousandth picture."""
    names = ("loss_g", "loss_d", "gap", "rate")
    ticks = run.series["loss_g"].images
    rows = []
    for images in range(EVERY, int(ticks[-1]) + 1, EVERY):
        numbers = [float(np.interp(images, run.series[name].images, run.series[name].values)) for name in names]
        rows.append(f"| {images // 1000}k | " + " | ".join(f"{number:.2f}" for number in numbers) + " |")
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
