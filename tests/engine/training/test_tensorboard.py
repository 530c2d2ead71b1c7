"""The run as TensorBoard shows it: what is written is read back with TensorBoard's own reader."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.training import tensorboard

reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

TICK = {
    "event": "tick",
    "side": 16,
    "alpha": 0.5,
    "loss_g": 1.25,
    "loss_d": 0.75,
    "real": 0.5,
    "fake": -0.25,
    "gap": 0.75,
    "penalty": 0.125,
    "grad_g": 2.0,
    "grad_d": 3.0,
    "augment_p": 0.0625,
    "rate": 50.0,
    "memory": 3 * 2**29,
    "left": 10.0,
    "lr": 0.002,
}


def at(images: int, record: dict[str, Any]) -> dict[str, Any]:
    """A record as events.jsonl has it."""
    return record | {"images": images, "step": images // 10, "time": 1_700_000_000.0 + images}


def start(images: int = 0, resumed_from: int | None = None, device: str = "cpu") -> dict[str, Any]:
    return at(images, {"event": "start", "device": device, "resumed_from": resumed_from})


def read(run: Path) -> Any:
    accumulator = reading.EventAccumulator(str(run / "tensorboard"))
    accumulator.Reload()
    return accumulator


@pytest.fixture
def board(tmp_path):
    board = tensorboard.open_board(tmp_path)
    assert board is not None
    return board


def test_a_tick_is_found_under_the_fields_tag_names(board, tmp_path):
    board.write(start())
    board.write(at(2000, TICK))
    found = read(tmp_path)
    values = {tag: found.Scalars(tag)[0] for tag in found.Tags()["scalars"]}
    assert {tag: scalar.value for tag, scalar in values.items()} == pytest.approx({
        "Loss/G": 1.25,
        "Loss/D": 0.75,
        "Loss/scores/real": 0.5,
        "Loss/scores/fake": -0.25,
        "Loss/scores/gap": 0.75,
        "Loss/r1_penalty": 0.125,
        "Gradients/G": 2,
        "Gradients/D": 3,
        "Progress/kimg": 2,
        "Progress/resolution": 16,
        "Progress/alpha": 0.5,
        "Progress/augment": 0.0625,
        "Progress/learning_rate": 0.002,
        "Timing/images_per_sec": 50,
        "Timing/sec_per_kimg": 20,
        "Resources/cpu_mem_gb": 1.5,
    })  # fmt: skip
    assert {(scalar.step, scalar.wall_time) for scalar in values.values()} == {(2000, 1_700_002_000.0)}


def test_metrics_have_a_tag_a_level_and_what_was_not_measured_has_none(board, tmp_path):
    board.write(start())
    swd = {"32": 12.5, "16": 20.0}
    board.write(at(10, {"event": "metric", "swd": swd, "swd_mean": 16.25, "ms_ssim": 0.5, "fid": None, "kid": None}))
    found = read(tmp_path)
    assert {tag: found.Scalars(tag)[0].value for tag in found.Tags()["scalars"]} == {
        "Metrics/swd_32": 12.5,
        "Metrics/swd_16": 20,
        "Metrics/swd_mean": 16.25,
        "Metrics/ms_ssim": 0.5,
    }


def test_a_sheet_of_samples_is_shown_as_it_lies_in_the_run_folder(board, tmp_path):
    (tmp_path / "samples").mkdir()
    path = tmp_path / "samples" / "0000000500.png"
    Image.fromarray(np.zeros((32, 64, 3), np.uint8)).save(path)
    board.write(start())
    board.write(at(500, {"event": "samples", "file": "samples/0000000500.png", "side": 32, "columns": 2, "rows": 1}))
    (image,) = read(tmp_path).Images("Fakes")
    assert image.encoded_image_string == path.read_bytes()
    assert (image.width, image.height, image.step) == (64, 32, 500)


def test_a_sheet_that_is_gone_is_a_line_in_the_log(board, tmp_path, caplog):
    board.write(start())
    board.write(at(500, {"event": "samples", "file": "samples/gone.png"}))
    assert "gone.png is not a picture" in caplog.text
    assert read(tmp_path).Tags()["images"] == []


def test_a_run_that_goes_on_voids_what_lay_beyond_its_checkpoint(board, tmp_path):
    board.write(start())
    for images in (1000, 2000, 3000):
        board.write(at(images, TICK | {"loss_g": 1.0}))
    again = tensorboard.Board(tmp_path)
    again.write(start(2000, resumed_from=2000) | {"time": 1_700_005_000.0})
    again.write(at(3000, TICK | {"loss_g": 2.0}) | {"time": 1_700_006_000.0})
    assert len(list((tmp_path / "tensorboard").iterdir())) == 2
    assert [(s.step, s.value) for s in read(tmp_path).Scalars("Loss/G")] == [(1000, 1), (2000, 1), (3000, 2)]


def test_what_is_no_number_is_left_out_and_the_gpu_has_its_own_tag(board, tmp_path):
    board.write(start(device="cuda"))
    board.write(at(10, TICK | {"loss_g": float("nan"), "loss_d": None, "rate": 0.0}))
    tags = read(tmp_path).Tags()["scalars"]
    assert not {"Loss/G", "Loss/D", "Timing/sec_per_kimg", "Resources/cpu_mem_gb"} & set(tags)
    assert {"Loss/r1_penalty", "Resources/peak_gpu_mem_gb"} <= set(tags)


def test_other_records_write_nothing(board, tmp_path):
    for kind in ("phase", "snapshot", "checkpoint", "note", "state"):
        board.write(at(10, {"event": kind}))
    assert not (tmp_path / "tensorboard").exists()


def test_without_the_package_nothing_is_written_and_the_log_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    with caplog.at_level(logging.INFO):
        assert tensorboard.open_board(tmp_path) is None
    assert "not installed" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "tensorboard").write_text("a file stands here")
    with pytest.raises(VisagistError, match="a file stands where a folder is needed"):
        tensorboard.Board(tmp_path).write(start())
