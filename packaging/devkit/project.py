"""Where the parts of a checkout lie, on Linux, macOS and Windows; what pyproject.toml and the pins say."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

EXTRAS = ("c2pa", "exhibit", "faces", "video", "dev")  # that a checkout has from the start


@dataclass(frozen=True)
class Project:
    """A checkout and the virtual environment in it."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def keeping(self) -> Path:
        """The folder of stamps; that it is there says that this set-up made the environment, or took it over."""
        return self.venv / ".visagist"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def log(self) -> Path:
        """Outside the environment, so that it outlives one that is made anew."""
        return self.build / "setup.log"

    @property
    def scripts(self) -> Path:
        return self.venv / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.script("python")

    def script(self, name: str) -> Path:
        """A console command of the environment."""
        return self.scripts / (f"{name}.exe" if os.name == "nt" else name)

    @property
    def site_packages(self) -> Path:
        if os.name == "nt":
            return self.venv / "Lib" / "site-packages"
        return self.venv / "lib" / f"python{self.python_version}" / "site-packages"

    @property
    def python_version(self) -> str:
        """X.Y of the environment's Python; '' without one."""
        told = self.environment.get("version") or self.environment.get("version_info", "")
        return ".".join(told.split(".")[:2])

    @property
    def environment(self) -> dict[str, str]:
        """What pyvenv.cfg says; empty without one."""
        config = self.venv / "pyvenv.cfg"
        lines = config.read_text(encoding="utf-8").splitlines() if config.is_file() else []
        return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}

    @property
    def constraints(self) -> Path:
        return self.root / "packaging" / "constraints.txt"

    @property
    def requirements(self) -> list[str]:
        """What the project and the extras of a checkout ask for, without torch: the pins decide the versions."""
        extras = self.settings["project"]["optional-dependencies"]
        listed = [*self.settings["project"]["dependencies"], *(wanted for name in EXTRAS for wanted in extras[name])]
        return [wanted for wanted in listed if wanted != "torch" and not wanted.startswith(("torch>", "torch="))]

    @property
    def torch(self) -> str:
        """The pinned torch, such as torch==2.13.0."""
        return next(line for line in self.constraints.read_text("utf-8").split() if line.startswith("torch=="))

    @cached_property
    def settings(self) -> dict:
        return tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
