"""Directions of one's own: renamed, merged, saved, removed, exported, installed; undone; and disks that fail."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from engine.directions.pack import Direction, DirectionPack, known, load_pack, own_file, save_pack, user_folder
from tests.studio.conftest import settle
from tests.studio.test_directions import dialogue, id_of, make_pack, menu_of, moves, names, pick, press, row

__all__ = ["pack", "window"]


@pytest.fixture
def pack(home, tiny_path) -> DirectionPack:
    return make_pack(tiny_path)


@pytest.fixture
def window(qtbot, pack, empty_window, tiny_path):
    empty_window.start([tiny_path])
    settle(qtbot, empty_window)
    qtbot.waitUntil(lambda: len(empty_window.directions.rows.shown) == 5)
    return empty_window


def answer(qtbot, name: str, heading: str | None = None) -> None:
    """Fill in the dialogue of name and heading."""
    dialog = dialogue()
    if heading is not None:
        dialog.findChild(QComboBox).setCurrentText(heading)
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_f2_renames_a_direction_for_good_and_undo_gives_the_old_name_back(window, qtbot, pack):
    press(qtbot, window, "Turn", Qt.Key.Key_End)
    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    answer(qtbot, "smile")
    assert dialogue().wrong.text() == "There is a direction 'smile' already."
    answer(qtbot, "Yaw", "Light")
    qtbot.waitUntil(lambda: names(window) == ["Smile", "Age", "Long hair", "Yaw", "Light"])
    assert row(window, "Yaw").value == 3.0
    assert window.document.stack.count() == 2, "what was done before can still be undone"
    assert {d.id: d.name for d in known(pack.model).pack.directions}[id_of(pack, "Turn")] == "Yaw"
    window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: "Turn" in names(window))
    assert not own_file(pack.model).exists()
    window.actions_by_id["redo"].trigger()
    qtbot.waitUntil(lambda: "Yaw" in names(window))
    pick(row(window, "Yaw"), "Original name")
    qtbot.waitUntil(lambda: "Turn" in names(window))


def test_a_window_that_closes_at_once_has_written_the_last_wish(window, qtbot, pack):
    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    answer(qtbot, "Yaw")
    window.close()
    assert {d.id: d.name for d in known(pack.model).pack.directions}[id_of(pack, "Turn")] == "Yaw"


def test_merging_keeps_the_picture_and_makes_one_slider_of_two(window, qtbot, pack):
    press(qtbot, window, "Smile", Qt.Key.Key_End)
    offered = menu_of(row(window, "Smile"))
    assert not offered["Merge what is moved into one…"].isEnabled()
    offered["menu"].close()
    press(qtbot, window, "Age", Qt.Key.Key_Home)
    settle(qtbot, window)
    before, recipe = window.canvas.frame.pixels.astype(int), window.document.recipe
    window.actions_by_id["merge_directions"].trigger()
    assert dialogue().findChild(QLineEdit).text() == "Smile + Age"
    answer(qtbot, "Grin", "Face")
    qtbot.waitUntil(lambda: "Grin" in moves(window))
    assert names(window)[0] == "Grin"
    assert [move.name for move in window.document.recipe.directions] == ["Grin"]
    assert row(window, "Grin").value == pytest.approx(13**0.5, abs=0.01)
    settle(qtbot, window)
    assert np.abs(window.canvas.frame.pixels.astype(int) - before).max() <= 1
    window.actions_by_id["undo"].trigger()
    assert window.document.recipe == recipe
    qtbot.waitUntil(lambda: "Grin" not in names(window))
    window.actions_by_id["redo"].trigger()
    qtbot.waitUntil(lambda: "Grin" in names(window))
    settle(qtbot, window)
    assert load_pack(own_file(pack.model)).directions[0].name == "Grin"


def test_a_direction_is_saved_as_it_goes_past_the_pins_and_can_be_removed_again(window, qtbot, pack):
    press(qtbot, window, "Age", Qt.Key.Key_P)
    pick(row(window, "Smile"), "Save as a direction of its own…")
    answer(qtbot, "Smile alone")
    qtbot.waitUntil(lambda: "Smile alone" in names(window))
    (made,) = load_pack(own_file(pack.model)).directions
    age = next(d.vector for d in pack.directions if d.name == "Age")
    assert abs(float(torch.cosine_similarity(made.vector, age, dim=0))) < 1e-5
    assert (made.rows, made.low, made.high, made.heading) == ((0, 1, 2, 3), -2.0, 3.0, "Face")
    press(qtbot, window, "Smile alone", Qt.Key.Key_End)
    settle(qtbot, window)
    recipe = window.document.recipe
    pick(row(window, "Smile alone"), "Remove")
    qtbot.waitUntil(lambda: "Smile alone" not in names(window))
    assert window.document.recipe.directions == ()
    window.actions_by_id["undo"].trigger()
    assert window.document.recipe == recipe
    settle(qtbot, window)
    qtbot.waitUntil(lambda: "Smile alone" in names(window))


def test_a_shipped_direction_cannot_be_removed(window, qtbot):
    press(qtbot, window, "Smile", Qt.Key.Key_Right)
    assert "Remove" not in menu_of(row(window, "Smile"))
    window.directions.commands.remove_here()
    assert window.canvas.toast.label.text().startswith("Smile came with the model and stays")


def test_a_full_disk_is_told_in_one_sentence_and_changes_nothing(window, qtbot, pack, monkeypatch):
    def full(*args) -> None:
        raise OSError(errno.ENOSPC, "no space")

    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    monkeypatch.setattr(os, "fsync", full)
    answer(qtbot, "Yaw")
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "the disk is full" in window.canvas.toast.label.text()
    monkeypatch.undo()
    assert "Turn" in names(window)
    assert window.document.stack.count() == 0
    assert not own_file(pack.model).exists()


def test_a_broken_own_pack_is_told_and_left_as_it_is(window, qtbot, pack):
    own_file(pack.model).write_bytes(b"broken")
    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    answer(qtbot, "Yaw")
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "it is not a safetensors file, or is cut short" in window.canvas.toast.label.text()
    assert own_file(pack.model).read_bytes() == b"broken"


def test_renames_undone_in_a_hurry_leave_the_disk_as_the_last_wish_says(window, qtbot, pack):
    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    answer(qtbot, "Yaw")
    qtbot.waitUntil(lambda: "Yaw" in names(window))
    for _ in range(4):
        window.actions_by_id["undo"].trigger()
        window.actions_by_id["redo"].trigger()
    window.actions_by_id["undo"].trigger()
    qtbot.waitUntil(lambda: not window.shelf.line.busy and not window.shelf.line.line)
    assert not own_file(pack.model).exists()
    assert "Turn" in names(window)


def test_own_directions_are_exported_and_a_pack_from_elsewhere_is_installed(window, qtbot, pack, tmp_path):
    window.actions_by_id["export_directions"].trigger()
    dialog = window.directions.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "mine.safetensors"))
    dialog.reject()
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "no directions of your own yet" in window.canvas.toast.label.text()
    press(qtbot, window, "Turn", Qt.Key.Key_F2)
    answer(qtbot, "Yaw")
    qtbot.waitUntil(lambda: "Yaw" in names(window))
    window.shelf.export(tmp_path / "mine.safetensors")
    qtbot.waitUntil((tmp_path / "mine.safetensors").exists)
    new = Direction("Wink", torch.randn(512) / 10, (0, 1), -1.0, 1.0, "coarse", "pca", {}, "Face")
    save_pack(tmp_path / "theirs.safetensors", DirectionPack(pack.model, (new,)))
    window.shelf.install(tmp_path / "theirs.safetensors")
    qtbot.waitUntil(lambda: "Wink" in names(window))
    assert window.canvas.toast.label.text() == "1 direction from theirs.safetensors can be used now"
    press(qtbot, window, "Wink", Qt.Key.Key_End)
    settle(qtbot, window)
    save_pack(tmp_path / "other.safetensors", DirectionPack("ab" * 32, (new,)))
    window.shelf.install(tmp_path / "other.safetensors")
    qtbot.waitUntil(lambda: "made for another model" in window.canvas.toast.label.text())
    assert len(list(user_folder().iterdir())) == 3


def test_a_pack_whose_vectors_do_not_fit_is_told_in_the_log_and_makes_no_slider(window, qtbot, pack, tmp_path, caplog):
    wide = Direction("Wide", torch.ones(40), (0,), -1.0, 1.0, "coarse", "pca")
    save_pack(tmp_path / "wide.safetensors", DirectionPack(pack.model, (wide,)))
    window.shelf.install(Path(tmp_path / "wide.safetensors"))
    qtbot.waitUntil(lambda: "direction 'Wide' does not fit the model" in caplog.text)
    qtbot.waitUntil(lambda: not window.shelf.line.busy)
    assert "Wide" not in names(window)


def test_a_pack_that_was_put_into_the_folder_is_there_after_a_reload(window, qtbot, pack):
    new = Direction("Wink", torch.randn(512) / 10, (0, 1), -1.0, 1.0, "coarse", "pca", {}, "Face")
    save_pack(user_folder() / "new.safetensors", DirectionPack(pack.model, (new,)))
    window.shelf.reload()
    qtbot.waitUntil(lambda: "Wink" in names(window))


def test_merging_one_move_alone_says_what_to_do(window, qtbot):
    window.actions_by_id["merge_directions"].trigger()
    assert window.canvas.toast.label.text().startswith("Move two directions or more first")
