"""Every action of the program in one table, read by the menus, the bar, the tooltips and the command palette."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from studio.icons import icon


@dataclass(frozen=True)
class Spec:
    """menu: which one it stands in, a new `group` gets a line above; handler: name of the window's method.

    shortcuts: in Qt's portable words; toggles: the action is on or off.
    """

    id: str
    menu: str
    group: int
    text: str
    shortcuts: tuple[str, ...]
    tip: str
    icon: str
    handler: str
    toggles: bool = False


ACTIONS = (
    Spec(
        "new",
        "File",
        0,
        "New",
        ("Ctrl+N",),
        "A plain face and an empty board; what was not saved stays kept",
        "",
        "projects.new",
    ),
    Spec(
        "open",
        "File",
        0,
        "Open…",
        ("Ctrl+O",),
        "Open a project, a picture made here, a recipe, a model or a direction pack",
        "open",
        "opener.ask",
    ),
    Spec(
        "recent",
        "File",
        0,
        "Open recent",
        ("Ctrl+Shift+O",),
        "What was opened last",
        "",
        "recent_menu.pop_up",
    ),
    Spec("open_model", "File", 0, "Open model…", (), "Open a model file", "", "opener.ask_for_model"),
    Spec(
        "save_project",
        "File",
        1,
        "Save project",
        ("Ctrl+Shift+S",),
        "Save the face, its history, stars and presets",
        "project",
        "projects.save",
    ),
    Spec(
        "save_project_as",
        "File",
        1,
        "Save project as…",
        ("Ctrl+Alt+S",),
        "Save the project in another file",
        "",
        "projects.ask_where_to_save",
    ),
    Spec("recover", "File", 1, "Recover work…", (), "Offer what was not saved", "", "recovery.ask"),
    Spec(
        "save",
        "File",
        2,
        "Save picture…",
        ("Ctrl+S",),
        "Save the picture with its recipe",
        "save",
        "pictures.ask_where_to_save",
    ),
    Spec("quit", "File", 3, "Quit", ("Ctrl+Q",), "Close the window", "quit", "close"),
    Spec("undo", "Edit", 0, "Undo", ("Ctrl+Z",), "Take back the last change", "undo", "document.stack.undo"),
    Spec("redo", "Edit", 0, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", "redo", "document.stack.redo"),
    Spec("copy", "Edit", 1, "Copy picture", ("Ctrl+C",), "Copy the picture and its recipe", "copy", "pictures.copy"),
    Spec(
        "paste",
        "Edit",
        1,
        "Paste recipe",
        ("Ctrl+V",),
        "Open the copied recipe or picture file",
        "paste",
        "opener.paste",
    ),
    Spec("random", "Face", 0, "Random seed", ("Space", "R"), "Any other face", "dice", "latent.randomise"),
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
    Spec("reset", "Face", 1, "Reset all but the seed", ("Ctrl+R",), "This seed as it was", "reset", "reset_recipe"),
    Spec("fit", "View", 0, "Fit", ("Ctrl+0", "F"), "The whole picture", "fit", "canvas.fit"),
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
    Spec("larger", "View", 0, "Zoom in", ("Ctrl++", "Ctrl+="), "Larger", "", "canvas.zoom_in"),
    Spec("smaller", "View", 0, "Zoom out", ("Ctrl+-",), "Smaller", "", "canvas.zoom_out"),
    Spec("inspector", "View", 1, "Inspector", ("Ctrl+I",), "Show or hide the inspector", "", "show_inspector", True),
    Spec("still", "View", 1, "Reduce motion", (), "Nothing fades or slides by itself", "", "reduce_motion", True),
    Spec("fullscreen", "View", 2, "Full screen", ("F11",), "The window on the whole screen", "", "full_screen", True),
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
        ("F1", "?"),
        "Every shortcut on one page",
        "keys",
        "shortcuts_page",
    ),
    Spec(
        "model",
        "Help",
        0,
        "About this model",
        (),
        "Where the model comes from, its licence and its limits",
        "info",
        "about_model",
    ),
    Spec("about", "Help", 0, "About Visagist", (), "The program and its version", "info", "about"),
)

BAR = ("undo", "redo", "open", "copy", "save")  # what stands in the top bar as icons


def build(window: QWidget) -> dict[str, QAction]:
    """The actions of a window, by id, connected to its methods."""
    made = {}
    for spec in ACTIONS:
        action = QAction(icon(spec.icon), spec.text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.tip} ({keys})" if keys else spec.tip)
        action.setStatusTip(spec.tip)
        action.setCheckable(spec.toggles)
        # looked up when it is called: parts of the window are made after its actions
        find = attrgetter(spec.handler)
        if spec.toggles:
            action.toggled.connect(lambda on, find=find: find(window)(on))
        else:
            # without `triggered`'s argument, which a handler's own default must not be taken for
            action.triggered.connect(lambda _checked=False, find=find: find(window)())
        window.addAction(action)
        made[spec.id] = action
    return made


def fill(bar: QMenuBar, actions: dict[str, QAction]) -> None:
    """Menus in the table's order."""
    menus = {name: bar.addMenu(name) for name in dict.fromkeys(spec.menu for spec in ACTIONS)}
    groups: dict[str, int] = {}
    for spec in ACTIONS:
        if groups.setdefault(spec.menu, spec.group) != spec.group:
            menus[spec.menu].addSeparator()
            groups[spec.menu] = spec.group
        menus[spec.menu].addAction(actions[spec.id])
