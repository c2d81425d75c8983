"""Invitations answered from the ticket: the organiser gets what a calendar program would send."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.commands.marking import note_invitation_answered
from zhiyin.channels.invitations import write_answer
from zhiyin.channels.models import InboundMessage
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.answering import remember_thread
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.events import ReplyWritten
from zhiyin.tickets.models import Message
from zhiyin.tickets.queries.threading import reply_references

_WORDS = {"accepted": "已接受 / Accepted", "tentative": "暂定 / Tentative", "declined": "已谢绝 / Declined"}


class NothingToAnswer(DomainError):
    code = "tickets.nothing_to_answer"
    status = 422
    messages = {
        "zh": "这条消息不是可以答复的邀请：它已被取消，或没有写明组织者。请直接写一条回复。",
        "en": "This is no invitation that can be answered: it was cancelled, or names no organiser. Write a reply instead.",
    }


@transaction.atomic
def answer_invitation(*, ticket_id: int, message_id: int, answer: str, by: Staff, now: datetime) -> Message:
    """Tell the organiser: accepted, tentative or declined. Raises NothingToAnswer where there is no invitation."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    asked = Message.objects.select_related("inbound__channel").get(
        ticket=ticket, pk=message_id, kind=Message.Kind.INBOUND
    )
    assert asked.inbound is not None
    invitation = asked.inbound.marks.get("invitation")
    if not invitation or invitation["method"] != "request" or not invitation["organiser"]["address"]:
        raise NothingToAnswer
    channel = asked.inbound.channel
    delivery = queue_delivery(channel=channel, outgoing=_outgoing(asked, answer, by, now), now=now)
    remember_thread(ticket, channel, delivery, [])
    note_invitation_answered(inbound_id=asked.inbound.pk, answer=answer)
    message = Message.objects.create(
        ticket=ticket, kind=Message.Kind.OUTBOUND, at=now, staff=by, delivery=delivery
    )
    ticket.answer(preview=delivery.text, at=now)
    ticket.save()
    emit(ReplyWritten(ticket_id=ticket.pk, message_id=message.pk, by_id=by.pk, at=now))
    return message


def _outgoing(asked: Message, answer: str, by: Staff, now: datetime) -> Outgoing:
    assert asked.inbound is not None
    invitation = asked.inbound.marks["invitation"]
    words = f"{_WORDS[answer]}: {invitation['summary']}"
    organiser = invitation["organiser"]
    return Outgoing(
        recipient_kind="email",
        recipient=organiser["address"],
        recipient_name=organiser["name"],
        subject=words,
        text=words,
        author_name=by.name,
        calendar=write_answer(invitation, answer=answer, attendee=_attendee(asked.inbound, by), now=now),
        **reply_references(asked.ticket),
    )


def _attendee(inbound: InboundMessage, by: Staff) -> tuple[str, str]:
    """Who was invited: the address of ours that the invitation names, else the mailbox it came to."""
    named = inbound.marks["invitation"].get("attendee") or {}
    return named.get("name") or by.name, named.get("address") or str(
        inbound.channel.settings.get("address", "")
    )
