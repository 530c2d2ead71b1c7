"""A face is decided by its seed and number, and each attribute moves what it says."""

from __future__ import annotations

import sys
from importlib import import_module

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.training.faces.attributes import FOLLOWING, MIRROR_NEGATES, MOVABLE, NAMES, Choice, Number, draw_attributes
from engine.training.faces.compiled import prepare_cache
from engine.training.faces.face import face


def test_equal_seed_and_number_give_equal_pictures_and_labels():
    first, again = face(3, 4, 32), face(3, 4, 32)
    assert np.array_equal(first[0], again[0])
    assert first[0].shape == (32, 32, 3)
    assert first[0].dtype == np.uint8
    assert first[1] == again[1]
    assert tuple(first[1]) == NAMES


def test_another_number_or_seed_gives_another_face():
    assert draw_attributes(np.random.default_rng([3, 4])) != draw_attributes(np.random.default_rng([3, 5]))
    assert draw_attributes(np.random.default_rng([3, 4])) != draw_attributes(np.random.default_rng([4, 4]))


def test_drawn_attributes_keep_their_ranges_and_cover_them():
    faces = [draw_attributes(np.random.default_rng([1, index])) for index in range(400)]
    for name, kind in MOVABLE.items():
        values = [each[name] for each in faces]
        if isinstance(kind, Choice):
            assert set(values) == set(kind.words), name
        elif name != "seed":
            assert kind.low <= min(values) <= max(values) <= kind.high
            assert np.ptp(values) > 0.6 * (kind.high - kind.low), name
    assert all(abs(sum(each[f"eth_{name}"] for name in ("african", "asian", "caucasian")) - 1) < 1e-5 for each in faces)


@pytest.mark.parametrize(
    ("moved", "rows", "columns"),
    [
        ({"smile": 1.0}, (20, 58), (10, 54)),
        ({"mouth_open": 1.0}, (30, 64), (8, 56)),
        ({"glasses": 1.0}, (20, 42), (8, 56)),
        ({"gaze_x": 15.0}, (26, 34), (18, 46)),
        ({"makeup": 1.0}, (24, 54), (14, 50)),
        ({"freckles": 1.0}, (28, 50), (12, 52)),
        ({"brow_thickness": 1.5}, (18, 34), (14, 50)),
        ({"beard_style": "full", "beard": 0.9}, (26, 64), (4, 60)),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_attribute_moves_its_own_part_of_the_face_and_nothing_else(changed, moved, rows, columns):
    pixels = changed(**moved)
    inside = np.zeros_like(pixels)
    inside[slice(*rows), slice(*columns)] = True
    assert pixels[inside].sum() >= 12
    assert not pixels[~inside].any()


def test_hair_changes_colour_where_there_is_hair(changed, portrait):
    pixels = changed(hair_colour="blond")
    assert pixels[4:10, 24:40].mean() > 0.9
    assert not pixels[40:].any()
    assert portrait(hair_colour="blond")[1]["hair_r"] > portrait(hair_colour="black")[1]["hair_r"] + 60


def test_a_darker_skin_is_darker_in_the_picture_and_in_its_label(portrait):
    light, dark = portrait(skin_tone=0.1), portrait(skin_tone=0.9)
    assert light[0][34:44, 26:38].mean() > dark[0][34:44, 26:38].mean() + 50
    assert light[1]["skin_g"] > dark[1]["skin_g"] + 80


def test_age_wrinkles_and_moves_the_features(changed, portrait):
    ages = [portrait(age=age)[1]["wrinkles"] for age in (20.0, 50.0, 80.0)]
    assert ages == sorted(ages)
    assert ages[0] == 0
    assert changed(age=80.0)[24:56, 16:48].mean() > 0.6
    assert not changed(age=80.0)[:16, :10].any(), "the background"


def test_exposure_counts_in_stops(portrait):
    # linear light of the dark cloth and background doubles with a stop; half a stop each way here
    down, up = (((portrait(exposure=stops)[0][40:60, :6] / 255 + 0.055) / 1.055) ** 2.4 for stops in (-0.5, 0.0))
    shown = down < 0.5
    assert np.median(up[shown] / down[shown]) == pytest.approx(2**0.5, rel=0.03)


def test_the_mirror_image_has_negated_labels(portrait):
    turned = {"yaw": 20.0, "roll": 3.0, "gaze_x": 5.0, "light_az": 30.0}
    assert set(turned) == set(MIRROR_NEGATES)
    right = portrait(**turned)[0]
    left = portrait(**{name: -value for name, value in turned.items()})[0]
    middle = slice(16, 58), slice(16, 48)
    mirrored = np.abs(right - left[:, ::-1])[middle].mean()
    assert mirrored < 8
    assert np.abs(right - left)[middle].mean() > 4 * mirrored


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"smiling": 1}, "no attribute 'smiling'"),
        ({"smile": 2.0}, "smile is a number from 0 to 1"),
        ({"smile": float("nan")}, "smile is a number"),
        ({"smile": "much"}, "smile is a number"),
        ({"hair_style": "mullet"}, "hair_style is one of bald, buzz"),
        ({"hair_colour": 3.0}, "hair_colour is one of black"),
        ({"wrinkles": 1.0}, "wrinkles cannot be asked for: it is a consequence of age"),
    ],
)
def test_an_attribute_that_no_face_has_is_refused_in_a_sentence(asked, said):
    with pytest.raises(VisagistError, match=said):
        face(0, 0, 64, asked)


@pytest.mark.parametrize(("seed", "index", "side"), [(0, 0, 8), (0, 0, 2048), (-1, 0, 64), (0, -1, 64), (2**63, 0, 64)])
def test_a_face_that_cannot_be_is_refused_in_a_sentence(seed, index, side):
    with pytest.raises(VisagistError, match=r"px wide|whole numbers"):
        face(seed, index, side)


def test_every_attribute_says_what_it_is():
    assert all(isinstance(kind, Number | Choice) and kind.says for kind in MOVABLE.values())
    assert all(FOLLOWING.values())


def test_without_numba_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "engine.training.faces.compiled")
    with pytest.raises(VisagistError, match="pip install numba"):
        import_module("engine.training.faces.compiled")


def test_kernels_are_kept_in_the_cache_folder_or_else_not_at_all(monkeypatch, tmp_path):
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path))
    assert prepare_cache()
    assert numba.config.CACHE_DIR.startswith(str(tmp_path))
    (tmp_path / "file").touch()
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "file"))
    assert not prepare_cache()
