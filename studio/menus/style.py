"""Mixing and noise."""

from __future__ import annotations

from studio.menus.spec import Spec

STYLE = (
    Spec(
        "rows",
        "Style",
        0,
        "Mix by single rows",
        ("Ctrl+Shift+M",),
        "One fader for each style row",
        "",
        "mixing.switch",
        True,
    ),
    Spec(
        "table",
        "Style",
        0,
        "Mixing table…",
        ("Ctrl+M",),
        "Sources across, destinations down, and the faces between them",
        "table",
        "mixing_table.open",
    ),
    Spec("unmix", "Style", 0, "No style mix", (), "Every style row its own again", "reset", "mixing.clear"),
    Spec("noise", "Style", 1, "Noise on its next setting", (), "Const, random, none", "", "noise.next_mode"),
    Spec("noise_dice", "Style", 1, "Other random noise", (), "Random noise of any seed", "dice", "noise.randomise"),
    Spec(
        "noise_animation",
        "Style",
        1,
        "Animate noise",
        ("N",),
        "Begin or end the slow change of random noise",
        "",
        "noise.toggle_animation",
    ),
    Spec("noise_reset", "Style", 1, "Network's own noise", (), "Noise as it was learned", "reset", "noise.reset"),
)
