"""How the picture is shown, and what else."""

from __future__ import annotations

from studio.menus.spec import Spec

VIEW = (
    Spec(
        "fit",
        "View",
        0,
        "Fit",
        (
            "Ctrl+0",
            "F",
        ),
        "The whole picture",
        "fit",
        "canvas.fit",
    ),
    Spec(
        "actual",
        "View",
        0,
        "Actual size",
        ("Ctrl+1",),
        "One picture pixel on one screen pixel",
        "",
        "canvas.actual_size",
    ),
    Spec(
        "larger",
        "View",
        0,
        "Zoom in",
        (
            "Ctrl++",
            "Ctrl+=",
        ),
        "Larger",
        "",
        "canvas.zoom_in",
    ),
    Spec("smaller", "View", 0, "Zoom out", ("Ctrl+-",), "Smaller", "", "canvas.zoom_out"),
    Spec(
        "compare",
        "View",
        1,
        "Compare",
        ("C",),
        "This face as it is now against what comes",
        "",
        "comparison.set_on",
        True,
    ),
    Spec(
        "set_a", "View", 1, "Set A to this face", ("Shift+C",), "Compare with the face on show", "", "comparison.set_a"
    ),
    Spec("swap", "View", 1, "Swap A and B", ("Shift+X",), "A goes on show", "", "comparison.swap"),
    Spec("alone", "View", 1, "See A alone", ("X",), "Hold to see A alone", "", "comparison.set_alone", True),
    Spec("inspector", "View", 2, "Inspector", ("Ctrl+I",), "Show or hide the inspector", "", "show_inspector", True),
    Spec("gallery", "View", 2, "Gallery", ("Ctrl+G",), "Show or hide the gallery", "", "gallery.set_shown", True),
    Spec("history", "View", 2, "History", ("Ctrl+H",), "Show or hide the history", "", "history.set_shown", True),
    Spec("presets", "View", 2, "Presets", ("Ctrl+J",), "The presets, and back", "", "history.show_presets"),
    Spec("still", "View", 3, "Reduce motion", (), "Nothing fades or slides by itself", "", "reduce_motion", True),
    Spec("fullscreen", "View", 3, "Full screen", ("F11",), "The window on the whole screen", "", "full_screen", True),
    Spec("explore", "View", 4, "Explore", ("F5",), "Shape pictures by hand", "", "workspaces.show", given=("explore",)),
    Spec("animate", "View", 4, "Animate", ("F6",), "Faces in time", "", "workspaces.show", given=("animate",)),
    Spec(
        "train",
        "View",
        4,
        "Train",
        ("F7",),
        "Teach networks, and watch them learn",
        "",
        "workspaces.show",
        given=("train",),
    ),
    Spec(
        "quiz",
        "View",
        4,
        "Quiz",
        ("F9",),
        "Real or generated? Play against your own eyes",
        "",
        "workspaces.show",
        given=("quiz",),
    ),
)
