"""The web process: Django, and live streams passed on to `zhiyin stream` where no proxy does that."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")

import django
import httpx
from django.conf import settings

from zhiyin.platform.http.threads import ThreadedHandler
from zhiyin.platform.stream.messages import endpoint_for

django.setup(set_prefix=False)
django_application = ThreadedHandler()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_PASSED_ON = {
    *(b"cookie", b"authorization", b"last-event-id", b"accept-language", b"user-agent"),
    *(b"origin", b"referer", b"sec-fetch-site"),  # by which a chat knows the site its widget is on
}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["method"] == "GET" and endpoint_for(scope["path"]) is not None:
        await _until_gone(_forward(scope, send), receive)
    else:
        await django_application(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": f"{message['type']}.complete"})


async def _until_gone(answering: Coroutine[Any, Any, None], receive: Receive) -> None:
    """Answer until done, or until the browser goes away."""
    task = asyncio.create_task(answering)
    gone = asyncio.create_task(_disconnected(receive))
    await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    for one in (task, gone):
        one.cancel()
    await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _forward(scope: Scope, send: Send) -> None:
    """Pass one stream through from the stream process."""
    if not settings.STREAM_UPSTREAM:
        await _refuse(send, 503, "Streams are served by `zhiyin stream`; let the proxy pass this path to it.")
        return
    query = scope["query_string"].decode("latin-1")
    url = f"{settings.STREAM_UPSTREAM}{scope['path']}" + (f"?{query}" if query else "")
    headers = [(name, value) for name, value in scope["headers"] if name in _PASSED_ON]
    try:
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(5, read=60), trust_env=False) as client,
            client.stream("GET", url, headers=headers) as upstream,
        ):
            kept = [
                (name.lower(), value)
                for name, value in upstream.headers.raw
                if name.lower() != b"transfer-encoding"
            ]
            await send({"type": "http.response.start", "status": upstream.status_code, "headers": kept})
            async for part in upstream.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except httpx.ConnectError:
        await _refuse(send, 503, "The stream process is not running; it is being started again.")
    except httpx.HTTPError:
        await send({"type": "http.response.body", "body": b"", "more_body": False})  # the browser comes back


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"status": status, "code": "stream.unavailable", "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
