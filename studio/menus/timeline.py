"""Time, and the keys in it: two menus of the Animate workspace."""

from __future__ import annotations

from studio.menus.spec import Spec


def of(
    menu: str,
    group: int,
    id: str,
    text: str,
    keys: str | tuple[str, ...],
    tip: str,
    handler: str,
    icon: str = "",
    *given: object,
) -> Spec:
    """A row; keys: one shortcut, several, or "" for none."""
    shortcuts = ((keys,) if keys else ()) if isinstance(keys, str) else keys
    return Spec(id, menu, group, text, shortcuts, tip, icon, handler, given=given)


T, K = "Timeline", "Keys"
STEPS, PAGE = "animate.steps", "workspaces.animate"
TIMELINE = (
    of(T, 0, "play", "Play", "Space", "Play the timeline from the playhead, or stop", "animate.player.toggle", "play"),
    Spec(
        *("mute", T, 0, "Mute", ("Shift+M",), "Play without the sound; videos keep theirs", "muted"),
        "animate.speaker.mute",
        toggles=True,
    ),
    of(T, 1, "add_key", "Add keyframe", "K", "The face of Explore at the playhead", "animate.add_key", "add"),
    of(
        *(T, 1, "append_key", "Append keyframe", "Shift+K"),
        "The face of Explore behind the last keyframe of the timeline",
        "animate.append_key",
    ),
    of(T, 1, "add_track", "Add track…", "Ctrl+T", "A track for a single control", f"{PAGE}.ask_track"),
    of(T, 1, "add_sound", "Add sound…", "", "Music or speech under the timeline", f"{PAGE}.ask_sound"),
    of(T, 2, "frame_back", "Frame back", "Left", "The playhead a frame to the left", f"{STEPS}.step", "", -1),
    of(T, 2, "frame_on", "Frame on", "Right", "The playhead a frame to the right", f"{STEPS}.step", "", 1),
    of(T, 2, "ten_back", "Ten frames back", "Shift+Left", "The playhead to the left", f"{STEPS}.step", "", -10),
    of(T, 2, "ten_on", "Ten frames on", "Shift+Right", "The playhead to the right", f"{STEPS}.step", "", 10),
    of(
        T, 2, "previous_key", "Previous key", "PgUp", "To the key or marker before", f"{STEPS}.previous_key", "previous"
    ),
    of(T, 2, "next_key", "Next key", "PgDown", "To the next key or marker", f"{STEPS}.next_key", "next"),
    of(T, 2, "timeline_start", "To the in point", "Home", "Where playing begins", f"{STEPS}.home", "start"),
    of(T, 2, "timeline_end", "To the out point", "End", "Where playing ends", f"{STEPS}.end", "end"),
    of(T, 3, "set_in", "Set in point", "I", "What is played and rendered begins at the playhead", "animate.set_in"),
    of(T, 3, "set_out", "Set out point", "O", "What is played and rendered ends at the playhead", "animate.set_out"),
    of(T, 3, "clear_ends", "Clear in and out", "Alt+X", "All of it is played and rendered", "animate.clear_ends"),
    of(T, 3, "mark", "Marker", "M", "A marker at the playhead, or none where there is one", "animate.mark"),
    of(T, 4, "zoom_timeline", "Closer", ("Ctrl++", "Ctrl+="), "Less of the timeline", f"{PAGE}.zoom_in"),
    of(T, 4, "unzoom_timeline", "Further away", "Ctrl+-", "More of the timeline", f"{PAGE}.zoom_out"),
    of(T, 4, "fit_timeline", "Whole timeline", ("Ctrl+0", "F"), "All of it in sight", f"{PAGE}.fit", "fit"),
    of(T, 4, "tall_tracks", "Tall tracks", "Ctrl+L", "Room for curves and handles", f"{PAGE}.tall_tracks"),
    of(K, 0, "key_seen", "Key what is seen", "Alt+K", "What is seen becomes a keyframe of its own", "animate.key_seen"),
    of(
        *(K, 0, "update_key", "Change keyframe", "Ctrl+U"),
        "The face of Explore takes the place of the chosen keyframe's",
        "animate.update_keys",
    ),
    of(K, 1, "cut_keys", "Cut keys", "Ctrl+X", "Take the chosen keys away, to paste them", "animate.cut"),
    of(K, 1, "copy_keys", "Copy keys", "Ctrl+C", "Copy the chosen keys", "animate.copy", "copy"),
    of(K, 1, "paste_keys", "Paste keys", "Ctrl+V", "What was copied, from the playhead on", "animate.paste", "paste"),
    of(K, 1, "delete_keys", "Delete keys", ("Del", "Backspace"), "The chosen keys go", "animate.delete"),
    of(K, 2, "choose_all", "Choose all keys", "Ctrl+A", "Every key of every track", "animate.choose_all"),
    of(K, 2, "choose_here", "Choose keys here", "Return", "The keys at the playhead", "animate.choose_here"),
    of(K, 2, "track_above", "Track above", "Up", "Choose a key of the track above", f"{STEPS}.other_track", "", -1),
    of(K, 2, "track_below", "Track below", "Down", "Choose a key of the track below", f"{STEPS}.other_track", "", 1),
    of(K, 3, "nudge_back", "A frame earlier", "Alt+Left", "Move the chosen keys", f"{STEPS}.nudge", "", -1),
    of(K, 3, "nudge_on", "A frame later", "Alt+Right", "Move the chosen keys", f"{STEPS}.nudge", "", 1),
    of(K, 3, "raise_value", "Higher value", "Alt+Up", "The chosen keys of controls", f"{STEPS}.raise_values", "", 1),
    of(K, 3, "lower_value", "Lower value", "Alt+Down", "The chosen keys of controls", f"{STEPS}.raise_values", "", -1),
)
