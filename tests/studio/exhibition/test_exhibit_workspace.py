"""The Exhibit workspace by hand: scenes, screen, visitors, hours; all undoable; start, rehearse, stop."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from engine.project import Star
from engine.quiz.setup import Setup
from engine.recipe import Recipe, SeedLatent
from engine.show.pin import opens
from engine.show.scenes import BreathingScene, StrangersScene, TrainingScene, WalkScene
from engine.show.values import Connections, Hours, Screen, Show, Visitors
from studio.exhibition import awake
from studio.exhibition.fields import Fields
from studio.exhibition.scene_list import duration
from studio.main_window import MainWindow
from tests.clock import Clock
from tests.runs import WrittenRun

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_screen_saver(monkeypatch, qapp):
    # windows of earlier tests go when an event loop runs, which few tests here need
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    monkeypatch.setattr(awake, "ways_of", lambda platform: {})
    monkeypatch.setattr(awake.log, "warning", lambda *words: None)


@pytest.fixture
def page(empty_window):
    empty_window.workspaces.show("exhibit")
    return empty_window.workspaces.exhibit


@pytest.fixture
def live(window):
    """With the small model open."""
    window.workspaces.show("exhibit")
    yield window.workspaces.exhibit
    window.workspaces.exhibit.stop()


def show_of(page) -> Show:
    return page.main.document.board.show


def undo(page) -> None:
    page.main.document.stack.undo()


def settle(page) -> None:
    page.main.document.rest()


def type_into(qtbot, line, text: str) -> None:
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, KEY.Key_Return)


# scenes


def test_f8_shows_it_and_its_menu(empty_window: MainWindow, qtbot):
    menus = {action.text(): action for action in empty_window.top_bar.menus.actions()}
    assert not menus["Show"].isVisible()
    qtbot.keyClick(empty_window, KEY.Key_F8)
    assert empty_window.workspaces.current == "exhibit"
    assert menus["Show"].isVisible()
    assert empty_window.actions_by_id["undo"].isVisible()
    assert not empty_window.actions_by_id["random"].isVisible()


def test_scenes_are_added_chosen_named_and_removed_and_each_is_one_step_of_undo(page, qtbot):
    page.scenes.add_kind(StrangersScene)
    page.scenes.add_kind(WalkScene)
    page.scenes.add_kind(WalkScene)
    assert [scene.name for scene in show_of(page).scenes] == ["Strangers", "Walk", "Walk 2"]
    assert page.scene.name.text() == "Walk 2"
    page.scenes.list.setCurrentRow(1)
    assert page.scene.name.text() == "Walk"
    type_into(qtbot, page.scene.name, "The regulars")
    assert show_of(page).scenes[1].name == "The regulars"
    qtbot.keyClick(page.scenes.list, KEY.Key_Delete)
    assert [scene.name for scene in show_of(page).scenes] == ["Strangers", "Walk 2"]
    undo(page)
    undo(page)
    assert [scene.name for scene in show_of(page).scenes] == ["Strangers", "Walk", "Walk 2"]
    for _ in range(3):
        undo(page)
    assert show_of(page) is None
    assert page.scenes.list.count() == 0
    assert page.scenes.total.text() == "Strangers, for ever"


def test_two_scenes_of_one_name_are_refused_in_a_sentence(page, qtbot):
    page.scenes.add_kind(StrangersScene)
    page.scenes.add_kind(WalkScene)
    with qtbot.waitSignal(page.messages.said) as said:
        type_into(qtbot, page.scene.name, "Strangers")
    assert "Two scenes have the name" in said.args[0]
    assert page.scene.name.text() == "Walk"


def test_a_scene_plays_earlier_when_it_is_dragged_up_or_moved_with_alt(page, qtbot):
    for kind in (StrangersScene, WalkScene, BreathingScene):
        page.scenes.add_kind(kind)
    model = page.scenes.list.model()
    assert model.moveRows(page.scenes.list.rootIndex(), 2, 1, page.scenes.list.rootIndex(), 0)  # what a drop comes to
    assert [scene.name for scene in show_of(page).scenes] == ["Breathing", "Strangers", "Walk"]
    assert page.scenes.list.item(0).text() == "Breathing"
    qtbot.keyClick(page.scenes.list, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [scene.name for scene in show_of(page).scenes] == ["Strangers", "Breathing", "Walk"]
    assert page.scenes.list.currentRow() == 1


def test_dragging_the_duration_is_one_step_of_undo(page):
    page.scenes.add_kind(StrangersScene)
    for value in (130, 140, 150):
        page.scene.duration.track.move_to(value)
    page.scene.duration.track.rested.emit()
    assert show_of(page).scenes[0].duration == 150
    assert page.scenes.total.text() == "2:30 min in all"
    undo(page)
    assert show_of(page).scenes[0].duration == 120
    assert page.scene.duration.value == 120


def test_each_kind_of_scene_shows_what_it_has(page, qtbot):
    page.scenes.add_kind(StrangersScene)
    assert page.scene.radius.isVisible()
    assert not page.scene.faces.isVisible()
    page.scenes.add_kind(WalkScene)
    assert page.scene.faces.isVisible()
    assert page.scene.tag.isVisible()
    assert not page.scene.radius.isVisible()
    qtbot.mouseClick(page.scene.faces.buttons["presets"], LEFT)
    assert show_of(page).scenes[1].faces == "presets"
    assert not page.scene.tag.isVisible()
    page.scenes.add_kind(BreathingScene)
    assert page.scene.breaths.isVisible()
    assert not page.scene.hold.isVisible()


def test_a_scene_shows_how_a_run_learned(page, tmp_path):
    run = WrittenRun(tmp_path / "night")
    run.start()
    page.scenes.add_run(run.folder)
    scene = show_of(page).scenes[0]
    assert isinstance(scene, TrainingScene)
    assert (scene.name, scene.run) == ("night", str(run.folder))
    assert page.scene.run.text() == "night"
    assert page.scene.psi.isVisible()


def test_a_direction_breathes_and_no_longer(live):
    live.scenes.add_kind(BreathingScene)
    from engine.recipe import DirectionAmount
    from engine.show.scenes import Breath

    breath = Breath("direction/Smile", -1, 1, DirectionAmount("Smile", "a", 0.0, (0,)))
    live.scene.toggle_breath(breath, True)
    assert show_of(live).scenes[0].breaths == (breath,)
    assert "Smile" in live.scene.breath_row.sentence.text()
    live.scene.toggle_breath(breath, False)
    assert show_of(live).scenes[0].breaths == ()


def test_a_scene_keeps_the_open_model_or_takes_the_projects_own(live):
    live.scenes.add_kind(StrangersScene)
    combo = live.scene.model
    assert combo.itemText(0) == "the project's own"
    combo.activated.emit(1)
    model = live.main.document.model
    assert show_of(live).scenes[0].model == model.hash
    kept = show_of(live).models[0]
    assert (kept.hash, kept.path) == (model.hash, str(live.session.model_path))
    assert combo.currentText() == model.title
    combo.activated.emit(0)
    assert show_of(live).scenes[0].model == ""
    undo(live)
    assert combo.currentText() == model.title


# screen, visitors, hours


def test_the_preview_lies_as_the_screen_says(live, qtbot, monkeypatch):
    monkeypatch.setattr("studio.exhibition.workspace.choose", lambda *told: None)  # a preview of 16 : 9
    live.show_where()
    live.settings_pages.show_page("screen")
    wall = live.preview.wall
    qtbot.waitUntil(lambda: not wall.now.isNull())

    def left() -> QColor:
        return QColor(wall.grab().toImage().pixelColor(2, wall.height() // 2))

    assert left() == QColor("black")
    qtbot.mouseClick(live.screen_page.fit.buttons["crop"], LEFT)
    assert show_of(live).screen.fit == "crop"
    assert left() != QColor("black")
    qtbot.mouseClick(live.screen_page.rotation.buttons["90"], LEFT)
    assert show_of(live).screen == Screen(rotation=90, fit="crop")
    assert wall.look == show_of(live).screen
    undo(live)
    undo(live)
    assert left() == QColor("black")


def test_soft_edges_tiles_and_gamma_are_set_by_sliders(page):
    page.screen_page.edges[2].track.move_to(0.2)
    settle(page)
    page.screen_page.columns.track.move_to(3)
    settle(page)
    page.screen_page.gamma.track.move_to(1.4)
    settle(page)
    screen = show_of(page).screen
    assert screen.soft_edges == (0, 0, pytest.approx(0.2), 0)
    assert (screen.columns, screen.rows) == (3, 1)
    assert screen.gamma == pytest.approx(1.4)
    undo(page)
    undo(page)
    assert page.screen_page.columns.value == 1


def test_too_many_tiles_are_said_and_the_slider_shows_what_stays(page, qtbot):
    page.desk.edit_screen("Tiles", columns=36)
    with qtbot.waitSignal(page.messages.said) as said:
        page.screen_page.rows.track.move_to(2)
    assert "36 is the most" in said.args[0]
    assert page.screen_page.rows.value == 1


def test_what_visitors_may_do_is_switched(page, qtbot):
    page.settings_pages.show_page("visitors")
    assert Visitors().take_away is False
    qtbot.mouseClick(page.visitors.take_away, LEFT)
    qtbot.mouseClick(page.visitors.stranger, LEFT)
    type_into(qtbot, page.visitors.heading, "Touch me")
    visitors = show_of(page).visitors
    assert (visitors.take_away, visitors.stranger, visitors.heading) == (True, False, "Touch me")
    undo(page)
    assert page.visitors.heading.text() == Visitors().heading


def test_the_game_that_visitors_play_is_set_up_and_takes_the_place_of_the_sliders(page, qtbot, tmp_path):
    page.settings_pages.show_page("visitors")
    fields = page.visitors.quiz
    assert not fields.isVisible()
    page.visitors.scene.buttons["quiz"].click()
    assert fields.isVisible()
    assert not page.visitors.slider_row.isVisible()
    assert not page.visitors.heading.isVisible()
    fields.contest.activated.emit(fields.contest.findData("real"))
    assert "until then visitors play wild or tame" in fields.lacks.text()
    fields.reals.take_chosen(tmp_path)
    fields.pictures.buttons["1"].click()
    fields.rounds.track.move_to(5)
    settle(page)
    fields.seconds.track.move_to(12)
    settle(page)
    fields.hints.click()
    assert show_of(page).visitors.quiz == Setup("real", 1, 5, 12, hints=False, folder=str(tmp_path))
    assert not fields.lacks.isVisible()
    undo(page)
    undo(page)
    assert show_of(page).visitors.quiz.seconds == 0
    assert fields.hints.isChecked()


def test_a_pin_locks_the_show_and_is_kept_as_its_hash(page, qtbot):
    page.settings_pages.show_page("visitors")
    with qtbot.waitSignal(page.messages.said) as said:
        type_into(qtbot, page.visitors.pin, "12")
    assert "4 to 12 digits" in said.args[0]
    type_into(qtbot, page.visitors.pin, "2580")
    kept = show_of(page).visitors.pin
    assert "2580" not in kept
    assert opens(kept, "2580")
    assert page.visitors.pin.text() == ""
    qtbot.mouseClick(page.visitors.unlock, LEFT)
    assert show_of(page).visitors.pin == ""


def test_opening_hours_are_added_changed_and_removed(page, qtbot):
    page.scenes.add_kind(StrangersScene)
    page.settings_pages.show_page("hours")
    qtbot.mouseClick(page.hours.add, LEFT)
    QApplication.processEvents()
    card = page.hours.cards[0]
    qtbot.mouseClick(card.days[0], LEFT)
    type_into(qtbot, card.end, "20:30")
    card.fill_menu()
    card.menu.actions()[-1].trigger()
    assert show_of(page).hours == (Hours(start="10:00", end="20:30", scenes=("Strangers",)),)
    with qtbot.waitSignal(page.messages.said) as said:
        type_into(qtbot, card.start, "25:00")
    assert "written like 09:30" in said.args[0]
    assert card.start.text() == "10:00"
    card.changed.emit(None)
    assert show_of(page).hours == ()
    assert page.hours.none.isVisible()


def test_a_scene_that_is_renamed_or_removed_is_so_in_the_hours_too(page, qtbot):
    page.scenes.add_kind(StrangersScene)
    page.desk.edit("Hours", hours=(Hours(scenes=("Strangers",)),))
    type_into(qtbot, page.scene.name, "Faces")
    assert show_of(page).hours[0].scenes == ("Faces",)
    page.desk.remove_scene()
    assert show_of(page).hours[0].scenes == ()


def test_a_time_zone_that_is_not_known_here_is_refused(page, qtbot):
    page.settings_pages.show_page("hours")
    with qtbot.waitSignal(page.messages.said):
        type_into(qtbot, page.hours.zone, "Moon/Crater")
    assert page.hours.zone.text() == ""


@pytest.mark.parametrize(("seconds", "text"), [(45, "45 s"), (120, "2:00 min"), (5400, "1:30 h")])
def test_durations_are_written_as_people_write_them(seconds, text):
    assert duration(seconds) == text


def test_every_settings_page_fits_beside_the_preview(page, qtbot):
    page.main.resize(1366, 768)
    for kind in (StrangersScene, WalkScene, BreathingScene):
        page.scenes.add_kind(kind)
        for id, area in page.settings_pages.pages.items():
            page.settings_pages.show_page(id)
            inner: Fields = area.widget()
            assert inner.minimumSizeHint().width() <= page.settings_pages.minimumWidth(), id


# on the wall


def test_without_a_model_a_sentence_says_what_to_do(page, qtbot):
    with qtbot.waitSignal(page.messages.said) as said:
        page.start()
    assert "No model is open yet" in said.args[0]
    assert page.exhibition is None


def test_a_show_is_rehearsed_followed_and_stopped(live, qtbot):
    live.main.document.arrange("Stars", stars=tuple(Star(Recipe(latent=SeedLatent(n))) for n in (1, 2)))
    live.scenes.add_kind(WalkScene)
    live.scenes.add_kind(StrangersScene)
    qtbot.mouseClick(live.rehearse_button, LEFT)
    exhibition = live.exhibition
    assert exhibition.output.isVisible()
    assert live.stop_button.isVisible()
    assert not live.start_button.isVisible()
    qtbot.waitUntil(lambda: not exhibition.output.now.isNull())
    assert exhibition.runner.playing == "Walk"
    assert live.scenes.playing == "Walk"
    assert live.preview.wall.now.cacheKey() == exhibition.output.now.cacheKey()
    live.next_scene()
    qtbot.waitUntil(lambda: live.scenes.playing == "Strangers")
    qtbot.mouseClick(live.screen_page.rotation.buttons["180"], LEFT)
    qtbot.waitUntil(lambda: exhibition.output.look.rotation == 180)
    qtbot.waitUntil(lambda: "Strangers, in rehearsal" in live.status.what.text())
    output = exhibition.output
    qtbot.mouseClick(live.stop_button, LEFT)
    assert live.exhibition is None
    assert not output.isVisible()
    assert live.status.what.text() == "Nothing is on the wall"
    assert live.scenes.playing == ""


def test_escape_on_the_wall_brings_the_control_window_back(live, qtbot):
    live.begin(rehearses=False)
    output = live.exhibition.output
    assert output.isFullScreen()
    qtbot.keyClick(output, KEY.Key_Escape)
    qtbot.waitUntil(lambda: live.exhibition is None)
    assert not live.stop_button.isVisible()


def test_visitors_at_the_wall_have_the_sliders_of_the_model(live, qtbot):
    live.begin(rehearses=True)
    exhibition = live.exhibition
    qtbot.waitUntil(lambda: not exhibition.output.now.isNull())
    qtbot.mouseClick(exhibition.output, LEFT, pos=QPoint(400, 300))
    assert exhibition.runner.visited
    scene = exhibition.kiosk.scene
    assert list(scene.sliders) == ["truncation.psi"]  # this model has no directions
    scene.sliders["truncation.psi"].move_to(0.2)
    qtbot.waitUntil(lambda: exhibition.runner.recipe.truncation.psi == pytest.approx(0.2))
    exhibition.kiosk.visit.go()
    assert not exhibition.runner.visited
    qtbot.waitUntil(lambda: exhibition.runner.recipe.truncation.psi != pytest.approx(0.2))


def test_a_sensor_that_goes_on_seeing_somebody_keeps_the_scene_for_them(live, qtbot):
    live.desk.edit_visitors("Gone after", idle=30)
    live.begin(rehearses=True)
    exhibition = live.exhibition
    qtbot.waitUntil(lambda: not exhibition.output.now.isNull())
    clock = Clock(1000.0)
    visit = exhibition.kiosk.visit
    visit.clock = clock
    for _ in range(4):
        exhibition.runner.touch()  # as /visagist/touch comes to
        clock.now += 20
        visit.tick()
        assert visit.present
    clock.now += 20
    visit.tick()
    assert not visit.present
    assert not exhibition.runner.visited


def test_a_picture_is_given_to_a_phone(live, qtbot, monkeypatch):
    from studio.exhibition import giving, take_away

    monkeypatch.setattr(take_away, "own_address", lambda: "127.0.0.1")
    live.begin(rehearses=True)
    exhibition = live.exhibition
    refused = []
    exhibition.giving.give(refused.append, refused.append)
    assert "no picture on the wall yet" in str(refused[0])
    qtbot.waitUntil(lambda: exhibition.on_the_wall() is not None)
    addresses = []
    exhibition.giving.give(addresses.append, refused.append)
    qtbot.waitUntil(lambda: bool(addresses))
    path = "/" + addresses[0].rpartition("/")[2]
    jpeg = exhibition.giving.served.shelf.get(path)
    assert jpeg.startswith(b"\xff\xd8")
    assert b"trainedAlgorithmicMedia" in jpeg
    assert giving.TakeAway is take_away.TakeAway


def test_closing_the_window_ends_the_show(window, qtbot):
    window.workspaces.show("exhibit")
    page = window.workspaces.exhibit
    page.begin(rehearses=True)
    output = page.exhibition.output
    window.close()
    assert page.exhibition is None
    assert not output.isVisible()


def test_a_show_whose_visitors_find_the_quiz_invites_them_to_it_on_the_whole_wall(live, qtbot):
    live.desk.edit_visitors("Quiz", scene="quiz", quiz=Setup(pictures=1, rounds=4))
    live.begin(rehearses=True)
    exhibition = live.exhibition
    qtbot.waitUntil(lambda: not exhibition.output.now.isNull())
    qtbot.mouseClick(exhibition.output, LEFT, pos=QPoint(400, 300))
    kiosk = exhibition.kiosk
    assert kiosk.overlay.geometry() == exhibition.output.rect()
    assert kiosk.full.widget.pages.currentWidget() is kiosk.full.widget.invitation
    kiosk.full.widget.play_again()
    qtbot.waitUntil(lambda: kiosk.full.widget.plays)
    assert (kiosk.full.widget.setup.pictures, len(kiosk.full.widget.game.rounds)) == (1, 4)
    kiosk.full.left.emit()
    assert not kiosk.overlay.isVisible()
    assert not exhibition.runner.visited


def test_the_shows_own_ports_are_kept_with_it_and_nonsense_is_refused(page, qtbot):
    fields = page.connections
    said = []
    page.messages.said.connect(lambda text, level: said.append(text))
    type_into(qtbot, fields.port, "9100")
    type_into(qtbot, fields.allow, "192.168.1.20, 192.168.1.0/24")
    fields.sends["camera"].click()
    assert show_of(page).connections == Connections(
        osc_port=9100, allow=("192.168.1.20", "192.168.1.0/24"), sends=("camera",)
    )
    undo(page)
    assert show_of(page).connections.sends == ()
    assert not fields.sends["camera"].isChecked()
    assert said == []
    type_into(qtbot, fields.allow, "everybody")
    type_into(qtbot, fields.port, "x")
    assert show_of(page).connections.allow == ("192.168.1.20", "192.168.1.0/24")
    assert fields.port.text() == "9100"
    assert "192.168.1.20" in fields.allow.text()
    assert len(said) == 2


def test_controllers_move_the_wall_while_something_is_on_it(live, qtbot):
    inputs = live.main.inputs
    live.rehearse()
    assert inputs.player is live.exhibition.runner
    live.stop()
    assert inputs.player is None
