"""The person's own pack: renamed, merged, exported and installed directions, and disks that fail."""

from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest
import torch

from engine.directions.install import install
from engine.directions.merge import merge
from engine.directions.own import export_own, load_own, save_own, with_direction, without_direction
from engine.directions.pack import DirectionPack, known, own_file, save_pack, user_folder
from engine.errors import VisagistError
from engine.latents import Latents
from engine.recipe import DirectionAmount, Recipe
from tests.engine.directions.test_pack import MODEL, direction


@pytest.fixture
def found(home):
    """Two directions that a pack in the person's folder holds."""
    user_folder().mkdir()
    pack = DirectionPack(MODEL, (direction("Turn"), direction("Age", 1)))
    save_pack(user_folder() / "z.safetensors", pack)
    return pack


def test_the_persons_own_name_heading_and_range_win_and_the_order_stays(found):
    turn = replace(found.directions[0], name="Yaw", heading="Face", low=-1.0, high=1.0)
    save_own(with_direction(load_own(MODEL), turn))
    again = known(MODEL)
    assert [(d.name, d.heading, d.low) for d in again.pack.directions] == [("Yaw", "Face", -1.0), ("Age", "Pose", -2.5)]
    assert again.own == {turn.id}
    assert again.elsewhere == {d.id for d in found.directions}


def test_taking_the_last_own_direction_away_takes_the_file_away(found):
    turn = replace(found.directions[0], name="Yaw")
    pack = with_direction(load_own(MODEL), turn)
    save_own(pack)
    back = save_own(without_direction(pack, turn.id))
    assert [d.name for d in back.pack.directions] == ["Turn", "Age"]
    assert not own_file(MODEL).exists()


def test_a_broken_own_pack_is_told_and_never_written_over(home):
    user_folder().mkdir()
    own_file(MODEL).write_bytes(b"broken")
    with pytest.raises(VisagistError, match="not a safetensors file"):
        load_own(MODEL)
    assert own_file(MODEL).read_bytes() == b"broken"


def test_a_full_disk_leaves_the_old_pack(found, monkeypatch):
    pack = with_direction(load_own(MODEL), replace(found.directions[0], name="Yaw"))
    save_own(pack)
    before = own_file(MODEL).read_bytes()

    def full(*args) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(VisagistError, match="the disk is full"):
            save_own(with_direction(pack, replace(found.directions[1], name="Years")))
    assert own_file(MODEL).read_bytes() == before
    assert len(list(user_folder().iterdir())) == 2


def test_own_directions_go_to_another_machine_and_are_found_there(found, tmp_path, monkeypatch):
    with pytest.raises(VisagistError, match="no directions of your own yet"):
        export_own(MODEL, tmp_path / "mine.safetensors")
    save_own(with_direction(load_own(MODEL), direction("Mine", 7)))
    assert export_own(MODEL, tmp_path / "mine: the best.safetensors") == 1
    monkeypatch.setenv("VISAGIST_DATA", str(tmp_path / "elsewhere"))
    for _ in range(2):
        assert install(tmp_path / "mine: the best.safetensors", MODEL).directions[0].name == "Mine"
    assert [d.name for d in known(MODEL).pack.directions] == ["Mine"]
    (copy,) = user_folder().iterdir()
    assert copy.name.startswith("mine--the-best-")
    install(copy, MODEL)
    assert list(user_folder().iterdir()) == [copy], "a pack that lies there already is not copied"


def test_a_pack_of_another_model_is_not_installed(found, tmp_path):
    save_pack(tmp_path / "other.safetensors", DirectionPack("cd" * 32, (direction("Mine", 7),)))
    with pytest.raises(
        VisagistError, match=r"other.safetensors: this pack was made for another model \(cdcdcdcdcdcd\)"
    ):
        install(tmp_path / "other.safetensors", MODEL)
    assert [path.name for path in user_folder().iterdir()] == ["z.safetensors"]


@pytest.fixture
def latents(small_model) -> Latents:
    random = torch.Generator().manual_seed(5)
    vectors = {name: torch.randn(512, generator=random) / 20 for name in "abp"}
    return Latents(small_model.generator, small_model.w_mean, vectors)


RANGES = {"a": (-4.0, 4.0), "b": (-2.0, 1.0)}


@pytest.mark.parametrize(
    ("moves", "dims"),
    [
        ([DirectionAmount("a", "a", 2.0, (1, 2))], 1),
        ([DirectionAmount("a", "a", 2.0, (1, 2), ("p",)), DirectionAmount("b", "b", -1.0, (1, 2))], 1),
        ([DirectionAmount("a", "a", 2.0, (1, 2)), DirectionAmount("b", "b", -1.0, (2, 5), ("p",))], 2),
    ],
)
def test_a_merged_direction_gives_the_picture_that_the_moves_gave(latents, moves, dims):
    made = merge(latents, moves, RANGES, name="Both", heading="Face")
    assert made.vector.dim() == dims
    latents.learn({made.id: made.vector})
    amount = (sum({"a": 2.0, "b": -1.0}[id] ** 2 for id in {move.id for move in moves})) ** 0.5
    together = DirectionAmount("Both", made.id, round(amount, 2), made.rows)
    expected = latents.styles(Recipe(directions=tuple(moves)))
    assert torch.allclose(latents.styles(Recipe(directions=(together,))), expected, atol=1e-6)


def test_a_merged_direction_ends_where_its_first_part_would_leave_its_range(latents):
    moves = [DirectionAmount("a", "a", 3.0, (1,)), DirectionAmount("b", "b", -4.0, (1,))]
    made = merge(latents, moves, RANGES, name="Both", heading="Face")
    # of b, -4 is beyond -2 already: the present look stays within reach; the other way b ends at 1, a quarter of 4
    assert (made.low, made.high) == (-1.25, 5.0)


def test_a_single_move_keeps_its_unit_and_its_range(latents):
    made = merge(latents, [DirectionAmount("a", "a", -2.0, (1,))], RANGES, name="Mine", heading="Face")
    assert torch.allclose(made.vector, latents.directions["a"])
    assert (made.low, made.high) == RANGES["a"]


def test_moves_that_cancel_out_make_no_direction(latents):
    moves = [DirectionAmount("a", "a", 1.0, (1,)), DirectionAmount("a", "a", -1.0, (1,), ("p",))]
    with pytest.raises(VisagistError, match="cancel out"):
        merge(latents, moves, RANGES, name="Nothing", heading="Face")
