"""What of this machine matters to Visagist, and what to do about each thing that is wrong."""

from __future__ import annotations

import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.text import Text

from engine.desktop import EVERYWHERE, ON_SCREEN, has_display, install_line, missing
from engine.models.catalogue import shipped
from engine.paths import data_dir, models_dir

if TYPE_CHECKING:
    from types import ModuleType

GIB = 2**30
GENERATOR = "ffhq"
FAST_KERNELS = "engine.kernels"
SMALL_GPU, SMALL_MEMORY, SMALL_DISK = 3 * GIB, 2 * GIB, 2 * GIB
FULL_DISK = GIB // 4
QT_PATIENCE = 60.0
# run by a Python of its own, so that the engine itself stays free of Qt
QT_PROBE = (
    "import PySide6; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]); "
    "print(PySide6.__version__, app.platformName())"
)


class State(StrEnum):
    """How good a finding is: `bad` is a red line, which keeps something from working."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


COLOURS = {State.OK: "green", State.WARN: "yellow", State.BAD: "bold red"}


@dataclass(frozen=True)
class Finding:
    """One line of the report; what_to_do is '' when nothing has to be done."""

    name: str
    value: str
    state: State = State.OK
    what_to_do: str = ""


def main(*, as_json: bool = False) -> int:
    """Examine and print; 0 without a red line, 1 with one."""
    findings = examine()
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        print_report(findings)
    return int(any(finding.state is State.BAD for finding in findings))


def examine() -> list[Finding]:
    """Everything that matters, in the order in which a person would mend it."""
    return [*examine_python(), *examine_torch(), *examine_machine(), *examine_qt(), *examine_folders()]


def print_report(findings: list[Finding]) -> None:
    """One line a finding, in colours on a terminal and plain elsewhere; then what to do about those not well."""
    console = Console(highlight=False)
    for finding in findings:
        state = Text(f"{finding.state:<6}", COLOURS[finding.state])
        console.print(state.append(f"{finding.name:<18}{finding.value}", "default"), soft_wrap=True)
    unwell = [finding for finding in findings if finding.what_to_do]
    for finding in unwell:
        console.print()
        console.print(Text(f"{finding.name}: ", COLOURS[finding.state]).append(finding.what_to_do), soft_wrap=True)
    if not unwell:
        console.print("\nAll is well.")


def examine_python() -> Iterator[Finding]:
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})")


def examine_torch() -> Iterator[Finding]:
    """torch, its build and the device that pictures are made on."""
    try:
        torch = importlib.import_module("torch")
    except (ImportError, OSError) as error:
        yield Finding("torch", f"cannot be imported: {error}", State.BAD, "Run the set-up again, or install torch.")
        return
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "ROCm" if torch.version.hip else "no CUDA"
    yield Finding("torch", f"{torch.__version__} ({build})")
    if torch.cuda.is_available():
        yield from examine_cuda(torch)
    elif torch.backends.mps.is_available():
        yield Finding("Device", "MPS (Apple GPU)")
    elif has_nvidia():
        wrong = "the NVIDIA driver is too old for it or not running; update the driver"
        if not torch.version.cuda:
            wrong = "this torch was built without CUDA; install its CUDA build as PyTorch's install page tells"
        yield Finding("Device", "CPU, though an NVIDIA GPU is here", State.WARN, f"To use the GPU: {wrong}.")
    else:
        yield Finding("Device", "CPU")
    yield Finding("CPU instructions", f"{torch.backends.cpu.get_cpu_capability()}; {half_precision(cpu_flags())}")
    cores = psutil.cpu_count(logical=False) or os.cpu_count()
    yield Finding("Cores", f"{cores} ({os.cpu_count()} logical); torch uses {torch.get_num_threads()} threads")
    yield examine_kernels()
    yield examine_roads()


def examine_cuda(torch: ModuleType) -> Iterator[Finding]:
    name = torch.cuda.get_device_name()
    bf16 = "with bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "without bf16"
    yield Finding("Device", f"CUDA: {name}, {bf16}")
    free, total = torch.cuda.mem_get_info()
    value = f"{free / GIB:.1f} of {total / GIB:.1f} GiB free"
    if free < SMALL_GPU:
        yield Finding("GPU memory", value, State.WARN, "Close other programs that use the GPU; big models may not fit.")
    else:
        yield Finding("GPU memory", value)


def has_nvidia() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def cpu_flags() -> frozenset[str]:
    """The processor's features as Linux names them; empty elsewhere."""
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return frozenset()
    for line in info.read_text("utf-8", "replace").splitlines():
        name, _, flags = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(flags.split())
    return frozenset()


def half_precision(flags: frozenset[str]) -> str:
    """Which instructions for bfloat16 there are."""
    known = {"amx_bf16": "AMX", "avx512_bf16": "AVX512-BF16", "bf16": "ARM BF16"}
    found = [title for flag, title in known.items() if flag in flags]
    return "bf16 by " + " and ".join(found) if found else "no bf16 instructions known"


