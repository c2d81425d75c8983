"""The visitor's live stream."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.origins import PREFIX, channel_at, cors_headers, may_use, origin_of
from zhiyin.channels.providers.chat.transcript import line_shape
from zhiyin.channels.providers.chat.visitors import VisitorUnknown, conversation_for, note_seen
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import (
    StreamMessage,
    StreamRefused,
    StreamRequest,
    Viewer,
    stream_endpoint,
    tells,
)


def room_of(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


@stream_endpoint(PREFIX + r"(?P<channel_key>[\w-]+)/stream")
def open_visitor_stream(request: StreamRequest) -> Viewer:
    """Let a visitor listen to their own conversation; `t` carries the token where no header can."""
    headers = request.headers
    channel = channel_at(request.path["channel_key"])
    if channel is None:
        raise StreamRefused(404, "chat.channel_unknown")
    origin = origin_of(headers.get("origin"), headers.get("referer"), headers.get("sec-fetch-site"))
    if not may_use(channel, origin):
        raise StreamRefused(403, "chat.origin_not_allowed")
    cors = cors_headers(headers.get("origin", ""))
    token = request.query.get("t")
    try:
        here = conversation_for(channel, f"Visitor {token}" if token else headers.get("authorization", ""))
    except VisitorUnknown as unknown:
        raise StreamRefused(401, unknown.code, cors) from unknown
    note_seen(here, timezone.now())
    return Viewer(key=f"visitor:{here.visitor_id}", rooms=frozenset({room_of(here.pk)}), headers=cors)


@tells("chat.")
def tell_visitors(events: Sequence[Event]) -> list[StreamMessage]:
    """New lines whole: the visitor may read all of their conversation, so nothing needs to be asked for."""
    line_ids = [event.payload["line_id"] for event in events if event.type == "chat.line_added"]
    lines = (
        Line.objects.select_related("conversation__visitor__channel", "delivery")
        .prefetch_related("files__file")
        .in_bulk(line_ids)
    )
    found = []
    for event in events:
        rooms = (
            frozenset({room_of(event.payload["conversation_id"])})
            if "conversation_id" in event.payload
            else frozenset()
        )
        if event.type == "chat.line_added" and (line := lines.get(event.payload["line_id"])) is not None:
            found.append(StreamMessage(rooms, "message", _plain(line, line.conversation), event.position))
        elif event.type == "chat.read_by_staff":
            found.append(StreamMessage(rooms, "read", {"up_to": event.payload["up_to"]}, event.position))
        elif event.type == "chat.case_changed":
            told = {name: event.payload[name] for name in ("is_over", "asks_rating")}
            found.append(StreamMessage(rooms, "case", told, event.position))
    return found


def _plain(line: Line, conversation: Conversation) -> dict[str, object]:
    return {**line_shape(line, conversation), "at": DjangoJSONEncoder().default(line.at)}
