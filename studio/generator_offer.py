"""Offers the large face generator while the small one that ships is all there is: a card once, and a menu entry."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from engine.job import Progress
from engine.models.catalogue import shipped
from engine.paths import models_dir
from studio.card import Card
from studio.open_model import OpenModel
from studio.progress_line import FloatingProgress
from studio.session import Session
from studio.settings import GENERATOR_OFFERED, Settings
from studio.workers.jobs import RunningJob
from studio.workers.opening import DEFAULT_MODEL, fetching

HEADING = "These faces are small"
SENTENCE = (
    "They come with Visagist, 64 pixels wide, and were never photographed. The face generator draws portraits of 1024 "
    "pixels: fetched once, 38 MB."
)


class GeneratorOffer(QObject):
    """One for the window."""

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self.card: Card | None = None
        self.job: RunningJob | None = None
        self.progress = FloatingProgress(session.canvas)
        session.document.model_changed.connect(self.on_model)

    @property
    def missing(self) -> bool:
        """Whether the generator has not been fetched yet."""
        return not (models_dir() / f"{DEFAULT_MODEL}.safetensors").is_file()

    def suits(self, model: OpenModel) -> bool:
        """Its action is there for every model while there is something to offer."""
        return self.missing

    def on_model(self, model: OpenModel) -> None:
        """The card stands over the faces that it speaks of, and is not shown again once it was answered."""
        small = self.session.model_path in shipped()
        if self.card is not None and not small:
            self.card.left.disconnect(self.on_answered)  # another model is no answer
            self.card.leave()
            self.card = None
        elif self.card is None and small and self.missing and not self.settings.get(GENERATOR_OFFERED):
            self.card = card = Card(self.session.canvas, HEADING, SENTENCE)
            card.add_button("Fetch it", self.fetch, default=True)
            card.left.connect(self.on_answered)
            card.appear()

    def on_answered(self) -> None:
        """It was fetched, or put off: the menu of the model's name goes on offering it."""
        self.card = None
        self.settings.set(GENERATOR_OFFERED, True)

    def fetch(self) -> None:
        """Get the generator, then open it; what is on show stays until then."""
        if self.card is not None:
            self.card.leave()
        if self.job is not None:
            return
        if self.session.renderer is None:
            self.session.fetch_model()
            return
        self.progress.begin(self.stop)
        self.show_progress(Progress(0, 0, ""))
        self.job = self.session.jobs.start(fetching(), self.on_fetched, self.on_failed, self.show_progress)

    def show_progress(self, progress: Progress) -> None:
        """How far it is; its bytes are no words."""
        self.progress.show_progress(progress)
        self.progress.label.setText("Fetching the face generator")
        self.progress.place()

    def stop(self) -> None:
        """It is not wanted now."""
        if self.job is not None:
            self.job.cancel()
        self.end()

    def end(self) -> None:
        """There is nothing more to wait for."""
        self.job = None
        self.progress.end()

    def on_fetched(self, path: Path) -> None:
        self.end()
        self.session.open_model(path)

    def on_failed(self, error: BaseException) -> None:
        self.end()
        self.session.messages.fail("fetching the face generator", error)
