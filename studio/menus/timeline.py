"""Keyframes, tracks and time."""

from __future__ import annotations

from studio.menus.spec import Spec


def of(
    id: str, group: int, text: str, keys: str | tuple[str, ...], tip: str, handler: str, icon: str = "", *given: object
) -> Spec:
    """A row; keys: one shortcut, several, or "" for none."""
    shortcuts = ((keys,) if keys else ()) if isinstance(keys, str) else keys
    return Spec(id, "Timeline", group, text, shortcuts, tip, icon, handler, given=given)


TIMELINE = (
    of("play", 0, "Play", "Space", "Play the timeline from the playhead, or stop", "animate.player.toggle", "play"),
    of("add_key", 1, "Add keyframe", "K", "The face of Explore at the playhead", "animate.add_key", "add"),
    of(
        "append_key",
        1,
        "Append keyframe",
        "Shift+K",
        "The face of Explore behind the last keyframe of the timeline",
        "animate.append_key",
    ),
    of("key_seen", 1, "Add what is seen", "Alt+K", "What is seen becomes a keyframe of its own", "animate.key_seen"),
    of(
        "update_key",
        1,
        "Change keyframe",
        "Ctrl+U",
        "The face of Explore takes the place of the chosen keyframe's",
        "animate.update_keys",
    ),
    of("add_track", 1, "Add track…", "Ctrl+T", "A track for a single control", "workspaces.animate.ask_track"),
    of("add_sound", 1, "Add sound…", "", "Music or speech under the timeline", "workspaces.animate.ask_sound"),
    of("cut_keys", 2, "Cut keys", "Ctrl+X", "Take the chosen keys away, to paste them", "animate.cut"),
    of("copy_keys", 2, "Copy keys", "Ctrl+C", "Copy the chosen keys", "animate.copy", "copy"),
    of("paste_keys", 2, "Paste keys", "Ctrl+V", "What was copied, from the playhead on", "animate.paste", "paste"),
    of("delete_keys", 2, "Delete keys", ("Del", "Backspace"), "The chosen keys go", "animate.delete"),
    of("choose_all", 2, "Choose all keys", "Ctrl+A", "Every key of every track", "animate.choose_all"),
    of("choose_here", 2, "Choose keys here", "Return", "The keys at the playhead", "animate.choose_here"),
    of("nudge_back", 2, "Keys a frame earlier", "Alt+Left", "The chosen keys", "animate.steps.nudge", "", -1),
    of("nudge_on", 2, "Keys a frame later", "Alt+Right", "The chosen keys", "animate.steps.nudge", "", 1),
    of("raise_value", 2, "Higher value", "Alt+Up", "The chosen keys of controls", "animate.steps.raise_values", "", 1),
    of(
        "lower_value", 2, "Lower value", "Alt+Down", "The chosen keys of controls", "animate.steps.raise_values", "", -1
    ),
    of("track_above", 2, "Track above", "Up", "Choose a key of the track above", "animate.steps.other_track", "", -1),
    of("track_below", 2, "Track below", "Down", "Choose a key of the track below", "animate.steps.other_track", "", 1),
    of("tall_tracks", 2, "Tall tracks", "Ctrl+L", "Room for curves and handles", "workspaces.animate.tall_tracks"),
    of("frame_back", 3, "Frame back", "Left", "The playhead a frame to the left", "animate.steps.step", "", -1),
    of("frame_on", 3, "Frame on", "Right", "The playhead a frame to the right", "animate.steps.step", "", 1),
    of("ten_back", 3, "Ten frames back", "Shift+Left", "The playhead to the left", "animate.steps.step", "", -10),
    of("ten_on", 3, "Ten frames on", "Shift+Right", "The playhead to the right", "animate.steps.step", "", 10),
    of(
        "previous_key",
        3,
        "Previous key",
        "PgUp",
        "To the key or marker before",
        "animate.steps.previous_key",
        "previous",
    ),
    of("next_key", 3, "Next key", "PgDown", "To the next key or marker", "animate.steps.next_key", "next"),
    of("timeline_start", 3, "To the in point", "Home", "Where playing begins", "animate.steps.home", "start"),
    of("timeline_end", 3, "To the out point", "End", "Where playing ends", "animate.steps.end", "end"),
    of("set_in", 4, "Set in point", "I", "What is played and rendered begins at the playhead", "animate.set_in"),
    of("set_out", 4, "Set out point", "O", "What is played and rendered ends at the playhead", "animate.set_out"),
    of("clear_ends", 4, "Clear in and out", "Alt+X", "All of it is played and rendered", "animate.clear_ends"),
    of("mark", 4, "Marker", "M", "A marker at the playhead, or none where there is one", "animate.mark"),
    of("zoom_timeline", 5, "Closer", ("Ctrl++", "Ctrl+="), "Less of the timeline", "workspaces.animate.zoom_in"),
    of("unzoom_timeline", 5, "Further away", "Ctrl+-", "More of the timeline", "workspaces.animate.zoom_out"),
    of("fit_timeline", 5, "Whole timeline", ("Ctrl+0", "F"), "All of it in sight", "workspaces.animate.fit", "fit"),
)
