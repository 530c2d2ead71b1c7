"""The Train workspace as a person uses it, over runs that are written while it looks on."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from engine.paths import runs_dir
from engine.training.following import Run
from engine.training.series import Series
from studio.training import words
from studio.training.sheet_view import ALONE, BESIDE, SPLIT
from tests.runs import WrittenRun
from tests.studio.conftest import settle


@pytest.fixture
def written(home):
    """A run in the runs folder that goes on, with two sheets."""
    made = WrittenRun(runs_dir() / "anna", time=time.time() - 60)
    made.hold()
    made.start()
    for images, side, shade in ((500, 4, 40), (1500, 8, 200)):
        made.tick(images)
        made.sheet(images, side, shade)
    yield made
    made.release()


@pytest.fixture
def train(empty_window, qtbot, written):
    """The workspace with that run on show."""
    empty_window.resize(1366, 768)
    empty_window.workspaces.show("train")
    page = empty_window.workspaces.train
    qtbot.waitUntil(lambda: page.run is not None and len(page.run.sheets) == 2)
    qtbot.waitUntil(lambda: page.samples.view.front is not None)
    return page


def shade(widget: QWidget, at: QPoint) -> int:
    return widget.grab().toImage().pixelColor(at).red()


def middle_of_a_tile(train) -> QPoint:
    """A place inside of the first tile."""
    view = train.samples.view
    image = view.grab().toImage()
    bright = [(x, y) for y in range(0, image.height(), 8) for x in range(0, image.width(), 8)
              if image.pixelColor(x, y).red() > 150]  # fmt: skip
    return QPoint(*bright[len(bright) // 2])


def test_the_latest_run_is_on_show_at_once(train):
    assert train.folder == runs_dir() / "anna"
    assert train.header.title.text() == "Growing to 8 px, 50 %"
    facts = train.header.facts.text()
    assert "1.5 k of 4 k pictures" in facts
    assert "100 img/s" in facts
    assert "about 1 min left" in facts
    assert train.header.coming.text() == "Next: 8 px on its own in 5 s"


def test_what_is_written_meanwhile_comes_by_itself(train, written, qtbot):
    written.tick(2500, real=5.0)
    written.put("note", 2500, level="warning", text="one step was taken back")
    written.sheet(2500, 8, 90)
    qtbot.waitUntil(lambda: train.run.images == 2500)
    qtbot.waitUntil(lambda: train.samples.view.front.sheet.images == 2500)
    assert train.header.title.text() == "Learning at 8 px"
    assert "One step was taken back" in train.live.notes.told.index(0).data()
    qtbot.waitUntil(lambda: "real</span> 5" in train.live.charts.contest.legend.text())


def test_a_run_that_nobody_trains_any_more_is_interrupted(train, written, qtbot):
    written.release()
    qtbot.waitUntil(lambda: train.header.title.text() == "Interrupted")


def test_the_slider_shows_the_same_latents_then(train, qtbot):
    at = middle_of_a_tile(train)
    assert shade(train.samples.view, at) == pytest.approx(200, abs=2)
    track = train.samples.past.track
    track.setFocus()
    qtbot.keyClick(track, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: train.samples.view.front.sheet.images == 500)
    assert shade(train.samples.view, at) == pytest.approx(40, abs=2)
    assert train.samples.view.accessibleDescription().startswith("4 px  ·  500 pictures")


def test_who_looks_at_the_past_stays_there_while_the_run_goes_on(train, written, qtbot):
    train.samples.past.track.move_to(0)
    written.tick(2500)
    written.sheet(2500)
    qtbot.waitUntil(lambda: len(train.run.sheets) == 3)
    assert train.samples.past.sheet.images == 500
    train.samples.past.track.move_to(2)
    written.tick(3000)
    written.sheet(3000)
    qtbot.waitUntil(lambda: train.samples.past.sheet.images == 3000)


def test_the_split_shows_then_and_now_in_every_tile(train, qtbot, drag):
    view = train.samples.view
    at = middle_of_a_tile(train)
    train.samples.past.track.move_to(0)
    qtbot.waitUntil(lambda: view.front.sheet.images == 500)
    qtbot.mouseClick(train.samples.past.modes.buttons[SPLIT], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.back is not None and view.back.sheet.images == 1500)
    drag.press(view, 2)
    assert shade(view, at) == pytest.approx(200, abs=2)
    drag.move(view, view.width() - 2)
    assert shade(view, at) == pytest.approx(40, abs=2)
    drag.release(view, view.width() - 2)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert shade(view, at) == pytest.approx(200, abs=2)


def test_side_by_side_shows_then_at_the_left(train, qtbot):
    view = train.samples.view
    train.samples.past.track.move_to(0)
    train.samples.show_mode(BESIDE)
    qtbot.waitUntil(lambda: view.front.sheet.images == 500 and view.back is not None)
    image = view.grab().toImage()
    row = [image.pixelColor(x, view.height() // 2).red() for x in range(view.width())]
    half = view.width() // 2
    assert 40 in row[:half]
    assert 200 not in row[:half]
    assert 200 in row[half:]


def test_one_click_opens_the_nearest_snapshot_in_explore(train, written, qtbot, empty_window, tiny_path):
    assert not train.samples.past.explore.isEnabled()
    for images in (600, 1400):
        shutil.copy(tiny_path, written.snapshot(images))
    qtbot.waitUntil(lambda: len(train.run.snapshots) == 2)
    train.samples.past.track.move_to(0)
    qtbot.mouseClick(train.samples.past.explore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty_window.document.model is not None)
    assert empty_window.workspaces.current == "explore"
    assert empty_window.session.model_path.name == "0000000600.safetensors"
    settle(qtbot, empty_window)


def test_a_snapshot_that_was_pruned_gives_way_to_the_next(train, written, qtbot, empty_window, tiny_path):
    for images in (600, 1400):
        shutil.copy(tiny_path, written.snapshot(images))
    (written.folder / "snapshots" / "0000001400.safetensors").unlink()
    qtbot.waitUntil(lambda: len(train.run.snapshots) == 2)
    train.open_in_explore()
    qtbot.waitUntil(lambda: empty_window.document.model is not None)
    assert empty_window.session.model_path.name == "0000000600.safetensors"
    settle(qtbot, empty_window)


def test_another_run_is_drawn_over_this_one(train, qtbot):
    other = WrittenRun(runs_dir() / "berta")
    other.start()
    other.tick(3000, real=9.0)
    other.sheet(1400, 8, 120)
    train.list_runs()
    qtbot.waitUntil(lambda: train.list.runs.rowCount() == 2)
    qtbot.mouseClick(train.samples.past.compare, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    action = next(action for action in menu.actions() if action.text() == "berta")
    action.trigger()
    menu.close()
    qtbot.waitUntil(lambda: train.other is not None and train.samples.view.back is not None)
    assert train.samples.view.mode == BESIDE
    assert train.samples.view.back.caption.startswith("berta")
    qtbot.waitUntil(lambda: train.live.charts.contest.lines["real"].other.isVisible())
    assert train.live.charts.contest.lines["real"].other.getData()[1].tolist() == [9.0]
    train.compare(None)
    assert train.samples.view.mode == ALONE
    qtbot.waitUntil(lambda: not train.live.charts.contest.lines["real"].other.isVisible())


def test_a_click_on_the_list_shows_another_run(train, qtbot):
    other = WrittenRun(runs_dir() / "berta")
    other.start()
    other.put("state", 0, state="finished", why="")
    train.list_runs()
    qtbot.waitUntil(lambda: train.list.runs.rowCount() == 2)
    rect = train.list.visualRect(train.list.runs.index(train.list.runs.row_of(other.folder)))
    qtbot.mouseClick(train.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.waitUntil(lambda: train.run is not None and train.run.folder == other.folder)
    assert train.header.title.text() == "Finished"
    assert train.samples.view.front is None


def test_a_run_in_the_list_shows_its_newest_face(train, written, qtbot):
    def shades() -> list[int]:
        return [one.face.pixelColor(20, 20).red() for one in train.list.runs.listed]

    qtbot.waitUntil(lambda: shades() == [200])
    for images in range(2000, 3600, 2):  # so many that the sheets lie further back than a glance goes
        written.tick(images)
    train.list_runs()
    qtbot.waitUntil(lambda: train.list.runs.listed[0].run.images == 3598)
    assert not train.list.runs.listed[0].run.sheets
    assert shades() == [200]


def test_zooming_one_chart_zooms_all_and_a_double_click_shows_all_again(train, written, qtbot, drag):
    for images in range(1600, 3600, 100):
        written.tick(images)
    qtbot.waitUntil(lambda: train.run.images == 3500)
    charts = train.live.charts
    charts.contest.zoomed.emit((1000.0, 2000.0))
    qtbot.waitUntil(lambda: charts.third.plot.getViewBox().viewRange()[0] == [1000.0, 2000.0])
    drag.double_click(charts.contest.plot.viewport(), 60, 30)
    qtbot.waitUntil(lambda: charts.distance.plot.getViewBox().viewRange()[0] == [0.0, 3500.0])


def test_the_third_chart_shows_what_is_chosen_and_remembers_it(train, qtbot, empty_window):
    charts = train.live.charts
    charts.choice.setCurrentIndex(charts.choice.findText("Memory"))
    qtbot.waitUntil(lambda: "1.0 GB" in charts.third.legend.text())
    again = type(charts)(empty_window.settings)
    assert again.choice.currentText() == "Memory"
    again.deleteLater()


def test_a_number_that_was_measured_once_is_seen_as_a_dot(train, written, qtbot):
    written.put("metric", 1200, swd={"8": 20.0}, swd_mean=20.0, ms_ssim=None, fid=None, kid=None, side=8, pictures=10)
    chart = train.live.charts.distance
    qtbot.waitUntil(lambda: "20" in chart.legend.text())
    qtbot.waitUntil(lambda: any(drawn.dot.isVisible() for drawn in chart.lines.values()))
    [before, *_] = [drawn.dot.getData() for drawn in chart.lines.values()]
    assert [before[0].tolist(), before[1].tolist()] == [[1200.0], [20.0]]
    written.put("metric", 1400, swd={"8": 10.0}, swd_mean=10.0, ms_ssim=None, fid=None, kid=None, side=8, pictures=10)
    qtbot.waitUntil(lambda: not any(drawn.dot.isVisible() for drawn in chart.lines.values()))


def test_numbers_that_are_missing_are_said_to_be(train):
    assert "not measured yet" in train.live.charts.distance.legend.text()


def test_the_growth_is_saved_as_a_moving_picture(train, tmp_path, qtbot, empty_window):
    said = []
    empty_window.messages.said.connect(lambda text, level: said.append(text))
    train.growth.save(tmp_path / "growth.webp")
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("Saved 2 pictures as growth.webp")
    with Image.open(tmp_path / "growth.webp") as picture:
        assert picture.n_frames == 2


def test_a_sheet_that_is_broken_leaves_the_one_before(train, written, qtbot):
    path = written.folder / "samples" / "0000002000.png"
    path.write_bytes(b"\x89PNG nothing")
    written.put("samples", 2000, file=f"samples/{path.name}", side=8, alpha=1.0, columns=4, rows=2)
    qtbot.waitUntil(lambda: len(train.run.sheets) == 3)
    qtbot.wait(100)
    assert train.samples.view.front.sheet.images == 1500


def test_a_folder_that_is_no_run_is_refused_in_a_sentence(train, tmp_path, empty_window):
    train.take_folder(tmp_path)
    assert "is no training run" in empty_window.canvas.toast.label.text()


def test_a_run_of_another_folder_is_remembered(train, tmp_path, qtbot, empty_window):
    far = WrittenRun(tmp_path / "far")
    far.start()
    train.take_folder(far.folder)
    qtbot.waitUntil(lambda: train.list.runs.row_of(far.folder) is not None)


def test_without_runs_the_page_says_what_it_is_for(empty_window, qtbot):
    empty_window.workspaces.show("train")
    live = empty_window.workspaces.train.live
    qtbot.waitUntil(lambda: "No runs yet" in live.nothing.text())
    assert live.nothing.isVisible()


def test_closing_the_window_ends_the_readers(train, empty_window):
    reader = train.reader
    empty_window.close()
    assert reader.isFinished()


def test_everything_the_keyboard_reaches_has_a_name(train):
    reached = [w for w in train.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert [w for w in reached if not (w.accessibleName() or getattr(w, "text", str)())] == []


@pytest.mark.parametrize(
    ("gap", "word"), [(9.0, "far ahead"), (3.0, "tells real from made well"), (1.0, "close"), (0.1, "hardly")]
)
def test_the_gap_is_told_in_words(gap, word, tmp_path):
    series = Series(np.array([500.0]), np.array([gap]))
    assert word in words.verdict(Run(tmp_path, series={"gap": series}))


@pytest.mark.parametrize("state", ["paused", "failed"])
def test_the_head_says_why_a_run_stands_still(tmp_path, state):
    run = Run(tmp_path, state=state, why="the disk is nearly full")
    assert words.facts(run)[0] == "the disk is nearly full"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12, "12 s"), (600, "10 min"), (5400, "1 h 30 min"), (40_000, "11 h"), (400_000, "5 days"), (-4, "0 s")],
)
def test_durations_are_told_as_people_tell_them(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (950, "950"), (1500, "1.5 k"), (2e6, "2 M"), (123456, "123 k")])
def test_numbers_of_pictures_are_short(count, text):
    assert words.pictures(count) == text
