"""Staff answer: replies that leave through a channel, and notes that don't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, cancel_delivery, queue_delivery
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.registry import provider_of
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.html_text import html_to_text
from zhiyin.tickets.commands.assigning import hand_over
from zhiyin.tickets.commands.attaching import require_attachable
from zhiyin.tickets.commands.following import note_mentions
from zhiyin.tickets.commands.lifecycle import id_of, lock_for, move_to_status
from zhiyin.tickets.commands.linking import refuse_open_children
from zhiyin.tickets.commands.reply_locking import finish_turn
from zhiyin.tickets.commands.sourcing import note_sources, untie_sources
from zhiyin.tickets.commands.wording import judge_words, note_sent
from zhiyin.tickets.events import NoteWritten, ReplyUndone, ReplyWritten
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Draft, Message, MessageAttachment, Participant, ThreadKey, Ticket
from zhiyin.tickets.placeholders import refuse_unfilled
from zhiyin.tickets.queries.threading import reply_references, reply_target


@dataclass(frozen=True, kw_only=True)
class ReplyText:
    """What staff wrote, and where it should go when not back the way it came."""

    text: str
    html: str = ""
    file_ids: list[int] = field(default_factory=list)
    channel_id: int | None = None
    to: str = ""
    cc: list[str] = field(default_factory=list)


class ChangedMeanwhile(DomainError):
    code = "tickets.changed_meanwhile"
    status = 409
    messages = {
        "zh": "您书写期间这张工单有了新动态，请先看一眼；仍要发送请选择“仍然发送”。",
        "en": "This ticket changed while you wrote. Look first; choose “send anyway” if it still fits.",
    }


class NothingToSay(DomainError):
    code = "tickets.nothing_to_say"
    status = 422
    messages = {
        "zh": "内容为空，请先写点什么。",
        "en": "There is nothing to send yet; write something first.",
    }


class AlreadySent(DomainError):
    code = "tickets.already_sent"
    status = 409
    messages = {
        "zh": "消息已经发出，无法撤回。如有错误，请再发一条更正。",
        "en": "The message has left and can't be taken back. If it was wrong, send a correction.",
    }


@transaction.atomic
def write_reply(
    *,
    ticket_id: int,
    reply: ReplyText,
    idempotency_key: str,
    by: Staff,
    now: datetime,
    seen_version: int | None = None,
    then: str | None = None,
    take_over: bool = False,
    then_custom_status_id: int | None = None,
    despite_open_children: bool = False,
    despite_wording: bool = False,
) -> Message:
    """Answer the customer. The same idempotency key gives the same message, sent once.

    Raises BannedWords, RiskyWords unless it is to leave despite its wording, ChangedMeanwhile when the ticket is newer
    than `seen_version`, BeingAnswered when a colleague is answering and it is not to be taken over, NothingToSay for an
    empty reply, UnfilledPlaceholders; with `then`, OpenChildren and what move_to_status raises. Nothing is sent then.
    """
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if (said := Message.objects.filter(idempotency_key=_own(idempotency_key, by)).first()) is not None:
        return said
    if not reply.text.strip() and not reply.file_ids:
        raise NothingToSay
    require_attachable(reply.file_ids, ticket=ticket, by=by)
    refuse_unfilled(reply.text, reply.html)
    judged = judge_words(_words_of(reply), ticket, despite=despite_wording)
    if seen_version is not None and ticket.version > seen_version:
        raise ChangedMeanwhile(version=ticket.version)
    if not despite_open_children:
        refuse_open_children(ticket, then)
    finish_turn(ticket, force=take_over, by=by, now=now)
    delivery = _owe_delivery(ticket, reply, by, now)
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.OUTBOUND,
        at=now,
        staff=by,
        delivery=delivery,
        idempotency_key=_own(idempotency_key, by),
    )
    if ticket.assignee_id is None:  # who answers an unclaimed ticket takes it
        hand_over(ticket, to=by, by=by, now=now)
    note_sources(message, text=reply.text, by=by, now=now)
    note_sent(judged, message, region=ticket.region, by=by, now=now)
    ticket.answer(preview=reply.text, at=now)
    ticket.save()
    index_ticket(ticket, customer=ticket.customer, text=reply.text)
    Draft.objects.filter(ticket=ticket, staff=by, mode=Draft.Mode.REPLY).delete()
    emit(ReplyWritten(ticket_id=ticket.pk, message_id=message.pk, by_id=by.pk, at=now))
    if then:
        move_to_status(ticket, then, by=by, now=now, custom_status_id=then_custom_status_id)
    return message


def _words_of(reply: ReplyText) -> str:
    """All that the customer may read: of an answer in HTML its own words too."""
    return f"{reply.text}\n{html_to_text(reply.html)}" if reply.html else reply.text


def _owe_delivery(ticket: Ticket, reply: ReplyText, by: Staff, now: datetime) -> Delivery:
    target = reply_target(ticket, channel_id=reply.channel_id, to=reply.to)
    delivery = queue_delivery(
        channel=target.channel,
        outgoing=Outgoing(
            recipient_kind=target.kind,
            recipient=target.value,
            recipient_name=target.name,
            cc=reply.cc,
            thread=target.thread,
            subject=f"Re: {ticket.subject} [#{ticket.pk}]",
            text=reply.text,
            html=reply.html,
            author_name=by.name,
            file_ids=reply.file_ids,
            **reply_references(ticket),
        ),
        now=now,
    )
    remember_thread(ticket, target.channel, delivery, reply.cc)
    return delivery


def remember_thread(ticket: Ticket, channel: Channel, delivery: Delivery, cc: list[str]) -> None:
    """Answers to this delivery, from whoever got it, come back to this ticket."""
    keys = provider_of(channel.kind).own_keys(delivery)
    ThreadKey.objects.bulk_create((ThreadKey(key=key, ticket=ticket) for key in keys), ignore_conflicts=True)
    parties = [
        (delivery.recipient_kind, delivery.recipient, "requester"),
        *(("email", value, "cc") for value in cc),
    ]
    Participant.objects.bulk_create(
        (
            Participant(ticket=ticket, kind=kind, value=normal_identity(kind, value), role=role)
            for kind, value, role in parties
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def undo_reply(*, ticket_id: int, message_id: int, by: Staff, now: datetime) -> str:
    """Take a reply back before it leaves; returns its text. Raises AlreadySent when it is too late."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    message = Message.objects.select_related("delivery").get(
        ticket=ticket, pk=message_id, kind=Message.Kind.OUTBOUND, staff=by
    )
    delivery = message.delivery
    if delivery is None or not cancel_delivery(delivery_id=delivery.pk, now=now):
        raise AlreadySent
    untie_sources(message)
    message.delete()
    _step_back(ticket, now)
    emit(ReplyUndone(ticket_id=ticket.pk, message_id=message_id, by_id=by.pk, at=now))
    return delivery.text


