"""Children that begin with everything loaded: the program is imported once and then forked.

Five parts that each import Django take ten seconds of two cores; forked they take one import, start
again in milliseconds when they die, and share most of their memory.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from zhiyin.cli.processes import end_with_parent, name_process

_LOADED_ONCE = (
    "zhiyin.asgi",
    "zhiyin.urls",
    "zhiyin.cli.mail_storing",
    "zhiyin.platform.stream.app",
    "zhiyin.platform.worker.worker",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.loops.uvloop",
)


def load_everything() -> None:
    """Import what the parts run; Django must be set up. No thread and no connection is made by it."""
    for module in _LOADED_ONCE:
        import_module(module)
    gc.collect()
    gc.freeze()  # the collector leaves these objects alone, so that their memory stays shared


class ForkedCommand:
    """A `zhiyin` command run in a fork of this process; looks like a subprocess.Popen as far as we use one."""

    def __init__(self, name: str, words: Sequence[str], *, keep_closed: Sequence[int]) -> None:
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(name, words, keep_closed, parent)

    def poll(self) -> int | None:
        return self._collect(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        if timeout is not None:
            raise NotImplementedError("poll instead")
        code = self._collect(0)
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _collect(self, options: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


Child = ForkedCommand | subprocess.Popen[bytes]


def _be_child(name: str, words: Sequence[str], keep_closed: Sequence[int], parent: int) -> None:
    code = 1
    try:
        _part_from_parent(keep_closed)
        name_process(f"zhiyin-{name}")
        end_with_parent(parent)
        from zhiyin.cli.main import main

        code = main(words)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:  # whatever it is, a child must never go on with its parent's work
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _part_from_parent(keep_closed: Sequence[int]) -> None:
    """Leave the parent's signals, lock and pipes to the parent."""
    os.setpgid(0, 0)  # Ctrl-C in the terminal goes to the parent alone, and it stops us in order
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor in keep_closed:
        os.close(descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
