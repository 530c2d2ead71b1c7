"""Promises of the whole house that neither ruff nor mypy can see."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.cli import make_parser

HOUSE = Path(__file__).resolve().parents[1]
CODE = ("engine", "studio", "packaging", "tests")
TEXT = {".py", ".toml", ".md", ".txt", ".json", ".svg", ".desktop", ".qss", ".sh", ""}
QT = {"PySide6", "shiboken6", "pyqtgraph", "superqt", "qtawesome", "qtpy"}

# Names of XML namespaces, papers, licences and standards, and this machine itself.
CITED = {
    "arxiv.org", "doi.org", "creativecommons.org", "www.apache.org", "opensource.org", "spdx.org",
    "www.w3.org", "ns.adobe.com", "purl.org", "cv.iptc.org", "iptc.org", "c2pa.org", "127.0.0.1", "localhost",
}  # fmt: skip

# the show's own pages: this machine, an example in its network, and names that are only put in later
OF_THIS_HOUSE = r"127\.0\.0\.1|192\.168\.1\.\d+|\{.*|%s"


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((HOUSE / folder).rglob("*.py"))]


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("path", modules(*CODE), ids=name_of)
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(parse(path)), "a module starts with one sentence"


@pytest.mark.parametrize("path", modules("engine"), ids=name_of)
def test_the_engine_never_imports_qt_or_the_window(path: Path) -> None:
    imported = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    assert not imported & (QT | {"studio"})


@pytest.mark.parametrize("path", modules("engine", "studio"), ids=name_of)
def test_nothing_that_is_read_is_ever_run(path: Path) -> None:
    """No eval, no exec, no pickle, no torch.load that is not told weights_only."""
    for node in ast.walk(parse(path)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in ("eval", "exec", "compile", "__import__"), f"line {node.lineno}"
        assert not re.search(r"\b(c?[pP]ickle|dill|joblib|marshal|shelve)\.(loads?|open|Unpickler)$", called), (
            f"line {node.lineno}"
        )
        told = {word.arg: ast.unparse(word.value) for word in node.keywords}
        assert told.get("allow_pickle", "False") == "False", f"line {node.lineno}"
        if called == "torch.load":
            assert told.get("weights_only") == "True", f"line {node.lineno}"


def test_every_address_in_the_tree_is_a_citation() -> None:
    found = set()
    for path in tracked():
        for address in re.findall(r"https?://[^\s\"'`<>)\\]+", path.read_text("utf-8")):
            host = urlsplit(address).hostname or ""
            if host not in CITED and not re.fullmatch(OF_THIS_HOUSE, host):
                found.add(f"{name_of(path)}: {address}")
    assert not found


def test_packaging_stays_a_folder_so_that_the_package_of_that_name_is_found() -> None:
    assert not (HOUSE / "packaging" / "__init__.py").exists()


def test_the_pins_are_exact() -> None:
    lines = (HOUSE / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.match(r"^[A-Za-z0-9._-]+==[A-Za-z0-9.]+($|; )", pin)] == []


def commands_of_the_readme() -> list[str]:
    text = (HOUSE / "README.md").read_text("utf-8")
    lines = [
        line.partition("#")[0].strip()
        for block in re.findall(r"```\n(.*?)```", text, re.S)
        for line in block.splitlines()
    ]
    return [
        re.sub(r"\[.*?\]", "", line) for line in lines if line.startswith("visagist ") and "." not in line.split()[1]
    ]


@pytest.mark.parametrize("line", commands_of_the_readme())
def test_every_command_of_the_readme_is_one(line: str) -> None:
    """A line with "|" lists commands, or what comes after the first word; any other is a whole command."""
    parser, names = make_parser()
    first, *others = line.removeprefix("visagist").split("|")
    words = shlex.split(first)
    if not others:
        assert parser.parse_args(words).run
    elif len(words) == 1:
        assert {words[0], *(other.split()[0] for other in others)} <= set(names)
    else:
        for last in (words[1], *(other.split()[0] for other in others)):
            with pytest.raises(SystemExit, match="0"):
                parser.parse_args([words[0], last, "--help"])


def tracked() -> list[Path]:
    """Every text file of the tree; an unpacked archive has no git to ask."""
    if (HOUSE / ".git").exists() and shutil.which("git"):
        words = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(words, cwd=HOUSE, capture_output=True, check=True).stdout.decode().split("\0")
        paths = [HOUSE / name for name in names if name]
    else:
        listed = [path for folder in (*CODE, "resources", ".ci") for path in (HOUSE / folder).rglob("*")]
        paths = [path for path in (*HOUSE.iterdir(), *listed) if "__pycache__" not in path.parts]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]
