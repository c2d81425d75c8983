"""Asking over HTTP as fast as a browser would, one connection each."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

_IDLE = 20.0  # seconds; a connection that idles for 30 is closed by the server


class Asker:
    """One connection, kept open, acting by one token."""

    def __init__(self, address: str, token: str) -> None:
        self.requests = 0
        self._last = time.monotonic()
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def get(self, path: str) -> tuple[float, Any]:
        """Seconds until the whole answer was there, and the answer. Raises on any but 200."""
        return self._ask("GET", path, None, (200,))

    def post(self, path: str, body: Any) -> tuple[float, Any]:
        return self._ask("POST", path, json.dumps(body).encode(), (200, 201))

    def _ask(self, method: str, path: str, body: bytes | None, expected: Sequence[int]) -> tuple[float, Any]:
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        if time.monotonic() - self._last > _IDLE:
            self._connection.close()  # the server is about to; the request opens another
        self._last = time.monotonic()
        self.requests += 1
        began = time.perf_counter()
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - began
        if answer.status not in expected:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return seconds, json.loads(content) if content else None


def at_once(jobs: Sequence[Callable[[], None]]) -> float:
    """Run the jobs side by side; seconds until all were done. Raises the first error."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # told below, in the thread that asked
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began
