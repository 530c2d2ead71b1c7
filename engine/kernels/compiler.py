"""From IR to a callable: what this processor can do, compiling with LLVM, and the object code kept on disk."""

from __future__ import annotations

import ctypes
import hashlib
import logging
import platform
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import VisagistError
from engine.kernels.emitter import Precision, Vectors
from engine.kernels.program import module
from engine.paths import cache_dir, make_folder, write_atomically

log = logging.getLogger(__name__)

Run = Callable[[int, int, int, int, int], None]
X86, ARM = ("x86_64", "amd64"), ("aarch64", "arm64")
DIGEST = hashlib.sha256().digest_size


def supported() -> str | None:
    """None when the fused kernels work here, else one sentence that says why not."""
    try:
        import llvmlite.binding as llvm
    except (ImportError, OSError) as error:
        return f"The fused kernels need the package llvmlite, which cannot be used here ({error})."
    if ctypes.sizeof(ctypes.c_void_p) != 8 or sys.byteorder != "little":
        return "The fused kernels need a 64-bit little-endian processor."
    machine = llvm.get_process_triple().split("-")[0]
    if machine not in (*X86, *ARM):
        return f"The fused kernels know x86-64 and ARM64 processors, not {machine}."
    return None


def best_precision() -> Precision:
    """bf16 where the processor multiplies it, else f32."""
    return "bf16" if _features().get("avx512bf16") else "f32"


def host_vectors(precision: Precision) -> Vectors:
    """The vectors that suit this processor."""
    features = _features()
    if precision == "bf16":
        if not features.get("avx512bf16"):
            raise ValueError("bf16 kernels need a processor with AVX512-BF16")
        return Vectors("bf16", lanes=16, tile=8)
    if features.get("avx512f"):
        return Vectors("f32", lanes=16, tile=8)
    if features.get("avx"):
        return Vectors("f32", lanes=8, tile=4)
    # ARM64 has 32 registers of four lanes, plain x86-64 has 16
    return Vectors("f32", lanes=4, tile=8 if platform.machine().lower() in ARM else 4)


@cache
def compiled(vectors: Vectors, folder: Path | None = None) -> Run:
    """The program for these vectors: from the cache on disk, or compiled (about half a second) and kept there."""
    return loaded(module(vectors), folder or cache_dir() / "kernels")


def loaded(ir: str, folder: Path) -> Run:
    """The `run` function of a module; its code stays in memory for as long as anybody holds the function."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple = llvm.get_process_triple()
    cpu, features = llvm.get_host_cpu_name(), _features().flatten()
    key = hashlib.sha256("\n".join((ir, str(llvm.llvm_version_info), triple, cpu, features)).encode()).hexdigest()
    machine = llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=3, jit=True, codemodel="jitdefault"
    )
    path = folder / f"{key}.o"
    code = _read(path)
    if code is None:
        code = _compile(ir, triple, machine)
        _keep(path, code)
    empty = llvm.parse_assembly("")
    empty.triple = triple
    engine = llvm.create_mcjit_compiler(empty, machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    pointer = ctypes.c_void_p
    kind = ctypes.CFUNCTYPE(None, pointer, ctypes.c_int64, pointer, pointer, pointer)
    run = kind(engine.get_function_address("run"))
    run.engine = engine  # type: ignore[attr-defined]  # a forgotten engine unmaps the code
    return run


def yield_address() -> int:
    """The address of the system's function that gives the processor to another thread."""
    if sys.platform == "win32":
        function = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


@cache
def _features() -> Any:
    import llvmlite.binding as llvm

    return llvm.get_host_cpu_features()


def _compile(ir: str, triple: str, machine: Any) -> bytes:
    import llvmlite.binding as llvm

    parsed = llvm.parse_assembly(ir)
    parsed.triple = triple
    parsed.data_layout = str(machine.target_data)
    parsed.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    # The kernels are vectorised and unrolled by hand: doing it again only costs registers and time.
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(parsed, passes)
    code: bytes = machine.emit_object(parsed)
    return code


def _read(path: Path) -> bytes | None:
    """Object code whose hash is right; anything else would crash the process."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    code = stored[DIGEST:]
    if hashlib.sha256(code).digest() != stored[:DIGEST]:
        log.warning("compiling again: %s is damaged", path)
        return None
    return code


def _keep(path: Path, code: bytes) -> None:
    """Writes the object code behind its hash; without a writable disk the next start compiles again."""
    try:
        make_folder(path.parent)
        write_atomically(path, hashlib.sha256(code).digest() + code)
    except VisagistError as error:
        log.warning("the compiled kernels are not kept: %s", error)
