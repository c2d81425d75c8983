"""Spam: out of everybody's way at a click, and back at another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.blocking import block_sender, unblock_sender
from zhiyin.channels.models import BlockedSender
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, NotAllowed
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import TicketMarkedAsSpam, TicketUnmarkedAsSpam
from zhiyin.tickets.models import SpamMark, Ticket
from zhiyin.tickets.queries.threading import last_inbound

SPAM_TAG = "spam"
_CHANGED = [
    "status",
    "custom_status",
    "solved_at",
    "waiting_since",
    "woken_at",
    "tags",
    "updated_at",
    "version",
]


class AnsweredAlready(DomainError):
    code = "tickets.spam_answered"
    status = 409
    messages = {
        "zh": "您的团队已经回复过这张工单，不能标为垃圾信息。要停止对方来信，请屏蔽发件人；不再处理请关闭工单。",
        "en": "Your team has answered this ticket, so it is no spam. To stop the sender, block them; "
        "if there is nothing more to do, close it.",
    }


@transaction.atomic
def mark_as_spam(*, ticket_id: int, block: bool, by: Staff, now: datetime) -> Ticket:
    """Close the ticket as spam, whatever its form asks for, and block its sender if told to.

    Raises AnsweredAlready, and NotAllowed where the person may not block senders.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    if SpamMark.objects.filter(ticket=ticket).exists():
        return ticket
    if ticket.messages.filter(kind="outbound").exists():
        raise AnsweredAlready
    blocked = _block_sender_of(ticket, by, now) if block else None
    SpamMark.objects.create(
        ticket=ticket,
        by=by,
        at=now,
        was_status=ticket.status,
        was_waiting_since=ticket.waiting_since,
        blocked=blocked,
    )
    wake_if_snoozed(ticket, reason="staff", by=by, now=now)
    was = ticket.status
    ticket.tags = [*ticket.tags, SPAM_TAG]
    ticket.change_status(Ticket.Status.CLOSED, at=now)
    ticket.save(update_fields=_CHANGED)
    emit(TicketMarkedAsSpam(ticket_id=ticket.pk, was=was, by_id=by.pk, at=now))
    return ticket


@transaction.atomic
def unmark_spam(*, ticket_id: int, by: Staff, now: datetime) -> Ticket:
    """It was no spam: the ticket is as before, and a block that was made with the mark goes."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    mark = SpamMark.objects.filter(ticket=ticket).first()
    if mark is None:
        return ticket
    if mark.blocked_id is not None:
        unblock_sender(blocked_id=mark.blocked_id, by=by, now=now)
    ticket.tags = [tag for tag in ticket.tags if tag != SPAM_TAG]
    ticket.change_status(mark.was_status, at=now)
    ticket.waiting_since = mark.was_waiting_since
    ticket.save(update_fields=_CHANGED)
    mark.delete()
    emit(TicketUnmarkedAsSpam(ticket_id=ticket.pk, by_id=by.pk, at=now))
    return ticket


def _block_sender_of(ticket: Ticket, by: Staff, now: datetime) -> BlockedSender | None:
    if not by.may("senders.block"):
        raise NotAllowed(permission="senders.block")
    said = last_inbound(ticket)
    if said is None:
        return None
    return block_sender(kind=said.sender_kind, value=said.sender_value, reason="", by=by, now=now)