def _step_back(ticket: Ticket, now: datetime) -> None:
    """The ticket as it stood before the undone reply: last word, who waits, and open again."""
    said = (
        ticket.messages.exclude(kind=Message.Kind.NOTE)
        .select_related("inbound", "delivery")
        .order_by("-at", "-pk")
    )
    last = said.first()
    ticket.message_count = max(0, ticket.message_count - 1)
    if last is not None:
        from_customer = last.kind == Message.Kind.INBOUND
        ticket.last_message_from = "customer" if from_customer else "staff"
        ticket.last_message_at = last.at
        spoken = last.inbound or last.delivery
        ticket.preview = " ".join((spoken.text if spoken else "").split())[:140]
        ticket.waiting_since = last.at if from_customer else None
    if not ticket.is_active or ticket.status == Ticket.Status.PENDING:
        ticket.reopen()
    ticket.touch(now)
    ticket.save()


@transaction.atomic
def write_note(
    *,
    ticket_id: int,
    text: str,
    file_ids: list[int],
    mentions: list[int],
    idempotency_key: str,
    by: Staff | None,
    now: datetime,
    mentioned_groups: Sequence[int] = (),
) -> Message:
    """Leave a note for colleagues; customers never see it. A rule's has no author and no files."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if (said := Message.objects.filter(idempotency_key=_own(idempotency_key, by)).first()) is not None:
        return said
    if not text.strip() and not file_ids:
        raise NothingToSay
    if by is not None:
        require_attachable(file_ids, ticket=ticket, by=by)
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.NOTE,
        at=now,
        staff=by,
        text=text,
        mentions=sorted(set(mentions)),
        mentioned_groups=sorted(set(mentioned_groups)),
        idempotency_key=_own(idempotency_key, by),
    )
    MessageAttachment.objects.bulk_create(
        MessageAttachment(message=message, file_id=file_id) for file_id in file_ids
    )
    ticket.updated_at = now
    ticket.save(update_fields=["updated_at"])
    index_ticket(ticket, customer=ticket.customer, text=text)
    if by is not None:
        Draft.objects.filter(ticket=ticket, staff=by, mode=Draft.Mode.NOTE).delete()
    emit(
        NoteWritten(
            ticket_id=ticket.pk,
            message_id=message.pk,
            by_id=id_of(by),
            mentions=note_mentions(message, ticket, by=by, now=now),
            mentioned_groups=message.mentioned_groups,
            at=now,
        )
    )
    return message


def _own(idempotency_key: str, by: Staff | None) -> str:
    """Keys are made by clients; nobody may hit a colleague's, nor a rule's."""
    return f"{by.pk if by is not None else 'rule'}:{idempotency_key}"
