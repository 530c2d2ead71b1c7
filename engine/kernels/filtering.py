"""Fused kernel for a filtered leaky ReLU of StyleGAN3: f32 inside, channels last.

A block of channels is walked row by row: rows of the input are gathered, finer rows made of six of them, widened,
activated, narrowed again, and twelve of those make a row of the output; where the down filter is round, twelve finer
rows do. All of it stays in the second cache. The order of the steps is a table made once a layer; the kernel runs it
for each block of channels.
"""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from engine.kernels.compiler import Run, host_vectors, loaded
from engine.kernels.emitter import Function
from engine.kernels.team import MOST_THREADS, default_threads
from engine.paths import cache_dir

UPS, DOWNS = 6, 12  # taps of an up-phase and of the down filter
FIELDS = DOWNS + 4  # of a step: kind, where to, how many, taps, and where from
GATHER, SIX, WIDEN_2, WIDEN_4, NARROW, TWELVE, ROUND = range(7)


@dataclass(frozen=True)
class Walk:
    """One axis. length, made: of the input and the output; up: 2 or 4, the finer places of an input's.

    Place n of the finer grid hears up-phase n % up of the input's places from n // up + reads on, and output m the
    finer places from 2 m + starts on.
    """

    length: int
    made: int
    up: int
    reads: int
    starts: int


class FilterKernel:
    """up_taps [up, 6] by phase, in the order of the places that they hear; down_taps [12], or [12, 12], likewise.

    y, x: the axes; clamp: of the activation; element: bytes of a number, 4 (float32) or 2 (bfloat16).
    """

    def __init__(
        self, y: Walk, x: Walk, up_taps: Tensor, down_taps: Tensor, clamp: float | None, dtype: torch.dtype
    ) -> None:
        self.lanes = host_vectors("f32").lanes
        self.y, self.x, self.dtype = y, x, dtype
        self.element = dtype.itemsize
        self.run = kernel(self.lanes, self.element)
        self.round = down_taps.dim() == 2
        self.taps = torch.cat([up_taps.flatten(), down_taps.flatten()]).float().contiguous()
        self.limit = torch.tensor([3.4e38 if clamp is None else clamp])
        self.tables: dict[tuple[int, ...], tuple[Tensor, int]] = {}

    def __call__(self, x: Tensor, out: Tensor) -> None:
        """x [1, C, H, W], out [1, C, *made]: both with their channels next to each other; C at least `lanes`."""
        table, size = self.table(x, out)
        channels = x.shape[1]
        starts = [*range(0, channels - self.lanes + 1, self.lanes)]
        if channels % self.lanes:
            starts.append(channels - self.lanes)  # some channels twice, with the same result
        threads = min(default_threads(), len(starts))

        def work(mine: list[int]) -> None:
            scratch = torch.zeros(size, dtype=torch.uint8)
            for start in mine:
                values = (
                    x.data_ptr() + start * self.element,
                    out.data_ptr() + start * self.element,
                    self.taps.data_ptr(),
                    x.stride(3) * self.element,
                    out.stride(3) * self.element,
                    self.limit.data_ptr(),
                )
                arguments = (ctypes.c_int64 * len(values))(*values)
                self.run(table.data_ptr(), len(table), ctypes.addressof(arguments), scratch.data_ptr(), 0)

        others = [workers().submit(work, starts[thread::threads]) for thread in range(1, threads)]
        work(starts[::threads])
        for other in others:
            other.result()

    def table(self, x: Tensor, out: Tensor) -> tuple[Tensor, int]:
        """The steps for tensors of these strides [steps, FIELDS], and the bytes of scratch that they need."""
        key = (x.stride(2), out.stride(2))
        if key not in self.tables:
            self.tables[key] = self.steps(*(stride * self.element for stride in key))
        return self.tables[key]

    def steps(self, x_row: int, out_row: int) -> tuple[Tensor, int]:
        """x_row, out_row: bytes from one row to the next."""
        y, x, unit = self.y, self.x, 4 * self.lanes
        first, last = x.starts // x.up, (2 * (x.made - 1) + x.starts + DOWNS - 1) // x.up + 1  # places of up-phases
        read = first + x.reads, last - 1 + x.reads + UPS  # places of the input
        before, inside = max(read[0], 0), min(read[1], x.length)
        fine = (last - first) * x.up
        row, kept = x.length * unit, (fine if self.round else x.made) * unit
        empty, gathered, tall = 0, row, (1 + UPS) * row
        wide = tall + (read[1] - read[0]) * unit
        # rows that make the output: the finer ones themselves, or those narrowed from one finer row
        ring = wide if self.round else wide + fine * unit
        size = ring + DOWNS * kept
        downs = 4 * y.up * UPS  # where the down taps lie
        begin = (x.starts - first * x.up) * unit  # of what the outputs read, in a finer row
        steps: list[list[int]] = []
        have, done = 0, y.starts

        def step(kind: int, target: int, count: int, taps: int, *sources: int) -> None:
            steps.append([kind, target, count, taps, *sources, *[0] * (DOWNS - len(sources))])

        for m in range(y.made):
            for n in range(done, 2 * m + y.starts + DOWNS):
                places = [n // y.up + y.reads + tap for tap in range(UPS)]
                while have <= min(places[-1], y.length - 1):
                    step(GATHER, gathered + have % UPS * row, x.length, 0, have * x_row)
                    have += 1
                rows = [gathered + place % UPS * row if 0 <= place < y.length else empty for place in places]
                target = tall + (before - read[0]) * unit
                step(SIX, target, inside - before, 4 * UPS * (n % y.up), *(at + before * unit for at in rows))
                finer = ring + n % DOWNS * kept if self.round else wide
                step(WIDEN_2 if x.up == 2 else WIDEN_4, finer, last - first, 0, tall)
                if not self.round:
                    step(NARROW, ring + n % DOWNS * kept, x.made, downs, wide + begin)
            done = 2 * m + y.starts + DOWNS
            rows = [ring + (2 * m + y.starts + tap) % DOWNS * kept for tap in range(DOWNS)]
            if self.round:
                step(ROUND, m * out_row, x.made, downs, *(at + begin for at in rows))
            else:
                step(TWELVE, m * out_row, x.made, downs, *rows)
        return torch.tensor(steps, dtype=torch.int64), size


@cache
def workers() -> ThreadPoolExecutor:
    """The threads that help the caller; they sleep between calls."""
    return ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="visagist-filter")


