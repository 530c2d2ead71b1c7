"""The timeline: recipes and single controls placed in time, and one recipe for every time."""

from engine.timeline.playing import frames, recipe_of_frame, time_of_frame
from engine.timeline.reading import recipe_at
from engine.timeline.values import Timeline

__all__ = ["Timeline", "frames", "recipe_at", "recipe_of_frame", "time_of_frame"]
