"""Which face is on show."""

from __future__ import annotations

from studio.menus.spec import Spec

FACE = (
    Spec(
        "random",
        "Face",
        0,
        "Random seed",
        (
            "Space",
            "R",
        ),
        "Any other face",
        "dice",
        "latent.randomise",
    ),
    Spec("next", "Face", 0, "Next seed", ("Alt+Right",), "The face of the next seed", "next", "latent.next_seed"),
    Spec(
        "previous",
        "Face",
        0,
        "Previous seed",
        ("Alt+Left",),
        "The face of the seed before",
        "previous",
        "latent.previous_seed",
    ),
    Spec("drift", "Face", 1, "Drift", ("D",), "Begin or end a slow walk", "", "latent.toggle_drift"),
    Spec("home", "Face", 1, "First corner", (), "Back to where the walk began", "", "latent.first_corner"),
    Spec("corners", "Face", 1, "Other corners", (), "Two other faces to walk to", "dice", "latent.other_corners"),
    Spec("space", "Face", 1, "Walk in z or w", (), "On the sphere of z, or straight in w", "", "latent.other_space"),
    Spec("centre", "Face", 2, "Mean or nearest centre", (), "What psi pulls towards", "", "truncation.other_centre"),
    Spec("growth_reset", "Face", 2, "Reset growth", (), "As far as the network has grown", "reset", "growth.reset"),
    Spec("view_reset", "Face", 2, "Reset view", (), "Neither moved nor turned nor zoomed", "reset", "view.reset"),
    Spec("reset", "Face", 3, "Reset all but the seed", ("Ctrl+R",), "This seed as it was", "reset", "reset_recipe"),
)
