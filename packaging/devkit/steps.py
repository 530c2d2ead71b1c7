"""The set-up as a table of steps; a finished one leaves a stamp and is passed over until its inputs change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devkit import debian, environment
from devkit.failure import StepError, explain_system, tell
from devkit.lock import alone
from devkit.project import Project
from devkit.terminal import Terminal

GENERATOR, BUNDLED = "ffhq", "faces64"
WITHOUT_GENERATOR = f"the bundled model opens, and `visagist models add {GENERATOR}` brings the large one"


@dataclass(frozen=True)
class Step:
    """state: what the step depends on and has made, as text; '' when it has to run whatever the stamp says.

    without: what a person has where the step fails; '' where nothing works without it.
    """

    name: str
    title: str
    state: Callable[[Project], str]
    do: Callable[[Project, Terminal], None]
    without: str = ""


def set_up(project: Project, *, testing: bool) -> bool:
    """Bring the checkout to the point where it runs; False when a step failed, which has then been told."""
    terminal = Terminal(project.root, project.log)
    title = "Writing into the checkout"
    try:
        project.build.mkdir(exist_ok=True)
        with alone(project.build / "setup.lock"):
            title = "System libraries for Qt"
            provide_libraries(terminal, title, testing=testing)
            for step in STEPS:
                title = step.title
                if not fresh(project, step):
                    take(project, terminal, step)
    except StepError as failure:
        terminal.wipe()
        print(tell(title, failure, project.log), flush=True)
        return False
    except OSError as error:
        terminal.wipe()
        print(tell(title, explain_system(error), project.log), flush=True)
        return False
    return True


def provide_libraries(terminal: Terminal, title: str, *, testing: bool) -> None:
    """Install what Qt lacks, or tell how and go on: what cannot do without will ask again."""
    found = debian.lacking(on_screen=True, xvfb=testing)
    if not found:
        return
    if debian.may_install():
        try:
            with terminal.step(title):
                debian.install(terminal, sorted(set(found.values())))
        except StepError as failure:
            terminal.wipe()
            print(f"{title}: not installed, because {failure.why}; going on without (see {terminal.log})", flush=True)
    else:
        print(f"{title}: {', '.join(found)} missing. What to do: {debian.advice(found)}", flush=True)


def take(project: Project, terminal: Terminal, step: Step) -> None:
    """Do a step and note it; one that something else can stand in for fails with a line and no more."""
    try:
        with terminal.step(step.title):
            step.do(project, terminal)
            stamp(project, step)
    except StepError as failure:
        if not step.without:
            raise
        terminal.wipe()
        print(f"{step.title}: not there, because {failure.why}; {step.without} (see {terminal.log})", flush=True)


def fresh(project: Project, step: Step) -> bool:
    now = step.state(project)
    path = project.keeping / step.name
    return bool(now) and path.is_file() and path.read_bytes() == digest(now).encode()


def stamp(project: Project, step: Step) -> None:
    """Note that a step is finished, with what it depended on and made."""
    now = step.state(project)
    if not now:
        raise StepError("the tool ended well, but what it should have made is not there", "read the log")
    (project.keeping / step.name).write_text(digest(now), encoding="ascii")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def torch_state(project: Project) -> str:
    there = (project.site_packages / "torch" / "__init__.py").is_file()
    return f"{environment.state(project)} {project.torch}" if there else ""


def install_torch(project: Project, terminal: Terminal) -> None:
    # First and alone: asked together with the rest, an open range may fetch several builds of some GB each.
    pip(project, terminal, project.torch)


def packages_state(project: Project) -> str:
    pins = project.constraints.read_text("utf-8")
    return f"{environment.state(project)} {project.requirements} {pins}"


def install_packages(project: Project, terminal: Terminal) -> None:
    pip(project, terminal, *project.requirements)


def project_state(project: Project) -> str:
    there = project.script("visagist").is_file()
    return f"{environment.state(project)} {(project.root / 'pyproject.toml').read_text('utf-8')}" if there else ""


def install_project(project: Project, terminal: Terminal) -> None:
    pip(project, terminal, "--no-deps", "--no-build-isolation", "--editable", str(project.root))


def pip(project: Project, terminal: Terminal, *what: str) -> None:
    """pip with the pins and the person's own settings; it mends what an earlier, stopped run left broken."""
    for name in environment.forget_broken(project.site_packages):
        terminal.write_log(f"installing {name} again: an earlier installation of it was cut short\n")
    progress = ["--progress-bar", "raw"] if pip_version(project) >= (24, 1) else []
    terminal.tool([project.python, "-m", "pip", "install", *progress, "-c", project.constraints, *what])


def pip_version(project: Project) -> tuple[int, int]:
    for folder in project.site_packages.glob("pip-*.dist-info"):
        major, minor = folder.name.removeprefix("pip-").removesuffix(".dist-info").split(".")[:2]
        return int(major), int(minor)
    return 0, 0


def generator_state(project: Project) -> str:
    """The model folder as the program named it, with every file and its size: a deleted model is fetched again."""
    note = project.keeping / "models-folder"
    folder = Path(note.read_text("utf-8")) if note.is_file() else None
    if folder is None or not any(folder.glob(f"{GENERATOR}*")):
        return ""
    files = sorted((path.name, path.stat().st_size) for path in folder.iterdir())
    chosen = [os.environ.get(name, "") for name in ("VISAGIST_DATA", "XDG_DATA_HOME", "HOME")]
    reader = [path.read_bytes() for path in sorted((project.root / "engine" / "models").glob("*.py"))]
    return f"{project.root} {folder} {files} {chosen} {hashlib.sha256(b''.join(reader)).hexdigest()}"


def fetch_generator(project: Project, terminal: Terminal) -> None:
    terminal.tool([project.python, "-m", "engine.cli", "models", "add", GENERATOR])
    asked = "from engine.paths import models_dir; print(models_dir())"
    folder = terminal.tool([project.python, "-c", asked]).strip()
    (project.keeping / "models-folder").write_text(folder, encoding="utf-8")


STEPS = (
    Step("environment", "Virtual environment", environment.state, environment.make),
    Step("torch", "PyTorch (the large one)", torch_state, install_torch),
    Step("packages", "The other packages, pinned", packages_state, install_packages),
    Step("project", "Visagist itself", project_state, install_project),
    Step("generator", "The face generator", generator_state, fetch_generator, WITHOUT_GENERATOR),
)
