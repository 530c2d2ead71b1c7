"""Finding and knowing."""

from __future__ import annotations

from studio.menus.spec import Spec

HELP = (
    Spec(
        "palette",
        "Help",
        0,
        "Command palette…",
        ("Ctrl+K",),
        "Find any action by its name",
        "search",
        "command_palette",
    ),
    Spec(
        "shortcuts",
        "Help",
        0,
        "Keyboard shortcuts",
        (
            "F1",
            "?",
        ),
        "Every shortcut on one page",
        "keys",
        "shortcuts_page",
    ),
    Spec(
        "model",
        "Help",
        1,
        "About this model",
        (),
        "Where the model comes from, its licence and its limits",
        "info",
        "about_model",
    ),
    Spec("about", "Help", 1, "About Visagist", (), "The program and its version", "info", "about"),
)
