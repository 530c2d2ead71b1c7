"""Labels: NVIDIA's file, tables and folders; what does not fit is told in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.job import finish
from engine.training.building.build import Request, build
from engine.training.building.report import Report
from engine.training.building.settings import Settings
from engine.training.dataset import Dataset
from tests.engine.training.building.pictures import drawn, fill

TABLE = "file,age,hair\n000.png,20,brown\n001.png,30,red\n002.png,40.5,brown\n003.png,25,red\n"


def built(source: Path, store: Path, **options: object) -> Report:
    return finish(build(Request(source, store, Settings(side=8), **options)))


def labelled(folder: Path, name: str, text: str, count: int = 4) -> Path:
    fill(folder, count)
    (folder / name).write_text(text, "utf-8")
    return folder


def rows(store: Path) -> list[list[float]]:
    dataset = Dataset(store)
    return dataset.labels(np.arange(len(dataset))).tolist()


def names(store: Path) -> tuple[str, ...]:
    return Dataset(store).facts.label_names


def test_numbers_of_a_table_stay_numbers_and_words_become_classes(tmp_path: Path) -> None:
    built(labelled(tmp_path / "a", "labels.csv", TABLE), tmp_path / "set")
    assert names(tmp_path / "set") == ("age", "hair=brown", "hair=red")
    assert rows(tmp_path / "set") == [[20, 1, 0], [30, 0, 1], [40.5, 1, 0], [25, 0, 1]]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_of_a_spreadsheet_is_read_too(tmp_path: Path, separator: str) -> None:
    text = "\ufeff" + TABLE.replace(",", separator).replace("\n", "\r\n").replace("red", '"red"')
    built(labelled(tmp_path / "a", "labels.csv", text), tmp_path / "set")
    assert rows(tmp_path / "set") == [[20, 1, 0], [30, 0, 1], [40.5, 1, 0], [25, 0, 1]]


def test_lists_of_the_field_s_own_form_are_taken_as_they_stand(tmp_path: Path) -> None:
    told = {"labels": [[f"{number:03d}.png", [number, 0.5 * number**2]] for number in range(4)]}
    built(labelled(tmp_path / "a", "dataset.json", json.dumps(told)), tmp_path / "set")
    assert rows(tmp_path / "set") == [[0, 0], [1, 0.5], [2, 2], [3, 4.5]]
    assert names(tmp_path / "set") == ("label 0", "label 1")


def test_class_numbers_of_the_field_s_own_form_become_one_hot(tmp_path: Path) -> None:
    told = {"labels": [["000.png", 0], ["001.png", 2], ["002.png", 1], ["003.png", 2]], "names": ["cat", "dog", "owl"]}
    text = json.dumps(told | {"title": "Pets", "licence": "CC0", "camera": {"ignored": True}})
    built(labelled(tmp_path / "a", "dataset.json", text), tmp_path / "set")
    assert rows(tmp_path / "set") == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]]
    facts = Dataset(tmp_path / "set").facts
    assert (facts.label_names, facts.title, facts.licence) == (("cat", "dog", "owl"), "Pets", "CC0")


@pytest.mark.parametrize("text", ['{"labels": null}', '{"labels": []}', "{}"])
def test_a_file_without_labels_is_no_fault(tmp_path: Path, text: str) -> None:
    assert built(labelled(tmp_path / "a", "dataset.json", text), tmp_path / "set").label_names == ()


def test_folders_become_classes_when_asked(tmp_path: Path) -> None:
    fill(tmp_path / "a" / "cat", 2)
    fill(tmp_path / "a" / "dog" / "young", 1)
    drawn(9).save(tmp_path / "a" / "stray.png")
    report = built(tmp_path / "a", tmp_path / "set", labels="folders")
    assert names(tmp_path / "set") == ("cat", "dog")
    assert rows(tmp_path / "set") == [[1, 0], [1, 0], [0, 1]]
    assert [(one.name, one.why) for one in report.left_out] == [
        ("stray.png", "its folder has no complete labels for it")
    ]
    assert built(tmp_path / "a", tmp_path / "plain").label_names == ()


def test_a_table_beside_the_pictures_or_elsewhere_is_found_by_the_names_in_it(tmp_path: Path) -> None:
    deep = fill(tmp_path / "a" / "img", 4)
    (tmp_path / "a" / "labels.csv").write_text(TABLE)
    built(tmp_path / "a", tmp_path / "beside")
    (deep.parent / "labels.csv").rename(tmp_path / "elsewhere.csv")
    built(tmp_path / "a", tmp_path / "named", labels=str(tmp_path / "elsewhere.csv"))
    (tmp_path / "elsewhere.csv").rename(deep / "labels.csv")
    built(tmp_path / "a", tmp_path / "within")
    assert rows(tmp_path / "beside") == rows(tmp_path / "named") == rows(tmp_path / "within")
    assert built(tmp_path / "a", tmp_path / "none", labels="none").label_names == ()


def test_pictures_without_labels_are_left_out_and_the_others_packed(tmp_path: Path) -> None:
    text = TABLE.replace("25,red", "25,").replace("001.png,30,red\n", "")
    report = built(labelled(tmp_path / "a", "labels.csv", text, 6), tmp_path / "set")
    assert {one.name for one in report.left_out} == {"001.png", "003.png", "004.png", "005.png"}
    assert {one.why for one in report.left_out} == {"labels.csv has no complete labels for it"}
    assert "labels.csv has complete labels for 2 of 6 pictures; the others are left out" in report.notes
    assert rows(tmp_path / "set") == [[20], [40.5]], "brown is the only hair that is left"


def test_one_class_is_no_label(tmp_path: Path) -> None:
    text = TABLE.replace("red", "brown")
    report = built(labelled(tmp_path / "a", "labels.csv", text), tmp_path / "set")
    assert report.label_names == ("age",)
    assert "every picture has the same label hair=brown, so it is left out" in report.notes
    told = json.dumps({"labels": [[f"{number:03d}.png", 0] for number in range(4)]})
    report = built(labelled(tmp_path / "b", "dataset.json", told), tmp_path / "one")
    assert report.label_names == ()
    assert report.pictures == 4
    assert "every picture has the same label class 0, so it is left out" in report.notes


def test_a_column_of_names_is_no_class(tmp_path: Path) -> None:
    text = "file,age,who\n" + "".join(f"{number:03d}.png,{number},person {number}\n" for number in range(8))
    report = built(labelled(tmp_path / "a", "labels.csv", text, 8), tmp_path / "set")
    assert report.label_names == ("age",)
    assert "the column 'who' of labels.csv has 8 different words, so it is left out" in report.notes


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("labels.csv", "", "has one column|is not a table"),
        ("labels.csv", "file,age\n", "has no rows; it needs a line of titles"),
        ("labels.csv", "file\n000.png\n", "has one column"),
        ("labels.csv", "file,age\n000.png,1,2\n", "has a row 2 of another length"),
        ("labels.csv", "file,age,age\n000.png,1,2\n", "has 'age' twice"),
        ("labels.csv", 'file,age\n"000.png,1\n', "is not a table in UTF-8"),
        ("labels.csv", "file,age\n000.png,1e99\n001.png,2\n", "infinite or too large"),
        (
            "labels.csv",
            "file,age\nzebra.png,1\n",
            "for 'zebra.png' but for none of the pictures, like '000.png'",
        ),
        ("dataset.json", "{", r"dataset\.json cannot be read"),
        ("dataset.json", '{"labels": [["000.png", "red"]]}', r"dataset\.json cannot be read"),
        ("dataset.json", '{"labels": [["000.png", [1]], ["001.png", [1, 2]]]}', "labels of 1 and of 2 numbers"),
        ("dataset.json", '{"labels": [["000.png", []]]}', "labels without a number"),
        ("dataset.json", '{"labels": [["000.png", -1]]}', "classes are numbers from 0 to 255"),
        ("dataset.json", '{"labels": [["000.png", 1e39], ["001.png", 2]]}', "infinite or too large"),
        ("dataset.json", '{"labels": [["000.png", [1, 2]]], "names": ["a"]}', "names 1 labels and has 2"),
        ("dataset.json", '{"labels": [["000.png", [1]]], "mirror_negates": ["a"]}', "no label 'a' to turn in a mirror"),
        ("dataset.json", "[" * 100_000, r"dataset\.json cannot be read"),
    ],
)
def test_labels_that_cannot_be_are_told_in_a_sentence(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    with pytest.raises(VisagistError, match=wanted) as raised:
        built(labelled(tmp_path / "a", name, text), tmp_path / "set")
    assert "\n" not in str(raised.value)


def test_choices_of_labels_that_cannot_be_are_told_in_a_sentence(tmp_path: Path) -> None:
    source = fill(tmp_path / "a", 2)
    with pytest.raises(VisagistError, match="no picture lies in a folder of its class"):
        built(source, tmp_path / "set", labels="folders")
    with pytest.raises(VisagistError, match=r"nowhere\.csv cannot be read"):
        built(source, tmp_path / "set", labels=str(tmp_path / "nowhere.csv"))
    with pytest.raises(VisagistError, match="no label 'yaw' to turn in a mirror; there are: none"):
        built(source, tmp_path / "set", mirror_negates=("yaw",))
