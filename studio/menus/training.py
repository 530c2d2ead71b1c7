"""What a training run takes."""

from __future__ import annotations

from studio.menus.spec import Spec

TRAINING = (
    Spec(
        "pause_run",
        "Training",
        1,
        "Pause training",
        ("Ctrl+Alt+P",),
        "Pause the run on show, or let it go on",
        "pause",
        "training.pause_or_resume",
    ),
    Spec(
        "stop_run",
        "Training",
        1,
        "Stop training",
        (),
        "Keep a checkpoint and end the run on show; it can go on later",
        "stop",
        "training.stop",
    ),
    Spec(
        "publish_run",
        "Training",
        1,
        "Add to my models",
        (),
        "Put the best snapshot of the run among your models, with a card",
        "",
        "training.publish",
    ),
    Spec("run_folder", "Training", 1, "Open run folder", (), "The files of the run", "open", "training.open_folder"),
    Spec(
        "open_snapshot",
        "Training",
        2,
        "Open in Explore",
        ("Ctrl+Return",),
        "Open the snapshot nearest to the samples on show",
        "",
        "workspaces.train.open_in_explore",
    ),
    Spec(
        "split_samples",
        "Training",
        2,
        "Then and now",
        ("Ctrl+T",),
        "The samples of then and now under a split, or no more",
        "",
        "workspaces.train.split_samples",
    ),
    Spec(
        "compare_runs",
        "Training",
        2,
        "Compare runs…",
        (),
        "Draw another run over this one",
        "",
        "workspaces.train.choose_other",
    ),
    Spec(
        "growth",
        "Training",
        2,
        "Save the growth…",
        ("Ctrl+Shift+G",),
        "The sheets of the run as a moving picture",
        "",
        "workspaces.train.growth.ask",
    ),
)
