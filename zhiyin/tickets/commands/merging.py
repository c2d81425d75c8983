"""Merging: a ticket becomes an alias of another, and what it held goes on there. See ADR 22.

Rows move and remember where they came from; nothing is copied. The alias keeps its thread keys, participants and
links, so that what comes to it later is known to be its own, and undoing gives back exactly what it was.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import cancel_timer
from zhiyin.tickets.commands import waking
from zhiyin.tickets.commands.checking import recount
from zhiyin.tickets.commands.linking import LinkGoesRound, ancestors_of, lock_relations, lock_several
from zhiyin.tickets.commands.retelling import TOLD
from zhiyin.tickets.events_around import TicketMerged
from zhiyin.tickets.indexing import forget_ticket, index_anew
from zhiyin.tickets.models import (
    ChecklistItem,
    Follower,
    Mention,
    Merge,
    Message,
    Participant,
    Ticket,
    TimeEntry,
)

STANDING = ("status", "custom_status_id", "solved_at", "waiting_since", "snoozed_until", "woken_at")
CARRIED = (Message, ChecklistItem, TimeEntry)  # rows with a ticket and an origin


class MergedWithItself(DomainError):
    code = "tickets.merged_with_itself"
    status = 422
    messages = {
        "zh": "工单不能并入自己，请选择另一张。",
        "en": "A ticket can't be merged into itself; choose another.",
    }


class OtherCustomers(DomainError):
    code = "tickets.other_customers"
    status = 409
    messages = {
        "zh": "这些工单来自不同的客户：{names}。合并后回复只会发给其中一位，请确认是否仍要合并。",
        "en": "These tickets are of different customers: {names}. Answers will go to one of them. Merge nevertheless?",
    }


class MergeIntoClosed(DomainError):
    code = "tickets.merge_into_closed"
    status = 409
    messages = {
        "zh": "{number} 已关闭，不能再并入其他工单。请反过来合并，或先重新打开它。",
        "en": "{number} is closed for good. Merge the other way round, or reopen it first.",
    }


@transaction.atomic
def merge_tickets(
    *, into_id: int, merged_ids: list[int], by: Staff, now: datetime, across_customers: bool = False
) -> Ticket:
    """Make the tickets aliases of one. Raises MergedWithItself, OtherCustomers unless confirmed, MergeIntoClosed,
    LinkGoesRound, MergedAway for one that is an alias already."""
    if into_id in merged_ids:
        raise MergedWithItself
    lock_relations()
    target, *sources = lock_several([into_id, *merged_ids], first=into_id, by=by)
    if target.status == Ticket.Status.CLOSED:
        raise MergeIntoClosed(number=target.number)
    customers = {ticket.customer_id: ticket.customer.name for ticket in (target, *sources)}
    if len(customers) > 1 and not across_customers:
        raise OtherCustomers(names=", ".join(customers.values()))
    for source in sources:
        _refuse_circle(source, target)
        _merge(source, target, by=by, now=now)
    index_anew(target)
    return target


def saved(ticket: Ticket, names: tuple[str, ...]) -> dict[str, Any]:
    """Columns of the row, as JSON holds them."""
    kept: dict[str, Any] = json.loads(
        json.dumps({name: getattr(ticket, name) for name in names}, cls=ExactEncoder)
    )
    return kept


class ExactEncoder(DjangoJSONEncoder):
    """Moments to the microsecond: Django's own cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def carry(ticket_ids: list[int], *, to: Ticket) -> None:
    """Move what the tickets hold; rows that are moved for the first time remember whose they were."""
    for model in CARRIED:
        rows = model._default_manager.filter(ticket__in=ticket_ids)
        for ticket_id in ticket_ids:
            rows.filter(ticket=ticket_id, origin=None).update(origin=ticket_id)
        rows.update(ticket=to)
    Mention.objects.filter(ticket__in=ticket_ids).update(ticket=to)
    for ticket in (to, *Ticket.objects.filter(pk__in=ticket_ids)):
        recount(ticket)


def _refuse_circle(source: Ticket, target: Ticket) -> None:
    """A parent merged with its own grandchild would stand above and below the child between them."""
    for low, high in ((source, target), (target, source)):
        above = ancestors_of(low.pk)
        if high.pk in above and any(high.pk in ancestors_of(between) for between in above - {high.pk}):
            raise LinkGoesRound(number=high.number)


def _merge(source: Ticket, target: Ticket, *, by: Staff, now: datetime) -> None:
    columns = (*STANDING, *TOLD)
    record = Merge(
        source=source,
        target=target,
        by=by,
        at=now,
        last_message_id=Message.objects.aggregate(last=Max("pk"))["last"] or 0,
        source_before=saved(source, STANDING),
        target_before=saved(target, columns),
    )
    carry([source.pk], to=target)
    record.added_participants = _join_participants(source, target)
    record.added_followers = _join_followers(source, target)
    _join_rows(source, target, now)
    record.target_after = saved(target, columns)
    record.save()
    forget_ticket(source)
    for side in (source, target):
        emit(TicketMerged(ticket_id=side.pk, merged_id=source.pk, into_id=target.pk, by_id=by.pk, at=now))


def _join_rows(source: Ticket, target: Ticket, now: datetime) -> None:
    """The target's row stands for both; the source's says that it is over."""
    if source.last_message_at > target.last_message_at:
        target.preview, target.last_message_at = source.preview, source.last_message_at
        target.last_message_from = source.last_message_from
    waits = [at for at in (source.waiting_since, target.waiting_since) if at is not None]
    target.waiting_since = min(waits, default=None)
    target.message_count += source.message_count
    if source.is_active and not target.is_active:
        target.status, target.custom_status, target.solved_at = Ticket.Status.OPEN, None, None
    target.touch(now)
    target.save()
    cancel_timer(kind=waking.TIMER, key=str(source.pk))
    source.merged_into = target
    source.status, source.custom_status, source.solved_at = (
        Ticket.Status.CLOSED,
        None,
        source.solved_at or now,
    )
    source.waiting_since = source.snoozed_until = source.woken_at = None
    source.touch(now)
    source.save()


def _join_participants(source: Ticket, target: Ticket) -> list[int]:
    known = set(Participant.objects.filter(ticket=target).values_list("kind", "value"))
    added = Participant.objects.bulk_create(
        Participant(ticket=target, kind=one.kind, value=one.value, name=one.name, role=one.role)
        for one in Participant.objects.filter(ticket=source).order_by("pk")
        if (one.kind, one.value) not in known
    )
    return [one.pk for one in added]


def _join_followers(source: Ticket, target: Ticket) -> list[int]:
    known = set(Follower.objects.filter(ticket=target).values_list("staff_id", flat=True))
    added = Follower.objects.bulk_create(
        Follower(ticket=target, staff_id=one.staff_id, added_by_id=one.added_by_id, at=one.at)
        for one in Follower.objects.filter(ticket=source).order_by("pk")
        if one.staff_id not in known
    )
    return [one.pk for one in added]
