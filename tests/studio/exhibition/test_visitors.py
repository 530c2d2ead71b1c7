"""When a visitor is there and when they are gone, by a clock that the test turns."""

from __future__ import annotations

import pytest

from studio.exhibition.visitors import Visit
from tests.clock import Clock


@pytest.fixture
def visit(qapp):
    clock = Clock()
    made = Visit(40, clock=clock)
    made.heard = []
    made.came.connect(lambda: made.heard.append("came"))
    made.left.connect(lambda: made.heard.append("left"))
    made.waning.connect(lambda share: made.heard.append(share))

    def passes(seconds: float) -> list:
        clock.now += seconds
        made.tick()
        heard, made.heard[:] = list(made.heard), []
        return heard

    made.passes = passes
    return made


def test_a_touch_brings_a_visitor_and_stillness_takes_them_away(visit):
    assert visit.passes(1000) == []
    visit.touched()
    assert visit.passes(0) == ["came"]
    assert visit.passes(29.9) == []
    assert visit.passes(5.1) == [pytest.approx(0.5)]
    assert visit.passes(5.1) == ["left"]
    assert not visit.present
    assert visit.passes(1000) == []


def test_every_touch_begins_the_seconds_again(visit):
    visit.touched()
    for _ in range(10):
        visit.passes(35)
        visit.touched()
    assert visit.present
    assert "left" not in visit.passes(39)


def test_who_touches_in_the_last_seconds_is_told_that_all_is_well(visit):
    visit.touched()
    visit.passes(38)
    visit.touched()
    assert visit.passes(0) == [1.0]


def test_the_next_visitor_is_another_one(visit):
    visit.touched()
    visit.passes(50)
    visit.touched()
    assert visit.passes(0) == ["came"]
