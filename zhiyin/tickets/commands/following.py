"""Following tickets. Who follows wants to hear of the ticket; what they may see of it stays a matter of scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Membership, Staff
from zhiyin.platform.event_log.emitting import emit, emit_all
from zhiyin.tickets.commands.assigning import NoSuchColleague
from zhiyin.tickets.commands.lifecycle import id_of
from zhiyin.tickets.events_around import FollowerAdded, FollowerRemoved
from zhiyin.tickets.models import Follower, Mention, Message, Ticket


@transaction.atomic
def follow_ticket(*, ticket_id: int, staff_id: int, by: Staff, now: datetime) -> bool:
    """Let somebody follow the ticket: oneself with tickets.read, a colleague with tickets.reply.

    False when they do already. Raises NoSuchColleague.
    """
    ticket = _lock(ticket_id, staff_id, by)
    if not Staff.objects.filter(pk=staff_id, is_active=True).exists():
        raise NoSuchColleague(assignee_id=staff_id)
    return bool(add_followers(ticket, [staff_id], by=by, now=now))


@transaction.atomic
def unfollow_ticket(*, ticket_id: int, staff_id: int, by: Staff, now: datetime) -> bool:
    """Let somebody follow the ticket no more; False when they did not."""
    ticket = _lock(ticket_id, staff_id, by)
    gone, _ = Follower.objects.filter(ticket=ticket, staff_id=staff_id).delete()
    if gone:
        emit(FollowerRemoved(ticket_id=ticket.pk, staff_id=staff_id, by_id=by.pk, at=now))
    return bool(gone)


def add_followers(
    ticket: Ticket, staff_ids: Collection[int], *, by: Staff | None, now: datetime
) -> list[int]:
    """Add those who don't follow a locked ticket yet; returns them."""
    known = set(
        Follower.objects.filter(ticket=ticket, staff__in=staff_ids).values_list("staff_id", flat=True)
    )
    fresh = [staff_id for staff_id in staff_ids if staff_id not in known]
    Follower.objects.bulk_create(
        Follower(ticket=ticket, staff_id=staff_id, added_by=by, at=now) for staff_id in fresh
    )
    emit_all(
        FollowerAdded(ticket_id=ticket.pk, staff_id=staff_id, by_id=id_of(by), at=now) for staff_id in fresh
    )
    return fresh


def note_mentions(message: Message, ticket: Ticket, *, by: Staff | None, now: datetime) -> list[int]:
    """Keep whom a new note names, groups as their members of now, and let them follow; returns their ids."""
    named = set(message.mentions)
    if message.mentioned_groups:
        named |= set(Membership.objects.of_groups(message.mentioned_groups)) - {id_of(by)}
    staff_ids = sorted(Staff.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    Mention.objects.bulk_create(
        Mention(ticket=ticket, message=message, staff_id=staff_id, at=now) for staff_id in staff_ids
    )
    add_followers(ticket, [one for one in staff_ids if one != id_of(by)], by=by, now=now)
    return staff_ids


@transaction.atomic
def note_looked(*, ticket_id: int, by: Staff, now: datetime) -> int:
    """Note that the person has looked at the ticket: the mentions they had not seen are seen. Returns how many."""
    Ticket.objects.visible_to(by).only("pk").get(pk=ticket_id)
    return Mention.objects.filter(staff=by, ticket_id=ticket_id, seen_at=None).update(seen_at=now)


def _lock(ticket_id: int, staff_id: int, by: Staff) -> Ticket:
    permission = "tickets.read" if staff_id == by.pk else "tickets.reply"
    return Ticket.objects.visible_to(by, permission).select_for_update(of=("self",)).get(pk=ticket_id)
