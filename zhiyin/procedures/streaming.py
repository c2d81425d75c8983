"""What live streams tell of procedures: whoever may see a ticket hears that something on it changed, and whoever a
task or a fact names hears of that."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamMessage, tells
from zhiyin.procedures.models import Task
from zhiyin.procedures.queries.people import people_of
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.streaming import ALL, LAYOUT, rooms_of_ticket


@tells("procedures.")
def tell_procedure_changes(events: Sequence[Event]) -> list[StreamMessage]:
    """On a ticket: to those who may see it, and to people named in the fact; incidents to everybody with tickets."""
    ids = {event.payload["ticket_id"] for event in events if "ticket_id" in event.payload}
    rows = Ticket.objects.filter(pk__in=ids).values_list("pk", "group_id", "assignee_id")
    places = {pk: rooms_of_ticket(group, assignee) for pk, group, assignee in rows}
    tasks = _rooms_of_tasks({event.payload["task_id"] for event in events if "task_id" in event.payload})
    told = []
    for event in events:
        if "ticket_id" in event.payload:
            rooms = places.get(event.payload["ticket_id"], set())
            people = event.payload.get("people") or []
            told.append(_message(event, rooms | {f"staff:{one}" for one in people}))
        elif "incident_id" in event.payload:
            told.append(_message(event, {ALL, LAYOUT}))
        if own := tasks.get(event.payload.get("task_id", 0)):
            data = {"id": event.payload["task_id"]}
            told.append(StreamMessage(frozenset(own), "task", data, event.position))
    return told


def _message(event: Event, rooms: set[str]) -> StreamMessage:
    data = {
        "id": event.payload.get("ticket_id"),
        "type": event.type,
        "by_id": event.payload.get("by_id"),
    }
    return StreamMessage(frozenset(rooms), "procedure", data, event.position)


def _rooms_of_tasks(task_ids: set[int]) -> dict[int, set[str]]:
    """The rooms of the people whose task each is."""
    tasks = Task.objects.filter(pk__in=task_ids).select_related("ticket")
    return {task.pk: {f"staff:{pk}" for pk in people_of(task)} for task in tasks}
