"""The kernels of one convolution layer: inverse Haar, depthwise 3x3, matrix product with its point-wise end.

All of them work on strips of one row of pixels, NHWC, short enough to stay in the processor's nearest caches.
"""

from __future__ import annotations

from engine.kernels.emitter import Function, Vectors

SLOPE = "0x3FC99999A0000000"  # 0.2 rounded to f32, as LLVM writes it


def haar(v: Vectors) -> str:
    """One row of wavelet bands -> two rows of twice the width, each band scaled by its style.

    source [pixels, 4, channels]; even, odd [2 * pixels, channels]; scale [channels / block, 4, block] f32.
    out[2y+a, 2x+b] = LL + (-1)^a LH + (-1)^b HL + (-1)^(a+b) HH; the half is folded into scale.
    """
    f = Function("haar", "ptr %source, ptr %even, ptr %odd, ptr %scale, i64 %pixels, i64 %channels")
    row = f.mul("%channels", str(v.element))
    with f.loop("0", "%channels", v.block) as channel:
        place = f.mul(channel, str(v.element))
        factors = f.at("%scale", f.mul(channel, "16"))
        scale = [
            [v.load(f, f.at(factors, 4 * (band * v.block + half * v.lanes))) for half in (0, 1)] for band in range(4)
        ]
        with f.loop("0", "%pixels") as pixel:
            source = f.at(f.at("%source", place), f.mul(pixel, f.mul(row, "4")))
            bands = []
            for _ in range(4):
                bands.append(v.load_block(f, source))
                source = f.at(source, row)
            corners: list[list[str]] = [[], [], [], []]
            for half in (0, 1):
                low = f.let(f"fmul {v.f32} {bands[0][half]}, {scale[0][half]}")
                horizontal = f.let(f"fmul {v.f32} {bands[2][half]}, {scale[2][half]}")
                minus = f.let(f"fneg {v.f32} {scale[1][half]}"), f.let(f"fneg {v.f32} {scale[3][half]}")
                for a, (vertical, diagonal) in enumerate(((scale[1][half], scale[3][half]), minus)):
                    p = v.fma(f, bands[1][half], vertical, low)
                    q = v.fma(f, bands[3][half], diagonal, horizontal)
                    corners[2 * a].append(f.let(f"fadd {v.f32} {p}, {q}"))
                    corners[2 * a + 1].append(f.let(f"fsub {v.f32} {p}, {q}"))
            step = f.add(place, f.mul(pixel, f.mul(row, "2")))
            for target, (left, right) in (("%even", corners[:2]), ("%odd", corners[2:])):
                first = f.at(target, step)
                v.store_block(f, first, *left)
                v.store_block(f, f.at(first, row), *right)
    return f.text()


def depthwise(v: Vectors) -> str:
    """Depthwise 3x3 of one strip, zero padding being part of the rows.

    above, middle, below [pixels + 2, channels]; kernel [channels / block, 9, block] f32; out [pixels, channels].
    Columns pass once: each is read, widened and added to the three pixels that see it.
    """
    f = Function("depthwise", "ptr %above, ptr %middle, ptr %below, ptr %kernel, ptr %out, i64 %pixels, i64 %channels")
    row = f.mul("%channels", str(v.element))
    zero = "zeroinitializer"
    with f.loop("0", "%channels", v.block) as channel:
        place = f.mul(channel, str(v.element))
        kernel = f.at("%kernel", f.mul(channel, "36"))
        taps = [[v.load(f, f.at(kernel, 4 * (tap * v.block + half * v.lanes))) for half in (0, 1)] for tap in range(9)]
        older = [f.variable(v.f32, zero) for _ in (0, 1)]
        newer = [f.variable(v.f32, zero) for _ in (0, 1)]

        def column(pixel: str, *, stored: bool) -> None:
            step = f.add(place, f.mul(pixel, row))
            done, nearly, fresh = (
                [f.get(one, v.f32) for one in older],
                [f.get(one, v.f32) for one in newer],
                [zero, zero],
            )
            for line, source in enumerate(("%above", "%middle", "%below")):
                values = v.load_block(f, f.at(source, step))
                for half in (0, 1):
                    done[half] = v.fma(f, values[half], taps[3 * line + 2][half], done[half])
                    nearly[half] = v.fma(f, values[half], taps[3 * line + 1][half], nearly[half])
                    fresh[half] = (
                        v.fma(f, values[half], taps[3 * line][half], fresh[half])
                        if line
                        else f.let(f"fmul {v.f32} {values[half]}, {taps[0][half]}")
                    )
            for half in (0, 1):
                f.set(older[half], v.f32, nearly[half])
                f.set(newer[half], v.f32, fresh[half])
            if stored:
                v.store_block(f, f.at("%out", f.sub(step, f.mul(row, "2"))), *done)

        column("0", stored=False)
        column("1", stored=False)
        with f.loop("2", f.add("%pixels", "2")) as pixel:
            column(pixel, stored=True)
    return f.text()


