"""What the tests of notifications stand on: a ticket of the owner, facts told as a worker would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from zhiyin.notifications.models import Decision, Notification
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.event_log.facts import Fact
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.models import Message, Ticket

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # a Wednesday; noon in Shanghai


def told(staff: Staff) -> list[tuple[str, int | None, int]]:
    """The person's unread rows, oldest first: reason, ticket, count."""
    rows = Notification.objects.filter(staff=staff).unread().order_by("pk")
    return list(rows.values_list("reason", "ticket_id", "count"))


def decided(staff: Staff, ticket: Ticket) -> list[tuple[str, str, int]]:
    """What was decided for the person on the ticket: reason, rule, how often."""
    rows = Decision.objects.filter(staff=staff, ticket=ticket).order_by("pk")
    return list(rows.values_list("reason", "rule", "count"))


def happen(*facts: Fact) -> None:
    """Tell facts and let everybody react."""
    with transaction.atomic():
        emit_all(facts)
    let_events_happen()


def note(
    ticket: Ticket, *, by: Staff, mentions: list[Staff], at: datetime, text: str = "请看一下"
) -> Message:
    """A note with these people mentioned."""
    message = write_note(
        ticket_id=ticket.pk,
        text=text,
        file_ids=[],
        mentions=[one.pk for one in mentions],
        idempotency_key=f"note-{at.isoformat()}-{text}",
        by=by,
        now=at,
    )
    let_events_happen()
    return message


def key_of(ticket: Ticket) -> str:
    """What a customer's next message refers to."""
    inbound = ticket.messages.order_by("pk")[0].inbound
    assert inbound is not None
    return f"mid:{inbound.headers['message_id']}"


def minutes(number: float, after: datetime = NOON) -> datetime:
    return after + timedelta(minutes=number)
