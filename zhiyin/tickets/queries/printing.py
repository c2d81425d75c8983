"""A ticket on paper: all it says, oldest first, with notes for colleagues or without for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiyin.people.models import Staff
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.timeline import AttachedFile, files_of

MOST_MESSAGES = 1000


@dataclass(frozen=True)
class PrintedMessage:
    kind: str
    at: datetime
    author: str
    text: str
    files: list[str]


@dataclass(frozen=True)
class PrintedTicket:
    ticket: Ticket
    messages: list[PrintedMessage]
    left_out: int  # older messages than fit


def ticket_to_print(*, ticket_id: int, with_notes: bool, by: Staff) -> PrintedTicket:
    """What the print of a ticket holds; replies that failed or were cancelled are not the customer's to see."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=by)
    found = Message.objects.filter(ticket=ticket).select_related("staff", "customer", "inbound", "delivery")
    if not with_notes:
        found = found.exclude(kind=Message.Kind.NOTE).exclude(
            delivery__state__in=["failed", "cancelled", "bounced"]
        )
    newest = list(found.order_by("-at", "-pk")[: MOST_MESSAGES + 1])
    shown = newest[:MOST_MESSAGES][::-1]
    files = files_of(shown)
    left_out = found.count() - MOST_MESSAGES if len(newest) > MOST_MESSAGES else 0
    return PrintedTicket(ticket, [_printed(one, files.get(one.pk, [])) for one in shown], left_out)


def _printed(message: Message, files: list[AttachedFile]) -> PrintedMessage:
    said = message.inbound or message.delivery
    if message.inbound is not None:
        author = message.inbound.sender_name or message.inbound.sender_value
    else:
        author = message.staff.name if message.staff else ""
    text = said.text if said else message.text
    return PrintedMessage(
        message.kind, message.at, author, text.strip(), [one.file.name for one in files if not one.inline]
    )
