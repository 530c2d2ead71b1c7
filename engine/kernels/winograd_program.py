"""The program of the Winograd kernel in LLVM IR: tiles in, products, tiles out, and the arguments it is given."""

from __future__ import annotations

from itertools import chain, product

from engine.kernels.emitter import Function, Precision, Vectors
from engine.kernels.filtering import larger, splat

Matrix = tuple[tuple[float, ...], ...]

# F(4, 3) needs a quarter of the multiplications in two dimensions and rounds ten times as coarsely as plain
# convolution, which bfloat16 has no room for; F(2, 3) needs 4/9 of them and rounds twice as coarsely.
INPUT: dict[int, Matrix] = {
    2: ((1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, 0, -1)),
    4: (
        (4, 0, -5, 0, 1, 0),
        (0, -4, -4, 1, 1, 0),
        (0, 4, -4, -1, 1, 0),
        (0, -2, -1, 2, 1, 0),
        (0, 2, -1, -2, 1, 0),
        (0, 4, 0, -5, 0, 1),
    ),
}
WEIGHT: dict[int, Matrix] = {
    2: ((1, 0, 0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0, 0, 1)),
    4: (
        (1 / 4, 0, 0),
        (-1 / 6, -1 / 6, -1 / 6),
        (-1 / 6, 1 / 6, -1 / 6),
        (1 / 24, 1 / 12, 1 / 6),
        (1 / 24, -1 / 12, 1 / 6),
        (0, 0, 1),
    ),
}
OUTPUT: dict[int, Matrix] = {
    2: ((1, 1, 1, 0), (0, 1, -1, -1)),
    4: ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1)),
}
SIDE: dict[Precision, int] = {"f32": 4, "bf16": 2}  # of a tile of outputs
ARGUMENTS = (
    "x", "out", "weight", "style", "scale", "bias", "noise", "zero", "numbers", "first", "last", "strip",
    "height", "width", "inside", "outside", "deep", "broad", "across", "padding",
    "x_row", "x_pixel", "out_row", "out_pixel", "noise_row", "noise_pixel",
)  # fmt: skip


def module(v: Vectors) -> str:
    """LLVM IR of the program."""
    tile = SIDE[v.precision]
    return "\n\n".join([v.declarations, gathering(v, tile), products(v), finishing(v, tile), driver(v, tile)])


def argument(f: Function, name: str) -> str:
    """One of the numbers or pointers that the program is given."""
    kind = "ptr" if ARGUMENTS.index(name) <= ARGUMENTS.index("numbers") else "i64"
    return f.let(f"load {kind}, ptr {f.at('%arguments', 8 * ARGUMENTS.index(name))}")


def read(f: Function, v: Vectors, pointer: str) -> str:
    """A register of stored numbers as float32."""
    if v.precision == "f32":
        return v.load(f, pointer)
    half = f.let(f"load <{v.lanes} x bfloat>, ptr {pointer}, align 2")
    return f.let(f"fpext <{v.lanes} x bfloat> {half} to {v.f32}")


def write(f: Function, v: Vectors, value: str, pointer: str) -> None:
    """float32 as stored numbers, rounded to the nearest."""
    if v.precision == "bf16":
        half = f.let(f"fptrunc {v.f32} {value} to <{v.lanes} x bfloat>")
        f.emit(f"store <{v.lanes} x bfloat> {half}, ptr {pointer}, align 2")
    else:
        f.emit(f"store {v.f32} {value}, ptr {pointer}, align 4")


def combined(f: Function, v: Vectors, factors: tuple[float, ...], values: list[str]) -> str:
    """The sum of registers, each times a small number."""
    total = ""
    for factor, value in sorted(zip(factors, values, strict=True), key=lambda pair: pair[0] != 1):
        if factor == 0:
            continue
        number = f"splat (float {factor:.1f})"
        if not total:
            total = value if factor == 1 else f.let(f"fmul {v.f32} {value}, {number}")
        elif abs(factor) == 1:
            total = f.let(f"{'fadd' if factor == 1 else 'fsub'} {v.f32} {total}, {value}")
        else:
            total = v.fma(f, value, number, total)
    return total


def transformed(f: Function, v: Vectors, matrix: Matrix, values: list[list[str]]) -> list[list[str]]:
    """matrix values matrix^T."""
    columns = [[combined(f, v, row, list(column)) for row in matrix] for column in zip(*values, strict=True)]
    return [[combined(f, v, row, list(line)) for row in matrix] for line in zip(*columns, strict=True)]


