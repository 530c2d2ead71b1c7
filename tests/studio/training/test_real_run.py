"""A real run from the window: started, stopped, resumed, finished, and opened as a model."""

from __future__ import annotations

import os

from engine.devices import Target
from engine.models.format import read_header
from engine.models.model import open_model
from engine.paths import models_dir, runs_dir
from engine.training.following import Run
from engine.training.glance import glance
from tests.studio.training.steered import make_store

TINY = {
    "widest": 8,
    "base": 64,
    "z_dim": 8,
    "w_dim": 8,
    "mapping_layers": 1,
    "tick_images": 16,
    "snapshot_ticks": 1,
    "sample_columns": 2,
    "sample_rows": 1,
    "metric_images": 10**6,
    "levels": '[{"side":8,"fade":0,"stabilise":200,"batch":4,"lr":0.001}]',
}


def test_a_run_is_started_stopped_resumed_finished_and_becomes_a_model(qtbot, place, training, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    store = make_store(tmp_path / "store", side=8)
    folder = runs_dir() / "tiny"
    words = ["train", str(store), "-o", str(folder), "--side", "8", "--device", "cpu"]
    for key, value in TINY.items():
        words += ["--set", f"{key}={value}"]

    def run() -> Run:
        return glance(folder)

    training.sharing.share = 0.05  # slow enough that it is stopped before it is finished
    training.begin(folder, words)
    qtbot.waitUntil(lambda: bool(run().snapshots), timeout=120_000)
    assert len(training.processes.watched) == 1
    assert run().state == "running", (folder / "log.txt").read_text()
    training.show_run(folder)
    training.show_state("running")
    training.stop()
    qtbot.waitUntil(lambda: not training.processes.watched)
    stopped = run()
    assert stopped.state == "stopped"
    assert 0 < stopped.images < 200
    qtbot.waitUntil(lambda: "Tiny has stopped; it can go on from where it was" in place.said)

    training.show_state("stopped")
    training.sharing.share = 1.0
    training.pause_or_resume()
    qtbot.waitUntil(lambda: run().state == "finished", timeout=120_000)
    assert run().images == 200
    qtbot.waitUntil(lambda: any("Tiny is finished" in text for text in place.said))

    training.show_state("finished")
    training.publish()
    path = models_dir() / "tiny.safetensors"
    qtbot.waitUntil(lambda: "Tiny is among your models now" in place.said)
    assert read_header(path).licence == "CC0 1.0"
    assert open_model(path, Target("cpu", "f32")).generator.plan.resolution == 8
    assert "store" in path.with_suffix(".md").read_text()


def test_a_window_that_closes_leaves_the_run_alone(qtbot, place, training, tmp_path, monkeypatch):
    store = make_store(tmp_path / "store", count=3, side=8)  # too few to train on: it ends by itself, with a sentence
    folder = runs_dir() / "three"
    with qtbot.waitSignal(training.started):
        training.begin(folder, ["train", str(store), "-o", str(folder), "--side", "8"])
    pid = training.processes.watched[0].process.pid
    training.end()
    assert os.waitpid(pid, 0)[1] != 0
    assert "3 pictures" in (folder / "log.txt").read_text()
