"""Followers of tickets, mentions nobody has looked at yet, and one's own reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from zhiyin.people.models import Membership, RolePermission, Staff
from zhiyin.people.permissions import Scope
from zhiyin.tickets.models import Follower, Mention, Reminder, Ticket


@dataclass(frozen=True)
class Following:
    """Who follows a ticket, and whether their scope lets them see it."""

    staff: Staff
    may_see: bool


def followers_of(ticket: Ticket) -> list[Following]:
    """Those who follow the ticket, longest first; four queries however many."""
    following = [
        one.staff
        for one in Follower.objects.filter(ticket=ticket).select_related("staff").order_by("at", "pk")
    ]
    may_see = who_may_see(ticket, [staff.pk for staff in following])
    return [Following(staff, staff.pk in may_see) for staff in following]


def who_may_see(ticket: Ticket, staff_ids: Collection[int]) -> set[int]:
    """Those of the staff whose scope reaches the ticket; two queries however many. The same rule as `within_reach`."""
    granted = RolePermission.objects.filter(
        permission="tickets.read", role__staff__in=staff_ids, role__staff__is_active=True
    ).values_list("role__staff", "scope")
    members = set(
        Membership.objects.filter(staff__in=staff_ids, group=ticket.group_id).values_list(
            "staff_id", flat=True
        )
    )
    return {
        staff_id
        for staff_id, scope in granted
        if scope == Scope.ALL
        or staff_id == ticket.assignee_id
        or (scope == Scope.GROUP and (ticket.group_id is None or staff_id in members))
    }


def unseen_mentions(by: Staff) -> QuerySet[Mention, int]:
    """Ids of the tickets in whose notes the person was named and that they have not looked at since."""
    return Mention.objects.filter(staff=by, seen_at=None).values_list("ticket_id", flat=True)


def reminders_of(by: Staff, *, ticket_id: int | None = None) -> list[Reminder]:
    """The person's reminders that are still ahead, the next first; of one ticket or of all they may see."""
    ahead = Reminder.objects.filter(staff=by, fired_at=None, ticket__in=Ticket.objects.visible_to(by))
    if ticket_id is not None:
        ahead = ahead.filter(ticket=ticket_id)
    return list(ahead.select_related("ticket").order_by("due_at", "pk")[:200])