def place_of(f: Function, tile: int, number: str, across: str) -> tuple[str, str]:
    """The first row and column of a tile's outputs."""
    down = f.let(f"udiv i64 {number}, {across}")
    aside = f.sub(number, f.mul(down, across))
    return f.mul(down, str(tile)), f.mul(aside, str(tile))


def whole(f: Function, v: Vectors, channel: str, channels: str) -> str:
    """Where a register's channels begin: the last ones reach back, so that some are computed twice, to the same."""
    last = f.sub(channels, str(v.lanes))
    reaches = f.let(f"icmp slt i64 {channel}, {last}")
    return f.let(f"select i1 {reaches}, i64 {channel}, i64 {last}")


def gathering(v: Vectors, tile: int) -> str:
    """Tiles of x, times style -> transformed [places, strip, deep]."""
    f = Function("gathering", "ptr %arguments, ptr %target, i64 %begin, i64 %count")
    names = ("x", "style", "zero", "strip", "height", "width", "inside", "deep", "across", "padding")
    x, style, zero, strip, height, width, inside, deep, across, padding = (argument(f, name) for name in names)
    x_row, x_pixel = argument(f, "x_row"), argument(f, "x_pixel")
    line = f.mul(deep, str(v.element))
    plane = f.mul(line, strip)
    with f.loop("0", "%count") as t:
        top, left = (f.sub(at, padding) for at in place_of(f, tile, f.add("%begin", t), across))
        rows = [f.add(top, str(i)) for i in range(tile + 2)]
        columns = [f.add(left, str(j)) for j in range(tile + 2)]
        row_inside = [f.let(f"icmp ult i64 {row}, {height}") for row in rows]
        column_inside = [f.let(f"icmp ult i64 {column}, {width}") for column in columns]
        row_at = [f.mul(row, x_row) for row in rows]
        column_at = [f.mul(column, x_pixel) for column in columns]
        sources = [[""] * (tile + 2) for _ in rows]
        for i, j in product(range(tile + 2), repeat=2):
            both = f.let(f"and i1 {row_inside[i]}, {column_inside[j]}")
            pixel = f.at(x, f.add(row_at[i], column_at[j]))
            sources[i][j] = f.let(f"select i1 {both}, ptr {pixel}, ptr {zero}")
        target = f.at("%target", f.mul(t, line))
        with f.loop("0", inside, v.lanes) as each:
            channel = whole(f, v, each, inside)
            step = f.mul(channel, str(v.element))
            factor = v.load(f, f.at(style, f.mul(channel, "4")))
            values = [
                [f.let(f"fmul {v.f32} {read(f, v, f.at(source, step))}, {factor}") for source in row] for row in sources
            ]
            here = f.at(target, step)
            for number, value in enumerate(chain(*transformed(f, v, INPUT[tile], values))):
                write(f, v, value, f.at(here, f.mul(plane, str(number))))
    return f.text()


def products(v: Vectors) -> str:
    """[rows, deep] by packed weights -> [rows, broad] float32; rows: rounded up to the vectors' tile."""
    f = Function("products", "ptr %source, ptr %weight, ptr %target, i64 %rows, i64 %deep, i64 %broad")
    line = f.mul("%deep", str(v.element))
    with f.loop("0", "%broad", v.block) as channel:
        panel = f.at("%weight", f.mul(channel, line))
        with f.loop("0", "%rows", v.tile) as row:
            source = f.at("%source", f.mul(row, line))
            sources = [f.at(source, f.mul(line, str(i))) for i in range(v.tile)]
            totals = [[f.variable(v.f32, "zeroinitializer") for _ in (0, 1)] for _ in range(v.tile)]
            for pair in totals:
                for total in pair:
                    f.set(total, v.f32, "zeroinitializer")
            with f.loop("0", line, 4) as step:
                here = f.at(panel, f.mul(step, str(v.block)))
                weights = [v.weights(f, f.at(here, 4 * v.lanes * half)) for half in (0, 1)]
                for pixel, pair in zip(sources, totals, strict=True):
                    spread = v.spread(f, f.at(pixel, step))
                    for total, weight in zip(pair, weights, strict=True):
                        f.set(total, v.f32, v.dot(f, f.get(total, v.f32), spread, weight))
            for i, pair in enumerate(totals):
                place = f.add(f.mul(f.add(row, str(i)), "%broad"), channel)
                target = f.at("%target", f.mul(place, "4"))
                for half, total in enumerate(pair):
                    value = f.get(total, v.f32)
                    f.emit(f"store {v.f32} {value}, ptr {f.at(target, 4 * v.lanes * half)}, align 4")
    return f.text()


