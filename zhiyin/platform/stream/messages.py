"""What goes over a stream, and who turns events into it. Domains register here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zhiyin.platform.event_log.models import Event

FLEETING_CHANNEL = "zhiyin_fleeting"


@dataclass(frozen=True)
class StreamMessage:
    """One message for everybody in any of the rooms. `position` is None for fleeting ones."""

    rooms: frozenset[str]
    name: str
    data: dict[str, Any]
    position: int | None = None

    def encoded(self) -> bytes:
        told = f"id: {self.position}\n" if self.position is not None else ""
        body = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return f"{told}event: {self.name}\ndata: {body}\n\n".encode()


@dataclass(frozen=True)
class Viewer:
    """Who listens: a key such as 'staff:7', and the rooms they may hear."""

    key: str
    rooms: frozenset[str]
    on_open: Callable[[], None] | None = None  # e.g. note that a visitor is here
    headers: Mapping[str, str] = field(default_factory=dict)  # e.g. CORS


@dataclass(frozen=True)
class StreamRequest:
    """What an endpoint sees of the request that opens a stream."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]


class StreamRefused(Exception):
    """The endpoint will not open a stream."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers or {}


Teller = Callable[[Sequence[Event]], list[StreamMessage]]
Endpoint = Callable[[StreamRequest], Viewer]
Revoker = Callable[[Sequence[Event]], set[str]]
_tellers: list[tuple[str, Teller]] = []
_endpoints: list[tuple[re.Pattern[str], Endpoint]] = []
_revokers: list[Revoker] = []


def tells(prefix: str) -> Callable[[Teller], Teller]:
    """The function turns events whose type starts with `prefix` into stream messages, in batches."""

    def register(teller: Teller) -> Teller:
        _tellers.append((prefix, teller))
        return teller

    return register


def stream_endpoint(path: str) -> Callable[[Endpoint], Endpoint]:
    """The function decides who may open a stream at the path (a regular expression) and what they hear."""

    def register(endpoint: Endpoint) -> Endpoint:
        _endpoints.append((re.compile(path), endpoint))
        return endpoint

    return register


def revokes(revoker: Revoker) -> Revoker:
    """The function names viewers (keys) whose rights changed: their streams end and are opened anew."""
    _revokers.append(revoker)
    return revoker


def endpoint_for(path: str) -> tuple[Endpoint, dict[str, str]] | None:
    for pattern, endpoint in _endpoints:
        if match := pattern.fullmatch(path):
            return endpoint, match.groupdict()
    return None


def messages_of(events: Sequence[Event]) -> list[StreamMessage]:
    """The stream messages of a batch of events, in the events' order."""
    found: list[StreamMessage] = []
    for prefix, teller in _tellers:
        concerned = [event for event in events if event.type.startswith(prefix)]
        if concerned:
            found += teller(concerned)
    return sorted(found, key=lambda message: message.position or 0)


def revoked_by(events: Sequence[Event]) -> set[str]:
    return {key for revoker in _revokers for key in revoker(events)}


@dataclass(frozen=True, kw_only=True)
class Fleeting:
    """A message for whoever listens now. Small: at most 7,000 bytes."""

    rooms: set[str]
    name: str
    data: dict[str, Any]


def publish(*, rooms: set[str], name: str, data: dict[str, Any]) -> None:
    """Tell a fleeting message. In a transaction it is told when that commits."""
    publish_all([Fleeting(rooms=rooms, name=name, data=data)])


def publish_all(messages: Iterable[Fleeting]) -> None:
    """Tell fleeting messages in their order; one query."""
    told = [
        json.dumps({"rooms": sorted(one.rooms), "name": one.name, "data": one.data}, ensure_ascii=False)
        for one in messages
    ]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, told) FROM unnest(%s::text[]) told", [FLEETING_CHANNEL, told]
            )
