"""`visagist batch`: the manifest and the folder agree whenever it is killed, and shards make the whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.devices import Target
from engine.errors import VisagistError
from engine.export.batch.make import make_batch, pixels_of
from engine.export.batch.plan import BatchPlan, parse_shard, shard_of_rank
from engine.export.batch.sizes import BatchSize
from engine.export.images import read_provenance
from engine.job import finish
from engine.models.format import Header
from engine.models.model import Model
from engine.networks.stylegan2 import StyleGAN2
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from tests.engine.textbook.random_nets import stylegan2
from tests.held import held
from tests.nets import save_tiny

ROOT = Path(__file__).parents[4]


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def agree(folder: Path) -> list[dict]:
    """The rows, once every picture is listed and every listed picture is there with its hash."""
    rows = rows_of(folder / "manifest.jsonl")
    pictures = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*"))
    assert [row["file"] for row in rows] == pictures
    for row in rows:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    return rows


def test_seeds_become_pictures_and_rows(cli, tiny_path, tmp_path):
    folder = tmp_path / "out"
    words = ("batch", "--model", tiny_path, "--seeds", "5-11", "--psi", 0.4, "--size", 32, "--out", folder)
    result = cli(*words)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"{folder}: 7 pictures of 32 px, 7 of them new\n"
    rows = agree(folder)
    assert [row["seed"] for row in rows] == list(range(5, 12))
    assert rows[0]["file"] == "00000/img00000000.png"
    recipe = read_provenance(folder / rows[3]["file"]).recipe
    assert (recipe.latent, recipe.truncation.psi) == (SeedLatent(8), 0.4)
    assert recipe == Recipe().__class__(**{f: getattr(recipe, f) for f in recipe.__struct_fields__})
    again = tmp_path / "again.png"
    (tmp_path / "recipe.json").write_text(json.dumps(rows[3]["recipe"]))
    cli("render", "--model", tiny_path, "--recipe", tmp_path / "recipe.json", "--size", 32, "-o", again)
    assert np.array_equal(np.asarray(Image.open(again)), np.asarray(Image.open(folder / rows[3]["file"])))
    assert cli(*words).out == f"{folder}: 7 pictures of 32 px, 0 of them new\n"


def test_folders_hold_a_thousand():
    plan = BatchPlan(3000, "ab" * 32, "", Recipe(), 0, 64, ".png")
    assert [plan.name(index) for index in (0, 999, 1000, 2999)] == [
        "00000/img00000000.png", "00000/img00000999.png", "00001/img00001000.png", "00002/img00002999.png",
    ]  # fmt: skip


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_it_goes_on_and_ends_as_one_run(cli, tiny_path, tmp_path, zipped):
    kind = ["--zip"] if zipped else []
    words = ["batch", "--model", str(tiny_path), "--device", "cpu", "--count", "150", "--size", "16", *kind, "--out"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    manifest = killed / "manifest.jsonl"
    child = held(100, *words, killed)
    try:
        while not manifest.exists() or manifest.read_bytes().count(b"\n") < 20:
            assert child.poll() is None, "it ended too early"
            time.sleep(0.002)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert manifest.read_bytes().count(b"\n") < 150
    # what a power cut can do besides: half a row, and a picture without one
    with manifest.open("ab") as file:
        file.write(b'{"index":')
    assert cli(*words, killed).code == 0
    assert cli(*words, whole).code == 0
    assert manifest.read_bytes() == (whole / "manifest.jsonl").read_bytes()
    if zipped:
        assert (killed / "dataset.zip").read_bytes() == (whole / "dataset.zip").read_bytes()
    else:
        assert len(agree(killed)) == 150
        assert list(killed.glob("*/.*")) == []


def test_where_memory_runs_out_it_stops_before_a_smaller_picture_gets_among_the_others(tiny_model, tmp_path):
    class Short:
        """A generator that has no memory for the full size from the fourth picture on."""

        def __init__(self) -> None:
            self.full = 0

        def __getattr__(self, name: str):
            return getattr(tiny_model.generator, name)

        def pixels(self, output, *rest):
            self.full += output.size == 64
            if self.full > 3 and output.size == 64:
                raise MemoryError
            return tiny_model.generator.pixels(output, *rest)

    renderer = Renderer(replace(tiny_model, generator=Short()))
    plan = BatchPlan(6, tiny_model.hash, "Tiny", Recipe(), 0, 64, ".png")
    with pytest.raises(VisagistError, match="memory ran out, so the picture is 32 px instead of 64; the batch stops"):
        finish(make_batch(renderer, plan, parse_shard("1/1"), tmp_path))
    assert [row["seed"] for row in agree(tmp_path)] == [0, 1, 2]
    assert finish(make_batch(Renderer(tiny_model), plan, parse_shard("1/1"), tmp_path)).made == 3
    assert {read_provenance(path).size for path in tmp_path.glob("*/*.png")} == {64}


def test_a_picture_that_went_missing_is_made_again(cli, tiny_path, tmp_path):
    words = ("batch", "--model", tiny_path, "--count", 9, "--size", 16, "--out", tmp_path / "out")
    cli(*words)
    (tmp_path / "out" / "00000" / "img00000004.png").unlink()
    assert "9 pictures of 16 px, 5 of them new" in cli(*words).out
    assert len(agree(tmp_path / "out")) == 9


def test_the_archive_is_one_that_stylegan_trains_on(cli, tiny_path, tmp_path):
    cli("batch", "--model", tiny_path, "--count", 12, "--zip", "--out", tmp_path)
    with zipfile.ZipFile(tmp_path / "dataset.zip") as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("dataset.json")) == {"labels": None}
        names = sorted(name for name in archive.namelist() if name.endswith(".png"))
        assert names == [f"00000/img{index:08d}.png" for index in range(12)]
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        with Image.open(io.BytesIO(archive.read(names[7]))) as picture:
            assert (picture.size, picture.mode) == ((64, 64), "RGB")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["batch.json", "dataset.zip", "manifest.jsonl"]


def test_shards_together_are_the_whole_batch(cli, tiny_path, tmp_path):
    words = ("batch", "--model", tiny_path, "--count", 10, "--size", 16, "--out")
    for shard in (2, 1, 3):
        assert cli(*words, tmp_path / "parts", "--shard", f"{shard}/3").code == 0
    cli(*words, tmp_path / "whole")
    parts = [rows_of(tmp_path / "parts" / f"manifest-{shard}-of-3.jsonl") for shard in (1, 2, 3)]
    assert [len(rows) for rows in parts] == [3, 3, 4]
    assert [row for rows in parts for row in rows] == rows_of(tmp_path / "whole" / "manifest.jsonl")
    for path in (tmp_path / "whole").glob("*/*.png"):
        twin = tmp_path / "parts" / path.relative_to(tmp_path / "whole")
        assert twin.read_bytes() == path.read_bytes()


def test_ranks_of_torchrun_are_shards(cli, tiny_path, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for rank in ("0", "1"):
        monkeypatch.setenv("RANK", rank)
        monkeypatch.setenv("LOCAL_RANK", rank)
        assert cli("batch", "--model", tiny_path, "--count", 5, "--size", 16, "--out", tmp_path / "out").code == 0
    assert [len(rows_of(tmp_path / "out" / f"manifest-{shard}-of-2.jsonl")) for shard in (1, 2)] == [2, 3]
    result = cli("batch", "--model", tiny_path, "--count", 5, "--shard", "1/2", "--out", tmp_path / "out")
    assert "torchrun divides the batch already" in result.err
    monkeypatch.setenv("RANK", "7")
    with pytest.raises(VisagistError, match="RANK is '7' of WORLD_SIZE '2'"):
        shard_of_rank()


@pytest.mark.parametrize("shape", [(6, 512), (6, 8, 512)])
def test_latents_of_a_file_are_followed(cli, tiny_path, tiny_model, tmp_path, shape):
    rows = tiny_model.generator.plan.style_rows
    shape = (6, rows, 512) if len(shape) == 3 else shape
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float64)
    np.save(tmp_path / "w.npy", values)
    folder = tmp_path / "out"
    words = ("--latents", tmp_path / "w.npy", "--psi", 1, "--size", 16, "--out", folder)
    assert cli("batch", "--model", tiny_path, *words).code == 0
    row = agree(folder)[4]
    assert row["seed"] is None
    latent = read_provenance(folder / row["file"]).recipe.latent
    assert np.array_equal(np.frombuffer(latent.values, "<f4"), values[4].astype("<f4").ravel())
    np.save(tmp_path / "w.npy", values + 1)
    again = cli("batch", "--model", tiny_path, *words)
    assert "another content of its latents lies there" in again.err


def test_mistakes_are_one_sentence(cli, tiny_path, tmp_path):
    out = tmp_path / "out"
    cli("batch", "--model", tiny_path, "--count", 2, "--size", 16, "--out", out)
    save_tiny(tmp_path / "other.safetensors", seed=1)
    np.save(tmp_path / "words.npy", np.array(["a"]))
    np.save(tmp_path / "w.npy", np.full((2, 512), np.nan, np.float32))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    tiny = ("--model", tiny_path, "--size", 16)
    for words, said in (
        (("--model", tmp_path / "other.safetensors", "--size", 16, "--count", 2, "--out", out), "of another model"),
        ((*tiny, "--count", 3, "--out", out), "another count lies there"),
        ((*tiny, "--count", 2, "--psi", 1, "--out", out), "another recipe lies there"),
        ((*tiny, "--count", 2, "--out", tmp_path / "full"), "there are other files in it"),
        ((*tiny, "--count", 2, "--out", tmp_path / "words.npy"), "a file stands where a folder is needed"),
        ((*tiny, "--out", tmp_path / "n"), "say how many pictures"),
        ((*tiny, "--count", 0, "--out", tmp_path / "n"), "a batch has 1 to"),
        ((*tiny, "--seeds", "9-3", "--out", tmp_path / "n"), "should be '3-9'"),
        ((*tiny, "--seeds", "0-3", "--count", 3, "--out", tmp_path / "n"), "are 4 pictures and --count says 3"),
        ((*tiny, "--seeds", 2**64 - 1, "--count", 3, "--out", tmp_path / "n"), "go beyond 2^64 - 1"),
        ((*tiny, "--count", 3, "--shard", "4/3", "--out", tmp_path / "n"), "written like 3/8"),
        ((*tiny, "--count", 3, "--format", "bmp", "--out", tmp_path / "n"), "there is no format 'bmp'"),
        ((*tiny, "--latents", tmp_path / "words.npy", "--out", tmp_path / "n"), "floating-point numbers"),
        ((*tiny, "--latents", tiny_path, "--out", tmp_path / "n"), "no array of numbers"),
        (
            (*tiny, "--latents", tmp_path / "w.npy", "--out", tmp_path / "m"),
            "row 0: the explicit latent holds",
        ),
        ((*tiny, "--latents", tmp_path / "w.npy", "--count", 3, "--out", tmp_path / "n"), "holds 2 latents and not 3"),
    ):
        result = cli("batch", *words)
        assert result.code == 2, (words, result)
        assert result.err.count("\n") == 1
        assert said in result.err
    assert parse_shard("3/8").label == "-3-of-8"


def test_the_batch_grows_while_it_pays_and_shrinks_when_memory_ends():
    size = BatchSize()
    for seconds in (1.0, 1.0, 1.2, 1.2, 1.6, 1.6, 3.1, 3.1):  # a picture: 1, 0.6, 0.4, 0.39
        size.took(size.size, seconds)
    assert (size.size, size.settled) == (4, True)
    assert size.too_large()
    assert size.size == 2
    size = BatchSize()
    assert not size.too_large(), "one picture is the least"
    alone = BatchSize(1)
    alone.took(1, 1.0)
    alone.took(1, 1.0)
    assert alone.size == 1


def test_pictures_made_at_once_are_those_made_one_by_one():
    generator = StyleGAN2(*stylegan2())
    header = Header("stylegan2", "t", "t", "p", "l", "ab" * 32)
    plan = generator.plan
    renderer = Renderer(Model(Path("t"), header, generator, torch.zeros(plan.w_dim), Target("cpu", "f32")))
    recipes = [Recipe(latent=SeedLatent(seed)) for seed in range(5)]
    together = pixels_of(renderer, recipes, renderer.sizes[-1])
    for recipe, pixels in zip(recipes, together, strict=True):
        assert np.abs(pixels.astype(int) - renderer.render(recipe).pixels).max() <= 1
