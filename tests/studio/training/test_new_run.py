"""The page for a new run, by mouse and keyboard: what is chosen becomes the command that begins it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from engine.job import Progress
from engine.paths import datasets_dir, runs_dir
from engine.training.config import read_config, write_config
from studio.track import Track
from studio.training import probe as probing
from studio.training.new_run import NewRunPage
from tests.studio.training.steered import make_run, make_snapshot, make_store


@pytest.fixture
def page(qtbot, training) -> NewRunPage:
    """The page, without a data set, on a machine that nobody measures."""
    made = NewRunPage(training)
    made.probe.timer.setInterval(2**30)
    made.resize(1150, 720)
    qtbot.addWidget(made)
    made.show()
    made.begin(None)
    return made


@pytest.fixture
def labelled(tmp_path) -> Path:
    """A data set with labels."""
    return make_store(tmp_path / "labelled", labels=("smile", "age"))


@pytest.fixture
def ready(qtbot, page, store) -> NewRunPage:
    """The page with a data set."""
    return choose(qtbot, page, store)


def choose(qtbot, page, folder: Path) -> NewRunPage:
    """A packed data set, wherever it lies."""
    page.form.data.take(folder)
    qtbot.waitUntil(lambda: page.form.draft is not None and page.form.draft.store.folder == folder)
    return page


def press(qtbot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def words_of(page: NewRunPage) -> list[str]:
    return page.form.draft.words(runs_dir() / "one")


def value_of(words: list[str], key: str) -> str:
    return words[words.index(key) + 1]


def settings_of(page: NewRunPage) -> set[str]:
    words = words_of(page)
    return {words[at + 1] for at, word in enumerate(words) if word == "--set"}


def type_into(qtbot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_without_a_data_set_the_page_says_what_to_do_and_nothing_can_start(qtbot, page):
    qtbot.waitUntil(lambda: "add pictures of your own" in page.sheet.sentence)
    assert not page.go.isEnabled()
    assert not page.form.rest.isEnabled()
    assert page.form.data.add.isEnabled()


def test_a_data_set_shows_its_pictures_its_facts_and_a_name_for_the_run(qtbot, ready):
    qtbot.waitUntil(lambda: not ready.sheet.image.isNull())
    assert ready.sheet.image.width() == 8 * 32, "eight pictures side by side"
    assert ready.facts.text() == "40 pictures of 32 px · CC0 1.0"
    assert ready.form.name.text().startswith("store 32 px ")
    assert str(runs_dir()) in ready.form.name_row.sentence.text()
    assert ready.go.isEnabled()
    assert "Only 40 pictures" in ready.form.options_row.sentence.text()


def test_start_begins_the_run_remembers_the_data_set_and_leaves_the_page(qtbot, ready, commands, training, store):
    folder = runs_dir() / ready.form.name.text()
    left = []
    ready.left.connect(lambda: left.append(True))
    with qtbot.waitSignal(training.started) as told:
        press(qtbot, ready.go)
    assert told.args == [folder]
    assert left == [True]
    assert commands == [ready.form.draft.words(folder)]
    assert value_of(commands[0], "-o") == str(folder)
    assert ready.form.data.remembered() == [store]


def test_network_size_and_length_are_told_to_the_command(qtbot, ready):
    form = ready.form
    press(qtbot, form.architecture.buttons["progan"])
    assert "without styles" in form.network_row.sentence.text()
    assert [form.side.itemText(index) for index in range(form.side.count())] == ["8 px", "16 px", "32 px"]
    form.side.setFocus()
    qtbot.keyClick(form.side, Qt.Key.Key_Up)
    press(qtbot, form.preset.buttons["overnight"])
    words = words_of(ready)
    assert value_of(words, "--architecture") == "progan"
    assert value_of(words, "--side") == "16"
    assert value_of(words, "--preset") == "overnight"
    assert [phase.side for phase in ready.growth.run.plan if phase.kind == "stabilise"] == [8, 16]


def test_the_time_slider_shows_more_pictures_and_a_double_click_comes_back(qtbot, ready):
    form = ready.form
    usual = form.draft.config.images
    form.budget.track.setFocus()
    for _ in range(6):
        qtbot.keyClick(form.budget.track, Qt.Key.Key_Right)
    assert form.draft.config.images == pytest.approx(2 * usual, rel=0.02)
    assert form.draft.config.images == sum(level.fade + level.stabilise for level in form.draft.config.levels)
    form.budget.reset()
    assert form.draft.config.images == pytest.approx(usual, rel=0.005)


def test_options_become_settings_and_labels_need_labels(qtbot, page, store, labelled):
    choose(qtbot, page, store)
    form = page.form
    assert not form.labels.isEnabled()
    press(qtbot, form.mirror)
    press(qtbot, form.augment)
    assert settings_of(page) == {"mirror=true", 'augment="ada"'}
    choose(qtbot, page, labelled)
    assert form.mirror.isChecked(), "what was chosen stays with another data set"
    press(qtbot, form.labels)
    press(qtbot, form.mirror)
    assert settings_of(page) == {"labels=true", 'augment="ada"'}
    assert "2 labels" in page.facts.text()


def test_numbers_are_typed_checked_and_shown_again_when_they_cannot_be(qtbot, ready, place):
    advanced = ready.form.advanced
    ready.form.fold.set_folded(False)
    type_into(qtbot, advanced.fields["seed"], "7")
    type_into(qtbot, advanced.fields["r1_gamma"], "0.5")
    assert settings_of(ready) == {"seed=7", "r1_gamma=0.5"}
    type_into(qtbot, advanced.fields["r1_gamma"], "auto")
    assert settings_of(ready) == {"seed=7"}
    type_into(qtbot, advanced.fields["mixing"], "lots")
    assert place.said[-1] == "Mixing: 'lots' is not a number that fits"
    type_into(qtbot, advanced.fields["mixing"], "3")
    assert "must lie between 0 and 1" in place.said[-1]
    assert advanced.fields["mixing"].text() == "0.9"
    assert settings_of(ready) == {"seed=7"}
    assert advanced.rows["gp_weight"].isHidden(), "style-based networks have no such penalty"


def test_phases_of_growing_can_be_typed(qtbot, ready, place):
    ready.form.fold.set_folded(False)
    table = ready.form.advanced.levels
    table.item(1, 3).setText("4")
    assert ready.form.draft.config.levels[1].batch == 4
    table.item(1, 1).setText("many")
    assert "Fade in: 'many' is not a number that fits" in place.said
    table.item(1, 3).setText("0")
    assert "batch" in place.said[-1]
    assert table.item(1, 3).text() == "4"
    assert any(setting.startswith("levels=[") for setting in settings_of(ready))


def test_a_name_that_is_taken_or_empty_cannot_start(qtbot, ready, store):
    make_run(runs_dir() / "taken", store).release()
    for name, sentence in (("taken", "already"), ("..", "at least one letter"), ("free", "free")):
        ready.form.name.selectAll()
        qtbot.keyClicks(ready.form.name, name)
        assert sentence in ready.form.name_row.sentence.text()
        assert ready.go.isEnabled() == (name == "free")
    press(qtbot, ready.form.preset.buttons["long"])
    assert ready.form.name.text() == "free", "a name that was typed stays"


def test_a_snapshot_brings_its_network_its_size_and_the_data_set_of_its_run(qtbot, page, store):
    run = make_run(runs_dir() / "one", store)
    run.release()
    write_config(run.config, replace(read_config(run.config), mirror=True, gp_weight=5.0))
    snapshot = run.file("snapshots", 500, ".safetensors")
    make_snapshot(snapshot, store)
    page.begin(snapshot)
    qtbot.waitUntil(lambda: page.form.draft is not None)
    words = words_of(page)
    assert value_of(words, "--from") == str(snapshot)
    assert value_of(words, "--architecture") == "progan"
    assert value_of(words, "--side") == "16"
    assert value_of(words, "train") == str(store)
    assert page.form.start.text() == "one · 0.5 kimg"
    assert settings_of(page) == {"mirror=true", "gp_weight=5.0"}
    assert page.form.mirror.isChecked()
    assert not page.form.architecture.isEnabled()
    press(qtbot, page.form.from_nothing)
    assert "--from" not in words_of(page)
    assert page.form.architecture.isEnabled()


def test_a_model_that_cannot_be_trained_on_is_refused_in_a_sentence(qtbot, page, tiny_path, place):
    page.begin(tiny_path)
    qtbot.waitUntil(lambda: any("can learn on here" in text for text in place.said))
    assert page.form.origin is None


def test_a_model_larger_than_the_pictures_is_refused_in_a_sentence(qtbot, page, store, tmp_path, place):
    large = tmp_path / "large.safetensors"
    make_snapshot(large, make_store(tmp_path / "other", side=64), side=64, architecture="style")
    page.begin(large)
    qtbot.waitUntil(lambda: page.form.origin is not None)
    page.form.data.take(store)
    qtbot.waitUntil(lambda: any("32 pixels" in text for text in place.said))
    assert not page.go.isEnabled()


def test_a_model_that_is_too_large_for_the_chosen_pictures_is_never_left_out_in_silence(
    qtbot, ready, store, tmp_path, place
):
    other = make_store(tmp_path / "other", side=64)
    large = tmp_path / "large.safetensors"
    make_snapshot(large, other, side=64, architecture="style")
    ready.begin(large)
    qtbot.waitUntil(lambda: any("32 pixels" in text for text in place.said))
    assert not ready.go.isEnabled(), "it would begin from nothing"
    choose(qtbot, ready, other)
    assert value_of(words_of(ready), "--from") == str(large)
    ready.form.data.take(store)
    qtbot.waitUntil(lambda: ready.form.draft is None)
    press(qtbot, ready.form.from_nothing)
    assert ready.form.draft.store.folder == store
    assert "--from" not in words_of(ready)


def pictures_in(folder: Path, count: int = 20) -> Path:
    """A folder of pictures, one of them cut short."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    for number in range(count):
        Image.fromarray(random.integers(0, 255, (40, 50, 3), np.uint8)).save(folder / f"{number:02d}.png")
    whole = (folder / "00.png").read_bytes()
    (folder / "broken.png").write_bytes(whole[: len(whole) // 2])
    return folder


def test_a_folder_of_pictures_is_packed_first_and_bad_files_are_listed(qtbot, page, tmp_path, place):
    data = page.form.data
    data.take(pictures_in(tmp_path / "cats"))
    assert data.packing.isVisible()
    assert data.packing.name.text() == "cats"
    data.packing.side.setCurrentText("32 px")
    press(qtbot, data.packing.crop.buttons["top"])
    press(qtbot, data.packing.go)
    qtbot.waitUntil(lambda: page.form.draft is not None)
    store = page.form.draft.store
    assert store.folder.parent == datasets_dir()
    assert (store.title, store.facts.count, store.facts.side) == ("cats", 20, 32)
    assert data.left_out.heading.text() == "1 picture was left out"
    assert data.left_out.list.item(0).text().startswith("broken.png: ")
    assert not data.packing.isVisible()
    assert not data.line.isVisible()


def test_packing_can_be_stopped_and_gone_on_with(qtbot, page, tmp_path):
    data = page.form.data
    data.take(pictures_in(tmp_path / "cats", count=60))
    data.packing.side.setCurrentText("32 px")
    press(qtbot, data.packing.go)
    assert not data.packing.isEnabled()
    press(qtbot, data.line.cancel)
    assert data.packing.isEnabled()
    assert page.form.draft is None
    qtbot.waitUntil(lambda: not page.jobs.running)
    press(qtbot, data.packing.go)
    qtbot.waitUntil(lambda: page.form.draft is not None)
    assert page.form.draft.store.facts.count == 60
    assert len(list(datasets_dir().iterdir())) == 1


def test_a_folder_without_pictures_is_refused_in_a_sentence(qtbot, page, tmp_path, place):
    (tmp_path / "empty").mkdir()
    page.form.data.take(tmp_path / "empty")
    press(qtbot, page.form.data.packing.go)
    qtbot.waitUntil(lambda: any("empty" in text for text in place.said))
    assert page.form.data.packing.isVisible(), "another try is one click"
    assert page.form.data.packing.isEnabled()


def test_rendered_faces_become_a_data_set_with_their_labels(qtbot, page, monkeypatch):
    asked = []

    def render(output, count, side, seed=0, **more):
        yield Progress(0, count, "drawing faces")
        asked.append((count, side))
        pictures_in(output)
        (output / "broken.png").unlink()
        rows = [[f"{number:02d}.png", [number / 20]] for number in range(20)]
        (output / "dataset.json").write_text(json.dumps({"labels": rows, "names": ["smile"]}))

    monkeypatch.setattr("engine.training.faces.writing.render_faces", render)
    data = page.form.data
    data.offer_faces()
    data.faces.count.setValue(200)
    data.faces.side.setCurrentText("32 px")
    press(qtbot, data.faces.go)
    qtbot.waitUntil(lambda: page.form.draft is not None)
    assert asked == [(200, 32)]
    assert page.form.draft.store.facts.label_names == ("smile",)
    assert page.form.draft.store.title == "Rendered faces 200"
    assert page.form.labels.isEnabled()


def measured_by(monkeypatch, script: str) -> None:
    """The probe's process says what a script says."""
    monkeypatch.setattr(probing, "program", lambda: [sys.executable, "-c", script])


def test_the_time_is_told_when_the_machine_was_measured(qtbot, page, store, monkeypatch):
    measured_by(monkeypatch, 'for side in (8, 16, 32): print(\'{"side":%d,"rate":10.0}\' % side)')
    page.probe.timer.setInterval(1)
    choose(qtbot, page, store)
    assert "measuring this machine" in page.outcome.text()
    qtbot.waitUntil(lambda: "on this machine" in page.outcome.text() and "measuring" not in page.outcome.text())
    seconds = page.form.draft.config.images / 10
    assert f"about {seconds / 60:.0f} min on this machine" in page.outcome.text()
    assert page.form.budget.box.text() == f"{seconds / 60:.0f} min"
    page.form.budget.take("30 min")
    assert page.form.draft.config.images == pytest.approx(30 * 60 * 10, rel=0.01)
    assert "about 30 min" in page.outcome.text()


def test_a_machine_that_cannot_be_measured_is_no_hindrance(qtbot, page, store, monkeypatch, caplog):
    measured_by(monkeypatch, "raise SystemExit('no memory')")
    page.probe.timer.setInterval(1)
    choose(qtbot, page, store)
    qtbot.waitUntil(lambda: "how long is not known" in page.outcome.text())
    assert "no memory" in caplog.text
    assert page.go.isEnabled()


def test_leaving_the_page_ends_the_measuring(qtbot, page, store, monkeypatch):
    measured_by(monkeypatch, "import time; time.sleep(60)")
    page.probe.timer.setInterval(1)
    choose(qtbot, page, store)
    qtbot.waitUntil(lambda: page.probe.process is not None and page.probe.process.processId() > 0)
    page.hide()
    assert page.probe.process is None


def test_escape_leaves_and_control_return_starts(qtbot, ready, commands, training):
    with qtbot.waitSignal(ready.left):
        qtbot.keyClick(ready, Qt.Key.Key_Escape)
    with qtbot.waitSignal(training.started):
        qtbot.keyClick(ready.form.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_every_field_has_a_name_for_screen_readers_and_a_hint(ready):
    ready.form.fold.set_folded(False)
    fields = [*ready.findChildren(QComboBox), *ready.findChildren(QAbstractButton), *ready.findChildren(Track)]
    fields += [field for field in ready.findChildren(QLineEdit) if not isinstance(field.parent(), QComboBox | Track)]
    nameless = [field for field in fields if field.isVisible() and not spoken(field)]
    assert nameless == []
    hintless = [spoken(one) for one in fields if one.isVisible() and not hinted(one) and one.objectName() != "qt_"]
    assert hintless == []


def spoken(field: QWidget) -> str:
    """What a screen reader calls it."""
    told = QAccessible.queryAccessibleInterface(field)
    return told.text(QAccessible.Text.Name) or field.accessibleName()


def hinted(field: QWidget | None) -> bool:
    """Whether it, or what it stands in, has a tooltip."""
    while field is not None and not isinstance(field, NewRunPage):
        if field.toolTip():
            return True
        field = field.parentWidget()
    return False
