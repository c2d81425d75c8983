"""What live streams tell of procedures: whoever may see a ticket hears that something on it changed."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamMessage, tells
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.streaming import ALL, LAYOUT, rooms_of_ticket


@tells("procedures.")
def tell_procedure_changes(events: Sequence[Event]) -> list[StreamMessage]:
    """On a ticket: to those who may see it, and to people named in the fact; incidents to everybody with tickets."""
    ids = {event.payload["ticket_id"] for event in events if "ticket_id" in event.payload}
    rows = Ticket.objects.filter(pk__in=ids).values_list("pk", "group_id", "assignee_id")
    places = {pk: rooms_of_ticket(group, assignee) for pk, group, assignee in rows}
    told = []
    for event in events:
        if event.type.startswith("timer."):
            continue
        if "ticket_id" in event.payload:
            rooms = places.get(event.payload["ticket_id"], set())
            people = event.payload.get("people") or []
            told.append(_message(event, rooms | {f"staff:{one}" for one in people}))
        elif "incident_id" in event.payload:
            told.append(_message(event, {ALL, LAYOUT}))
    return told


def _message(event: Event, rooms: set[str]) -> StreamMessage:
    data = {
        "id": event.payload.get("ticket_id"),
        "type": event.type,
        "by_id": event.payload.get("by_id"),
    }
    return StreamMessage(frozenset(rooms), "procedure", data, event.position)
