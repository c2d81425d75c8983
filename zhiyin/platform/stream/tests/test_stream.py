from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.utils import timezone

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact, fact
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.event_log.sequencing import sequence_batch
from zhiyin.platform.stream import hub as hubs
from zhiyin.platform.stream.app import StreamApp
from zhiyin.platform.stream.messages import (
    StreamMessage,
    StreamRefused,
    StreamRequest,
    Viewer,
    publish,
    revokes,
    stream_endpoint,
    tells,
)

pytestmark = pytest.mark.django_db(transaction=True)


@fact("streamtest.rang", subject="bell:{bell}")
class BellRang(Fact):
    """A bell of the tests rang."""

    bell: str


@fact("streamtest.locked", subject="viewer:{viewer}")
class ViewerLocked(Fact):
    """A viewer of the tests lost their rights."""

    viewer: str


@tells("streamtest.rang")
def tell_rings(events: Sequence[Event]) -> list[StreamMessage]:
    return [
        StreamMessage(frozenset({f"bell:{event.payload['bell']}"}), "rang", event.payload, event.position)
        for event in events
    ]


@revokes
def lock_out(events: Sequence[Event]) -> set[str]:
    return {event.payload["viewer"] for event in events if event.type == "streamtest.locked"}


@stream_endpoint("/test/stream")
def open_test_stream(request: StreamRequest) -> Viewer:
    bells = request.query.get("bells", "")
    if not bells:
        raise StreamRefused(401, "no_bells")
    return Viewer(key=bells, rooms=frozenset(f"bell:{bell}" for bell in bells.split(",")))


def ring(*bells: str) -> None:
    with transaction.atomic():
        emit(*(BellRang(bell=bell, at=timezone.now()) for bell in bells))
    sequence_batch()


class Browser:
    """An ASGI client: what it is sent is cut into Server-Sent Events."""

    def __init__(self, app: StreamApp, query: str, last_id: str = "") -> None:
        self.status = 0
        self.heard: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._gone: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        headers = [(b"last-event-id", last_id.encode())] if last_id else []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/test/stream",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        return await self._gone

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        for block in message["body"].decode().split("\n\n"):
            lines = [line.partition(": ") for line in block.splitlines()]
            if told := {field: value for field, _, value in lines if field}:
                self.heard.put_nowait(told)

    async def next(self) -> dict[str, str]:
        return await asyncio.wait_for(self.heard.get(), 10)

    async def leave(self) -> None:
        if not self._gone.done():
            self._gone.set_result({"type": "http.disconnect"})
        await asyncio.wait_for(self.task, 10)


@asynccontextmanager
async def streaming() -> AsyncIterator[StreamApp]:
    app = StreamApp()
    await app.hub.start()
    await asyncio.wait_for(app.hub.listening(), 10)
    try:
        yield app
    finally:
        await app.hub.stop()
        await sync_to_async(connections.close_all)()


async def test_each_hears_what_rings_in_their_rooms_and_nothing_else() -> None:
    async with streaming() as app:
        anna, ben = Browser(app, "bells=a,b"), Browser(app, "bells=b")
        assert (await anna.next())["event"] == (await ben.next())["event"] == "hello"
        await sync_to_async(ring)("a", "b")
        heard = [await anna.next(), await anna.next()]
        assert [json.loads(told["data"])["bell"] for told in heard] == ["a", "b"]
        assert json.loads((await ben.next())["data"]) == {"bell": "b"}
        assert ben.heard.empty()
        await anna.leave()
        await ben.leave()
        assert app.hub.connections == set()


async def test_a_browser_that_drops_and_comes_back_misses_nothing_and_hears_nothing_twice() -> None:
    async with streaming() as app:
        first = Browser(app, "bells=a")
        await first.next()
        await sync_to_async(ring)("a")
        last_id = (await first.next())["id"]
        await first.leave()
        for _ in range(3):
            await sync_to_async(ring)("a", "other")
        await asyncio.sleep(0.2)
        back = Browser(app, "bells=a", last_id)
        missed = [await back.next() for _ in range(3)]
        assert all(told["event"] == "rang" for told in missed)
        assert (await back.next())["event"] == "hello"
        await sync_to_async(ring)("a")
        live = await back.next()
        ids = [int(told["id"]) for told in [*missed, live]]
        assert ids == sorted(set(ids))
        assert int(last_id) < ids[0]
        await back.leave()


async def test_who_is_too_far_behind_is_told_to_fetch_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LONGEST_REPLAY", 2)
    async with streaming() as app:
        await sync_to_async(ring)("a", "a", "a", "a")
        await asyncio.sleep(0.3)
        back = Browser(app, "bells=a", "1")
        assert (await back.next())["event"] == "reset"
        await back.leave()


async def test_fleeting_messages_have_no_id_and_reach_who_listens() -> None:
    async with streaming() as app:
        anna = Browser(app, "bells=a")
        await anna.next()
        await sync_to_async(publish)(rooms={"bell:a"}, name="presence", data={"who": "本"})
        told = await anna.next()
        assert (told["event"], told["data"], "id" in told) == ("presence", '{"who":"本"}', False)
        await anna.leave()


async def test_a_stream_ends_when_its_viewers_rights_change() -> None:
    def lock() -> None:
        with transaction.atomic():
            emit(ViewerLocked(viewer="a", at=timezone.now()))
        sequence_batch()

    async with streaming() as app:
        anna, ben = Browser(app, "bells=a"), Browser(app, "bells=b")
        await anna.next()
        await ben.next()
        await sync_to_async(lock)()
        await asyncio.wait_for(anna.task, 10)
        assert not ben.task.done()
        await ben.leave()


async def test_whoever_may_not_listen_is_refused() -> None:
    async with streaming() as app:
        nobody = Browser(app, "")
        await asyncio.wait_for(nobody.task, 10)
        assert nobody.status == 401
        assert app.hub.connections == set()


async def test_a_browser_that_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LONGEST_QUEUE", 3)
    async with streaming() as app:
        stuck = asyncio.Event()

        class Stuck(Browser):
            async def _send(self, message: dict[str, Any]) -> None:
                if message["type"] == "http.response.body" and message.get("more_body"):
                    await stuck.wait()

        slow = Stuck(app, "bells=a")
        for _ in range(6):
            await sync_to_async(ring)("a")
        await asyncio.wait_for(slow.task, 10)
        stuck.set()
        assert app.hub.connections == set()