@cache
def kernel(lanes: int, element: int) -> Run:
    """The compiled program: run(table, steps, arguments, scratch, unused)."""
    return loaded(module(lanes, element), cache_dir() / "kernels")


def module(lanes: int, element: int) -> str:
    """LLVM IR of the program."""
    vector = f"<{lanes} x float>"
    parts = [
        f"declare {vector} @llvm.fma.v{lanes}f32({vector}, {vector}, {vector})",
        gather(lanes, element),
        combine(lanes, "six", UPS, None),
        widen(lanes, 2),
        widen(lanes, 4),
        narrow(lanes),
        combine(lanes, "twelve", DOWNS, element),
        ring_sum(lanes, element),
        driver(),
    ]
    return "\n\n".join(parts)


def splats(f: Function, lanes: int, taps: str, count: int) -> list[str]:
    """Taps, each in all lanes."""
    return [splat(f, lanes, f.let(f"load float, ptr {f.at(taps, 4 * tap)}")) for tap in range(count)]


def splat(f: Function, lanes: int, value: str) -> str:
    one = f.let(f"insertelement <{lanes} x float> poison, float {value}, i64 0")
    return f.let(f"shufflevector <{lanes} x float> {one}, <{lanes} x float> poison, <{lanes} x i32> zeroinitializer")


def weighted(f: Function, lanes: int, taps: list[str], sources: list[str]) -> str:
    """The sum of vectors in memory, each times its tap."""
    vector = f"<{lanes} x float>"
    total = ""
    for tap, source in zip(taps, sources, strict=True):
        value = f.let(f"load {vector}, ptr {source}, align 4")
        if total:
            total = f.let(f"call {vector} @llvm.fma.v{lanes}f32({vector} {value}, {vector} {tap}, {vector} {total})")
        else:
            total = f.let(f"fmul {vector} {value}, {tap}")
    return total


