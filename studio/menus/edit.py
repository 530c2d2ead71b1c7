"""Undo, redo, the clipboard, and controls that follow knobs."""

from __future__ import annotations

from studio.menus.spec import Spec

EDIT = (
    Spec("undo", "Edit", 0, "Undo", ("Ctrl+Z",), "Take back the last change", "undo", "document.stack.undo"),
    Spec(
        "redo",
        "Edit",
        0,
        "Redo",
        (
            "Ctrl+Shift+Z",
            "Ctrl+Y",
        ),
        "Do it again",
        "redo",
        "document.stack.redo",
    ),
    Spec(
        "next_branch",
        "Edit",
        1,
        "Next branch",
        ("Alt+Down",),
        "What else was tried from here",
        "",
        "history.strip.next_branch",
    ),
    Spec(
        "previous_branch",
        "Edit",
        1,
        "Previous branch",
        ("Alt+Up",),
        "What was tried from here before",
        "",
        "history.strip.previous_branch",
    ),
    Spec("copy", "Edit", 2, "Copy picture", ("Ctrl+C",), "Copy the picture and its recipe", "copy", "pictures.copy"),
    Spec(
        "paste",
        "Edit",
        2,
        "Paste recipe",
        ("Ctrl+V",),
        "Open the copied recipe or picture file",
        "paste",
        "opener.paste",
    ),
    Spec(
        "learn",
        "Edit",
        3,
        "Map a control to a knob",
        ("Ctrl+L",),
        "Touch a control, then move what is to move it: MIDI, OSC, sound",
        "",
        "inputs.learn",
    ),
)
