"""The two commands of a checkout: `python3 packaging/dev.py run` and `python3 packaging/dev.py test`.

This file runs on any Python 3 and finds one that Visagist supports; the work is in devkit, on that one.
"""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
USAGE = """usage: python3 packaging/dev.py run [ARGUMENT ...]    set everything up, then open Visagist
       python3 packaging/dev.py test [ARGUMENT ...]   set everything up, then run every check

Arguments after `run` go to visagist, those after `test` to pytest."""


def main(arguments):
    """The exit status: 0 well, 1 a failure, 2 a wrong use or no fitting Python, 130 stopped."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if not arguments or arguments[0] not in ("run", "test"):
        print(USAGE, file=sys.stderr)
        return 2
    # A free-threaded build (its flags say t) finds no wheels.
    if not fits(sys.version_info[:2]) or "t" in getattr(sys, "abiflags", ""):
        return pass_on(arguments)
    # devkit lies beside this file; of the engine it reads only engine/desktop.py.
    sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from devkit.commands import run, test

    return (run if arguments[0] == "run" else test)(arguments[1:])


def fits(version):
    return OLDEST <= tuple(version) <= NEWEST and sys.maxsize > 2**32


def pass_on(arguments):
    """Start again on another Python of this machine, or say what is needed."""
    for command in candidates():
        try:
            # A name on PATH may be a version manager's shim with nothing behind it, so ask before trusting it.
            answer = subprocess.run(
                [*command, "-c", "import sys; print(*sys.version_info[:2], sys.maxsize > 2**32)"],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except OSError:
            continue
        said = answer.stdout.decode("ascii", "replace").split()
        if answer.returncode == 0 and len(said) == 3 and fits((int(said[0]), int(said[1]))) and said[2] == "True":
            sys.stdout.flush()
            return subprocess.call([*command, os.path.abspath(__file__), *arguments])
    running = "{}.{}".format(*sys.version_info[:2])
    print(
        f"Visagist needs a 64-bit Python 3.11, 3.12 or 3.13; this is Python {running} and no other was found.\n"
        f"What to do: {advice()}, then run the same command again.",
        file=sys.stderr,
    )
    return 2


def candidates():
    """Commands that may start a fitting Python, newest first."""
    versions = ["3." + str(minor) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    if os.name == "nt" and shutil.which("py"):
        return [["py", "-" + version] for version in versions]
    return [["python" + version] for version in versions if shutil.which("python" + version)]


def advice():
    if shutil.which("apt-get"):
        return "sudo apt-get install -y python3.12 python3.12-venv (or 3.11, 3.13: the one your system has)"
    if sys.platform == "darwin":
        return "brew install python@3.13, or take the installer from the Python project's own site"
    return "install one of them, from your system's packages or from the Python project's own site"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
