"""A few threads that speak to the database for the event loop, each over a connection it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class DatabaseThreads:
    """Runs functions that use the ORM; `stop` closes what they opened."""

    def __init__(self, count: int = 4) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="database")
        self._connections: set[BaseDatabaseWrapper] = set()

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._call, function, arguments)

    def stop(self) -> None:
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        close_old_connections()
        own = connections["default"]
        if own not in self._connections:
            own.inc_thread_sharing()  # so that `stop` may close it
            self._connections.add(own)
        return function(*arguments)
