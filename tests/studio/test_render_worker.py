"""The render thread: newest first, drafts and finals, errors, and its end."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from engine.errors import VisagistError
from engine.models.model import Model
from engine.recipe import Mix, Recipe, SeedLatent
from engine.renderer import Renderer
from studio.workers.mailbox import Errand
from studio.workers.render_worker import RenderWorker
from tests.studio.conftest import Gate


class Listener:
    """A worker and what came out of it."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.worker = RenderWorker()
        self.results, self.errands = [], []
        self.worker.rendered.connect(self.results.append)
        self.worker.ran_errand.connect(self.errands.append)
        self.worker.start()

    def ask(self, recipe: Recipe, *, moving: bool = False) -> None:
        self.worker.request(1, self.renderer, recipe, moving=moving)

    @property
    def sizes(self) -> list[int]:
        return [result.frame.size for result in self.results]


@pytest.fixture
def listen(qapp) -> Iterator[Callable[[Renderer], Listener]]:
    """Starts workers, and ends them whatever happens."""
    made: list[Listener] = []

    def start(renderer: Renderer) -> Listener:
        made.append(Listener(renderer))
        return made[-1]

    yield start
    for listener in made:
        listener.worker.end()


@pytest.fixture
def listener(listen, tiny_model) -> Listener:
    return listen(Renderer(tiny_model))


def gated(model: Model, stage: int) -> tuple[Renderer, Gate]:
    gate = Gate(model.generator, stage)
    return Renderer(replace(model, generator=gate)), gate


def seed(number: int) -> Recipe:
    return Recipe(latent=SeedLatent(number))


def test_a_request_brings_a_draft_and_then_the_final(listener, qtbot):
    listener.ask(seed(1))
    qtbot.waitUntil(lambda: listener.sizes == [16, 64])
    draft, final = (result.frame for result in listener.results)
    assert (draft.draft, final.draft) == (True, False)
    assert draft.recipe == final.recipe == seed(1)


def test_a_moving_hand_gets_drafts_and_a_hand_that_holds_still_the_final(listener, qtbot):
    listener.ask(seed(1), moving=True)
    qtbot.waitUntil(lambda: 64 in listener.sizes)
    assert listener.sizes[0] == 16


def test_a_burst_of_requests_ends_with_the_last_and_renders_few(qtbot, listen, tiny_model):
    renderer, gate = gated(tiny_model, 0)
    listener = listen(renderer)
    for number in range(200):
        listener.ask(seed(number), moving=True)
        assert number or gate.reached.wait(120)
    gate.open.set()
    qtbot.waitUntil(lambda: bool(listener.results) and listener.results[-1].frame.size == 64)
    assert [result.work.generation for result in listener.results] == [1, 200, 200]
    assert listener.results[-1].frame.recipe == seed(199)


def test_a_final_is_given_up_for_the_next_request(qtbot, listen, tiny_model):
    last = len(tiny_model.generator.plan.stages) - 1
    renderer, gate = gated(tiny_model, last - 1)
    listener = listen(renderer)
    listener.ask(seed(1))
    assert gate.reached.wait(120)  # in the middle of the final
    listener.ask(seed(2))
    gate.open.set()
    qtbot.waitUntil(lambda: bool(listener.results) and listener.results[-1].frame.size == 64)
    assert [(r.work.generation, r.frame.draft) for r in listener.results] == [(1, True), (2, True), (2, False)]
    assert gate.runs.count(last) == 1, "the first final's last stage was never run"


def test_an_error_comes_out_as_a_result_and_the_thread_lives_on(listener, qtbot):
    listener.ask(replace_mixes(seed(1), rows=(99,)))
    qtbot.waitUntil(lambda: len(listener.results) == 1)
    assert listener.results[0].frame is None
    assert isinstance(listener.results[0].error, VisagistError)
    listener.ask(seed(2))
    qtbot.waitUntil(lambda: len(listener.results) == 3)
    assert listener.results[-1].frame.recipe == seed(2)


def replace_mixes(recipe: Recipe, rows: tuple[int, ...]) -> Recipe:
    return Recipe(latent=recipe.latent, mixes=(Mix(SeedLatent(3), rows),))


