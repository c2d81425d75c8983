"""The ASGI application of `zhiyin stream`: opens streams at the registered endpoints, nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from zhiyin.platform.stream.hub import Connection, Hub
from zhiyin.platform.stream.messages import StreamRefused, StreamRequest, endpoint_for

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

RETRY_MS = 1500


class StreamApp:
    """One hub and its connections."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in ("/healthz", "/readyz"):
            await _plain(send, 200, {"status": "ok", "streams": len(self.hub.connections)})
            return
        found = endpoint_for(scope["path"])
        if found is None or scope["method"] != "GET":
            await _plain(send, 404, {"code": "not_found"})
            return
        endpoint, path = found
        request = _request(scope, path)
        try:
            viewer = await self.hub.threads.run(endpoint, request)
        except StreamRefused as refused:
            await _plain(send, refused.status, {"code": refused.code}, dict(refused.headers))
            return
        ended = asyncio.current_task()
        assert ended is not None
        open_stream = Connection(viewer, send, ended.cancel)
        await send({"type": "http.response.start", "status": 200, "headers": _headers(dict(viewer.headers))})
        await self._hold(open_stream, request, receive, send)

    async def _hold(
        self, open_stream: Connection, request: StreamRequest, receive: Receive, send: Send
    ) -> None:
        """Keep the stream open until the browser goes, or until its viewer's rights change."""
        self.hub.join(open_stream)
        try:
            here = self.hub.position
            last_id = request.headers.get("last-event-id") or request.query.get("last_event_id", "")
            if last_id.isdecimal():
                await self.hub.catch_up(open_stream, int(last_id), here)
            open_stream.caught_up(f"retry: {RETRY_MS}\nid: {here}\nevent: hello\ndata: {{}}\n\n".encode())
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.hub.leave(open_stream)


def _request(scope: Scope, path: dict[str, str]) -> StreamRequest:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        cookies = {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        cookies = {}
    return StreamRequest(path, dict(parse_qsl(scope["query_string"].decode("latin-1"))), headers, cookies)


def _headers(further: dict[str, str]) -> list[tuple[bytes, bytes]]:
    told = {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",  # proxies must pass each message on at once
        **further,
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


async def _plain(
    send: Send, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
) -> None:
    told = _headers({"content-type": "application/json", **(headers or {})})
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


application = StreamApp()
