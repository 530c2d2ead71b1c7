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
        "open",
        "File",
        0,
        "Open…",
        ("Ctrl+O",),
        "Open a picture made here, a recipe or a model",
        "open",
        "pictures.ask_what_to_open",
    ),
    Spec(
        "save",
        "File",
        1,
        "Save picture…",
        ("Ctrl+S",),
        "Save the picture with its recipe",
        "save",
        "pictures.ask_where_to_save",
    ),
    Spec("quit", "File", 2, "Quit", ("Ctrl+Q",), "Close the window", "quit", "close"),
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
        "pictures.paste",
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
    Spec(
        "find_direction",
        "Directions",
        0,
        "Find a direction…",
        ("Ctrl+Shift+F",),
        "Search all directions by name",
        "search",
        "directions.find",
    ),
    Spec(
        "directions_in_use", "Directions", 0, "Directions in use", (), "List what is moved", "", "directions.show_used"
    ),
    Spec(
        "no_directions",
        "Directions",
        0,
        "All directions to 0",
        (),
        "Take every move back",
        "reset",
        "directions.reset_all",
    ),
    Spec(
        "pin_direction",
        "Directions",
        1,
        "Pin or unpin",
        ("P",),
        "New moves leave a pinned direction alone",
        "pin",
        "directions.commands.pin_here",
    ),
    Spec(
        "unpin_directions",
        "Directions",
        1,
        "Unpin all",
        (),
        "Moves go their own way",
        "",
        "directions.commands.unpin_all",
    ),
    Spec(
        "direction_rows",
        "Directions",
        2,
        "Rows of the direction…",
        (),
        "Choose the style rows that the chosen direction acts on",
        "",
        "directions.commands.rows_here",
    ),
    Spec(
        "show_direction",
        "Directions",
        1,
        "What the direction does",
        ("W",),
        "Show pictures of the chosen direction at both ends and at 0, or take them away",
        "",
        "directions.show_strip",
    ),
    Spec(
        "rename_direction",
        "Directions",
        2,
        "Rename the direction…",
        (),
        "Another name and heading for the chosen direction (F2 on its slider)",
        "",
        "directions.commands.rename_here",
    ),
    Spec(
        "save_direction",
        "Directions",
        2,
        "Save as a direction of its own…",
        (),
        "Keep the chosen direction with its rows, range and pins under a new name",
        "",
        "directions.commands.save_here",
    ),
    Spec(
        "merge_directions",
        "Directions",
        2,
        "Merge what is moved into one…",
        (),
        "One direction that does what all moves do together",
        "",
        "directions.commands.merge",
    ),
    Spec(
        "remove_direction",
        "Directions",
        2,
        "Remove the direction",
        (),
        "Take a direction, or a name, of your own away",
        "",
        "directions.commands.remove_here",
    ),
    Spec(
        "export_directions",
        "Directions",
        3,
        "Export direction pack…",
        (),
        "Save all directions of your own to a file",
        "",
        "directions.commands.export",
    ),
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
