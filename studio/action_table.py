"""Every action of the program in one table: what it is called, where it stands, its keys, what it does."""

from __future__ import annotations

from studio.menus.directions import DIRECTIONS
from studio.menus.edit import EDIT
from studio.menus.exhibit import EXHIBIT
from studio.menus.face import FACE
from studio.menus.file import FILE
from studio.menus.gallery import GALLERY
from studio.menus.help import HELP
from studio.menus.presets import PRESETS
from studio.menus.quiz import QUIZ
from studio.menus.style import STYLE
from studio.menus.timeline import TIMELINE
from studio.menus.training import TRAINING
from studio.menus.view import VIEW

ACTIONS = (
    *FILE,
    *EDIT,
    *FACE,
    *GALLERY,
    *STYLE,
    *DIRECTIONS,
    *PRESETS,
    *TIMELINE,
    *TRAINING,
    *EXHIBIT,
    *QUIZ,
    *VIEW,
    *HELP,
)

BAR = ("undo", "redo", "open", "copy", "save")  # what stands in the top bar as icons
