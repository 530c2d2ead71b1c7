"""Pictures on the wall by their painted pixels: turned, fitted, blended, with soft edges and gamma."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QSize
from PySide6.QtGui import QColor, QImage

from engine.show.values import Screen
from studio.exhibition.wall import Wall

CORNERS = ("red", "lime", "blue", "yellow")  # upper left, upper right, lower right, lower left: clockwise


def quartered(side: int = 200) -> QImage:
    """A picture whose quarters can be told apart."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    for y in range(side):
        for x in range(side):
            right, low = x >= side // 2, y >= side // 2
            image.setPixelColor(x, y, QColor(CORNERS[(3 if not right else 2) if low else int(right)]))
    return image


def plain(colour: str | QColor, width: int = 100, height: int = 100) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


@pytest.fixture
def wall(qtbot):
    def make(screen: Screen, width: int = 400, height: int = 200) -> Wall:
        made = Wall(screen)
        qtbot.addWidget(made)
        made.resize(width, height)
        return made

    return make


def at(wall: Wall, x: int, y: int) -> str:
    return wall.grab().toImage().pixelColor(x, y).name()


def seen(wall: Wall, *points: tuple[int, int]) -> list[str]:
    image = wall.grab().toImage().copy()
    return [QColor(image.pixelColor(x, y)).name() for x, y in points]


def names(*colours: str) -> list[str]:
    return [QColor(colour).name() for colour in colours]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_picture_is_turned_clockwise(wall, turns):
    made = wall(Screen(rotation=90 * turns), 200, 200)
    made.show_pictures(quartered())
    shown = seen(made, (20, 20), (180, 20), (180, 180), (20, 180))
    # a corner that was upper left is upper right after one turn
    assert shown == names(*(CORNERS[-turns:] + CORNERS[:-turns]))


def test_fit_shows_all_of_it_with_black_beside(wall):
    made = wall(Screen(fit="fit"))
    made.show_pictures(quartered())
    assert seen(made, (99, 100), (300, 100)) == names("black", "black")
    assert seen(made, (101, 2), (298, 2), (298, 197), (101, 197)) == names(*CORNERS)


def test_crop_fills_the_screen_and_cuts_as_much_above_as_below(wall):
    made = wall(Screen(fit="crop"))
    made.show_pictures(quartered(400))
    assert seen(made, (2, 2), (398, 2), (398, 198), (2, 198)) == names(*CORNERS)
    assert seen(made, (2, 98), (2, 102)) == names("red", "yellow")
    tall = plain("white", 100, 400)
    for y in (*range(150), *range(250, 400)):
        for x in range(100):
            tall.setPixelColor(x, y, QColor("red"))
    made.show_pictures(tall)  # 100 x 400 in 400 x 200: its middle eighth is to be seen, which is white
    assert seen(made, (5, 3), (200, 100), (395, 197)) == names("white", "white", "white")


def test_fill_stretches(wall):
    made = wall(Screen(fit="fill"))
    made.show_pictures(quartered())
    assert seen(made, (2, 2), (398, 2), (398, 198), (2, 198)) == names(*CORNERS)


def test_a_turned_picture_fits_the_screen_as_it_hangs(wall):
    made = wall(Screen(rotation=90), 200, 400)
    assert made.canvas == QSize(400, 200)
    made.show_pictures(quartered())
    assert seen(made, (100, 99), (100, 300)) == names("black", "black")
    assert seen(made, (197, 101), (197, 298)) == names("red", "lime")


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.6, 1.0])
def test_two_pictures_are_blended_by_their_weight(wall, weight):
    made = wall(Screen(), 200, 200)
    made.show_pictures(plain(QColor(200, 40, 0)), plain(QColor(0, 240, 80)), weight)
    image = made.grab().toImage().copy()
    got = image.pixelColor(100, 100)
    wanted = [b * (1 - weight) + n * weight for b, n in zip((0, 240, 80), (200, 40, 0), strict=True)]
    assert [got.red(), got.green(), got.blue()] == pytest.approx(wanted, abs=2)


def test_pictures_of_two_shapes_go_over_into_the_black_beside_them(wall):
    made = wall(Screen(), 400, 200)
    made.show_pictures(plain("white", 100, 100), plain("white", 200, 100), 0.5)
    image = made.grab().toImage().copy()
    assert image.pixelColor(200, 100).red() == pytest.approx(255, abs=2)  # both
    assert image.pixelColor(20, 100).red() == pytest.approx(128, abs=2)  # the wide one alone, half gone


def test_soft_edges_rise_from_black_evenly_in_light(wall):
    made = wall(Screen(fit="fill", soft_edges=(0.5, 0, 0, 0)), 400, 100)
    made.show_pictures(plain("white"))
    image = made.grab().toImage().copy()
    for x in (20, 60, 100, 160):
        light = (image.pixelColor(x, 50).red() / 255) ** 2.2
        assert light == pytest.approx(x / 200, abs=0.02)
    assert image.pixelColor(0, 50).red() < 25
    assert image.pixelColor(300, 50).red() == 255


def test_two_projectors_that_overlap_give_the_light_of_one(wall):
    left, right = (
        wall(Screen(fit="fill", soft_edges=(0, 0, 0.25, 0))),
        wall(Screen(fit="fill", soft_edges=(0.25, 0, 0, 0))),
    )
    for made in (left, right):
        made.show_pictures(plain("white"))
    a, b = left.grab().toImage().copy(), right.grab().toImage().copy()
    for x in (10, 40, 70, 90):  # of the 100 pixels that both throw on
        light = sum((image.pixelColor(at, 100).red() / 255) ** 2.2 for image, at in ((a, 300 + x), (b, x)))
        assert light == pytest.approx(1, abs=0.04)


def test_gamma_lightens_the_middle_and_leaves_the_ends(wall):
    made = wall(Screen(fit="fill", gamma=2.0), 300, 100)
    grey = plain("black", 3, 1)
    grey.setPixelColor(1, 0, QColor(64, 64, 64))
    grey.setPixelColor(2, 0, QColor("white"))
    kept = grey.copy()
    made.show_pictures(grey)
    shown = seen(made, (2, 50), (150, 50), (298, 50))
    assert shown[0] == "#000000"
    assert QColor(shown[1]).red() == pytest.approx(255 * (64 / 255) ** 0.5, abs=3)
    assert shown[2] == "#ffffff"
    assert grey == kept  # the picture itself is whoever's it was


def test_room_beside_the_picture_is_kept_free_as_the_canvas_lies(wall):
    made = wall(Screen(), 400, 200)
    made.show_pictures(plain("white"))
    made.make_room(QMargins(0, 0, 200, 0))
    assert seen(made, (2, 100), (198, 100), (202, 100)) == names("white", "white", "black")
    turned = wall(Screen(rotation=180), 400, 200)
    turned.show_pictures(plain("white"))
    turned.make_room(QMargins(0, 0, 200, 0))
    assert seen(turned, (2, 100), (398, 100)) == names("black", "white")


def test_a_picture_is_mapped_once_however_often_it_is_blended(wall):
    made = wall(Screen(), 400, 200)
    now, before = plain("red"), plain("blue")
    made.show_pictures(now, before, 0.1)
    made.grab()
    first = dict(made.mapped)
    made.show_pictures(now, before, 0.2)
    made.grab()
    assert made.mapped == first
    made.show_pictures(now, None, 1.0)
    made.grab()
    assert list(made.mapped) == [now.cacheKey()]


def test_nothing_is_black(wall):
    made = wall(Screen())
    made.show_pictures(plain("white"))
    made.blank()
    assert at(made, 200, 100) == "#000000"
