"""What was said on a ticket, as assistance reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from zhiyin.assist.provider import Said, Who
from zhiyin.channels.models import InboundMessage
from zhiyin.tickets.models import Message, Ticket

LAST = 60  # messages; of a longer conversation the first ones and the last
_FIRST = 5
_WHO: dict[str, Who] = {"inbound": "customer", "outbound": "staff", "note": "note"}


# the tickets that are themselves, and what their customer's side wrote last, oldest first
_WORDS = """
SELECT ticket.id, ticket.subject, said.id, said.at, said.text
FROM tickets_ticket ticket
CROSS JOIN LATERAL (
    SELECT message.id, message.at, inbound.text
    FROM tickets_message message JOIN channels_inboundmessage inbound ON inbound.id = message.inbound_id
    WHERE message.ticket_id = ticket.id AND message.kind = 'inbound' AND inbound.automatic = ''
    ORDER BY message.at DESC, message.id DESC LIMIT %s) said
WHERE ticket.id = ANY (%s) AND ticket.merged_into_id IS NULL
ORDER BY ticket.id, said.at, said.id
"""


@dataclass
class Words:
    """What a customer wrote last on a ticket, oldest first."""

    subject: str
    said: list[Said] = field(default_factory=list)  # never empty


def conversation_of(ticket: Ticket) -> list[Said]:
    """Its messages in their order, machines' ones left out; two queries."""
    messages = Message.objects.filter(ticket=ticket).select_related("inbound", "delivery", "staff")
    newest = list(messages.order_by("-at", "-pk")[:LAST])[::-1]
    if len(newest) == LAST:
        seen = {one.pk for one in newest}
        newest = [one for one in messages.order_by("at", "pk")[:_FIRST] if one.pk not in seen] + newest
    return [said for one in newest if (said := _said(one)).text.strip()]


def customers_words(ticket: Ticket, *, most: int) -> list[Said]:
    """What the customer's side wrote last, oldest first; one query."""
    messages = (
        Message.objects.filter(ticket=ticket, kind="inbound", inbound__automatic=InboundMessage.Automatic.NO)
        .select_related("inbound")
        .order_by("-at", "-pk")[:most]
    )
    return [_said(one) for one in reversed(messages)]


def words_of_customers(ticket_ids: Collection[int], *, most: int) -> dict[int, Words]:
    """The same of many tickets, without aliases and those on which they wrote nothing; one query."""
    found: dict[int, Words] = defaultdict(lambda: Words(""))
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [most, list(ticket_ids)])
        for ticket_id, subject, message_id, at, text in cursor.fetchall():
            found[ticket_id].subject = subject
            found[ticket_id].said.append(Said("customer", text, at, message_id, ""))
    return dict(found)


def _said(message: Message) -> Said:
    text = message.text
    if message.inbound is not None:
        text = message.inbound.text
    elif message.delivery is not None:
        text = message.delivery.text
    name = message.staff.name if message.kind != "inbound" and message.staff is not None else ""
    return Said(_WHO[message.kind], text, message.at, message.pk, name)
