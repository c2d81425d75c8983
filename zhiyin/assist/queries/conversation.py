"""What was said on a ticket, as assistance reads it."""

from __future__ import annotations

from zhiyin.assist.provider import Said, Who
from zhiyin.channels.models import InboundMessage
from zhiyin.tickets.models import Message, Ticket

LAST = 60  # messages; of a longer conversation the first ones and the last
_FIRST = 5
_WHO: dict[str, Who] = {"inbound": "customer", "outbound": "staff", "note": "note"}


def conversation_of(ticket: Ticket) -> list[Said]:
    """Its messages in their order, machines' ones left out; two queries."""
    messages = Message.objects.filter(ticket=ticket).select_related("inbound", "delivery", "staff")
    newest = list(messages.order_by("-at", "-pk")[:LAST])[::-1]
    if len(newest) == LAST:
        seen = {one.pk for one in newest}
        newest = [one for one in messages.order_by("at", "pk")[:_FIRST] if one.pk not in seen] + newest
    return [said for one in newest if (said := _said(one)).text.strip()]


def customers_words(ticket: Ticket, *, most: int = 6) -> list[Said]:
    """What the customer's side wrote last, oldest first; one query."""
    messages = (
        Message.objects.filter(ticket=ticket, kind="inbound", inbound__automatic=InboundMessage.Automatic.NO)
        .select_related("inbound")
        .order_by("-at", "-pk")[:most]
    )
    return [_said(one) for one in reversed(messages)]


def _said(message: Message) -> Said:
    text = message.text
    if message.inbound is not None:
        text = message.inbound.text
    elif message.delivery is not None:
        text = message.delivery.text
    name = message.staff.name if message.kind != "inbound" and message.staff is not None else ""
    return Said(_WHO[message.kind], text, message.at, message.pk, name)
