"""The supervisor of a show: a process that does little, starts the one that plays, and starts it again."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from engine.paths import log_dir
from engine.show.values import Screen
from engine.show.watchdog import Level, Order, Sign, Watchdog
from studio.exhibition.backdrop import Backdrop
from studio.exhibition.health import Daily, Health, State
from studio.exhibition.reports import Once
from studio.exhibition.service import notify
from studio.exhibition.show_log import close_log, open_log

TICK_MS = 250  # Python sees signals between its own steps, so these let it
END_MS = 6000  # for a show to end by itself
LONGEST_LINE = 2**20  # bytes; a process that has lost its mind does not fill our memory
FIELDS = ("scene", "model", "size", "pictures", "age", "dropped", "faults", "dark")


class Supervisor(QObject):
    """Plays `command`, which is the show as a process of its own with a `Pulse`.

    folder: of its keepsakes; name: of the show, in the log. port: of the health page, 0 a free one, None no page.
    closed: whether the house is, so that nothing is seen behind the show either.
    ended: the show was left by somebody who may, with its exit code.
    """

    ended = Signal(int)

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        name: str = "",
        screen: Screen | None = None,
        port: int | None = None,
        *,
        rehearses: bool = False,
        clock: Callable[[], float] = time.monotonic,
        closed: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.command, self.name, self.clock = list(command), name, clock
        self.log = open_log(log_dir())
        self.watchdog = Watchdog()
        self.backdrop = Backdrop(folder, screen, rehearses=rehearses)
        self.health = self.open_health(port)
        self.daily, self.once = Daily(), Once(clock)
        self.began = clock()
        self.newest: dict[str, object] = {}
        self.rest = b""
        self.leaving = False
        self.closed, self.was_closed = closed, closed()
        self.process: QProcess | None = None
        self.timer = QTimer(self, interval=TICK_MS)
        self.timer.timeout.connect(self.tick)
        if self.health is not None:
            self.health.tell(self.state())

    def open_health(self, port: int | None) -> Health | None:
        """The page, or a line in the log: a port that is taken stops no show."""
        if port is None:
            return None
        try:
            return Health(port)
        except OSError as error:
            self.log.warning("there is no health page: port %d cannot be had (%s)", port, error)
            return None

    # its life

    def begin(self) -> None:
        """Show the last good picture, and start the show."""
        self.log.info("supervising %s", self.name)
        self.backdrop.begin()
        self.stand_in()
        self.timer.start()
        self.tick()
        notify("READY=1")

    def end(self) -> None:
        """End the show, then everything."""
        self.leaving = True
        self.timer.stop()
        notify("STOPPING=1")
        if self.process is not None and self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.write(b'{"do": "end"}\n')
            self.process.closeWriteChannel()
            if not self.process.waitForFinished(END_MS):
                self.process.kill()
                self.process.waitForFinished(END_MS)
        if self.health is not None:
            self.health.end()
        self.backdrop.end()
        self.log.info("the show was ended")
        close_log()

    def tick(self) -> None:
        """Four times a second."""
        self.follow(self.watchdog.tick(self.clock()))
        if self.closed() != self.was_closed:
            self.was_closed = not self.was_closed
            self.stand_in()
        state = self.state()
        if self.health is not None:
            self.health.tell(state)
        line = self.daily.line(state)
        if line:
            self.log.info(line)
        notify("WATCHDOG=1")

    # the process

    def follow(self, orders: Sequence[Order]) -> None:
        """Do what the watchdog says."""
        for order in orders:
            if order is Order.START:
                self.start()
            elif order is Order.KILL:
                self.log.error("ending the show's process: %s", self.watchdog.reason)
                self.kill()
            else:
                self.log.warning("beginning the engine again: %s", self.watchdog.reason)
                self.say({"do": "restart engine", "size": self.watchdog.side, "device": self.device})

    @property
    def device(self) -> str | None:
        """Which one is left to the show; None is the best."""
        return "cpu" if self.watchdog.on_cpu else None

    def start(self) -> None:
        """A new process; what it says on its error channel goes into the log."""
        words = list(self.command)
        if self.watchdog.side is not None:
            words += ["--size", str(self.watchdog.side)]
        if self.device is not None:
            words += ["--device", self.device]
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.remove("NOTIFY_SOCKET")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self.read)
        process.readyReadStandardError.connect(self.read_errors)
        process.finished.connect(self.on_finished)
        process.errorOccurred.connect(self.on_error)
        self.process, self.rest, self.newest = process, b"", {}
        self.watchdog.started_at(self.clock())
        self.log.info("starting the show, level %s", self.watchdog.level.value)
        process.start(words[0], words[1:])

    def kill(self) -> None:
        """At once; a process that hangs does not listen, and a stopped one is woken to die."""
        if self.process is not None:
            self.process.kill()

    def say(self, order: dict[str, object]) -> None:
        """A line for the show."""
        if self.process is not None:
            self.process.write(json.dumps(order).encode() + b"\n")

    def read(self) -> None:
        """Signs of life."""
        if self.process is None:
            return
        *lines, self.rest = (self.rest + self.process.readAllStandardOutput().data()).split(b"\n")
        if len(self.rest) > LONGEST_LINE:
            self.rest = b""
        for line in lines[-10:]:
            try:
                beat = json.loads(line)["beat"]
                numbers = float(beat["waiting"]), int(beat["pictures"]), int(beat["restarts"]), float(beat["patience"])
            except (ValueError, TypeError, KeyError):
                continue
            self.newest = beat
            level = self.watchdog.level
            self.follow(self.watchdog.heard(Sign(*numbers), self.clock()))
            if level is Level.FILM and self.watchdog.level is not level:
                self.backdrop.stop_film()

    def read_errors(self) -> None:
        """What it writes on its error channel; a library that says the same for a month does not push all else out."""
        if self.process is not None:
            for line in self.process.readAllStandardError().data().decode("utf-8", "replace").splitlines()[-200:]:
                if line and self.once.is_news(line):
                    self.log.warning("show: %s", line[:2000])

    def on_error(self, error: QProcess.ProcessError) -> None:
        """One that never started tells it in no other way."""
        if error == QProcess.ProcessError.FailedToStart and self.process is not None:
            self.on_finished(127, QProcess.ExitStatus.CrashExit)

    def on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        """Gone: behind it the last good picture is seen."""
        if self.process is None or self.leaving:
            return
        self.read_errors()
        self.process.deleteLater()
        self.process = None
        left = status == QProcess.ExitStatus.NormalExit and code == 0
        if left:
            self.ended.emit(code)
            return
        why = f"it ended with code {code}" if status == QProcess.ExitStatus.NormalExit else "it crashed"
        self.watchdog.ended(why, self.clock())
        pause = self.watchdog.due - self.clock()
        self.log.error("the show is gone: %s; again in %.1f s", self.watchdog.reason, pause)
        notify(f"STATUS=restarted {self.watchdog.restarts} times, last because: {self.watchdog.reason}")
        self.stand_in()

    def stand_in(self) -> None:
        """Behind the show: the last good picture, or the film of them; nothing while the house is closed."""
        if self.was_closed:
            self.backdrop.stop_film()
            self.backdrop.blank()
        elif self.watchdog.level is Level.FILM:
            self.backdrop.play_film()
        else:
            self.backdrop.show_last()

    # how it is

    def state(self) -> State:
        """For the health page and the day's line."""
        watchdog, now = self.watchdog, self.clock()
        fields = {name: self.newest[name] for name in FIELDS if name in self.newest}
        if watchdog.running and watchdog.beating:
            state = "playing" if self.newest.get("pictures") else "starting"
        elif watchdog.running:
            state = "starting"
        else:
            state = "waiting"
        if watchdog.level is Level.FILM:
            state = "film"
        return State(
            state=state,
            level=watchdog.level.value,
            up=round(now - self.began, 1),
            restarts=watchdog.restarts,
            engine_restarts=watchdog.engine_restarts,
            silent=round(now - watchdog.heard_at, 1) if watchdog.running else None,
            reason=watchdog.reason,
            show=self.name,
            memory=self.memory(),
            **fields,
        )

    def memory(self) -> int:
        """Bytes that the show's process holds."""
        try:
            return int(psutil.Process(self.process.processId()).memory_info().rss) if self.process is not None else 0
        except (psutil.Error, ValueError):
            return 0


def obey_signals(quit: Callable[[], None]) -> None:
    """A service manager's SIGTERM, Ctrl-C and the end of a session end everything in order."""
    numbers = [signal.SIGINT, signal.SIGTERM] + ([signal.SIGHUP] if os.name == "posix" else [])
    for number in numbers:
        signal.signal(number, lambda *_: quit())
