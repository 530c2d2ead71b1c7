"""What an action is: a row of the tables beside this."""

from __future__ import annotations

from dataclasses import dataclass


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
