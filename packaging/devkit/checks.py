"""Every check of the house, one after the other; all run even when an early one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from devkit import debian
from devkit.project import Project

NO_TEST_RAN = 5
SCREEN = "1920x1080x24"
MOST_WORKERS = 4  # processes of tests at once; each opens models of its own


class Outcome(Enum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    title: str
    do: Callable[[], Outcome]


def run_all(project: Project, arguments: Sequence[str]) -> int:
    """Run them, report each with its time, and close with the count; 1 when one failed."""
    outcomes = []
    report = []
    for check in table(project, arguments):
        print(f"\n== {check.title}", flush=True)
        start = time.monotonic()
        outcome = check.do()
        outcomes.append(outcome)
        report.append(f"{outcome.value:8}{time.monotonic() - start:7.1f} s  {check.title}")
        print(report[-1], flush=True)
    print("\n" + "\n".join(report))
    counts = [f"{outcomes.count(outcome)} {outcome.value}" for outcome in Outcome]
    print("\nchecks: " + ", ".join(counts if Outcome.SKIPPED in outcomes else counts[:2]), flush=True)
    return int(Outcome.FAILED in outcomes)


def table(project: Project, arguments: Sequence[str]) -> list[Check]:
    """What is run, in this order: the quick ones first."""

    def tool(name: str, *words: str) -> Callable[[], Outcome]:
        return lambda: judge(call(project, [str(project.script(name)), *words]))

    return [
        Check("ruff check", tool("ruff", "check", ".")),
        Check("ruff format --check", tool("ruff", "format", "--check", ".")),
        Check("mypy --strict engine", tool("mypy")),
        Check("lint-imports", tool("lint-imports")),
        Check("pytest, offscreen", lambda: offscreen(project, arguments)),
        Check("pytest, real windows under Xvfb", lambda: in_windows(project, arguments)),
    ]


def offscreen(project: Project, arguments: Sequence[str]) -> Outcome:
    """Every test that needs no real window."""
    if lacks(debian.lacking(on_screen=False, xvfb=False)):
        return Outcome.FAILED
    hidden = {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    # each process of tests keeps to a core: threads of two that wait for each other take longer than one
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    shared = {"OMP_NUM_THREADS": "1"} if workers > 1 else {}
    spread = ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []
    return judge(call(project, pytest(project, "not xvfb", arguments, spread), {**shared, **hidden}))


def in_windows(project: Project, arguments: Sequence[str]) -> Outcome:
    """The tests marked xvfb, on a display of their own."""
    if not sys.platform.startswith("linux"):
        print("Xvfb is there on Linux only.")
        return Outcome.SKIPPED
    if lacks(debian.lacking(on_screen=True, xvfb=True)):
        return Outcome.FAILED
    with display() as name:
        if name is None:
            print("Xvfb did not start.")
            return Outcome.FAILED
        shown = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": name, "WAYLAND_DISPLAY": "", "XDG_SESSION_TYPE": "x11"}
        status = call(project, pytest(project, "xvfb", arguments), shown)
    if status == NO_TEST_RAN:
        print("No test here is marked xvfb.")
        return Outcome.SKIPPED
    return judge(status)


def pytest(project: Project, marker: str, arguments: Sequence[str], first: Sequence[str] = ()) -> list[str]:
    """pytest for the tests of a marker; a -m among the arguments narrows it further."""
    # pytest heeds only the last -m it is given.
    words = list(arguments)
    if "-m" in words[:-1]:
        place = words.index("-m")
        marker = f"({words[place + 1]}) and {marker}"
        del words[place : place + 2]
    return [str(project.python), "-m", "pytest", *first, "-m", marker, *words]


def lacks(found: Mapping[str, str]) -> bool:
    if found:
        print(f"This machine lacks {', '.join(found)}. What to do: {debian.advice(dict(found))}")
    return bool(found)


@contextmanager
def display() -> Iterator[str | None]:
    """A display server on a free number that it picks itself; None when it does not start."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with open(reading, encoding="ascii") as answer:
            number = answer.readline().strip()
        yield f":{number}" if number else None
    finally:
        server.terminate()
        server.wait()


def call(project: Project, words: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    return subprocess.call(words, cwd=project.root, env={**os.environ, **(extra or {})})


def judge(status: int) -> Outcome:
    return Outcome.FAILED if status else Outcome.PASSED
