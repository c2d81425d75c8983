"""Messages that arrive, for the tests of everything above channels."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiyin.channels.models import Channel, InboundMessage, RawMessage
from zhiyin.people.models import Group
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.models import Message, Ticket

_numbers = count(1)


def make_channel(kind: str = "email", *, group: Group | None = None, **fields: Any) -> Channel:
    """A channel of this kind; a mailbox is help@shop.example."""
    settings = {"address": "help@shop.example"} if kind == "email" else {}
    fields = {"name": kind.title(), "settings": settings} | fields
    channel, _ = Channel.objects.get_or_create(
        kind=kind, name=fields.pop("name"), defaults={"default_group": group, **fields}
    )
    return channel


def understood(
    *, channel: Channel | None = None, sender: str = "wang@example.com", **fields: Any
) -> InboundMessage:
    """An inbound message as its provider would have understood it."""
    number = next(_numbers)
    now: datetime = fields.pop("at", timezone.now())
    channel = channel or make_channel()
    message_id = fields.pop("message_id", f"<{number}@mail.example>")
    raw = RawMessage.objects.create(
        channel=channel, external_id=f"test-{number}", content=b"raw", received_at=now
    )
    return InboundMessage.objects.create(
        **{
            "channel": channel,
            "raw": raw,
            "sender_kind": "email",
            "sender_value": sender,
            "sender_name": "王芳",
            "subject": "退款多久到账",
            "text": "你好，我的订单退款多久到账？",
            "own_keys": [f"mid:{message_id}"],
            "headers": {"message_id": message_id},
            "received_at": now,
        }
        | fields
    )


def arrive(**fields: Any) -> Message:
    """A customer's message, received; see `understood` for the fields."""
    message = receive_message(inbound_id=understood(**fields).pk)
    assert message is not None
    return message


def make_ticket(*, group: Group | None = None, **fields: Any) -> Ticket:
    """A ticket opened by a customer's mail, in this group."""
    ticket = arrive(**fields).ticket
    if group is not None:
        Ticket.objects.filter(pk=ticket.pk).update(group=group)
    return Ticket.objects.get(pk=ticket.pk)


@transaction.atomic
def give_to(ticket: Ticket, staff_id: int) -> Ticket:
    """The ticket, as if long held by this person."""
    Ticket.objects.filter(pk=ticket.pk).update(assignee_id=staff_id, status=Ticket.Status.OPEN)
    return Ticket.objects.get(pk=ticket.pk)
