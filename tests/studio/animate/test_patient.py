"""Long work on the render thread: the hand goes first, a stage is made all the same, and a pause costs no time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from studio.workers.jobs import Jobs
from studio.workers.mailbox import SHARE, Commission, Errand, Mailbox, Request
from studio.workers.patient import Gate as Door
from studio.workers.patient import PatientRenderer
from studio.workers.render_worker import RenderWorker
from tests.studio.conftest import Gate


def seed(number: int) -> Recipe:
    return Recipe(latent=SeedLatent(number))


@pytest.fixture
def worker(qapp) -> Iterator[RenderWorker]:
    made = RenderWorker()
    made.start()
    yield made
    made.end()


def ask(mailbox: Mailbox, number: int) -> None:
    mailbox.put(Request(number, 1, None, seed(number), True, 0.0))


def test_the_window_goes_first_then_thumbnails_then_long_work():
    mailbox = Mailbox()
    commission, errand = Commission(lambda stop: None), Errand("thumbnail", 1, None, seed(1), 16)
    mailbox.commission(commission)
    mailbox.queue(errand)
    ask(mailbox, 1)
    assert isinstance(mailbox.take(), Request)
    assert [mailbox.take(), mailbox.take()] == [errand, commission]


def test_a_drift_that_asks_without_end_leaves_long_work_its_share():
    mailbox = Mailbox()
    for _ in range(3):
        mailbox.commission(Commission(lambda stop: None))
    taken = []
    for number in range(3 * (SHARE + 1)):
        ask(mailbox, number)
        taken.append(type(mailbox.take()).__name__[0])
    assert "".join(taken) == ("R" * SHARE + "C") * 3


def test_put_aside_it_goes_on_where_it_was_and_gives_the_same_picture(qtbot, worker, tiny_model):
    gate = Gate(tiny_model.generator, 1)
    renderer, window = Renderer(replace(tiny_model, generator=gate)), Renderer(tiny_model)
    commission = Commission(lambda stop: renderer.render(seed(7), None, stop))
    worker.mailbox.commission(commission)
    assert gate.reached.wait(30)
    shown = []
    worker.rendered.connect(shown.append)
    worker.request(1, window, seed(1), moving=True)
    gate.open.set()
    assert np.array_equal(commission.done.result(30).pixels, Renderer(tiny_model).render(seed(7)).pixels)
    qtbot.waitUntil(lambda: bool(shown))
    assert gate.runs == sorted(set(gate.runs)), "no stage was made twice"


def test_a_fault_reaches_whoever_commissioned_it_and_the_thread_lives_on(worker):
    def broken(stop):
        raise ValueError("shapes do not match")

    first, second = Commission(broken), Commission(lambda stop: 5)
    worker.mailbox.commission(first)
    worker.mailbox.commission(second)
    with pytest.raises(ValueError, match="shapes do not match"):
        first.done.result(30)
    assert second.done.result(30) == 5


def test_a_job_that_is_cancelled_while_it_waits_ends_and_withdraws_its_wish(qtbot, tiny_model):
    mailbox, ended = Mailbox(), []  # nobody takes from it

    def job():
        yield from ()
        try:
            PatientRenderer(Renderer(tiny_model), mailbox, Door()).render(seed(1))
        finally:
            ended.append(len(mailbox.commissions))

    jobs = Jobs()
    running = jobs.start(job(), lambda _: ended.append("done"), lambda error: ended.append(error))
    qtbot.waitUntil(lambda: len(mailbox.commissions) == 1)
    running.cancel()
    qtbot.waitUntil(lambda: ended == [0])
    jobs.end()


def test_the_clock_of_a_door_stands_still_while_it_is_shut():
    now = [0.0]
    door = Door(lambda: now[0])
    now[0] = 5.0
    door.pause()
    now[0] = 100.0
    assert (door.paused, door.time()) == (True, 5.0)
    door.resume()
    now[0] = 101.0
    assert (door.paused, door.time()) == (False, 6.0)


def test_who_comes_to_a_shut_door_goes_through_when_it_opens():
    door, through = Door(time.monotonic), threading.Event()
    door.pause()
    threading.Thread(target=lambda: (door.opened.wait(30), through.set()), daemon=True).start()
    assert not through.wait(0.05)
    door.resume()
    assert through.wait(30)
