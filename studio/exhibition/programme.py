"""What plays at a beat: the show at its moment, or the scene chosen by hand, or what a visitor stands before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from engine.errors import RecipeError, VisagistError
from engine.project import Project
from engine.show.hours import zone_of
from engine.show.playing import Part, cue_at, play
from engine.show.scenes import AnyScene, TrainingScene
from engine.show.values import Show, ShowModel
from engine.training.run import SNAPSHOTS, RunFolder
from studio.exhibition.hands import Hands
from studio.exhibition.moments import Moments

AHEAD_S = 16  # so much earlier the next model is opened
LOOK_S = 10.0  # between looks for new snapshots


def playable(show: Show, told: Callable[[VisagistError], None]) -> Show:
    """The show with a time zone that this machine knows, its own where it knows not the show's."""
    try:
        zone_of(show.zone)
    except RecipeError as error:
        told(error)
        return replace(show, zone="")
    return show


class Programme:
    """begun: unix seconds from which the show counts. told: hears of what cannot be played as the show says."""

    def __init__(
        self, project: Project, show: Show, moments: Moments, begun: float, told: Callable[[VisagistError], None]
    ) -> None:
        self.project, self.moments, self.told = project, moments, told
        # a clock that was put back since would leave the show at its first moment until then
        self.begun = min(begun, moments.at(moments.clock()))
        self.show = playable(show, told)
        self.hands = Hands()
        self.chosen: tuple[AnyScene, float] | None = None
        self.snapshots: dict[str, tuple[str, ...]] = {}
        self.next_look = 0.0
        self.look()

    def use(self, project: Project, show: Show) -> None:
        """Another show, or other faces; a scene chosen by hand stays where it is still there."""
        self.project, self.show = project, playable(show, self.told)
        if self.chosen is not None:
            scene = self.scene(self.chosen[0].name)
            self.chosen = None if scene is None else (scene, self.chosen[1])
        self.next_look = 0.0
        self.look()

    def scene(self, name: str) -> AnyScene | None:
        """The scene of a name."""
        return next((scene for scene in self.show.scenes if scene.name == name), None)

    def choose(self, name: str | None, beat: float) -> None:
        """Play one scene from its beginning until told otherwise; VisagistError where there is none of this name."""
        scene = None if name is None else self.scene(name)
        if name is not None and scene is None:
            names = ", ".join(scene.name for scene in self.show.scenes) or "none"
            raise VisagistError(f"the show has no scene '{name[:80]}'; it has {names}")
        self.chosen = None if scene is None else (scene, self.moments.at(beat))

    def follow_clock(self) -> bool:
        """Go by the clock on the wall; whether somebody set it. A scene chosen by hand goes on where it is."""
        jump = self.moments.look()
        self.begun = min(self.begun, self.moments.at(self.moments.clock()))
        if jump and self.chosen is not None:
            scene, since = self.chosen
            self.chosen = scene, since + jump
        return jump != 0

    def part(self, beat: float) -> tuple[Part | None, Part | None]:
        """What plays at a beat, None for darkness, and what it comes from where that is of another model."""
        at = self.moments.at(beat)
        if self.chosen is not None:
            scene, since = self.chosen
            lone = self.alone(scene)
            playing = play(lone, self.project, max(at, since), since, self.snapshots)
        else:
            playing = play(self.show, self.project, at, self.begun, self.snapshots)
        return playing.now, playing.before

    def alone(self, scene: AnyScene) -> Show:
        """A show of one scene."""
        return replace(self.show, scenes=(scene,), hours=())

    def coming(self, beat: float, current: ShowModel | None) -> ShowModel | None:
        """The model that plays next, where another than the present one does soon."""
        show, begun = self.show, self.begun
        if self.chosen is not None:
            show, begun = self.alone(self.chosen[0]), self.chosen[1]
        for ahead in range(AHEAD_S + 1):
            at = max(self.moments.at(beat) + ahead * self.moments.speed, begun)
            cue = cue_at(show, self.project, at, begun, self.snapshots)
            if cue.scene is not None and cue.model != current:
                return cue.model
        return None

    def look(self) -> None:
        """See which snapshots the runs have by now."""
        now = self.moments.clock()
        if now < self.next_look:
            return
        self.next_look = now + LOOK_S
        runs = {scene.run for scene in self.show.scenes if isinstance(scene, TrainingScene)}
        self.snapshots = {run: tuple(map(str, RunFolder(Path(run)).files(SNAPSHOTS))) for run in runs}
