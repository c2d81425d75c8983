"""What a customer does on a ticket of theirs: every word takes the way of all messages."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.portal.provider import KIND, thread_key
from zhiyin.customers.models import Customer
from zhiyin.platform.http.errors import DomainError
from zhiyin.portal.models import PortalSession
from zhiyin.portal.queries import customer_of, tickets_of
from zhiyin.tickets.commands.by_customer import name_thread, solve_by_customer
from zhiyin.tickets.commands.rating import rate_ticket
from zhiyin.tickets.models import Ticket

LONGEST_TEXT = 20_000


class NothingWritten(DomainError):
    code = "portal.nothing_written"
    status = 422
    messages = {
        "zh": "请先写点什么，或附上文件。",
        "en": "Write something first, or attach a file.",
    }


def portal_channel() -> Channel | None:
    """The channel of the portal, where it is switched on."""
    return Channel.objects.filter(kind=KIND, active=True).order_by("pk").first()


@transaction.atomic
def write_as_customer(
    *,
    channel: Channel,
    session: PortalSession,
    ticket_id: int,
    text: str,
    file_ids: list[int],
    form_id: str,
    now: datetime,
) -> None:
    """Store what the customer wrote, once for each form they were shown. Raises NothingWritten."""
    customer_id = customer_of(session.email)
    ticket = tickets_of(customer_id).get(pk=ticket_id)
    if not text.strip() and not file_ids:
        raise NothingWritten
    name_thread(ticket_id=ticket.pk, key=thread_key(ticket.pk))
    said = {
        "ticket_id": ticket.pk,
        "email": session.email,
        "name": Customer.objects.values_list("name", flat=True).get(pk=customer_id),
        "text": text.strip()[:LONGEST_TEXT],
        "file_ids": file_ids,
        "at": now.isoformat(),
    }
    receive_raw_message(
        channel=channel,
        content=json.dumps(said, ensure_ascii=False).encode(),
        external_id=f"{session.pk}:{ticket.pk}:{form_id}",
        now=now,
    )


def solve_as_customer(*, session: PortalSession, ticket_id: int, now: datetime) -> Ticket:
    """The customer closes their ticket."""
    customer_id = customer_of(session.email)
    ticket = tickets_of(customer_id).get(pk=ticket_id)
    return solve_by_customer(ticket_id=ticket.pk, customer_id=ticket.customer_id, now=now)


def rate_as_customer(
    *, session: PortalSession, ticket_id: int, score: int, reasons: list[str], words: str, now: datetime
) -> None:
    """The customer rates how their finished ticket was served."""
    ticket = tickets_of(customer_of(session.email)).get(pk=ticket_id)
    if not ticket.is_active:
        rate_ticket(ticket_id=ticket.pk, score=score, source=KIND, reasons=reasons, words=words, now=now)
