"""The Directions section as a person uses it: headings, search, pins, rows, ranges, and the strip of what one does."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu

from engine.directions.pack import Direction, DirectionPack, save_pack, user_folder
from engine.models.format import read_header
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from studio.directions.header import Chooser
from studio.directions.listing import listed
from studio.main_window import MainWindow
from studio.open_model import DirectionFacts
from tests.nets import save_tiny
from tests.studio.conftest import settle

HEADED = (("Turn", "Pose"), ("Smile", "Face"), ("Age", "Face"), ("Long hair", "Hair"), ("Light", "Light"))


def make_pack(tiny_path, extra: int = 0) -> DirectionPack:
    """Five directions with headings and as many discovered ones as wished, in the person's folder."""
    random = torch.Generator().manual_seed(9)
    named = [*HEADED, *((f"coarse {number + 1}", "Discovered") for number in range(extra))]
    directions = tuple(
        Direction(name, torch.randn(512, generator=random) / 10, (0, 1, 2, 3), -2.0, 3.0, "coarse", "pca", {}, heading)
        for name, heading in named
    )
    pack = DirectionPack(read_header(tiny_path).hash, directions)
    user_folder().mkdir(exist_ok=True)
    save_pack(user_folder() / "found.safetensors", pack)
    return pack


@pytest.fixture
def pack(home, tiny_path) -> DirectionPack:
    return make_pack(tiny_path)


@pytest.fixture
def window(qtbot, pack, empty_window, tiny_path) -> MainWindow:
    """A window with the small model and its five directions."""
    empty_window.start([tiny_path])
    settle(qtbot, empty_window)
    qtbot.waitUntil(lambda: len(empty_window.directions.rows.shown) == 5)
    return empty_window


def row(window, name: str):
    """The row of a direction that is listed."""
    shown = window.directions.rows.shown.values()
    return next(one for one in shown if one.facts.name == name)


def names(window) -> list[str]:
    return [one.facts.name for one in window.directions.rows.shown.values() if one.isVisible()]


def id_of(pack: DirectionPack, name: str) -> str:
    return next(one.id for one in pack.directions if one.name == name)


def moves(window) -> dict[str, list[tuple[float, tuple[str, ...]]]]:
    made: dict[str, list[tuple[float, tuple[str, ...]]]] = {}
    for move in window.document.recipe.directions:
        made.setdefault(move.name, []).append((move.amount, move.orthogonal_to))
    return made


def press(qtbot, window, name: str, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """A key on a direction's slider."""
    window.activateWindow()  # a closed dialogue leaves nothing active here, where no window manager is
    track = row(window, name).track
    track.setFocus()
    qtbot.waitUntil(track.hasFocus)
    qtbot.keyClick(track, key, modifier)


def menu_of(widget) -> dict[str, object]:
    """What a right click offers."""
    at = QPoint(60, 8)
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))
    menu = next(one for one in widget.findChildren(QMenu) if one.isVisible())
    return {action.text(): action for action in menu.actions() if action.text()} | {"menu": menu}


def pick(widget, text: str) -> None:
    """Choose from a right click."""
    offered = menu_of(widget)
    offered[text].trigger()
    offered["menu"].close()


def choose(window, heading: str) -> None:
    """Choose from the list of headings."""
    chooser = window.directions.chooser
    next(action for action in chooser.menu().actions() if action.text() == heading).trigger()


def dialogue() -> QDialog:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())


# headings and search


def test_directions_stand_in_groups_and_one_heading_can_be_chosen(window):
    assert names(window) == ["Smile", "Age", "Long hair", "Turn", "Light"]
    labels = [text for text, label in window.directions.rows.labels.items() if label.isVisible()]
    assert labels == ["Face", "Hair", "Pose", "Light"]
    choose(window, "Face")
    assert names(window) == ["Smile", "Age"]
    assert not any(label.isVisible() for label in window.directions.rows.labels.values())
    assert window.directions.chooser.text() == "Face"
    choose(window, "Discovered")
    assert names(window) == []
    assert window.directions.none.text() == "Nothing stands under Discovered."


def test_in_use_lists_what_is_moved_and_keeps_what_goes_back_to_0(window, qtbot):
    choose(window, "In use")
    assert window.directions.none.text() == "No direction is moved."
    smile = DirectionAmount(
        "Smile", next(f.id for f in window.directions.facts.values() if f.name == "Smile"), 1.0, (0,)
    )
    window.document.edit("Recipe", directions=(smile,))
    assert names(window) == ["Smile"]
    press(qtbot, window, "Smile", Qt.Key.Key_Delete)
    assert window.document.recipe.directions == ()
    assert names(window) == ["Smile"]


