"""Tickets that were over long ago, with everything that can hang on one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from zhiyin.channels.commands.delivering import mark_bounced
from zhiyin.channels.models import Channel, Delivery, InboundAttachment, InboundMessage
from zhiyin.channels.providers.protocol import Bounce
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import store_file
from zhiyin.procedures.models import CompensationItem, Grant, LedgerEntry
from zhiyin.testing.people import make_staff
from zhiyin.testing.tickets import arrive, make_channel, understood
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.models import Message, Ticket
from zhiyin.trust.commands.ruling import Scope, add_rule
from zhiyin.trust.commands.running import go_on, start_run
from zhiyin.trust.models import RetentionRule, RetentionRun

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECRET = "紫色的大象"  # said everywhere, and to be found nowhere afterwards


def keeper() -> Staff:
    """Who looks after retention, and may see and answer every ticket."""
    return make_staff(roles=["administrator"])


def over(*, days: int, by: Staff, sender: str = "wang@example.com", **fields: Any) -> Ticket:
    """A ticket that came, was answered and was solved so many days ago."""
    at = NOW - timedelta(days=days)
    ticket = arrive(sender=sender, at=at, text=SECRET, **fields).ticket
    return solve(ticket, by=by, at=at)


def solve(ticket: Ticket, *, by: Staff, at: datetime) -> Ticket:
    change_status(ticket_id=ticket.pk, status="solved", by=by, now=at)
    return Ticket.objects.get(pk=ticket.pk)


def full(*, days: int, by: Staff, sender: str = "wang@example.com") -> Ticket:
    """The same with an answer, a note, files, a copy that came again and a bounce."""
    at = NOW - timedelta(days=days)
    first = arrive(sender=sender, at=at, text=SECRET, subject=SECRET, content_key=f"say-{sender}")
    assert first.inbound is not None
    ticket = first.ticket
    attach(first.inbound)
    again = understood(
        sender=sender, at=at, text=SECRET, copy_of=first.inbound, own_keys=first.inbound.own_keys
    )
    receive_message(inbound_id=again.pk)
    answer = write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text=SECRET), idempotency_key=f"a{ticket.pk}", by=by, now=at
    )
    assert answer.delivery is not None
    bounce(answer.delivery, at=at)
    write_note(
        ticket_id=ticket.pk,
        text=SECRET,
        file_ids=[],
        mentions=[],
        idempotency_key=f"n{ticket.pk}",
        by=by,
        now=at,
    )
    return solve(Ticket.objects.get(pk=ticket.pk), by=by, at=at)


def pay(ticket: Ticket, by: Staff) -> Grant:
    """Something that was paid for this ticket."""
    item = CompensationItem.objects.create(kind="goods", name_zh="赠品", name_en="Gift", worth=20, most=5)
    at = NOW - timedelta(days=40)
    given = Grant.objects.create(
        ticket=ticket,
        customer=ticket.customer,
        item=item,
        units=1,
        worth=20,
        cause="late",
        reason=SECRET,
        state="fulfilled",
        by=by,
        at=at,
        idempotency_key=f"paid-{ticket.pk}",
    )
    LedgerEntry.objects.create(
        grant=given, customer=ticket.customer, kind=item.kind, cause="late", worth=20, at=at
    )
    return given


def attach(inbound: InboundMessage) -> None:
    file = store_file(content=SECRET.encode(), name=f"{SECRET}.txt", media_type="text/plain")
    InboundAttachment.objects.create(message=inbound, file=file)


def bounce(delivery: Delivery, *, at: datetime) -> None:
    told = Bounce(
        message_id=delivery.message_id,
        recipient=delivery.recipient,
        status="5.1.1",
        reason="unknown",
        permanent=True,
    )
    bounced = mark_bounced(bounce=told, now=at)
    receive_message(
        inbound_id=understood(sender="daemon@example.com", at=at, automatic="bounce", bounced=bounced).pk
    )


def rule(
    action: str = "delete", *, days: int = 30, channel: Channel | None = None, by: Staff, kind: str = ""
) -> RetentionRule:
    scope = Scope(channel_id=channel.pk if channel else None, channel_kind=kind)
    return add_rule(action=action, days=days, scope=scope, by=by, now=NOW)


def apply(wanted: RetentionRule, *, by: Staff) -> RetentionRun:
    """The rule applied to the end."""
    run = start_run(rule_id=wanted.pk, by=by, now=NOW)
    while go_on(now=NOW):
        pass
    return RetentionRun.objects.get(pk=run.pk)


def mailbox(name: str) -> Channel:
    return make_channel("email", name=name)


def messages_of(ticket: Ticket) -> list[Message]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk"))
