"""What befalls a run: disks that take nothing, files that are broken, wishes of yesterday, memory that runs out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file

from engine.errors import VisagistError
from engine.job import finish
from engine.models.format import load_model, read_metadata, save_tensors
from engine.models.model import open_model
from engine.training.checkpoints import CheckpointError
from engine.training.config import Config, ConfigError, Level, read_config, write_config
from engine.training.dataset import Dataset
from engine.training.entry import new_run, resume_run
from engine.training.evaluation import Evaluation
from engine.training.following import RunFollower
from engine.training.networks.shape import Grown
from engine.training.run import Control, RunError, RunFolder
from engine.training.snapshots import save_snapshot
from engine.training.trainer import Trainer
from tests.engine.training.conftest import events, give_room

Make = Callable[..., Trainer]


@pytest.fixture
def config(config: Config) -> Config:
    """The shortest run there is: eight steps at 8 px, without measuring."""
    return replace(config, side=8, levels=(Level(8, 0, 64, 8, 2e-3),), tick_images=16, metric_share=0.0)


@pytest.fixture
def trainer(tmp_path: Path, dataset: Dataset, trainer: Callable[..., Trainer]) -> Make:
    """Makes a trainer on the run folder `run`."""
    return lambda config, **more: trainer(config, dataset, tmp_path / "run", **more)


@pytest.fixture
def started(config: Config, dataset: Dataset, trainer: Make, tmp_path: Path) -> Config:
    """Settings of a run that goes on from a model."""
    model = tmp_path / "model.safetensors"
    save_snapshot(model, trainer(config).learner, dataset.facts, Grown(8), 500, "one")
    return replace(config, start=str(model), seed=7)


def states(folder: Path) -> list[str]:
    return [record["state"] for record in events(folder, "state")]


def first_colours(trainer: Trainer) -> torch.Tensor:
    return trainer.learner.generator.get_parameter("synthesis.b4.const").detach().clone()


# stopping and going on


def test_a_run_that_is_stopped_leaves_a_model_of_its_last_state(trainer: Make, config: Config) -> None:
    training = trainer(config)
    job = training.train()
    for _ in range(3):
        next(job)
    training.stop()
    assert finish(job) == "stopped"
    last = events(training.folder.path, "snapshot")[-1]
    assert last["images"] == training.progress.images == 24
    assert events(training.folder.path, "samples")[-1]["images"] == 24, "which is the time that is looked at"
    header, tensors = load_model(training.folder.path / last["file"])
    assert header.hyper["kimg"] == 0.024
    assert torch.equal(tensors["synthesis.b4.const"], training.learner.average.get_parameter("synthesis.b4.const"))


def test_a_run_that_is_stopped_before_its_first_step_leaves_none(trainer: Make, config: Config) -> None:
    training = trainer(config)
    training.stop()
    assert finish(training.train()) == "stopped"
    assert not events(training.folder.path, "snapshot")


def test_who_stops_a_run_that_only_measures_any_more_need_not_wait(trainer: Make, config: Config) -> None:
    levels = (Level(16, 0, 16, 8, 2e-3),)
    training = trainer(replace(config, side=16, levels=levels, metric_share=1.0))
    job = training.train()
    while training.progress.images < 16:
        next(job)
    training.stop()
    assert finish(job) == "finished"
    assert not events(training.folder.path, "metric")


@pytest.mark.parametrize("wish", ["stop", "pause"])
def test_a_wish_that_was_for_the_process_before_does_not_hold_up_the_next(
    tmp_path: Path, trainer: Make, config: Config, wish: str
) -> None:
    training = trainer(config)
    training.stop()
    finish(training.train())
    training.folder.wish(Control(wish, share=0.9))  # type: ignore[arg-type]
    training.folder.release()
    assert finish(resume_run(tmp_path / "run", "cpu")) == "finished"
    assert RunFolder(tmp_path / "run").control() == Control("run", share=0.9)


def test_two_processes_that_begin_at_once_leave_the_settings_of_the_first(tmp_path: Path, config: Config) -> None:
    first = RunFolder(tmp_path / "run")
    first.prepare()
    first.lock()
    with pytest.raises(RunError, match="is being trained by another process"):
        finish(new_run(config, tmp_path / "run", "cpu"))
    assert not first.config.exists()
    write_config(first.config, replace(config, seed=5))
    first.release()
    with pytest.raises(RunError, match="holds a run already"):
        finish(new_run(config, tmp_path / "run", "cpu"))
    assert read_config(first.config).seed == 5


def test_settings_that_cannot_be_leave_no_run_behind(tmp_path: Path, config: Config) -> None:
    for wrong in (
        replace(config, inception=str(tmp_path / "nothing")),
        replace(config, levels=(Level(8, 0, 64, 6, 2e-3),)),
    ):
        with pytest.raises(VisagistError):
            finish(new_run(wrong, tmp_path / "run", "cpu"))
        assert not (tmp_path / "run").exists()


def test_a_model_that_does_not_fit_leaves_no_run_behind(tmp_path: Path, started: Config) -> None:
    with pytest.raises(ConfigError, match="and this run's is"):
        finish(new_run(replace(started, widest=8), tmp_path / "new", "cpu"))
    assert not (tmp_path / "new").exists()


def test_a_run_is_resumed_from_wherever_one_stands(
    tmp_path: Path, config: Config, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dataset.folder.parent)
    job = new_run(replace(config, dataset=dataset.folder.name), tmp_path / "run", "cpu")
    next(job)
    job.close()
    monkeypatch.chdir(tmp_path)
    assert finish(resume_run(tmp_path / "run", "cpu")) == "finished"


def test_a_run_from_elsewhere_says_where_its_data_set_is_told(tmp_path: Path, trainer: Make, config: Config) -> None:
    folder = trainer(replace(config, dataset=str(tmp_path / "not here"))).folder
    with pytest.raises(RunError, match=r"not here.*can be written into .*config\.json"):
        finish(resume_run(folder.path, "cpu"))


# going on from a model


def test_a_run_from_a_model_that_died_before_its_first_checkpoint_begins_with_the_model_again(
    tmp_path: Path, trainer: Make, started: Config
) -> None:
    folder = trainer(started).folder
    assert finish(resume_run(folder.path, "cpu")) == "finished"
    assert any("learns on" in note["text"] for note in events(folder.path, "note"))


def test_a_run_from_a_model_that_goes_wrong_at_once_goes_back_to_the_model(trainer: Make, started: Config) -> None:
    training = trainer(started)
    training.take_start()
    before = first_colours(training)
    with torch.no_grad():
        training.learner.generator.get_parameter("synthesis.b4.const").fill_(float("nan"))
    next(training.train())
    assert training.progress.slower == 0.5
    assert torch.equal(first_colours(training), before)


# broken checkpoints


def test_a_run_whose_checkpoints_are_all_broken_does_not_begin_over_them(tmp_path: Path, config: Config) -> None:
    folder = tmp_path / "run"
    finish(new_run(config, folder, "cpu"))
    kept = sorted((folder / "checkpoints").iterdir())
    for path in kept:
        path.write_bytes(path.read_bytes()[:1000])
    told = (folder / "events.jsonl").read_bytes()
    with pytest.raises(CheckpointError, match=r"is broken .* there is no other to go on from"):
        finish(resume_run(folder, "cpu"))
    assert sorted((folder / "checkpoints").iterdir()) == kept
    assert (folder / "events.jsonl").read_bytes() == told


def test_a_checkpoint_with_moments_of_another_size_is_not_taken(trainer: Make, config: Config) -> None:
    training = trainer(config)
    job = training.train()
    while not training.folder.files("checkpoints"):
        next(job)
    (path,) = training.folder.files("checkpoints")
    key = "generator.adam.synthesis.b4.const:exp_avg"
    save_tensors(path, read_metadata(path), load_file(path) | {key: torch.zeros(3)})
    before = first_colours(training)
    with pytest.raises(CheckpointError, match="of another training"):
        training.resume()
    assert torch.equal(first_colours(training), before)


# disks


def test_a_disk_that_takes_no_samples_holds_the_run_up_and_says_why(trainer: Make, config: Config) -> None:
    def wait(seconds: float) -> None:
        if samples.is_file():
            samples.unlink()
            samples.mkdir()
        training.writing.again = 0.0

    training = trainer(config, wait=wait)
    samples = training.folder.path / "samples"
    samples.rmdir()
    samples.write_bytes(b"")
    training.writing.again = float("inf")
    assert finish(training.train()) == "finished"
    assert states(training.folder.path) == ["running", "paused", "running", "finished"]
    why = next(record["why"] for record in events(training.folder.path, "state") if record["why"])
    assert "a part of this path is a file, not a folder" in why
    assert "it is well again" in events(training.folder.path, "note")[0]["text"]


def test_a_disk_that_is_taken_away_holds_the_run_up_until_it_is_back(
    tmp_path: Path, trainer: Make, config: Config
) -> None:
    away = tmp_path / "away"
    training = trainer(config, wait=lambda seconds: away.exists() and away.rename(tmp_path / "run"))
    job = training.train()
    next(job)
    training.folder.path.rename(away)
    assert finish(job) == "finished"
    assert states(training.folder.path) == ["running", "paused", "running", "finished"]


def test_a_run_that_ends_on_a_full_disk_waits_until_its_end_can_be_kept(trainer: Make, config: Config) -> None:
    room = [10**12]
    training = trainer(config, wait=lambda seconds: room.__setitem__(0, 10**12))
    training.writing.keeper.room = lambda path: room[0]
    job = training.train()
    while training.progress.images < 56:
        next(job)
    room[0] = 10
    assert finish(job) == "finished"
    assert states(training.folder.path) == ["running", "paused", "running", "finished"]
    assert training.folder.files("checkpoints")[-1].stem == "0000000064"
    assert training.folder.files("snapshots")[-1].stem == "0000000064"


def test_who_stops_a_run_on_a_full_disk_is_told_what_is_lost(trainer: Make, config: Config) -> None:
    training = trainer(config)
    training.writing.keeper.room = lambda path: 10
    job = training.train()
    next(job)
    training.stop()
    assert finish(job) == "failed"
    why = events(training.folder.path, "state")[-1]["why"]
    assert "what was learned since the last checkpoint is lost: the disk of" in why


def test_a_lock_that_cannot_be_looked_at_is_held_by_nobody(tmp_path: Path, trainer: Make, config: Config) -> None:
    training = trainer(config)
    next(training.train())
    (training.folder.path / "lock").mkdir()
    follower = RunFollower(training.folder.path, clock=lambda: 1e12)
    follower.read()
    assert follower.run.state == "interrupted"


# numbers


def test_a_fault_that_comes_again_at_one_place_whatever_is_tried_ends_the_run(
    trainer: Make, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = trainer(replace(config, checkpoint_ticks=100))
    real_step = training.learner.step

    def step(*args: object, images: int, **more: object) -> object:
        shown = real_step(*args, images=images, **more)  # type: ignore[arg-type]
        return dataclasses.replace(shown, loss_g=float("nan")) if images == 40 else shown

    monkeypatch.setattr(training.learner, "step", step)
    assert finish(training.train()) == "failed", "though there were good ticks before the place"
    assert len(events(training.folder.path, "note")) == 5


def test_a_generator_that_collapsed_goes_back_to_where_it_had_not(trainer: Make, config: Config) -> None:
    training = trainer(config)
    job = training.train()
    while training.progress.images < 16:
        next(job)
    with torch.no_grad():
        for name, parameter in training.learner.generator.named_parameters():
            if ".torgb." in name:
                parameter.zero_()
    for group in training.learner.optimizers["generator"].param_groups:
        group["params"] = group["params"][:1]
    while not events(training.folder.path, "note"):
        next(job)
    assert "; back to 16 pictures" in events(training.folder.path, "note")[0]["text"]


# memory, and half precision


def test_memory_that_runs_out_while_measuring_costs_the_measurement_only(
    trainer: Make, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(evaluation: Evaluation, *args: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(Evaluation, "step", step)
    training = trainer(config)
    next(training.train())
    assert training.progress.images == 8
    (note,) = events(training.folder.path, "note")
    assert note["text"] == "memory ran out while measuring, so this measurement is left out"


def test_a_smaller_batch_is_still_of_whole_groups(
    trainer: Make, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = trainer(replace(config, levels=(Level(8, 0, 64, 24, 2e-3),)))
    give_room(monkeypatch, training, 8)
    assert finish(training.train()) == "finished"
    told = [note["text"] for note in events(training.folder.path, "note")]
    assert [text.partition("a step shows ")[2] for text in told] == [
        "12 pictures instead of 24",
        "4 pictures instead of 12",
    ]


@pytest.mark.parametrize(("batch", "each"), [(6, "a multiple of 4"), (10, "a multiple of 4")])
def test_a_batch_that_cannot_be_compared_in_groups_is_refused(
    tmp_path: Path, config: Config, batch: int, each: str
) -> None:
    with pytest.raises(ConfigError, match=each):
        finish(new_run(replace(config, levels=(Level(8, 0, 64, batch, 2e-3),)), tmp_path / "run", "cpu"))


def test_gradients_that_are_too_large_for_half_precision_cost_a_step_and_not_the_run(
    trainer: Make, config: Config
) -> None:
    training, too_large = trainer(config), [True]
    training.learner.scaler = torch.amp.GradScaler("cpu")  # as in fp16, which not every processor has
    learner = training.learner
    for network, name in ((learner.generator, "synthesis.b4.const"), (learner.discriminator, "b4.fc.bias")):
        parameter = network.get_parameter(name)
        parameter.register_hook(lambda gradient: gradient * float("inf") if too_large[0] else gradient)
    before, scale = first_colours(training), training.learner.scaler.get_scale()
    job = training.train()
    next(job)
    assert torch.equal(first_colours(training), before), "the step was left out"
    assert training.learner.scaler.get_scale() < scale
    too_large[0] = False
    assert finish(job) == "finished"
    assert not torch.equal(first_colours(training), before)
    assert not events(training.folder.path, "note")


# growing


@pytest.mark.parametrize("architecture", ["style", "progan"])
def test_a_fade_that_ends_within_a_step_is_over_in_its_snapshot(
    trainer: Make, config: Config, architecture: str
) -> None:
    levels = (Level(8, 0, 8, 8, 2e-3), Level(16, 12, 12, 8, 2e-3))
    training = trainer(
        replace(config, architecture=architecture, side=16, levels=levels, tick_images=24, snapshot_ticks=1)
    )
    finish(training.train())
    at_the_end = next(record for record in events(training.folder.path, "snapshot") if record["images"] == 24)
    assert at_the_end["alpha"] == 1
    assert open_model(training.folder.path / at_the_end["file"]).generator.plan.resolution == 16
