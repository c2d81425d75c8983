"""Tells the person at the terminal when the first page can be opened, and how to get in."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

from zhiyin.cli.forking import Child
from zhiyin.cli.language import say

_PATIENCE = 30.0


class Announcer:
    """`welcome` starts the process that tells how to get in."""

    def __init__(self, listener: socket.socket, base_url: str, *, welcome: Callable[[], Child]) -> None:
        self._address = listener.getsockname()
        self._family = listener.family
        self._base_url = base_url
        self._start_welcome = welcome
        self._began_at = time.monotonic()
        self._welcome: Child | None = None
        self._told = self._complained = False

    def step(self) -> float:
        """Do what is due now; how many seconds the next step may wait."""
        if not self._told:
            return self._look()
        if self._welcome is not None and self._welcome.poll() is None:
            return 0.2
        return 5.0

    def _look(self) -> float:
        if self._answers():
            self._told = True
            print(
                say(
                    f"知音已就绪：{self._base_url}    （Ctrl-C 停止）",
                    f"Zhiyin is ready: {self._base_url}    (Ctrl-C stops it)",
                ),
                flush=True,
            )
            self._welcome = self._start_welcome()
        elif not self._complained and time.monotonic() - self._began_at > _PATIENCE:
            self._complained = True
            print(
                say("网页还没有响应，请查看上方信息。", "No page answers yet; see the messages above."),
                flush=True,
            )
        return 0.05

    def _answers(self) -> bool:
        host = self._address[0] if self._address[0] not in ("0.0.0.0", "::") else "localhost"  # noqa: S104
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        with contextlib.suppress(OSError), socket.socket(self._family, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.5)
            connection.connect((host, self._address[1]))
            connection.sendall(request)
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
        return False
