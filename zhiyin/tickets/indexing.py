"""The search entry of a ticket: grows with each message, holds the customer's name and addresses too.

Beside words it holds marks, which no query of a person can name: the days and months in which something was
said, the group and the colleague who have or had the ticket. With them a search narrows to the newest days and
to what its asker may see inside the index, and takes the same time however much is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from zhiyin.customers.models import Customer
from zhiyin.platform.text.lexemes import lexemes
from zhiyin.tickets.models import Message, Rating, Ticket, TicketSearch

# || merges two tsvectors without positions; nothing is ever taken out but by a rebuild
_GROW = """
INSERT INTO tickets_ticketsearch (ticket_id, document, last_message_at)
VALUES {rows}
ON CONFLICT (ticket_id) DO UPDATE
SET document = tickets_ticketsearch.document || excluded.document, last_message_at = excluded.last_message_at
"""
_MARK = "UPDATE tickets_ticketsearch SET document = document || array_to_tsvector(%s::text[]) WHERE ticket_id = %s"


@dataclass
class Said:
    """What was said on a ticket just now, and when."""

    ticket: Ticket
    customer: Customer
    texts: list[str]
    at: set[datetime]


def index_ticket(ticket: Ticket, *, customer: Customer, text: str) -> None:
    """Add a message's words to the ticket's search entry."""
    index_tickets([Said(ticket, customer, [text], {ticket.last_message_at})])


def index_tickets(said: Iterable[Said]) -> None:
    """Add words to the search entries of many tickets; one query. Each ticket only once."""
    told: list[Any] = []
    for one in sorted(said, key=lambda one: one.ticket.pk):
        ticket, customer = one.ticket, one.customer
        about = (
            f"{ticket.subject}\n{customer.name}\n{customer.company}\n#{ticket.pk}\n{' '.join(ticket.tags)}"
        )
        marks = {mark for at in one.at for mark in (day_mark(at), month_mark(at))}
        words = lexemes("\n".join([about, *one.texts]))
        told += [ticket.pk, [*words, *sorted(marks), *_place_marks(ticket)], ticket.last_message_at]
    if told:
        rows = ", ".join(["(%s, array_to_tsvector(%s::text[]), %s)"] * (len(told) // 3))
        with connection.cursor() as cursor:
            cursor.execute(_GROW.format(rows=rows), told)


def index_anew(ticket: Ticket) -> None:
    """Make the ticket's search entry from what is on it now, after messages came or went."""
    said = Message.objects.filter(ticket=ticket).select_related("inbound", "delivery").order_by("at", "pk")
    texts = list(Rating.objects.filter(ticket=ticket).values_list("words", flat=True))
    marks: set[str] = set()
    for number, message in enumerate(said):
        marks |= {day_mark(message.at), month_mark(message.at)}
        if message.inbound is not None:
            inbound = message.inbound
            texts += [inbound.sender_name, inbound.sender_value, inbound.text]
            texts += [inbound.quoted_text] if number < 2 else []
        else:
            texts.append(message.delivery.text if message.delivery else message.text)
    forget_ticket(ticket)
    index_ticket(ticket, customer=ticket.customer, text="\n".join(texts))
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [sorted(marks), ticket.pk])


def forget_ticket(ticket: Ticket) -> None:
    """Take the ticket's search entry away: its words are another's now."""
    TicketSearch.objects.filter(pk=ticket.pk).delete()


def index_place(ticket: Ticket) -> None:
    """Note who has the ticket now; whoever had it before stays noted and is ruled out when found."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [_place_marks(ticket), ticket.pk])


def day_mark(at: datetime) -> str:
    return f"@{at.astimezone(UTC):%Y-%m-%d}"


def month_mark(at: datetime) -> str:
    return f"@{at.astimezone(UTC):%Y-%m}"


def group_mark(group_id: int | None) -> str:
    return f"@group:{group_id or 0}"


def assignee_mark(staff_id: int) -> str:
    return f"@staff:{staff_id}"


def _place_marks(ticket: Ticket) -> list[str]:
    held = [assignee_mark(ticket.assignee_id)] if ticket.assignee_id else []
    return [group_mark(ticket.group_id), *held]
