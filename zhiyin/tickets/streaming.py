"""What live streams tell of tickets, and to whom: the rooms mirror `visible_to`."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamMessage, tells
from zhiyin.tickets.events_around import PERSONAL
from zhiyin.tickets.models import Ticket

ALL = "tickets:all"
VIEWS = "tickets:views"
LAYOUT = "tickets:layout"


def rooms_of(staff: Staff) -> set[str]:
    """The rooms in which the person hears of the tickets within their scope."""
    scope = staff.scope("tickets.read")
    if scope is None:
        return set()
    if scope == Scope.ALL:
        return {ALL, VIEWS, LAYOUT}
    own = {f"tickets:assignee:{staff.pk}", VIEWS, LAYOUT}
    if scope == Scope.OWN:
        return own
    return own | {"tickets:group:None"} | {f"tickets:group:{group_id}" for group_id in staff.group_ids}


def rooms_of_ticket(group_id: int | None, assignee_id: int | None) -> set[str]:
    """The rooms whose people may see a ticket of this group and assignee."""
    assigned = {f"tickets:assignee:{assignee_id}"} if assignee_id else set()
    return {ALL, f"tickets:group:{group_id}"} | assigned


@tells("tickets.")
def tell_ticket_changes(events: Sequence[Event]) -> list[StreamMessage]:
    ids = {event.payload["ticket_id"] for event in events if "ticket_id" in event.payload}
    places = {pk: (group, assignee) for pk, group, assignee in _places(ids)}
    told = [_message(event, places) for event in events if event.payload.get("ticket_id") in places]
    return told + [_layout_message(event) for event in events if event.type == "tickets.layout_changed"]


def _layout_message(event: Event) -> StreamMessage:
    data = {"what": event.payload["what"], "id": event.payload["id"]}
    return StreamMessage(frozenset({LAYOUT}), "layout", data, event.position)


@tells("tickets.view_")
def tell_view_changes(events: Sequence[Event]) -> list[StreamMessage]:
    """A private view concerns its owner; of a shared one everybody hears, and asks anew which views are theirs."""
    return [
        StreamMessage(
            frozenset({f"staff:{owner}"} if (owner := event.payload.get("owner_id")) else {VIEWS}),
            "views",
            {"id": event.payload["view_id"], "by_id": event.payload["by_id"]},
            event.position,
        )
        for event in events
    ]


def _places(ids: set[int]) -> list[tuple[int, int | None, int | None]]:
    return list(Ticket.objects.filter(pk__in=ids).values_list("pk", "group_id", "assignee_id"))


def _message(event: Event, places: dict[int, tuple[int | None, int | None]]) -> StreamMessage:
    ticket_id = event.payload["ticket_id"]
    rooms = rooms_of_ticket(*places[ticket_id])
    if event.type in PERSONAL:
        rooms = {f"staff:{event.payload['staff_id']}"}
    if event.type == "tickets.moved":  # those who lose it must hear that it is gone
        rooms |= {f"tickets:group:{event.payload['from_group_id']}"}
    if event.type == "tickets.assigned" and event.payload["from_id"]:
        rooms |= {f"tickets:assignee:{event.payload['from_id']}"}
    data = {"id": ticket_id, "type": event.type, "by_id": event.payload.get("by_id")}
    return StreamMessage(frozenset(rooms), "ticket", data, event.position)
