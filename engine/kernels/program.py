"""The compiled program: what a layer is to the kernels, how threads share its work, and the module's whole IR.

A layer is cut into units; every thread claims the next unit until none is left, then waits for the others' last ones.
What a unit computes depends on nothing but its place, so any number of threads gives the same bits.
"""

from __future__ import annotations

from engine.kernels import convolution, head, style
from engine.kernels.emitter import Function, Vectors

# One layer as the program reads it, eight bytes a field.
FIELDS = (
    "kind",  # index into KINDS
    "units",
    "source",  # first byte of the padded input [height + 2, width + 2, channels]
    "target",  # first byte of the padded output, or of the picture
    "kernel",  # depthwise weights, style folded in
    "scale",  # wavelet bands' scales, for "haar"
    "weights",  # packed matrix
    "bias",
    "noise",  # [height, noise_pitch] f32
    "noise_pitch",  # bytes; 0 when one row of zeros serves all
    "width",  # of the layer's output; of its input for the heads; of the style for a fold
    "height",  # likewise; for a fold the rows of each block
    "groups",  # of a fold
    "channels",  # stored, into the matrix
    "out_channels",  # stored
    "strip",  # pixels of a unit's row
    "band",  # rows of a unit, even
)
KINDS = ("fold", "fold_stored", "haar", "plain", "dense", "head_display", "head_float")
ROW_BYTES = 8 * len(FIELDS)
COUNTER_BYTES = 128  # claimed, and a cache line further finished


def module(v: Vectors) -> str:
    """The IR of all kernels and of `run(layers, count, counters, scratch, pause)`."""
    parts = [
        v.declarations,
        convolution.haar(v),
        convolution.depthwise(v),
        convolution.product(v),
        style.fold(v, stored=False),
        style.fold(v, stored=True),
        _fold_unit(stored=False),
        _fold_unit(stored=True),
        head.head_row(v, display=True),
        head.head_row(v, display=False),
        _convolution_unit(v, wavelet=True),
        _convolution_unit(v, wavelet=False),
        _dense_unit(v),
        _head_unit(v, display=True),
        _head_unit(v, display=False),
        _run(),
    ]
    return "\n\n".join(parts)


def scratch_bytes(v: Vectors, strip: int, channels: int) -> int:
    """What one thread needs for a layer: four rows after the Haar step, and one strip for the matrix product."""
    return (4 * (strip + 4) + strip) * channels * v.element


def _unit(kind: str) -> Function:
    return Function(f"unit_{kind}", "ptr %layer, i64 %unit, ptr %scratch")


def _field(f: Function, name: str, layer: str = "%layer", kind: str = "i64") -> str:
    return f.let(f"load {kind}, ptr {f.at(layer, 8 * FIELDS.index(name))}")


def _fold_unit(*, stored: bool) -> str:
    """One block of channels of a modulation."""
    name = "fold_stored" if stored else "fold"
    f = _unit(name)
    pointers = (_field(f, field, kind="ptr") for field in ("source", "weights", "bias", "kernel", "target"))
    numbers = (f"i64 {_field(f, field)}" for field in ("units", "width", "groups", "height"))
    f.call(name, *pointers, "i64 %unit", *numbers)
    return f.text()


def _convolution_unit(v: Vectors, *, wavelet: bool) -> str:
    """One band of one strip: (Haar rows into a ring of four,) depthwise, product."""
    f = _unit("haar" if wavelet else "plain")
    source, target, kernel, weights, bias, noise = (
        _field(f, name, kind="ptr") for name in ("source", "target", "kernel", "weights", "bias", "noise")
    )
    noise_pitch, width, height, channels, out_channels, strip, band = (
        _field(f, name) for name in ("noise_pitch", "width", "height", "channels", "out_channels", "strip", "band")
    )
    strips = f.let(f"sdiv i64 {width}, {strip}")
    column = f.mul(f.let(f"srem i64 %unit, {strips}"), strip)
    first = f.mul(f.let(f"sdiv i64 %unit, {strips}"), band)
    end = f.add(first, band)
    last = f.let(f"select i1 {f.let(f'icmp slt i64 {end}, {height}')}, i64 {end}, i64 {height}")
    pixel = f.mul(channels, str(v.element))
    steps = f.let(f"sdiv i64 {pixel}, 4")
    ring_pitch = f.mul(f.add(strip, "4"), pixel)
    tile = f.at("%scratch", f.mul(ring_pitch, "4"))
    half_column = f.let(f"sdiv i64 {column}, 2")
    half_pitch = f.mul(f.add(f.let(f"sdiv i64 {width}, 2"), "2"), f.mul(pixel, "4"))
    half_pixels = f.add(f.let(f"sdiv i64 {strip}, 2"), "2")

    def ring(line: str) -> str:
        return f.at("%scratch", f.mul(f.let(f"and i64 {line}, 3"), ring_pitch))

    def unfold(line: str) -> None:
        """Line `line` of the wavelet bands -> lines 2 * line and 2 * line + 1 of the ring."""
        place = f.add(f.mul(f.add(line, "1"), half_pitch), f.mul(half_column, f.mul(pixel, "4")))
        even = f.mul(line, "2")
        f.call(
            "haar",
            f.at(source, place),
            ring(even),
            ring(f.add(even, "1")),
            _field(f, "scale", kind="ptr"),
            f"i64 {half_pixels}",
            f"i64 {channels}",
        )

    padded = f.add(width, "2")
    if wavelet:
        before = f.let(f"sdiv i64 {first}, 2")
        unfold(f.sub(before, "1"))
    with f.loop(first, last) as line:
        if wavelet:
            starts = f.let(f"icmp eq i64 {line}, {first}")
            odd = f.let(f"trunc i64 {line} to i1")
            with f.when(f.let(f"or i1 {starts}, {odd}")):
                unfold(f.let(f"sdiv i64 {f.add(line, '1')}, 2"))
            rows = [f.at(ring(f.add(line, str(shift))), pixel) for shift in (-1, 0, 1)]
        else:
            corner = f.at(source, f.mul(f.add(f.mul(line, padded), column), pixel))
            pitch = f.mul(padded, pixel)
            rows = [corner, f.at(corner, pitch), f.at(corner, f.mul(pitch, "2"))]
        f.call("depthwise", *rows, kernel, tile, f"i64 {strip}", f"i64 {channels}")
        place = f.add(f.mul(f.add(line, "1"), padded), f.add(column, "1"))
        out = f.at(target, f.mul(place, f.mul(out_channels, str(v.element))))
        level = f.at(noise, f.add(f.mul(line, noise_pitch), f.mul(column, "4")))
        f.call(
            "product",
            tile,
            weights,
            bias,
            level,
            out,
            f"i64 {strip}",
            f"i64 {steps}",
            f"i64 {out_channels}",
            "i64 0",
            f"i64 {out_channels}",
        )
    return f.text()


