"""Processes by identity, so that a recycled process number is never mistaken for one of ours."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_libc = ctypes.CDLL(None)
PARENT_VARIABLE = "ZHIYIN_PARENT_PID"


@dataclass(frozen=True)
class Identity:
    """A process number and when that process began; together they name one process for ever."""

    pid: int
    began: float

    def is_alive(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            return bool(
                abs(process.create_time() - self.began) < 1 and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False


def identify(pid: int) -> Identity:
    return Identity(pid, psutil.Process(pid).create_time())


def stop(processes: Collection[Identity], *, patience: float, gently: int = signal.SIGTERM) -> None:
    """Ask the processes to end, wait up to `patience` seconds, then kill those that stayed."""
    for process in processes:
        _send(process, gently)
    if not wait_for_end(processes, patience=patience):
        for process in processes:
            _send(process, signal.SIGKILL)
        wait_for_end(processes, patience=5)


def wait_for_end(processes: Collection[Identity], *, patience: float) -> bool:
    """Whether all of them ended within `patience` seconds."""
    deadline = time.monotonic() + patience
    while any(process.is_alive() for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _send(process: Identity, number: int) -> None:
    if process.is_alive():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def signal_me_when_parent_dies(number: int) -> None:
    """Linux: the kernel sends this process `number` when its parent ends, however that ends."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def end_with_parent(parent: int | None = None) -> None:
    """End this process when the `zhiyin` that started it is gone; without one, do nothing."""
    parent = parent or int(os.environ.pop(PARENT_VARIABLE, "0"))
    if not parent:
        return
    signal_me_when_parent_dies(signal.SIGTERM)
    if os.getppid() != parent:  # it died before the line above
        raise SystemExit(0)
    if sys.platform != "linux":
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def name_process(name: str) -> None:
    """The short name that top and ps -o comm show (Linux keeps 15 characters)."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
