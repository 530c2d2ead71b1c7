"""The kernel that makes the picture: a 1x1 convolution to 12 channels, one Haar step, bytes or floats."""

from __future__ import annotations

from engine.kernels.emitter import Function, Vectors

LANES = 16  # four bands of (red, green, blue, unused)
GROUP = 4


def head_row(v: Vectors, *, display: bool) -> str:
    """One row of the last activation -> two rows of the picture.

    source [pixels, 4 * steps bytes]; b [steps, 16] of four bytes; bias [16] f32; top, bottom: the two rows of the
    picture, [2 * pixels, 4] bytes in the order B, G, R, X, or as many f32 in the order R, G, B, X.
    """
    f = Function(
        "head_display" if display else "head_float",
        "ptr %source, ptr %b, ptr %bias, ptr %top, ptr %bottom, i64 %pixels, i64 %steps",
    )
    kind = f"<{LANES} x float>"
    pitch = f.mul("%steps", "4")
    bias = v.load(f, "%bias", LANES)
    with f.loop("0", "%pixels", GROUP) as pixel:
        start = f.at("%source", f.mul(pixel, pitch))
        rows = [f.at(start, f.mul(pitch, str(one))) for one in range(GROUP)]
        totals = [f.variable(kind, bias) for _ in rows]
        with f.loop("0", "%steps") as step:
            weights = v.weights(f, f.at("%b", f.mul(step, str(4 * LANES))), LANES)
            for row, total in zip(rows, totals, strict=True):
                value = v.spread(f, f.at(row, f.mul(step, "4")), LANES)
                f.set(total, kind, v.dot(f, f.get(total, kind), value, weights, LANES))
        size = 1 if display else 4
        for one, total in enumerate(totals):
            place = f.mul(f.add(f.mul(pixel, "2"), str(2 * one)), str(4 * size))
            value = butterfly(f, f.get(total, kind), reversed_colours=display)
            element = "i8" if display else "float"
            stored = to_bytes(f, v, value) if display else value
            for half, row in enumerate(("%top", "%bottom")):
                part = shuffle(f, stored, stored, range(8 * half, 8 * half + 8), element)
                f.emit(f"store <8 x {element}> {part}, ptr {f.at(row, place)}, align 1")
    return f.text()


def butterfly(f: Function, bands: str, *, reversed_colours: bool) -> str:
    """(LL, LH, HL, HH) x 4 -> the four pixels (top left, top right, bottom left, bottom right) x 4."""
    colours = (2, 1, 0, 3) if reversed_colours else (0, 1, 2, 3)
    # (LL+LH, LL-LH, HL+HH, HL-HH), then (sum of the halves, difference of the halves) of each
    halves = plus_minus(f, bands, (0, 0, 2, 2), (1, 1, 3, 3), range(4))
    return plus_minus(f, halves, (0, 0, 1, 1), (2, 2, 3, 3), colours)


def plus_minus(
    f: Function, value: str, left: tuple[int, ...], right: tuple[int, ...], colours: tuple[int, ...] | range
) -> str:
    """left + right in the even groups of four lanes, left - right in the odd ones."""
    kind = f"<{LANES} x float>"
    a = shuffle(f, value, value, [4 * group + colour for group in left for colour in colours], "float")
    b = shuffle(f, value, value, [4 * group + colour for group in right for colour in colours], "float")
    total, rest = f.let(f"fadd {kind} {a}, {b}"), f.let(f"fsub {kind} {a}, {b}")
    return shuffle(f, total, rest, [lane + (LANES if lane // 4 % 2 else 0) for lane in range(LANES)], "float")


def to_bytes(f: Function, v: Vectors, value: str) -> str:
    """clamp(round((x + 1) * 127.5), 0, 255): adding 2^23 rounds a small f32 to the nearest whole, ties to even."""
    kind = f"<{LANES} x float>"
    middle = "splat (float 1.275e+02)"
    scaled = v.fma(f, value, middle, middle, LANES)
    above = f.let(f"fcmp ogt {kind} {scaled}, zeroinitializer")
    floor = f.let(f"select <{LANES} x i1> {above}, {kind} {scaled}, {kind} zeroinitializer")
    below = f.let(f"fcmp olt {kind} {floor}, splat (float 2.55e+02)")
    inside = f.let(f"select <{LANES} x i1> {below}, {kind} {floor}, {kind} splat (float 2.55e+02)")
    rounded = f.let(f"fadd {kind} {inside}, splat (float 0x4160000000000000)")
    bits = f.let(f"bitcast {kind} {rounded} to <{LANES} x i32>")
    return f.let(f"trunc <{LANES} x i32> {bits} to <{LANES} x i8>")


def shuffle(f: Function, a: str, b: str, lanes: range | list[int], element: str) -> str:
    mask = ", ".join(f"i32 {lane}" for lane in lanes)
    kind = f"<{LANES} x {element}>"
    return f.let(f"shufflevector {kind} {a}, {kind} {b}, <{len(lanes)} x i32> <{mask}>")