def finishing(v: Vectors, tile: int) -> str:
    """Products [places, strip, broad] -> outputs, scaled, biased, with noise and activation."""
    f = Function("finishing", "ptr %arguments, ptr %source, i64 %begin, i64 %count")
    names = ("out", "scale", "bias", "noise", "numbers", "strip", "outside", "broad", "across")
    out, scale, bias, noise, numbers, strip, outside, broad, across = (argument(f, name) for name in names)
    out_row, out_pixel = argument(f, "out_row"), argument(f, "out_pixel")
    noise_row, noise_pixel = argument(f, "noise_row"), argument(f, "noise_pixel")
    slope = splat(f, v.lanes, f.let(f"load float, ptr {numbers}"))
    high = splat(f, v.lanes, f.let(f"load float, ptr {f.at(numbers, 4)}"))
    low = f.let(f"fneg {v.f32} {high}")
    line = f.mul(broad, "4")
    plane = f.mul(line, strip)
    with f.loop("0", "%count") as t:
        top, left = place_of(f, tile, f.add("%begin", t), across)
        rows = [f.add(top, str(i)) for i in range(tile)]
        columns = [f.add(left, str(j)) for j in range(tile)]
        loud, targets = {}, {}
        for i, j in product(range(tile), repeat=2):
            heard = f.at(noise, f.add(f.mul(rows[i], noise_row), f.mul(columns[j], noise_pixel)))
            if v.precision == "bf16":
                value = f.let(f"fpext bfloat {f.let(f'load bfloat, ptr {heard}, align 2')} to float")
            else:
                value = f.let(f"load float, ptr {heard}, align 4")
            loud[i, j] = splat(f, v.lanes, value)
            targets[i, j] = f.at(out, f.add(f.mul(rows[i], out_row), f.mul(columns[j], out_pixel)))
        source = f.at("%source", f.mul(t, line))
        with f.loop("0", outside, v.lanes) as each:
            channel = whole(f, v, each, outside)
            step = f.mul(channel, "4")
            here = f.at(source, step)
            side = range(tile + 2)
            found = [[v.load(f, f.at(here, f.mul(plane, str((tile + 2) * i + j)))) for j in side] for i in side]
            made = transformed(f, v, OUTPUT[tile], found)
            factor, shift = v.load(f, f.at(scale, step)), v.load(f, f.at(bias, step))
            for i, j in product(range(tile), repeat=2):
                value = v.fma(f, made[i][j], factor, f.let(f"fadd {v.f32} {shift}, {loud[i, j]}"))
                value = larger(f, v.lanes, "ogt", value, f.let(f"fmul {v.f32} {value}, {slope}"))
                value = larger(f, v.lanes, "olt", larger(f, v.lanes, "ogt", value, low), high)
                write(f, v, value, f.at(targets[i, j], f.mul(channel, str(v.element))))
    return f.text()


def driver(v: Vectors, tile: int) -> str:
    """Strip after strip."""
    f = Function("run", "ptr %arguments, i64 %none, ptr %unused, ptr %scratch, ptr %empty", exported=True)
    names = ("weight", "first", "last", "strip", "deep", "broad")
    weight, first, last, strip, deep, broad = (argument(f, name) for name in names)
    read_plane = f.mul(f.mul(strip, deep), str(v.element))
    made_plane = f.mul(f.mul(strip, broad), "4")
    weight_plane = f.mul(f.mul(deep, broad), str(v.element))
    places = (tile + 2) ** 2
    middle = f.at("%scratch", f.mul(read_plane, str(places)))
    with f.loop(first, last, strip) as begin:
        left = f.sub(last, begin)
        short = f.let(f"icmp slt i64 {left}, {strip}")
        count = f.let(f"select i1 {short}, i64 {left}, i64 {strip}")
        f.call("gathering", "%arguments", "%scratch", f"i64 {begin}", f"i64 {count}")
        with f.loop("0", str(places)) as place:
            f.call(
                "products",
                f.at("%scratch", f.mul(place, read_plane)),
                f.at(weight, f.mul(place, weight_plane)),
                f.at(middle, f.mul(place, made_plane)),
                f"i64 {count}",
                f"i64 {deep}",
                f"i64 {broad}",
            )
        f.call("finishing", "%arguments", middle, f"i64 {begin}", f"i64 {count}")
    return f.text()
