"""Runs child processes and keeps them running: a child that dies comes back, with back-off."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from zhiyin.cli.forking import Child
from zhiyin.cli.language import say
from zhiyin.cli.processes import PARENT_VARIABLE, Identity, identify

_SHORTEST_WAIT = 0.2
_LONGEST_WAIT = 30.0
_HEALTHY_AFTER = 60.0  # a child that ran this long starts again at once when it dies


class Signals:
    """Turns SIGTERM, SIGINT and SIGHUP into a wish to stop, and lets waiting end at once for it."""

    def __init__(self) -> None:
        self.count = 0
        self._readable, writable = os.pipe()
        self.descriptors = (self._readable, writable)
        os.set_blocking(self._readable, False)
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only to wake us

    def stopping(self) -> bool:
        return self.count > 0

    def wait(self, seconds: float) -> None:
        """Wait, until a signal comes at the latest."""
        select.select([self._readable], [], [], max(0.0, seconds))
        with contextlib.suppress(BlockingIOError):
            os.read(self._readable, 1024)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1


@dataclass
class Part:
    """One process to keep running, and how to start it."""

    name: str
    start: Callable[[], Child]
    process: Child | None = None
    identity: Identity | None = None
    began_at: float = 0.0
    wait: float = _SHORTEST_WAIT
    due_at: float = 0.0

    def launch(self) -> None:
        self.process = self.start()
        self.identity = identify(self.process.pid)
        self.began_at = time.monotonic()


def spawn_command(words: Sequence[str], *, descriptors: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """A `zhiyin` command as a new program, which ends when we do; see also `forking`."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "zhiyin", *words],
        env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        pass_fds=descriptors,
        process_group=0,  # Ctrl-C in the terminal goes to us alone, and we stop them in order
    )


class Supervisor:
    def __init__(self, signals: Signals, *, on_change: Callable[[Sequence[Part]], None]) -> None:
        self.parts: list[Part] = []
        self._signals = signals
        self._on_change = on_change

    def add(self, part: Part) -> None:
        part.launch()
        self.parts.append(part)
        self._on_change(self.parts)

    def run(self, *, meanwhile: Callable[[], float] = lambda: 5.0) -> None:
        """Keep the parts running until a signal says stop; `meanwhile` says when it wants its next turn."""
        while not self._signals.stopping():
            self._revive(time.monotonic())
            pause = meanwhile()
            due = [part.due_at - time.monotonic() for part in self.parts if part.process is None]
            self._signals.wait(min([pause, *due]))

    def stop(self, *names: str, patience: float, gently: int = signal.SIGTERM) -> None:
        """End the named parts together: ask, wait, kill. A second signal from outside cuts the waiting short."""
        running = [part.process for part in self.parts if part.name in names and part.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(gently)
        deadline = time.monotonic() + patience
        asked = self._signals.count
        while any(process.poll() is None for process in running):
            if time.monotonic() > deadline or self._signals.count > max(asked, 1):
                break
            self._signals.wait(0.05)
        for process in running:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _revive(self, now: float) -> None:
        for part in self.parts:
            code = None if part.process is None else part.process.poll()
            if code is not None:
                self._note_end(part, code, now)
            elif part.process is None and now >= part.due_at:
                part.launch()
                self._on_change(self.parts)

    def _note_end(self, part: Part, code: int, now: float) -> None:
        if now - part.began_at > _HEALTHY_AFTER:
            part.wait = _SHORTEST_WAIT
        part.process, part.due_at = None, now + part.wait
        print(
            say(
                f"zhiyin: {part.name} 进程意外结束（{_ending(code)}），{part.wait:.1f} 秒后重新启动。",
                f"zhiyin: {part.name} ended unexpectedly ({_ending(code)}); starting it again in {part.wait:.1f} s.",
            ),
            file=sys.stderr,
            flush=True,
        )
        part.wait = min(part.wait * 2, _LONGEST_WAIT)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else say(f"退出码 {code}", f"exit code {code}")
