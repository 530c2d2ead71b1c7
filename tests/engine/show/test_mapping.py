"""Mappings: what a source wants of a control, who holds it, and that equal events give equal changes."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import pytest

from engine.controls import get
from engine.easing import EASINGS
from engine.errors import RecipeError
from engine.project import VERSION, Board, ModelReference, Project
from engine.project_file import project_from_json
from engine.recipe import DirectionAmount, PlaneLatent, Recipe, SeedLatent, Truncation
from engine.show.mapper import Mapper, applied
from engine.show.mapping import MOST, Mapping, suggested
from engine.show.sources import Event, kind_of, words_of

KNOB, PSI = "midi:1/cc/7", "truncation.psi"


def at(psi: float) -> Recipe:
    return Recipe(truncation=Truncation(psi=psi))


class Hand:
    """A mapper and the recipe that it changes."""

    def __init__(self, *mappings: Mapping, recipe: Recipe | None = None) -> None:
        self.mapper, self.recipe, self.now = Mapper(mappings), recipe or at(0.5), 0.0

    def send(self, *values: float, source: str = KNOB, after: float = 0.0) -> Recipe:
        self.now += after
        changes = self.mapper.take([Event(source, value) for value in values], self.now, self.recipe)
        self.recipe = applied(self.recipe, changes)
        return self.recipe

    @property
    def psi(self) -> float:
        return self.recipe.truncation.psi


def test_the_ends_of_a_knob_are_the_ends_of_the_range_exactly():
    hand = Hand(Mapping(KNOB, PSI, -0.3, 0.9, takeover=False))
    assert [hand.send(value).truncation.psi for value in (0.0, 1.0, 0.5)] == [-0.3, 0.9, pytest.approx(0.3)]


def test_a_range_that_is_turned_around_goes_down_as_the_knob_goes_up():
    hand = Hand(Mapping(KNOB, PSI, 1.0, 0.0, takeover=False))
    assert hand.send(0.25).truncation.psi == 0.75


def test_a_source_beyond_what_it_sends_counts_as_at_its_end():
    hand = Hand(Mapping("osc:/x", PSI, 0.0, 1.0, sends=(10, 20), takeover=False))
    assert [hand.send(v, source="osc:/x").truncation.psi for v in (15, 1e30, -1e30)] == [0.5, 1.0, 0.0]


@pytest.mark.parametrize("curve", EASINGS)
def test_every_curve_keeps_the_ends_and_never_leaves_the_range(curve):
    mapping = Mapping(KNOB, PSI, 0.2, 0.8, curve=curve)
    values = [mapping.wanted(mapping.share(step / 50)) for step in range(51)]
    assert values[0] == 0.2
    assert values[-1] == 0.8
    assert all(0.2 <= a <= b <= 0.8 for a, b in pairwise(values))


def test_a_knob_elsewhere_than_its_control_moves_nothing_until_it_comes_past():
    hand = Hand(Mapping(KNOB, PSI))
    assert hand.send(0.1, 0.2, 0.4).truncation.psi == 0.5
    assert hand.send(0.55).truncation.psi == 0.55
    assert hand.send(0.3).truncation.psi == pytest.approx(0.3)


def test_a_knob_that_stands_at_its_control_takes_it_at_once():
    hand = Hand(Mapping(KNOB, PSI))
    assert hand.send(0.51).truncation.psi == 0.51


def test_a_preset_takes_the_control_from_the_knob_until_it_comes_past_again():
    hand = Hand(Mapping(KNOB, PSI))
    hand.send(0.5, 0.6)
    hand.recipe = at(0.1)
    assert hand.send(0.62).truncation.psi == 0.1
    assert hand.send(0.3).truncation.psi == 0.1
    assert hand.send(0.05).truncation.psi == 0.05


def test_two_knobs_on_one_control_take_it_from_each_other_softly():
    hand = Hand(Mapping(KNOB, PSI), Mapping("midi:1/cc/8", PSI))
    hand.send(0.5, 0.9)
    assert hand.send(0.2, source="midi:1/cc/8").truncation.psi == 0.9
    assert hand.send(0.95, source="midi:1/cc/8").truncation.psi == 0.95
    assert hand.send(0.5).truncation.psi == 0.95


def test_smoothing_comes_63_percent_of_the_way_in_its_time_whatever_the_steps():
    for steps in (1, 7):
        hand = Hand(Mapping(KNOB, PSI, smoothing=2.0, takeover=False), recipe=at(0.0))
        hand.send(1.0)
        for _ in range(steps):
            hand.send(after=2.0 / steps)
        assert hand.psi == pytest.approx(1 - math.exp(-1), abs=1e-9)


def test_a_glide_arrives_exactly_and_ends():
    hand = Hand(Mapping(KNOB, PSI, smoothing=0.1, takeover=False))
    hand.send(1.0)
    assert hand.mapper.glides
    for _ in range(100):
        hand.send(after=0.05)
    assert hand.psi == 1.0
    assert not hand.mapper.glides


def test_a_hand_ends_the_glide_of_a_knob():
    hand = Hand(Mapping(KNOB, PSI, smoothing=1.0, takeover=False))
    hand.send(1.0)
    hand.send(after=0.5)
    hand.recipe = at(0.25)
    hand.send(after=0.5)
    assert hand.psi == 0.25
    assert not hand.mapper.glides


def test_a_clock_that_runs_back_moves_nothing():
    hand = Hand(Mapping(KNOB, PSI, smoothing=1.0, takeover=False))
    hand.send(1.0, after=5)
    before = hand.psi
    hand.send(after=-3)
    assert hand.psi == before


def test_each_press_goes_on_to_the_next_seed_and_from_the_last_to_the_first():
    hand = Hand(Mapping("midi:1/note/60", "latent.seed", 5, 7, way="step"), recipe=Recipe(latent=SeedLatent(5)))
    seeds = []
    for _ in range(4):
        hand.send(0.8, 0.0, source="midi:1/note/60")
        seeds.append(hand.recipe.latent.seed)
    assert seeds == [6, 7, 5, 6]


def test_a_press_that_is_held_counts_once():
    hand = Hand(Mapping("osc:/b", "latent.seed", 0, 99, way="step"), recipe=Recipe(latent=SeedLatent(5)))
    hand.send(1, 1, 0.9, 1, source="osc:/b")
    assert hand.recipe.latent.seed == 6


def test_a_toggle_goes_to_the_other_end():
    hand = Hand(Mapping("midi:1/note/60", PSI, 0.0, 1.0, way="toggle"), recipe=at(0.9))
    assert [hand.send(1, 0, source="midi:1/note/60").truncation.psi for _ in range(3)] == [0.0, 1.0, 0.0]


def test_random_presses_are_the_same_ones_again_in_the_same_range():
    def drawn() -> list[float]:
        hand = Hand(Mapping("midi:1/note/60", PSI, 0.2, 0.4, way="draw"))
        return [hand.send(1, 0, source="midi:1/note/60").truncation.psi for _ in range(20)]

    assert drawn() == drawn()
    assert all(0.2 <= value < 0.4 for value in drawn())
    assert len(set(drawn())) == 20


def test_a_knob_goes_through_the_choices():
    hand = Hand(Mapping(KNOB, "noise.mode", takeover=False))
    assert [hand.send(v).noise.mode for v in (0.0, 0.5, 1.0)] == ["const", "random", "none"]


def test_a_direction_is_moved_that_the_recipe_does_not_go_along_yet():
    move = DirectionAmount("Smile", "abc", 0.0, (0, 1))
    hand = Hand(Mapping(KNOB, "direction/Smile", -3, 3, move=move, takeover=False))
    hand.send(1.0)
    assert hand.recipe.directions == (DirectionAmount("Smile", "abc", 3.0, (0, 1)),)
    assert get(hand.recipe, "direction/Smile") == 3.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_moves_nothing(value):
    hand = Hand(Mapping(KNOB, PSI, takeover=False))
    assert hand.send(value).truncation.psi == 0.5


def test_a_control_that_the_recipe_lacks_is_left_alone_until_it_is_there():
    hand = Hand(Mapping(KNOB, "latent.x", takeover=False))
    assert hand.send(0.3) == at(0.5)
    hand.recipe = Recipe(latent=PlaneLatent((1, 2, 3), 0.0, 0.0))
    assert hand.send(0.3).latent.x == pytest.approx(0.3)


def test_a_mapping_that_is_switched_off_moves_nothing():
    hand = Hand(Mapping(KNOB, PSI, takeover=False, enabled=False))
    assert hand.send(0.9).truncation.psi == 0.5


def test_equal_events_give_equal_changes():
    mappings = (
        Mapping(KNOB, PSI, smoothing=0.3, curve="cubic-in"),
        Mapping("sound:low", "view.zoom", 0.9, 1.3, smoothing=0.1, takeover=False),
        Mapping("midi:1/note/60", "latent.seed", 0, 500, way="draw"),
    )

    def played() -> list[Recipe]:
        hand, made = Hand(*mappings), []
        for step in range(60):
            hand.send(step / 60, after=0.02)
            hand.send(math.sin(step) ** 2, source="sound:low", after=0.01)
            made.append(hand.send(float(step % 7 == 0), source="midi:1/note/60"))
        return made

    assert played() == played()


def test_editing_a_mapping_leaves_its_control_in_the_knobs_hold():
    hand = Hand(Mapping(KNOB, PSI))
    hand.send(0.5, 0.6)
    hand.mapper.use([Mapping(KNOB, PSI, 0.0, 0.8)])
    assert hand.send(0.7).truncation.psi == pytest.approx(0.56)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("osc:/fader/1", "OSC /fader/1"),
        ("osc:/xy#1", "OSC /xy, value 2"),
        ("midi:16/cc/127", "MIDI 16 CC 127"),
        ("midi:1/cc14/31", "MIDI 1 CC 31, fine"),
        ("midi:2/note/60", "MIDI 2 note C4"),
        ("midi:1/bend", "MIDI 1 pitch bend"),
        ("midi:beat", "MIDI clock, beat"),
        ("sound:all", "Sound level"),
    ],
)
def test_a_source_is_told_in_words(source, words):
    assert words_of(source) == words


@pytest.mark.parametrize(
    "source",
    ["", "osc:", "osc:x", "osc:/a b", "midi:0/cc/1", "midi:17/cc/1", "midi:1/cc/128", "midi:1/cc14/32", "sound:x",
     "midi:1/note/-1", "osc:/" + "a" * 300, "osc:/a\n"],
)  # fmt: skip
def test_what_is_no_source_is_refused_in_one_sentence(source):
    with pytest.raises(RecipeError, match="there is no source"):
        kind_of(source)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "psi"}, "there is no control"),
        ({"address": "direction/Smile"}, "which direction of a pack"),
        ({"low": math.nan}, "finite"),
        ({"high": 1e300}, "between"),
        ({"curve": "wild"}, "there is no curve"),
        ({"smoothing": -1}, "between 0 and 60"),
        ({"sends": (1.0, 1.0)}, "its two ends must differ"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused_in_one_sentence(change, said):
    with pytest.raises(RecipeError, match=said):
        Mapping(**({"source": KNOB, "address": PSI} | change))


def test_a_project_keeps_its_mappings_and_one_of_version_2_opens_without_any():
    mapping = Mapping(KNOB, "direction/Smile", -2, 2, move=DirectionAmount("Smile", "abc", 0.0, (0,)))
    project = Project(ModelReference("0" * 64), Recipe(), Board(mappings=(mapping,)))
    assert project_from_json(msgspec.json.encode(project)) == project
    old = msgspec.json.decode(msgspec.json.encode(Project(ModelReference("0" * 64), Recipe())))
    old["version"] = 2
    del old["board"]["mappings"]
    opened = project_from_json(msgspec.json.encode(old))
    assert opened.board.mappings == ()
    assert opened.version == VERSION


def test_more_mappings_than_a_show_can_follow_are_refused():
    with pytest.raises(RecipeError, match=f"{MOST} is the most"):
        Board(mappings=(Mapping(KNOB, PSI),) * (MOST + 1))


@pytest.mark.parametrize(
    ("source", "address", "way", "takeover"),
    [
        (KNOB, PSI, "follow", True),
        ("midi:1/note/60", "latent.seed", "step", True),
        ("midi:1/note/60", PSI, "toggle", True),
        ("sound:onset", "latent.seed", "step", False),
        ("sound:low", PSI, "follow", False),
    ],
)
def test_what_is_suggested_for_a_source_suits_it(source, address, way, takeover):
    made = suggested(source, address, (0.0, 1.0))
    assert (made.way, made.takeover) == (way, takeover)
