"""The command line: `visagist` opens the window, `visagist COMMAND` does one thing and ends.

Exit codes: 0 done, 1 a bug (its traceback is in the log), 2 something a person can mend, 130 Ctrl-C, 141 a closed pipe.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from engine.commands import (
    batch,
    bench,
    dataset,
    directions,
    exhibit,
    learning,
    metrics,
    models,
    origin,
    render,
    soak,
    stills,
    system,
    timeline,
    train,
    video,
)
from engine.commands.parsing import Parser
from engine.errors import VisagistError
from engine.paths import log_dir, make_folder, plain_words

GROUPS = (
    render,
    stills,
    timeline,
    video,
    batch,
    origin,
    models,
    directions,
    dataset,
    train,
    learning,
    metrics,
    exhibit,
    bench,
    soak,
    system,
)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_LIMIT = 2**20  # bytes; a longer log of crashes begins anew


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "·" shows "?" and no traceback
    try:
        code = run(given)
        sys.stdout.flush()
    except VisagistError as error:
        print(f"visagist: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # what is still buffered would fail again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        print(f"visagist: {type(error).__name__}: {error}; {keep_traceback()}", file=sys.stderr)
        return 1
    return code


def run(argv: list[str]) -> int:
    """A command, or the window for no command and for a file."""
    parser, names = make_parser()
    words = [word for word in argv if not word.startswith("-")]
    if not argv or (words and words[0] not in names and not argv[0].startswith("-")):
        if words and not os.path.exists(words[0]):
            raise VisagistError(f"there is no command or file '{words[0]}'; the commands are {', '.join(names)}")
        return system.open_window(argv)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO if args.verbose else logging.ERROR, format=LOG_FORMAT)
    code: int = args.run(args)
    return code


def make_parser() -> tuple[Parser, list[str]]:
    """The parser and the names of its commands."""
    parser = Parser(
        prog="visagist",
        description="Shape pictures in the latent space of a generative network. Without a command the window opens.",
        epilog="visagist FILE opens a model, or what was made here, in the window: a picture, a video, a project ...",
    )
    parser.add_argument("--verbose", action="store_true", help="say what happens (before the command)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in GROUPS:
        group.register(commands)
    return parser, list(commands.choices)


def keep_traceback() -> str:
    """Append the traceback to the log; says where it is."""
    path = log_dir() / "crashes.log"
    text = f"{datetime.now().isoformat(timespec='seconds')} {sys.argv}\n{traceback.format_exc()}\n"
    try:
        with plain_words(path):
            make_folder(path.parent)
            with open(path, "a" if is_short(path) else "w", encoding="utf-8") as file:
                file.write(text)
    except VisagistError:
        return f"this is a bug, and its traceback could not be kept:\n{text}"
    return f"this is a bug; please report it with {path}"


def is_short(path: Path) -> bool:
    return path.is_file() and path.stat().st_size < LOG_LIMIT


if __name__ == "__main__":
    sys.exit(main())
