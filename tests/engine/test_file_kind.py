"""What a file is, whatever it is called."""

from __future__ import annotations

import zipfile

import pytest
import torch
from PIL import Image

from engine.directions.pack import Direction, DirectionPack, save_pack
from engine.errors import VisagistError
from engine.file_kind import Kind, kind_of
from engine.project import ModelReference, Project
from engine.project_file import project_in, write_project
from engine.recipe import Recipe


def test_content_counts_more_than_the_name(tmp_path, tiny_path):
    direction = Direction("Smile", torch.ones(4), (0,), -1, 1, "all", "pca")
    model, pack, project, recipe, picture = (tmp_path / name for name in ("a.png", "b", "c.json", "d.txt", "e.json"))
    model.write_bytes(tiny_path.read_bytes())
    save_pack(pack, DirectionPack("ab" * 32, (direction,)))
    write_project(project, Project(ModelReference("ab" * 32), Recipe()))
    recipe.write_bytes(b"  " + Recipe().to_json())
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    kinds = [kind_of(path) for path in (model, pack, project, recipe)]
    assert kinds == [Kind.MODEL, Kind.PACK, Kind.PROJECT, Kind.RECIPE]
    assert kind_of(picture) is Kind.RECIPE, "what nothing tells is what its name says"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.safetensors", b"", Kind.MODEL),
        ("a.safetensors", b"\x20\0\0\0\0\0\0\0{" + b" " * 40, Kind.MODEL),
        ("a.visagist", b'{"half', Kind.PROJECT),
        ("a.json", b"[]", Kind.RECIPE),
        ("a.jpg", b"\xff\xd8", Kind.PICTURE),
        ("a", b"{", Kind.PICTURE),
        ("a", b"\x80\x04K", Kind.MODEL),
        ("a.png", b"PK\x03\x04", Kind.MODEL),
        ("a.pkl", b"(lp0", Kind.MODEL),
        ("a.PT", b"\x89HDF", Kind.MODEL),
        ("a.csv", b"seed,Smile", Kind.LABELS),
    ],
)
def test_a_broken_file_is_what_its_name_says(tmp_path, name, content, kind):
    (tmp_path / name).write_bytes(content)
    assert kind_of(tmp_path / name) is kind


def test_an_archive_of_pictures_and_a_packed_store_are_data_sets(tmp_path):
    with zipfile.ZipFile(tmp_path / "faces", "w") as archive:
        archive.writestr("00000/img00000000.png", b"")
        archive.writestr("dataset.json", b"{}")
    torch.save({}, tmp_path / "net")
    (tmp_path / "set").mkdir()
    for name in ("dataset.json", "level-4.u8"):
        (tmp_path / "set" / name).touch()
    assert [kind_of(tmp_path / name) for name in ("faces", "net", "set")] == [Kind.DATASET, Kind.MODEL, Kind.DATASET]


def test_a_folder_with_one_project_in_it_stands_for_that_project(tmp_path):
    assert project_in(tmp_path) == tmp_path
    (tmp_path / "film.visagist").touch()
    assert project_in(tmp_path) == tmp_path / "film.visagist"
    (tmp_path / "other.visagist").touch()
    assert project_in(tmp_path) == tmp_path
    assert project_in(tmp_path / ("x" * 300)) == tmp_path / ("x" * 300)


def test_a_folder_and_a_file_that_is_not_there_are_told(tmp_path):
    with pytest.raises(VisagistError, match="this is a folder; open the files in it"):
        kind_of(tmp_path)
    with pytest.raises(VisagistError, match="it cannot be read"):
        kind_of(tmp_path / "nothing")