def test_a_fault_in_the_network_is_a_result_too(qtbot, listen, tiny_model):
    class Broken(Gate):
        def run(self, stage, state, styles, inputs):
            raise ValueError("shapes do not match")

    listener = listen(Renderer(replace(tiny_model, generator=Broken(tiny_model.generator, 0))))
    listener.ask(seed(1))
    qtbot.waitUntil(lambda: len(listener.results) == 1)
    assert isinstance(listener.results[0].error, ValueError)
    assert listener.worker.isRunning()


def test_a_hand_that_never_rests_does_not_starve_small_errands(qtbot, listen, tiny_model):
    renderer, gate = gated(tiny_model, 0)
    listener = listen(renderer)
    listener.ask(seed(0), moving=True)
    assert gate.reached.wait(120)
    queue = listener.worker.mailbox.queue
    queue(Errand("save", 1, renderer, seed(8), None))
    queue(Errand("thumbnail", 1, renderer, seed(9), 16))
    # as soon as one picture is there the next is asked for, so that a request always waits
    again = iter(range(1, 1000))
    listener.worker.rendered.connect(
        lambda result: listener.ask(seed(next(again)), moving=True), Qt.ConnectionType.DirectConnection
    )
    gate.open.set()
    qtbot.waitUntil(lambda: len(listener.errands) == 1)
    assert listener.errands[0].work.key == "thumbnail"
    assert listener.errands[0].frame.size == 16
    assert len(listener.results) > 4
    listener.worker.rendered.disconnect()
    qtbot.waitUntil(lambda: len(listener.errands) == 2)


def test_an_errand_waits_for_the_window_and_is_not_lost(qtbot, listen, tiny_model):
    last = len(tiny_model.generator.plan.stages) - 1
    renderer, gate = gated(tiny_model, last - 1)
    listener = listen(renderer)
    listener.worker.mailbox.queue(Errand("save", 1, renderer, seed(9), None))
    assert gate.reached.wait(120)
    listener.ask(seed(2))
    gate.open.set()
    qtbot.waitUntil(lambda: len(listener.errands) == 1)
    assert listener.errands[0].frame.recipe == seed(9)
    assert listener.errands[0].frame.size == 64
    assert listener.sizes == [16, 64], "the window's picture came first"


def test_the_same_recipe_again_is_not_rendered_again(listener, qtbot):
    listener.ask(seed(1))
    qtbot.waitUntil(lambda: listener.sizes == [16, 64])
    listener.ask(seed(1))
    listener.ask(seed(2))
    qtbot.waitUntil(lambda: len(listener.sizes) == 4)
    assert [result.frame.recipe for result in listener.results[2:]] == [seed(2), seed(2)]


def test_the_thread_ends_in_the_middle_of_a_final(listen, tiny_model):
    last = len(tiny_model.generator.plan.stages) - 1
    renderer, gate = gated(tiny_model, last - 1)
    listener = listen(renderer)
    listener.ask(seed(1))
    assert gate.reached.wait(120)
    listener.worker.mailbox.close()  # as `end` does first; then it waits
    gate.open.set()
    listener.worker.end()
    assert listener.worker.isFinished()
    assert last not in gate.runs


def test_garbage_is_collected_on_the_main_thread_only(listener, qtbot, collector):
    where = []

    def note(phase: str, info: dict) -> None:
        where.append(threading.current_thread() is threading.main_thread())

    class Loop:
        def __init__(self) -> None:
            self.me = self

    class Littering(Gate):
        def run(self, stage, state, styles, inputs):
            self.litter = [Loop() for _ in range(3000)]
            return self.generator.run(stage, state, styles, inputs)

    model = listener.renderer.model
    listener.renderer = Renderer(replace(model, generator=Littering(model.generator, 0)))
    gc.callbacks.append(note)
    try:
        for number in range(5):
            listener.ask(seed(number))
            qtbot.waitUntil(lambda: bool(listener.results) and listener.results[-1].work.generation == number + 1)  # noqa: B023
        qtbot.waitUntil(lambda: len(where) > 0)
    finally:
        gc.callbacks.remove(note)
    assert all(where)
