"""A run through its door: the command line, the run folder, and everything that may go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from msgspec.structs import replace
from PIL import Image
from safetensors.torch import load_file

from engine.devices import Target
from engine.errors import VisagistError
from engine.job import finish
from engine.models.format import load_model
from engine.training.augment import AugmentState
from engine.training.config import Config, ConfigError, Level, write_config
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.entry import new_run, resume_run
from engine.training.networks.shape import Grown
from engine.training.probe import probe, with_batches
from engine.training.run import Control, RunError, RunFolder
from engine.training.starting import config_from, start_from
from engine.training.style_learner import StyleLearner
from engine.training.trainer import Trainer
from tests.engine.training.conftest import ROOT, blobs, events, give_room, visagist

# the program, killed a step behind a checkpoint
KILLED = """
import os, signal, sys
from engine.cli import main
from engine.training.trainer import Trainer

advance = Trainer.advance

def advance_some(trainer):
    if trainer.progress.images == 200:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    advance(trainer)

Trainer.advance = advance_some
sys.exit(main(sys.argv[1:]))
"""


def until(happened: Callable[[], bool], process: object) -> None:
    """Wait for something that a process does."""
    while not happened():
        assert process.poll() is None, process.stderr.read()  # type: ignore[attr-defined]
        time.sleep(0.02)


def checkpoints(folder: Path) -> list[str]:
    """Names of the checkpoints, the oldest first."""
    return sorted(path.name for path in (folder / "checkpoints").glob("*.safetensors"))


def equal_files(a: Path, b: Path) -> bool:
    """Whether two safetensors files hold the same numbers to the bit."""
    first, second = load_file(a), load_file(b)
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_a_run_leaves_events_samples_and_models_that_open(tmp_path: Path, config: Config) -> None:
    folder = tmp_path / "run"
    assert finish(new_run(config, folder, "cpu")) == "finished"
    assert [record["state"] for record in events(folder, "state")] == ["running", "finished"]
    (start,) = events(folder, "start")
    assert start["total"] == 384
    assert [(p["side"], p["kind"], p["ends"]) for p in start["plan"]] == [
        (8, "stabilise", 128),
        (16, "fade", 256),
        (16, "stabilise", 384),
    ]
    assert [record["side"] for record in events(folder, "phase")] == [8, 16, 16]
    ticks = events(folder, "tick")
    assert [tick["images"] for tick in ticks] == [64, 128, 192, 256, 320, 384]
    assert [tick["alpha"] for tick in ticks] == [1, 1, 0.5, 1, 1, 1]
    for sample in events(folder, "samples"):
        with Image.open(folder / sample["file"]) as sheet:
            assert sheet.size == (4 * sample["side"], 2 * sample["side"])
            assert "trainedAlgorithmicMedia" in sheet.info["DigitalSourceType"]
    for snapshot in events(folder, "snapshot"):
        header, tensors = load_model(folder / snapshot["file"])
        assert header.family == "stylegan2"
        assert header.licence == "CC0 1.0"
        assert "discriminator.b4.out.weight" in tensors
    assert checkpoints(folder) == ["0000000320.safetensors", "0000000384.safetensors"]


def test_a_run_that_was_killed_goes_on_to_the_bit_as_if_it_had_not_been(tmp_path: Path, config: Config) -> None:
    write_config(tmp_path / "settings.json", config)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    process = visagist("train", tmp_path / "settings.json", "-o", whole)
    _, said = process.communicate()
    assert process.returncode == 0, said
    words = [sys.executable, "-c", KILLED, "train", str(tmp_path / "settings.json"), "-o", str(cut)]
    assert subprocess.run(words, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False).returncode
    assert checkpoints(cut)[-1] == "0000000192.safetensors"
    process = visagist("train", "--resume", cut)
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert equal_files(whole / "checkpoints/0000000384.safetensors", cut / "checkpoints/0000000384.safetensors")
    resumed = events(cut, "start")[-1]["resumed_from"]
    assert resumed is not None
    again = [tick for tick in events(cut, "tick") if tick["images"] > resumed][-1]
    once = events(whole, "tick")[-1]
    assert again["loss_g"] == once["loss_g"]
    assert again["loss_d"] == once["loss_d"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_makes_a_checkpoint_and_ends_the_run(tmp_path: Path, config: Config, number: signal.Signals) -> None:
    write_config(tmp_path / "settings.json", replace(config, levels=(Level(16, 0, 10**6, 8, 2e-3),)))
    folder = tmp_path / "run"
    process = visagist("train", tmp_path / "settings.json", "-o", folder)
    until(lambda: (folder / "events.jsonl").exists() and bool(events(folder, "tick")), process)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode == 0
    assert "; go on with `visagist train --resume" in said
    assert events(folder)[-1]["state"] == "stopped"
    assert events(folder, "checkpoint")[-1]["images"] == events(folder)[-1]["images"]


def test_wishes_pause_and_stop_a_run(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    folder = RunFolder(tmp_path / "run")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            folder.wish(Control("run"))

    training = trainer(config, dataset, folder.path, wait=wait)
    job = training.train()
    next(job)
    folder.wish(Control("pause"))
    while len(waited) < 2:
        next(job)
    assert training.progress.images == 8, "nothing is learned meanwhile"
    next(job)
    next(job)
    assert training.progress.images > 8
    folder.wish(Control("stop"))
    assert finish(job) == "stopped"
    assert [record["state"] for record in events(folder.path, "state")] == ["running", "paused", "running", "stopped"]


def test_a_share_of_the_machine_is_left_to_others(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    waited: list[float] = []
    training = trainer(config, dataset, tmp_path / "run", wait=waited.append)
    training.folder.wish(Control("run", share=0.25))
    job = training.train()
    for _ in range(4):
        next(job)
        training.last_seconds = 2.0
        waited.append(0.0)
    steps = "".join("|" if seconds == 0 else "." for seconds in waited).split("|")
    assert [len(step) for step in steps[1:4]] == [30, 30, 30], "six seconds in parts of a fifth"
    assert max(waited) == pytest.approx(0.2), "a wish is heard meanwhile"


def test_two_trainings_of_one_run_are_refused(tmp_path: Path, config: Config) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.prepare()
    write_config(folder.config, config)
    folder.lock()
    process = visagist("train", "--resume", folder.path)
    _, said = process.communicate()
    folder.release()
    assert process.returncode == 2
    assert "is being trained by another process; stop that one first" in said


def test_a_data_set_that_goes_away_pauses_the_run_until_it_is_back(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    copied = tmp_path / "data"
    copied.mkdir()
    for path in dataset.folder.iterdir():
        (copied / path.name).write_bytes(path.read_bytes())
    facts = copied / "dataset.json"
    training = trainer(
        replace(config, dataset=str(copied)),
        Dataset(copied),
        tmp_path / "run",
        wait=lambda seconds: (tmp_path / "away").rename(facts) and None,
    )
    job = training.train()
    next(job)
    facts.rename(tmp_path / "away")
    assert finish(job) == "finished"
    (paused,) = [record for record in events(tmp_path / "run", "state") if record["state"] == "paused"]
    assert "is gone; training goes on when it is back" in paused["why"]


def test_a_disk_that_fills_up_costs_old_snapshots_then_pauses_the_run(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    room = [10**12]
    training = trainer(config, dataset, tmp_path / "run", wait=lambda seconds: room.__setitem__(0, 10**12))
    training.writing.keeper.room = lambda path: room[0]
    for images in range(10):
        training.folder.file("snapshots", images, ".safetensors").write_bytes(b"")
    job = training.train()
    next(job)
    room[0] = 10
    assert finish(job) == "finished"
    (paused,) = [record for record in events(tmp_path / "run", "state") if record["state"] == "paused"]
    assert "is nearly full; training goes on when it can be written again" in paused["why"]
    old = [path for path in training.folder.files("snapshots") if int(path.stem) < 10]
    assert 0 < len(old) < 10


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_real_disk_that_is_full_is_survived(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", disk], check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        stuffing = disk / "stuffing"

        def wait(seconds: float) -> None:
            stuffing.unlink(missing_ok=True)

        training = trainer(config, dataset, disk / "run", wait=wait)
        job = training.train()
        next(job)
        stuffing.write_bytes(b"\0" * 120 * 2**20)
        assert finish(job) == "finished"
        training.folder.release()
        assert "nearly full" in next(r["why"] for r in events(disk / "run", "state") if r["state"] == "paused")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_numbers_that_are_none_send_the_run_back_to_its_checkpoint_with_smaller_steps(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    training = trainer(config, dataset, tmp_path / "run")
    job = training.train()
    while training.progress.images < 160:
        next(job)
    with torch.no_grad():
        training.learner.generator.get_parameter("synthesis.b8.conv1.weight").fill_(float("nan"))
    assert finish(job) == "finished"
    (note,) = events(tmp_path / "run", "note")
    assert "is no longer a number; back to 128 pictures, learning at 0.5 of the planned rate" in note["text"]
    assert events(tmp_path / "run", "tick")[-1]["lr"] == pytest.approx(1e-3)
    assert all(torch.isfinite(tensor).all() for tensor in training.learner.average.state_dict().values())


def test_a_run_that_goes_wrong_again_and_again_ends_in_a_sentence(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = trainer(config, dataset, tmp_path / "run")
    monkeypatch.setattr(training.learner, "remember", lambda images, batch: None)
    monkeypatch.setattr("engine.training.losses.generator_loss", lambda fake: fake.mean() * float("nan"))
    assert finish(training.train()) == "failed"
    last = events(tmp_path / "run")[-1]
    assert last["state"] == "failed"
    assert last["why"] == "the generator's loss is no longer a number"


def test_a_generator_that_draws_one_picture_only_is_noticed(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    training = trainer(config, dataset, tmp_path / "run")
    with torch.no_grad():
        for name, parameter in training.learner.generator.named_parameters():
            if ".torgb." in name:
                parameter.zero_()
    training.watch.flat = 0
    for group in training.learner.optimizers["generator"].param_groups:
        group["params"] = group["params"][:1]
    job = training.train()
    for _ in job:
        if events(tmp_path / "run", "note"):
            break
    assert "draws the same picture whatever it is given" in events(tmp_path / "run", "note")[0]["text"]


def test_running_out_of_memory_halves_the_batch(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = trainer(config, dataset, tmp_path / "run")
    give_room(monkeypatch, training, 4)
    assert finish(training.train()) == "finished"
    (note,) = events(tmp_path / "run", "note")
    assert note["text"] == "memory ran out, so a step shows 4 pictures instead of 8"


def test_a_checkpoint_that_is_broken_is_passed_over_for_the_one_before(tmp_path: Path, config: Config) -> None:
    folder = tmp_path / "run"
    finish(new_run(config, folder, "cpu"))
    newest = folder / "checkpoints" / checkpoints(folder)[-1]
    newest.write_bytes(newest.read_bytes()[:1000])
    assert finish(resume_run(folder, "cpu")) == "finished"
    assert events(folder, "start")[-1]["resumed_from"] == 320
    assert "the one before is taken" in events(folder, "note")[0]["text"]


def test_a_run_is_not_resumed_with_another_data_set(tmp_path: Path, config: Config, dataset: Dataset) -> None:
    folder, other = tmp_path / "run", tmp_path / "other"
    finish(new_run(config, folder, "cpu"))
    with DatasetWriter(other, 16, ("brightness",)) as writer:
        for i, picture in enumerate(blobs(50, 16, seed=9)):
            writer.add(picture, str(i), [0.0])
        writer.finish("Others")
    write_config(folder / "config.json", replace(config, dataset=str(other)))
    with pytest.raises(ConfigError, match="learned from another data set"):
        finish(resume_run(folder, "cpu"))


def test_two_processes_learn_as_one_with_twice_the_batch(tmp_path: Path, config: Config) -> None:
    alone, both = tmp_path / "alone", tmp_path / "both"
    write_config(tmp_path / "settings.json", config)
    finish(new_run(config, alone, "cpu"))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--standalone"]
    words = ["-m", "engine.cli", "train", str(tmp_path / "settings.json"), "-o", str(both), "--device", "cpu"]
    process = subprocess.run(
        torchrun + words,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    # 32 steps; later the rounding of sums in another order has grown, as it does in any contest of two networks
    for one, two in zip(events(alone, "tick")[:4], events(both, "tick")[:4], strict=True):
        for name in ("loss_g", "loss_d", "real", "fake", "grad_d"):
            assert two[name] == pytest.approx(one[name], rel=1e-4, abs=1e-4), name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "cannot be read"),
        (["{data}", "--side", "32"], "choose a side of at most that, not 32"),
        (["{data}", "--side", "12"], "not a power of two"),
        (["{data}", "--images", "0"], "should be at least 1"),
        (["{data}", "--set", "wings=2"], "'wings=2' is not a setting"),
        (["{data}", "--set", "seed=red"], "seed=red: Expected `int`"),
        (["{data}", "--device", "cuda:7"], "there is no GPU 7"),
        (["{data}", "--threads", "0"], "--threads is 0 and should be from 1 to 1024"),
        (["{data}", "--set", "sample_columns=100000"], "sample_columns is 100000"),
        (["--resume", "{data}"], "is not a run: it has no config.json"),
        (["--resume", "{data}", "--images", "9"], "--images is for a new run"),
        ([], "name a data set or settings"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, dataset: Dataset, words: list[str], sentence: str) -> None:
    given = [word.replace("{data}", str(dataset.folder)) for word in words]
    out = [] if "--resume" in words else ["-o", tmp_path / "run"]
    process = visagist("train", *given, *out)
    _, said = process.communicate()
    assert process.returncode == 2
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("words", "sentence"), [(["--find-batch", "-o", "run"], "measure"), ([], "with -o")])
def test_what_each_of_several_processes_would_find_otherwise_is_refused(
    dataset: Dataset, words: list[str], sentence: str
) -> None:
    process = visagist("train", dataset.folder, *words, WORLD_SIZE="2")
    _, said = process.communicate()
    assert process.returncode == 2
    assert sentence in said


def test_three_pictures_are_too_few(tmp_path: Path, config: Config) -> None:
    with DatasetWriter(tmp_path / "few", 16) as writer:
        for picture in blobs(3, 16):
            writer.add(picture, "x")
        writer.finish("Few")
    with pytest.raises(VisagistError, match="Few has 3 pictures; a network needs 16"):
        finish(new_run(replace(config, dataset=str(tmp_path / "few")), tmp_path / "run", "cpu"))


def test_a_run_is_not_begun_over_another(tmp_path: Path, config: Config) -> None:
    (tmp_path / "run").mkdir()
    write_config(tmp_path / "run/config.json", config)
    with pytest.raises(RunError, match="holds a run already"):
        finish(new_run(config, tmp_path / "run", "cpu"))


def test_settings_that_nobody_knows_are_refused(tmp_path: Path, config: Config) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(msgspec.json.encode(msgspec.to_builtins(config) | {"wings": 2}))
    process = visagist("train", path)
    _, said = process.communicate()
    assert process.returncode == 2
    assert "is not the settings of a run" in said


def test_learning_brings_the_colours_of_the_data(
    trainer: Callable[..., Trainer], tmp_path: Path, config: Config, dataset: Dataset
) -> None:
    longer = replace(config, levels=(Level(8, 0, 6000, 16, 5e-3),), side=8, tick_images=1000, ema_images=500)
    training = trainer(longer, dataset, tmp_path / "run")
    finish(training.train())
    made = training.samples.pictures(training.learner.average, Grown(8)).astype(np.float64)
    real = dataset.pictures(8, np.arange(200)).astype(np.float64)
    assert np.abs(made.mean(0) - real.mean(0)).mean() < 30
    assert made.std(0).mean() > real.std(0).mean() / 3


def test_a_probe_says_how_fast_every_level_goes(tmp_path: Path, config: Config) -> None:
    write_config(tmp_path / "settings.json", config)
    process = visagist("train", tmp_path / "settings.json", "--probe", "-o", tmp_path / "run")
    told, said = process.communicate()
    assert process.returncode == 0, said
    speeds = [msgspec.json.decode(line) for line in told.splitlines()]
    assert [speed["side"] for speed in speeds] == [8, 16]
    assert all(speed["rate"] > 0 and speed["batch"] == 8 for speed in speeds)
    assert not (tmp_path / "run").exists()


def test_a_batch_that_does_not_fit_into_memory_is_halved_by_the_probe(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_step = StyleLearner.step

    def step(learner: StyleLearner, real: torch.Tensor, *args: object, **more: object) -> object:
        if len(real) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return real_step(learner, real, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(StyleLearner, "step", step)
    speeds = finish(probe(config, Target("cpu", "f32")))
    assert [speed.batch for speed in speeds] == [2, 2]
    assert [level.batch for level in with_batches(config, speeds).levels] == [2, 2]


@pytest.mark.parametrize("architecture", ["style", "progan"])
def test_a_snapshot_learns_on_in_a_new_run_and_begins_where_it_stood(
    tmp_path: Path, config: Config, dataset: Dataset, architecture: str, trainer: Callable[..., Trainer]
) -> None:
    first = trainer(replace(config, architecture=architecture), dataset, tmp_path / "first")
    finish(first.train())
    (snapshot,) = [path for path in first.folder.files("snapshots") if int(path.stem) == 384]
    settings = config_from(snapshot, dataset.folder, dataset.facts)
    assert settings.architecture == architecture
    assert [level.side for level in settings.levels] == [16]
    assert settings.levels[0].fade == 0
    second = trainer(settings, dataset, tmp_path / "second")
    said = start_from(snapshot, second.learner)
    assert said == [f"the generator of {snapshot.name} learns on"]
    z = torch.randn(2, 16)
    for name in ("generator", "average"):
        old, new = first.learner.average, second.learner.networks[name]
        assert torch.equal(old(z, None, Grown(16))[0], new(z, None, Grown(16))[0])
    picture = torch.randn(4, 3, 16, 16)
    judges = first.learner.discriminator, second.learner.discriminator
    assert torch.equal(*(judge(picture, None, Grown(16)) for judge in judges))


def test_a_model_that_cannot_learn_on_is_refused_in_a_sentence(tmp_path: Path, dataset: Dataset) -> None:
    (tmp_path / "not.safetensors").write_bytes(b"no model at all")
    process = visagist("train", dataset.folder, "--from", tmp_path / "not.safetensors", "-o", tmp_path / "run")
    _, said = process.communicate()
    assert process.returncode == 2
    assert "not.safetensors" in said
    assert said.count("\n") == 1


def test_what_was_learned_is_measured_beside_the_training_and_at_its_end(
    tmp_path: Path, config: Config, dataset: Dataset, trainer: Callable[..., Trainer]
) -> None:
    measured = replace(config, metric_images=128, metric_pictures=16, metric_share=1.0)
    training = trainer(measured, dataset, tmp_path / "run")
    finish(training.train())
    metrics = events(tmp_path / "run", "metric")
    assert metrics[-1]["images"] == 384
    assert metrics[-1]["swd"].keys() == {"16"}
    assert len(metrics) > 1


@pytest.mark.parametrize("architecture", ["style", "progan"])
def test_pictures_are_augmented_as_the_discriminator_learns_them_by_heart(
    tmp_path: Path, config: Config, dataset: Dataset, architecture: str, trainer: Callable[..., Trainer]
) -> None:
    settings = replace(config, architecture=architecture, augment="ada", augment_target=0.0, metric_share=0.0)
    training = trainer(settings, dataset, tmp_path / "run")
    training.progress = replace(training.progress, augment=AugmentState(0.5))
    finish(training.train())
    chances = [tick["augment_p"] for tick in events(tmp_path / "run", "tick")]
    assert all(abs(p - 0.5) < 0.01 for p in chances)
    assert len(set(chances)) > 1


def test_labels_are_learned_and_shown(
    tmp_path: Path, config: Config, dataset: Dataset, trainer: Callable[..., Trainer]
) -> None:
    training = trainer(replace(config, labels=True, metric_share=0.0), dataset, tmp_path / "run")
    assert finish(training.train()) == "finished"
    assert training.learner.shape.label_dim == 1


def test_a_real_run_brings_its_pictures_nearer_to_the_real_ones(tmp_path: Path, config: Config) -> None:
    levels = (Level(8, 0, 1500, 16, 4e-3), Level(16, 1000, 5500, 16, 4e-3))
    settings = replace(config, levels=levels, metric_images=1000, metric_pictures=128, metric_share=1.0)
    write_config(tmp_path / "settings.json", replace(settings, tick_images=1000, ema_images=500, checkpoint_ticks=8))
    process = visagist("train", tmp_path / "settings.json", "-o", tmp_path / "run")
    _, said = process.communicate()
    assert process.returncode == 0, said
    distances = [metric["swd_mean"] for metric in events(tmp_path / "run", "metric")]
    assert len(distances) > 3
    assert distances[-1] < 0.75 * distances[0]
