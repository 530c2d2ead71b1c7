"""Learning: a slider's menu or a touch says which control, a knob that moves says which source; undo takes it back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from engine.recipe import Mix, PlaneLatent, Recipe, SeedLatent, Truncation
from engine.show.mapping import Mapping
from engine.show.sources import Event
from studio.card import Card
from studio.exhibition.inputs.learning import ends_of, touched


def until(qtbot, condition) -> None:
    qtbot.waitUntil(lambda: bool(condition()))


@pytest.fixture
def inputs(empty_window, monkeypatch):
    """The hub; nothing that is switched on opens a port."""
    hub = empty_window.inputs
    monkeypatch.setattr(hub, "open_osc", lambda on: None)
    monkeypatch.setattr(hub.midi, "open", lambda on: None)
    monkeypatch.setattr(hub.sound, "open", lambda on, device="": None)
    return hub


def choose(slider, text: str) -> None:
    """Right click and choose."""
    menu = QMenu(slider)
    slider.fill_menu(menu)
    next(action for action in menu.actions() if action.text() == text).trigger()


def send(inputs, *events: tuple[str, float]) -> None:
    inputs.take([Event(source, value) for source, value in events])


def card_of(window) -> Card | None:
    return next((card for card in window.canvas.findChildren(Card) if card.isVisible()), None)


def test_a_slider_is_mapped_by_its_menu_and_the_next_knob_that_moves(qtbot, empty_window, inputs):
    document = empty_window.document
    choose(empty_window.truncation.psi, "Map to MIDI or OSC…")
    assert "Truncation" in card_of(empty_window).heading.text()
    send(inputs, ("midi:1/cc/7", 0.1), ("midi:1/cc/7", 0.2))
    until(qtbot, lambda: document.board.mappings)
    assert document.board.mappings == (Mapping("midi:1/cc/7", "truncation.psi", -1.0, 1.5),)
    assert card_of(empty_window) is None
    send(inputs, ("midi:1/cc/7", 1.0))
    assert document.recipe.truncation.psi == 1.5  # at once: the hand has shown that it is meant
    document.stack.undo()
    until(qtbot, lambda: not document.moving)
    document.stack.undo()
    assert document.board.mappings == ()
    send(inputs, ("midi:1/cc/7", 0.0))
    assert document.recipe == Recipe()


def test_a_control_is_touched_and_then_its_knob(qtbot, empty_window, inputs):
    document = empty_window.document
    empty_window.actions_by_id["learn"].trigger()
    assert inputs.learning.wants
    send(inputs, ("midi:1/cc/9", 0.5))  # not before the control
    document.edit("zoom", moving="zoom", view=document.recipe.view.__class__(zoom=1.25))
    document.edit("psi", moving="psi", truncation=Truncation(psi=0.1))  # rather this one
    document.rest()
    assert inputs.learning.address == "truncation.psi"
    send(inputs, ("midi:1/cc/9", 0.5))
    until(qtbot, lambda: document.board.mappings)
    assert document.board.mappings[0].address == "truncation.psi"


def test_a_fine_knob_is_learned_as_one_of_14_bits(qtbot, empty_window, inputs):
    inputs.learn("truncation.psi")
    for value in (0.1, 0.2, 0.3):
        send(inputs, ("midi:1/cc/1", value), ("midi:1/cc/33", 0.5), ("midi:1/cc14/1", value))
    until(qtbot, lambda: empty_window.document.board.mappings)
    assert empty_window.document.board.mappings[0].source == "midi:1/cc14/1"


def test_what_always_sends_is_not_learned_by_itself_and_can_be_chosen(qtbot, empty_window, inputs):
    inputs.learn("view.zoom")
    send(inputs, ("sound:low", 0.9), ("midi:beat", 0.5), ("midi:1/note/60", 0.0))
    assert not inputs.learning.heard
    inputs.learning.take("sound:low")
    assert empty_window.document.board.mappings == (
        Mapping("sound:low", "view.zoom", 0.5, 2.0, smoothing=0.05, takeover=False),
    )


def test_escape_or_the_cross_gives_up(qtbot, empty_window, inputs):
    inputs.learn("truncation.psi")
    card_of(empty_window).cross.click()
    assert not inputs.learning.goes
    send(inputs, ("midi:1/cc/7", 0.5))
    assert empty_window.document.board.mappings == ()


def test_the_card_follows_to_another_workspace(qtbot, empty_window, inputs):
    inputs.learn("truncation.psi")
    empty_window.workspaces.show("train")
    page = empty_window.workspaces.pages.currentWidget()
    assert [card.isVisible() for card in page.findChildren(Card)] == [True]
    assert card_of(empty_window) is None


def test_another_knob_for_a_mapping_keeps_all_else_of_it(qtbot, empty_window, inputs):
    document = empty_window.document
    first = Mapping("midi:1/cc/7", "truncation.psi", 0.2, 0.4, curve="cubic-in", smoothing=0.5)
    other = Mapping("midi:1/cc/8", "view.zoom")
    document.arrange("map", mappings=(first, other))
    inputs.learn(first.address, first)
    send(inputs, ("osc:/fader", 90.0), ("osc:/fader", 12.0))
    until(qtbot, lambda: document.board.mappings[0].source == "osc:/fader")
    assert document.board.mappings == (
        Mapping("osc:/fader", "truncation.psi", 0.2, 0.4, "cubic-in", 0.5, sends=(0.0, 127.0), takeover=False),
        other,
    )


def test_the_same_knob_for_the_same_control_is_mapped_once(qtbot, empty_window, inputs):
    for _ in range(2):
        inputs.edits.add(Mapping("midi:1/cc/7", "truncation.psi"))
    assert len(empty_window.document.board.mappings) == 1


@pytest.mark.parametrize(
    ("old", "new", "address"),
    [
        (Recipe(), Recipe(truncation=Truncation(psi=0.1)), "truncation.psi"),
        (Recipe(latent=SeedLatent(1)), Recipe(latent=SeedLatent(2)), "latent.seed"),
        (Recipe(), Recipe(truncation=Truncation(psi=0.1), latent=SeedLatent(9)), ""),
        (Recipe(), Recipe(), ""),
        (
            Recipe(latent=PlaneLatent((1, 2, 3), 0.0, 0.0)),
            Recipe(latent=PlaneLatent((1, 2, 3), 0.1, -0.4)),
            "latent.y",
        ),
        (Recipe(), Recipe(mixes=(Mix(SeedLatent(11), (0, 1, 2), 0.5),)), "mix/11:0-2"),
    ],
)
def test_the_one_control_that_changed_is_the_one_that_was_touched(old, new, address):
    assert touched(old, new) == address


@pytest.mark.parametrize(
    ("values", "ends"),
    [([0.2, 0.9], (0, 1)), ([-0.5, 0.5], (-1, 1)), ([3, 90], (0, 127)), ([100, 900], (100, 900)), ([500], (0, 500))],
)
def test_what_an_osc_source_sends_is_guessed_from_what_it_sent(values, ends):
    assert ends_of(values) == ends


def test_every_slider_that_is_a_control_can_be_mapped(qtbot, window):
    sliders = [
        window.truncation.psi, window.truncation.cutoff, window.noise.strength,
        *window.noise.levels.values(), *window.view.sliders.values(), *window.mixing.bands.values(),
    ]  # fmt: skip
    for slider in sliders:
        menu = QMenu(slider)
        slider.fill_menu(menu)
        assert "Map to MIDI or OSC…" in [action.text() for action in menu.actions()]


def test_a_band_of_style_rows_follows_a_knob(qtbot, window):
    band, slider = next(iter(window.mixing.bands.items()))
    window.document.arrange("map", mappings=(Mapping("osc:/x", slider.address, takeover=False),))
    for value in (0.25, 0.75):
        send(window.inputs, ("osc:/x", value))
    assert [(mix.rows, mix.amount) for mix in window.document.recipe.mixes] == [(band.rows, 0.75)]
    assert slider.value == 0.75