def gather(lanes: int, element: int) -> str:
    """Pixels that lie apart -> a row of vectors."""
    f = Function("gather", "ptr %source, ptr %target, i64 %count, i64 %pitch")
    with f.loop("0", "%count") as i:
        source, target = f.at("%source", f.mul(i, "%pitch")), f.at("%target", f.mul(i, str(4 * lanes)))
        if element == 4:
            value = f.let(f"load <{lanes} x float>, ptr {source}, align 4")
        else:
            half = f.let(f"load <{lanes} x i16>, ptr {source}, align 2")
            bits = f.let(f"zext <{lanes} x i16> {half} to <{lanes} x i32>")
            bits = f.let(f"shl <{lanes} x i32> {bits}, splat (i32 16)")
            value = f.let(f"bitcast <{lanes} x i32> {bits} to <{lanes} x float>")
        f.emit(f"store <{lanes} x float> {value}, ptr {target}, align 4")
    return f.text()


def combine(lanes: int, name: str, count: int, element: int | None) -> str:
    """Rows of vectors, each times its tap -> their sum; element: of pixels that lie apart, else a row of vectors."""
    rows = ", ".join(f"ptr %r{row}" for row in range(count))
    f = Function(name, f"{rows}, ptr %taps, ptr %target, i64 %count, i64 %pitch")
    taps = splats(f, lanes, "%taps", count)
    with f.loop("0", "%count") as i:
        place = f.mul(i, str(4 * lanes))
        total = weighted(f, lanes, taps, [f.at(f"%r{row}", place) for row in range(count)])
        put(f, lanes, total, f.at("%target", place if element is None else f.mul(i, "%pitch")), element)
    return f.text()


def ring_sum(lanes: int, element: int) -> str:
    """Twelve rows by twelve places, each times its tap -> pixels that lie apart, half as many."""
    rows = ", ".join(f"ptr %r{row}" for row in range(DOWNS))
    f = Function("round", f"{rows}, ptr %taps, ptr %target, i64 %count, i64 %pitch")
    vector = f"<{lanes} x float>"
    taps = [splats(f, lanes, f.at("%taps", 4 * DOWNS * row), DOWNS) for row in range(DOWNS)]
    with f.loop("0", "%count") as i:
        place = f.mul(i, str(8 * lanes))
        # a sum for each row, so that no multiplication waits long for another
        sums = []
        for row in range(DOWNS):
            source = f.at(f"%r{row}", place)
            sums.append(weighted(f, lanes, taps[row], [f.at(source, 4 * lanes * tap) for tap in range(DOWNS)]))
        while len(sums) > 1:
            sums = [f.let(f"fadd {vector} {a}, {b}") for a, b in zip(sums[::2], sums[1::2], strict=False)] + (
                [sums[-1]] if len(sums) % 2 else []
            )
        put(f, lanes, sums[0], f.at("%target", f.mul(i, "%pitch")), element)
    return f.text()


def put(f: Function, lanes: int, value: str, target: str, element: int | None) -> None:
    """Store a vector: of bfloat16 where an element has two bytes."""
    if element == 2:
        f.emit(f"store <{lanes} x i16> {rounded(f, lanes, value)}, ptr {target}, align 2")
    else:
        f.emit(f"store <{lanes} x float> {value}, ptr {target}, align 4")


def rounded(f: Function, lanes: int, value: str) -> str:
    """float32 -> the nearest bfloat16, as integers, which every processor can do."""
    kind = f"<{lanes} x i32>"
    bits = f.let(f"bitcast <{lanes} x float> {value} to {kind}")
    odd = f.let(f"and {kind} {f.let(f'lshr {kind} {bits}, splat (i32 16)')}, splat (i32 1)")
    bits = f.let(f"add {kind} {f.let(f'add {kind} {bits}, splat (i32 32767)')}, {odd}")
    return f.let(f"trunc {kind} {f.let(f'lshr {kind} {bits}, splat (i32 16)')} to <{lanes} x i16>")


