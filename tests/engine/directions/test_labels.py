"""Tables of labels: what is read from them, and one sentence for each thing that can be wrong."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from engine.directions.columns import check_labels, survey
from engine.directions.labels import Labels, read_labels, write_labels
from engine.errors import VisagistError


@pytest.fixture
def table(tmp_path):
    """Writes lines of CSV to a file."""

    def write(*lines: str):
        path = tmp_path / "labels.csv"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


def test_content_tells_what_sort_of_attribute_a_column_is(table):
    labels = read_labels(
        table("latent,glasses,stars,yaw", "7,yes,1,-3.5", "18446744073709551615,no,5,", "9,,3,1e1", "10,YES,2,0.25")
    )
    assert labels.seeds == (7, 2**64 - 1, 9, 10)
    assert labels.names == ("glasses", "stars", "yaw")
    assert [labels.kind(name) for name in labels.names] == ["binary", "ordinal", "real"]
    np.testing.assert_array_equal(labels.values[:, 0], [1, 0, np.nan, 1])
    np.testing.assert_array_equal(labels.values[:, 2], [-3.5, np.nan, 10, 0.25])


def test_a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_read(table):
    labels = read_labels(table("\ufeffseed;smile", "1;0.5", "", "2;0.25"))
    assert (labels.seeds, labels.values.ravel().tolist()) == ((1, 2), [0.5, 0.25])


def test_a_spreadsheet_of_a_country_with_decimal_commas_is_read(table):
    labels = read_labels(table("Seed;Smile;Note;", "1;0,5;1;", "2;-1,25;2;"), ["Smile"])
    assert (labels.names, labels.values.ravel().tolist()) == (("Smile",), [0.5, -1.25])


def test_a_column_without_a_name_is_no_attribute(table):
    assert read_labels(table(",seed,smile,,", "0,5,1,,", "1,6,2,,")).names == ("smile",)


def test_a_survey_tells_of_every_column_what_it_is_good_for(table):
    rows = [f"{seed},{seed % 2},{seed % 5},{seed / 7},{seed},{seed},{seed}" for seed in range(40)]
    told = survey(table("seed,glasses,stars,yaw,eth_some,hair_r,x", *rows[:-1], "39,,,,,,"), "ab" * 32)
    assert (told.rows, [(one.name, one.labels, one.kind) for one in told.useful]) == (
        40,
        [
            ("glasses", 39, "binary"),
            ("stars", 39, "ordinal"),
            ("yaw", 39, "real"),
            ("hair_r", 39, "real"),
            ("x", 39, "real"),
        ],
    )
    assert [one.name for one in told.useful if not one.offered] == ["hair_r"]
    assert [one.title for one in told.columns] == ["Glasses", "Stars", "Yaw", "Eth some", "Hair r", "X"]
    assert survey(table("seed,style", "1,curly"), "ab" * 32).useful == ()
    with pytest.raises(VisagistError, match="tells nothing of its pictures"):
        survey(table("seed,psi", "1,0.7"), "ab" * 32)
    with pytest.raises(VisagistError, match="was made with another model"):
        survey(table("seed,model,smile", "1,cd,1"), "ab" * 32)


def test_words_are_no_hindrance_in_columns_that_are_not_learned(table):
    path = table("seed,style,age", "1,afro,30", "2,straight,40")
    assert read_labels(path, ["age"]).names == ("age",)
    with pytest.raises(VisagistError, match="'style' has 'afro', which is no number"):
        read_labels(path)


def test_a_table_that_was_written_reads_the_same(tmp_path):
    made = Labels((1, 5), ("age", "smile"), np.array([[30.5, np.nan], [41, 1e-3]]), np.array([0.7, np.nan]), "ab" * 32)
    write_labels(tmp_path / "t.csv", made)
    read = read_labels(tmp_path / "t.csv")
    assert (read.seeds, read.names, read.model) == (made.seeds, made.names, made.model)
    np.testing.assert_array_equal(read.values, made.values)
    np.testing.assert_array_equal(read.psi, made.psi)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("age,smile", "1,2"), "needs one column called 'seed' or 'latent' that names the pictures; it has age, smile"),
        (("seed,latent,smile", "1,1,2"), "it has both of them"),
        (("",), "it has nothing"),
        (("seed", "1"), "has no attribute beside its column 'seed'"),
        (("seed,a,a", "1,2,3"), "has two columns called 'a'"),
        (("seed,a", "1,2,3"), "has a row of 3 cells under 2 names: '1, ...'"),
        (("seed,a", "face.png,2"), "names the seed 'face.png', which no picture has"),
        (("seed,a", "-1,2"), "names the seed '-1'"),
        (("seed,a", "18446744073709551616,2"), "a whole number from 0 to 2\\^64 - 1"),
        (("seed,a", ",2"), "names the seed ''"),
        (("seed,a", "4,2", "5,2", "4,3"), "has seed 4 more than once"),
        (("seed,a", "4,nan"), "'a' has nan, which is no label; leave the cell of an unknown label empty"),
        (("seed,a", "4,-inf"), "'a' has -inf"),
        (("seed,a", "4,1e300"), "'a' has 1e300, which is no label"),
        (("seed,psi,a", "4,70,1"), "has psi 70; the psi of a picture is from -2 to 2"),
        (("Seed,LATENT,a", "1,1,2"), "it has both of them"),
        (("seed,model,a", "4,x,1", "5,y,1"), "has seeds of 2 models"),
        (("seed,a", '1,"' + "x" * 200_000 + '"'), "is not CSV"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(table, lines, sentence):
    with pytest.raises(VisagistError, match=sentence) as refused:
        read_labels(table(*lines))
    assert "\n" not in str(refused.value)
    assert "labels.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ([0, 1, 0, 1, 0], "the labels: 'a' has 5 labels; at least 20 are needed"),
        ([np.nan] * 30, "'a' has no label at all"),
        ([1.0] * 30, "'a' is 1 in every row"),
        ([1.0] * 30 + [0.0] * 4, "'a' is 0 in 4 rows only; at least 5 of each kind are needed"),
        ([1.0] * 30 + [0.0], "'a' is 0 in 1 row only"),
        ([0.0, 5e-324] * 20, "'a' is 0 in every row"),
    ],
)
def test_too_little_to_learn_from_says_how_much_is_needed(column, sentence):
    labels = Labels(tuple(range(len(column))), ("a",), np.array(column)[:, None], np.full(len(column), np.nan))
    with pytest.raises(VisagistError, match=sentence):
        check_labels(labels, "ab" * 32)


def test_labels_of_another_model_are_refused():
    labels = Labels(tuple(range(30)), ("a",), np.arange(30.0)[:, None], np.full(30, 0.7), "cd" * 32)
    with pytest.raises(VisagistError, match=r"was made with another model \(cdcdcdcdcdcd\) and the open model is abab"):
        check_labels(labels, "ab" * 32)


def test_an_unknown_attribute_is_answered_with_those_there_are(table):
    with pytest.raises(VisagistError, match="has no attribute 'beard'; it has age, smile"):
        read_labels(table("seed,age,smile", "1,2,3"), ["beard"])


def test_a_file_that_is_no_text_or_is_not_there_is_said_so(tmp_path):
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfe\x00s")
    with pytest.raises(VisagistError, match="is not text in UTF-8"):
        read_labels(tmp_path / "labels.csv")
    with pytest.raises(VisagistError, match="cannot be read"):
        read_labels(tmp_path / "none.csv")


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "labels.parquet").write_bytes(b"PAR1")
    with pytest.raises(VisagistError, match="needs pyarrow: install it"):
        read_labels(tmp_path / "labels.parquet")


def test_parquet_is_read_as_csv_is(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    seeds = pyarrow.array([3, 2**63 + 1], pyarrow.uint64())
    made = pyarrow.table({"seed": seeds, "smile": [0.25, None], "glasses": [True, False]})
    parquet.write_table(made, tmp_path / "labels.parquet")
    labels = read_labels(tmp_path / "labels.parquet")
    assert labels.seeds == (3, 2**63 + 1)
    np.testing.assert_array_equal(labels.values, [[0.25, 1], [np.nan, 0]])
    (tmp_path / "labels.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(VisagistError, match="cannot be read as parquet"):
        read_labels(tmp_path / "labels.parquet")
