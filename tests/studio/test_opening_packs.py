"""Direction packs that are dropped on the window."""

from __future__ import annotations

import torch

from engine.directions.pack import Direction, DirectionPack, packs_for, save_pack
from engine.recipe import SeedLatent
from tests.nets import STYLE
from tests.studio.test_opener import drop, toast


def smile(model: str, path) -> None:
    vector = torch.linspace(-1, 1, STYLE)
    save_pack(path, DirectionPack(model, (Direction("Grin", vector, (0, 1), -2, 2, "coarse", "pca"),)))


def test_a_pack_of_the_open_model_is_kept_and_its_directions_are_there_at_once(window, qtbot, tmp_path):
    window.document.edit("Seed", latent=SeedLatent(4))
    hash = window.document.model.hash
    smile(hash, tmp_path / "smile.safetensors")
    drop(window, tmp_path / "smile.safetensors")
    qtbot.waitUntil(lambda: [facts.name for facts in window.document.model.directions] == ["Grin"])
    assert toast(window) == "1 direction from smile.safetensors can be used now"
    assert [direction.name for direction in packs_for(hash).directions] == ["Grin"]
    assert window.document.recipe.latent == SeedLatent(4)
    window.document.stack.undo()
    assert window.document.recipe.latent == SeedLatent(0)


def test_a_pack_of_another_model_is_told_in_one_sentence_and_not_kept(window, qtbot, tmp_path, home):
    smile("ab" * 32, tmp_path / "smile.safetensors")
    drop(window, tmp_path / "smile.safetensors")
    qtbot.waitUntil(lambda: "another model" in toast(window))
    assert not list(home.rglob("smile*"))
