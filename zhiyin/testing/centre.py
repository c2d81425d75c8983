"""A real `zhiyin up` in a folder of its own, to be watched, asked, stopped and killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 90.0
_OWN_VARIABLES = ("ZHIYIN_", "DATABASE_URL", "DJANGO_", "PYTEST_", "PROMETHEUS_", "LC_")


def plain_environment(**extra: str) -> dict[str, str]:
    """Ours without what tests and a surrounding centre set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_VARIABLES)}
    return {**kept, "LANG": "C.UTF-8", **extra}


class RunningCentre:
    """One `zhiyin up` as a child; `restart` after an end of any kind goes on with the same folder."""

    patience = PATIENCE

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.program = [sys.executable, "-P", "-m", "zhiyin"]
        self.environment = plain_environment(**environment)
        self.log = folder.parent / f"{folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> float:
        """Start and wait for the first page; seconds that took."""
        with self.log.open("ab") as log:
            began = time.monotonic()
            self.process = subprocess.Popen(
                [*self.program, "up", "--data", str(self.folder), "--port", "0", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        self.wait_for(self.answers, "the first page", patience=self.patience)
        return time.monotonic() - began

    def run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """A `zhiyin` command beside the centre."""
        return subprocess.run(
            [*self.program, words[0], "--data", str(self.folder), *words[1:]],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            env=self.environment,
            timeout=PATIENCE,
            check=False,
        )

    def told(self) -> dict[str, Any]:
        """What the centre wrote of itself; empty while there is none."""
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            found = json.loads((self.folder / "run.json").read_bytes())
            return found if isinstance(found, dict) else {}
        return {}

    def pid(self, part: str) -> int:
        """The process number of a part that runs, 0 when it doesn't."""
        pid, began = self.told().get("processes", {}).get(part, (0, 0))
        with contextlib.suppress(psutil.Error):
            return int(pid) if pid and abs(psutil.Process(pid).create_time() - began) < 1 else 0
        return 0

    def kill(self, part: str, number: int = signal.SIGKILL) -> int:
        """Send the signal to a part once it runs; its process number."""
        self.wait_for(lambda: self.pid(part), f"{part} to run")
        pid = self.pid(part)
        os.kill(pid, number)
        return pid

    @property
    def address(self) -> str:
        return str(self.told().get("address", ""))

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def answers(self) -> bool:
        """Whether this very run (not one that was killed) shows its health page."""
        with contextlib.suppress(OSError, ValueError):
            mine = self.process is not None and self.told().get("pid") == self.process.pid
            return mine and self.get("/healthz")[0] == 200
        return False

    def wait_for(self, wanted: Any, what: str, *, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not wanted():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"zhiyin up ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {patience} s for {what}:\n{self.output()}")
            time.sleep(0.02)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send the signal to `zhiyin up` alone and wait; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(self.patience)

    def processes(self) -> list[psutil.Process]:
        """Everything alive that works on this folder: our processes by their environment, PostgreSQL by its folder."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def kill_everything(self) -> None:
        """kill -9 to all of it, `zhiyin up` first so that nothing comes back."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return (
                process.environ().get("ZHIYIN_DATA") == str(self.folder)
                or str(self.folder) in process.cmdline()
                or Path(process.cwd()).is_relative_to(self.folder)
            )
        except (psutil.Error, OSError):
            return False


@contextlib.contextmanager
def running_centre(folder: Path, *words: str, **environment: str) -> Iterator[RunningCentre]:
    """A centre for a block; whatever happens in it, nothing of it is left behind."""
    centre = RunningCentre(folder, **environment)
    try:
        centre.start(*words)
        yield centre
    finally:
        if centre.process is not None and centre.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                centre.stop(signal.SIGTERM)
        centre.kill_everything()
