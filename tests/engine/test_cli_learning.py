"""Labelling, learning and evaluating on the command line, from a data set's labels to a slider in a picture."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch

from engine.directions import discover
from engine.directions.labels import Labels, write_labels
from engine.directions.pack import load_pack
from engine.directions.pictures import w_of_seeds
from engine.job import finish
from engine.training.dataset import DatasetWriter

SMALL = ("--device", "cpu", "--precision", "f32")
# what a table must not be, and what is said of it
TABLES = [
    (["seed,smile", "face-1.png,1"], "names the seed 'face-1.png', which no picture has"),
    (["seed,smile", *(f"{seed},1" for seed in range(30))], "'smile' is 1 in every row"),
    (["seed,smile", *(f"{seed}," for seed in range(30))], "'smile' has no label at all"),
    (["seed,smile", "1,1", "2,0", "1,1"], "has seed 1 more than once; keep one row of each seed"),
    (["seed,smile", "1,1", "2,0", "3,1", "4,0", "5,1"], "'smile' has 5 labels"),
    (["seed,smile", "1,nan"], "'smile' has nan, which is no label; leave the cell of an unknown label empty"),
    (
        ["seed,smile", *(f"{seed},{1e300 if seed else 1}" for seed in range(30))],
        "'smile' has 1e+300, which is no label",
    ),
    (["seed,psi,smile", "1,7,1"], "has psi 7; the psi of a picture is from -2 to 2"),
]


@pytest.fixture(autouse=True)
def _few_faces(monkeypatch) -> None:
    monkeypatch.setattr(discover, "FACES", 5)
    monkeypatch.setattr(discover, "NATURAL", 12)


@pytest.fixture
def dataset(tmp_path):
    """Plain grey pictures of 16 px, labelled by how light they are."""
    chance = np.random.default_rng(0)
    folder = tmp_path / "greys"
    with DatasetWriter(folder, 16, ("lightness", "secret")) as writer:
        for level, secret in chance.random((300, 2)):
            noise = chance.integers(0, 20, (16, 16, 3))
            writer.add((level * 230 + noise).astype(np.uint8), "grey", (level, secret))
        writer.finish("Greys")
    return folder


@pytest.fixture
def labels(tiny_model, tmp_path):
    """A table of 300 seeds of the tiny network: one attribute that w decides, and one that chance does."""
    w = torch.lerp(tiny_model.w_mean, finish(w_of_seeds(tiny_model.generator, range(300))), 0.7)
    truth = torch.pca_lowrank(w, 3, niter=4)[2][:, 0]
    smile = ((w - w.mean(0)) @ truth).double().numpy()
    values = np.stack((smile, np.random.default_rng(0).standard_normal(300), smile), 1)
    table = Labels(tuple(range(300)), ("wide_smile", "luck", "eth_some"), values, np.full(300, 0.7), tiny_model.hash)
    write_labels(tmp_path / "labels.csv", table)
    return tmp_path / "labels.csv"


def test_a_measurer_labels_generated_pictures_in_the_words_of_the_data_set(cli, dataset, tiny_path, tmp_path):
    measurer, table = tmp_path / "greys.safetensors", tmp_path / "labels.csv"
    made = cli("measurer", dataset, "-o", measurer, "--passes", 8)
    assert (made.code, made.err) == (0, "")
    assert "secret" in made.out
    assert "it cannot be read off" in made.out
    assert made.out.endswith(f"{measurer}: 1 of 2 labels\n")
    words = ("directions", "label", tiny_path, "-o", table, "--count", 3, "--labels-by", measurer, *SMALL)
    assert cli(*words).code == 0
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["seed"] for row in rows] == ["1", "2", "3"]
    assert list(rows[0])[3:5] == ["lightness", "brightness"]


def test_what_was_learned_is_written_evaluated_and_the_rest_is_accounted_for(cli, labels, tiny_path, tmp_path):
    pack, table = tmp_path / "pack.safetensors", tmp_path / "table.csv"
    learned = cli("directions", "learn", tiny_path, labels, "-o", pack, "--rows", "0-4", *SMALL)
    assert (learned.code, learned.err) == (0, "")
    first, second, third, last = learned.out.splitlines()
    assert first.split()[:3] == ["wide_smile", "real", "R2"]
    assert "luck" in second
    assert "left out: w tells it hardly better than chance" in second
    assert third == "eth_some              left out: no slider is made of it unless --attributes names it"
    assert last == f"{pack}: 1 directions"
    (direction,) = load_pack(pack).directions
    assert (direction.name, direction.heading) == ("Wide smile", "Face")
    words = ("directions", "evaluate", tiny_path, pack, "--seeds", "1-10", "--amounts=-1,1", "-o", table, *SMALL)
    told = cli(*words)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Wide smile            its attribute is not measured; at 1: others ")
    assert "outside the face" in told.out
    assert "likeness by edges (no face recogniser); two different faces have 0." in told.out
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [(row["direction"], row["amount"]) for row in rows] == [("Wide smile", "-1"), ("Wide smile", "1")]
    assert all(float(row["pixels"]) > 0 for row in rows)


def test_bad_input_is_one_sentence_and_writes_nothing(cli, labels, tiny_path, tmp_path):
    pack = tmp_path / "pack.safetensors"

    def refused(*words: object) -> str:
        result = cli(*words, *SMALL)
        assert (result.code, result.out) == (2, "")
        assert result.err.count("\n") == 1
        assert not pack.exists()
        return result.err

    learn = ("directions", "learn", tiny_path)
    assert "has no attribute 'beard'; it has wide_smile, luck, eth_some" in refused(
        *learn, labels, "-o", pack, "--attributes", "beard"
    )
    assert "none of the 1 attributes can be told from w" in refused(*learn, labels, "-o", pack, "--attributes", "luck")
    few = tmp_path / "few.csv"
    few.write_text("seed,smile\n1,2\n2,3\n3,1\n4,5\n5,4\n", "utf-8")
    assert "'smile' has 5 labels" in refused(*learn, few, "-o", pack)
    few.write_text(labels.read_text("utf-8").replace(",0.7,", ",0.7,ff"), "utf-8")
    assert "was made with another model" in refused(*learn, few, "-o", pack)
    for rows, sentence in TABLES:
        few.write_text("\n".join(rows) + "\n", "utf-8")
        assert sentence in refused(*learn, few, "-o", pack)
    nowhere = tmp_path / "none" / "table.csv"
    for words in (
        ("label", tiny_path, "-o", nowhere),
        ("learn", tiny_path, labels, "-o", nowhere),
        ("evaluate", tiny_path, labels, "-o", nowhere),
    ):
        assert "its folder does not exist; make the folder first" in refused("directions", *words)
    assert "this is a folder" in refused("directions", "label", tiny_path, "-o", tmp_path)
    assert "psi is nan" in refused("directions", "label", tiny_path, "-o", pack, "--count", 1, "--psi", "nan")
    assert "--count is 0" in refused("directions", "label", tiny_path, "-o", pack, "--count", 0)
    assert "it is not a measurer" in refused("directions", "label", tiny_path, "-o", pack, "--labels-by", tiny_path)
