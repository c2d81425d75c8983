"""Many open event streams from one process, each a bare socket."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

OPENED_AT_ONCE = 40


@contextlib.asynccontextmanager
async def hold_open(address: str, path: str, cookie: str, count: int) -> AsyncIterator[None]:
    """Open so many streams, wait for each one's hello, and close them all at the end."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    parts = urlsplit(address)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
    )
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def open_one() -> asyncio.StreamWriter:
        async with gate:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=4096)
            writer.write(request.encode())
            await asyncio.wait_for(reader.readuntil(b"event: hello"), 60)
            return writer

    writers = await asyncio.gather(*(open_one() for _ in range(count)))
    try:
        yield
    finally:
        for writer in writers:
            writer.close()
