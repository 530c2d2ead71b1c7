"""The window as a person uses it: one road from the hand to the picture."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from engine import __version__
from engine.errors import VisagistError
from engine.job import Progress
from engine.models import catalogue
from engine.recipe import Mix, PlaneLatent, Recipe, SeedLatent, Truncation
from studio.main_window import MainWindow
from studio.workers.mailbox import Request
from studio.workers.render_worker import Result
from tests.nets import save_tiny
from tests.studio.conftest import Gate, settle


def pixels(window) -> np.ndarray:
    return window.canvas.frame.pixels.copy()


def test_dragging_psi_then_undo_restores_the_picture(window, qtbot, drag):
    before = pixels(window)
    track = window.truncation.psi.track
    drag.press(track, track.x_of(0.7))
    for psi in (0.5, 0.2, -0.4):
        drag.move(track, track.x_of(psi))
        qtbot.wait(10)
    drag.release(track, track.x_of(-0.4))
    settle(qtbot, window)
    assert window.document.recipe.truncation.psi == pytest.approx(-0.4, abs=0.02)
    assert not np.array_equal(pixels(window), before)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert window.document.recipe.truncation.psi == 0.7
    assert window.truncation.psi.value == 0.7
    assert np.array_equal(pixels(window), before)


def test_two_hundred_quick_edits_end_with_the_picture_of_the_last(window, qtbot):
    renderer = window.session.renderer
    gate = Gate(renderer.model.generator, 0)
    renderer.model = dataclasses.replace(renderer.model, generator=gate)
    shown = []
    window.session.result_shown.connect(shown.append)
    for number in range(200):
        window.document.edit("Seed", latent=SeedLatent(50_000 + number))  # far from what the gallery has looked at
    gate.open.set()
    settle(qtbot, window)
    assert window.canvas.frame.recipe.latent == SeedLatent(50_199)
    assert len(shown) <= 3, "the one that was being made, the last draft and the last final"
    assert window.document.stack.count() == 200


def test_space_shows_another_face_and_alt_arrows_its_neighbours(window, qtbot):
    qtbot.keyClick(window.canvas, Qt.Key.Key_Space)
    seed = window.document.recipe.latent.seed
    assert seed != 0
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.document.recipe.latent.seed == seed + 1
    qtbot.keyClick(window.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.document.recipe.latent.seed == seed
    assert window.latent.seed.text() == str(seed)


def test_space_presses_the_button_that_has_the_focus(window, qtbot):
    window.document.edit("Truncation", truncation=Truncation(0.1))
    window.latent.next.setFocus()
    qtbot.waitUntil(window.latent.next.hasFocus)
    qtbot.keyClick(window.latent.next, Qt.Key.Key_Space)
    assert window.document.recipe.latent.seed == 1


def test_a_latent_without_a_seed_is_described_and_the_next_seed_still_works(window):
    window.document.edit("Plane", latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.3, 0.3))
    assert window.latent.seed.text() == ""
    assert window.latent.seed.placeholderText() == "between faces"
    window.latent.next_seed()
    assert window.document.recipe.latent == SeedLatent(1)


def test_a_seed_beyond_64_bits_is_refused_in_a_toast(window, qtbot):
    window.latent.seed.setFocus()
    window.latent.seed.selectAll()
    qtbot.keyClicks(window.latent.seed, str(2**64))
    qtbot.keyClick(window.latent.seed, Qt.Key.Key_Return)
    assert window.canvas.toast.isVisible()
    assert window.canvas.toast.label.text().startswith("Seed 18446744073709551616 does not fit")
    assert window.document.recipe.latent == SeedLatent(0)


def test_an_error_while_rendering_is_a_toast_and_the_next_picture_comes(window, qtbot):
    window.document.edit("Mix", mixes=(Mix(SeedLatent(3), (50,)),))
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "style row 50" in window.canvas.toast.label.text()
    window.document.stack.undo()
    settle(qtbot, window)
    window.document.edit("Seed", latent=SeedLatent(4))
    settle(qtbot, window)


def test_results_of_an_older_model_are_dropped(window, qtbot, tmp_path):
    first = window.canvas.frame
    late = Request(10**6, window.session.model_number, window.session.renderer, first.recipe, False, 0.0)
    save_tiny(tmp_path / "other.safetensors", 1)
    window.opener.open([tmp_path / "other.safetensors"])
    qtbot.waitUntil(lambda: window.canvas.frame.model != first.model)
    settle(qtbot, window)
    second = window.canvas.frame
    window.session.on_result(Result(late, first))
    assert window.canvas.frame is second


def test_opening_a_broken_model_leaves_the_one_that_is_open(window, qtbot, tmp_path):
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    window.opener.open([tmp_path / "broken.safetensors"])
    qtbot.waitUntil(window.canvas.toast.isVisible)
    assert "it is no file of a network that this program knows" in window.canvas.toast.label.text()
    window.document.edit("Seed", latent=SeedLatent(4))
    settle(qtbot, window)


def test_without_any_model_the_window_says_so_and_offers_to_fetch_it(empty_window, qtbot, monkeypatch):
    monkeypatch.setattr(catalogue, "shipped", list)  # an installation that lost its files
    empty_window.start([])
    empty = empty_window.canvas.empty
    qtbot.waitUntil(lambda: empty.heading.text() == "No face generator")
    assert "fetch it once" in empty.sentence.text()
    assert [button.text() for button in empty.findChildren(QPushButton)] == ["Fetch it"]
    empty_window.pictures.ask_where_to_save()
    assert empty_window.canvas.toast.label.text() == "There is no picture yet"


def test_a_fetch_that_ends_after_another_model_was_opened_leaves_it_on_show(
    empty_window, qtbot, tiny_path, monkeypatch
):
    monkeypatch.setattr(catalogue, "shipped", list)
    go_on = threading.Event()

    def fetching():
        yield Progress(0, 1, "fetching")
        assert go_on.wait(120)
        raise VisagistError("there is no network")

    monkeypatch.setattr("studio.session.fetching", fetching)
    empty_window.start([])
    empty = empty_window.canvas.empty
    qtbot.waitUntil(lambda: empty.heading.text() == "No face generator")
    empty.findChild(QPushButton).click()
    empty_window.opener.open([tiny_path])
    settle(qtbot, empty_window)
    go_on.set()
    qtbot.waitUntil(lambda: empty_window.canvas.toast.label.text() == "There is no network")
    assert not empty.isVisible()


def test_a_damaged_model_is_told_and_can_be_tried_again(empty_window, qtbot, tiny_path, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(tiny_path.read_bytes()[:-100])
    empty_window.start([path])
    empty = empty_window.canvas.empty
    qtbot.waitUntil(lambda: empty.heading.text() == "The model cannot be opened")
    assert "cut short" in empty.sentence.text()
    path.write_bytes(tiny_path.read_bytes())
    retry = next(button for button in empty.findChildren(QPushButton) if button.text() == "Try again")
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    settle(qtbot, empty_window)
    assert not empty.isVisible()


def test_closing_during_a_render_ends_every_thread(window, qtbot):
    for number in range(50):
        window.document.edit("Seed", latent=SeedLatent(number + 1))
    window.close()
    assert window.session.worker.isFinished()
    assert not window.session.jobs.running
    assert not [t for t in threading.enumerate() if t is not threading.main_thread() and "RenderWorker" in t.name]


def test_closing_while_a_model_opens_ends_every_thread(empty_window, tiny_path):
    empty_window.start([tiny_path])
    empty_window.close()
    assert not empty_window.session.jobs.running
    assert empty_window.session.worker.isFinished() or not empty_window.session.worker.isRunning()


def test_the_window_comes_back_as_it_was_left(window, qtbot, home):
    window.actions_by_id["gallery"].trigger()
    qtbot.waitUntil(lambda: window.minimumSize().width() < 720)
    window.resize(720, 600)
    window.inspector.sections[1].heading.click()
    window.actions_by_id["still"].setChecked(True)
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert again.gallery.isHidden()
    assert (again.width(), again.height()) == (720, 600)
    assert [section.panel.title for section in again.inspector.sections if section.folded] == ["Truncation", "View"]
    assert again.actions_by_id["still"].isChecked()
    assert again.settings.reduces_motion()
    again.close()


def test_everything_the_keyboard_reaches_has_a_name(window):
    reached = [w for w in window.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(reached) > 15
    nameless = [w for w in reached if not (w.accessibleName() or getattr(w, "text", str)())]
    assert nameless == []


def test_tab_goes_from_the_picture_through_every_control_and_back(window, qtbot):
    window.canvas.setFocus()
    seen = []
    for _ in range(200):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is window.canvas:
            break
    assert window.canvas in seen
    for widget in (window.latent.seed, window.truncation.psi.track, next(iter(window.mixing.bands.values())).track):
        assert widget in seen


def test_the_window_fits_a_small_screen(window):
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 700


def test_reset_keeps_the_seed(window):
    window.document.replace("x", replace(window.document.recipe, latent=SeedLatent(5), truncation=Truncation(0.1)))
    window.reset_recipe()
    assert window.document.recipe == Recipe(model=window.document.model.hash, latent=SeedLatent(5))


def test_the_model_card_tells_licence_and_hash(window, qtbot):
    qtbot.mouseClick(window.top_bar.model, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    about = next(action for action in menu.actions() if action.text() == "About this model")
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(about).center())
    card = QApplication.activeModalWidget()
    assert window.document.model.hash in card.text.toPlainText()
    assert "Licence" in card.text.toPlainText()
    card.close()


def test_about_tells_the_version(window):
    window.actions_by_id["about"].trigger()
    assert f"Visagist {__version__}" in QApplication.activeModalWidget().text()
    QApplication.activeModalWidget().close()


def test_the_command_palette_finds_and_does(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    field = palette.findChild(QLineEdit)
    qtbot.keyClicks(field, "next seed")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.recipe.latent == SeedLatent(1)
