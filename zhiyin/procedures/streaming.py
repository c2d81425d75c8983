"""What live streams tell of procedures: to those who may see the ticket, and of a task to those whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamMessage, tells
from zhiyin.procedures.models import Task
from zhiyin.procedures.queries.people import people_of
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.streaming import rooms_of_ticket


@tells("procedures.")
def tell_procedure_changes(events: Sequence[Event]) -> list[StreamMessage]:
    about = [event for event in events if "ticket_id" in event.payload]
    tickets = {event.payload["ticket_id"] for event in about}
    places = {
        pk: (group, assignee)
        for pk, group, assignee in Ticket.objects.filter(pk__in=tickets).values_list(
            "pk", "group_id", "assignee_id"
        )
    }
    tasks = _people_of({event.payload["task_id"] for event in about if "task_id" in event.payload})
    told = []
    for event in about:
        ticket_id = event.payload["ticket_id"]
        if ticket_id not in places:
            continue
        data = {"id": ticket_id, "type": event.type, "by_id": event.payload.get("by_id")}
        rooms = rooms_of_ticket(*places[ticket_id])
        told.append(StreamMessage(frozenset(rooms), "procedure", data, event.position))
        task_id = event.payload.get("task_id")
        if people := tasks.get(task_id or 0):
            told.append(StreamMessage(frozenset(people), "task", {"id": task_id}, event.position))
    return told


def _people_of(task_ids: set[int]) -> dict[int, set[str]]:
    """The rooms of the people whose task each is."""
    found: dict[int, set[str]] = {}
    for task in Task.objects.filter(pk__in=task_ids).select_related("ticket"):
        found[task.pk] = {f"staff:{pk}" for pk in people_of(task)}
    return found