def test_what_is_moved_elsewhere_is_told_and_a_click_lists_it(window, qtbot):
    press(qtbot, window, "Turn", Qt.Key.Key_End)
    choose(window, "Face")
    assert window.directions.elsewhere.text() == "1 more in use"
    qtbot.mouseClick(window.directions.elsewhere, Qt.MouseButton.LeftButton)
    assert names(window) == ["Turn"]
    assert not window.directions.elsewhere.isVisible()


def test_the_search_looks_under_all_headings_and_escape_closes_it(window, qtbot):
    choose(window, "Face")
    window.inspector.sections[-1].set_folded(True)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    search = window.directions.search
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "hair")
    assert names(window) == ["Long hair"]
    qtbot.keyClicks(search, "xx")
    assert names(window) == []
    assert window.directions.none.text() == "No direction has such a name."
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not search.isVisible()
    assert names(window) == ["Smile", "Age"]


def test_hundreds_of_directions_are_listed_a_page_at_a_time_and_rows_are_used_again(
    qtbot, home, empty_window, tiny_path
):
    make_pack(tiny_path, 300)
    empty_window.start([tiny_path])
    settle(qtbot, empty_window)
    panel = empty_window.directions
    qtbot.waitUntil(lambda: len(panel.rows.shown) == 10)
    assert panel.more.text() == "30 more of 295"
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.rows.shown) == 40)
    made = list(panel.rows.pool)
    choose(empty_window, "Face")
    choose(empty_window, "All")
    panel.find()
    qtbot.keyClicks(panel.search, "29 coarse")
    assert names(empty_window)[:3] == ["coarse 29", "coarse 129", "coarse 229"]
    assert panel.rows.pool == made


def test_a_change_of_the_recipe_touches_only_the_rows_whose_value_it_changes(window, monkeypatch):
    touched = []
    for one in window.directions.rows.shown.values():
        show = one.show_value
        monkeypatch.setattr(one, "show_value", lambda value, one=one, show=show: (touched.append(one), show(value)))
    window.document.edit("Seed", latent=SeedLatent(3))
    assert touched == []
    smile = row(window, "Smile")
    move = DirectionAmount("Smile", smile.facts.id, 1.0, smile.facts.rows)
    window.document.edit("Recipe", directions=(move,))
    assert set(touched) == {smile}


def test_the_persons_own_directions_come_first_under_their_heading():
    plain, made = DirectionFacts("a", "A", (0,), -1, 1), DirectionFacts("b", "B", (0,), -1, 1, own=True, made=True)
    face = DirectionFacts("c", "C", (0,), -1, 1, "Face")
    assert listed((plain, made, face), "All", "", ()) == (face, made, plain)


def test_the_widest_heading_fits_the_inspector(window, qtbot):
    for one in list(window.directions.rows.shown.values()):
        qtbot.mouseClick(one.pin, Qt.MouseButton.LeftButton)
    choose(window, "Discovered")
    section = window.inspector.sections[-1]
    assert section.minimumSizeHint().width() <= 340 - 16 - 14 - 8, "margins of the inspector and its scroll bar"


def test_the_keyboard_stays_with_its_direction_when_the_list_changes(window, qtbot):
    press(qtbot, window, "Age", Qt.Key.Key_Right)
    choose(window, "In use")
    assert row(window, "Age").track.hasFocus()


