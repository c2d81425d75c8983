"""Undoing a merge: the alias is a ticket of its own again, exactly as it was. See ADR 22.

What came after the merge stays with the target, but for what came by the alias' own number or thread: that is the
alias' own, and goes back with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Field

from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.tickets.commands import waking
from zhiyin.tickets.commands.checking import recount
from zhiyin.tickets.commands.linking import lock_relations
from zhiyin.tickets.commands.merging import CARRIED, STANDING, saved
from zhiyin.tickets.commands.retelling import TOLD, retell
from zhiyin.tickets.events_around import TicketUnmerged
from zhiyin.tickets.indexing import index_anew
from zhiyin.tickets.models import Follower, Mention, Merge, Message, Participant, Ticket
from zhiyin.tickets.queries.aliases import family_of

_STATUS = ("status", "custom_status_id", "solved_at")


class NotMerged(DomainError):
    code = "tickets.not_merged"
    status = 409
    messages = {
        "zh": "{number} 现在没有并入其他工单，无需撤销。",
        "en": "{number} is not merged into another ticket, so there is nothing to undo.",
    }


class OuterMergeFirst(DomainError):
    code = "tickets.outer_merge_first"
    status = 409
    messages = {
        "zh": "{number} 后来又并入了别的工单，请先撤销那一次合并。",
        "en": "{number} was itself merged into another ticket since. Undo that merge first.",
    }


class SplitSince(DomainError):
    code = "tickets.split_since"
    status = 409
    messages = {
        "zh": "合并后有消息从中拆分到了 {number}，已无法还原。可以再用“拆分”把需要的消息分出来。",
        "en": "Messages of it were split off into {number} since, so it can't be restored. Split off what you need instead.",
    }


@transaction.atomic
def unmerge_ticket(*, ticket_id: int, by: Staff, now: datetime) -> Ticket:
    """Make an alias a ticket of its own again. Raises NotMerged, OuterMergeFirst, SplitSince."""
    lock_relations()
    known = Ticket.objects.visible_to(by, "tickets.edit").get(pk=ticket_id)
    if known.merged_into_id is None:
        raise NotMerged(number=known.number)
    pair = [ticket_id, known.merged_into_id]
    rows = Ticket.objects.visible_to(by, "tickets.edit").select_for_update(of=("self",))
    found = {ticket.pk: ticket for ticket in rows.filter(pk__in=pair).order_by("pk")}
    if len(found) != len(pair):
        raise Ticket.DoesNotExist
    source, target = found[ticket_id], found[known.merged_into_id]
    if target.merged_into_id is not None:
        raise OuterMergeFirst(number=target.number)
    merge = Merge.objects.select_for_update().get(source=source, undone_at=None)
    if merge.split_into_id is not None:
        raise SplitSince(number=f"#{merge.split_into_id}")
    _undo(merge, source, target, by=by, now=now)
    return source


def _undo(merge: Merge, source: Ticket, target: Ticket, *, by: Staff, now: datetime) -> None:
    family = family_of(source.pk)
    was_closed = merge.source_before["status"] == Ticket.Status.CLOSED
    if was_closed:  # what comes to a closed ticket is something new, and stays where it was put
        later = Message.objects.filter(ticket=target, origin__in=family, pk__gt=merge.last_message_id)
        later.update(origin=None)
    for model in CARRIED:
        model._default_manager.filter(ticket=target, origin__in=family).update(ticket=source)
        model._default_manager.filter(ticket=source, origin=source).update(origin=None)
    Mention.objects.filter(ticket=target, message__ticket=source).update(ticket=source)
    Follower.objects.filter(pk__in=merge.added_followers).delete()
    for side in (source, target):
        recount(side)
    _part(merge, target)
    _restore_target(merge, target, now)
    _restore_source(merge, source, now)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    for side in (source, target):
        index_anew(side)
        emit(TicketUnmerged(ticket_id=side.pk, merged_id=source.pk, into_id=target.pk, by_id=by.pk, at=now))


def _part(merge: Merge, target: Ticket) -> None:
    """Participants the merge brought go, but for those who have written to the target since."""
    wrote = {
        (kind, normal_identity(kind, value))
        for kind, value in Message.objects.filter(
            ticket=target, pk__gt=merge.last_message_id, inbound__isnull=False
        ).values_list("inbound__sender_kind", "inbound__sender_value")
    }
    for one in Participant.objects.filter(pk__in=merge.added_participants):
        if (one.kind, one.value) not in wrote:
            one.delete()


def _restore_target(merge: Merge, target: Ticket, now: datetime) -> None:
    """What the merge changed and nobody since goes back as it was; the rest is told by the messages that stay."""
    names = (*STANDING, *TOLD)
    current = saved(target, names)
    if Merge.objects.filter(target=target, undone_at=None, pk__gt=merge.pk).exists():
        retell(target)
    elif all(current[name] == merge.target_after[name] for name in TOLD):
        restore(target, {name: merge.target_before[name] for name in TOLD})
    else:
        retell(target)
    if all(current[name] == merge.target_after[name] for name in _STATUS) and not _others(merge):
        restore(target, {name: merge.target_before[name] for name in _STATUS})
    if not target.is_active:
        target.waiting_since = None
    target.touch(now)
    target.save()


def _others(merge: Merge) -> bool:
    """Another merge into the same ticket came later, and may be why it is open."""
    return Merge.objects.filter(target=merge.target_id, undone_at=None, pk__gt=merge.pk).exists()


def _restore_source(merge: Merge, source: Ticket, now: datetime) -> None:
    source.merged_into = None
    restore(source, merge.source_before)
    if source.snoozed_until is not None and source.snoozed_until > now:
        set_timer(kind=waking.TIMER, key=str(source.pk), due_at=source.snoozed_until)
    elif source.snoozed_until is not None:
        source.wake(now)
    later = Message.objects.filter(ticket=source, pk__gt=merge.last_message_id, inbound__isnull=False)
    for message in later.select_related("inbound").order_by("at", "pk"):
        assert message.inbound is not None
        if message.inbound.automatic:
            source.message_count += 1
        else:
            source.hear_customer(preview=message.inbound.text or message.inbound.subject, at=message.at)
    source.touch(now)
    source.save()


def restore(ticket: Ticket, columns: dict[str, Any]) -> None:
    """Put columns back as `saved` kept them; not saved."""
    for name, value in columns.items():
        column = Ticket._meta.get_field(name.removesuffix("_id"))
        assert isinstance(column, Field)
        setattr(ticket, name, column.to_python(value))
