"""The textbook networks of a checkout's tests, loaded by their paths: the installed program comes without them."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from engine.errors import VisagistError

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = "tests.engine.textbook"


@dataclass(frozen=True)
class Textbook:
    """styled: StyleGAN2 and 3; progressive: ProGAN; random: networks of any size; pickled: writes foreign files."""

    styled: ModuleType
    progressive: ModuleType
    random: ModuleType
    pickled: ModuleType


def textbook(root: Path | None = None) -> Textbook:
    """Raises VisagistError outside a checkout."""
    root = root or CHECKOUT
    load(root, f"{FOLDER}.resampling")  # the others read it
    return Textbook(
        load(root, f"{FOLDER}.networks"),
        load(root, f"{FOLDER}.progressive"),
        load(root, f"{FOLDER}.random_nets"),
        load(root, "tests.pickled"),
    )


def load(root: Path, name: str) -> ModuleType:
    """A module of the tests, which need not be on the path."""
    path = root.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        raise VisagistError(
            f"--networks measures against the plain networks of the tests, and {path} is not here; run it in a checkout"
        )
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
