"""Measurements, the machine they were taken on, and both as JSON and as a table."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
import torch
from msgspec import Struct

from engine import __version__
from engine.models.model import Model


class Measurement(Struct, frozen=True):
    """One number. unit: s, per second, MB, or x for a ratio; goal: what it should be; repeats: of how many."""

    name: str
    value: float
    unit: str
    repeats: int = 1
    goal: str = ""


class Machine(Struct, frozen=True):
    """What the numbers depend on."""

    processor: str
    cores: int
    threads: int
    system: str
    python: str
    torch: str
    visagist: str
    model: str
    device: str
    precision: str
    network: str


class Report(Struct, frozen=True):
    """All of one run."""

    machine: Machine
    measurements: tuple[Measurement, ...]

    def table(self) -> str:
        """Markdown: a line on the machine, then one row a measurement."""
        m = self.machine
        head = (
            f"{m.processor}, {m.cores} cores, {m.threads} threads; {m.device} {m.precision} ({m.network}); "
            f"torch {m.torch}, Python {m.python}, {m.system}; {m.model}"
        )
        rows = [("measured", "median", "goal"), ("---", "---:", "---")]
        rows += [(item.name, number(item), item.goal) for item in self.measurements]
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"| {row[0]:{wide[0]}} | {row[1]:>{wide[1]}} | {row[2]:{wide[2]}} |" for row in rows]
        return "\n".join((head, "", *lines))


def number(item: Measurement) -> str:
    """A value as people read it."""
    if item.unit == "s":
        return (
            f"{1000 * item.value:.0f} ms"
            if 0.01 <= item.value < 1
            else f"{1000 * item.value:.1f} ms"
            if item.value < 1
            else f"{item.value:.2f} s"
        )
    return {"x": f"{item.value:.2f} x", "MB": f"{item.value:.0f} MB"}.get(item.unit, f"{item.value:.1f} {item.unit}")


def machine_of(model: Model) -> Machine:
    """This machine, as this model uses it."""
    generator = getattr(model.generator, "generator", model.generator)
    return machine(
        f"{model.header.title} ({model.hash[:12]})",
        model.target.label,
        model.generator.precision,
        type(generator).__name__,
        processor=torch.cuda.get_device_name() if model.target.device == "cuda" else None,
    )


def machine(model: str, device: str, precision: str, network: str, processor: str | None = None) -> Machine:
    """This machine, and what it is measured with; processor: of the device, the CPU's by default."""
    return Machine(
        processor=processor or processor_name(),
        cores=psutil.cpu_count(logical=False) or os.cpu_count() or 1,
        threads=torch.get_num_threads(),
        system=platform.platform(terse=True),
        python=sys.version.split()[0],
        torch=str(torch.__version__),
        visagist=__version__,
        model=model,
        device=device,
        precision=precision,
        network=network,
    )


def processor_name() -> str:
    """The processor's name; Linux tells it in a file alone."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def seconds_of(task: Callable[..., object], *arguments: object) -> float:
    """Wall-clock time of one call."""
    started = time.perf_counter()
    task(*arguments)
    return time.perf_counter() - started


def median_ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """Median of the ratios of neighbours in time, which share the machine's mood."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


def medians(times: Mapping[str, Sequence[float]]) -> list[Measurement]:
    """One measurement a name."""
    return [Measurement(name, statistics.median(t), "s", len(t)) for name, t in times.items()]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
