"""The Growth section: there for networks that grew, in pixels, undone like everything, kept with the face."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.frame import to_pixels
from engine.models.model import open_model
from engine.networks.generator import Inputs, synthesize
from engine.recipe import Recipe
from studio.model_card import ModelCard
from studio.panels.growth import GrowthPanel
from tests.reference import DATA
from tests.studio.conftest import settle

PROGAN, STYLEGAN1 = DATA / "tf" / "progan64_fused.pkl", DATA / "tf" / "tf_sg1_64_fused.pkl"
STYLEGAN2 = DATA / "pkl" / "sg2ada_c3_map2.pkl"


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def opened(empty_window, qtbot):
    def open_it(path):
        empty_window.start([path])
        settle(qtbot, empty_window)
        return empty_window

    return open_it


def section(window):
    return next(one for one in window.inspector.sections if isinstance(one.panel, GrowthPanel))


@pytest.mark.parametrize(("path", "there"), [(PROGAN, True), (STYLEGAN1, True), (STYLEGAN2, False)])
def test_only_networks_that_grew_have_the_section(opened, path, there):
    window = opened(path)
    assert section(window).isVisibleTo(window) is there
    assert window.actions_by_id["growth_reset"].isEnabled() is there


@pytest.mark.parametrize("path", [PROGAN, STYLEGAN1])
def test_the_slider_shows_any_stage_and_undo_brings_the_picture_back(opened, qtbot, path):
    window = opened(path)
    slider, full = window.growth.side, window.canvas.frame.pixels.copy()
    assert slider.box.text() == "64 px"
    slider.take("16+60%")
    settle(qtbot, window)
    assert window.document.recipe.growth == 1.4
    assert slider.box.text() == "16 + 60 %"
    model = open_model(path)
    styles = window.session.renderer.latents.styles(window.document.recipe)[None]
    output = model.generator.plan.outputs[-1]
    truth = synthesize(model.generator, styles, Inputs(growth=1.4))[0]
    assert (window.canvas.frame.pixels == to_pixels(truth)).all()
    assert window.canvas.frame.size == output.size
    window.document.stack.undo()
    settle(qtbot, window)
    assert window.document.recipe.growth is None
    assert (window.canvas.frame.pixels == full).all()


def test_a_drag_is_one_step_and_where_the_file_stands_is_no_wish(opened, qtbot):
    window = opened(PROGAN)
    before = window.document.stack.count()
    for level in (3.5, 2.0, 1.25):
        window.growth.side.track.move_to(level)
    window.growth.side.track.rested.emit()
    assert window.document.recipe.growth == 2.75
    assert window.document.stack.count() == before + 1
    window.growth.side.reset()
    assert window.document.recipe.growth is None
    window.growth.side.track.move_to(0.0)
    assert window.growth.side.box.text() == "4 px"
    window.actions_by_id["growth_reset"].trigger()
    assert window.document.recipe.growth is None
    assert window.growth.side.box.text() == "64 px"


@pytest.mark.parametrize("text", ["48", "64+10%", "16+100%", "much", "16+", "-4"])
def test_a_stage_that_there_is_not_is_told_and_nothing_changes(opened, text):
    window = opened(PROGAN)
    window.growth.side.take(text)
    assert window.document.recipe.growth is None
    assert window.canvas.toast.label.text().startswith("Side: ")


def test_another_model_takes_the_face_without_its_growth(opened, qtbot):
    window = opened(PROGAN)
    window.growth.side.take("8")
    kept = window.document.recipe
    window.start([STYLEGAN2])
    qtbot.waitUntil(lambda: window.document.model is not None and window.document.model.growth_sides == ())
    settle(qtbot, window)
    assert window.document.model.fitted(kept).growth is None
    assert window.document.model.fitted(Recipe()).growth is None


def test_thumbnails_are_of_the_stage_that_the_recipe_says(opened, qtbot):
    window = opened(PROGAN)
    recipe = window.document.recipe
    pictures = {}
    for growth in (None, 4.0):
        wanted = replace(recipe, growth=growth)
        qtbot.waitUntil(lambda wanted=wanted: window.session.thumbnails.of(wanted) is not None)
        pictures[growth] = window.session.thumbnails.of(wanted).toImage()
    assert pictures[None] != pictures[4.0]


def test_the_read_out_and_the_card_say_what_computed_the_picture(opened):
    window = opened(PROGAN)
    frame = window.canvas.frame
    assert frame.road == "torch"
    assert f"{frame.device}, torch {frame.precision}" in window.canvas.readout.facts.text
    card = ModelCard(window.document.model, window)
    assert f"torch {frame.precision}" in card.text.toPlainText()
    assert "the file stands at 64 px" in card.text.toPlainText()
