"""Who may answer for a stage of an approval."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from zhiyin.people.models import Membership, Staff
from zhiyin.people.permissions import Scope
from zhiyin.people.queries.reach import with_reach
from zhiyin.procedures.chains import Asked
from zhiyin.procedures.models import Delegation
from zhiyin.tickets.models import Ticket

LAST_RESORT = Asked("role", "administrator")


def people_asked(asked: Asked, *, ticket: Ticket, without: int) -> list[int]:
    """The active people meant, without whoever asks; the administrators where there is nobody else.

    Of a role those who may see the ticket come first; when none of them may, all who have the role are meant.
    """
    for meant in (asked, LAST_RESORT):
        found = _people(meant, ticket)
        found.discard(without)
        if found:
            return sorted(found)
    return []


def deputies_of(people: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Who may answer in somebody's place at this moment: the deputy's id to that person's."""
    standing = Delegation.objects.filter(
        staff__in=list(people), from_at__lte=at, until_at__gt=at, to__is_active=True
    )
    return {deputy: staff for staff, deputy in standing.order_by("-pk").values_list("staff_id", "to_id")}


def stood_for_by(staff: Staff, *, at: datetime) -> list[int]:
    """In whose place this person may answer at this moment."""
    standing = Delegation.objects.filter(to=staff, from_at__lte=at, until_at__gt=at)
    return list(standing.values_list("staff_id", flat=True))


def delegations_of(staff: Staff, *, at: datetime) -> list[Delegation]:
    """Who answers in this person's place and whom they stand for, from now on."""
    ahead = Delegation.objects.filter(Q(staff=staff) | Q(to=staff), until_at__gt=at)
    return list(ahead.select_related("staff", "to").order_by("from_at", "pk"))


def _people(asked: Asked, ticket: Ticket) -> set[int]:
    active = Staff.objects.active()
    if asked.kind == "staff":
        return set(active.filter(pk=asked.name).values_list("pk", flat=True))
    if asked.kind == "group":
        members = Membership.objects.of_groups([int(asked.name)])
        return set(active.filter(pk__in=members).values_list("pk", flat=True))
    holders = with_reach(active.filter(roles__code=asked.name).distinct())
    seeing = {staff.pk for staff in holders if _may_see(staff, ticket)}
    return seeing or {staff.pk for staff in holders}


def _may_see(staff: Staff, ticket: Ticket) -> bool:
    scope = staff.scope("tickets.read")
    if scope == Scope.GROUP:
        return ticket.group_id is None or ticket.group_id in staff.group_ids or ticket.assignee_id == staff.pk
    return scope == Scope.ALL or (scope == Scope.OWN and ticket.assignee_id == staff.pk)
