"""What a person sees while tools work, and the log that keeps all they print."""

from __future__ import annotations

import os
import queue
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from devkit.failure import explain, explain_system

LONGEST_LOG = 4 * 2**20
REFRESH = 0.5


class Terminal:
    """Runs the tools of one set-up; a live line on a terminal, plain lines elsewhere."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self.log = log
        self.title, self.start = "", time.monotonic()
        self.live = sys.stdout.isatty()
        self.said = ""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, and its time when it is done."""
        self.title, self.start = title, time.monotonic()
        if not self.live:
            print(f"{title} ...", flush=True)
        yield
        self.wipe()
        print(f"{title}: done ({time.monotonic() - self.start:.1f} s)", flush=True)

    def tool(self, command: Sequence[str | Path], *, extra: Mapping[str, str] | None = None) -> str:
        """Run a tool to its end; its output goes to the log and is returned. StepError when it fails."""
        # A question nobody sees would hang the set-up: no input, and the tools are told so.
        quiet = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        words = [str(word) for word in command]
        self.write_log(f"\n[{time.strftime('%Y-%m-%d %H:%M:%S')}] $ {shlex.join(words)}\n")
        try:
            process = subprocess.Popen(
                words,
                cwd=self.root,
                env={**os.environ, **quiet, **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise explain_system(error) from error
        try:
            output = self.follow(process)
        except BaseException:
            # Ctrl-C has reached the tool as well; this ends one that does not heed it.
            process.terminate()
            process.wait()
            raise
        if process.returncode:
            raise explain(output, process.returncode)
        return output

    def follow(self, process: subprocess.Popen[str]) -> str:
        """Log and show what a tool prints until it ends."""
        lines: queue.Queue[str | None] = queue.Queue()

        def read() -> None:
            for line in process.stdout:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        output: list[str] = []
        with open(self.log, "a", encoding="utf-8") as log:
            while True:
                try:
                    line = lines.get(timeout=REFRESH)
                except queue.Empty:
                    self.show()
                    continue
                if line is None:
                    break
                percent = re.fullmatch(r"Progress (\d+) of (\d+)\s*", line)
                if percent:
                    self.show(share=int(percent[1]) / max(1, int(percent[2])))
                    continue
                log.write(line)
                log.flush()
                output.append(line)
                self.said = line.strip() or self.said
                self.show()
        process.wait()
        return "".join(output)

    def show(self, share: float | None = None) -> None:
        """One line that is written over: the step, its time, how much of a download, the tool's last words."""
        if not self.live:
            return
        part = "" if share is None else f" {share:.0%}"
        line = f"{self.title} ({time.monotonic() - self.start:.0f} s){part}  {self.said}"
        print("\r\033[K" + line[: shutil.get_terminal_size().columns - 1], end="", flush=True)

    def wipe(self) -> None:
        self.said = ""
        if self.live:
            print("\r\033[K", end="", flush=True)

    def write_log(self, text: str) -> None:
        """Add to the log; one that has grown long starts anew."""
        mode = "w" if self.log.is_file() and self.log.stat().st_size > LONGEST_LOG else "a"
        with open(self.log, mode, encoding="utf-8") as log:
            log.write(text)
