"""What is done with a show."""

from __future__ import annotations

from studio.menus.spec import Spec

EXHIBIT = (
    Spec(
        "start_show",
        "Show",
        1,
        "Start the show",
        ("Ctrl+Alt+Return",),
        "Put the show on its screen",
        "play",
        "workspaces.exhibit.start",
    ),
    Spec(
        "rehearse_show",
        "Show",
        1,
        "Rehearse",
        ("Ctrl+Alt+R",),
        "The show in an ordinary window",
        "",
        "workspaces.exhibit.rehearse",
    ),
    Spec(
        "stop_show",
        "Show",
        1,
        "Stop the show",
        ("Ctrl+Alt+Backspace",),
        "Take the show off the wall",
        "stop",
        "workspaces.exhibit.stop",
    ),
    Spec("add_scene", "Show", 2, "Add scene…", (), "A scene of any kind", "add", "workspaces.exhibit.add_scene"),
    Spec(
        "next_scene",
        "Show",
        2,
        "Next scene",
        ("Ctrl+Alt+Right",),
        "Go on to the next scene at once",
        "next",
        "workspaces.exhibit.next_scene",
    ),
    Spec(
        "resume_show",
        "Show",
        2,
        "Back to the programme",
        (),
        "After a scene that was chosen by hand",
        "",
        "workspaces.exhibit.resume",
    ),
)
