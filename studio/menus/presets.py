"""Faces under a name."""

from __future__ import annotations

from studio.menus.spec import Spec

PRESETS = (
    Spec(
        "save_preset",
        "Presets",
        0,
        "Save as preset…",
        ("Ctrl+D",),
        "Keep the face on show under a name",
        "add",
        "history.ask_preset",
    ),
    Spec(
        "update_preset",
        "Presets",
        0,
        "Update preset",
        ("Ctrl+Shift+D",),
        "Put the face on show in the place of the chosen preset",
        "",
        "history.update_preset",
    ),
    Spec("rename_preset", "Presets", 0, "Rename preset…", (), "Another name (F2)", "", "history.rename_preset"),
    Spec("delete_preset", "Presets", 0, "Delete preset", (), "One preset less (Delete)", "", "history.delete_preset"),
    *(
        Spec(
            f"preset_{number}",
            "Presets",
            1,
            f"Go to preset {number}",
            (f"Alt+{number}",),
            "Morphs where a time is set",
            "",
            "history.presets.recall",
            given=(number - 1,),
        )
        for number in range(1, 10)
    ),
)
