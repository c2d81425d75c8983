"""Waking sleepers when the sequencer tells of new events, with a slow poll as the safety net."""

from __future__ import annotations

import threading

import psycopg
from django.db import connection

from zhiyin.platform.event_log.sequencing import CHANNEL


class Bell:
    """Rings once for everybody who waits on it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    def ring(self) -> None:
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    @property
    def rung(self) -> int:
        return self._rung

    def wait(self, heard: int, timeout: float) -> None:
        """Sleep until it rings after `heard` (its `rung` when the sleeper last looked for work)."""
        with self._condition:
            self._condition.wait_for(lambda: self._rung != heard, timeout)


def listen(bell: Bell, stop: threading.Event) -> None:
    """Ring the bell for each batch the sequencer announces."""
    params = connection.get_connection_params()
    params.pop("cursor_factory", None)
    params.pop("context", None)
    with psycopg.connect(**params, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        bell.ring()
        while not stop.is_set():
            for _ in listening.notifies(timeout=1, stop_after=1):
                bell.ring()
