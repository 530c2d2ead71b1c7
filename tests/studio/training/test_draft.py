"""A new run while it is thought out: settings that follow from what was chosen, and the command that begins it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.errors import VisagistError
from engine.training.config import changed, default_config
from engine.training.dataset import Facts
from engine.training.learning_on import Sizes
from studio.training.budget import budget_scale
from studio.training.data_sets import Store
from studio.training.draft import Draft, Start, folder_name, free_name, in_words, seconds_of

FACTS = Facts("faces", 600, 128, "00", label_names=("smile", "age"))
STORE = Store(Path("/sets/faces").absolute(), FACTS)


def as_the_command_reads(draft: Draft):
    """The config that `visagist train` makes of the draft's words."""
    words = draft.words(Path("/runs/one"))
    value = {key: words[words.index(key) + 1] for key in ("--architecture", "--side", "--preset")}
    given = {
        "architecture": value["--architecture"],
        "side": int(value["--side"]),
        "preset": value["--preset"],
    }
    settings = [words[at + 1] for at, word in enumerate(words) if word == "--set"]
    return changed(default_config(draft.store.folder, draft.store.facts, **given), settings)


@pytest.mark.parametrize(
    "draft",
    [
        Draft(STORE),
        Draft(STORE, architecture="progan", side=32, preset="overnight"),
        Draft(STORE, images=123_456).set("mirror", True).set("r1_gamma", 0.5).set("augment", "ada"),
        Draft(STORE, side=16).set("labels", True).set("seed", 7),
    ],
    ids=["as it is", "progan", "altered", "labels"],
)
def test_the_command_has_exactly_the_settings_of_the_draft(draft):
    assert as_the_command_reads(draft) == draft.config


def test_phases_that_were_typed_reach_the_command():
    draft = Draft(STORE, side=16)
    levels = tuple(replace(level, batch=4, stabilise=100) for level in draft.config.levels)
    draft = draft.set("levels", levels)
    assert as_the_command_reads(draft).levels == levels


def test_a_value_that_is_set_back_to_the_default_is_no_setting():
    draft = Draft(STORE).set("seed", 3).set("seed", 0)
    assert draft.settings == {}
    assert "--set" not in draft.words(Path("/runs/one"))


def test_another_size_forgets_phases_that_were_made_for_the_size_before():
    draft = Draft(STORE, side=16)
    draft = draft.set("levels", tuple(replace(level, batch=4) for level in draft.config.levels))
    other = draft.reshaped(side=32)
    assert [level.side for level in other.config.levels] == [8, 16, 32]
    assert other.config.levels[0].batch != 4


def test_a_smaller_data_set_takes_back_a_size_and_labels_that_it_has_not():
    draft = Draft(STORE, side=128).set("labels", True).set("mirror", True)
    small = Store(Path("/sets/small"), Facts("small", 100, 32, "11"))
    moved = draft.on(small)
    moved.check()
    assert moved.config.side == 32
    assert not moved.config.labels
    assert moved.config.mirror


def test_a_run_that_goes_on_from_a_model_has_its_size_and_names_its_file():
    sizes = Sizes("progan", (32, 32, 16, 8), 24, 24, 0, labels=False)
    start = Start(Path("/models/old.safetensors").absolute(), "old", sizes)
    draft = Draft(STORE).reshaped(start=start, architecture="progan", side=None)
    assert draft.sides == (32, 64, 128), "it can grow on"
    words = draft.words(Path("/runs/one"))
    assert words[words.index("--from") + 1] == str(start.path)
    assert "--set" not in words, "the command reads the model's sizes itself"
    assert (draft.config.architecture, draft.config.side, draft.config.z_dim) == ("progan", 32, 24)
    larger = draft.reshaped(side=64)
    larger.check()
    assert [level.side for level in larger.config.levels] == [32, 64]


def test_a_model_larger_than_the_pictures_cannot_be_gone_on_from():
    draft = Draft(STORE, side=256)
    with pytest.raises(VisagistError, match="have 128 pixels"):
        draft.check()


def test_the_time_of_a_plan_is_the_sum_over_its_phases():
    draft = Draft(STORE, side=16, images=3000)
    rates = {8: 100.0, 16: 10.0}
    at = {side: sum(p.ends - p.begins for p in draft.plan if p.side == side) for side in (8, 16)}
    assert seconds_of(draft.plan, rates) == pytest.approx(at[8] / 100 + at[16] / 10)
    assert seconds_of(draft.plan, {8: 100.0}) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (40, "about 40 s"),
        (600, "about 10 min"),
        (3 * 3600, "about 3 h"),
        (5400 + 1800, "about 2 h"),
        (2 * 86400, "about 2 days"),
    ],
)
def test_times_are_said_as_people_say_them(seconds, words):
    assert in_words(seconds) == words


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    day = date(2026, 1, 2)
    first = free_name(tmp_path, "fa/ces", 64, day)
    assert first == "fa-ces 64 px 2026-01-02"
    (tmp_path / first).mkdir()
    assert free_name(tmp_path, "fa/ces", 64, day) == f"{first} 2"


@pytest.mark.parametrize("name", ["", "..", " / ", "../.."])
def test_a_name_without_a_letter_is_no_folder(name):
    assert folder_name(name) == ""


@pytest.mark.parametrize("name", ["../x", "a/b", "C:\\x", "x" * 300])
def test_no_name_leads_out_of_the_folder_of_runs(name, tmp_path):
    made = tmp_path / folder_name(name)
    assert made.parent == tmp_path
    assert len(made.name) <= 60


@pytest.mark.parametrize(
    ("typed", "images"),
    [
        ("500", 500_000),
        ("3 h", 108_000),
        ("about 25 min", 15_000),
        ("2 million", 2_000_000),
        ("2 M", 2_000_000),
        ("30 m", 18_000),
        ("1.5 days", 1_296_000),
    ],
)
def test_a_budget_can_be_typed_as_a_time_or_as_pictures(typed, images):
    scale = budget_scale(44_000, each=0.1)
    assert 10 ** scale.read(typed) == pytest.approx(images, rel=2e-3)


@pytest.mark.parametrize("typed", ["soon", "3 weeks", "-4", "nan", "0"])
def test_a_budget_that_is_no_number_is_refused_in_a_sentence(typed):
    with pytest.raises(ValueError, match=r"neither|no unit|less"):
        budget_scale(44_000, each=0.1).read(typed)


def test_a_time_needs_a_machine_that_was_measured():
    with pytest.raises(ValueError, match="has not been measured"):
        budget_scale(44_000).read("3 h")


def test_what_a_budget_shows_can_be_typed_again():
    for each in (0.0, 0.02):
        scale = budget_scale(44_000, each)
        for power in (3.5, 5.0, 6.7):
            assert 10 ** scale.read(scale.text(power)) == pytest.approx(10**power, rel=0.2)
