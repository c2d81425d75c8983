"""Those whom a fact may concern, with everything a decision needs: a fixed number of queries for any number of people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhiyin.notifications.models import Mute, Notification, Policy, Preferences, RoleWays
from zhiyin.notifications.reasons import WAYS, Reason, Way
from zhiyin.people.models import Company, Staff
from zhiyin.people.queries.reach import with_reach
from zhiyin.tickets.models import Ticket

BURST_WINDOW = timedelta(minutes=10)
MASS_AFTER = 5  # separate notices of one reason within the window; what follows is told as one


@dataclass(frozen=True)
class CompanyRules:
    """What holds for everybody."""

    policy: Policy
    zone: str


@dataclass(frozen=True)
class Hearer:
    """One person, as the decision sees them."""

    staff: Staff
    preferences: Preferences
    ways: tuple[Way, ...]
    source: str  # whose choice of ways it is: own | role | company | shipped
    may_see: bool
    is_muted: bool
    covered_by: int | None  # the notification that has told the same at this moment
    is_burst: bool  # too many of this reason just now


def company_rules() -> CompanyRules:
    """The company's policy and time zone; one query."""
    zone = Subquery(Company.objects.values("timezone")[:1])
    policy = Policy.objects.annotate(zone=zone).first()
    if policy is not None:
        return CompanyRules(policy, policy.zone or Company().timezone)
    company = Company.objects.first() or Company()
    return CompanyRules(Policy(), company.timezone)


def hearers_of(
    *, reason: Reason, ticket: Ticket, staff_ids: Collection[int], rules: CompanyRules, at: datetime
) -> list[Hearer]:
    """The active ones of these people, by id."""
    open_rows = Notification.objects.filter(staff=OuterRef("pk")).unread()
    recent = Notification.objects.filter(
        staff=OuterRef("pk"), reason=reason.code, created_at__gt=at - BURST_WINDOW
    ).exclude(ticket=ticket)
    people: list[Any] = with_reach(
        Staff.objects.active()
        .filter(pk__in=staff_ids)
        .order_by("pk")
        .annotate(
            role_ways=ArraySubquery(RoleWays.objects.filter(role__staff=OuterRef("pk")).values("ways")),
            is_muted=Exists(Mute.objects.filter(staff=OuterRef("pk"), ticket=ticket)),
            covered_by=Subquery(
                open_rows.filter(ticket=ticket, reason__in=reason.covered_by, last_at=at).values("pk")[:1]
            ),
            has_row=Exists(open_rows.filter(bundle=bundle_of(reason, ticket))),
            recent=Coalesce(_count(recent), 0),
        )
    )
    if not people:
        return []
    chosen = {one.pk: one for one in Preferences.objects.filter(pk__in=[staff.pk for staff in people])}
    seeing = who_may_see(ticket.pk, people)
    found = []
    for staff in people:
        preferences = chosen.get(staff.pk) or Preferences(staff=staff)
        ways, source = ways_for(reason, preferences, staff.role_ways, rules.policy)
        found.append(
            Hearer(
                staff=staff,
                preferences=preferences,
                ways=ways,
                source=source,
                may_see=staff.pk in seeing or reason.through is not None,
                is_muted=staff.is_muted,
                covered_by=staff.covered_by,
                is_burst=not staff.has_row and staff.recent >= MASS_AFTER,
            )
        )
    return found


def ways_for(
    reason: Reason, preferences: Preferences, role_ways: list[dict[str, list[str]]], policy: Policy
) -> tuple[tuple[Way, ...], str]:
    """The ways that hold and whose choice they are: one's own, else the roles', else the company's, else as shipped."""
    if reason.code in preferences.ways:
        return known_ways(preferences.ways[reason.code]), "own"
    of_roles = [ways[reason.code] for ways in role_ways if reason.code in ways]
    if of_roles:
        return known_ways({way for ways in of_roles for way in ways}), "role"
    if reason.code in policy.ways:
        return known_ways(policy.ways[reason.code]), "company"
    return reason.ways, "shipped"


def known_ways(names: Collection[str]) -> tuple[Way, ...]:
    """These ways in their usual order."""
    return tuple(way for way in WAYS if way in names)


def bundle_of(reason: Reason, ticket: Ticket) -> str:
    return f"ticket:{ticket.pk}:{reason.code}"


def who_may_see(ticket_id: int, people: list[Staff]) -> set[int]:
    """Which of these people may see the ticket at this moment, by the very condition of every list; one query."""
    parts = [
        Ticket.objects.visible_to(staff).filter(pk=ticket_id).order_by().values("pk").query
        for staff in people
        if staff.may("tickets.read")
    ]
    asked = [staff.pk for staff in people if staff.may("tickets.read")]
    if not asked:
        return set()
    compiled = [part.sql_with_params() for part in parts]
    told = ", ".join(f"EXISTS ({sql})" for sql, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {told}", [param for _, params in compiled for param in params])
        return {pk for pk, sees in zip(asked, cursor.fetchone(), strict=True) if sees}


def _count(rows: QuerySet[Notification]) -> Subquery[Any]:
    counted = rows.order_by().values("staff").annotate(found=Count("pk")).values("found")
    return Subquery(counted, output_field=IntegerField())
