"""Writing LLVM IR as text: functions, loops, and the vectors that the kernels compute with.

Nothing here knows a network. Variables are allocas; LLVM turns them into registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Precision = Literal["f32", "bf16"]


class Function:
    """One LLVM function under construction; operands are the texts of IR values ("%n", "%3", "16")."""

    def __init__(self, name: str, arguments: str, *, exported: bool = False) -> None:
        self._head = f"define {'' if exported else 'internal '}void @{name}({arguments}) noinline {{"
        self._allocas: list[str] = []
        self._lines: list[str] = []
        self._count = 0

    def text(self) -> str:
        return "\n".join([self._head, "entry:", *self._allocas, *self._lines, "  ret void", "}"])

    def emit(self, line: str) -> None:
        self._lines.append(f"  {line}")

    def let(self, expression: str) -> str:
        """A new value of an instruction."""
        name = self._name()
        self.emit(f"{name} = {expression}")
        return name

    def add(self, a: str, b: str) -> str:
        return self.let(f"add i64 {a}, {b}")

    def sub(self, a: str, b: str) -> str:
        return self.let(f"sub i64 {a}, {b}")

    def mul(self, a: str, b: str) -> str:
        return self.let(f"mul i64 {a}, {b}")

    def at(self, pointer: str, byte: str | int) -> str:
        """The address `byte` bytes behind a pointer."""
        return self.let(f"getelementptr i8, ptr {pointer}, i64 {byte}")

    def variable(self, kind: str, value: str) -> str:
        """A place for a value that changes; give it to `get` and `set`."""
        name = self._name()
        self._allocas.append(f"  {name} = alloca {kind}")
        self.set(name, kind, value)
        return name

    def get(self, variable: str, kind: str) -> str:
        return self.let(f"load {kind}, ptr {variable}")

    def set(self, variable: str, kind: str, value: str) -> None:
        self.emit(f"store {kind} {value}, ptr {variable}")

    def call(self, name: str, *arguments: str) -> None:
        """Calls a function of the module; an argument is "%p" for a pointer, "i64 %n" for any other type."""
        typed = (argument if " " in argument else f"ptr {argument}" for argument in arguments)
        self.emit(f"call void @{name}({', '.join(typed)})")

    @contextmanager
    def loop(self, start: str, stop: str, step: str | int = 1) -> Iterator[str]:
        """for (i = start; i < stop; i += step), signed; yields i."""
        index = self.variable("i64", start)
        test, body, end = self._label(), self._label(), self._label()
        self.emit(f"br label %{test}")
        self._lines.append(f"{test}:")
        value = self.get(index, "i64")
        inside = self.let(f"icmp slt i64 {value}, {stop}")
        self.emit(f"br i1 {inside}, label %{body}, label %{end}")
        self._lines.append(f"{body}:")
        yield value
        self.set(index, "i64", self.add(value, str(step)))
        self.emit(f"br label %{test}")
        self._lines.append(f"{end}:")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """if (condition) { ... }"""
        body, end = self._label(), self._label()
        self.emit(f"br i1 {condition}, label %{body}, label %{end}")
        self._lines.append(f"{body}:")
        yield
        self.emit(f"br label %{end}")
        self._lines.append(f"{end}:")

    @contextmanager
    def repeat(self) -> Iterator[str]:
        """for (;;) { ... }; yields the label to branch to by `leave`."""
        body, end = self._label(), self._label()
        self.emit(f"br label %{body}")
        self._lines.append(f"{body}:")
        yield end
        self.emit(f"br label %{body}")
        self._lines.append(f"{end}:")

    def leave(self, end: str, condition: str) -> None:
        """Leaves a `repeat` when the condition holds."""
        on = self._label()
        self.emit(f"br i1 {condition}, label %{end}, label %{on}")
        self._lines.append(f"{on}:")

    def _name(self) -> str:
        self._count += 1
        return f"%v{self._count}"

    def _label(self) -> str:
        self._count += 1
        return f"b{self._count}"


@dataclass(frozen=True)
class Vectors:
    """The vectors of one processor and one precision.

    lanes: f32 lanes of a register. tile: pixels that the matrix product holds in registers at once.
    A block is 2 * lanes channels: two f32 registers, and in bf16 one register in memory. Reading a bf16 block gives
    its even channels, then its odd ones (a shift and a mask); writing puts the two halves one after the other. So each
    pass through registers reorders a block: `packing.passed` is that order, and the weights are packed to suit.
    """

    precision: Precision
    lanes: int
    tile: int

    @property
    def block(self) -> int:
        return 2 * self.lanes

    @property
    def element(self) -> int:
        """Bytes of a stored activation."""
        return 2 if self.precision == "bf16" else 4

    @property
    def f32(self) -> str:
        return f"<{self.lanes} x float>"

    @property
    def declarations(self) -> str:
        """The intrinsics that the kernels use."""
        names = [
            f"declare <{n} x float> @llvm.fmuladd.v{n}f32(<{n} x float>, <{n} x float>, <{n} x float>)"
            for n in sorted({self.lanes, 16})
        ]
        if self.precision == "bf16":
            names.append(
                "declare <16 x float> @llvm.x86.avx512bf16.dpbf16ps.512(<16 x float>, <32 x bfloat>, <32 x bfloat>)"
            )
            names.append("declare <32 x bfloat> @llvm.x86.avx512bf16.cvtne2ps2bf16.512(<16 x float>, <16 x float>)")
        return "\n".join(names)

    def load(self, f: Function, pointer: str, lanes: int | None = None) -> str:
        """One register of f32."""
        return f.let(f"load <{lanes or self.lanes} x float>, ptr {pointer}, align 4")

    def splat(self, f: Function, scalar: str, lanes: int | None = None, kind: str = "float") -> str:
        n = lanes or self.lanes
        first = f.let(f"insertelement <{n} x {kind}> poison, {kind} {scalar}, i64 0")
        return f.let(f"shufflevector <{n} x {kind}> {first}, <{n} x {kind}> poison, <{n} x i32> zeroinitializer")

    def fma(self, f: Function, a: str, b: str, c: str, lanes: int | None = None) -> str:
        """a * b + c."""
        n = lanes or self.lanes
        kind = f"<{n} x float>"
        return f.let(f"call {kind} @llvm.fmuladd.v{n}f32({kind} {a}, {kind} {b}, {kind} {c})")

    def load_block(self, f: Function, pointer: str) -> tuple[str, str]:
        """A stored block as two f32 registers."""
        if self.precision == "f32":
            return self.load(f, pointer), self.load(f, f.at(pointer, 4 * self.lanes))
        pairs = f.let(f"load <16 x i32>, ptr {pointer}, align 4")
        even = f.let(f"shl <16 x i32> {pairs}, splat (i32 16)")
        odd = f.let(f"and <16 x i32> {pairs}, splat (i32 -65536)")
        return (f.let(f"bitcast <16 x i32> {even} to <16 x float>"), f.let(f"bitcast <16 x i32> {odd} to <16 x float>"))

    def store_block(self, f: Function, pointer: str, first: str, second: str) -> None:
        """Two f32 registers as a stored block, one behind the other, rounded to the nearest."""
        if self.precision == "f32":
            f.emit(f"store {self.f32} {first}, ptr {pointer}, align 4")
            f.emit(f"store {self.f32} {second}, ptr {f.at(pointer, 4 * self.lanes)}, align 4")
            return
        both = f.let(
            f"call <32 x bfloat> @llvm.x86.avx512bf16.cvtne2ps2bf16.512(<16 x float> {second}, <16 x float> {first})"
        )
        f.emit(f"store <32 x bfloat> {both}, ptr {pointer}, align 4")

    def spread(self, f: Function, pointer: str, lanes: int | None = None) -> str:
        """The four bytes of one step of a pixel (two bf16 channels, or one of f32) in every lane, for `dot`."""
        n = lanes or self.lanes
        if self.precision == "f32":
            return self.splat(f, f.let(f"load float, ptr {pointer}, align 4"), n)
        return self.splat(f, f.let(f"load i32, ptr {pointer}, align 4"), n, "i32")

    def weights(self, f: Function, pointer: str, lanes: int | None = None) -> str:
        """One register of packed weights: for each lane the four bytes of one step."""
        n = lanes or self.lanes
        return (
            self.load(f, pointer, n) if self.precision == "f32" else f.let(f"load <{n} x i32>, ptr {pointer}, align 4")
        )

    def dot(self, f: Function, total: str, step: str, weights: str, lanes: int | None = None) -> str:
        """total + step * weights, lane by lane, accumulated in f32."""
        if self.precision == "f32":
            return self.fma(f, step, weights, total, lanes)
        left = f.let(f"bitcast <16 x i32> {step} to <32 x bfloat>")
        right = f.let(f"bitcast <16 x i32> {weights} to <32 x bfloat>")
        return f.let(
            "call <16 x float> @llvm.x86.avx512bf16.dpbf16ps.512("
            f"<16 x float> {total}, <32 x bfloat> {left}, <32 x bfloat> {right})"
        )
