"""Direction packs: their file, broken files, and how packs of one model come together."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.directions.pack import KEY, Direction, DirectionPack, fitting, load_pack, packs_for, save_pack, vectors
from engine.errors import VisagistError
from engine.models.format import read_metadata

MODEL = "ab" * 32


def direction(name: str, seed: int = 0) -> Direction:
    vector = torch.randn(32, generator=torch.Generator().manual_seed(seed))
    return Direction(name, vector, (0, 1, 2), -2.5, 3.0, "coarse", "sefa", {"component": 1.0}, "Pose")


@pytest.fixture
def pack_file(tmp_path: Path) -> Path:
    path = tmp_path / "faces.safetensors"
    save_pack(path, DirectionPack(MODEL, (direction("Turn"), direction("Age", 1))))
    return path


def rewrite(path: Path, edit) -> None:
    """Change the pack's JSON and leave the vectors."""
    contents = json.loads(read_metadata(path)[KEY])
    edit(contents)
    save_file(load_file(path), path, {KEY: json.dumps(contents)})


def test_a_saved_pack_comes_back_whole(pack_file):
    pack = load_pack(pack_file)
    assert pack.model == MODEL
    turn = pack.directions[0]
    assert (turn.name, turn.rows, turn.low, turn.high) == ("Turn", (0, 1, 2), -2.5, 3.0)
    assert (turn.group, turn.method, turn.statistics) == ("coarse", "sefa", {"component": 1.0})
    assert turn.heading == "Pose"
    assert torch.equal(turn.vector, direction("Turn").vector)
    assert set(vectors(pack)) == {d.id for d in pack.directions}


def test_the_id_follows_vector_and_rows_and_not_the_name():
    one = direction("Turn")
    assert len(one.id) == 16
    assert replace(one, name="Yaw").id == one.id
    assert replace(one, rows=(0, 1)).id != one.id
    assert replace(one, vector=one.vector * 1.001).id != one.id


def test_a_direction_is_found_in_any_capitals_and_a_wrong_name_says_what_there_is(pack_file):
    pack = load_pack(pack_file)
    assert pack.find(" tURN ").name == "Turn"
    with pytest.raises(VisagistError, match="no direction 'Frown'; this model has Turn, Age"):
        pack.find("Frown")
    with pytest.raises(VisagistError, match="discover some first"):
        DirectionPack(MODEL, ()).find("Turn")