def product(v: Vectors) -> str:
    """Matrix product of one strip, + bias + noise, leaky ReLU 0.2.

    a [pixels, 4 * steps bytes]; b [channels / block, steps, block] of four bytes each; bias [channels] f32;
    noise [pixels] f32; out [pixels, channels], of which the channels from `first` to `last` are made.
    pixels: a multiple of v.tile. Sums run in the order of the steps, whatever the tile.
    """
    f = Function(
        "product",
        "ptr %a, ptr %b, ptr %bias, ptr %noise, ptr %out, "
        "i64 %pixels, i64 %steps, i64 %channels, i64 %first, i64 %last",
    )
    pitch = f.mul("%steps", "4")
    with f.loop("%first", "%last", v.block) as channel:
        panel = f.at("%b", f.mul(channel, pitch))
        bias = [v.load(f, f.at("%bias", f.add(f.mul(channel, "4"), str(4 * v.lanes * half)))) for half in (0, 1)]
        with f.loop("0", "%pixels", v.tile) as pixel:
            start = f.at("%a", f.mul(pixel, pitch))
            rows = [f.at(start, f.mul(pitch, str(one))) for one in range(v.tile)]
            noise = f.at("%noise", f.mul(pixel, "4"))
            totals = []
            for one in range(v.tile):
                level = v.splat(f, f.let(f"load float, ptr {f.at(noise, 4 * one)}"))
                totals.append([f.variable(v.f32, f.let(f"fadd {v.f32} {level}, {bias[half]}")) for half in (0, 1)])
            unroll = 4
            with f.loop("0", "%steps", unroll) as step:
                inside = f.mul(step, "4")
                weights_at = f.at(panel, f.mul(step, str(4 * v.block)))
                for turn in range(unroll):
                    weights = [v.weights(f, f.at(weights_at, 4 * (turn * v.block + half * v.lanes))) for half in (0, 1)]
                    for one in range(v.tile):
                        value = v.spread(f, f.at(f.at(rows[one], inside), 4 * turn))
                        for half in (0, 1):
                            total = totals[one][half]
                            f.set(total, v.f32, v.dot(f, f.get(total, v.f32), value, weights[half]))
            target = f.at("%out", f.mul(f.add(f.mul(pixel, "%channels"), channel), str(v.element)))
            stride = f.mul("%channels", str(v.element))
            for one in range(v.tile):
                v.store_block(f, target, *(leaky(f, v, f.get(total, v.f32)) for total in totals[one]))
                target = f.at(target, stride)
    return f.text()


def leaky(f: Function, v: Vectors, value: str) -> str:
    """max(x, 0.2 x)."""
    small = f.let(f"fmul {v.f32} {value}, splat (float {SLOPE})")
    larger = f.let(f"fcmp ogt {v.f32} {value}, {small}")
    return f.let(f"select <{v.lanes} x i1> {larger}, {v.f32} {value}, {v.f32} {small}")