def _dense_unit(v: Vectors) -> str:
    """One block of channels of a plain matrix product: source [strip, channels] -> target [strip, out_channels]."""
    f = _unit("dense")
    steps = f.let(f"sdiv i64 {f.mul(_field(f, 'channels'), str(v.element))}, 4")
    first = f.mul("%unit", str(v.block))
    pointers = (_field(f, name, kind="ptr") for name in ("source", "weights", "bias", "noise", "target"))
    f.call(
        "product",
        *pointers,
        f"i64 {_field(f, 'strip')}",
        f"i64 {steps}",
        f"i64 {_field(f, 'out_channels')}",
        f"i64 {first}",
        f"i64 {f.add(first, str(v.block))}",
    )
    return f.text()


def _head_unit(v: Vectors, *, display: bool) -> str:
    """One band of rows of a head: padded source -> picture [2 * height, 2 * width, 4]."""
    name = "head_display" if display else "head_float"
    f = _unit(name)
    source, target, weights, bias = (_field(f, field, kind="ptr") for field in ("source", "target", "weights", "bias"))
    width, height, channels, band = (_field(f, field) for field in ("width", "height", "channels", "band"))
    pixel = f.mul(channels, str(v.element))
    first = f.mul("%unit", band)
    end = f.add(first, band)
    last = f.let(f"select i1 {f.let(f'icmp slt i64 {end}, {height}')}, i64 {end}, i64 {height}")
    picture_pitch = f.mul(width, str(8 if display else 32))
    with f.loop(first, last) as line:
        row = f.add(f.mul(f.add(line, "1"), f.add(width, "2")), "1")
        top = f.at(target, f.mul(f.mul(line, "2"), picture_pitch))
        f.call(
            name,
            f.at(source, f.mul(row, pixel)),
            weights,
            bias,
            top,
            f.at(top, picture_pitch),
            f"i64 {width}",
            f"i64 {f.let(f'sdiv i64 {pixel}, 4')}",
        )
    return f.text()


def _run() -> str:
    """Claims and computes units of each layer in turn; `pause` gives the processor away while others finish."""
    f = Function("run", "ptr %layers, i64 %count, ptr %counters, ptr %scratch, ptr %pause", exported=True)
    with f.loop("0", "%count") as index:
        layer = f.at("%layers", f.mul(index, str(ROW_BYTES)))
        claimed = f.at("%counters", f.mul(index, str(COUNTER_BYTES)))
        finished = f.at(claimed, COUNTER_BYTES // 2)
        units, kind = _field(f, "units", layer), _field(f, "kind", layer)
        with f.repeat() as end:
            unit = f.let(f"atomicrmw add ptr {claimed}, i64 1 monotonic")
            f.leave(end, f.let(f"icmp sge i64 {unit}, {units}"))
            for number, name in enumerate(KINDS):
                with f.when(f.let(f"icmp eq i64 {kind}, {number}")):
                    f.call(f"unit_{name}", layer, f"i64 {unit}", "%scratch")
            f.let(f"atomicrmw add ptr {finished}, i64 1 release")
        spins = f.variable("i64", "0")
        with f.repeat() as end:
            done = f.let(f"load atomic i64, ptr {finished} acquire, align 8")
            f.leave(end, f.let(f"icmp sge i64 {done}, {units}"))
            turn = f.add(f.get(spins, "i64"), "1")
            f.set(spins, "i64", turn)
            with f.when(f.let(f"icmp eq i64 {f.let(f'and i64 {turn}, 255')}, 0")):
                f.emit("call void %pause()")
    return f.text()
