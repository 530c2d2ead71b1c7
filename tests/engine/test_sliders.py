"""Sliders out of the labels of a data set, from the run to the pack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from engine.directions.pack import known
from engine.directions.words import is_offered, title_of
from engine.job import finish
from engine.sliders import MEASURER, learn_sliders
from engine.training.config import Config, Level, write_config
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.networks.shape import Grown
from engine.training.snapshots import save_snapshot
from engine.training.style_learner import StyleLearner


def test_a_run_on_labelled_pictures_brings_sliders_that_are_found_with_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGIST_DATA", str(tmp_path / "home"))
    torch.set_num_threads(1)
    data = tmp_path / "data"
    chance = np.random.default_rng(0)
    with DatasetWriter(data, 16, ("brightness", "eth_x", "nothing")) as writer:
        for i in range(400):
            level = chance.uniform(20, 230)
            picture = np.clip(level + chance.normal(0, 10, (16, 16, 3)), 0, 255).astype(np.uint8)
            writer.add(picture, str(i), [level, level, chance.normal()])
        writer.finish("Greys")
    config = Config(str(data), "style", 16, (Level(16, 0, 100, 8, 1e-3),), z_dim=16, w_dim=16, mapping_layers=2)
    run = tmp_path / "run"
    run.mkdir()
    write_config(run / "config.json", replace(config, widest=16, base=256))
    learner = StyleLearner(replace(config, widest=16, base=256), replace(config, widest=16, base=256).shape(0))
    model = tmp_path / "greys.safetensors"
    header = save_snapshot(model, learner, Dataset(data).facts, Grown(16), 0, "greys")

    lesson = finish(learn_sliders(run, model, count=300))

    assert lesson is not None
    assert [finding.attribute for finding in lesson.findings] == ["brightness"], "what cannot be seen is left out"
    assert [fact.name for fact in known(header.hash).pack.directions] == ["Brightness"]
    assert (run / MEASURER).is_file()


def test_no_slider_sorts_people_by_descent() -> None:
    assert not any(is_offered(name) for name in ("eth_asian", "Ethnicity", "race", "skin_r"))
    assert is_offered("smile")
    assert title_of("hair_colour=blond") == "Hair colour: blond"
