"""A show's values: into the project's file and back, and everything wrong in one sentence."""

from __future__ import annotations

import json

import msgspec
import pytest
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.project import Board, ModelReference, Project
from engine.project_file import project_from_json
from engine.quiz.setup import Setup
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.show.pin import hidden, opens
from engine.show.scenes import Breath, BreathingScene, StrangersScene, TimelineScene, TrainingScene, WalkScene
from engine.show.values import Connections, Hours, Screen, Show, ShowModel, Visitors, VisitorSlider, minutes_of
from engine.timeline.build import through

SMILE = DirectionAmount("Smile", "a" * 16, 1.0, (0, 1, 2))
QUIZ = Setup("real", 1, 7, 20, hints=False, folder="/pictures")
FULL = Show(
    scenes=(
        WalkScene(name="Stars", tag="calm", order="shuffled", seed=7),
        StrangersScene(name="Strangers", base=Recipe(latent=SeedLatent(3)), model="b" * 64),
        TimelineScene(name="Film", timeline=through([Recipe(), Recipe(latent=SeedLatent(1))], 5, 18)),
        BreathingScene(name="Breath", breaths=(Breath("direction/Smile", -1, 1, SMILE), Breath("view.zoom", 1, 1.2))),
        TrainingScene(name="Run", run="/runs/anna"),
    ),
    hours=(Hours((0, 1, 2), "09:30", "17:00", ("Stars",)), Hours((5, 6), "22:00", "02:00", dark=True)),
    zone="Europe/Berlin",
    models=(ShowModel("b" * 64, "B", "/models/b.safetensors", 18),),
    screen=Screen(2, 90, "crop", 3, 2, (0.1, 0, 0.1, 0), 1.2, 512, 59.94),
    visitors=Visitors(
        sliders=(VisitorSlider("truncation.psi", "Wild", 0, 1),), pin=hidden("2718", bytes(16)), quiz=QUIZ
    ),
    connections=Connections(9000, "0.0.0.0", ("192.168.1.0/24",), "10.0.0.2:9001", ("camera",)),
)
PROJECT = Project(ModelReference("c" * 64), Recipe(), Board(show=FULL))


def test_a_show_comes_back_from_the_projects_file_as_it_was():
    assert project_from_json(msgspec.json.encode(PROJECT)) == PROJECT


def test_a_project_of_version_2_opens_and_has_no_show():
    raw = json.loads(msgspec.json.encode(PROJECT)) | {"version": 2}
    del raw["board"]["show"]
    assert project_from_json(json.dumps(raw)).board.show is None


def test_recipes_of_an_older_version_inside_a_show_are_brought_up_to_date():
    raw = json.loads(msgspec.json.encode(PROJECT))
    old = {"version": 1, "latent": {"type": "plane", "seeds": [1, 2, 3], "x": 0.5, "y": 0.0}}
    show = raw["board"]["show"]
    show["scenes"][1]["base"] = show["visitors"]["start"] = old
    show["scenes"][2]["timeline"]["recipes"]["keys"][0]["recipe"] = old
    read = project_from_json(json.dumps(raw)).board.show
    found = (read.scenes[1].base, read.visitors.start, read.scenes[2].timeline.recipes.keys[0].recipe)
    assert [recipe.latent.corners[2] for recipe in found] == [SeedLatent(3)] * 3


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: replace(FULL, scenes=(*FULL.scenes, FULL.scenes[0])), "two scenes have the name 'Stars'"),
        (lambda: replace(FULL, hours=(Hours(scenes=("Dance",)),)), "name a scene 'Dance' that the show does not have"),
        (lambda: replace(FULL, models=()), "names the model bbbbbbbbbbbb, which the show lacks"),
        (lambda: Hours(days=(0, 7)), "weekdays from 0"),
        (lambda: Hours(days=()), "weekdays from 0"),
        (lambda: Hours(start="24:00"), "like 09:30, from 00:00 to 23:59, not '24:00'"),
        (lambda: Hours(end="9"), "like 09:30"),
        (lambda: Hours(end="9:5"), "like 09:30"),
        (lambda: Screen(columns=7, rows=7), "7 x 7 faces are 49, and 36 is the most"),
        (lambda: Screen(gamma=0), "gamma is 0; it must lie between"),
        (lambda: Screen(soft_edges=(0, 0.6, 0, 0)), "a soft edge is 0.6"),
        (lambda: Screen(rate=float("nan")), "the pictures a second is nan"),
        (lambda: Breath("noise.seed", 0, 1), "noise.seed is no amount that a breath could move"),
        (lambda: Breath("direction/Smile", -1, 1), "must say which direction of a pack it means"),
        (lambda: VisitorSlider("truncation.psi", "", 0, 1), "the title of a slider is 1 to 80"),
        (lambda: VisitorSlider("truncation.psi", "Wild", 1, 1), "its ends differ"),
        (lambda: VisitorSlider("truncation.phi", "Wild", 0, 1), "there is no control"),
        (lambda: Visitors(pin="1234"), "kept as a salted hash, and this is none"),
        (lambda: Connections(allow=("my house",)), "written like 192.168.1.20 or 192.168.1.0/24, not 'my house'"),
        (lambda: Connections(osc_to="10.0.0.2"), "written like 192.168.1.20:9000"),
        (lambda: Connections(osc_to="10.0.0.2:90000"), "written like 192.168.1.20:9000"),
        (lambda: Connections(osc_port=70000), "the OSC port is 70000"),
        (lambda: WalkScene(name="a\nb"), "a scene's name is 1 to 80 printable"),
        (lambda: WalkScene(name="a", every=0), "the time of a step of the scene a is 0"),
        (lambda: TrainingScene(name="a", run=""), "the folder of a run"),
        (lambda: hidden("12a4"), "a PIN is 4 to 12 digits"),
    ],
)
def test_what_is_wrong_in_a_show_is_told_in_one_sentence(make, sentence):
    with pytest.raises(RecipeError) as told:
        make()
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("field", ["scenes", "screen", "visitors"])
def test_a_show_with_unknown_fields_is_refused(field):
    raw = json.loads(msgspec.json.encode(PROJECT))
    inside = raw["board"]["show"][field]
    (inside[0] if isinstance(inside, list) else inside)["surprise"] = 1
    with pytest.raises(RecipeError, match="surprise"):
        project_from_json(json.dumps(raw))


def test_only_the_pin_that_was_set_opens_the_lock_and_the_file_does_not_tell_it():
    kept = hidden("2718")
    assert opens(kept, "2718")
    assert not opens(kept, "2719")
    assert not opens(kept, "")
    assert "2718" not in kept
    assert hidden("2718") != kept  # another salt
    assert opens("", "anything")


def test_hours_over_midnight_and_round_the_clock_have_their_lengths():
    assert Hours(start="22:00", end="02:30").length == 270
    assert Hours(start="00:00", end="00:00").length == 24 * 60
    assert minutes_of("9:05") == 545
