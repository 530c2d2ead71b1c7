"""The pack that ships with the face generator."""

from __future__ import annotations

import pytest
import torch

from engine.directions.measures import PIXELS
from engine.directions.pack import load_pack, packs_for, vectors
from engine.directions.pictures import pictures_of
from engine.models.model import Model
from engine.paths import resources
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.renderer import Renderer

FILE = resources() / "directions" / "ffhq.safetensors"


def test_the_pack_belongs_to_the_model_and_is_small(model: Model):
    assert FILE.stat().st_size < 2**20
    assert load_pack(FILE).model == model.hash
    assert [d.id for d in packs_for(model.hash).directions] == [d.id for d in load_pack(FILE).directions]


def test_the_learned_ones_come_first_under_their_headings():
    pack = load_pack(FILE)
    learned = [d for d in pack.directions if d.method in ("labels", "eye")]
    assert len(learned) >= 20
    assert pack.directions[: len(learned)] == tuple(learned)
    by_name = {d.name: d for d in learned}
    assert {name: by_name[name].heading for name in ("Age", "Smile", "Yaw", "Beard", "Fringe", "Light side")} == {
        "Age": "Face",
        "Smile": "Face",
        "Yaw": "Pose",
        "Beard": "Hair",
        "Fringe": "Hair",
        "Light side": "Light",
    }


def test_the_card_tells_of_every_learned_one():
    card = FILE.with_suffix(".md").read_text("utf-8")
    for direction in load_pack(FILE).directions:
        if direction.method in ("labels", "eye"):
            assert f"| {direction.name} |" in card


def test_the_discovered_ones_keep_the_ids_that_recipes_have():
    by_name = {d.name: d for d in load_pack(FILE).directions}
    assert by_name["Turn"].id == "e2a459ee4d901499"
    assert by_name["Smile (found)"].id == "27877886a85d5585"
    assert by_name["coarse 2"].heading == "Discovered"


def test_the_first_eight_have_names_and_both_ends_change_the_picture(model: Model):
    pack = packs_for(model.hash)
    renderer = Renderer(model, vectors(pack))
    plain = renderer.picture(Recipe(), 128)
    for direction in pack.directions[:8]:
        assert direction.name.replace(" ", "").isalpha()
        for end in (direction.low, direction.high):
            move = DirectionAmount(direction.name, direction.id, end, direction.rows)
            moved = renderer.picture(Recipe(directions=(move,)), 128)
            assert float((moved - plain).abs().mean()) * 127.5 > 4  # levels of 255


@pytest.mark.parametrize("word", ["Brightness", "Warmth", "Colourfulness", "Background"])
def test_sliders_of_light_move_what_pixels_measure(model: Model, word: str):
    direction = next(one for one in load_pack(FILE).directions if one.name == word)
    latents = Renderer(model, vectors(packs_for(model.hash))).latents
    ends = []
    for amount in (-1.0, 1.0):
        move = DirectionAmount(direction.name, direction.id, amount, direction.rows)
        styles = [latents.styles(Recipe(latent=SeedLatent(seed), directions=(move,))) for seed in range(1, 5)]
        ends.append(PIXELS[word.casefold()](pictures_of(model.generator, torch.stack(styles), 128)))
    assert (ends[1] > ends[0]).all()
