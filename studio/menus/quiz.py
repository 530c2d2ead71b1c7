"""What the quiz takes."""

from __future__ import annotations

from studio.menus.spec import Spec

QUIZ = (
    Spec(
        "new_game",
        "Quiz",
        0,
        "New game",
        ("Ctrl+Alt+G",),
        "Play what is set up, with new pictures",
        "play",
        "workspaces.quiz.new_game",
    ),
    Spec(
        "give_up",
        "Quiz",
        0,
        "End the game",
        (),
        "Back to the beginning; the answers of a game that is not over are not kept",
        "stop",
        "workspaces.quiz.give_up",
    ),
    Spec(
        "quiz_statistics",
        "Quiz",
        1,
        "Statistics",
        ("Ctrl+Alt+Q",),
        "How the games so far went",
        "",
        "workspaces.quiz.show_statistics",
    ),
    Spec(
        "save_answers",
        "Quiz",
        1,
        "Save answers…",
        (),
        "The answers of the last game as CSV, a line for each round",
        "save",
        "workspaces.quiz.ask_where_to_save",
    ),
)