def widen(lanes: int, up: int) -> str:
    """A row -> `up` times as many places, leaky ReLU 0.2, clamp."""
    f = Function(f"widen_{up}", "ptr %source, ptr %target, i64 %count, ptr %taps, float %limit")
    vector = f"<{lanes} x float>"
    taps = splats(f, lanes, "%taps", up * UPS)
    high = splat(f, lanes, "%limit")
    low = f.let(f"fneg {vector} {high}")
    with f.loop("0", "%count") as i:
        source = f.at("%source", f.mul(i, str(4 * lanes)))
        target = f.at("%target", f.mul(i, str(4 * lanes * up)))
        sources = [f.at(source, 4 * lanes * tap) for tap in range(UPS)]
        for phase in range(up):
            value = weighted(f, lanes, taps[phase * UPS : (phase + 1) * UPS], sources)
            small = f.let(f"fmul {vector} {value}, splat (float 0x3FC99999A0000000)")
            value = larger(f, lanes, "ogt", value, small)
            value = larger(f, lanes, "olt", larger(f, lanes, "ogt", value, low), high)
            f.emit(f"store {vector} {value}, ptr {f.at(target, 4 * lanes * phase)}, align 4")
    return f.text()


def larger(f: Function, lanes: int, relation: str, a: str, b: str) -> str:
    """a where a stands in this relation to b, else b."""
    vector = f"<{lanes} x float>"
    condition = f.let(f"fcmp {relation} {vector} {a}, {b}")
    return f.let(f"select <{lanes} x i1> {condition}, {vector} {a}, {vector} {b}")


def narrow(lanes: int) -> str:
    """A row -> half as many places."""
    f = Function("narrow", "ptr %source, ptr %target, i64 %count, ptr %taps")
    taps = splats(f, lanes, "%taps", DOWNS)
    with f.loop("0", "%count") as i:
        source = f.at("%source", f.mul(i, str(8 * lanes)))
        total = weighted(f, lanes, taps, [f.at(source, 4 * lanes * tap) for tap in range(DOWNS)])
        f.emit(f"store <{lanes} x float> {total}, ptr {f.at('%target', f.mul(i, str(4 * lanes)))}, align 4")
    return f.text()


def driver() -> str:
    """Runs the steps of a table, one after the other."""
    f = Function("run", "ptr %table, i64 %steps, ptr %arguments, ptr %scratch, ptr %unused", exported=True)
    pointers = ("ptr", "ptr", "ptr", "i64", "i64", "ptr")
    x, out, taps, x_pitch, out_pitch, limit = (
        f.let(f"load {kind}, ptr {f.at('%arguments', 8 * i)}") for i, kind in enumerate(pointers)
    )
    most = f.let(f"load float, ptr {limit}")
    with f.loop("0", "%steps") as i:
        step = f.at("%table", f.mul(i, str(8 * FIELDS)))
        kind, target, count, tap, *sources = (f.let(f"load i64, ptr {f.at(step, 8 * j)}") for j in range(FIELDS))
        heard = f.at(taps, tap)
        here = f.at("%scratch", target)

        chosen = [f.let(f"icmp eq i64 {kind}, {which}") for which in range(ROUND + 1)]
        with f.when(chosen[GATHER]):
            f.call("gather", f.at(x, sources[0]), here, f"i64 {count}", f"i64 {x_pitch}")
        with f.when(chosen[SIX]):
            rows = [f.at("%scratch", source) for source in sources[:UPS]]
            f.call("six", *rows, heard, here, f"i64 {count}", "i64 0")
        for which, up in ((WIDEN_2, 2), (WIDEN_4, 4)):
            with f.when(chosen[which]):
                f.call(f"widen_{up}", f.at("%scratch", sources[0]), here, f"i64 {count}", taps, f"float {most}")
        with f.when(chosen[NARROW]):
            f.call("narrow", f.at("%scratch", sources[0]), here, f"i64 {count}", heard)
        for which, name in ((TWELVE, "twelve"), (ROUND, "round")):
            with f.when(chosen[which]):
                rows = [f.at("%scratch", source) for source in sources]
                f.call(name, *rows, heard, f.at(out, target), f"i64 {count}", f"i64 {out_pitch}")
    return f.text()
