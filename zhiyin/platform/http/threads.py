"""Django under ASGI, each request from beginning to end in one of a few threads that stay.

Django's own ASGI handler gives every request a new thread, and with it a new database connection whose PostgreSQL
process knows no table yet: that costs more than most answers do. Ours are synchronous throughout, so that nothing
is lost by one hop into a thread that has its connection already; and there are never more connections than threads.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 16

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class ThreadedHandler(ASGIHandler):
    def __init__(self, threads: int = THREADS) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        run = contextvars.copy_context().run
        status, headers, content = await asyncio.get_running_loop().run_in_executor(
            self._threads, run, self._answer, scope, body
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, scope: Scope, body: IO[bytes]) -> Answer:
        """Answer in this thread; what is sent is complete, so that a slow reader holds no thread."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request is not None else refusal
        assert response is not None  # one of the two
        try:
            content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
            return response.status_code, list(_headers(response)), content
        finally:
            response.close()  # tells that the request is finished
            body.close()


def _headers(response: HttpResponseBase) -> Iterator[tuple[bytes, bytes]]:
    for name, value in response.items():
        yield name.encode("ascii"), value.encode("latin-1")
    for cookie in response.cookies.values():
        yield b"Set-Cookie", cookie.output(header="").strip().encode("ascii")
