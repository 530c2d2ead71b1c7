"""A small checkout with the real set-up command in it: real environments and pip, stand-ins only for what is large."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE = 240
HOUSE = Path(__file__).resolve().parents[2]

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "visagist"
dependencies = ["torch>=2", "brush>=1"]
optional-dependencies = { c2pa = [], dev = ["comb"], exhibit = [], faces = [], video = [] }
"""

# The smallest PEP 660 backend: a .pth file, and the console script that the set-up looks for.
BACKEND = """
import os
import zipfile


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "visagist-0.1.0-py3-none-any.whl"
    folder = "visagist-0.1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        wheel.writestr("_visagist.pth", os.path.dirname(os.path.abspath(__file__)))
        wheel.writestr(folder + "METADATA", "Metadata-Version: 2.1\\nName: visagist\\nVersion: 0.1.0\\n")
        wheel.writestr(folder + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(folder + "entry_points.txt", "[console_scripts]\\nvisagist = engine.cli:main\\n")
        wheel.writestr(folder + "RECORD", "_visagist.pth,,\\n")
    return name
"""

# WAIT names a folder: fetching tells there that it has begun, and goes on when it is told to.
CLI = """
import os
import sys
import time
from pathlib import Path

from engine.paths import models_dir


def main():
    words = sys.argv[1:]
    if words == ["models", "add", "ffhq"]:
        if "FETCH_SAYS" in os.environ:
            print(os.environ["FETCH_SAYS"])
            return 2
        if "WAIT" in os.environ:
            (Path(os.environ["WAIT"]) / "begun").touch()
            while not (Path(os.environ["WAIT"]) / "go").exists():
                time.sleep(0.05)
        models_dir().mkdir(parents=True, exist_ok=True)
        (models_dir() / "ffhq.safetensors").write_bytes(b"a model")
    if words and words[0] == "grid":
        Path(words[words.index("-o") + 1]).write_bytes(b"a picture")
    print("visagist", *words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
"""

PATHS = """
import os
from pathlib import Path


def models_dir():
    return Path(os.environ["VISAGIST_DATA"]) / "models"
"""

# Every check of the house in one package: each says how it was called, and fails when FAIL names it.
COMB = """
import os
import sys


def answer(name):
    shown = [os.environ.get(key, "") for key in ("QT_QPA_PLATFORM", "DISPLAY")]
    print(name, "called:", *sys.argv[1:], "|", *shown, flush=True)
    return int(dict(word.split("=") for word in os.environ.get("FAIL", "").split()).get(name, 0))


def ruff():
    return answer("ruff")


def mypy():
    return answer("mypy")


def lint_imports():
    return answer("lint-imports")
"""
PYTEST = """
import sys

from comb import answer

sys.exit(answer("pytest-windows" if sys.argv[2] == "xvfb" else "pytest"))
"""
SCRIPTS = "[console_scripts]\nruff = comb:ruff\nmypy = comb:mypy\nlint-imports = comb:lint_imports\n"

APT_GET = """#!/bin/sh
echo "apt-get $*" >> "$(dirname "$0")/called"
test -z "$APT_SAYS" || { echo "$APT_SAYS"; exit 100; }
"""


@dataclass
class Checkout:
    """A copy of the set-up command in a folder of its own."""

    root: Path
    environment: dict[str, str]

    def dev(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run the set-up command as a person would, offline and without a display."""
        return subprocess.run(
            [sys.executable, self.root / "packaging" / "dev.py", *words],
            env={**self.environment, **extra},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *words: str, **extra: str) -> subprocess.Popen[str]:
        """The same without waiting for its end."""
        return subprocess.Popen(
            [sys.executable, self.root / "packaging" / "dev.py", *words],
            env={**self.environment, **extra},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def log(self) -> str:
        path = self.root / "build" / "setup.log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def tools_run(self) -> int:
        """How many tools the set-up has started so far; the log names each."""
        return self.log.count("] $ ")

    @property
    def constraints(self) -> Path:
        return self.root / "packaging" / "constraints.txt"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels in place of a package index; its torch is one empty module."""
    folder = tmp_path_factory.mktemp("shelf")
    write_wheel(folder, "torch-2.13.0", {"torch/__init__.py": ""})
    write_wheel(folder, "brush-1.0", {"brush.py": "hairs = 100\n"})
    checks = {"comb.py": COMB, "pytest/__main__.py": PYTEST, "comb-1.0.dist-info/entry_points.txt": SCRIPTS}
    write_wheel(folder, "comb-1.0", checks)
    return folder


@pytest.fixture
def new_checkout(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Checkout]:
    return lambda: make_checkout(tmp_path_factory.mktemp("checkout"), shelf)


@pytest.fixture(scope="session")
def ready(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose set-up is complete."""
    checkout = make_checkout(tmp_path_factory.mktemp("ready"), shelf)
    first = checkout.dev("run", "--version")
    assert first.returncode == 0, first.stdout + first.stderr + checkout.log
    return checkout


def make_checkout(root: Path, shelf: Path) -> Checkout:
    shutil.copytree(
        HOUSE / "packaging",
        root / "packaging",
        ignore=shutil.ignore_patterns("__pycache__", "constraints.txt"),
    )
    (root / "packaging" / "constraints.txt").write_text("torch==2.13.0\nbrush==1.0\ncomb==1.0\n")
    (root / "engine").mkdir()
    (root / "engine" / "__init__.py").touch()
    (root / "engine" / "cli.py").write_text(CLI)
    (root / "engine" / "paths.py").write_text(PATHS)
    (root / "engine" / "desktop.py").write_text(desktop({}), "utf-8")
    # No test may install anything on the machine it runs on.
    (root / "bin").mkdir()
    (root / "bin" / "apt-get").write_text(APT_GET)
    (root / "bin" / "apt-get").chmod(0o755)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND)
    kept = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH", "PYENV_ROOT")
    extra = {name: os.environ[name] for name in kept if name in os.environ}
    extra["PATH"] = f"{root / 'bin'}{os.pathsep}{extra['PATH']}"
    extra |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf)}
    return Checkout(root, {**extra, "VISAGIST_DATA": str(root / "data")})


def desktop(lacking: dict[str, str]) -> str:
    """The house's own module, with a table that does not depend on what this machine has."""
    text = (HOUSE / "engine" / "desktop.py").read_text("utf-8")
    return text + f"\n\nEVERYWHERE, ON_SCREEN = {lacking!r}, {{}}\n"


def write_wheel(folder: Path, title: str, files: dict[str, str]) -> None:
    """A wheel of pure text; its RECORD is true, as the set-up checks it."""
    name, version = title.split("-")
    info = f"{title}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={sha256(text)},{len(text)}\n" for path, text in files.items())
    with zipfile.ZipFile(folder / f"{title}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")


def sha256(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