def examine_kernels() -> Finding:
    """The compiled CPU kernels; without them the torch network is used, several times slower."""
    name = "Fast CPU kernels"
    slower = "Pictures are made by torch instead, several times slower on a CPU."
    try:
        why_not = importlib.import_module(FAST_KERNELS).supported()
    except (ImportError, OSError) as error:
        return Finding(name, f"cannot be loaded: {error}", State.WARN, f"{slower} Run the set-up again.")
    return Finding(name, why_not, State.WARN, slower) if why_not else Finding(name, "work here")


def examine_roads() -> Finding:
    """What computes the pictures of each family of networks here; the read-out of the window says the same."""
    try:
        target = importlib.import_module("engine.devices").choose()
        families = importlib.import_module("engine.networks.families")
        titles = importlib.import_module("engine.models.report").FAMILIES
    except (ImportError, OSError) as error:
        return Finding("Pictures", f"cannot be made: {error}", State.BAD, "Run the set-up again.")
    by_road: dict[str, list[str]] = {}
    for family, road in families.roads(target).items():
        by_road.setdefault(road, []).append(titles[family])
    words = [f"{', '.join(names)}: {road} {target.precision}" for road, names in by_road.items()]
    return Finding("Pictures", f"{target.label}; {'; '.join(words)}")


def examine_machine() -> Iterator[Finding]:
    memory = psutil.virtual_memory()
    value = f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GiB free"
    if memory.available < SMALL_MEMORY:
        yield Finding("Memory", value, State.WARN, "Close other programs; a full picture needs up to 2 GiB.")
    else:
        yield Finding("Memory", value)


def examine_qt() -> Iterator[Finding]:
    """Qt's system libraries, the display, and whether Qt starts on it; asked in a process of its own."""
    shown = has_display()
    lacking = missing(EVERYWHERE)
    on_screen = missing(ON_SCREEN)
    if lacking or on_screen:
        worse = bool(lacking) or bool(os.environ.get("DISPLAY"))
        names = {**lacking, **on_screen}
        state = State.BAD if worse else State.WARN
        yield Finding("System libraries", "missing: " + ", ".join(names), state, mend(names))
    else:
        yield Finding("System libraries", "all that Qt needs")
    if shown:
        yield Finding("Display", os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "the desktop")
    else:
        what = "No window can open from here; the command line works. Start it from a desktop session for the window."
        yield Finding("Display", "none", State.WARN, what)
    yield probe_qt({} if shown else {"QT_QPA_PLATFORM": "offscreen"})


def mend(names: Mapping[str, str]) -> str:
    if shutil.which("apt-get"):
        return install_line(sorted(set(names.values())))
    return "Install the packages that have these libraries with your system's package manager."


def probe_qt(extra: Mapping[str, str]) -> Finding:
    """Start Qt as the window would: a missing platform plug-in ends the whole process, so not in this one."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", QT_PROBE],
            env={**os.environ, **extra},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=QT_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("Qt", "does not start in a minute", State.BAD, "Check that the display answers (DISPLAY).")
    if answer.returncode:
        why = last_words(answer.stderr) or f"status {answer.returncode}"
        return Finding("Qt", f"does not start: {why}", State.BAD, "Mend the lines above it, or run the set-up again.")
    version, platform_name = answer.stdout.split()[-2:]
    return Finding("Qt", f"PySide6 {version}, platform {platform_name}")


def last_words(stderr: str) -> str:
    """The line that names the cause: Qt says it first, a traceback last."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("qt.")), lines[-1] if lines else "")


def examine_folders() -> Iterator[Finding]:
    folder = models_dir()
    there = nearest(folder)
    if os.access(there, os.W_OK):
        yield Finding("Model folder", str(folder))
    else:
        what = f"Make {there} writable for you, or name another folder in VISAGIST_DATA."
        yield Finding("Model folder", f"{folder} cannot be written", State.BAD, what)
    if (folder / f"{GENERATOR}.safetensors").is_file():
        yield Finding("Face generator", f"{GENERATOR} is there")
    else:
        yield without_generator()
    free = shutil.disk_usage(nearest(data_dir())).free
    state = State.BAD if free < FULL_DISK else State.WARN if free < SMALL_DISK else State.OK
    what = "" if state is State.OK else "Free some space: models and pictures need a few GiB."
    yield Finding("Disk", f"{free / GIB:.1f} GiB free", state, what)


def without_generator() -> Finding:
    """What opens where the large face generator was not fetched."""
    name, brings = "Face generator", f"visagist models add {GENERATOR}"
    if shipped():
        return Finding(name, f"{GENERATOR} is not fetched; the bundled model opens; {brings} brings the large one")
    return Finding(name, f"{GENERATOR} is missing, and so is the bundled model", State.BAD, brings)


def nearest(folder: Path) -> Path:
    """The folder, or the closest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
