"""A run becomes a model: the right snapshot, a free name, and a card that says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import VisagistError
from engine.job import finish
from engine.models import catalogue
from engine.models.format import read_header
from engine.paths import models_dir
from engine.training.config import write_config
from engine.training.following import RunFollower
from engine.training.publish import best, publish
from engine.training.run import RunError, RunFolder
from tests.nets import save_tiny


@pytest.fixture
def run(tmp_path, config) -> RunFolder:
    """A run with its settings and its start, and nothing kept yet."""
    made = RunFolder(tmp_path / "my run")
    made.prepare()
    write_config(made.config, config)
    made.record("start", 0, 0, device="CPU", precision="f32", total=4000, plan=[], resumed_from=None)
    yield made
    made.release()


def keep(run: RunFolder, images: int, side: int, alpha: float = 1.0) -> Path:
    """A snapshot at so many images."""
    file = run.file("snapshots", images, ".safetensors")
    save_tiny(file, seed=images, licence="CC0 1.0.", provenance="trained on <b>discs</b>, 4000 pictures shown")
    run.record("snapshot", images, 1, file=f"snapshots/{file.name}", side=side, alpha=alpha)
    return file


def measure(run: RunFolder, images: int, distance: float) -> None:
    """A measurement of quality."""
    swd = {"16": distance, "8": distance / 2}
    run.record("metric", images, 1, swd=swd, swd_mean=distance, ms_ssim=0.25, fid=None, kid=None, side=16)


def chosen(run: RunFolder) -> int:
    follower = RunFollower(run.path)
    while follower.read():
        pass
    found = best(follower.run)
    assert found is not None
    return found.images


def test_without_measurements_the_last_fully_grown_snapshot_is_kept(run):
    keep(run, 1000, 8)
    keep(run, 2000, 16)
    keep(run, 3000, 16)
    assert chosen(run) == 3000


def test_the_snapshot_with_the_smallest_distance_is_kept(run):
    for images, distance in ((2000, 30.0), (3000, 12.0), (4000, 20.0)):
        keep(run, images, 16)
        measure(run, images, distance)
    assert chosen(run) == 3000


def test_smaller_levels_and_fades_do_not_compete_with_the_finished_network(run):
    keep(run, 1000, 8)
    measure(run, 1000, 1.0)  # of small pictures, so no smaller distance for us
    keep(run, 2000, 16, alpha=0.5)
    keep(run, 3000, 16)
    measure(run, 3000, 25.0)
    assert chosen(run) == 3000


def test_a_run_that_never_grew_up_gives_what_it_has(run):
    keep(run, 1500, 16, alpha=0.5)
    assert chosen(run) == 1500


def test_a_snapshot_whose_file_is_gone_is_not_chosen(run):
    keep(run, 1000, 16)
    keep(run, 2000, 16).unlink()
    assert chosen(run) == 1000


def test_the_model_lies_among_the_models_with_a_card(run, cli):
    keep(run, 3000, 16)
    measure(run, 3000, 12.5)
    ended = cli("models", "add", run.path)
    assert ended.code == 0, ended.err
    path = models_dir() / "my-run.safetensors"
    assert str(path) in ended.out
    header = read_header(path)
    assert (header.name, header.title) == ("my-run", "my-run")
    card = catalogue.told_beside(path)
    for words in (
        "# my-run",
        "16 x 16 pixels",
        r"\<b\>discs\</b\>",  # words of others stay words
        "3 thousand pictures were shown on CPU in f32, growing from 8 px",
        "200 pictures of 16 px from drawn here, labelled with brightness",
        "CC0 1.0.",
        "Sliced Wasserstein distance at 16 px: 12.5",
        "MS-SSIM between pictures: 0.25",
    ):
        assert words in card, words
    assert "Sliced Wasserstein" in cli("models", "info", "my-run").out


def test_adding_it_twice_makes_one_model_and_a_later_snapshot_gets_a_number(run):
    keep(run, 1000, 16)
    first = finish(publish(run.path))
    assert finish(publish(run.path)) == first
    keep(run, 2000, 16)
    assert finish(publish(run.path)).name == "my-run-2.safetensors"
    assert len(catalogue.stored()) == 2


def test_a_name_that_was_asked_for_is_taken_or_refused(run):
    keep(run, 1000, 16)
    assert finish(publish(run.path, "anna")).name == "anna.safetensors"
    keep(run, 2000, 16)
    with pytest.raises(VisagistError, match="a model named anna is already"):
        finish(publish(run.path, "anna"))
    with pytest.raises(VisagistError, match="a model named faces64 is known already"):
        finish(publish(run.path, "faces64"))
    with pytest.raises(VisagistError, match="cannot be the name of a model"):
        finish(publish(run.path, "../.."))


def test_a_run_without_a_snapshot_and_a_folder_that_is_no_run_are_told_in_a_sentence(run, tmp_path, cli):
    with pytest.raises(RunError, match="has kept no snapshot yet"):
        finish(publish(run.path))
    (tmp_path / "pictures").mkdir()
    ended = cli("models", "add", tmp_path / "pictures")
    assert ended.code == 2
    assert "is not a run" in ended.err


def test_a_card_counts_only_beside_a_model_in_the_models_folder(run, tmp_path):
    (tmp_path / "some.md").write_text("# Anything")
    assert catalogue.told_beside(tmp_path / "some.safetensors") == ""
