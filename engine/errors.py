"""The one class of error that a person can mend; everything else is a bug and keeps its traceback."""

from __future__ import annotations


class VisagistError(Exception):
    """One clear sentence: whose file or value, what is wrong, what would be right.

    The command line prints it and exits with code 2; the window shows it as a message.
    """


class RecipeError(VisagistError):
    """A recipe that cannot be read, or that the open model cannot follow."""


class ModelFileError(VisagistError):
    """A model file that is broken, cut short, or not what it says it is."""

    def __init__(self, path: object, wrong: str, right: str = "") -> None:
        super().__init__(f"{path}: {wrong}" + (f"; {right}" if right else ""))
