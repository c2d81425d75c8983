"""One timeline of everything on a ticket: messages of all channels, notes, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q

from zhiyin.channels.models import InboundMessage
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.rows.filling import fill
from zhiyin.tickets.events_around import PERSONAL
from zhiyin.tickets.models import CustomStatus, Message, Rating, Ticket
from zhiyin.tickets.queries.aliases import family_of

M = TypeVar("M", bound=Model)
COPIES_LIMIT = 200
# seen where they happen
SMALL = (
    "tickets.checklist_changed",
    "tickets.time_corrected",
    "tickets.deadline_moved",
    "tickets.mood_heard",
)
_COPIES = "SELECT EXISTS (SELECT FROM channels_inboundmessage WHERE copy_of_id = ANY(%s))"
_ATTACHED = """
SELECT kind, owner, file_id, cid, inline FROM (
    SELECT 'inbound' AS kind, message_id AS owner, file_id, cid, inline, id
    FROM channels_inboundattachment WHERE message_id = ANY(%s)
    UNION ALL SELECT 'delivery', delivery_id, file_id, '', false, id
    FROM channels_deliveryattachment WHERE delivery_id = ANY(%s)
    UNION ALL SELECT 'note', message_id, file_id, '', false, id
    FROM tickets_messageattachment WHERE message_id = ANY(%s)) attached
ORDER BY id
"""
SPOKEN = (
    "tickets.customer_wrote",
    "tickets.message_repeated",
    "tickets.reply_written",
    "tickets.customer_told",
    "tickets.note_written",
    "tickets.delivery_settled",
    "tickets.answered_from_knowledge",
)


_left_out: set[str] = set()  # what domains above tell of tickets that says nothing there


def leave_out(*types: str) -> None:
    """Keep facts of these types off the timeline; a domain above says so when it starts."""
    _left_out.update(types)


@dataclass(frozen=True)
class AttachedFile:
    file: StoredFile
    cid: str = ""
    inline: bool = False


@dataclass(frozen=True)
class Timeline:
    """Messages and events between two moments, oldest first."""

    messages: list[Message]
    events: list[Event]
    files: dict[int, list[AttachedFile]]  # by message id
    names: dict[str, dict[int, str]]  # of staff and groups named in events
    rating: Rating | None
    copies: dict[int, list[InboundMessage]]  # of each message, by message id
    custom_statuses: dict[int, CustomStatus]  # named in events
    before_cursor: str | None
    ticket_id: int


def read_timeline(
    *, ticket: Ticket, cursor: str | None, limit: int, family: Sequence[int] | None = None
) -> Timeline:
    """One page, the newest first asked; a fixed number of queries whatever is on it.

    `family` are the ticket's id and those of all that was merged into it, where they are known already.
    """
    page = keyset_page(
        Message.objects.filter(ticket=ticket).select_related("inbound", "delivery"),
        order=("-at", "-id"),
        cursor=cursor,
        limit=limit,
    )
    messages = page.items[::-1]
    _fill(messages)
    since = messages[0].at if messages and page.next_cursor else None
    until = messages[-1].at if messages and cursor else None
    family = family if family is not None else family_of(ticket.pk)
    events = _events(family, since, until)
    rated = {event.payload.get("rating_id") for event in events} - {None}
    rating = Rating.objects.filter(pk__in=rated).order_by("pk").first() if rated else None
    copies = copies_of(messages)
    customs = _custom_statuses(events)
    files, names = files_of(messages), _names(events)
    return Timeline(messages, events, files, names, rating, copies, customs, page.next_cursor, ticket.pk)


def last_said(timeline: Timeline) -> InboundMessage | None:
    """What the customer's side last said on this page, machines left out."""
    said = (message.inbound for message in reversed(timeline.messages) if message.inbound is not None)
    return next((inbound for inbound in said if not inbound.automatic), None)


def _fill(messages: list[Message]) -> None:
    inbound = [message.inbound for message in messages if message.inbound]
    deliveries = [message.delivery for message in messages if message.delivery]
    channel = {"channel": ("kind", "name")}
    fill((messages, {"staff": ("name",), "customer": ("name",)}), (inbound, channel), (deliveries, channel))


def copies_of(messages: list[Message]) -> dict[int, list[InboundMessage]]:
    """What came again of each message, by message id; one query. Copies that had to be read by themselves are no copies."""
    by_inbound = {message.inbound_id: message.pk for message in messages if message.inbound_id}
    if not _any(_COPIES, list(by_inbound)):  # as on nearly every ticket
        return {}
    shown = Message.objects.filter(inbound_id=OuterRef("pk"))
    found = InboundMessage.objects.filter(~Exists(shown), copy_of__in=by_inbound).select_related("channel")
    copies: dict[int, list[InboundMessage]] = {}
    for copy in found.order_by("received_at", "pk")[:COPIES_LIMIT]:
        if copy.copy_of_id is not None:
            copies.setdefault(by_inbound[copy.copy_of_id], []).append(copy)
    return copies


def _events(family: Sequence[int], since: datetime | None, until: datetime | None) -> list[Event]:
    events = Event.objects.filter(subject__in=[f"ticket:{pk}" for pk in family]).exclude(
        Q(type__in=(*SPOKEN, *PERSONAL, *SMALL, *_left_out)) | Q(type__startswith="timer.")
    )
    if since is not None:
        events = events.filter(at__gte=since)
    if until is not None:
        events = events.filter(at__lt=until)
    found = events.order_by("position")[:500]
    return [event for event in found if event.payload.get("ticket_id") != event.payload.get("merged_id")]


def files_of(messages: list[Message]) -> dict[int, list[AttachedFile]]:
    """The files of each message, by message id; two queries, one where there are none."""
    by_inbound = {message.inbound_id: message.pk for message in messages if message.inbound_id}
    by_delivery = {message.delivery_id: message.pk for message in messages if message.delivery_id}
    notes = [message.pk for message in messages if message.kind == Message.Kind.NOTE]
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, [list(by_inbound), list(by_delivery), notes])
        attached = cursor.fetchall()
    found = {row[2] for row in attached}
    stored = StoredFile.objects.select_related("blob").defer("blob__content").in_bulk(found)
    owners: dict[str, Mapping[int, int]] = {"inbound": by_inbound, "delivery": by_delivery}
    files: dict[int, list[AttachedFile]] = {}
    for kind, owner, file_id, cid, inline in attached:
        message_id = owners[kind][owner] if kind in owners else owner
        files.setdefault(message_id, []).append(AttachedFile(stored[file_id], cid, inline))
    return files


def _any(statement: str, ids: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        return bool(cursor.fetchone()[0])


def _names(events: list[Event]) -> dict[str, dict[int, str]]:
    """Names of the staff and groups that events mention by id."""
    staff = {
        event.payload.get(field) for event in events for field in ("by_id", "from_id", "to_id", "staff_id")
    }
    groups = {event.payload.get(field) for event in events for field in ("from_group_id", "to_group_id")}
    return {
        "staff": dict(Staff.objects.filter(pk__in=staff - {None}).values_list("pk", "name")),
        "group": dict(Group.objects.filter(pk__in=groups - {None}).values_list("pk", "name")),
    }


def _custom_statuses(events: list[Event]) -> dict[int, CustomStatus]:
    ids = {event.payload.get(field) for event in events for field in ("custom_id", "was_custom_id")} - {None}
    return CustomStatus.objects.in_bulk(ids)
