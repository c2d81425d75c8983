"""Loops that a worker runs, each in a thread of its own; domains add theirs with `@background`."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection

log = logging.getLogger(__name__)
Loop = Callable[[threading.Event], None]
_background: dict[str, Loop] = {}

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


def background(name: str) -> Callable[[Loop], Loop]:
    """Run the function in every worker until its `stop` is set; it is started again when it fails."""

    def register(loop: Loop) -> Loop:
        _background[name] = loop
        return loop

    return register


def background_loops() -> dict[str, Loop]:
    return dict(_background)


class LoopThread(threading.Thread):
    """Keeps one loop going: a failure is logged, followed by a growing pause and a fresh connection."""

    def __init__(self, name: str, loop: Loop, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._loop, self._stop_asked = loop, stop

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop_asked.is_set():
            try:
                self._loop(self._stop_asked)
                pause = FIRST_PAUSE
            except Exception:
                log.exception("loop failed", extra={"loop": self.name})
                self._stop_asked.wait(pause * (0.5 + random.random()))  # noqa: S311  (jitter, not a secret)
                pause = min(pause * 2, LONGEST_PAUSE)
                close_old_connections()
        connection.close()