def test_tab_goes_down_the_list(window, qtbot):
    press(qtbot, window, "Smile", Qt.Key.Key_Right)
    for name in ("Age", "Long hair", "Turn", "Light"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is row(window, name).track
    window.directions.find()
    qtbot.keyClick(window.directions.search, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is row(window, "Smile").track


# moving and pins


def test_a_dragged_direction_is_one_undo_step(window, qtbot, drag):
    track = row(window, "Smile").track
    drag.press(track, track.x_of(0.0))
    for amount in (0.5, 1.0, 2.0):
        drag.move(track, track.x_of(amount))
    drag.release(track, track.x_of(2.0))
    assert [amount for amount, _ in moves(window)["Smile"]] == [pytest.approx(2.0, abs=0.02)]
    assert window.document.stack.count() == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert row(window, "Smile").value == 0.0


def test_a_pin_changes_no_picture_and_new_moves_leave_it_alone(window, qtbot, pack):
    press(qtbot, window, "Smile", Qt.Key.Key_Home)
    before = window.document.recipe
    qtbot.mouseClick(row(window, "Age").pin, Qt.MouseButton.LeftButton)
    assert window.document.board.pins == (id_of(pack, "Age"),)
    assert window.document.recipe == before
    assert row(window, "Age").pin.isChecked()
    assert window.directions.pins.accessibleName() == "1 pinned"
    press(qtbot, window, "Smile", Qt.Key.Key_Right)
    assert moves(window) == {"Smile": [(-2.0, ()), (0.1, (id_of(pack, "Age"),))]}
    assert row(window, "Smile").value == pytest.approx(-1.9)
    settle(qtbot, window)
    press(qtbot, window, "Smile", Qt.Key.Key_Delete)
    assert moves(window) == {}


def test_p_pins_the_slider_that_has_the_keyboard_and_undo_unpins_it(window, qtbot, pack):
    press(qtbot, window, "Turn", Qt.Key.Key_P)
    assert window.document.board.pins == (id_of(pack, "Turn"),)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.board.pins == ()
    assert not window.directions.pins.isVisible()
    press(qtbot, window, "Turn", Qt.Key.Key_P)
    press(qtbot, window, "Turn", Qt.Key.Key_P)
    assert window.document.board.pins == ()


def test_p_without_a_direction_says_to_choose_one(window, qtbot):
    qtbot.keyClick(window.canvas, Qt.Key.Key_P)
    assert window.canvas.toast.label.text().startswith("Choose a direction first")


def test_dragging_through_0_under_a_pin_comes_back_to_what_was_moved_before(window, qtbot, drag, pack):
    press(qtbot, window, "Smile", Qt.Key.Key_Home)
    qtbot.mouseClick(row(window, "Age").pin, Qt.MouseButton.LeftButton)
    track = row(window, "Smile").track
    drag.press(track, track.x_of(-2.0))
    drag.move(track, track.x_of(0.0))
    assert moves(window) == {}
    drag.move(track, track.x_of(1.0))
    drag.release(track, track.x_of(1.0))
    parts = moves(window)["Smile"]
    assert parts[0] == (-2.0, ())
    assert parts[1] == (pytest.approx(3.0, abs=0.02), (id_of(pack, "Age"),))


def test_the_chip_unpins_one_or_all(window, qtbot):
    for name in ("Turn", "Age"):
        qtbot.mouseClick(row(window, name).pin, Qt.MouseButton.LeftButton)
    chip = window.directions.pins
    assert chip.accessibleName() == "2 pinned"
    chip.menu().aboutToShow.emit()
    offered = {action.text(): action for action in chip.menu().actions()}
    offered["Unpin Turn"].trigger()
    assert chip.accessibleName() == "1 pinned"
    chip.menu().aboutToShow.emit()
    {action.text(): action for action in chip.menu().actions()}["Unpin all"].trigger()
    assert window.document.board.pins == ()


# ranges and rows


def test_a_range_is_kept_on_the_board_and_undone(window, qtbot, pack):
    pick(row(window, "Smile"), "Set range…")
    dialog = dialogue()
    low, high = dialog.findChildren(QLineEdit)
    low.setText("-1")
    high.setText("1")
    qtbot.keyClick(high, Qt.Key.Key_Return)
    assert window.document.board.ranges == {id_of(pack, "Smile"): (-1.0, 1.0)}
    press(qtbot, window, "Smile", Qt.Key.Key_End)
    assert row(window, "Smile").value == 1.0
    offered = menu_of(row(window, "Smile"))
    assert "Original range" in offered
    offered["menu"].close()
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.board.ranges == {}
    assert row(window, "Smile").scale.high == 3.0


def test_the_original_range_comes_back(window, pack):
    window.directions.commands.set_range(row(window, "Smile").facts, (1.0, 2.0))
    smile = row(window, "Smile")
    smile.track.move_to(1.5)
    smile.reset()
    assert smile.value == 0.0, "also where the range does not hold it"
    pick(smile, "Original range")
    assert window.document.board.ranges == {}
    assert (smile.scale.low, smile.scale.high) == (-2.0, 3.0)


def test_chosen_rows_change_the_move_and_the_ones_to_come(window, qtbot):
    press(qtbot, window, "Smile", Qt.Key.Key_End)
    steps = window.document.stack.count()
    pick(row(window, "Smile"), "Rows 0-3…")
    dialog = dialogue()
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "2-12")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.wrong.text() == "This model has the rows 0 to 9."
    field.selectAll()
    qtbot.keyClicks(field, "2,5-6")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.recipe.directions[0].rows == (2, 5, 6)
    assert window.document.stack.count() == steps + 1
    assert "rows 2,5-6" in row(window, "Smile").label.text()
    press(qtbot, window, "Smile", Qt.Key.Key_Delete)
    press(qtbot, window, "Smile", Qt.Key.Key_Right)
    assert window.document.recipe.directions[0].rows == (2, 5, 6)
    pick(row(window, "Smile"), "Original rows 0-3")
    assert window.document.recipe.directions[0].rows == (0, 1, 2, 3)
    assert window.document.board.rows == {}


# the strip


def enter(widget) -> None:
    at = QPointF(5, 5)
    QApplication.sendEvent(widget, QEnterEvent(at, at, QPointF(widget.mapToGlobal(at))))


def test_resting_on_a_label_shows_what_the_direction_does_and_a_click_sets_it(window, qtbot):
    smile, strip = row(window, "Smile"), window.directions.strip
    focus = QApplication.focusWidget()
    enter(smile.label)
    qtbot.waitUntil(strip.isVisible)
    assert QApplication.focusWidget() is focus
    assert strip.title.text() == "Smile"
    assert [caption.text() for caption in strip.captions] == ["−2.00", "0.00", "+3.00"]
    amounts = [[move.amount for move in thumb.recipe.directions] for thumb in strip.thumbs]
    assert amounts == [[-2.0], [], [3.0]]
    thumbnails = window.session.thumbnails
    qtbot.waitUntil(lambda: all(thumbnails.of(thumb.recipe) is not None for thumb in strip.thumbs))
    assert window.rect().contains(strip.geometry())
    qtbot.mouseClick(strip.thumbs[2], Qt.MouseButton.LeftButton)
    assert smile.value == 3.0
    assert not strip.isVisible()
    assert window.document.stack.count() == 1


def test_the_strip_goes_when_the_mouse_goes(window, qtbot):
    smile, strip = row(window, "Smile"), window.directions.strip
    enter(smile.label)
    qtbot.waitUntil(strip.isVisible)
    QApplication.sendEvent(smile.label, QEvent(QEvent.Type.Leave))
    enter(strip)
    assert not strip.goes.isActive(), "on the strip itself the mouse is welcome"
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_the_strip_never_shows_while_the_hand_moves(window, qtbot, drag):
    smile, strip = row(window, "Smile"), window.directions.strip
    press(qtbot, window, "Smile", Qt.Key.Key_W)
    assert strip.isVisible()
    drag.press(smile.track, smile.track.x_of(0.0))
    drag.move(smile.track, smile.track.x_of(1.0))
    assert not strip.isVisible()
    drag.release(smile.track, smile.track.x_of(1.0))
    press(qtbot, window, "Smile", Qt.Key.Key_W)
    assert strip.isVisible()
    window.document.edit("Seed", latent=SeedLatent(8))
    assert {thumb.recipe.latent for thumb in strip.thumbs} == {SeedLatent(8)}
    press(qtbot, window, "Smile", Qt.Key.Key_W)
    assert not strip.isVisible()
    press(qtbot, window, "Smile", Qt.Key.Key_W)
    press(qtbot, window, "Smile", Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_another_model_lists_its_own_directions(window, qtbot, tmp_path):
    press(qtbot, window, "Smile", Qt.Key.Key_P)
    save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: names(window) == [])
    assert window.directions.none.text() == "This model has no directions yet."
    assert not window.directions.pins.isVisible()


def test_a_recipe_whose_direction_no_slider_knows_is_still_shown(window, qtbot):
    window.document.edit("Recipe", directions=(DirectionAmount("Other", "f" * 16, 1.0, (0,)),))
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "which no open direction pack holds" in window.canvas.toast.label.text()
    window.document.stack.undo()
    assert window.document.recipe == Recipe(model=window.document.model.hash)


def test_the_chooser_is_reached_and_named(window):
    chooser = window.directions.chooser
    assert isinstance(chooser, Chooser)
    assert chooser.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert chooser.accessibleName() == "Listed directions: All"
    assert row(window, "Turn").pin.accessibleName() == "Pin Turn"
    assert min(row(window, "Turn").pin.width(), row(window, "Turn").pin.height()) >= 24
