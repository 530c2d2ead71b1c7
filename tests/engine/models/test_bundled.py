"""The model that ships: small, whole, known by name and hash, with a card and sliders that move what they say."""

from __future__ import annotations

import itertools
import logging

import numpy as np
import pytest
import torch

from engine.devices import Target
from engine.directions.measures import PIXELS
from engine.directions.pack import packs_for, vectors
from engine.directions.pictures import pictures_of
from engine.models import catalogue
from engine.models.format import load_model
from engine.models.known import FACES64
from engine.models.model import Model, open_model
from engine.paths import models_dir
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.renderer import Renderer
from tests.nets import save_tiny

FILE = catalogue.path_of("faces64")


@pytest.fixture(scope="module")
def faces() -> Model:
    return open_model(FILE, Target("cpu", "f32"))


def test_it_is_small_whole_and_free(faces):
    header, tensors = load_model(FILE)
    assert FILE.stat().st_size < 16 * 2**20
    assert (header.name, header.title, header.licence) == (FACES64.name, FACES64.title, FACES64.licence)
    assert all(bool(tensor.isfinite().all()) for tensor in tensors.values())
    assert faces.generator.plan.resolution == 64


def test_it_is_known_by_name_and_by_hash_without_any_download(cli, faces):
    assert "faces64  here, " in cli("models", "list").out
    assert catalogue.resolve_model("faces64") == FILE
    assert catalogue.find_by_hash(faces.hash) == FILE
    assert cli("models", "add", "faces64").out == f"faces64 is already here: {FILE}\n"
    assert catalogue.card_of("faces64").rstrip() in cli("models", "info", "faces64").out


def test_the_command_line_draws_it(cli, tmp_path):
    result = cli("render", "--model", "faces64", "--seed", 7, "--direction", "Age=1", "-o", tmp_path / "face.png")
    assert (result.code, result.err) == (0, "")


def test_who_asks_for_the_generator_that_is_not_here_is_told_of_it():
    with pytest.raises(catalogue.VisagistError, match="models add ffhq; or name one that is here: faces64"):
        catalogue.resolve_model("ffhq")


def test_a_file_of_the_same_name_in_the_models_folder_comes_first(home):
    models_dir().mkdir()
    save_tiny(models_dir() / "faces64.safetensors")
    assert catalogue.resolve_model("faces64") == models_dir() / "faces64.safetensors"


def test_a_damaged_one_asks_for_a_new_installation(monkeypatch, tmp_path, cli, caplog):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / FILE.name).write_bytes(FILE.read_bytes()[:-100])
    monkeypatch.setattr(catalogue, "resources", lambda: tmp_path)
    with caplog.at_level(logging.WARNING):
        result = cli("models", "add", "faces64")
    assert result.code == 2
    assert "install Visagist again" in result.err
    assert "cut short" in caplog.text


def test_seeds_give_faces_that_differ(faces):
    renderer = Renderer(faces)
    pictures = [renderer.picture(Recipe(latent=SeedLatent(seed)), 64) for seed in range(1, 9)]
    apart = [float((a - b).abs().mean()) * 127.5 for a, b in itertools.pairwise(pictures)]
    assert min(apart) > 8  # levels of 255


def test_it_has_sliders_under_every_heading(faces):
    pack = packs_for(faces.hash)
    assert len(pack.directions) >= 12
    assert {"Face", "Hair", "Pose", "Light"} == {direction.heading for direction in pack.directions}
    assert {"Age", "Glasses", "Yaw", "Beard"} <= {direction.name for direction in pack.directions}


def test_no_slider_sorts_people_by_descent(faces):
    names = {direction.name.casefold() for direction in packs_for(faces.hash).directions}
    assert not [name for name in names if name.startswith(("eth", "african", "asian", "caucasian"))]


def test_the_slider_of_the_background_moves_what_pixels_measure(faces):
    pack = packs_for(faces.hash)
    latents = Renderer(faces, vectors(pack)).latents
    direction = next(one for one in pack.directions if one.name == "Background")
    ends = []
    for amount in (-1.0, 1.0):
        move = DirectionAmount(direction.name, direction.id, amount, direction.rows)
        styles = [latents.styles(Recipe(latent=SeedLatent(seed), directions=(move,))) for seed in range(1, 13)]
        ends.append(PIXELS["background"](pictures_of(faces.generator, torch.stack(styles))))
    assert np.mean(ends[1] > ends[0]) > 0.9