BREAKS = {
    "newer": (lambda c: c.update(version=3), "reads up to 2"),
    "unknown field": (lambda c: c.update(code="x"), "cannot be read"),
    "no version": (lambda c: c.pop("version"), "cannot be read"),
    "no vector of that id": (lambda c: c["directions"][0].update(id="0" * 16), "lacks the vector"),
    "unknown heading": (lambda c: c["directions"][0].update(heading="Clothes"), "none of Face, Hair"),
    "rows upside down": (lambda c: c["directions"][0].update(rows=[2, 1]), "ascending"),
    "range beyond what a recipe takes": (lambda c: c["directions"][0].update(high=1e9), "must lie between"),
    "range that does not hold zero": (lambda c: c["directions"][0].update(low=1.0), "must lie between"),
    "endless name": (lambda c: c["directions"][0].update(name="x" * 1000), "printable"),
    "name with a line break": (lambda c: c["directions"][0].update(name="a\nb"), "printable"),
    "other rows": (lambda c: c["directions"][0].update(rows=[0, 1]), "not that of its id"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_pack_says_in_one_sentence_what_is_wrong(pack_file, case):
    edit, said = BREAKS[case]
    rewrite(pack_file, edit)
    with pytest.raises(VisagistError, match=said) as caught:
        load_pack(pack_file)
    assert str(pack_file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pack_with_a_vector_that_is_not_finite_is_refused(tmp_path):
    path = tmp_path / "faces.safetensors"
    bad = replace(direction("Turn"), vector=torch.full((32,), float("nan")))
    save_pack(path, DirectionPack(MODEL, (bad,)))
    with pytest.raises(VisagistError, match="not a finite number"):
        load_pack(path)


def test_a_pack_cut_short_or_of_another_kind_is_refused(pack_file, tmp_path):
    whole = pack_file.read_bytes()
    for length in (0, 7, 100, len(whole) - 1):
        pack_file.write_bytes(whole[:length])
        with pytest.raises(VisagistError):
            load_pack(pack_file)
    other = tmp_path / "other.safetensors"
    save_file({"vectors": torch.zeros(1, 2)}, other)
    with pytest.raises(VisagistError, match="not a direction pack"):
        load_pack(other)
    with pytest.raises(VisagistError, match="cannot be read"):
        load_pack(tmp_path / "missing.safetensors")


def test_packs_of_a_model_come_together_and_a_broken_one_takes_no_other_along(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("VISAGIST_DATA", str(tmp_path))
    folder = tmp_path / "directions"
    folder.mkdir()
    save_pack(folder / "a.safetensors", DirectionPack(MODEL, (direction("Turn"), direction("Age", 1))))
    save_pack(folder / "b.safetensors", DirectionPack(MODEL, (direction("Yaw"), direction("age", 2))))
    save_pack(folder / "c.safetensors", DirectionPack("cd" * 32, (direction("Other", 3),)))
    (folder / "d.safetensors").write_bytes(b"broken")
    with caplog.at_level(logging.WARNING):
        pack = packs_for(MODEL)
    assert [d.name for d in pack.directions] == ["Turn", "Age", "age 2"]
    assert "d.safetensors" in caplog.text


def version_1(path: Path, pack: DirectionPack, edit=lambda contents: None) -> None:
    """A pack as the first version wrote it."""
    entries = [
        {"name": d.name, "id": d.id, "rows": d.rows, "low": d.low, "high": d.high, "group": d.group}
        | {"method": d.method, "statistics": d.statistics}
        for d in pack.directions
    ]
    contents = {"version": 1, "model": pack.model, "directions": entries}
    edit(contents)
    stacked = torch.stack([d.vector for d in pack.directions])
    save_file({"vectors": stacked}, path, {KEY: json.dumps(contents)})


def test_a_pack_of_version_1_is_read_and_its_directions_stand_under_discovered(tmp_path):
    pack = DirectionPack(MODEL, (direction("Turn"), direction("Age", 1)))
    version_1(tmp_path / "old.safetensors", pack)
    read = load_pack(tmp_path / "old.safetensors")
    assert [(d.name, d.id, d.heading) for d in read.directions] == [
        (d.name, d.id, "Discovered") for d in pack.directions
    ]
    version_1(tmp_path / "old.safetensors", pack, lambda c: c["directions"].pop())
    with pytest.raises(VisagistError, match="holds 2 vectors"):
        load_pack(tmp_path / "old.safetensors")


def test_a_vector_for_each_style_row_comes_back_whole(tmp_path):
    path = tmp_path / "rows.safetensors"
    both = replace(direction("Both"), vector=torch.randn(10, 32), rows=(0, 9))
    save_pack(path, DirectionPack(MODEL, (both, direction("Turn"))))
    assert torch.equal(load_pack(path).directions[0].vector, both.vector)
    rewrite(path, lambda c: c["directions"][0].update(rows=[0, 10]))
    with pytest.raises(VisagistError, match="uses style row 10 of 10"):
        load_pack(path)


def test_what_does_not_fit_the_model_is_left_out_and_told(caplog):
    wide, high = replace(direction("Wide"), vector=torch.ones(33)), replace(direction("High"), rows=(3, 10))
    pack = DirectionPack(MODEL, (wide, direction("Turn"), high, replace(direction("Rows"), vector=torch.ones(10, 32))))
    with caplog.at_level(logging.WARNING):
        assert [d.name for d in fitting(pack, 10, 32).directions] == ["Turn", "Rows"]
    assert "'Wide' does not fit" in caplog.text


def test_an_empty_pack_is_not_written(tmp_path):
    with pytest.raises(VisagistError, match="no direction to save"):
        save_pack(tmp_path / "none.safetensors", DirectionPack(MODEL, ()))
    assert not list(tmp_path.iterdir())
