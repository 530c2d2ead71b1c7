"""A step that failed: which, why in plain words, and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

SHOWN_LINES = 12


class StepError(Exception):
    """why: what happened. what_to_do: one sentence. output: what the tool printed, '' when no tool ran."""

    def __init__(self, why: str, what_to_do: str, output: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.what_to_do = what_to_do
        self.output = output


# The first that matches is told: a lost network also ends in "no matching distribution".
KNOWN = [
    (
        r"No space left on device|Errno 28\b|WinError 112\b|Disk quota exceeded|Errno 122\b",
        "the disk is full",
        "free some 10 GB, then run the same command again; finished steps are kept",
    ),
    (
        r"Temporary failure (in name )?resol|Name or service not known|getaddrinfo failed|nodename nor servname"
        r"|Network is unreachable|No route to host|Failed to establish a new connection|Could not resolve"
        r"|Connection (refused|reset|aborted|timed out)|Connect ?Timeout|Read timed out|ProxyError|Unable to connect",
        "the network cannot be reached",
        "connect to the network (or set your proxy), then run the same command again; finished steps are kept",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "a download's certificate is not trusted here",
        "check the clock, and the `cert` of `pip config list` where a proxy opens the connections",
    ),
    (
        r"Permission denied|Errno 13\b|WinError 5\b|Operation not permitted|Read-only file system|Errno 30\b",
        "something may not be written",
        "make the checkout writable for you (it may belong to root), then run the same command again",
    ),
    (
        r"Could not get lock|Unable to acquire the dpkg frontend lock",
        "another package installation is at work",
        "wait until it has finished, then run the same command again",
    ),
    (
        r"DO NOT MATCH THE HASHES|incomplete-download|IncompleteRead|BadZipFile",
        "a download arrived broken",
        "run the same command again; `pip cache purge` helps when it stays so",
    ),
    (
        # pip calls it a conflict, too, when a pinned version is nowhere to be had.
        r"No matching distribution found|Could not find a version that satisfies|ResolutionImpossible",
        "pip finds no versions that fit the pins, this Python and this machine",
        "look in `pip config list` for settings that hide them (no-index, an own index), "
        "and whether pyproject.toml and packaging/constraints.txt agree",
    ),
    (r"MemoryError|Cannot allocate memory", "the memory is full", "close other programs, then run it again"),
]


def explain(output: str, status: int) -> StepError:
    """What the last words of a tool mean that ended with a status."""
    if status == -9:
        return StepError(
            "the system ended it, most likely for want of memory", "close other programs, then run it again"
        )
    return recognise(output) or StepError(f"it ended with status {status}", "read the lines above and the log", output)


def explain_system(error: OSError) -> StepError:
    """What an error of the system itself means."""
    return recognise(str(error)) or StepError(str(error), "mend that, then run the same command again")


def recognise(output: str) -> StepError | None:
    for pattern, why, what_to_do in KNOWN:
        if re.search(pattern, output):
            return StepError(why, what_to_do, output)
    return None


def tell(title: str, failure: StepError, log: Path) -> str:
    """The whole message for a person."""
    lines = [line for line in failure.output.splitlines() if line.strip()][-SHOWN_LINES:]
    quoted = "".join(f"    {line}\n" for line in lines)
    return f"\nSet-up stopped at: {title}\n{quoted}Why: {failure.why}.\nWhat to do: {failure.what_to_do}." + (
        f"\nThe full log: {log}" if log.exists() else ""
    )
