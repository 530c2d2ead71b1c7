"""The kernel that folds a style into weights: a linear layer of the style, then a product channel by channel."""

from __future__ import annotations

from engine.kernels.emitter import Function, Vectors


def fold(v: Vectors, *, stored: bool) -> str:
    """made[g, c, r, :] = values[g, c, r, :] * (weights[c] style + bias[c]) for one block c of the channels.

    style [width]; weights [blocks, width, block]; bias [blocks, block]; values [groups, blocks, rows, block], all f32;
    made: shaped as values, f32, or as activations are stored.
    """
    f = Function(
        "fold_stored" if stored else "fold",
        "ptr %style, ptr %weights, ptr %bias, ptr %values, ptr %made, "
        "i64 %unit, i64 %blocks, i64 %width, i64 %groups, i64 %rows",
    )
    bytes_of_block = 4 * v.block
    weights = f.at("%weights", f.mul(f.mul("%unit", "%width"), str(bytes_of_block)))
    bias = f.at("%bias", f.mul("%unit", str(bytes_of_block)))
    totals = [f.variable(v.f32, v.load(f, f.at(bias, 4 * v.lanes * half))) for half in (0, 1)]
    with f.loop("0", "%width") as index:
        value = v.splat(f, f.let(f"load float, ptr {f.at('%style', f.mul(index, '4'))}"))
        row = f.at(weights, f.mul(index, str(bytes_of_block)))
        for half, total in enumerate(totals):
            factor = v.load(f, f.at(row, 4 * v.lanes * half))
            f.set(total, v.f32, v.fma(f, value, factor, f.get(total, v.f32)))
    scale = [f.get(total, v.f32) for total in totals]
    with f.loop("0", "%groups") as group:
        first = f.mul(f.add(f.mul(group, "%blocks"), "%unit"), "%rows")
        with f.loop("0", "%rows") as row:
            block = f.add(first, row)
            values = f.at("%values", f.mul(block, str(bytes_of_block)))
            scaled = [
                f.let(f"fmul {v.f32} {v.load(f, f.at(values, 4 * v.lanes * half))}, {scale[half]}") for half in (0, 1)
            ]
            if stored:
                v.store_block(f, f.at("%made", f.mul(block, str(v.block * v.element))), *scaled)
            else:
                made = f.at("%made", f.mul(block, str(bytes_of_block)))
                for half in (0, 1):
                    f.emit(f"store {v.f32} {scaled[half]}, ptr {f.at(made, 4 * v.lanes * half)}, align 4")
    return f.text()
