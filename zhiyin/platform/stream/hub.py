"""The hub of a stream process: hears of new events once, and tells every connection what concerns it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Max

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.event_log.sequencing import CHANNEL
from zhiyin.platform.stream.messages import (
    FLEETING_CHANNEL,
    StreamMessage,
    Viewer,
    messages_of,
    revoked_by,
)
from zhiyin.platform.stream.threads import DatabaseThreads

BATCH = 500
LONGEST_REPLAY = 2000  # events; whoever is further behind is told to fetch everything anew
LONGEST_QUEUE = 1000
SAFETY_POLL = 2.0
KEEP_ALIVE_EVERY = 15.0
KEEP_ALIVE = b": still here\n\n"

log = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """One open stream. Holds no task of its own while idle: sending starts one when there is something."""

    __slots__ = ("_held", "_queue", "_send", "_sender", "end", "viewer")

    def __init__(self, viewer: Viewer, send: Send, end: Callable[[], object]) -> None:
        self.viewer = viewer
        self.end = end
        self._send = send
        self._queue: list[bytes] = []
        self._held: list[bytes] | None = []  # what comes while the viewer still catches up
        self._sender: asyncio.Task[None] | None = None

    def put(self, encoded: bytes) -> None:
        if len(self._queue) >= LONGEST_QUEUE:
            self.end()  # too slow; it comes back and catches up from its last id
            return
        self._queue.append(encoded)
        if self._sender is None:
            self._sender = asyncio.get_running_loop().create_task(self._drain())

    def put_live(self, encoded: bytes) -> None:
        """Send it after all that the viewer has missed: the ids a browser sees must never run ahead."""
        if self._held is None:
            self.put(encoded)
        else:
            self._held.append(encoded)

    def caught_up(self, hello: bytes) -> None:
        held, self._held = self._held or [], None
        for encoded in [hello, *held]:
            self.put(encoded)

    async def _drain(self) -> None:
        try:
            while self._queue:
                waiting, self._queue = self._queue, []
                await self._send({"type": "http.response.body", "body": b"".join(waiting), "more_body": True})
        finally:
            self._sender = None


class Hub:
    """Follows the log and the fleeting channel; keeps who is in which room."""

    def __init__(self) -> None:
        self.position = 0
        self.connections: set[Connection] = set()
        self._rooms: dict[str, set[Connection]] = defaultdict(set)
        self.threads = DatabaseThreads()
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()

    async def start(self) -> None:
        self.position = await self.threads.run(_head)
        self._tasks = [
            asyncio.create_task(self._keep(self._follow)),
            asyncio.create_task(self._keep(self._stay_alive)),
        ]

    async def listening(self) -> None:
        """Wait until nothing that happens from now on can be missed."""
        await self._listening.wait()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for open_stream in list(self.connections):
            open_stream.end()
        await asyncio.to_thread(self.threads.stop)

    def join(self, joining: Connection) -> None:
        self.connections.add(joining)
        for room in joining.viewer.rooms:
            self._rooms[room].add(joining)

    def leave(self, leaving: Connection) -> None:
        self.connections.discard(leaving)
        for room in leaving.viewer.rooms:
            self._rooms[room].discard(leaving)
            if not self._rooms[room]:
                del self._rooms[room]

    async def catch_up(self, late: Connection, last_id: int, until: int) -> None:
        """Tell a returning connection what it missed, up to the position at which it joined."""
        if until - last_id > LONGEST_REPLAY or last_id > until:
            late.put(StreamMessage(frozenset(), "reset", {}, until).encoded())
            return
        missed = await self.threads.run(_messages_between, last_id, until)
        for message in missed:
            if message.rooms & late.viewer.rooms:
                late.put(message.encoded())

    def tell(self, messages: Iterable[StreamMessage]) -> None:
        for message in messages:
            hearers: set[Connection] = set()
            for room in message.rooms:
                hearers |= self._rooms.get(room, set())
            encoded = message.encoded() if hearers else b""
            for hearer in hearers:
                hearer.put_live(encoded)

    async def _keep(self, loop: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await loop()
            except Exception:
                log.exception("stream hub lost its footing; it goes on from where it was")
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        params = await self.threads.run(_connection_params)
        async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            await listening.execute(f"LISTEN {FLEETING_CHANNEL}")
            self._listening.set()
            while True:
                await self._tell_new()
                async for notice in listening.notifies(timeout=SAFETY_POLL, stop_after=1):
                    if notice.channel == FLEETING_CHANNEL:
                        told = json.loads(notice.payload)
                        self.tell([StreamMessage(frozenset(told["rooms"]), told["name"], told["data"])])

    async def _tell_new(self) -> None:
        while True:
            last, messages, revoked = await self.threads.run(_read_after, self.position)
            if last is None:
                return
            self.position = last
            self.tell(messages)
            if revoked:
                for open_stream in [
                    one for one in self.connections if one.viewer.key in revoked or "*" in revoked
                ]:
                    open_stream.end()

    async def _stay_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_EVERY)
            for number, open_stream in enumerate(list(self.connections)):
                open_stream.put_live(KEEP_ALIVE)
                if number % 200 == 199:
                    await asyncio.sleep(0.01)  # thousands of writes must not hold up a message


def _head() -> int:
    return Event.objects.aggregate(head=Max("position"))["head"] or 0


def _read_after(position: int) -> tuple[int | None, list[StreamMessage], set[str]]:
    events = list(Event.objects.filter(position__gt=position).order_by("position")[:BATCH])
    if not events:
        return None, [], set()
    return events[-1].position, messages_of(events), revoked_by(events)


def _messages_between(after: int, until: int) -> list[StreamMessage]:
    return messages_of(
        list(Event.objects.filter(position__gt=after, position__lte=until).order_by("position"))
    )


def _connection_params() -> dict[str, Any]:
    params = connection.get_connection_params()
    return {name: value for name, value in params.items() if name not in ("cursor_factory", "context")}
