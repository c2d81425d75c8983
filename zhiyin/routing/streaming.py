"""What live streams tell people of queues: their offers, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamMessage, tells


@tells("routing.")
def tell_offers(events: Sequence[Event]) -> list[StreamMessage]:
    """An offer came or was settled."""
    return [
        StreamMessage(
            frozenset({f"staff:{event.payload['staff_id']}"}),
            "offer",
            {"id": event.payload["offer_id"], "type": event.type},
            event.position,
        )
        for event in events
        if event.type in ("routing.work_offered", "routing.offer_settled")
    ]


@tells("people.presence_")
def tell_own_presence(events: Sequence[Event]) -> list[StreamMessage]:
    """How somebody stands changed: their own desks show it, whoever changed it."""
    return [
        StreamMessage(
            frozenset({f"staff:{event.payload['staff_id']}"}),
            "standing",
            {"state": event.payload["state"]},
            event.position,
        )
        for event in events
    ]
