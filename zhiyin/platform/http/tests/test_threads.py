import asyncio
import threading
from typing import Any

import pytest
from django.core import signals
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from zhiyin.platform.http.threads import ThreadedHandler


def tell_backend(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return HttpResponse(str(cursor.fetchone()[0]))


def meet(request: HttpRequest) -> HttpResponse:
    _meeting.wait(timeout=10)
    return HttpResponse("met")


def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body, status=201, headers={"X-Query": request.GET["q"]})
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one, ", b"two"]))


urlpatterns = [path("backend", tell_backend), path("meet", meet), path("echo", echo), path("stream", stream)]
_meeting = threading.Barrier(2)


@pytest.fixture
def handler(settings: Any) -> ThreadedHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    return ThreadedHandler(threads=2)


@pytest.mark.django_db(transaction=True)
def test_requests_share_the_connection_of_their_thread(settings: Any) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    handler = ThreadedHandler(threads=1)
    told = [asyncio.run(_ask(handler, "/backend"))[2] for _ in range(3)]
    handler._threads.submit(connections.close_all).result()
    assert told == [told[0]] * 3


def test_as_many_are_answered_at_once_as_there_are_threads(handler: ThreadedHandler) -> None:
    async def both() -> tuple[Any, ...]:
        return await asyncio.gather(_ask(handler, "/meet"), _ask(handler, "/meet"))

    assert [content for _, _, content in asyncio.run(both())] == [b"met", b"met"]


def test_body_query_status_headers_and_cookies_go_through(handler: ThreadedHandler) -> None:
    status, headers, content = asyncio.run(
        _ask(handler, "/echo", method="POST", query=b"q=1", body=[b"a", b"b"])
    )
    assert (status, content) == (201, b"ab")
    assert (b"X-Query", b"1") in headers
    assert [value for name, value in headers if name == b"Set-Cookie"] == [
        b"first=1; Path=/",
        b"second=2; Path=/",
    ]


def test_a_streamed_answer_is_sent_whole(handler: ThreadedHandler) -> None:
    assert asyncio.run(_ask(handler, "/stream"))[2] == b"one, two"


def test_a_request_that_breaks_off_is_not_answered(handler: ThreadedHandler) -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(handler(_scope("/echo", "POST", b""), receive, send))
    assert sent == []


def test_the_end_of_a_request_is_told_in_its_thread(handler: ThreadedHandler) -> None:
    ended: list[str] = []

    def note(**_: Any) -> None:
        ended.append(threading.current_thread().name)

    signals.request_finished.connect(note)
    try:
        asyncio.run(_ask(handler, "/stream"))
    finally:
        signals.request_finished.disconnect(note)
    assert [name.startswith("request") for name in ended] == [True]


async def _ask(
    handler: ThreadedHandler,
    path: str,
    *,
    method: str = "GET",
    query: bytes = b"",
    body: list[bytes] | None = None,
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    parts = body or [b""]
    coming = iter(
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    )
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    await handler(_scope(path, method, query), receive, send)
    start, content = sent
    return start["status"], start["headers"], content["body"]


def _scope(path: str, method: str, query: bytes) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "query_string": query, "headers": []}
