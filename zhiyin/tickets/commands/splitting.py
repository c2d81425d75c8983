"""Splitting: messages of a ticket become a ticket of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.providers.registry import provider_of
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.linking import add_link
from zhiyin.tickets.commands.retelling import retell
from zhiyin.tickets.events import TicketOpened
from zhiyin.tickets.events_around import TicketSplit
from zhiyin.tickets.indexing import index_anew
from zhiyin.tickets.models import Mention, Merge, Message, Participant, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import aliases_of


class NothingToSplit(DomainError):
    code = "tickets.nothing_to_split"
    status = 422
    messages = {
        "zh": "请选择至少一条往来消息，并至少留一条在原工单上。",
        "en": "Choose at least one message to or from the customer, and leave at least one on this ticket.",
    }


@transaction.atomic
def split_ticket(*, ticket_id: int, message_ids: list[int], subject: str, by: Staff, now: datetime) -> Ticket:
    """Move messages to a new ticket of the same customer; answers to them will come there. Raises NothingToSplit."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    on_it = Message.objects.filter(ticket=ticket).select_related("inbound", "delivery__channel")
    moved = list(on_it.filter(pk__in=message_ids).order_by("at", "pk"))
    said = [message for message in moved if message.kind != Message.Kind.NOTE]
    stays = list(on_it.exclude(pk__in=message_ids).exclude(kind=Message.Kind.NOTE))
    if len(moved) != len(set(message_ids)) or not said or not stays:
        raise NothingToSplit
    made = _open_from(ticket, said, subject, by, now)
    ids = [message.pk for message in moved]
    _break_merges(ticket, made, {message.origin_id for message in moved})
    Message.objects.filter(pk__in=ids).update(ticket=made, origin=None)
    Mention.objects.filter(message__in=ids).update(ticket=made)
    _move_keys(ticket, made, said, stays)
    for one in (ticket, made):
        retell(one)
        one.touch(now)
        one.save()
        index_anew(one)
    add_link(made, ticket, kind="split_from", by=by, now=now)
    for side in (ticket, made):
        emit(
            TicketSplit(
                ticket_id=side.pk, split_id=ticket.pk, into_id=made.pk, message_ids=ids, by_id=by.pk, at=now
            )
        )
    return made


def _open_from(ticket: Ticket, said: list[Message], subject: str, by: Staff, now: datetime) -> Ticket:
    words = said[0].inbound or said[0].delivery
    made = Ticket.objects.create(
        subject=subject.strip() or (words.subject if words else "") or ticket.subject,
        status=Ticket.Status.OPEN,
        priority=ticket.priority,
        channel=words.channel if words else ticket.channel,
        customer_id=said[0].customer_id or ticket.customer_id,
        group_id=ticket.group_id,
        assignee_id=ticket.assignee_id,
        last_message_at=said[-1].at,
        created_at=now,
        updated_at=now,
    )
    Participant.objects.bulk_create(
        Participant(ticket=made, kind=one.kind, value=one.value, name=one.name, role=one.role)
        for one in Participant.objects.filter(ticket=ticket).order_by("pk")
    )
    emit(
        TicketOpened(
            ticket_id=made.pk, customer_id=made.customer_id, channel_id=made.channel_id, by_id=by.pk, at=now
        )
    )
    return made


def _move_keys(ticket: Ticket, made: Ticket, moved: list[Message], stays: list[Message]) -> None:
    """Answers to the moved messages find the new ticket; a key that a staying message shares (a chat's) stays."""
    shared = {key for message in stays for key in _keys_of(message)}
    keys = {key for message in moved for key in _keys_of(message)} - shared
    family = [ticket.pk, *(alias.id for alias in aliases_of(ticket.pk))]
    ThreadKey.objects.filter(key__in=keys, ticket__in=family).update(ticket=made)


def _keys_of(message: Message) -> list[str]:
    if message.inbound is not None:
        return list(message.inbound.own_keys)
    if message.delivery is not None:
        return list(provider_of(message.delivery.channel.kind).own_keys(message.delivery))
    return []


def _break_merges(ticket: Ticket, made: Ticket, origins: set[int | None]) -> None:
    """Merges whose messages leave can't be undone any more: they say where those went."""
    above = {alias.id: alias.into_id for alias in aliases_of(ticket.pk)}
    for origin in origins - {None}:
        at = origin
        while at in above:
            Merge.objects.filter(source=at, undone_at=None, split_into=None).update(split_into=made)
            at = above[at]
