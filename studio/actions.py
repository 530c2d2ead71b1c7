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

    shortcuts: in Qt's portable words; toggles: the action is on or off; given: what the method is called with.
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
    given: tuple[object, ...] = ()


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
    Spec(
        "sheet",
        "File",
        1,
        "Save contact sheet…",
        ("Ctrl+E",),
        "Save the chosen or starred faces as one picture",
        "grid",
        "sheets.ask",
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
    Spec("drift", "Face", 2, "Drift", ("D",), "Begin or end a slow walk", "", "latent.toggle_drift"),
    Spec("home", "Face", 2, "First corner", (), "Back to where the walk began", "", "latent.first_corner"),
    Spec("corners", "Face", 2, "Other corners", (), "Two other faces to walk to", "dice", "latent.other_corners"),
    Spec("space", "Face", 2, "Walk in z or w", (), "On the sphere of z, or straight in w", "", "latent.other_space"),
    Spec("centre", "Face", 3, "Mean or nearest centre", (), "What psi pulls towards", "", "truncation.other_centre"),
    Spec("noise", "Face", 4, "Noise on its next setting", (), "Const, random, none", "", "noise.next_mode"),
    Spec("noise_dice", "Face", 4, "Other random noise", (), "Random noise of any seed", "dice", "noise.randomise"),
    Spec(
        "noise_animation",
        "Face",
        4,
        "Animate noise",
        ("N",),
        "Begin or end the slow change of random noise",
        "",
        "noise.toggle_animation",
    ),
    Spec("noise_reset", "Face", 4, "Network's own noise", (), "Noise as it was learned", "reset", "noise.reset"),
    Spec("unmix", "Face", 1, "No style mix", (), "Every style row its own again", "reset", "mixing.clear"),
    Spec(
        "rows",
        "Face",
        2,
        "Mix by single rows",
        ("Ctrl+Shift+M",),
        "One fader for each style row",
        "",
        "mixing.switch",
        True,
    ),
    Spec(
        "table",
        "Face",
        2,
        "Mixing table…",
        ("Ctrl+M",),
        "Sources across, destinations down, and the faces between them",
        "table",
        "mixing_table.open",
    ),
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
    Spec(
        "star",
        "Face",
        2,
        "Star this face",
        ("B",),
        "Keep the face on show, or no more",
        "star",
        "gallery.faces.star_shown",
    ),
    Spec("tags", "Face", 2, "Tags of this face…", ("T",), "Words to find it by", "", "gallery.faces.tag_shown"),
    Spec(
        "starred",
        "Face",
        2,
        "Only starred faces",
        ("Ctrl+B",),
        "Only starred faces in the gallery, or all again",
        "starred",
        "gallery.only_starred",
    ),
    Spec(
        "find",
        "Face",
        3,
        "Find seed or tag…",
        ("Ctrl+F",),
        "Go to a seed, or find starred faces by a tag",
        "search",
        "gallery.focus_search",
    ),
    Spec("locate", "Face", 3, "Show in the gallery", ("G",), "Scroll to the face on show", "", "gallery.find_shown"),
    Spec(
        "vary", "Face", 4, "Other variations", ("V",), "Eight other faces near this one", "", "gallery.roll_variations"
    ),
    Spec(
        "parent_a",
        "Face",
        4,
        "This face is parent A",
        ("Ctrl+Shift+A",),
        "Put the face on show into Breed",
        "",
        "gallery.first_parent",
    ),
    Spec(
        "parent_b",
        "Face",
        4,
        "This face is parent B",
        ("Ctrl+Shift+B",),
        "Put the face on show into Breed",
        "",
        "gallery.second_parent",
    ),
    Spec("child", "Face", 4, "Go to the child", (), "The child of the two parents", "", "gallery.breed.go_to_child"),
    Spec("shares", "Face", 4, "Shuffle the child", (), "Other shares of the parents", "", "gallery.shuffle_shares"),
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
    Spec("gallery", "View", 1, "Gallery", ("Ctrl+G",), "Show or hide the gallery", "", "gallery.set_shown", True),
    Spec("history", "View", 1, "History", ("Ctrl+H",), "Show or hide the history", "", "history.set_shown", True),
    Spec("presets", "View", 1, "Presets", ("Ctrl+J",), "The presets, and back", "", "history.show_presets"),
    Spec("still", "View", 1, "Reduce motion", (), "Nothing fades or slides by itself", "", "reduce_motion", True),
    Spec("fullscreen", "View", 2, "Full screen", ("F11",), "The window on the whole screen", "", "full_screen", True),
    Spec(
        "next_branch",
        "Edit",
        2,
        "Next branch",
        ("Alt+Down",),
        "What else was tried from here",
        "",
        "history.strip.next_branch",
    ),
    Spec(
        "previous_branch",
        "Edit",
        2,
        "Previous branch",
        ("Alt+Up",),
        "What was tried from here before",
        "",
        "history.strip.previous_branch",
    ),
    Spec(
        "compare",
        "View",
        3,
        "Compare",
        ("C",),
        "This face as it is now against what comes",
        "",
        "comparison.set_on",
        True,
    ),
    Spec(
        "set_a", "View", 3, "Set A to this face", ("Shift+C",), "Compare with the face on show", "", "comparison.set_a"
    ),
    Spec("swap", "View", 3, "Swap A and B", ("Shift+X",), "A goes on show", "", "comparison.swap"),
    Spec("alone", "View", 3, "See A alone", ("X",), "Hold to see A alone", "", "comparison.set_alone", True),
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
            action.triggered.connect(lambda _checked=False, find=find, given=spec.given: find(window)(*given))
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
