"""What a file that holds no network looks like, in plain words."""

from __future__ import annotations

from collections.abc import Collection

from engine.models.found import Import
from engine.models.reading.arrays import is_array
from engine.models.reading.machine import Record

# how other files start -> what they are
STARTS = (
    (b"\x89PNG", "it is a PNG picture"),
    (b"\xff\xd8\xff", "it is a JPEG picture"),
    (b"\x89HDF", "it is an HDF5 file, as Keras writes"),
    (b"\x93NUMPY", "it is a NumPy array"),
    (b"\x1f\x8b", "it is a gzip archive"),
    (b"BZh", "it is a bzip2 archive"),
    *((b"x" + level, "it is compressed with zlib, as joblib files are") for level in (b"\x01", b"^", b"\x9c", b"\xda")),
    (b"\xfd7zXZ", "it is an xz archive"),
    (b"7z\xbc\xaf", "it is a 7z archive"),
    (b"Rar!", "it is a rar archive"),
    (b"GGUF", "it is a language model (GGUF)"),
    (b"%PDF", "it is a PDF document"),
    (b"<", "it is a web page or XML, perhaps what a failed download left"),
    (b"version https", "it is a Git LFS pointer, not the file itself"),
)

# what a pickle imports -> what it is; the first match counts
PACKAGES = (
    ("sklearn", "a scikit-learn model"),
    ("joblib", "a joblib file"),
    ("xgboost", "an XGBoost model"),
    ("lightgbm", "a LightGBM model"),
    ("catboost", "a CatBoost model"),
    ("pandas", "a pandas table"),
    ("keras", "a Keras model"),
    ("tensorflow", "a TensorFlow object"),
    ("transformers", "a transformers model"),
    ("diffusers", "a diffusion model"),
    ("ultralytics", "a YOLO model"),
    ("fastai", "a fastai learner"),
    ("pytorch_lightning", "a Lightning checkpoint"),
    ("torchvision", "a torchvision model"),
    ("torch.nn", "a whole PyTorch module"),
    ("torch", "a PyTorch object"),
    ("scipy", "a SciPy object"),
    ("PIL", "a picture"),
)

# what only a pickle that means harm, or a very careless one, imports
DANGEROUS = frozenset({
    "__builtin__", "_pickle", "asyncio", "base64", "bdb", "builtins", "code", "codeop", "commands", "ctypes",
    "functools", "http", "idlelib", "importlib", "inspect", "marshal", "multiprocessing", "nt", "operator", "os",
    "pathlib", "pdb", "pickle", "platform", "posix", "pty", "pydoc", "requests", "runpy", "shutil", "signal", "socket",
    "subprocess", "sys", "tempfile", "threading", "timeit", "types", "urllib", "webbrowser",
})  # fmt: skip


def start_of(head: bytes) -> str | None:
    """What a file is by its first bytes; None where they say nothing."""
    return next(
        (words for start, words in STARTS if head.lstrip()[: len(start)] == start or head.startswith(start)), None
    )


def refusal(refused: Collection[Import]) -> tuple[str, str]:
    """Why a pickle is refused, and what to do, by the first names that a network file has no use for."""
    names = sorted({f"{item.module}.{item.name}"[:80] for item in refused})
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    modules = {item.module for item in refused}
    for package, words in PACKAGES:
        if any(module == package or module.startswith(f"{package}.") for module in modules):
            return f"it is not a network that this program knows: it looks like {words} (it imports {listed})", ""
    if any(item.module.split(".")[0] in DANGEROUS or "." in item.name for item in refused):
        return (
            f"it wants to import {listed}, which no network needs; nothing of it was run",
            "do not open it with other programs",
        )
    return f"it is a pickle of something else: it imports {listed}, which no network file does", ""


def value_of(value: object) -> str:
    """What a pickle's value is."""
    if isinstance(value, dict):
        keys = ", ".join(str(key)[:40] for key in list(value)[:6]) + (" …" if len(value) > 6 else "")
        return f"it holds a dict with the keys {keys}" if value else "it holds an empty dict"
    if is_array(value):
        return "it holds a NumPy array"
    if isinstance(value, Record):
        return f"it holds a {value.made_by.name[:80]}"
    return f"it holds a {type(value).__name__}"
