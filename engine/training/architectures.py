"""The architectures that can be trained, in one table."""

from __future__ import annotations

from engine.training.learner import Learner
from engine.training.progan_learner import ProganLearner
from engine.training.style_learner import StyleLearner

LEARNERS: dict[str, type[Learner]] = {"style": StyleLearner, "progan": ProganLearner}
